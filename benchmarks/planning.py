"""Planning a day: what the product makes in five seconds against what each solver alone makes, all judged by `check`.

Peers have the same model as far as they know it, our clock times what they propose, and every plan is judged. Figures are
gaps to the best plan that any of them found in this run: read them against each other, not between machines.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.days import benchmark_instance, even_day, real_day
from routing.check import check
from routing.cost import cost_s
from routing.distance import VectorTravel, straight_matrix_m
from routing.engines import Engine
from routing.engines.own import prepare
from routing.engines.pyvrp import PyVrp
from routing.engines.vroom import Vroom
from routing.model import Fairness, Locked, Plan, Problem, Promise, Stop
from routing.slots import Agenda, Busy, SlotFinder
from routing.solve import solve

SEARCH_S = 5.0
DAYS = (11, 12, 13)
KINDS = ("R1", "RC1", "C1", "R2", "RC2", "C2")
_NOON = 12 * 3_600 + 1_800


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    seconds: float
    engines: tuple[Engine, ...] | None


def run() -> None:
    """Print every table; some minutes."""
    prepare()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; gaps to the best of this run")
    benchmarks()
    real_days()
    fairness()
    replanning()
    large()
    slots()
    matrix()


def _made(problem: Problem, contender: Contender, *, start: Plan | None = None, seed: int = 1) -> Plan:
    plan = solve(problem, seconds=contender.seconds, seed=seed, engines=contender.engines, start=start)
    assert check(problem, plan) == (), "no plan leaves without passing the check"
    return plan


def _table(
    title: str, problems: Sequence[tuple[str, Problem]], contenders: Sequence[Contender]
) -> dict[str, float]:
    """Print each contender's gap for each problem, and give the mean gaps."""
    print(f"\n{title}")
    gaps: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for name, problem in problems:
        costs = {}
        for contender in contenders:
            plan = _made(problem, contender)
            costs[contender.name] = cost_s(problem, plan), len(plan.dropped)
        best = min(cost for cost, _ in costs.values())
        cells = []
        for who, (cost, left_out) in costs.items():
            gaps[who].append(100 * (cost - best) / best)
            cells.append(f"{who} {cost} (+{gaps[who][-1]:.2f} %, {left_out} out)")
        print(f"  {name}: " + "; ".join(cells))
    means = {name: statistics.mean(each) for name, each in gaps.items()}
    print("  mean gap: " + "; ".join(f"{name} {mean:.2f} %" for name, mean in means.items()))
    return means


def benchmarks() -> None:
    """Plain VRPTW, equal search seconds."""
    problems = [(f"{kind}-{seed}", benchmark_instance(kind, seed)) for kind in KINDS for seed in (1, 2)]
    _table(
        f"VRPTW like Solomon's (100 customers), {SEARCH_S:g} s each",
        problems,
        (
            Contender("Doorstep", SEARCH_S, None),
            Contender("PyVRP", SEARCH_S, (PyVrp(),)),
            Contender("VROOM", SEARCH_S, (Vroom(),)),
        ),
    )


def real_days() -> None:
    """Days with more visits than fit; the peers have twice the time."""
    contenders = (
        Contender("Doorstep 5 s", SEARCH_S, None),
        Contender("VROOM 10 s", 2 * SEARCH_S, (Vroom(),)),
        Contender("PyVRP 10 s", 2 * SEARCH_S, (PyVrp(),)),
        Contender("VROOM then PyVRP 5 s", SEARCH_S, (Vroom(), PyVrp())),
    )
    for has_lunch, title in ((False, "without lunch"), (True, "with lunch")):
        days = [(f"day {seed}", real_day(seed, has_lunch=has_lunch)) for seed in DAYS]
        _table(f"120 visits, 10 crews, Baltimore addresses, {title}", days, contenders)


def fairness() -> None:
    """What an even day costs in travel."""
    print(
        "\n100 visits, 10 crews alike: longest minus shortest working time, and what evenness costs in travel"
    )
    for seed in DAYS:
        plain = even_day(seed)
        contender = Contender("Doorstep", SEARCH_S, None)
        lazy = _made(plain, contender)
        even = _made(replace(plain, fairness=Fairness(hour_price_s=100)), contender)
        more = 100 * (_travel_s(even) - _travel_s(lazy)) / _travel_s(lazy)
        print(
            f"  day {seed}: {_spread_s(plain, lazy) // 60} min without, {_spread_s(plain, even) // 60} min with a price;"
            f" travel {more:+.1f} %, {len(even.dropped)} out"
        )


def _travel_s(plan: Plan) -> int:
    return sum(route.travel_s for route in plan.routes)


def _spread_s(problem: Problem, plan: Plan) -> int:
    work = {route.vehicle: route.return_s - route.depart_s for route in plan.routes}
    each = [work.get(vehicle.id, 0) for vehicle in problem.vehicles]
    return max(each) - min(each)


