"""Keeps the processes of one machine running: starts them in order, restarts, stops in reverse.

It knows nothing of what its children do. The database is one of them (`EmbeddedPostgres` has the shape
of a `Child`), a `Program` is any other process. Each line it prints is one change of state.

Children end with their supervisor even when it is killed outright (see `tether`), and Ctrl-C in a
terminal reaches the supervisor alone, because each program leads a session of its own.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Protocol

from api.server.errors import StartError
from api.server.tether import ending, tethered

_STEADY_S: Final = 2.0  # a child that ends sooner, the first time, cannot start
_FORGIVEN_S: Final = 60.0  # up for so long, earlier crashes no longer count
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0
_POLL_S: Final = 0.1
_HARMLESS: Final = (
    "PATH",
    "HOME",
    "LANG",
    "TZ",
    "TMPDIR",
    "TERM",
    "NO_COLOR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


def plain_environment() -> dict[str, str]:
    """Give the variables every program may see; settings and secrets are for the caller to add."""
    return {name: value for name, value in os.environ.items() if name in _HARMLESS or name.startswith("LC_")}


class Child(Protocol):
    """Something the supervisor starts, watches and stops."""

    @property
    def name(self) -> str: ...

    def start(self) -> object:
        """Start it, again if it has ended. Raises StartError with a sentence for the operator."""

    def exit_code(self) -> int | None:
        """Return None while it runs; a negative number is the signal that ended it."""

    def stop(self) -> None:
        """End it and wait for that; calling it twice is fine."""


class Program:
    """A child that is a process of its own."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        environment: Mapping[str, str] | Callable[[], Mapping[str, str]],
        *,
        once: bool = False,
        ready: Callable[[], bool] | None = None,
        ready_within_s: float = 60.0,
        grace_s: float = 10.0,
    ) -> None:
        """Describe a program; nothing runs yet.

        Args:
            name: for the operator.
            argv: the program and its arguments.
            environment: all that it gets. A callable is asked at each start, so that it may name what
                an earlier child has told (the database's URLs).
            once: it must end with exit code 0 before the next child starts (a migration).
            ready: tells whether it serves. At the first start the other children start meanwhile.
            ready_within_s: how long that may take.
            grace_s: from TERM to KILL.
        """
        self.name = name
        self.once = once
        self._argv = list(argv)
        self._environment = environment
        self._ready = ready
        self._ready_within_s = ready_within_s
        self._grace_s = grace_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def has_readiness(self) -> bool:
        """Whether it runs before it serves."""
        return self._ready is not None

    def start(self) -> None:
        self.launch()
        if self.once or self.has_readiness:
            self.wait_until_ready()

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self.stop()
        given = self._environment
        environment = dict(given() if callable(given) else given)
        if shutil.which(self._argv[0], path=environment.get("PATH")) is None:
            raise StartError(f"{self.name} cannot start: there is no program {self._argv[0]}.")
        self._process = subprocess.Popen(
            tethered(self._argv, signal_on_parent_death=signal.SIGTERM),
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def exit_code(self) -> int | None:
        process = self._process
        if process is None or process.returncode is not None:
            return None if process is None else process.returncode
        # Look without reaping: until it is reaped, nobody else can be given its number, so that the
        # workers it may have left behind can be named by its group.
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self._kill_group(process)
        return process.wait()

    def stop(self) -> None:
        process = self._process
        if process is None:
            return
        if self.exit_code() is None:
            process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + self._grace_s
            while self.exit_code() is None and time.monotonic() < deadline:
                time.sleep(0.02)
        if process.returncode is None:
            self._kill_group(process)
            process.wait()
        self._process = None

    def wait_until_ready(self) -> None:
        """It serves, or, if it runs once, has ended well.

        Raises:
            StartError: it ended otherwise, or is not ready in time.
        """
        deadline = time.monotonic() + self._ready_within_s
        while (code := self.exit_code()) is None:
            if self._ready is not None and self._ready():
                return
            if not self.once and time.monotonic() > deadline:
                self.stop()
                raise StartError(
                    f"{self.name} cannot start: it is not ready after {self._ready_within_s:.0f} s."
                )
            time.sleep(0.02)
        self._process = None
        if not self.once or code != 0:
            raise StartError(
                f"{self.name} cannot start: it ended with {ending(code)}. Its own words stand above."
            )

    @staticmethod
    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Drain:
    """How those who are being served are let finish before everything stops.

    For `seconds` after the supervisor was asked to stop, `marker` is a file: whoever asks the API meanwhile
    whether it is ready hears no, and a balancer sends nobody more. Asked again, it stops at once.
    """

    marker: Path
    seconds: float


class _AskedToStop(BaseException):
    """No error: an operator's wish that cuts a long start short."""


@dataclass(slots=True)
class _Watched:
    child: Child
    since: float
    crashes: int = 0
    has_been_steady: bool = False
    due: float | None = None  # when to start it again; None while it runs


class Supervisor:
    """Runs its children until it is asked to stop."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        say: Callable[[str], None] | None = None,
        drain: Drain | None = None,
    ) -> None:
        self._children = list(children)
        self._drained = drain
        self._say = say or (lambda line: print(line, flush=True))  # noqa: T201 - an operator watches
        self._watched: list[_Watched] = []
        self._times_asked_to_stop = 0
        self._may_cut_short = False

    def run(self) -> int:
        """Start all children, keep them running until INT or TERM, stop them, and return the exit status.

        Call it from the main thread. 0: stopped as asked. 1: a child could not start; what had been
        started is stopped again. A child that ended once it had been up is restarted after a pause,
        0.5 s that doubles with each crash up to 30 s.
        """
        with self._signals() as wake:
            status = 1
            try:
                self._start_all()
                self._watch(wake)
                self._drain(wake)
                status = 0
            except StartError as error:
                self._say(str(error))
            except _AskedToStop:
                status = 0
            finally:
                self._stop_all()
            return status

    def _start_all(self) -> None:
        """Start one child after the other, but for what serves late: the rest starts while it gets ready."""
        late = []
        for child in self._children:
            self._say(f"{child.name}: starting")
            watched = _Watched(child, since=time.monotonic())
            self._watched.append(watched)
            if isinstance(child, Program) and child.has_readiness:
                self._wait_for(child.launch)
                late.append((child, watched))
                continue
            self._wait_for(child.start)
            if isinstance(child, Program) and child.once:
                self._watched.remove(watched)
                self._say(f"{child.name}: done")
            else:
                watched.since = time.monotonic()
                self._say(f"{child.name}: running")
        for program, watched in late:
            self._wait_for(program.wait_until_ready)
            watched.since = time.monotonic()
            # The last to be running is the first to be stopped: nobody is let in whom nobody can serve.
            self._watched.remove(watched)
            self._watched.append(watched)
            self._say(f"{program.name}: running")

    def _wait_for(self, step: Callable[[], object]) -> None:
        """Do one step of a start; being asked to stop meanwhile ends the wait (a recovery can be long)."""
        self._may_cut_short = True
        try:
            if self._times_asked_to_stop:
                raise _AskedToStop
            step()
        finally:
            self._may_cut_short = False

    def _watch(self, wake: int) -> None:
        while not self._times_asked_to_stop:
            for watched in self._watched:
                self._look_at(watched, time.monotonic())
            _sleep(wake)

    def _drain(self, wake: int) -> None:
        if self._drained is None:
            return
        marker, seconds = self._drained.marker, self._drained.seconds
        marker.touch()
        self._say(f"not ready any more; stopping in {seconds:g} s, or at once if asked again")
        until = time.monotonic() + seconds
        while self._times_asked_to_stop == 1 and time.monotonic() < until:
            _sleep(wake)

    def _look_at(self, watched: _Watched, now: float) -> None:
        child = watched.child
        if watched.due is not None:
            if now >= watched.due:
                self._start_again(watched)
            return
        code = child.exit_code()
        if code is None:
            watched.has_been_steady = watched.has_been_steady or now - watched.since >= _STEADY_S
            if now - watched.since >= _FORGIVEN_S:
                watched.crashes = 0
        elif watched.has_been_steady:
            self._plan_restart(watched, f"{child.name}: ended with {ending(code)}")
        else:
            raise StartError(
                f"{child.name} cannot start: it ended with {ending(code)}. Its own words stand above."
            )

    def _plan_restart(self, watched: _Watched, what: str) -> None:
        pause_s = min(_FIRST_PAUSE_S * 2.0**watched.crashes, _LONGEST_PAUSE_S)
        watched.crashes += 1
        watched.due = time.monotonic() + pause_s
        self._say(f"{what}; starting it again in {pause_s:g} s")

    def _start_again(self, watched: _Watched) -> None:
        try:
            self._wait_for(watched.child.start)
        except StartError as error:
            self._plan_restart(watched, str(error).rstrip("."))
            return
        watched.due = None
        watched.since = time.monotonic()
        self._say(f"{watched.child.name}: running again")

    def _stop_all(self) -> None:
        for watched in reversed(self._watched):
            watched.child.stop()
            self._say(f"{watched.child.name}: stopped")
        self._watched.clear()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[int]:
        """Turn INT, TERM and HUP into a wish to stop; the descriptor wakes the watch at once."""

        def ask(number: int, frame: FrameType | None) -> None:
            del number, frame
            self._times_asked_to_stop += 1
            if self._may_cut_short:
                self._may_cut_short = False
                raise _AskedToStop

        def notice(number: int, frame: FrameType | None) -> None:
            """A child has ended: the wake-up is all that is needed."""

        wake, waker = os.pipe()  # neither end is inherited (PEP 446)
        for end in (wake, waker):
            os.set_blocking(end, False)
        before = {
            number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, notice)
        before_waker = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        try:
            yield wake
        finally:
            signal.set_wakeup_fd(before_waker)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(wake)
            os.close(waker)


def _sleep(wake: int) -> None:
    """Until something happened, a moment at the longest."""
    readable, _, _ = select.select([wake], [], [], _POLL_S)
    if readable:
        os.read(wake, 4096)
