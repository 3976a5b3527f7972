"""How a visit begins: by a departure, which the rules may stop, or by what was told of it all the same."""

from dataclasses import replace
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
from field_visits.kernel.decision import Reason, Verdict
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import AppointmentId, UserId, VisitId
from field_visits.unit_of_work import Applied, Born, Move, Refused, UnitOfWork
from field_visits.visits.models import Visit
from field_visits.visits.telling import alert, claimed

# Nobody travels longer than this to a door; whoever sets out earlier has the wrong day.
LONGEST_JOURNEY = timedelta(hours=4)
# What stands in a decision instead of a law's rule: the office had called the visit off, or given it away.
CALLED_OFF, REASSIGNED = "DOORSTEP-CALLED-OFF", "DOORSTEP-REASSIGNED"
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
        NotFoundError: There is no such appointment, or the caller never was of its crew.
        InvalidError: The claimed time or the id cannot be.
    Evidence: visit:departure:recorded; refused by the rules (with the next lawful instant), when the
        appointment or case does not stand, when somebody else goes by now, when the promised window is over or hours away, and when the
        caller is on the way to it already.
    """
    appointment = hold(uow, appointment_id)
    rows = appointments.crews_of(uow, [appointment.id])[appointment.id]
    crew = members_of(rows)
    lead = uow.actor.user
    if lead is None or lead not in {row.collector_id for row in rows}:
        raise NotFoundError("There is no such appointment.")
    at = claimed(uow, occurred_at)
    if visit_id is not None and (known := uow.session.get(Visit, visit_id)) is not None:
        return _known(uow, known, appointment, lead)
    visit = _born(
        visit_id or VisitId(uow.new_id()),
        appointment,
        lead,
        partner=next((person for person in crew if person != lead), None),
        at=at,
    )
    obstacle = None if lead in crew else "The visit was given to somebody else; they go there."
    obstacle = obstacle or _obstacle(uow, appointment, lead)
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


def begin_untold(
    uow: UnitOfWork,
    rules: Rules,
    appointment_id: AppointmentId,
    *,
    visit_id: VisitId,
    occurred_at: datetime,
) -> Applied:
    """Somebody of the crew was at the door although no departure stands: the visit begins with what they tell.

    So nothing that happened at a door is lost: the office cancelled or gave the visit to somebody else while the
    phone had no signal, or the departure was refused. What stood against it is kept as breach and alarmed.

    Args:
        uow: The unit of work.
        rules: The released packs.
        appointment_id: The promise that they went for.
        visit_id: As minted on the phone.
        occurred_at: When the first thing told of it happened.

    Raises:
        NotFoundError: There is no such appointment, or the caller never was of its crew.
    Evidence: visit:departure:inferred, as breach where law or state stood against a departure;
        alert:record:opened then.
    """
    appointment = hold(uow, appointment_id)
    rows = appointments.crews_of(uow, [appointment.id])[appointment.id]
    lead = uow.actor.user
    if lead is None or lead not in {row.collector_id for row in rows}:
        raise NotFoundError("There is no such appointment of yours.")
    crew = members_of(rows)
    is_theirs = lead in crew
    visit = _born(
        visit_id,
        appointment,
        lead,
        partner=next((person for person in crew if person != lead), None) if is_theirs else None,
        at=occurred_at,
    )
    case = uow.session.get_one(Case, appointment.case_id)
    decision = judge_appointment(
        uow,
        rules,
        appointment,
        action=Action.ARRIVE,
        window=(occurred_at, occurred_at),
        crew_size=len(crew) if is_theirs else 1,
        at=occurred_at,
    )
    against = _against(appointment, case, is_theirs=is_theirs)
    if against is not None:
        decision = replace(
            decision,
            verdict=Verdict.REFUSE,
            reasons=(against, *decision.reasons),
            next_lawful_at=None,
        )
    applied = uow.apply(
        visit,
        "begin_untold",
        facts={"crew": crew},
        decision=decision,
        occurred_at=occurred_at,
        audience=[lead, *crew],
    )
    if isinstance(applied, Refused):  # a witness verb has no refusal; the type does not know
        raise NotFoundError(applied.detail)
    if applied.breach is not None:
        detail = {"rules": applied.breach.refusing_ids, "appointment": appointment.state}
        alert(uow, visit, "visit_unexpected", applied, detail)
    return applied


def _against(appointment: Appointment, case: Case, *, is_theirs: bool) -> Reason | None:
    """What the office had decided meanwhile, in the form of a rule that refuses."""
    if not is_theirs:
        rule, figure, told = REASSIGNED, "former crew", "The visit had been given to somebody else."
    elif appointment.state not in BINDING:
        rule, figure = CALLED_OFF, appointment.state
        told = f"The appointment was {appointment.state}; nobody was expected."
    elif case.state != "open":
        rule, figure, told = CALLED_OFF, case.state, f"The case was {case.state}; it was not worked any more."
    else:
        return None
    return Reason(
        rule, Verdict.REFUSE, "Doorstep: a visit is made by the crew of a standing appointment", figure, told
    )


def _born(
    visit_id: VisitId, appointment: Appointment, lead: UserId, *, partner: UserId | None, at: datetime
) -> Visit:
    return Visit(
        id=visit_id,
        appointment_id=appointment.id,
        case_id=appointment.case_id,
        lead_id=lead,
        partner_id=partner,
        departed_at=at,
        arrived_at=None,
        finished_at=None,
        placement=None,
        arrival_doubts=None,
        arrival_lat=None,
        arrival_lon=None,
        arrival_accuracy_m=None,
        arrival_distance_m=None,
        away_reason=None,
        person_met=None,
        identity_proof=None,
        outcome=None,
        note=None,
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
