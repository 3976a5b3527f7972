"""A crew sets out: the one verb of a visit that the rules may stop."""

from datetime import datetime, timedelta

from sqlalchemy import select

from field_visits.appointments import queries as appointments
from field_visits.appointments.crews import members_of
from field_visits.appointments.lawfulness import judge_appointment
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.locking import hold
from field_visits.appointments.models import Appointment
from field_visits.cases.judging import Rules, Span
from field_visits.cases.models import Case
from field_visits.compliance.facts import Action
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import AppointmentId, UserId, VisitId
from field_visits.unit_of_work import Born, Move, Refused, UnitOfWork
from field_visits.visits.models import Visit
from field_visits.visits.telling import claimed

# Nobody travels longer than this to a door; whoever sets out earlier has the wrong day.
LONGEST_JOURNEY = timedelta(hours=4)
UNDER_WAY = ("departed", "arrived")


def depart(
    uow: UnitOfWork,
    rules: Rules,
    appointment_id: AppointmentId,
    *,
    visit_id: VisitId | None = None,
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Born[Visit] | Refused:
    """The caller is on the way to the appointment, as lead of the visit; the other of the crew comes along.

    Args:
        uow: The unit of work.
        rules: The released packs.
        appointment_id: Where to.
        visit_id: The id minted by the caller's phone; one is made where it is None.
        occurred_at: A phone command's claimed time, at which it is judged; now by default.
        not_before: The earliest moment it can have happened.

    Raises:
        NotFoundError: There is no such appointment, or the caller is not of its crew.
        InvalidError: The claimed time or the id cannot be.
    Evidence: visit:departure:recorded; refused by the rules (with the next lawful instant), when the
        appointment or case does not stand, when the promised window is over or hours away, and when the
        caller is on the way to it already.
    """
    appointment = hold(uow, appointment_id)
    crew = members_of(appointments.crews_of(uow, [appointment.id])[appointment.id])
    lead = uow.actor.user
    if lead is None or lead not in crew:
        raise NotFoundError("There is no such appointment.")
    at = claimed(uow, occurred_at)
    if visit_id is not None and (known := uow.session.get(Visit, visit_id)) is not None:
        return _known(uow, known, appointment, lead)
    visit = Visit(
        id=visit_id or VisitId(uow.new_id()),
        appointment_id=appointment.id,
        case_id=appointment.case_id,
        lead_id=lead,
        partner_id=next((person for person in crew if person != lead), None),
        departed_at=at,
        arrived_at=None,
        finished_at=None,
        placement=None,
        arrival_doubts=None,
        arrival_lat=None,
        arrival_lon=None,
        arrival_accuracy_m=None,
        arrival_distance_m=None,
        person_met=None,
        identity_proof=None,
        outcome=None,
        note=None,
    )
    obstacle = _obstacle(uow, appointment, lead)
    decision = None
    if obstacle is None:
        decision = judge_appointment(
            uow,
            rules,
            appointment,
            action=Action.DEPART,
            window=_presence(appointment, at),
            crew_size=len(crew),
            at=at,
        )
        if not decision.is_refused:
            obstacle = _mistimed(appointment, at)
    if obstacle is not None:
        return uow.refuse(Move(visit, "depart", occurred_at=at), obstacle, decision=decision)
    return uow.bear(
        visit,
        "depart",
        facts={"crew": crew},
        decision=decision,
        occurred_at=at,
        not_before=not_before,
        audience=crew,
    )


def _known(uow: UnitOfWork, known: Visit, appointment: Appointment, lead: UserId) -> Refused:
    """The same departure told twice is refused by the lifecycle; another one needs an id of its own."""
    if known.lead_id != lead or known.appointment_id != appointment.id:
        raise InvalidError("This id is taken.", faults=[Fault("/id", "mint a fresh id for each visit")])
    return uow.refuse(Move(known, "depart"), f"This visit has begun already: it is {known.state}.")


def _obstacle(uow: UnitOfWork, appointment: Appointment, lead: UserId) -> str | None:
    """What stands against setting out, before any rule is asked."""
    if appointment.state not in BINDING:
        return f"The appointment is {appointment.state}; nobody is expected."
    case = uow.session.get_one(Case, appointment.case_id)
    if case.state != "open":
        return f"The case is {case.state}; it is not worked any more."
    is_under_way = uow.session.scalars(
        select(Visit.id)
        .where(Visit.appointment_id == appointment.id, Visit.lead_id == lead, Visit.state.in_(UNDER_WAY))
        .limit(1)
    ).one_or_none()
    if is_under_way is not None:
        return "You are on the way to this appointment already; finish or abort that visit first."
    return None


def _presence(appointment: Appointment, at: datetime) -> Span:
    """When the crew would stand at the door: as planned, or at once where that time has come."""
    start = max(at, appointment.planned_from or appointment.window_from)
    return start, start + timedelta(minutes=appointment.service_minutes)


def _mistimed(appointment: Appointment, at: datetime) -> str | None:
    if at > appointment.window_to:
        return "The window promised to the customer is over. Agree on another one first."
    if at < appointment.window_from - LONGEST_JOURNEY:
        return "The window promised to the customer is more than four hours away. Set out later."
    return None
