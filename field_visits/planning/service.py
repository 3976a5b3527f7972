"""Publishing a day: the plan becomes promises, all of them at once or none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from field_visits.appointments import queries as appointments
from field_visits.appointments.crews import Rows, Span, Team, audience, team_of
from field_visits.appointments.dispatching import interval_of, planning_move, unplanning_move
from field_visits.appointments.lawfulness import bench_of, question
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.locking import hold_all
from field_visits.appointments.models import COLLECTOR_OVERLAP, Appointment
from field_visits.cases.judging import Rules
from field_visits.compliance.facts import Action
from field_visits.kernel.decision import Decision
from field_visits.kernel.errors import StaleError
from field_visits.kernel.ids import AppointmentId, PlanId, UserId
from field_visits.planning import queries
from field_visits.planning.by_hand import ByHand
from field_visits.planning.drafting import former_of
from field_visits.planning.models import DayPlan, PlanDraft
from field_visits.planning.plan_json import basis_of
from field_visits.unit_of_work import Born, Move, Refused, UnitOfWork
from field_visits.workforce.queries import crews_on_duty, day_hours, organisation_zone

_AGAIN = "Make a new draft of the day."


@dataclass(frozen=True, slots=True)
class _Visit:
    """One visit of the draft."""

    appointment_id: AppointmentId
    interval: Span
    team: Team


def publish(
    uow: UnitOfWork, rules: Rules, draft_id: PlanId, *, version: UUID | None = None
) -> Born[DayPlan] | Refused:
    """The draft is the day's plan; each appointment in it has its crew and interval, the others have none.

    Two intervals may be swapped: the net against double booking is drawn tight only after the last row. The
    plan that stood before is superseded. Appointments that are planned already as the draft has them are
    left as they are; what was done or is under way is told by the plan and not touched by it.

    Args:
        uow: The unit of work.
        rules: The released packs.
        draft_id: Which draft.
        version: The version of it that was looked at; any, where a program publishes what it has just made.

    Raises:
        NotFoundError: There is no such draft.
        StaleError: Somebody changed the draft since.
    Evidence: plan:day:published, one appointment:plan:set or appointment:plan:cleared for each that changed,
        plan:day:superseded for the former. Refused (plan:day:refused) when the day is over, the draft is
        stale, another plan was published since it was made, the roster changed, a visit is no longer lawful, or a collector is busy elsewhere.
    """
    draft = queries.get_draft(uow, draft_id)
    visits = list(_visits(draft.plan))
    basis: Mapping[str, list[Any]] = draft.problem["appointments"]
    collectors = {person for visit in visits for person in visit.team.members}
    # The organisation stands for «its plans»: two publications of a day come one after the other.
    held = {
        one.id: one
        for one in hold_all(
            uow, [AppointmentId(UUID(key)) for key in basis], [uow.actor.organisation, *collectors]
        )
    }
    rows = appointments.crews_of(uow, list(held))
    uow.session.refresh(draft, with_for_update=True)
    if version is not None and draft.version != version:
        raise StaleError("Somebody changed this draft since you looked at it. Look again, then publish.")
    former = queries.plan_of_day(uow, draft.day, locked=True)
    plan = DayPlan(
        id=PlanId(uow.new_id()),
        day=draft.day,
        timezone=str(organisation_zone(uow)),
        routes=draft.plan,
        published_at=uow.now,
    )
    told = {"day": draft.day, "draft": draft_id, "visits": len(visits), "former": former and former.id}
    asked = Move(
        plan, "publish", facts=told, audience=audience(list(collectors), queries.collectors_of(former))
    )
    objection = (
        _over(uow, draft.day)
        or _overtaken(draft, former)
        or _stale(basis, held, rows)
        or _off_duty(uow, draft.day, visits)
        or _unpromised(visits, held)
    )
    if objection is not None:
        return uow.refuse(asked, objection)
    decisions = _judge(uow, rules, visits, held)
    unlawful = [visit.appointment_id for visit in visits if decisions[visit.appointment_id].is_refused]
    if unlawful:
        return uow.refuse(
            Move(plan, "publish", facts=told | {"unlawful": unlawful}),
            f"{len(unlawful)} of these visits are no longer lawful at their hour. {_AGAIN}",
            decision=decisions[unlawful[0]],
        )
    by_hand = ByHand.of_json(draft.problem["by_hand"])
    moves = list(
        _plannings(
            uow, visits=visits, held=held, rows=rows, decisions=decisions, by_hand=by_hand, plan_id=plan.id
        )
    )
    moves += _clearings(uow, draft, held, rows, {visit.appointment_id for visit in visits})
    if former is not None:
        moves.insert(0, Move(former, "supersede", facts={"by": plan.id}))
    outcome = uow.apply_all([*moves, asked], defer=[COLLECTOR_OVERLAP], asked=asked)
    return outcome if isinstance(outcome, Refused) else Born(plan, outcome[-1])


def _visits(plan: Mapping[str, Any]) -> Iterator[_Visit]:
    for route in plan["routes"]:
        crew = route["crew"]
        partner = crew["partner_id"]
        team = Team(UserId(UUID(crew["lead_id"])), None if partner is None else UserId(UUID(partner)))
        for visit in route["visits"]:
            if visit["happened"] is not None:
                continue
            interval = (datetime.fromisoformat(visit["start_at"]), datetime.fromisoformat(visit["end_at"]))
            yield _Visit(AppointmentId(UUID(visit["appointment_id"])), interval, team)


def _over(uow: UnitOfWork, day: date) -> str | None:
    return "This day is over." if day_hours(uow, day).end <= uow.now else None


def _overtaken(draft: PlanDraft, former: DayPlan | None) -> str | None:
    """Whether somebody else published the day since the draft was made."""
    if former_of(draft) == (None if former is None else former.id):
        return None
    return f"Another plan of this day was published since this draft was made. {_AGAIN}"


def _stale(
    basis: Mapping[str, list[Any]],
    held: Mapping[AppointmentId, Appointment],
    rows: Mapping[AppointmentId, Rows],
) -> str | None:
    """What changed since the draft was made, in one sentence."""
    changed = 0
    for key, before in basis.items():
        one = held.get(AppointmentId(UUID(key)))
        stands = one is not None and one.state in BINDING
        changed += one is None or not stands or basis_of(one, rows.get(one.id, ())) != before
    if not changed:
        return None
    many = "1 appointment was" if changed == 1 else f"{changed} appointments were"
    return f"{many} moved, reassigned or ended since this draft was made. {_AGAIN}"


def _off_duty(uow: UnitOfWork, day: date, visits: Sequence[_Visit]) -> str | None:
    """Whether somebody of the plan no longer works then, or not together."""
    duty: dict[tuple[UserId, ...], list[Span]] = {}
    for crew in crews_on_duty(uow, day):
        people = Team(crew.lead_id, crew.partner_id).members
        duty.setdefault(people, []).append((crew.hours.start, crew.hours.end))
    for visit in visits:
        hours = duty.get(visit.team.members, ())
        if not any(start <= visit.interval[0] and visit.interval[1] <= end for start, end in hours):
            return f"Shifts, absences or crews changed since this draft was made. {_AGAIN}"
    return None


def _unpromised(visits: Iterable[_Visit], held: Mapping[AppointmentId, Appointment]) -> str | None:
    """Whether a visit lies outside what its customer was promised: only they can agree to that, never a plan."""
    for visit in visits:
        one = held[visit.appointment_id]
        if not one.window_from <= visit.interval[0] < visit.interval[1] <= one.window_to:
            return f"A visit would lie outside the hours that its customer was promised. {_AGAIN}"
    return None


def _judge(
    uow: UnitOfWork,
    rules: Rules,
    visits: Iterable[_Visit],
    held: Mapping[AppointmentId, Appointment],
) -> dict[AppointmentId, Decision]:
    bench, promises = bench_of(uow, rules, list(held.values()))
    decisions = {}
    for visit in visits:
        one = held[visit.appointment_id]
        asked = question(
            one, promises, action=Action.PUBLISH, window=visit.interval, crew_size=visit.team.size
        )
        decisions[one.id] = bench.judge(one.case_id, asked)
    return decisions


def _plannings(
    uow: UnitOfWork,
    *,
    visits: Iterable[_Visit],
    held: Mapping[AppointmentId, Appointment],
    rows: Mapping[AppointmentId, Rows],
    decisions: Mapping[AppointmentId, Decision],
    by_hand: ByHand,
    plan_id: PlanId,
) -> Iterator[Move]:
    for visit in visits:
        one = held[visit.appointment_id]
        crew = rows.get(one.id, ())
        is_pinned = by_hand.pins[one.id] is not None if one.id in by_hand.pins else one.is_pinned
        stands = interval_of(one) == visit.interval and team_of(crew) == visit.team
        if stands and is_pinned == one.is_pinned:
            continue
        yield planning_move(
            uow,
            one,
            rows=crew,
            team=visit.team,
            interval=visit.interval,
            decision=decisions[one.id],
            is_pinned=is_pinned,
            plan_id=plan_id,
        )


def _clearings(
    uow: UnitOfWork,
    draft: PlanDraft,
    held: Mapping[AppointmentId, Appointment],
    rows: Mapping[AppointmentId, Rows],
    planned: set[AppointmentId],
) -> Iterator[Move]:
    """Appointments that the former plan had and this one leaves out."""
    why = {drop["appointment_id"]: drop["sentence"] for drop in draft.plan["dropped"]}
    for one in held.values():
        if one.id not in planned and interval_of(one) is not None:
            reason = why.get(str(one.id), "left out of the plan")
            yield unplanning_move(uow, one, rows=rows.get(one.id, ()), reason=reason)
