"""From a day's appointments and crews to a proposal: nothing is promised to anybody yet.

`compliance` is asked for the lawful starts of each visit before the solver sees it, so that an unlawful hour
cannot be proposed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from field_visits.appointments import queries as appointments
from field_visits.appointments.crews import Rows, members_of, team_of
from field_visits.appointments.lawfulness import Promises, bench_of, question
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import Appointment
from field_visits.appointments.slots import place_of, vehicle_of
from field_visits.cases.judging import Bench, Rules
from field_visits.cases.models import Address, Case
from field_visits.compliance.facts import Action
from field_visits.identity.models import User
from field_visits.kernel.errors import Fault, InvalidError, UnavailableError
from field_visits.kernel.ids import AddressId, AppointmentId, CaseId, PlanId, UserId
from field_visits.planning.models import PlanDraft
from field_visits.planning.plan_json import basis_of, crew_json, instant, plan_json
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.models import Visit
from field_visits.workforce.duty import CrewOnDuty
from field_visits.workforce.queries import crews_on_duty, day_hours
from routing.check import check
from routing.distance import Travel, VectorTravel
from routing.model import MAX_PRIORITY, Place, Problem, Stop, Vehicle, Window, places_of, union
from routing.solve import PlanningError, solve

MAX_BUDGET_S = 60.0
# A skill's name has no blank, so that this one is no skill that a person could be granted.
_TWO_PEOPLE = "two people"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Day:
    """Everything that is known of the day, read once."""

    epoch: datetime
    appointments: Sequence[Appointment]
    cases: Mapping[CaseId, Case]
    doors: Mapping[AddressId, Address]
    crews: Mapping[str, CrewOnDuty]
    rows: Mapping[AppointmentId, Rows]
    bench: Bench
    promises: Promises

    def seconds(self, at: datetime) -> int:
        return int((at - self.epoch) // _SECOND)


def draft(
    uow: UnitOfWork,
    rules: Rules,
    day: date,
    *,
    budget_s: float = 2.0,
    seed: int = 0,
    iterations: int | None = None,
    travel: Travel | None = None,
) -> PlanDraft:
    """A checked proposal for `day` is kept as a draft: who visits whom and when, and why some are left out.

    Appointments under way stay as they are, and their crew goes on from there. Planning today starts now.

    Args:
        uow: The unit of work.
        rules: The released packs.
        day: A day of the organisation's calendar.
        budget_s: How long the solver may think, in seconds of wall clock, up to 60.
        seed: The same seed and `iterations` propose the same plan, unless the budget ends first.
        iterations: How many steps the solver makes at most.
        travel: Where travel times come from; straight lines made honest by default.

    Raises:
        InvalidError: The day is over, or the budget cannot be.
        UnavailableError: No plan passed the checker; the plan that is published still holds.
    """
    if not 0 < budget_s <= MAX_BUDGET_S:
        raise InvalidError(
            "Give the solver up to a minute.", faults=[Fault("/budget_s", f"above 0, up to {MAX_BUDGET_S:g}")]
        )
    known = _read(uow, rules, day)
    stops, barred = _stops(known)
    vehicles = tuple(_vehicles(uow, known))
    problem = Problem(stops, vehicles, (travel or VectorTravel()).matrix(places_of(stops, vehicles)))
    try:
        plan = solve(problem, seconds=budget_s, seed=seed, iterations=iterations)
    except PlanningError as error:
        raise UnavailableError(f"{error} Try again, or plan these visits by hand.") from error
    if violations := check(problem, plan):
        raise UnavailableError(f"The plan broke a rule and was thrown away: {violations[0].sentence}")
    drafted = PlanDraft(
        id=PlanId(uow.new_id()),
        org_id=uow.actor.organisation,
        day=day,
        made_at=uow.now,
        made_by=uow.actor.user,
        problem={
            "epoch": instant(known.epoch),
            "seed": seed,
            "budget_s": repr(budget_s),
            "crews": [crew_json(name, crew) for name, crew in known.crews.items()],
            "appointments": {
                str(one.id): basis_of(one, known.rows.get(one.id, ())) for one in known.appointments
            },
        },
        plan=plan_json(plan, known.epoch, known.crews, barred),
    )
    uow.session.add(drafted)
    uow.session.flush()
    return drafted


def _read(uow: UnitOfWork, rules: Rules, day: date) -> _Day:
    hours = day_hours(uow, day)
    if hours.end <= uow.now:
        raise InvalidError("This day is over.", faults=[Fault("/day", "today or later")])
    # A whole second, not before now: nobody can be sent into the past.
    epoch = max(hours.start, uow.now.replace(microsecond=0) + _SECOND)
    under_way = set(
        uow.session.scalars(select(Visit.appointment_id).where(Visit.state.in_(("departed", "arrived"))))
    )
    standing = [
        one for one in appointments.binding_between(uow, hours.start, hours.end) if one.id not in under_way
    ]
    cases = uow.session.scalars(select(Case).where(Case.id.in_({one.case_id for one in standing})))
    doors = uow.session.scalars(select(Address).where(Address.id.in_({one.address_id for one in standing})))
    bench, promises = bench_of(uow, rules, standing)
    return _Day(
        epoch,
        standing,
        {case.id: case for case in cases},
        {door.id: door for door in doors},
        _named(uow, [crew for crew in crews_on_duty(uow, day) if crew.hours.end > epoch]),
        appointments.crews_of(uow, [one.id for one in standing]),
        bench,
        promises,
    )


def _named(uow: UnitOfWork, crews: Sequence[CrewOnDuty]) -> dict[str, CrewOnDuty]:
    """Each stretch of a crew under a name that a dispatcher knows: badges, or else names."""
    labels = _labels(uow, {person for crew in crews for person in _people(crew)})
    named: dict[str, CrewOnDuty] = {}
    for crew in crews:
        label = " + ".join(labels[person] for person in _people(crew))
        times = sum(name == label or name.startswith(f"{label} (") for name in named)
        named[f"{label} ({times + 1})" if times else label] = crew
    return named


def _labels(uow: UnitOfWork, people: Collection[UserId]) -> dict[UserId, str]:
    users = uow.session.scalars(select(User).where(User.id.in_(people)))
    return {user.id: user.badge or user.name or user.username for user in users}


def _people(crew: CrewOnDuty) -> tuple[UserId, ...]:
    return (crew.lead_id,) if crew.partner_id is None else (crew.lead_id, crew.partner_id)


def _vehicles(uow: UnitOfWork, known: _Day) -> list[Vehicle]:
    """The crews, each from where it is free."""
    people = {person for crew in known.crews.values() for person in _people(crew)}
    going = _going_on_from(uow, people)
    vehicles = []
    for name, crew in known.crews.items():
        vehicle = vehicle_of(name, crew, known.epoch)
        if vehicle is None:
            continue
        if crew.size > 1:
            vehicle = replace(vehicle, skills=vehicle.skills | {_TWO_PEOPLE})
        for person in _people(crew):
            if person in going:
                free_at, place = going[person]
                free_s = min(max(known.seconds(free_at), vehicle.shift_from_s), vehicle.shift_to_s)
                vehicle = replace(vehicle, shift_from_s=free_s, start=place)
        vehicles.append(vehicle)
    return vehicles


def _going_on_from(uow: UnitOfWork, people: Collection[UserId]) -> dict[UserId, tuple[datetime, Place]]:
    """Where those who are at a visit now will be free, and when that is planned."""
    rows = uow.session.execute(
        select(Visit, Appointment, Address)
        .join(Appointment, Appointment.id == Visit.appointment_id)
        .join(Address, Address.id == Appointment.address_id)
        .where(Visit.state.in_(("departed", "arrived")), Appointment.state.in_(BINDING))
        .where(Visit.lead_id.in_(people))
        .order_by(Visit.departed_at)
    )
    going: dict[UserId, tuple[datetime, Place]] = {}
    for visit, appointment, address in rows:
        free_at = max(
            appointment.planned_to or uow.now, uow.now + timedelta(minutes=appointment.service_minutes)
        )
        for person in (visit.lead_id, visit.partner_id):
            if person is not None:
                going[person] = (free_at, place_of(address))
    return going


def _stops(known: _Day) -> tuple[tuple[Stop, ...], dict[str, dict[str, Any]]]:
    """The visits with their lawful starts; and of those without any, what forbids them."""
    stops: list[Stop] = []
    barred: dict[str, dict[str, Any]] = {}
    for one in known.appointments:
        case = known.cases[one.case_id]
        windows, needs_two = _lawful(known, one)
        if case.state != "open":
            windows = ()
            barred[str(one.id)] = {"sentence": f"The case is {case.state}.", "decision": None}
        elif not windows:
            decision = known.bench.judge(
                one.case_id,
                question(one, known.promises, action=Action.PLAN, window=_first_start(known, one)),
            )
            if decision.is_refused:
                words = " ".join(reason.detail for reason in decision.reasons)
                barred[str(one.id)] = {"sentence": words, "decision": decision.as_json()}
        skills = frozenset(case.skills) | (frozenset({_TWO_PEOPLE}) if needs_two else frozenset())
        pinned, never = _pinning(known, one)
        stops.append(
            Stop(
                str(one.id),
                place_of(known.doors[one.address_id]),
                windows,
                one.service_minutes * 60,
                priority=min(max(case.priority, 1), MAX_PRIORITY),
                skills=skills,
                pinned_vehicle=pinned,
                never_vehicles=never,
            )
        )
    return tuple(stops), barred


def _first_start(known: _Day, one: Appointment) -> tuple[datetime, datetime]:
    start = max(one.window_from, known.epoch)
    return start, start + timedelta(minutes=one.service_minutes)


def _lawful(known: _Day, one: Appointment) -> tuple[tuple[Window, ...], bool]:
    """Starts inside the promised window that no rule refuses, and whether they need a crew of two."""
    window = _first_start(known, one)
    last = one.window_to - timedelta(minutes=one.service_minutes)
    for size in range(one.crew_size, 3):
        asked = question(one, known.promises, action=Action.PLAN, window=window, crew_size=size)
        spans = known.bench.lawful_starts(one.case_id, asked, window[0], last)
        if spans:
            starts = union((known.seconds(first), known.seconds(end)) for first, end in spans)
            return starts, size > 1
    return (), one.crew_size > 1


def _pinning(known: _Day, one: Appointment) -> tuple[str | None, frozenset[str]]:
    """The crew that a dispatcher named: it alone may go, also where a partner joined it."""
    rows = known.rows.get(one.id, ())
    team = team_of(rows) if one.is_pinned else None
    if team is None:
        return None, frozenset()
    able = [name for name, crew in known.crews.items() if set(_people(crew)).issuperset(team.members)]
    if len(able) > 1:
        return None, frozenset(known.crews) - set(able)
    return (able[0] if able else f"the crew named by hand ({len(members_of(rows))})"), frozenset()
