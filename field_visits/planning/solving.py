"""Asking `routing` for a day: in rounds, so that one sees how far it is, may stop it, and keeps the best.

A visit that somebody was going to make at an hour has a price for being moved: what a re-plan saves has to be
worth the upset. Everything here is pure; what a round found is told to `watch`, which may end the search.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from field_visits.kernel.errors import UnavailableError
from routing.check import check
from routing.engines import Engine, Orders
from routing.model import Plan, Problem, Route, Visit
from routing.solve import PlanningError, solve

#: What it must save, in seconds of travel, to send another crew than the one that stands, or to come at another hour.
OTHER_CREW_S = 1_200
OTHER_HOUR_S = 300
#: A visit that starts within so many seconds of its hour keeps it.
SAME_HOUR_S = 300
_ROUND_S = 2.0
# A round shorter than this finds nothing.
_LEAST_S = 0.05
# Solvers take seeds below this.
_SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a visit stands: its crew and the second at which it starts."""

    crew: str
    start_s: int


@dataclass(frozen=True, slots=True)
class BestSoFar:
    """The best day found, and for how long it was looked for."""

    elapsed_s: float
    planned: int
    left_out: int
    travel_s: int


Watch = Callable[[BestSoFar], None]


def search(
    problem: Problem,
    stands: Mapping[str, Placed],
    *,
    seconds: float,
    seed: int,
    iterations: int | None = None,
    start: Orders | None = None,
    watch: Watch | None = None,
) -> Plan:
    """The best plan found in `seconds`, checked; visits that stand are moved only where it is worth it.

    Args:
        problem: What to plan.
        stands: Crew and hour of the visits that somebody was going to make; moving one has its price.
        seconds: How long the engines may think.
        seed: With `iterations` the same seed gives the same plan, unless the time ends first.
        iterations: How many steps an engine makes at most; the search is then one round.
        start: What to begin from.
        watch: Told of each round; an exception of it ends the search and passes on.

    Raises:
        UnavailableError: No plan passed the checker; the plan that is published still holds.
    """
    begun = perf_counter()
    best = None if not start else _from(problem, start)
    number, left_s = 0, seconds
    while best is None or not number or (iterations is None and left_s > _LEAST_S):
        found = _solved(
            problem,
            seconds=seconds if iterations is not None else min(_ROUND_S, left_s),
            seed=(seed + number) % _SEEDS,
            iterations=iterations,
            engines=None,
            start=best,
        )
        if best is None or price_s(problem, found, stands) < price_s(problem, best, stands):
            best = found
        number += 1
        left_s = seconds - (perf_counter() - begun)
        if watch is not None:
            watch(_seen(best, seconds - left_s))
    return proved(problem, best)


def insert(problem: Problem, start: Orders) -> Plan:
    """`start` with every other visit put where it costs least: at once, and nothing that stands changes its crew.

    Raises:
        UnavailableError: As `search`.
    """
    return proved(problem, _from(problem, start))


def proved(problem: Problem, plan: Plan) -> Plan:
    """The plan, which breaks no rule.

    Raises:
        UnavailableError: It does.
    """
    if violations := check(problem, plan):
        raise UnavailableError(f"The plan broke a rule and was thrown away: {violations[0].sentence}")
    return plan


def price_s(problem: Problem, plan: Plan, stands: Mapping[str, Placed]) -> int:
    """What a day costs, in seconds of travel: the way, what is left out, and what is moved."""
    price = {stop.id: stop.price_s for stop in problem.stops}
    costs = sum(route.travel_s for route in plan.routes) + sum(price[drop.stop] for drop in plan.dropped)
    for route in plan.routes:
        for visit in route.visits:
            before = stands.get(visit.stop)
            if before is not None:
                costs += OTHER_CREW_S * (before.crew != route.vehicle)
                costs += OTHER_HOUR_S * (abs(before.start_s - visit.start_s) > SAME_HOUR_S)
    return costs


def as_plan(orders: Mapping[str, Sequence[str]]) -> Plan:
    """Orders in the form in which a solver takes a beginning; their times are not looked at."""
    return Plan(
        tuple(
            Route(crew, 0, tuple(Visit(stop, 0, 0, 0, 0, 0, 0) for stop in order), (), 0, 0, 0)
            for crew, order in orders.items()
        ),
        (),
        "",
        "",
    )


def _from(problem: Problem, start: Orders) -> Plan:
    # No engine is asked, so that the time given is not used.
    return _solved(problem, seconds=1.0, seed=0, iterations=None, engines=(), start=as_plan(start))


def _solved(
    problem: Problem,
    *,
    seconds: float,
    seed: int,
    iterations: int | None,
    engines: Sequence[Engine] | None,
    start: Plan | None,
) -> Plan:
    try:
        return solve(problem, seconds=seconds, seed=seed, iterations=iterations, engines=engines, start=start)
    except PlanningError as error:
        raise UnavailableError(f"{error} Try again, or plan these visits by hand.") from error


def _seen(plan: Plan, elapsed_s: float) -> BestSoFar:
    return BestSoFar(
        elapsed_s,
        sum(len(route.visits) for route in plan.routes),
        len(plan.dropped),
        sum(route.travel_s for route in plan.routes),
    )
