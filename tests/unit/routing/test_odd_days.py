"""Days that nobody would make on purpose: each gets a clear answer, or a plan that keeps every rule."""

from dataclasses import replace

import pytest

from routing.check import check
from routing.engines.own import LocalSearch
from routing.engines.pyvrp import PyVrp
from routing.model import MAX_INSTANT_S, DropReason, Problem, Rush
from routing.solve import solve

from . import days


def one_street(count: int) -> Problem:
    stops = [days.stop(f"s{number}", number % 50, priority=1 + number % 20) for number in range(count)]
    return days.day(stops, [days.crew(f"crew-{number}") for number in range(5)])


def test_thousands_of_visits_on_one_street_are_planned_as_far_as_the_crews_go() -> None:
    problem = one_street(2_000)

    plan = solve(problem, seconds=0.5, engines=(LocalSearch(),))

    assert check(problem, plan) == ()
    assert sum(len(route.visits) for route in plan.routes) >= 5 * 50
    assert {drop.reason for drop in plan.dropped} == {DropReason.NO_ROOM}


def test_a_day_too_large_for_a_solver_is_planned_without_it_and_says_so() -> None:
    problem = replace(one_street(1), vehicles=(days.crew("a", max_visits=1),))
    many = tuple(replace(problem.stops[0], id=f"s{number}") for number in range(5_001))

    plan = solve(replace(problem, stops=many), seconds=0.2, engines=(PyVrp(),))

    assert plan.notes == (
        "PyVRP is not asked: 5001 visits are more than 5000. The plan was made without it.",
    )
    assert len(plan.dropped) == 5_000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"windows": ((0, 10),)}, DropReason.TOO_FAR),
        ({"windows": ((MAX_INSTANT_S - 1, MAX_INSTANT_S),)}, DropReason.WINDOWS_MISS_SHIFTS),
        ({"service_s": MAX_INSTANT_S}, DropReason.WINDOWS_MISS_SHIFTS),
        ({"load": MAX_INSTANT_S}, DropReason.LOAD),
    ],
    ids=["before anybody could be there", "in four months", "a visit of four months", "a load of tons"],
)
def test_a_visit_that_cannot_be_is_left_out_with_the_reason(
    change: dict[str, object], reason: DropReason
) -> None:
    impossible = replace(days.stop("x", 3), **change)  # type: ignore[arg-type]  # mixed field types
    problem = days.day([impossible, days.stop("y", 1)], [days.crew("a", max_load=1_000)])

    plan = solve(problem, seconds=0.2)

    assert check(problem, plan) == ()
    assert [(drop.stop, drop.reason) for drop in plan.dropped] == [("x", reason)]


def test_an_island_that_takes_longer_than_a_day_is_left_out() -> None:
    problem = days.day([days.stop("island", 5), days.stop("y", 1)], [days.crew("a")])
    where = problem.travel.index(days.at(5))
    far = tuple(
        tuple(
            MAX_INSTANT_S if (row == where) != (column == where) else seconds
            for column, seconds in enumerate(line)
        )
        for row, line in enumerate(problem.travel.seconds)
    )
    cut_off = replace(problem, travel=replace(problem.travel, seconds=far))

    plan = solve(cut_off, seconds=0.2)

    assert check(cut_off, plan) == ()
    assert [(drop.stop, drop.reason) for drop in plan.dropped] == [("island", DropReason.TOO_FAR)]


def test_a_day_in_one_long_rush_is_planned_at_the_pace_of_the_rush() -> None:
    problem = days.day([days.stop("x", 10)], [days.crew("a")])
    slow = replace(
        problem.travel, seconds=tuple(tuple(4 * figure for figure in row) for row in problem.travel.seconds)
    )
    rushed = replace(problem, rush=(Rush(0, 36_000, slow),))

    plan = solve(rushed, seconds=0.3)

    assert check(rushed, plan) == ()
    assert plan.routes[0].travel_s == 4 * 1_200


def test_all_visits_at_one_door_are_made_by_whoever_can() -> None:
    problem = days.day([days.stop(f"s{number}", 4) for number in range(30)], [days.crew("a"), days.crew("b")])

    plan = solve(problem, seconds=0.3)

    assert check(problem, plan) == ()
    assert plan.dropped == ()
