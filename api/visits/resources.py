"""Visits: setting out, what is told at the door, and the field as it is now."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.attachments.schemas import AnnouncementSchema
from api.blueprints import Blueprint
from api.house import current_house
from api.paging import Page, Position, page_of, paged
from api.requests import reads, settle, writes
from api.visits import schemas
from api.work import current_scope, current_uow
from field_visits.kernel.ids import AppointmentId, VisitId
from field_visits.unit_of_work import Refused
from field_visits.visits import service
from field_visits.visits.models import Visit
from field_visits.visits.outcomes import OUTCOMES
from field_visits.visits.placement import Fix
from field_visits.visits.queries import Live, VisitFile, field_live, get_visit, list_visits
from field_visits.visits.service import PromiseMade
from field_visits.visits.telling import Told
from field_visits.visits.views import view_visit
from field_visits.workforce.queries import day_hours, organisation_zone

blueprint = Blueprint("visits", __name__, description="What happened on the way to a door and at it.")


@blueprint.resource("/visits")
class Visits(MethodView):
    @reads("visit:read")
    @blueprint.takes(schemas.VisitQuery, location="query")
    @blueprint.gives(200, page_of(schemas.VisitSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[VisitFile], int, dict[str, str]]:
        """List visits by their departure."""

        def fetch(after: Position | None, limit: int) -> list[VisitFile]:
            return list_visits(
                current_uow(),
                scope=current_scope(),
                since=query["since"],
                until=query["until"],
                case_id=query["case_id"],
                collector_id=query["collector_id"],
                states=() if query["state"] is None else (query["state"],),
                after=None if after is None else (after[0], after[1]),
                limit=limit,
            )

        return paged(query, fetch, lambda file: (file.visit.departed_at, file.visit.id))

    @writes("visit:depart")
    @blueprint.takes(schemas.DepartureSchema)
    @blueprint.gives(201, schemas.VisitSchema)
    def post(self, told: dict[str, Any]) -> tuple[Visit, int, dict[str, str]]:
        """Set out to an appointment. The rules may refuse it, and say when it will be lawful."""
        visit = settle(
            service.depart(
                current_uow(),
                current_house().rules,
                AppointmentId(told["appointment_id"]),
                visit_id=None if told["id"] is None else VisitId(told["id"]),
            )
        ).row
        return visit, 201, {"Location": f"/v1/visits/{visit.id}"}


@blueprint.resource("/visits/<uuid:visit_id>")
class OneVisit(MethodView):
    @reads("visit:read")
    @blueprint.gives(200, schemas.VisitSchema)
    def get(self, visit_id: UUID) -> Visit:
        """Show one visit with its files. That legal looked is recorded."""
        return view_visit(current_uow(), VisitId(visit_id), scope=current_scope()).visit


@blueprint.resource("/visits/<uuid:visit_id>/arrival")
class Arrival(MethodView):
    @writes("visit:arrive")
    @blueprint.takes(schemas.ArrivalSchema)
    @blueprint.gives(200, schemas.ToldSchema)
    def post(self, told: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
        """Tell that the crew arrived. Never refused; a breach is recorded and alerts a dispatcher."""
        fix = None if told["fix"] is None else Fix(**told["fix"])
        return _shown(_rules(service.arrive)(visit_id, **{**told, "fix": fix}))


@blueprint.resource("/visits/<uuid:visit_id>/photos")
class Photos(MethodView):
    @writes("visit:photograph")
    @blueprint.takes(AnnouncementSchema)
    @blueprint.gives(200, schemas.PhotographedSchema)
    def post(self, told: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
        """Announce a photo by its hash; upload its bytes by the ticket that comes back."""
        kind = told.pop("kind").value
        taken = settle(
            service.photograph(current_uow(), current_house().objects, VisitId(visit_id), kind=kind, **told)
        )
        visit = get_visit(current_uow(), VisitId(visit_id), scope=current_scope())
        return {
            "attachment": taken.expected.attachment,
            "ticket": taken.expected.ticket,
            "visit": visit,
        }


@blueprint.resource("/visits/<uuid:visit_id>/persons")
class Persons(MethodView):
    @writes("visit:meet")
    @blueprint.takes(schemas.PersonSchema)
    @blueprint.gives(200, schemas.ToldSchema)
    def post(self, told: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
        """Tell who was met. `may_name_debt` says whether the debt may be spoken of with them."""
        return _shown(settle(service.meet(current_uow(), VisitId(visit_id), **_plain(told))))


@blueprint.resource("/visits/<uuid:visit_id>/notes")
class Notes(MethodView):
    @writes("visit:note")
    @blueprint.takes(schemas.NoteSchema)
    @blueprint.gives(200, schemas.ToldSchema)
    def post(self, told: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
        """Add a note."""
        return _shown(settle(service.note(current_uow(), VisitId(visit_id), **told)))


@blueprint.resource("/visits/<uuid:visit_id>/outcome")
class VisitOutcome(MethodView):
    @writes("visit:finish")
    @blueprint.takes(schemas.OutcomeSchema)
    @blueprint.gives(200, schemas.ToldSchema)
    def post(self, told: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
        """Tell what came of the visit; promise, hold and contact start with it at once."""
        promise = told.pop("promise")
        made = None if promise is None else PromiseMade(**promise)
        return _shown(_rules(service.finish)(visit_id, promise=made, **_plain(told)))


@blueprint.resource("/visits/<uuid:visit_id>/abort")
class VisitAbort(MethodView):
    @writes("visit:abort")
    @blueprint.takes(schemas.AbortSchema)
    @blueprint.gives(200, schemas.ToldSchema)
    def post(self, told: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
        """Break off a visit before anybody could be met. For danger at the door tell UNSAFE_ABORT."""
        return _shown(_rules(service.abort)(visit_id, scope=current_scope(), **_plain(told)))


@blueprint.resource("/outcomes")
class Outcomes(MethodView):
    @reads("visit:read")
    @blueprint.gives(200, schemas.OutcomeListSchema)
    def get(self) -> dict[str, Any]:
        """List the 22 outcomes with their names, what they need and what they start."""
        return {"items": [_outcome(code) for code in OUTCOMES]}


@blueprint.resource("/field")
class Field(MethodView):
    @reads("visit:read")
    @blueprint.gives(200, schemas.FieldSchema)
    def get(self) -> dict[str, Any]:
        """Show what every collector in your scope does now."""
        uow = current_uow()
        today = uow.now.astimezone(organisation_zone(uow)).date()
        live = field_live(uow, day_hours(uow, today).start, scope=current_scope())
        return {"at": uow.now, "items": [_live(one) for one in live]}


def _rules(verb: Callable[..., Told | Refused]) -> Callable[..., Told]:
    """`verb` with this request's unit of work and rules; a refusal ends the request."""

    def told(visit_id: UUID, **told: Any) -> Told:
        return settle(verb(current_uow(), current_house().rules, VisitId(visit_id), **told))

    return told


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """Closed words as their plain values, as rows keep them."""
    return {name: getattr(value, "value", value) for name, value in told.items()}


def _shown(told: Told) -> dict[str, Any]:
    breach = told.applied.breach
    return {
        "visit": told.visit,
        "breach": None if breach is None else breach.as_json(),
        "stop": told.stop,
        "may_name_debt": told.may_name_debt,
    }


def _outcome(code: str) -> dict[str, Any]:
    outcome = OUTCOMES[code]
    return {
        "code": outcome.code,
        "zh": outcome.zh,
        "en": outcome.en,
        "chip": outcome.chip,
        "met": sorted(outcome.met),
        "needs": sorted(outcome.needs),
        "follow_up": outcome.follow_up,
        "end": outcome.end,
        "stop": outcome.stop,
    }


def _live(one: Live) -> dict[str, Any]:
    return {
        "collector_id": one.collector_id,
        "name": one.name,
        "badge": one.badge,
        "doing": one.doing,
        "since": one.since,
        "visit_id": None if one.visit is None else one.visit.id,
        "appointment_id": None if one.visit is None else one.visit.appointment_id,
    }
