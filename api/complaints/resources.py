"""Complaints and disputes: taken in, acknowledged, answered in time, closed; and conduct by collector."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Blueprint
from api.complaints import schemas
from api.paging import Page, Position, page_of, paged
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.cases.queries import require_visible
from field_visits.complaints import queries, service
from field_visits.complaints.models import Complaint
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import CaseId, ComplaintId
from field_visits.visits.conduct import conduct_of
from field_visits.workforce.queries import organisation_zone

blueprint = Blueprint(
    "complaints", __name__, description="What customers object to, and by when they are answered."
)
_CONDUCT_DAYS = 90
_MAX_CONDUCT_DAYS = 366


@blueprint.resource("/complaints")
class Complaints(MethodView):
    @reads("complaint:read")
    @blueprint.takes(schemas.ComplaintQuery, location="query")
    @blueprint.gives(200, page_of(schemas.ComplaintSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[Complaint], int, dict[str, str]]:
        """List complaints and disputes, what is due first first."""
        uow = current_uow()
        today = uow.now.astimezone(organisation_zone(uow)).date()

        def fetch(after: Position | None, limit: int) -> list[Complaint]:
            return queries.list_complaints(
                uow,
                scope=current_scope(),
                states=() if query["state"] is None else (query["state"],),
                kind=None if query["kind"] is None else query["kind"].value,
                case_id=query["case_id"],
                overdue_on=today if query["overdue"] else None,
                after=None if after is None else (after[0], after[1]),
                limit=limit,
            )

        return paged(query, fetch, lambda complaint: (complaint.answer_by, complaint.id))


@blueprint.resource("/cases/<uuid:case_id>/complaints")
class CaseComplaints(MethodView):
    @writes("complaint:receive")
    @blueprint.takes(schemas.ComplaintCreate)
    @blueprint.gives(201, schemas.ComplaintSchema)
    def post(self, told: dict[str, Any], case_id: UUID) -> tuple[Complaint, int, dict[str, str]]:
        """Take down what a customer objects to. A dispute stops contact until the debt is verified."""
        uow = current_uow()
        case = require_visible(uow, CaseId(case_id), scope=current_scope())
        told = told | {"kind": told["kind"].value, "channel": told["channel"].value}
        made = settle(service.receive(uow, case.id, **told)).row
        return made, 201, {"Location": f"/v1/complaints/{made.id}"}


@blueprint.resource("/complaints/<uuid:complaint_id>")
class OneComplaint(MethodView):
    @reads("complaint:read")
    @blueprint.gives(200, schemas.ComplaintSchema)
    def get(self, complaint_id: UUID) -> Complaint:
        """Show one complaint."""
        return _complaint(complaint_id)


@blueprint.resource("/complaints/<uuid:complaint_id>/acknowledge")
class ComplaintAcknowledgement(MethodView):
    @writes("complaint:acknowledge", versioned=True)
    @blueprint.gives(200, schemas.ComplaintSchema)
    def post(self, complaint_id: UUID) -> Complaint:
        """The customer was told that it is being looked into."""
        complaint = _newest(complaint_id)
        settle(service.acknowledge(current_uow(), complaint.id))
        return complaint


@blueprint.resource("/complaints/<uuid:complaint_id>/prolong")
class Prolongation(MethodView):
    @writes("complaint:prolong", versioned=True)
    @blueprint.takes(schemas.ProlongationSchema)
    @blueprint.gives(200, schemas.ComplaintSchema)
    def post(self, told: dict[str, Any], complaint_id: UUID) -> Complaint:
        """Say why the answer takes longer; beyond the complex term legal approves."""
        complaint = _newest(complaint_id)
        settle(service.prolong(current_uow(), complaint.id, **told))
        return complaint


@blueprint.resource("/complaints/<uuid:complaint_id>/answer")
class ComplaintAnswer(MethodView):
    @writes("complaint:answer", versioned=True)
    @blueprint.takes(schemas.AnswerSchema)
    @blueprint.gives(200, schemas.ComplaintSchema)
    def post(self, told: dict[str, Any], complaint_id: UUID) -> Complaint:
        """Record the answer that the customer was given."""
        complaint = _newest(complaint_id)
        told = told | {"finding": told["finding"].value}
        settle(service.answer(current_uow(), complaint.id, **told))
        return complaint


@blueprint.resource("/complaints/<uuid:complaint_id>/close")
class ComplaintEnd(MethodView):
    @writes("complaint:close", versioned=True)
    @blueprint.takes(schemas.ComplaintClosing)
    @blueprint.gives(200, schemas.ComplaintSchema)
    def post(self, told: dict[str, Any], complaint_id: UUID) -> Complaint:
        """Nothing is left to do."""
        complaint = _newest(complaint_id)
        settle(service.close(current_uow(), complaint.id, **told))
        return complaint


@blueprint.resource("/conduct")
class Conduct(MethodView):
    @reads("conduct:read")
    @blueprint.takes(schemas.ConductQuery, location="query")
    @blueprint.gives(200, schemas.ConductSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Say how collectors treat people: visits, breaches, complaints; never money."""
        uow = current_uow()
        zone = organisation_zone(uow)
        until = query["until"] or uow.now.astimezone(zone).date()
        since = query["since"] or until - timedelta(days=_CONDUCT_DAYS)
        if not timedelta(0) <= until - since <= timedelta(days=_MAX_CONDUCT_DAYS):
            raise InvalidError(
                "These days cannot be compared.",
                faults=[Fault("/since", f"not after until, at most {_MAX_CONDUCT_DAYS} days before it")],
            )
        teams = None if current_scope() is Scope.ORGANISATION else uow.actor.teams
        return {"since": since, "until": until, "collectors": conduct_of(uow, since, until, teams=teams)}


def _complaint(complaint_id: UUID) -> Complaint:
    return queries.get_complaint(current_uow(), ComplaintId(complaint_id), scope=current_scope())


def _newest(complaint_id: UUID) -> Complaint:
    complaint = _complaint(complaint_id)
    check_version(complaint, schemas.ComplaintSchema)
    return complaint
