"""Appointments, free slots and a collector's day."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.appointments import schemas
from api.blueprints import Blueprint
from api.house import current_house
from api.paging import Page, Position, page_of, paged
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.appointments import dispatching, queries, service, slots
from field_visits.appointments.lawfulness import verdicts_of
from field_visits.appointments.locking import hold
from field_visits.appointments.models import Appointment
from field_visits.appointments.queries import AppointmentFile
from field_visits.appointments.views import view_appointment
from field_visits.cases.models import Case
from field_visits.cases.queries import get_case, list_lines
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AppointmentId, CaseId, UserId
from field_visits.workforce.membership import people_of
from field_visits.workforce.queries import day_hours, organisation_zone

blueprint = Blueprint(
    "appointments", __name__, description="What customers were promised, what can be, and who goes."
)


@blueprint.resource("/appointments")
class Appointments(MethodView):
    @reads("appointment:read")
    @blueprint.takes(schemas.AppointmentQuery, location="query")
    @blueprint.gives(200, page_of(schemas.AppointmentSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[AppointmentFile], int, dict[str, str]]:
        """List appointments by their window's start."""

        def fetch(after: Position | None, limit: int) -> list[AppointmentFile]:
            return queries.list_appointments(
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

        return paged(query, fetch, lambda file: (file.appointment.window_from, file.appointment.id))

    @writes("appointment:book")
    @blueprint.takes(schemas.BookingSchema)
    @blueprint.gives(201, schemas.AppointmentSchema)
    def post(self, told: dict[str, Any]) -> tuple[Appointment, int, dict[str, str]]:
        """Book a visit: the whole window has to be lawful at the door."""
        case = _case(told.pop("case_id"))
        window = (told.pop("window_from"), told.pop("window_to"))
        booked = settle(
            service.book(current_uow(), current_house().rules, case.id, window=window, **told)
        ).row
        return booked, 201, {"Location": f"/v1/appointments/{booked.id}"}


@blueprint.resource("/appointments/<uuid:appointment_id>")
class OneAppointment(MethodView):
    @reads("appointment:read")
    @blueprint.gives(200, schemas.AppointmentSchema)
    def get(self, appointment_id: UUID) -> Appointment:
        """Show one appointment. That legal looked is recorded."""
        uow = current_uow()
        return view_appointment(uow, AppointmentId(appointment_id), scope=current_scope()).appointment


@blueprint.resource("/appointments/<uuid:appointment_id>/notice")
class Notice(MethodView):
    @writes("appointment:notice")
    @blueprint.gives(200, schemas.AppointmentSchema)
    def post(self, appointment_id: UUID) -> Appointment:
        """Tell the customer of the visit, in neutral words."""
        appointment = _appointment(appointment_id)
        settle(
            service.notice(current_uow(), current_house().rules, appointment.id, pages=current_house().pages)
        )
        return appointment


@blueprint.resource("/appointments/<uuid:appointment_id>/confirm")
class Confirmation(MethodView):
    @writes("appointment:confirm")
    @blueprint.takes(schemas.ConfirmationSchema)
    @blueprint.gives(200, schemas.AppointmentSchema)
    def post(self, told: dict[str, Any], appointment_id: UUID) -> Appointment:
        """Record that the customer agreed."""
        appointment = _appointment(appointment_id)
        settle(service.confirm(current_uow(), appointment.id, by=told["by"].value))
        return appointment


@blueprint.resource("/appointments/<uuid:appointment_id>/reschedule")
class Rescheduling(MethodView):
    @writes("appointment:reschedule", versioned=True)
    @blueprint.takes(schemas.RescheduleSchema)
    @blueprint.gives(200, schemas.AppointmentSchema)
    def post(self, told: dict[str, Any], appointment_id: UUID) -> Appointment:
        """Move the visit to another window; it has to be told and confirmed anew."""
        appointment = _newest(appointment_id)
        window = (told["window_from"], told["window_to"])
        settle(
            service.reschedule(
                current_uow(),
                current_house().rules,
                appointment.id,
                window=window,
                reason=told["reason"],
            )
        )
        return appointment


@blueprint.resource("/appointments/<uuid:appointment_id>/cancel")
class Cancellation(MethodView):
    @writes("appointment:cancel")
    @blueprint.takes(schemas.CancellationSchema)
    @blueprint.gives(200, schemas.AppointmentSchema)
    def post(self, told: dict[str, Any], appointment_id: UUID) -> Appointment:
        """Cancel the visit; a customer who knew of it is told, where that is lawful."""
        appointment = _appointment(appointment_id)
        settle(service.cancel(current_uow(), current_house().rules, appointment.id, reason=told["reason"]))
        return appointment


@blueprint.resource("/appointments/<uuid:appointment_id>/resume")
class Resumption(MethodView):
    @writes("appointment:resume")
    @blueprint.gives(200, schemas.AppointmentSchema)
    def post(self, appointment_id: UUID) -> Appointment:
        """Propose a suspended visit again, once nothing holds it any more."""
        appointment = _appointment(appointment_id)
        settle(service.resume(current_uow(), current_house().rules, appointment.id))
        return appointment


@blueprint.resource("/appointments/<uuid:appointment_id>/assign")
class Assignment(MethodView):
    @writes("appointment:assign", versioned=True)
    @blueprint.takes(schemas.AppointmentCrewSchema)
    @blueprint.gives(200, schemas.AppointmentSchema)
    def post(self, told: dict[str, Any], appointment_id: UUID) -> Appointment:
        """Name who goes; planning keeps to it."""
        named = [person for person in (told["lead_id"], told["partner_id"]) if person is not None]
        appointment = _newest(appointment_id, *named)
        _require_own_people(told)
        settle(
            dispatching.assign(
                current_uow(),
                current_house().rules,
                appointment.id,
                lead=told["lead_id"],
                partner=told["partner_id"],
            )
        )
        return appointment


@blueprint.resource("/cases/<uuid:case_id>/slots")
class CaseSlots(MethodView):
    @reads("appointment:book")
    @blueprint.takes(schemas.SlotQuery, location="query")
    @blueprint.gives(200, schemas.SlotsSchema)
    def get(self, query: dict[str, Any], case_id: UUID) -> slots.Slots:
        """Say which hours can be promised, and for the others why not."""
        since = query["since"] or current_uow().now
        return slots.free_slots(
            current_uow(),
            current_house().rules,
            _case(case_id),
            since=since,
            until=query["until"] or since + timedelta(days=7),
            service_minutes=query["service_minutes"],
            crew_size=query["crew_size"],
            address_id=query["address_id"],
            moving=None if query["moving"] is None else _appointment(query["moving"]).id,
        )


@blueprint.resource("/slots")
class Offers(MethodView):
    @reads("appointment:book")
    @blueprint.takes(schemas.OffersQuery, location="query")
    @blueprint.gives(200, page_of(schemas.DatedSlotSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[dict[str, Any]], int, dict[str, str]]:
        """Say for every open case, oldest first, when it could be visited: each as if the others were not."""

        def fetch(after: Position | None, limit: int) -> list[dict[str, Any]]:
            uow = current_uow()
            lines = list_lines(
                uow,
                scope=current_scope(),
                state="open",
                after=None if after is None else CaseId(after[0]),
                limit=limit,
            )
            found = slots.free_slots_of_many(
                uow,
                current_house().rules,
                [line.case for line in lines],
                since=query["since"],
                until=query["until"],
                service_minutes=query["service_minutes"],
                crew_size=query["crew_size"],
            )
            return [_offer(line.case, found.get(line.case.id)) for line in lines]

        return paged(query, fetch, lambda offer: (offer["case_id"],))


@blueprint.resource("/me/day")
class OwnDay(MethodView):
    @reads("appointment:read")
    @blueprint.takes(schemas.DayQuery, location="query")
    @blueprint.gives(200, schemas.OwnDaySchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """One's own planned visits of a day, in order, with what is lawful when for three days."""
        uow = current_uow()
        zone = organisation_zone(uow)
        day = query["day"] or _local(uow.now).date()
        hours = day_hours(uow, day)
        mine = uow.actor.user
        files = [] if mine is None else queries.day_of(uow, mine, hours.start, hours.end)
        spans = verdicts_of(uow, current_house().rules, [file.appointment for file in files])
        visits = [
            schemas.laid_out(file, is_masked=False) | {"verdicts": spans[file.appointment.id]}
            for file in files
        ]
        return {"day": day, "timezone": str(zone), "visits": visits}


def _offer(case: Case, found: slots.Slots | None) -> dict[str, Any]:
    free = () if found is None else found.free
    return {
        "case_id": case.id,
        "reference": case.reference,
        "first": free[0] if free else None,
        "slots": len(free),
        "closed_by": [] if found is None else sorted({span.reason for span in found.closed}),
    }


def _local(at: datetime) -> datetime:
    return at.astimezone(organisation_zone(current_uow()))


def _appointment(appointment_id: UUID) -> Appointment:
    """The appointment, within the caller's scope; NotFoundError otherwise."""
    file = queries.get_appointment(current_uow(), AppointmentId(appointment_id), scope=current_scope())
    return file.appointment


def _newest(appointment_id: UUID, *collectors: UserId) -> Appointment:
    """As `_appointment`, held still, and the version that the caller knows."""
    appointment = hold(current_uow(), _appointment(appointment_id).id, *collectors)
    check_version(appointment, schemas.AppointmentSchema)
    return appointment


def _case(case_id: UUID) -> Case:
    return get_case(current_uow(), CaseId(case_id), scope=current_scope()).case


def _require_own_people(told: dict[str, Any]) -> None:
    """A supervisor sends the own teams' people; InvalidError for others."""
    if current_scope() is Scope.ORGANISATION:
        return
    uow = current_uow()
    own = people_of(uow.session, uow.actor.teams, at=uow.now)
    faults = [
        Fault(f"/{name}", "not in a team of yours")
        for name in ("lead_id", "partner_id")
        if told[name] is not None and told[name] not in own
    ]
    if faults:
        raise InvalidError("You can send people of your own teams.", faults=faults)
