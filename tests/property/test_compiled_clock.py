"""The compiled clock of the search against the exact one."""

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.cost import broken_s, cost_of
from routing.model import Fairness, Objective, Problem, Route
from routing.quick import Quick
from routing.schedule import Day
from routing.search.inner.account import settle
from routing.search.inner.board import MOVED, TRAVEL, WORK_S, board_of, lay, read_best
from routing.search.inner.figures import figures_of, open_numbers
from routing.search.inner.turns import begin, make
from tests.property.test_routing import problems


def owed_s(problem: Problem, route: Route) -> int:
    stops = {stop.id: stop for stop in problem.stops}
    return sum(
        broken_s(promise, route.vehicle, visit.start_s)
        for visit in route.visits
        if (promise := stops[visit.stop].promise) is not None and problem.objective is Objective.DAY
    )


@settings(max_examples=120, deadline=None)
@given(problems(), st.booleans())
def test_it_times_every_order_as_the_exact_clock_does(problem: Problem, fair: bool) -> None:
    if fair:
        problem = replace(problem, fairness=Fairness(hour_price_s=10), objective=Objective.DAY)
    day = Day.of(problem)
    quick = Quick(day)
    figures = figures_of(quick)
    board = board_of(figures, seed=1)
    open_stops = day.open_stops()
    for number, vehicle in enumerate(problem.vehicles):
        for order in itertools.islice(
            itertools.permutations(range(len(open_stops)), min(3, len(open_stops))), 12
        ):
            lay(board, {number: order})

            fits = settle(figures, board, number)

            route = day.route(vehicle, [open_stops[stop].id for stop in order])
            if route is not None and order:
                assert fits
                price = board.state[number, TRAVEL] + board.state[number, MOVED]
                ours = route.travel_s + owed_s(problem, route)
                assert price == ours or (problem.rush and abs(price - ours) <= len(order) + 1)
                if fair and not problem.rush:
                    assert board.state[number, WORK_S] <= route.return_s - route.depart_s
            elif order and fits:
                # The exact clock overlooks clever departures under a limit on duration, and says so.
                assert vehicle.max_duration_s is not None or problem.rush


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 9))
def test_what_a_search_says_a_day_costs_is_what_it_costs(problem: Problem, seed: int) -> None:
    problem = replace(
        problem,
        rush=(),
        vehicles=tuple(replace(vehicle, max_duration_s=None) for vehicle in problem.vehicles),
        fairness=replace(problem.fairness, hour_price_s=0),
    )
    day = Day.of(problem)
    quick = Quick(day)
    figures = figures_of(quick)
    board = board_of(figures, seed)
    cost = begin(figures, board)

    cost = make(figures, board, cost, 30, 5.0)

    routes = []
    numbers = np.array(open_numbers(quick), dtype=np.int64)
    for crew, order in read_best(board, numbers).items():
        if order:
            route = day.route(problem.vehicles[crew], [problem.stops[stop].id for stop in order])
            assert route is not None
            routes.append(route)
    made = {visit.stop for route in routes for visit in route.visits}
    barred = sum(problem.price_s(stop) for stop in problem.stops if stop not in day.open_stops())
    left_out = [stop.id for stop in problem.stops if stop.id not in made]
    assert abs(cost + barred - cost_of(problem, routes, left_out).total_s) <= 1
