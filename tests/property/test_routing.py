"""Random small days against brute force that shares no idea with what it proves."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.check import check
from routing.cost import cost_s
from routing.distance import geodesic_m, straight_matrix_m
from routing.model import (
    Break,
    DropReason,
    Fairness,
    Locked,
    Objective,
    Place,
    Plan,
    Problem,
    Promise,
    Route,
    Rush,
    Stop,
    TravelMatrix,
    Vehicle,
    Window,
    union,
)
from routing.quick import Quick
from routing.schedule import Day, schedule
from routing.slots import Agenda, Busy, free_slots
from routing.solve import solve

HORIZON = 30
PLACES = tuple(Place(0.0, float(number)) for number in range(5))

windows = st.lists(
    st.tuples(st.integers(0, HORIZON), st.integers(0, 8)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=2,
).map(union)
breaks = st.builds(Break, st.just("rest"), windows, st.integers(1, 4))
places = st.sampled_from(PLACES)
promises = st.builds(
    Promise,
    st.sampled_from(["a", "b", "gone"]),
    st.tuples(st.integers(0, HORIZON), st.integers(0, 8)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    st.integers(0, 20),
    st.integers(0, 20),
)
skill_sets = st.frozensets(st.sampled_from(["zh", "fr"]), max_size=1)


@st.composite
def matrices(draw: st.DrawFn) -> TravelMatrix:
    """Any trips of 0..6 s, without symmetry or triangle rule; none from a place to itself."""
    size = len(PLACES)
    rows = [
        [0 if row == column else draw(st.integers(0, 6)) for column in range(size)] for row in range(size)
    ]
    table = tuple(map(tuple, rows))
    return TravelMatrix(PLACES, table, table, "drawn")


@st.composite
def crews(draw: st.DrawFn, name: str = "a", *, limited: bool = False) -> Vehicle:
    start, length = draw(st.integers(0, 8)), draw(st.integers(0, HORIZON))
    pauses: tuple[Break, ...] = ()
    if draw(st.booleans()):
        pauses = (draw(breaks),)
        if draw(st.booleans()):
            pauses += (replace(draw(breaks), id="tea"),)
    return Vehicle(
        name,
        draw(st.none() | places),
        draw(st.none() | places),
        start,
        start + length,
        pauses,
        draw(skill_sets),
        draw(st.none() | st.integers(0, 3)) if limited else None,
        draw(st.none() | st.integers(0, HORIZON)) if limited else None,
        draw(st.none() | st.integers(0, 15)) if limited else None,
        draw(st.none() | st.integers(0, 4)) if limited else None,
        draw(st.sampled_from([frozenset[str](), frozenset({"north"}), frozenset({"south"})]))
        if limited
        else frozenset(),
    )


@st.composite
def stops(draw: st.DrawFn, count: int) -> tuple[Stop, ...]:
    return tuple(
        Stop(
            f"s{number}",
            draw(places),
            draw(windows) if draw(st.integers(0, 9)) else (),
            draw(st.integers(0, 5)),
            draw(st.integers(1, 3)),
            draw(skill_sets),
            draw(st.sampled_from([None, None, None, "a", "b", "gone"])),
            draw(st.frozensets(st.sampled_from(["a", "b"]), max_size=1)),
            draw(st.sampled_from([None, None, "north"])),
            draw(st.integers(0, 2)),
            draw(st.none() | promises),
        )
        for number in range(count)
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    return Problem(
        draw(stops(draw(st.integers(0, 6)))),
        tuple(draw(crews(name, limited=True)) for name in ("a", "b")[: draw(st.integers(0, 2))]),
        draw(matrices()),
        rush=(Rush(draw(st.integers(0, 9)), draw(st.integers(10, 20)), draw(matrices())),)
        if draw(st.integers(0, 3)) == 0
        else (),
        fairness=Fairness(draw(st.integers(0, 50)), draw(st.integers(0, 5)))
        if draw(st.booleans())
        else Fairness(),
        objective=draw(st.sampled_from([Objective.DAY, Objective.DAY, Objective.TRAVEL])),
    )


@st.composite
def easy_problems(draw: st.DrawFn) -> Problem:
    """Days on which something is planned: long shifts, and visits that any crew may make."""
    drawn = draw(problems())
    crew = replace(draw(crews()), shift_from_s=0, shift_to_s=4 * HORIZON)
    anyone = [
        replace(
            stop,
            skills=frozenset(),
            pinned_vehicle=None,
            never_vehicles=frozenset(),
            zone=None,
            load=0,
            priority=9,
        )
        for stop in (*drawn.stops, Stop("sure", draw(places), ((0, HORIZON),), 1))
    ]
    return replace(drawn, stops=tuple(anyone), vehicles=(crew, *drawn.vehicles[1:]))


def reachable(
    vehicle: Vehicle, order: Sequence[Stop], travel: TravelMatrix, *, longest: int | None = None
) -> bool:
    """Walk every second of every possible day: wait, travel, serve, or rest, wherever that is allowed.

    A state is (time, acts done, breaks taken, departure); acts are trip, service, trip, ..., trip home.
    """
    way = [vehicle.start, *(stop.place for stop in order), vehicle.end]
    trips = [
        0 if start is None or end is None else travel.leg(start, end).travel_s
        for start, end in itertools.pairwise(way)
    ]
    acts = 2 * len(order) + 1
    todo = {(vehicle.shift_from_s, 0, 0, -1)}
    seen = set(todo)
    while todo:
        now, act, rested, left = todo.pop()
        if act == acts and rested == len(vehicle.breaks):
            return True
        after = [(now + 1, act, rested, left)]
        if rested < len(vehicle.breaks):
            pause = vehicle.breaks[rested]
            if any(opens <= now <= closes for opens, closes in pause.windows):
                after.append((now + pause.length_s, act, rested + 1, left))
        if act < acts and act % 2 == 0:
            departs = now if act == 0 else left
            arrives = now + trips[act // 2]
            if act + 1 < acts or longest is None or arrives - departs <= longest:
                after.append((arrives, act + 1, rested, departs if longest is not None else 0))
        elif act < acts and any(opens <= now <= closes for opens, closes in order[act // 2].windows):
            after.append((now + order[act // 2].service_s, act + 1, rested, left))
        new = {state for state in after if state[0] <= vehicle.shift_to_s} - seen
        seen |= new
        todo |= new
    return False


def driven_s(vehicle: Vehicle, order: Sequence[Stop], travel: TravelMatrix) -> int:
    way = [vehicle.start, *(stop.place for stop in order), vehicle.end]
    return sum(
        travel.leg(start, end).travel_s
        for start, end in itertools.pairwise(way)
        if start is not None and end is not None
    )


def keeps(vehicle: Vehicle, order: Sequence[Stop], travel: TravelMatrix) -> bool:
    """Say whether a vehicle can make this order and keep all of its limits."""
    return (
        (vehicle.max_visits is None or len(order) <= vehicle.max_visits)
        and (vehicle.max_travel_s is None or driven_s(vehicle, order, travel) <= vehicle.max_travel_s)
        and reachable(vehicle, order, travel, longest=vehicle.max_duration_s)
    )


def as_plan(route: Route) -> Plan:
    return Plan((route,), (), "drawn", "hand")


@settings(max_examples=150)
@given(crews(), stops(3), matrices())
def test_the_clock_finds_a_day_exactly_when_there_is_one(
    vehicle: Vehicle, order: tuple[Stop, ...], travel: TravelMatrix
) -> None:
    route = schedule(vehicle, order, travel)

    assert (route is not None) == reachable(vehicle, order, travel)
    if route is not None:
        free = tuple(
            replace(stop, skills=frozenset(), pinned_vehicle=None, never_vehicles=frozenset())
            for stop in order
        )
        assert check(Problem(free, (vehicle,), travel), as_plan(route)) == ()


@settings(max_examples=100)
@given(crews(), stops(2), matrices(), st.integers(0, HORIZON))
def test_under_a_limit_on_duration_the_clock_is_exact_without_breaks_and_never_wrong_with_them(
    vehicle: Vehicle, order: tuple[Stop, ...], travel: TravelMatrix, longest: int
) -> None:
    limited = replace(vehicle, max_duration_s=longest)
    possible = reachable(limited, order, travel, longest=longest)

    found = schedule(limited, order, travel)

    assert possible if found is not None else not possible or bool(vehicle.breaks)
    assert found is None or found.return_s - found.depart_s <= longest


@settings(max_examples=80)
@given(problems(), st.booleans())
def test_the_quick_clock_agrees_with_the_exact_one_and_overlooks_no_position(
    problem: Problem, fair: bool
) -> None:
    if fair:
        problem = replace(problem, fairness=Fairness(hour_price_s=10))
    day = Day.of(problem)
    quick = Quick(day)
    numbers = [number for number, stop in enumerate(problem.stops) if stop.windows]
    for which, vehicle in enumerate(problem.vehicles):
        for order in itertools.islice(itertools.permutations(numbers, min(3, len(numbers))), 12):
            timed = quick.time(which, order)
            route = day.route(vehicle, [problem.stops[number].id for number in order])

            assert not order or (timed is None) == (route is None)
            if timed is None or route is None:
                continue
            assert timed.travel_s == route.travel_s
            if fair and not vehicle.breaks:
                assert timed.work_s >= route.return_s - route.depart_s
            for new in set(numbers) - set(order):
                found = {position for _, position in quick.positions(which, order, new)}
                for position in range(len(order) + 1):
                    longer = [*order[:position], new, *order[position:]]
                    if day.route(vehicle, [problem.stops[number].id for number in longer]) is not None:
                        assert position in found


@settings(max_examples=120)
@given(problems())
def test_every_plan_of_insertion_passes_the_judge_and_every_no_is_true(problem: Problem) -> None:
    plan = solve(problem, engines=())

    assert check(problem, plan) == ()
    day = Day.of(problem)
    orders = {route.vehicle: [visit.stop for visit in route.visits] for route in plan.routes}
    for drop in plan.dropped:
        fits = any(
            day.route(vehicle, [*order[:position], drop.stop, *order[position:]]) is not None
            for vehicle in problem.vehicles
            if vehicle.id in day.may[drop.stop]
            for order in (orders.get(vehicle.id, []),)
            for position in range(len(order) + 1)
        )
        assert fits == (drop.reason is DropReason.NOT_WORTH_ITS_TRAVEL)


@settings(max_examples=25)
@given(problems())
def test_every_plan_of_the_engines_passes_the_judge(problem: Problem) -> None:
    plan = solve(problem, seconds=0.02, seed=1)

    assert check(problem, plan) == ()
    assert not any("failed" in note or "was refused" in note for note in plan.notes)


@settings(max_examples=40)
@given(easy_problems(), st.integers(1, 3), st.integers(0, 9))
def test_a_running_day_keeps_what_has_happened(problem: Problem, happened: int, waits: int) -> None:
    plan = solve(problem, engines=())
    assume(plan.routes)
    route = plan.routes[0]
    done = route.visits[:happened]
    done = (*done[:-1], replace(done[-1], leave_s=done[-1].leave_s + waits))
    rested = tuple(pause for pause in route.breaks if pause.end_s <= done[-1].leave_s)
    running = replace(problem, locked=(Locked(route.vehicle, route.depart_s, done, rested),))

    again = solve(running, seconds=0.02, seed=1, start=plan)

    assert check(running, again) == ()
    assert cost_s(running, again) >= 0
    # Another vehicle may have got a route meanwhile that stands before this one.
    (kept,) = [one for one in again.routes if one.vehicle == route.vehicle]
    assert [visit.stop for visit in kept.visits[: len(done)]] == [visit.stop for visit in done]


@settings(max_examples=60)
@given(easy_problems(), st.data())
def test_any_single_figure_that_is_changed_is_noticed(problem: Problem, data: st.DataObject) -> None:
    plan = solve(problem, engines=())
    assume(plan.routes)
    which = data.draw(st.integers(0, len(plan.routes) - 1))
    route = plan.routes[which]
    by = data.draw(st.integers(-5, 5).filter(bool))
    if data.draw(st.booleans()):
        field = data.draw(st.sampled_from(["depart_s", "return_s", "return_travel_s", "return_travel_m"]))
        broken = replace(route, **{field: getattr(route, field) + by})
    else:
        field = data.draw(
            st.sampled_from(["arrive_s", "start_s", "end_s", "leave_s", "travel_s", "travel_m"])
        )
        number = data.draw(st.integers(0, len(route.visits) - 1))
        visit = route.visits[number]
        changed = replace(visit, **{field: getattr(visit, field) + by})
        broken = replace(route, visits=(*route.visits[:number], changed, *route.visits[number + 1 :]))
    routes = (*plan.routes[:which], broken, *plan.routes[which + 1 :])

    assert check(problem, replace(plan, routes=routes)) != ()


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    vehicle = replace(draw(crews(limited=True)), skills=frozenset())
    clock, busy = vehicle.shift_from_s, []
    for _ in range(draw(st.integers(0, 3))):
        clock += draw(st.integers(0, 10))
        busy.append(Busy(clock, clock + draw(st.integers(0, 3)), draw(places)))
        clock = busy[-1].to_s
    return Agenda(vehicle, tuple(busy))


@settings(max_examples=150)
@given(agendas(), places, st.integers(0, 4), windows, matrices())
def test_free_slots_are_the_very_seconds_that_brute_force_finds(
    agenda: Agenda, place: Place, service_s: int, offered: tuple[Window, ...], travel: TravelMatrix
) -> None:
    """A fixed interval of no length at the very second of the new visit may come before or after it."""
    found = free_slots([agenda], place=place, service_s=service_s, windows=offered, travel=travel)

    free = {second for slot in found for second in range(slot.from_s, slot.to_s + 1)}
    fixed = [
        Stop(f"f{number}", busy.place, ((busy.from_s, busy.from_s),), busy.to_s - busy.from_s)
        for number, busy in enumerate(agenda.busy)
    ]
    true = {
        second
        for opens, closes in offered
        for second in range(opens, closes + 1)
        for position in range(len(fixed) + 1)
        for new in [Stop("new", place, ((second, second),), service_s)]
        if keeps(agenda.vehicle, [*fixed[:position], new, *fixed[position:]], travel)
    }
    for slot in found:
        now = driven_s(agenda.vehicle, fixed, travel) if fixed else 0
        new = Stop("new", place, ((slot.from_s, slot.from_s),), service_s)
        assert slot.extra_travel_s in {
            driven_s(agenda.vehicle, [*fixed[:position], new, *fixed[position:]], travel) - now
            for position in range(len(fixed) + 1)
        }
    if agenda.vehicle.breaks and agenda.vehicle.max_duration_s is not None:
        assert free <= true
    else:
        assert free == true


@settings(max_examples=300)
@given(
    st.floats(-74, 74),
    st.floats(-180, 180),
    st.floats(0, 60_000),
    st.floats(0, 2 * math.pi),
)
def test_the_vector_twin_measures_within_0_2_m_up_to_60_km(
    lat: float, lon: float, distance_m: float, bearing: float
) -> None:
    north = lat + distance_m * math.cos(bearing) / 111_200
    east = lon + distance_m * math.sin(bearing) / (111_200 * math.cos(math.radians(lat)))
    start, end = Place(lat, lon), Place(north, (east + 180) % 360 - 180)

    straight = straight_matrix_m((start, end))

    assert abs(straight[0, 1] - geodesic_m(start, end)) <= 0.2
    assert straight[0, 1] == straight[1, 0]
