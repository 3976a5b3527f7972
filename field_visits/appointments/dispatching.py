"""Who goes and when: plan an interval, take it back, name a crew by hand."""

from datetime import timedelta

from field_visits.appointments import queries
from field_visits.appointments.crews import Rows, Span, Team, audience, members_of, staffed, team_of
from field_visits.appointments.lawfulness import judge_appointment
from field_visits.appointments.locking import hold
from field_visits.appointments.models import Appointment
from field_visits.cases.judging import Rules
from field_visits.compliance.facts import Action
from field_visits.kernel.decision import Decision
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AppointmentId, PlanId, UserId
from field_visits.unit_of_work import Applied, Move, Refused, UnitOfWork
from field_visits.workforce.service import require_collectors


def plan(
    uow: UnitOfWork,
    rules: Rules,
    appointment_id: AppointmentId,
    *,
    interval: Span,
    lead: UserId,
    partner: UserId | None = None,
) -> Applied | Refused:
    """`lead` (and `partner`) are at the door in `interval`, which lies inside the promised window.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: The interval lies outside the window or is too short, or the crew cannot be this one.
    Evidence: appointment:plan:set; refused by law, or when one of the crew has another visit then.
    """
    team = Team(lead, partner)
    appointment = hold(uow, appointment_id, *team.members)
    require_crew(uow, appointment, team)
    require_fitting(appointment, interval)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    decision = judge_appointment(
        uow, rules, appointment, action=Action.PLAN, window=interval, crew_size=team.size
    )
    return _only(
        uow, planning_move(uow, appointment, rows=rows, team=team, interval=interval, decision=decision)
    )


def unplan(uow: UnitOfWork, appointment_id: AppointmentId, *, reason: str) -> Applied | Refused:
    """No interval is planned; a crew that planning chose is let go, one that a dispatcher named stays.

    Raises:
        NotFoundError: There is no such appointment.
    Evidence: appointment:plan:cleared.
    """
    appointment = hold(uow, appointment_id)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    return _only(uow, unplanning_move(uow, appointment, rows=rows, reason=reason))


def assign(
    uow: UnitOfWork,
    rules: Rules,
    appointment_id: AppointmentId,
    *,
    lead: UserId | None,
    partner: UserId | None = None,
) -> Applied | Refused:
    """A dispatcher names who goes, and planning keeps to it; without a lead the crew is open again.

    A planned interval stays, with the new crew; an open crew has none.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: The crew is smaller than promised, or one of it is no active collector.
    Evidence: appointment:crew:assigned; refused by law, or when one of the crew has another visit then. The
        audience is the crew as it was and as it is.
    """
    team = None if lead is None else Team(lead, partner)
    if team is None and partner is not None:
        raise InvalidError("A partner needs a lead.", faults=[Fault("/lead_id", "name the lead")])
    newcomers = () if team is None else team.members
    appointment = hold(uow, appointment_id, *newcomers)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    interval = None if team is None else interval_of(appointment)
    decision = None
    if team is not None:
        require_crew(uow, appointment, team)
        decision = judge_appointment(
            uow, rules, appointment, action=Action.PLAN, window=interval, crew_size=team.size
        )
    unplanned = {"planned_from": None, "planned_to": None} if interval is None else {}
    return uow.apply(
        appointment,
        "assign",
        changes={"is_pinned": team is not None, **unplanned},
        rows=staffed(uow, appointment, rows, team, interval),
        facts={"crew": newcomers, "former": members_of(rows)},
        decision=decision,
        audience=audience(newcomers, members_of(rows)),
    )


def planning_move(
    uow: UnitOfWork,
    appointment: Appointment,
    *,
    rows: Rows,
    team: Team,
    interval: Span,
    decision: Decision,
    is_pinned: bool | None = None,
    plan_id: PlanId | None = None,
) -> Move:
    """The move after which `team` is at the door in `interval`; former members learn of it too.

    `is_pinned` says whether planning has to keep to the crew from then on; by default that stays as it is.
    """
    facts = {"crew": team.members, "from": interval[0], "to": interval[1]}
    pinning = {} if is_pinned is None else {"is_pinned": is_pinned}
    return Move(
        appointment,
        "plan",
        changes={"planned_from": interval[0], "planned_to": interval[1], **pinning},
        rows=staffed(uow, appointment, rows, team, interval),
        facts=facts | ({} if plan_id is None else {"plan": plan_id}),
        decision=decision,
        audience=audience(team.members, members_of(rows)),
    )


def unplanning_move(uow: UnitOfWork, appointment: Appointment, *, rows: Rows, reason: str) -> Move:
    """The move after which no interval is planned."""
    kept = team_of(rows) if appointment.is_pinned else None
    return Move(
        appointment,
        "unplan",
        changes={"planned_from": None, "planned_to": None},
        rows=staffed(uow, appointment, rows, kept, None),
        facts={"reason": reason},
        audience=members_of(rows),
    )


def interval_of(appointment: Appointment) -> Span | None:
    """The planned interval, if there is one."""
    if appointment.planned_from is None or appointment.planned_to is None:
        return None
    return appointment.planned_from, appointment.planned_to


def require_fitting(appointment: Appointment, interval: Span) -> None:
    """The interval holds the service and lies inside the promised window; InvalidError otherwise."""
    start, end = interval
    if not appointment.window_from <= start < end <= appointment.window_to:
        raise InvalidError(
            "The interval lies outside the window that the customer was promised.",
            faults=[Fault("/interval", "inside the promised window")],
        )
    if end - start < timedelta(minutes=appointment.service_minutes):
        raise InvalidError(
            "The interval is shorter than the visit.",
            faults=[Fault("/interval", f"at least {appointment.service_minutes} minutes")],
        )


def require_crew(uow: UnitOfWork, appointment: Appointment, team: Team) -> None:
    """Active collectors, at least as many as promised; InvalidError otherwise."""
    if team.size < appointment.crew_size:
        raise InvalidError(
            f"{appointment.crew_size} collectors are promised for this visit.",
            faults=[Fault("/partner_id", "name the partner")],
        )
    people = {"/lead_id": team.lead} | ({} if team.partner is None else {"/partner_id": team.partner})
    require_collectors(uow, people)


def _only(uow: UnitOfWork, move: Move) -> Applied | Refused:
    outcome = uow.apply_all([move])
    return outcome if isinstance(outcome, Refused) else outcome[0]
