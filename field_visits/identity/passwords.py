"""Passwords: argon2id (RFC 9106), with at most a few computed at once.

One verification costs about 140 ms of a core and 64 MiB, so a storm of sign-ins could stop everybody
else's work. There are three lanes, each with its own seats and its own short queue: for people who are known
already, for strangers, and for whoever comes from where tries failed. The last has no queue, and yields the
processor to everything else: it slows nobody. Who brings a solved puzzle waits longer among the strangers
than who does not. Beyond the queue a caller is turned away before anything is computed.
"""

import os
import sys
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import Enum

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from field_visits.kernel.errors import Fault, InvalidError, UnavailableError

MIN_LENGTH, MAX_LENGTH = 12, 200
_YIELDING = 19  # niceness: next to nothing of the share that others have, while they want theirs
# The hash of nobody: no password opens it. Whose it is must choose a password by a code.
NO_PASSWORD = "!"  # noqa: S105 - says that there is none


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one hash costs, and how a lane of them queues.

    One argon2 lane a hash, so that `at_once` counts cores. `queue` is how many more of the known, or of those
    who solved a puzzle, may wait, for `patience_s` at most; every one that waits holds a thread of the server.
    """

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 1
    at_once: int = 1
    queue: int = 2
    patience_s: float = 3.0


class Standing(Enum):
    """What is known of whoever types a password, before it is looked at."""

    KNOWN = "known"  # by their session, their device, or a code that was given to them
    PROVEN = "proven"  # a stranger who solved a puzzle for it
    NEW = "new"
    SUSPECT = "suspect"  # comes from where several tries failed


class BusyError(UnavailableError):
    """Too many passwords are being computed just now; nothing was checked."""

    def __init__(self) -> None:
        super().__init__("Too many people are signing in just now. Try again in a moment.")


class _Lane:
    """Seats for hashing, and a short queue before them."""

    def __init__(self, cost: PasswordCost) -> None:
        self._at_once = cost.at_once
        self._inside = 0
        self._count = threading.Lock()
        self._seats = threading.BoundedSemaphore(cost.at_once)
        self._patience_s = cost.patience_s

    @contextmanager
    def seat(self, *, queue: int) -> Iterator[None]:
        """A seat is ours. `queue` is how many may wait together with us.

        Raises:
            BusyError: it is full, or our turn did not come in time.
        """
        with self._count:
            if self._inside >= self._at_once + queue:
                raise BusyError
            self._inside += 1
        try:
            if not self._seats.acquire(timeout=self._patience_s):
                raise BusyError
            try:
                yield
            finally:
                self._seats.release()
        finally:
            with self._count:
                self._inside -= 1


class PasswordHasher:
    """Hashes and verifies with capped concurrency. One per process."""

    def __init__(self, cost: PasswordCost) -> None:
        self._argon2 = Argon2(time_cost=cost.time, memory_cost=cost.memory_kib, parallelism=cost.lanes)
        self._known, self._strangers, self._suspects = _Lane(cost), _Lane(cost), _Lane(cost)
        self._queue = cost.queue
        self._aside = ThreadPoolExecutor(cost.at_once, "suspects' passwords", initializer=_give_way)
        # Verified where there is no password, so that the answer takes as long as where there is one.
        self._nobodys = self._argon2.hash("nobody signs in with this")

    def hash(self, password: str) -> str:
        """The hash to keep. Only people who are known choose passwords.

        Raises:
            BusyError: too many are being computed just now.
        """
        with self._known.seat(queue=self._queue):
            return self._argon2.hash(_normal(password))

    def verify(self, hashed: str | None, password: str, standing: Standing) -> bool:
        """Whether `password` is the one behind `hashed`; None stands for an unknown user and is never.

        Args:
            hashed: What is kept.
            password: What was typed.
            standing: What is known of the caller, which must not hang on the password.

        Raises:
            BusyError: too many are being computed just now.
        """
        has_one = hashed is not None and hashed.startswith("$argon2id$")
        kept = hashed if has_one and hashed is not None else self._nobodys
        with self._seat_of(standing):
            if standing is Standing.SUSPECT:
                return self._aside.submit(self._is_right, kept, password).result() and has_one
            return self._is_right(kept, password) and has_one

    def _seat_of(self, standing: Standing) -> AbstractContextManager[None]:
        match standing:
            case Standing.KNOWN:
                return self._known.seat(queue=self._queue)
            case Standing.PROVEN:
                return self._strangers.seat(queue=self._queue)
            case Standing.NEW:
                return self._strangers.seat(queue=min(1, self._queue))
            case Standing.SUSPECT:
                return self._suspects.seat(queue=0)

    def _is_right(self, kept: str, password: str) -> bool:
        try:
            return self._argon2.verify(kept, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def check_strength(password: str, *, username: str) -> None:
    """The password may be kept.

    Length is what counts (NIST SP 800-63B-4): no rules of composition that people work around.

    Raises:
        InvalidError: it is too short, too long, or the user's name.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        detail = f"Choose {MIN_LENGTH} to {MAX_LENGTH} characters; a few unrelated words make a good one."
    elif password.casefold() == username.casefold() or len(set(password)) < MIN_LENGTH // 3:
        detail = "This is too easy to guess; a few unrelated words make a good one."
    else:
        return
    raise InvalidError("The password cannot be used.", faults=[Fault("/password", detail)])


def _give_way() -> None:
    """This thread yields its core to whoever has other work; a storm then costs time of its own."""
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _YIELDING)


def _normal(password: str) -> str:
    """One password, however a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password)
