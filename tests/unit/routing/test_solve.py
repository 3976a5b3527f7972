import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from routing.check import Rule, check
from routing.cost import cost_s
from routing.engines import Effort, Engine, EngineError, Orders, Proposal
from routing.engines.pyvrp import PyVrp
from routing.engines.vroom import Vroom
from routing.insertion import settle
from routing.model import (
    Break,
    DropReason,
    Locked,
    Plan,
    Problem,
    ProblemError,
    Stop,
    TravelMatrix,
    Visit,
)
from routing.quick import Quick
from routing.schedule import Day
from routing.solve import PlanningError, _Candidate, _first_that_passes, solve

from . import days

LUNCH = Break("lunch", ((12_000, 15_000),), 1_800)


def full_day() -> Problem:
    """Sixteen stops with every kind of wish, three crews, one of which has begun."""
    stops: list[Stop] = [days.stop("done", 5)]
    for number in range(15):
        windows = ((3_600 * (number % 6), 3_600 * (number % 6) + 3_600), (25_000, 30_000))
        stops.append(
            days.stop(
                f"s{number}",
                (number * 7) % 31,
                windows=windows if number % 2 else days.LONG,
                skills=["zh"] if number % 4 == 0 else [],
                pinned="c" if number == 3 else None,
                never=["a", "b"] if number == 7 else [],
            )
        )
    crews = [
        days.crew("a", breaks=(LUNCH,), skills=["zh"]),
        days.crew("b", start=30, end=None, max_duration_s=20_000, max_visits=6),
        days.crew("c", start=None, end=10, shift=(3_000, 34_000), skills=["zh"], max_travel_s=9_000),
    ]
    return days.day(stops, crews, (Locked("a", 100, (Visit("done", 400, 400, 1_000, 1_200, 300, 500),)),))


def orders_of(plan: Plan) -> dict[str, list[str]]:
    return {route.vehicle: [visit.stop for visit in route.visits] for route in plan.routes}


@pytest.mark.parametrize(
    ("engines", "made_by"),
    [(None, "PyVRP"), ((Vroom(),), "VROOM"), ((PyVrp(),), "PyVRP"), ((), "insertion")],
)
def test_each_engine_makes_a_checked_plan_of_the_full_model(
    engines: tuple[Engine, ...] | None, made_by: str
) -> None:
    problem = full_day()

    plan = solve(problem, seconds=0.3, seed=1, engines=engines)

    assert check(problem, plan) == ()
    assert plan.dropped == ()
    assert plan.travel_source == "line"
    assert plan.made_by == made_by or engines is None
    assert orders_of(plan)["a"][0] == "done"


def test_two_stages_are_no_worse_than_either_alone_or_than_insertion() -> None:
    problem = full_day()
    both = cost_s(problem, solve(problem, seconds=0.4, seed=1))

    assert both <= cost_s(problem, solve(problem, seconds=0.4, seed=1, engines=(Vroom(),)))
    assert both <= cost_s(problem, solve(problem, seed=1, engines=()))


def test_a_seed_and_an_iteration_budget_give_the_same_plan_again() -> None:
    first = solve(full_day(), seconds=20, seed=7, iterations=30)

    with ThreadPoolExecutor(4) as pool:  # on a machine that has other things to do
        again = pool.map(lambda _: solve(full_day(), seconds=20, seed=7, iterations=30), range(24))
        assert all(plan == first for plan in again)


class Asked:
    """An engine that proposes nothing and remembers how hard it was to try."""

    name = "Asked"

    def __init__(self) -> None:
        self.efforts: list[Effort] = []

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        del day, start
        self.efforts.append(effort)
        return Proposal({}, complete=True)


def test_a_pause_of_the_machine_does_not_change_the_builders_plan_where_steps_are_counted() -> None:
    counted, timed = Asked(), Asked()

    solve(full_day(), seconds=600, iterations=1, engines=(counted, counted))
    solve(full_day(), seconds=600, engines=(timed, timed))

    assert counted.efforts[0].seconds > 500
    assert timed.efforts[0].seconds == 1


