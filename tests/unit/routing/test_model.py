from collections.abc import Callable

import pytest

from routing.cost import cost_s
from routing.model import (
    Break,
    Locked,
    Place,
    Problem,
    ProblemError,
    Stop,
    TravelMatrix,
    Vehicle,
    Visit,
    start_windows,
    union,
)
from routing.solve import solve

from . import days

VISIT = Visit("x", 1, 2, 3, 4, 1, 1)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Place(91, 0), "no place"),
        (lambda: Place(float("nan"), 0), "no place"),
        (lambda: Stop("x", days.at(0), ((5, 4),), 60), "not end before it starts"),
        (lambda: Stop("x", days.at(0), ((-5, 4),), 60), "must lie within 0"),
        (lambda: Stop("x", days.at(0), ((0, 9), (9, 12)), 60), "through `union`"),
        (lambda: Stop("x", days.at(0), days.LONG, -1), "service time"),
        (lambda: Stop("x", days.at(0), days.LONG, 60, priority=0), "priority"),
        (lambda: Break("tea", (), 60), "at least one window"),
        (lambda: Break("tea", ((0, 9),), 0), "positive"),
        (lambda: days.crew("a", shift=(9, 8)), "shift"),
        (lambda: days.crew("a", breaks=(Break("t", ((0, 9),), 5),) * 2), "same id"),
        (lambda: days.crew("a", max_visits=-1), "max_visits"),
        (lambda: Locked("a", 0, ()), "empty"),
        (lambda: Locked("a", 5, (VISIT,)), "backwards"),
        (lambda: days.day([days.stop("x", 1)] * 2, []), "Two stops"),
        (lambda: days.day([], [days.crew("a")] * 2), "Two vehicles"),
        (lambda: days.day([days.stop("x", 1)], [], (Locked("a", 0, (VISIT,)),)), "no vehicle"),
        (lambda: days.day([], [days.crew("a")], (Locked("a", 0, (VISIT,)),)), "no stop"),
        (lambda: Problem((days.stop("x", 7),), (), days.line_matrix([days.at(1)])), "does not know"),
        (lambda: TravelMatrix((days.at(0),) * 2, ((0, 0),) * 2, ((0, 0),) * 2, "s"), "once"),
        (lambda: TravelMatrix((days.at(0),), (), ((0,),), "s"), "1 rows of 1"),
        (lambda: TravelMatrix((days.at(0),), ((-1,),), ((0,),), "s"), "lie within 0"),
    ],
)
def test_a_contradiction_is_refused_and_the_message_names_it(make: Callable[[], object], says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        make()


def test_union_sorts_and_joins_what_overlaps_or_touches() -> None:
    assert union([(50, 60), (0, 10), (11, 20), (15, 30)]) == ((0, 30), (50, 60))


def test_start_windows_keep_the_whole_visit_inside() -> None:
    assert start_windows([(0, 100), (200, 250)], 60) == ((0, 40),)


def test_a_plan_is_priced_by_its_travel_and_by_what_it_leaves_out() -> None:
    stops = [days.stop("x", 10), days.stop("never", 1, windows=(), priority=3)]
    problem = days.day(stops, [days.crew("a")])

    assert cost_s(problem, solve(problem, engines=())) == 1_200 + 3 * 900


def test_a_vehicle_is_a_plain_value() -> None:
    assert days.crew("a") == Vehicle("a", days.at(0), days.at(0), 0, 36_000)
