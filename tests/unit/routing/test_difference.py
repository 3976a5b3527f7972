from dataclasses import replace

from routing.difference import Change, ChangeKind, Figures, difference
from routing.model import Dropped, DropReason, Plan, Problem
from routing.schedule import Day

from . import days


def plan_of(problem: Problem, orders: dict[str, tuple[str, ...]]) -> Plan:
    day = Day.of(problem)
    routes = [day.route(day.vehicles[vehicle], order) for vehicle, order in orders.items()]
    planned = {stop for order in orders.values() for stop in order}
    return Plan(
        tuple(route for route in routes if route is not None),
        tuple(Dropped(stop.id, DropReason.NO_ROOM, "?") for stop in problem.stops if stop.id not in planned),
        "line",
        "hand",
    )


STOPS = [days.stop(name, number) for number, name in enumerate(("s", "t", "u", "v", "w"), 1)]
CREWS = [days.crew("a"), days.crew("b")]


def test_each_visit_that_is_otherwise_is_told_with_crew_and_hour() -> None:
    before = plan_of(days.day(STOPS, CREWS), {"a": ("s", "t"), "b": ("u", "v")})
    after = plan_of(
        days.day([*STOPS[:3], STOPS[4], days.stop("n", 9)], CREWS), {"a": ("u", "t", "w"), "b": ("n",)}
    )

    found = difference(before, after)

    assert [
        (change.stop, change.kind, change.from_vehicle, change.to_vehicle) for change in found.changes
    ] == [
        ("u", ChangeKind.ANOTHER_CREW, "b", "a"),
        ("n", ChangeKind.NEW, None, "b"),
        ("w", ChangeKind.NOW_PLANNED, None, "a"),
        ("s", ChangeKind.NOW_LEFT_OUT, "a", None),
        ("v", ChangeKind.GONE, "b", None),
    ]
    assert (found.before.planned, found.after.planned) == (4, 4)


def test_a_little_earlier_or_later_is_no_change_and_more_is_one() -> None:
    problem = days.day(STOPS[:2], CREWS[:1])
    before, after = plan_of(problem, {"a": ("s", "t")}), plan_of(problem, {"a": ("t", "s")})

    assert difference(before, after).changes == ()
    assert difference(before, after, tolerance_s=599).changes == (
        Change("t", ChangeKind.ANOTHER_HOUR, "a", "a", 720, 120),
        Change("s", ChangeKind.ANOTHER_HOUR, "a", "a", 60, 780),
    )


def test_figures_tell_travel_and_how_far_the_crews_are_apart() -> None:
    plan = plan_of(days.day(STOPS[:3], CREWS), {"a": ("s",), "b": ("t", "u")})

    assert difference(plan, replace(plan, dropped=())).before == Figures(
        3, 0, 120 + 360, 200 + 600, 1_560 - 720
    )