def test_the_notes_say_when_time_ran_out_before_the_iterations() -> None:
    plan = solve(full_day(), seconds=0.05, seed=7, iterations=10_000_000, engines=(PyVrp(),))

    assert plan.notes[-1] == "PyVRP ran out of time; another run may give another plan."


def test_a_shorter_tour_is_found() -> None:
    """The best tour over a line goes out on one side and back; any other order is longer."""
    problem = days.day([days.stop(f"s{n}", n) for n in (9, 2, 7, 4, 1, 8)], [days.crew("a")])

    plan = solve(problem, seconds=0.2)

    assert plan.routes[0].travel_s == 18 * days.STEP_S


def test_with_more_than_fits_the_dear_visits_are_made() -> None:
    stops = [days.stop(f"s{n}", 1, service_s=5_000, priority=50 if n in {2, 5} else 5) for n in range(6)]
    problem = days.day(stops, [days.crew("a", shift=(0, 10_500))])

    for engines in (None, (Vroom(),), (PyVrp(),), ()):
        plan = solve(problem, seconds=0.2, engines=engines)

        assert sorted(orders_of(plan)["a"]) == ["s2", "s5"]
        assert {drop.reason for drop in plan.dropped} == {DropReason.NO_ROOM}


def test_a_plan_made_from_an_old_plan_keeps_what_still_holds() -> None:
    problem = full_day()
    old = solve(problem, seconds=0.3, seed=1)
    fewer = replace(problem, stops=tuple(stop for stop in problem.stops if stop.id != "s4"))

    new = solve(fewer, seconds=0.3, seed=1, start=old, engines=())

    kept = {vehicle: [stop for stop in order if stop != "s4"] for vehicle, order in orders_of(old).items()}
    assert orders_of(new) == kept
    assert new.made_by == "the given plan"


def test_a_visit_that_costs_more_than_its_price_is_left_out_with_the_figures() -> None:
    stops = [days.stop("near", 1), days.stop("far", 100, priority=1)]

    for engines in (None, ()):
        plan = solve(days.day(stops, [days.crew("a")]), seconds=0.2, engines=engines)

        assert orders_of(plan) == {"a": ["near"]}
        assert plan.dropped[0].sentence == (
            "a could make the visit for 11880 s more travel; its priority is worth 900 s."
        )


@pytest.mark.parametrize("engine", [Vroom(), PyVrp()], ids=lambda engine: engine.name)
def test_an_engine_proposes_nobody_who_may_not(engine: Engine) -> None:
    stops = [
        *(days.stop(f"zh{n}", n, skills=["zh"]) for n in range(1, 5)),
        *(days.stop(f"pin{n}", 40 + n, pinned="a") for n in range(1, 5)),
        *(days.stop(f"not{n}", n, never=["a"]) for n in range(5, 9)),
    ]
    day = Day.of(days.day(stops, [days.crew("a"), days.crew("b", start=50, end=50, skills=["zh"])]))

    proposal = engine.propose(day, Effort(0.2, seed=1), None)

    assert {stop for order in proposal.orders.values() for stop in order} == {stop.id for stop in stops}
    assert settle(Quick(day), proposal.orders) == (proposal.orders, 0)


def test_a_plan_that_breaks_a_rule_is_refused_for_a_dearer_one_that_does_not() -> None:
    day = Day.of(
        days.day([days.stop("x", 1, skills=["zh"])], [days.crew("a"), days.crew("b", skills=["zh"])])
    )
    unlawful, lawful = _Candidate({"a": ("x",)}, "Rogue", 1), _Candidate({"b": ("x",)}, "insertion", 2)

    plan = _first_that_passes(Quick(day), [unlawful, lawful], [])

    assert orders_of(plan) == {"b": ["x"]}
    assert plan.notes == ("The plan of Rogue broke 1 rules and was refused.",)
    with pytest.raises(PlanningError, match="Vehicle a lacks for x: zh") as refusal:
        _first_that_passes(Quick(day), [unlawful], [])
    assert [breach.rule for breach in refusal.value.violations] == [Rule.SKILL]


class Rogue:
    """An engine that can be told how to misbehave."""

    name = "Rogue"

    def __init__(self, act: Callable[[Day], Orders]) -> None:
        self._act = act

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        del effort, start
        return Proposal(self._act(day), complete=True)


