"""Our own search and our own recombination, as engines among the others: they too only propose."""

import threading
from collections.abc import Callable
from time import perf_counter

from routing.engines import Effort, EngineError, Orders, Proposal
from routing.quick import Quick
from routing.schedule import Day
from routing.search.pool import Pool
from routing.search.recombine import Limit, recombine
from routing.search.state import State, numbers_of, orders_of

#: Where steps are counted, a recombination looks at so many nodes for each thousand of them, and at one at least.
_NODES_PER_1000 = 100
_LOOK_EVERY_S = 0.05


class LocalSearch:
    """Knows the whole model and its exact price, from any plan or from none."""

    name = "local search"

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose orders, searched from `start`, or from nothing.

        Raises:
            EngineError: numba is not installed.
        """
        try:
            from routing.search.local import improve
        except ImportError as error:
            raise EngineError("numba is not installed (package numba).") from error
        pool = effort.pool or Pool(Quick(day))
        quick = pool.quick
        if not day.open_stops() or not quick.vehicles:
            return Proposal({}, complete=True)
        ends = perf_counter() + effort.seconds
        best = improve(
            quick,
            numbers_of(quick, start or {}),
            seed=effort.seed,
            pool=pool,
            progress=_progress(effort, ends),
            on_best=lambda better: effort.offer(orders_of(quick, better.items())),
            turns=effort.iterations,
        )
        return Proposal(orders_of(quick, best.items()), complete=perf_counter() < ends)


def prepare(is_stopped: Callable[[], bool] = lambda: False) -> None:
    """Compile our search, or load what was compiled before: a second, and a minute the first time on a machine.

    Without numba, or once `is_stopped` says so, it is left undone.
    """
    done = threading.Event()

    def work() -> None:
        try:
            import routing.search.local  # noqa: F401 - what is compiled is so as it is imported
        except ImportError:
            return  # whoever asks the search is told
        finally:
            done.set()

    threading.Thread(target=work, name="compiling the search", daemon=True).start()
    while not done.wait(_LOOK_EVERY_S):
        if is_stopped():
            return


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
