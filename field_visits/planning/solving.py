"""Asking `routing` for a day, so that one sees how far it is, may stop it, and gets nothing unchecked. Pure."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from field_visits.kernel.errors import UnavailableError
from routing.check import check
from routing.engines import Orders
from routing.model import Fairness, Plan, Problem, Route, Visit
from routing.schedule import Day
from routing.solve import PlanningError, Progress, solve

# A crew waits at a door rather so long than that the first traffic light costs somebody their hour.
HEAD_START_S = 900
# How often whoever watches is asked, and told what was found.
_LOOK_EVERY_S = 0.7


@dataclass(frozen=True, slots=True)
class BestSoFar:
    """The best day found, and for how long it was looked for."""

    elapsed_s: float
    planned: int
    left_out: int


Watch = Callable[[BestSoFar], None]


def search(
    problem: Problem,
    *,
    seconds: float,
    seed: int,
    iterations: int | None = None,
    start: Orders | None = None,
    watch: Watch | None = None,
) -> Plan:
    """The best plan found in `seconds`, checked.

    Args:
        problem: What to plan.
        seconds: How long the engines may think.
        seed: With `iterations` the same seed gives the same plan, unless the time ends first.
        iterations: How many steps an engine makes at most.
        start: What to begin from.
        watch: Told from time to time what was found, and once at the end; an exception of it ends the search
            and passes on.

    Raises:
        UnavailableError: No plan passed the checker; the plan that is published still holds.
    """
    watched = _Watched(watch)
    try:
        plan = solve(
            problem,
            seconds=seconds,
            seed=seed,
            iterations=iterations,
            start=as_plan(start) if start else None,
            progress=watched.hear,
            is_stopped=watched.is_over,
        )
    except PlanningError as error:
        raise _refused(error) from error
    watched.close(plan)
    return proved(problem, plan)


def insert(problem: Problem, start: Orders) -> Plan:
    """`start` with every other visit put where it costs least: at once, and nothing that stands changes its crew.

    Raises:
        UnavailableError: As `search`.
    """
    try:
        return proved(problem, solve(problem, engines=(), start=as_plan(start)))
    except PlanningError as error:
        raise _refused(error) from error


def unhurried(problem: Problem, plan: Plan) -> Plan:
    """The plan with crews that set out a quarter of an hour earlier where that gains time.

    A day that is made even is also made short: it sets out at the last moment, and the first delay makes somebody
    late. What a crew has done, and the order of its visits, stay.
    """
    begun = {prefix.vehicle for prefix in problem.locked}
    stops = {stop.id: stop for stop in problem.stops}
    depart: dict[str, int] = {}
    for route in plan.routes:
        if route.vehicle in begun:
            continue
        promises = [promise for visit in route.visits if (promise := stops[visit.stop].promise) is not None]
        has_hours = any(promise.vehicle == route.vehicle for promise in promises)
        # Hours that stand are kept, whenever the crew has to set out for them.
        depart[route.vehicle] = 0 if has_hours else route.depart_s - HEAD_START_S
    crews = tuple(
        replace(one, shift_from_s=max(one.shift_from_s, depart[one.id])) if one.id in depart else one
        for one in problem.vehicles
    )
    day = Day.of(replace(problem, vehicles=crews, fairness=Fairness()))
    timed = (_earlier(day, route) if route.vehicle in depart else route for route in plan.routes)
    return replace(plan, routes=tuple(timed))


def _earlier(day: Day, route: Route) -> Route:
    order = [visit.stop for visit in route.visits]
    return day.route(day.vehicles[route.vehicle], order) or route


def proved(problem: Problem, plan: Plan) -> Plan:
    """The plan, unhurried, which breaks no rule.

    Raises:
        UnavailableError: It does.
    """
    plan = unhurried(problem, plan)
    if violations := check(problem, plan):
        raise UnavailableError(f"The plan broke a rule and was thrown away: {violations[0].sentence}")
    return plan


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


class _Watched:
    """Tells what was found, and hears whether to go on: in the thread of whoever asked, and in no other."""

    def __init__(self, watch: Watch | None) -> None:
        self._watch, self._owner = watch, threading.get_ident()
        self._begun = self._told = perf_counter()
        self._best: Progress | None = None
        self._error: BaseException | None = None

    def hear(self, progress: Progress) -> None:
        """A better day was found."""
        self._best = progress

    def is_over(self) -> bool:
        """Whether whoever watches has enough; engines ask it too, from threads of their own."""
        now = perf_counter()
        is_ours = threading.get_ident() == self._owner
        if is_ours and self._best is not None and now - self._told >= _LOOK_EVERY_S:
            self._told = now
            self._tell(self._best.planned, self._best.left_out)
        return self._error is not None

    def close(self, plan: Plan) -> None:
        """The last word; an exception of whoever watches passes on."""
        if self._error is None:
            self._tell(sum(len(route.visits) for route in plan.routes), len(plan.dropped))
        if self._error is not None:
            raise self._error

    def _tell(self, planned: int, left_out: int) -> None:
        if self._watch is None:
            return
        try:
            self._watch(BestSoFar(perf_counter() - self._begun, planned, left_out))
        except BaseException as error:  # noqa: BLE001 - kept and raised by `close`: an engine would take it for its own
            self._error = error


def _refused(error: PlanningError) -> UnavailableError:
    return UnavailableError(f"{error} Try again, or plan these visits by hand.")