def crash(day: Day) -> Orders:
    raise MemoryError("no more")


def absent(day: Day) -> Orders:
    raise EngineError("Rogue is not installed.")


@pytest.mark.parametrize(
    ("act", "note"),
    [
        (crash, "Rogue failed (MemoryError: no more). The plan was made without it."),
        (absent, "Rogue is not installed. The plan was made without it."),
        (
            lambda _: {"a": ("nobody", "s1", "s1"), "z": ("s2",), "b": ("s3", "done")},
            "5 visits of Rogue's proposal did not hold and were placed anew.",
        ),
        (
            lambda day: {"a": tuple(sorted(stop.id for stop in day.problem.stops))},
            None,
        ),
        (lambda _: {"a": None}, "Rogue failed (TypeError"),
    ],
)
def test_whatever_an_engine_does_the_plan_is_checked_and_says_so(
    act: Callable[[Day], Orders], note: str | None
) -> None:
    problem = full_day()

    plan = solve(problem, engines=(Rogue(act),))

    assert check(problem, plan) == ()
    assert note is None or plan.notes[0].startswith(note)


def test_an_engine_that_is_not_installed_is_named_and_the_plan_is_made_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "vroom", None)
    monkeypatch.setitem(sys.modules, "pyvrp", None)

    plan = solve(full_day(), seconds=0.2)

    assert plan.made_by == "insertion"
    assert plan.notes == (
        "VROOM is not installed (package pyvroom). The plan was made without it.",
        "PyVRP is not installed (package pyvrp). The plan was made without it.",
    )


def test_a_plan_says_how_many_trips_are_estimates() -> None:
    problem = full_day()
    matrix: TravelMatrix = replace(problem.travel, estimated=frozenset({(0, 1), (1, 0)}))

    plan = solve(replace(problem, travel=matrix), engines=())

    assert plan.notes == ("2 trips are estimates: the source had no answer for them.",)


@pytest.mark.parametrize(
    "problem",
    [
        days.day([], []),
        days.day([], [days.crew("a")]),
        days.day([days.stop("x", 1)], []),
        days.day([days.stop("x", 1, windows=())], [days.crew("a")]),
        days.day([days.stop("x", 1)], [days.crew("a", start=None, end=None)]),
        days.day([days.stop(f"s{n}", 0, service_s=0) for n in range(4)], [days.crew("a", shift=(50, 50))]),
        days.day([days.stop("x", 1, windows=((500, 500),))], [days.crew("a"), days.crew("b", shift=(0, 0))]),
    ],
    ids=["nothing", "no visits", "no crews", "no windows", "open day", "one place and instant", "one second"],
)
def test_the_small_and_the_odd_are_planned_without_a_word(problem: Problem) -> None:
    plan = solve(problem, seconds=0.1)

    assert check(problem, plan) == ()
    assert plan.notes == ()


def test_a_locked_day_that_broke_its_shift_is_still_shown() -> None:
    done = Visit("done", 400, 400, 1_000, 1_200, 300, 500)
    problem = days.day(
        [days.stop("done", 5), days.stop("x", 6)],
        [days.crew("a", shift=(0, 900), breaks=(LUNCH,))],
        (Locked("a", 100, (done,)),),
    )

    plan = solve(problem, seconds=0.1)

    assert check(problem, plan) == ()
    assert orders_of(plan) == {"a": ["done"]}
    assert plan.dropped[0].reason is DropReason.WINDOWS_MISS_SHIFTS


def test_absurd_budgets_are_refused() -> None:
    for seconds in (0, -1, float("nan"), 4_000):
        with pytest.raises(ProblemError, match="seconds"):
            solve(full_day(), seconds=seconds)
    with pytest.raises(ProblemError, match="iteration"):
        solve(full_day(), iterations=0)


def test_the_first_visit_of_a_day_costs_its_whole_way_out_and_back() -> None:
    problem = days.day([days.stop("far", 100, priority=1)], [days.crew("a")])

    plan = solve(problem, engines=())

    assert plan.routes == ()
    assert plan.dropped[0].sentence.startswith("a could make the visit for 12000 s more travel")
