"""Notices: prepared by the office, served or refused at a door, brought back."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.notices import schemas
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.appointments.models import Appointment
from field_visits.cases.queries import require_visible
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import CaseId, NoticeId, VisitId
from field_visits.notices import queries, service
from field_visits.notices.models import Notice
from field_visits.visits.queries import VisitFile, get_visit, proving_photos

blueprint = Blueprint(
    "notices", __name__, description="Documents that are served at a door, and their proof."
)


@blueprint.resource("/cases/<uuid:case_id>/notices")
class CaseNotices(MethodView):
    @reads("notice:read")
    @blueprint.gives(200, schemas.NoticesSchema)
    def get(self, case_id: UUID) -> dict[str, Any]:
        """List the notices of a case, oldest first."""
        case = require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        return {"items": queries.list_notices(current_uow(), case.id)}

    @writes("notice:prepare")
    @blueprint.takes(schemas.NoticeCreate)
    @blueprint.gives(201, schemas.NoticeSchema)
    def post(self, told: dict[str, Any], case_id: UUID) -> tuple[Notice, int, dict[str, str]]:
        """Prepare a document to be served."""
        uow = current_uow()
        case = require_visible(uow, CaseId(case_id), scope=current_scope())
        told = told | {"kind": told["kind"].value}
        made = settle(service.prepare(uow, current_house().rules, case.id, **told)).row
        return made, 201, {"Location": f"/v1/notices/{made.id}"}


@blueprint.resource("/notices/<uuid:notice_id>")
class OneNotice(MethodView):
    @reads("notice:read")
    @blueprint.gives(200, schemas.NoticeSchema)
    def get(self, notice_id: UUID) -> Notice:
        """Show one notice."""
        return _notice(notice_id)


@blueprint.resource("/notices/<uuid:notice_id>/service")
class ServiceOfNotice(MethodView):
    @writes("notice:serve")
    @blueprint.takes(schemas.NoticeService)
    @blueprint.gives(200, schemas.NoticeSchema)
    def post(self, told: dict[str, Any], notice_id: UUID) -> Notice:
        """It is in the hands of somebody who may take it; photographs of the visit are its proof."""
        uow = current_uow()
        file = _visit(told.pop("visit_id"))
        notice = _of_visit(notice_id, file)
        settle(
            service.serve(
                uow,
                current_house().rules,
                notice.id,
                visit_id=file.visit.id,
                address_id=uow.session.get_one(Appointment, file.visit.appointment_id).address_id,
                photos=proving_photos(file),
                **told | {"mode": told["mode"].value, "recipient": told["recipient"].value},
            )
        )
        return notice


@blueprint.resource("/notices/<uuid:notice_id>/refusal")
class RefusalOfNotice(MethodView):
    @writes("notice:refuse")
    @blueprint.takes(schemas.NoticeRefusal)
    @blueprint.gives(200, schemas.NoticeSchema)
    def post(self, told: dict[str, Any], notice_id: UUID) -> Notice:
        """It was not taken, or not signed."""
        file = _visit(told.pop("visit_id"))
        notice = _of_visit(notice_id, file)
        settle(
            service.refuse(
                current_uow(), notice.id, visit_id=file.visit.id, photos=proving_photos(file), **told
            )
        )
        return notice


@blueprint.resource("/notices/<uuid:notice_id>/return")
class ReturnOfNotice(MethodView):
    @writes("notice:return")
    @blueprint.takes(schemas.NoticeReturn)
    @blueprint.gives(200, schemas.NoticeSchema)
    def post(self, told: dict[str, Any], notice_id: UUID) -> Notice:
        """It was not served and will not be."""
        notice = _notice(notice_id)
        settle(service.bring_back(current_uow(), notice.id, **told))
        return notice


def _notice(notice_id: UUID) -> Notice:
    notice = queries.get_notice(current_uow(), NoticeId(notice_id))
    require_visible(current_uow(), notice.case_id, scope=current_scope())
    return notice


def _of_visit(notice_id: UUID, file: VisitFile) -> Notice:
    """The notice, if it is for the customer of the visit: whoever is at the door may serve it."""
    notice = queries.get_notice(current_uow(), NoticeId(notice_id))
    if notice.case_id != file.visit.case_id:
        require_visible(current_uow(), notice.case_id, scope=current_scope())
        raise InvalidError(
            "This notice is for another case.", faults=[Fault("/visit_id", "a visit of the notice's case")]
        )
    return notice


def _visit(visit_id: UUID) -> VisitFile:
    return get_visit(current_uow(), VisitId(visit_id), scope=Scope.OWN)