def replanning() -> None:
    """Half past twelve: what is done is locked, four visits are gone, six urgent ones come in."""
    print("\nre-plan at 12:30 of a running day")
    for seed in DAYS:
        problem, promised = running_day(seed)
        long = _made(problem, Contender("Doorstep", 20, None), start=promised)
        took, costs, moved = [], [], []
        for turn in range(15):
            began = time.perf_counter()
            plan = _made(problem, Contender("Doorstep", 0.2, None), start=promised, seed=turn)
            took.append(time.perf_counter() - began)
            costs.append(100 * (cost_s(problem, plan) / cost_s(problem, long) - 1))
            moved.append(_moved(problem, plan))
        took.sort()
        to_plan = len(problem.stops) - sum(len(prefix.visits) for prefix in problem.locked)
        print(
            f"  day {seed}: {to_plan} to plan, {sum(one.promise is not None for one in problem.stops)} promised;"
            f" median {statistics.median(took) * 1e3:.0f} ms, p95 {took[-1] * 1e3:.0f} ms;"
            f" moved {statistics.median(moved):g}; {statistics.median(costs):+.2f} % over 20 s (moved {_moved(problem, long)})"
        )


def running_day(seed: int) -> tuple[Problem, Plan]:
    """A day that has been published and is half done: the problem of its rest, and the plan that was promised."""
    morning = real_day(seed)
    published = _made(morning, Contender("Doorstep", 2, None))
    locked = []
    for route in published.routes:
        done = tuple(visit for visit in route.visits if visit.start_s <= _NOON)
        if done:
            last = replace(done[-1], leave_s=max(done[-1].end_s, _NOON))
            locked.append(Locked(route.vehicle, route.depart_s, (*done[:-1], last)))
    happened = {visit.stop for prefix in locked for visit in prefix.visits}
    planned = {
        visit.stop: (route.vehicle, visit.start_s) for route in published.routes for visit in route.visits
    }
    left = [stop.id for stop in morning.stops if stop.id in planned and stop.id not in happened]
    gone = set(left[:: max(1, len(left) // 4)][:4])
    others = [stop for stop in real_day(seed + 100).stops if not stop.skills][:6]
    urgent = [
        replace(stop, id=f"urgent-{number}", place=morning.stops[number].place, priority=20)
        for number, stop in enumerate(others)
    ]
    stops = tuple(_promised(stop, planned) for stop in morning.stops if stop.id not in gone)
    vehicles = tuple(
        replace(vehicle, shift_from_s=max(vehicle.shift_from_s, min(_NOON, vehicle.shift_to_s)))
        if vehicle.id not in {prefix.vehicle for prefix in locked}
        else vehicle
        for vehicle in morning.vehicles
    )
    return Problem((*stops, *urgent), vehicles, morning.travel, tuple(locked)), published


def _promised(stop: Stop, planned: dict[str, tuple[str, int]]) -> Stop:
    if stop.id not in planned:
        return stop
    vehicle, start_s = planned[stop.id]
    return replace(stop, promise=Promise(vehicle, (max(0, start_s - 1_800), start_s + 1_800), 1_800, 900))


def _moved(problem: Problem, plan: Plan) -> int:
    promises = {stop.id: stop.promise for stop in problem.stops if stop.promise is not None}
    happened = {visit.stop for prefix in problem.locked for visit in prefix.visits}
    return sum(
        promises[visit.stop].vehicle != route.vehicle
        for route in plan.routes
        for visit in route.visits
        if visit.stop in promises and visit.stop not in happened
    )


def large() -> None:
    """A thousand visits for sixty crews."""
    print("\n1,000 visits, 60 crews")
    problem = real_day(21, visits=1_000, crews=60)
    for seconds in (20.0, 50.0):
        began = time.perf_counter()
        plan = _made(problem, Contender("Doorstep", seconds, None))
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"  {seconds:g} s of search: checked after {took:.1f} s, costs {cost_s(problem, plan)},"
            f" {len(plan.dropped)} out, made by {plan.made_by}, {memory:.2f} GB"
        )


def slots() -> None:
    """Twenty hours on offer, ten crews with their day."""
    problem = real_day(7, has_lunch=True)
    plan = solve(problem, engines=())
    places = {stop.id: stop.place for stop in problem.stops}
    routes = {route.vehicle: route.visits for route in plan.routes}
    agendas = [
        Agenda(
            vehicle,
            tuple(
                Busy(visit.start_s, visit.end_s, places[visit.stop]) for visit in routes.get(vehicle.id, ())
            ),
        )
        for vehicle in problem.vehicles
    ]
    windows = [(8 * 3_600 + 2_340 * number, 8 * 3_600 + 2_340 * number + 2_000) for number in range(20)]
    travel = VectorTravel()
    took = []
    for stop in problem.stops * 3:
        began = time.process_time()
        SlotFinder(agendas, travel).slots(place=stop.place, service_s=1_800, windows=windows)
        took.append(time.process_time() - began)
    took.sort()
    print(
        f"\nslots, 20 windows x 10 crews: median {statistics.median(took) * 1e3:.1f} ms,"
        f" p99 {took[len(took) * 99 // 100] * 1e3:.1f} ms of processor time (bar: 5)"
    )


def matrix() -> None:
    """All pairs of 500 places."""
    problem = real_day(7, visits=480, crews=20)
    places = problem.travel.places[:500]
    took = min(_timed(lambda: straight_matrix_m(places)) for _ in range(9))
    print(f"matrix of {len(places)} x {len(places)} straight lines: {took * 1e3:.1f} ms (bar: 12)")


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
