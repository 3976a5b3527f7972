"""An engine in a process of its own: it may hold the interpreter, hang or crash there, and nobody waits for it.

VROOM keeps Python's global lock for as long as it thinks, so that a server around it would stand still. The
process is kept for the next question, since starting one takes a second; it ends by itself when whoever
started it is gone.
"""

import atexit
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from routing.engines import Effort, Engine, EngineError, Orders, Proposal
from routing.engines.vroom import Vroom
from routing.model import Problem
from routing.schedule import Day

_ENGINES: dict[str, Engine] = {"VROOM": Vroom()}
_LENGTH = struct.Struct(">Q")
_START_S = 60.0
_LOOK_EVERY_S = 0.01
_CHUNK = 1 << 16


class Apart:
    """Asks an engine in a process of its own."""

    def __init__(self, engine: Vroom) -> None:
        self.name = engine.name

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose what the engine proposes there. Once nobody waits any more, its process is ended.

        Raises:
            EngineError: it failed, or its process was ended.
        """
        worker = _take()
        question = (self.name, day.problem, (effort.seconds, effort.seed, effort.iterations), start)
        try:
            answer = worker.ask(question, effort.is_over)
        except OSError as error:
            worker.end()
            raise EngineError(f"{self.name} was ended: {error}.") from error
        _give_back(worker)
        if isinstance(answer, str):
            raise EngineError(answer)
        orders, complete = answer
        return Proposal(orders, complete)


class _Worker:
    def __init__(self) -> None:
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "routing.engines.apart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )
        ends = perf_counter() + _START_S
        try:
            self._answer(lambda: perf_counter() > ends)
        except OSError:
            self.end()
            raise

    def ask(self, question: Any, is_over: Callable[[], bool]) -> Any:
        """Ask, and wait for the answer.

        Raises:
            OSError: the process is gone, or `is_over` said that nobody waits any more; it cannot be asked again.
        """
        content = pickle.dumps(question)
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - a pipe, see above
        stdin.write(_LENGTH.pack(len(content)) + content)
        stdin.flush()
        return self._answer(is_over)

    def _answer(self, is_over: Callable[[], bool]) -> Any:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - a pipe, see above
        told, length = b"", _LENGTH.size
        while len(told) < length:
            if is_over():
                raise TimeoutError("nobody waits any more")
            if not select.select([stdout], [], [], _LOOK_EVERY_S)[0]:
                continue
            chunk = os.read(stdout.fileno(), _CHUNK)
            if not chunk:
                raise BrokenPipeError("its process is gone")
            told += chunk
            if length == _LENGTH.size <= len(told):
                length += _LENGTH.unpack(told[: _LENGTH.size])[0]
        return pickle.loads(told[_LENGTH.size :])  # noqa: S301 - our own process wrote it

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        self._process.wait()


_idle: list[_Worker] = []
_lock = threading.Lock()


def _take() -> _Worker:
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.is_alive:
                return worker
            worker.end()
    try:
        return _Worker()
    except OSError as error:
        raise EngineError(f"A process for an engine could not be started: {error}.") from error


def _give_back(worker: _Worker) -> None:
    with _lock:
        _idle.append(worker)


@atexit.register
def _end_all() -> None:
    with _lock:
        for worker in _idle:
            worker.end()
        _idle.clear()


def _serve() -> None:
    """Answer questions from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks, and ends this one's input too
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever an engine prints must not stand among the answers
    questions = os.fdopen(os.dup(0), "rb")
    _reply(answers, "ready")
    while len(head := questions.read(_LENGTH.size)) == _LENGTH.size:
        question = pickle.loads(questions.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - our own process asks
        _reply(answers, _propose(*question))


def _reply(answers: Any, answer: Any) -> None:
    content = pickle.dumps(answer)
    answers.write(_LENGTH.pack(len(content)) + content)
    answers.flush()


def _propose(
    name: str, problem: Problem, effort: tuple[float, int, int | None], start: Orders | None
) -> tuple[Orders, bool] | str:
    try:
        proposal = _ENGINES[name].propose(Day.of(problem), Effort(*effort), start)
    except EngineError as error:
        return str(error)
    return dict(proposal.orders), proposal.complete


if __name__ == "__main__":
    _serve()
