"""Asking an engine without trusting it: it may crash, hang or be stopped, and whoever asked goes on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from routing.engines import Effort, Engine, EngineError, Orders, Proposal
from routing.schedule import Day

#: An engine may overrun its time by this share, and by a second, before it is given up.
_PATIENCE = 0.5
_PATIENCE_S = 1.0
_LOOK_EVERY_S = 0.01


@dataclass(slots=True)
class _Answer:
    done: threading.Event = field(default_factory=threading.Event)
    proposal: Proposal | None = None
    error: BaseException | None = None


class StoppedError(RuntimeError):
    """The question was withdrawn before the engine answered."""


def ask(
    engine: Engine, day: Day, effort: Effort, start: Orders | None, is_stopped: Callable[[], bool]
) -> Proposal:
    """Have an engine propose, in a thread of its own.

    A thread cannot be killed: one that hangs is left behind and heard no more. An engine that brings the
    whole process down is beyond this; whoever runs plans as jobs starts the job again.

    Raises:
        EngineError: it failed, or did not answer in its time and a little more.
        StoppedError: `is_stopped` said so first.
    """
    answer = _Answer()
    is_given_up = threading.Event()
    watched = replace(effort, is_over=lambda: is_given_up.is_set() or is_stopped())

    def work() -> None:
        try:
            answer.proposal = engine.propose(day, watched, start)
        except BaseException as error:  # noqa: BLE001 - whatever a solver throws, the day is still planned
            answer.error = error
        answer.done.set()

    threading.Thread(target=work, name=f"engine {engine.name}", daemon=True).start()
    patience_s = effort.seconds * (1 + _PATIENCE) + _PATIENCE_S
    waited_s = 0.0
    while not answer.done.wait(_LOOK_EVERY_S):
        waited_s += _LOOK_EVERY_S
        if is_stopped():
            is_given_up.set()
            raise StoppedError
        if waited_s >= patience_s:
            is_given_up.set()
            raise EngineError(f"{engine.name} did not answer in {patience_s:.1f} s.")
    if isinstance(answer.error, EngineError):
        raise answer.error
    if answer.error is not None or answer.proposal is None:
        error = answer.error
        raise EngineError(f"{engine.name} failed ({type(error).__name__}: {error}).") from error
    return answer.proposal
