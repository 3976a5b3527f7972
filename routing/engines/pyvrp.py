"""PyVRP as a polisher: the best routes of all, when it starts from a good plan."""

from time import perf_counter
from typing import Any

from routing.engines import Effort, EngineError, Orders, Proposal
from routing.engines.pyvrp_data import Translation
from routing.schedule import Day
from routing.search.pool import Pool

#: A better solution is offered at most so often: turning it into orders costs time.
_OFFER_EVERY_S = 0.1


class PyVrp:
    name = "PyVRP"

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose orders, searched from `start` if one is given and from scratch otherwise."""
        try:
            import pyvrp
        except ImportError as error:
            raise EngineError("PyVRP is not installed (package pyvrp).") from error
        began = perf_counter()
        try:
            translated = Translation(day)
            if translated.data is None:
                return Proposal({}, complete=True)
            listener: Any = _Listener(translated, effort)
            stop = _Stop(began + effort.seconds, effort)
            result = pyvrp.solve(
                translated.data,
                stop=stop,
                seed=effort.seed,
                collect_stats=False,
                display=False,
                params=pyvrp.SolveParams(ils=pyvrp.IteratedLocalSearchParams(callbacks=listener)),
                initial_solution=None if start is None else translated.solution_of(start),
            )
            orders = translated.orders_of(result.best)
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"PyVRP failed: {error}") from error
        complete = effort.iterations is not None and result.num_iterations >= effort.iterations
        return Proposal(orders, complete)


class _Stop:
    """Ends the search when its time or its iterations are over, or when it is asked to."""

    def __init__(self, ends: float, effort: Effort) -> None:
        self._ends = ends
        self._effort = effort
        self._turns = 0

    def __call__(self, best_cost: float) -> bool:
        del best_cost
        limit = self._effort.iterations
        if limit is not None and self._turns >= limit:
            return True
        self._turns += 1
        return perf_counter() >= self._ends or self._effort.is_over()


class _Listener:
    """Leaves every feasible route in the pool, and offers better solutions on the way."""

    def __init__(self, translated: Translation, effort: Effort) -> None:
        self._translated = translated
        self._effort = effort
        self._seen: set[tuple[int, ...]] = set()
        self._next_offer = 0.0

    def on_iteration(self, current: Any, candidate: Any, best: Any, cost_evaluator: Any) -> None:
        del current, best, cost_evaluator
        if self._effort.pool is not None:
            self._collect(candidate, self._effort.pool)

    def _collect(self, solution: Any, pool: Pool) -> None:
        for route in solution.routes():
            # Telling routes apart by their figures is ten times quicker than reading them.
            mark = (
                route.vehicle_type(),
                route.distance(),
                route.duration(),
                route.num_clients(),
                route.prizes(),
            )
            if mark in self._seen or not route.is_feasible():
                continue
            self._seen.add(mark)
            pool.add_ids(self._translated.vehicle_of(route).id, self._translated.order_of(route))

    def on_best(self, best: Any) -> None:
        now = perf_counter()
        if now >= self._next_offer and best.is_feasible():
            self._next_offer = now + _OFFER_EVERY_S
            self._effort.offer(self._translated.orders_of(best))

    def on_start(self, ils: Any) -> None:
        """Nothing is known yet."""

    def on_end(self, result: Any) -> None:
        """The end is told by the result."""

    def on_restart(self, best: Any) -> None:
        """A restart changes nothing that is known."""
