"""Solvers behind one door. An engine only *proposes* who goes where in which order.

Times, breaks, limits and lawfulness are settled afterwards by our own clock and judge: no engine knows the
whole model, so none is believed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from routing.schedule import Day

if TYPE_CHECKING:
    from routing.search.pool import Pool

#: For each vehicle the ids of its stops, in order, without its locked prefix.
Orders = Mapping[str, tuple[str, ...]]


class EngineError(RuntimeError):
    """An engine is not installed, failed, or found nothing; the plan is made without it and says so."""


def _nobody_hears(orders: Orders) -> None:
    """A proposal on the way that nobody waits for."""


def _goes_on() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try. With `iterations` the answer depends on the seed alone, unless `seconds` end first.

    An engine that finds something better on the way offers it by `offer`, ends soon once `is_over` says so,
    and may leave every route it came across in the `pool`.
    """

    seconds: float
    seed: int
    iterations: int | None = None
    offer: Callable[[Orders], None] = _nobody_hears
    is_over: Callable[[], bool] = _goes_on
    pool: "Pool | None" = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """`complete` says that the engine ended by itself and was not cut short by the time."""

    orders: Orders
    complete: bool


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose orders, better than `start` where one is given.

        Raises:
            EngineError: see there.
        """
        ...
