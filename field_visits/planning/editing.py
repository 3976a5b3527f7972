"""A draft is changed by hand: one visit is moved, taken out or pinned, and all hours follow at once.

The day is read anew at every edit, so that a draft also follows what happened meanwhile. What would break a
rule is not done: the caller learns which rule of the day or of the law stands against it, and by how much.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from field_visits.appointments.crews import Team
from field_visits.cases.judging import Rules
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AppointmentId
from field_visits.planning.breaches import BreachError, breaches_of, breaches_of_round
from field_visits.planning.by_hand import ByHand
from field_visits.planning.day import KnownDay, read_day, team_in
from field_visits.planning.drafting import orders_of
from field_visits.planning.models import PlanDraft
from field_visits.planning.pace import pace_of
from field_visits.planning.plan_json import plan_json, problem_json
from field_visits.planning.problem import Posed, pose
from field_visits.planning.solving import unhurried
from field_visits.unit_of_work import UnitOfWork
from routing.check import check
from routing.distance import Travel
from routing.explain import explain
from routing.model import Plan, Route
from routing.quick import Quick
from routing.roads.city import CityTravel
from routing.schedule import Day

MADE_BY = "a dispatcher"


def move(
    uow: UnitOfWork,
    rules: Rules,
    draft: PlanDraft,
    appointment_id: AppointmentId,
    *,
    crew: str | None,
    position: int | None = None,
    not_before: datetime | None = None,
    roads: Travel | None = None,
) -> None:
    """The crew makes the visit at this place of its round; without a crew nobody does. All hours follow.

    A visit that goes to another crew than it had is pinned to it: the next run of the solver keeps it there.

    Args:
        uow: The unit of work.
        rules: The released packs.
        draft: Locked by the caller, in the version that was looked at.
        appointment_id: Which visit.
        crew: The name of a crew of the draft.
        position: How many visits to make come before it; by default where it costs least travel.
        not_before: It does not begin earlier.
        roads: The road engine, where there is one.

    Raises:
        InvalidError: The visit is none of this day's, is made already, or the crew does not work on that day.
        BreachError: Something stands against it; the draft is as it was.
    """
    known = read_day(uow, rules, draft.day)
    _require_open(known, appointment_id)
    if crew is not None and crew not in known.crews:
        raise InvalidError(
            "This crew does not work on that day.", faults=[Fault("/crew", "a crew of the draft")]
        )
    orders = {name: list(order) for name, order in orders_of(known, draft).items()}
    moved = str(appointment_id)
    before = next((name for name, order in orders.items() if moved in order), None)
    for order in orders.values():
        if moved in order:
            order.remove(moved)
    by_hand = ByHand.of_json(draft.problem["by_hand"]).placed(
        appointment_id,
        None if crew is None else team_in(known.crews[crew]),
        is_pinned=crew != before,
        not_before=not_before,
    )
    travel = _as_before(draft, roads)
    posed = pose(known, by_hand, travel=travel)
    if crew is not None:
        orders[crew] = _with(posed, crew, orders.get(crew, []), moved, position)
    _settle(uow, draft, posed, orders, travel, asked=crew)


def pin(
    uow: UnitOfWork,
    rules: Rules,
    draft: PlanDraft,
    appointment_id: AppointmentId,
    *,
    is_pinned: bool,
    roads: Travel | None = None,
) -> None:
    """The visit stays with the crew that it has in the draft, or may go to any again, whatever runs come.

    Raises:
        InvalidError: The visit is none of this day's, is made already, or is to be pinned and nobody makes it.
        BreachError: As `move`.
    """
    known = read_day(uow, rules, draft.day)
    _require_open(known, appointment_id)
    orders = {name: list(order) for name, order in orders_of(known, draft).items()}
    crew = next((name for name, order in orders.items() if str(appointment_id) in order), None)
    if is_pinned and crew is None:
        raise InvalidError(
            "Nobody makes this visit; give it to a crew first.", faults=[Fault("/is_pinned", "needs a crew")]
        )
    team: Team | None = team_in(known.crews[crew]) if is_pinned and crew is not None else None
    by_hand = ByHand.of_json(draft.problem["by_hand"]).pinned(appointment_id, team)
    travel = _as_before(draft, roads)
    _settle(uow, draft, pose(known, by_hand, travel=travel), orders, travel, asked=crew)


def _as_before(draft: PlanDraft, roads: Travel | None) -> CityTravel:
    """The pace that the draft was made with: an edit moves a visit, and does not measure the city anew."""
    return CityTravel(roads, pace_of(draft.plan["travel"].get("pace", ())))


def _require_open(known: KnownDay, appointment_id: AppointmentId) -> None:
    if any(one.id == appointment_id for one in known.appointments):
        return
    made = any(one.appointment.id == appointment_id for them in known.happened.values() for one in them)
    detail = (
        "This visit is made already, or under way; no plan changes it."
        if made
        else "This visit does not stand on that day any more."
    )
    raise InvalidError(detail, faults=[Fault("/appointment_id", "a visit of the day that is still to make")])


def _with(posed: Posed, crew: str, order: Sequence[str], moved: str, position: int | None) -> list[str]:
    """The round with the visit in it: where it was asked for, or where it costs least."""
    if position is not None:
        return [*order[:position], moved, *order[position:]]
    day = Day.of(posed.problem)
    vehicle = day.vehicles.get(crew)
    tries = [[*order[:number], moved, *order[number:]] for number in range(len(order) + 1)]
    timed = [] if vehicle is None else [(day.route(vehicle, one), one) for one in tries]
    possible = [(route.travel_s, number) for number, (route, _) in enumerate(timed) if route is not None]
    return tries[min(possible)[1]] if possible else tries[-1]


def _settle(
    uow: UnitOfWork,
    draft: PlanDraft,
    posed: Posed,
    orders: Mapping[str, Sequence[str]],
    travel: CityTravel,
    *,
    asked: str | None,
) -> None:
    """The draft is this day, timed, judged and explained; or nothing of it."""
    day = Day.of(posed.problem)
    settled: dict[str, tuple[str, ...]] = {}
    routes: list[Route] = []
    for vehicle in posed.problem.vehicles:
        order = orders.get(vehicle.id, ())
        if vehicle.id == asked and order and day.route(vehicle, order) is None:
            raise BreachError(breaches_of_round(posed, vehicle, order))
        kept = tuple(order) if vehicle.id == asked else _holding(day, vehicle.id, order)
        route = day.route(vehicle, kept) if kept or vehicle.id in day.locked else None
        if route is not None:
            settled[vehicle.id] = kept
            routes.append(route)
    plan = Plan(tuple(routes), explain(Quick(day), settled), posed.problem.travel.source, MADE_BY)
    plan = unhurried(posed.problem, plan)
    if check(posed.problem, plan):
        raise BreachError(breaches_of(posed, plan))
    draft.problem = problem_json(posed, seed=draft.problem["seed"], budget_s=float(draft.problem["budget_s"]))
    draft.plan = plan_json(plan, posed, travel)
    draft.version, draft.changed_at = uow.new_id(), uow.now
    uow.session.flush()


def _holding(day: Day, crew: str, order: Sequence[str]) -> tuple[str, ...]:
    """What of another crew's round can still be made: time has passed since the draft was made."""
    vehicle = day.vehicles[crew]
    may = [stop for stop in order if crew in day.may[stop]]
    if not may or day.route(vehicle, may) is not None:
        return tuple(may)
    sure: list[str] = []
    for stop in may:
        if day.route(vehicle, [*sure, stop]) is not None:
            sure.append(stop)
    return tuple(sure)
