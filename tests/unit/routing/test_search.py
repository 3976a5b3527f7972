"""Our own search: its prices, what it may be asked, and what engines may do to it."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from routing.check import check
from routing.cost import cost_of, cost_s
from routing.engines import Effort, EngineError, Orders, Proposal
from routing.engines.own import LocalSearch, Recombination
from routing.model import Fairness, Objective, Plan, Problem, Promise
from routing.quick import Quick
from routing.schedule import Day
from routing.search.pool import Pool
from routing.search.state import State, numbers_of
from routing.solve import Progress, line_for, solve

from . import days

OWN = (LocalSearch(), Recombination())


def busy_day(seed: int = 1, *, stops: int = 24, crews: int = 3) -> Problem:
    dice = Random(seed)
    made = [
        days.stop(
            f"s{number}",
            dice.randrange(-30, 31),
            windows=((3_600 * (number % 7), 3_600 * (number % 7) + 7_200),),
            priority=dice.choice((2, 5, 20)),
        )
        for number in range(stops)
    ]
    return days.day(made, [days.crew(f"crew-{number}") for number in range(crews)])


def orders_of(plan: Plan) -> Orders:
    return {route.vehicle: tuple(visit.stop for visit in route.visits) for route in plan.routes}


def test_the_price_kept_while_searching_is_that_of_the_plan() -> None:
    promised = [
        replace(stop, promise=Promise("crew-1", (0, 9_000), 700, 300)) if number % 3 == 0 else stop
        for number, stop in enumerate(busy_day().stops)
    ]
    problem = replace(busy_day(), stops=tuple(promised), fairness=Fairness(900, 100))
    plan = solve(problem, seconds=0.5, seed=1, engines=(LocalSearch(),))
    quick = Quick(Day.of(problem))

    state = State(quick, numbers_of(quick, orders_of(plan)))

    assert state.cost_s == cost_s(problem, plan)
    assert cost_of(problem, plan.routes, ()).unfair_s > 0


def test_our_search_improves_what_insertion_made_and_recombination_never_worsens_it() -> None:
    problem = busy_day()
    inserted = cost_s(problem, solve(problem, engines=()))

    searched = cost_s(problem, solve(problem, seconds=5, iterations=300, engines=OWN[:1]))
    recombined = cost_s(problem, solve(problem, seconds=5, iterations=300, engines=OWN))

    assert searched < inserted
    assert recombined <= searched


def test_recombination_finds_the_best_of_the_pool() -> None:
    """Two crews, each of whose routes is good in one plan alone."""
    problem = days.day(
        [days.stop(name, at) for name, at in (("l1", -9), ("l2", -8), ("r1", 9), ("r2", 8))],
        [days.crew("a"), days.crew("b")],
    )
    day = Day.of(problem)
    pool = Pool(Quick(day))
    for route in (("l1", "l2"), ("r1", "r2"), ("l1", "r1"), ("l2", "r2")):
        pool.add_ids("a", route)
    crossed = {"a": ("l1", "r1"), "b": ("l2", "r2")}

    found = Recombination().propose(day, Effort(2, seed=0, pool=pool), crossed).orders

    assert set(found.values()) == {("l1", "l2"), ("r1", "r2")}


def test_an_even_day_is_worth_its_price() -> None:
    problem = busy_day(stops=15)
    problem = replace(
        problem, stops=tuple(replace(stop, windows=days.LONG, priority=90) for stop in problem.stops)
    )

    lazy = solve(problem, seconds=5, iterations=200, engines=OWN)
    even = solve(
        replace(problem, fairness=Fairness(hour_price_s=3_600)), seconds=5, iterations=200, engines=OWN
    )

    def gap(plan: Plan) -> int:
        work = [route.return_s - route.depart_s for route in plan.routes]
        return max(work) - (min(work) if len(work) == 3 else 0)

    assert gap(even) < 3_600 < gap(lazy)
    assert even.dropped == ()


def test_a_promised_visit_moves_only_for_more_than_its_price() -> None:
    def planned(price_s: int) -> Orders:
        stops = [days.stop("x", 10, promise=Promise("b", (0, 90_000), price_s))]
        crews = [days.crew("a", start=10, end=10), days.crew("b")]
        return orders_of(solve(days.day(stops, crews), seconds=1, iterations=20))

    assert planned(1_199) == {"a": ("x",)}
    assert planned(1_201) == {"b": ("x",)}


def test_a_promised_hour_is_kept_by_every_engine_that_knows_hours() -> None:
    stops = [
        days.stop("x", 1, promise=Promise("a", (20_000, 21_000), 0, 5_000)),
        days.stop("y", 2),
    ]
    plan = solve(days.day(stops, [days.crew("a")]), seconds=1, iterations=30)

    start = next(visit.start_s for visit in plan.routes[0].visits if visit.stop == "x")
    assert 20_000 <= start <= 21_000


def test_where_travel_alone_counts_every_visit_is_made_at_any_price() -> None:
    stops = [days.stop("near", 1), days.stop("far", 250, priority=1)]
    problem = replace(days.day(stops, [days.crew("a", max_load=2)]), objective=Objective.TRAVEL)

    assert orders_of(solve(problem, seconds=0.5, iterations=20)) in (
        {"a": ("near", "far")},
        {"a": ("far", "near")},
    )


def test_the_whole_line_gives_the_same_plan_for_a_seed_and_an_iteration_budget() -> None:
    problem = busy_day(crews=2)
    first = solve(problem, seconds=30, seed=3, iterations=60)

    assert solve(problem, seconds=30, seed=3, iterations=60) == first
    assert not any("ran out of time" in note for note in first.notes)


def test_progress_tells_of_ever_better_days() -> None:
    told: list[Progress] = []

    plan = solve(busy_day(), seconds=0.6, seed=1, engines=OWN, progress=told.append)

    assert {one.stage for one in told} <= {"local search", "recombination", "insertion"}
    assert min(one.cost_s for one in told) == cost_s(busy_day(), plan)
    assert all(one.planned + one.left_out == 24 for one in told)


def test_who_stops_gets_the_best_day_so_far_at_once() -> None:
    stopped = threading.Event()
    told: list[Progress] = []

    def hear(progress: Progress) -> None:
        told.append(progress)
        if progress.stage == "local search":
            stopped.set()

    began = time.perf_counter()
    plan = solve(busy_day(), seconds=600, seed=1, engines=OWN, progress=hear, is_stopped=stopped.is_set)

    assert time.perf_counter() - began < 30
    assert check(busy_day(), plan) == ()
    assert plan.made_by == "local search"


class Rogue:
    """An engine that does what it is told, whatever that is."""

    name = "Rogue"

    def __init__(self, act: Callable[[Effort], Orders]) -> None:
        self._act = act

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        del day, start
        return Proposal(self._act(effort), complete=True)


def test_an_engine_that_hangs_is_left_behind_with_what_it_had_offered() -> None:
    released = threading.Event()
    problem = days.day([days.stop("x", 10)], [days.crew("a", start=None, end=None), days.crew("b")])

    def hang(effort: Effort) -> Orders:
        effort.offer({"b": ("x",)})
        released.wait(60)
        return {}

    plan = solve(problem, seconds=0.2, engines=(Rogue(hang),))
    released.set()

    assert check(problem, plan) == ()
    assert orders_of(plan) == {"b": ("x",)}
    assert plan.notes == ("Rogue did not answer in 1.3 s. The plan was made without it.",)


def crash(_: Effort) -> Orders:
    raise SystemExit(3)


@pytest.mark.parametrize(
    "act",
    [
        crash,
        lambda _: {"a": ("x", 7, None)},
        lambda _: {None: ("x",)},
        lambda _: "nonsense",
        lambda _: {"a": "x" * 50},
    ],
    ids=["leaves the process", "numbers for names", "no name", "no orders", "letters"],
)
def test_nonsense_of_an_engine_hurts_nobody(act: Callable[[Effort], Orders]) -> None:
    problem = days.day([days.stop("x", 10)], [days.crew("a")])

    plan = solve(problem, seconds=0.2, engines=(Rogue(act), *OWN))

    assert check(problem, plan) == ()
    assert orders_of(plan) == {"a": ("x",)}
    assert plan.notes


def test_without_numba_other_engines_make_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in [name for name in sys.modules if name.startswith("routing.search.")]:
        if name.removeprefix("routing.search.").split(".")[0] in {"local", "inner"}:
            monkeypatch.delitem(sys.modules, name)

    assert [stage.engine.name for stage in line_for(busy_day())] == ["VROOM", "PyVRP"]
    asked = solve(busy_day(), seconds=0.3, seed=1, engines=(LocalSearch(),))
    assert asked.notes == ("numba is not installed (package numba). The plan was made without it.",)


def test_without_highs_the_plan_is_made_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)

    plan = solve(busy_day(), seconds=0.3, seed=1, engines=OWN)

    assert plan.notes == ("HiGHS is not installed (package highspy). The plan was made without it.",)
    with pytest.raises(EngineError):
        Recombination().propose(Day.of(busy_day()), Effort(1, seed=1), {"crew-0": ("s0",)})
