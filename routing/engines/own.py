"""Our own search and our own recombination, as engines among the others: they too only propose."""

from collections.abc import Callable
from random import Random
from time import perf_counter

from routing.engines import Effort, Orders, Proposal
from routing.quick import Quick
from routing.schedule import Day
from routing.search.local import improve
from routing.search.pool import Pool
from routing.search.recombine import Limit, recombine
from routing.search.state import State, numbers_of

#: Where steps are counted, a recombination looks at so many nodes for each thousand of them, and at one at least.
_NODES_PER_1000 = 100


class LocalSearch:
    """Knows the whole model and its exact price; best from a good plan."""

    name = "local search"

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose orders, searched from `start`, or from nothing."""
        pool = effort.pool or Pool(Quick(day))
        state = State(pool.quick, numbers_of(pool.quick, start or {}))
        if not state.absent and not state.where:
            return Proposal({}, complete=True)
        ends = perf_counter() + effort.seconds
        best = improve(
            state,
            pool,
            Random(effort.seed),  # noqa: S311 - a search, no secret
            _progress(effort, ends),
            lambda better: effort.offer(better.as_orders()),
        )
        found = State(pool.quick, best)
        return Proposal(found.as_orders(), complete=perf_counter() < ends)


def _progress(effort: Effort, ends: float) -> Callable[[int], float]:
    began = perf_counter()

    def share(turn: int) -> float:
        now = perf_counter()
        if now >= ends or effort.is_over():
            return 1
        return (now - began) / (ends - began) if effort.iterations is None else turn / effort.iterations

    return share


class Recombination:
    """Puts the routes of all that came before together anew."""

    name = "recombination"

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose the best day that the pool of routes makes.

        Raises:
            EngineError: HiGHS is not installed, or found nothing.
        """
        pool = effort.pool or Pool(Quick(day))
        state = State(pool.quick, numbers_of(pool.quick, start or {}))
        nodes = None if effort.iterations is None else 1 + effort.iterations * _NODES_PER_1000 // 1_000
        ends = perf_counter() + effort.seconds
        found = recombine(state, pool, Limit(effort.seconds, nodes))
        complete = perf_counter() < ends
        if found is None:
            return Proposal(start or {}, complete)
        return Proposal(State(pool.quick, found).as_orders(), complete)
