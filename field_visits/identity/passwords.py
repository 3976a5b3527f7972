"""Passwords: argon2id (RFC 9106), with at most a few computed at once.

One verification costs about 140 ms of a core and 64 MiB, so a storm of sign-ins could stop everybody
else's work: beyond the cap a caller is told to come back, instead of queueing for ever.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from field_visits.kernel.errors import Fault, InvalidError, UnavailableError

MIN_LENGTH, MAX_LENGTH = 12, 200


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one hash costs, how many may be computed at once, and how long the next one waits."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4
    at_once: int = 2
    patience_s: float = 2.0


class PasswordHasher:
    """Hashes and verifies with capped concurrency. One per process."""

    def __init__(self, cost: PasswordCost) -> None:
        self._argon2 = Argon2(time_cost=cost.time, memory_cost=cost.memory_kib, parallelism=cost.lanes)
        self._seats = threading.BoundedSemaphore(cost.at_once)
        self._patience_s = cost.patience_s
        # Verified for unknown users, so that the answer takes as long as for known ones.
        self._nobodys = self._argon2.hash("nobody signs in with this")

    def hash(self, password: str) -> str:
        """The hash to keep.

        Raises:
            UnavailableError: too many are being computed just now.
        """
        with self._seat():
            return self._argon2.hash(_normal(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether `password` is the one behind `hashed`; None stands for an unknown user and is never.

        Raises:
            UnavailableError: too many are being computed just now.
        """
        with self._seat():
            try:
                self._argon2.verify(hashed or self._nobodys, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
            return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made at another cost and should be renewed at the next sign-in."""
        return self._argon2.check_needs_rehash(hashed)

    @contextmanager
    def _seat(self) -> Iterator[None]:
        if not self._seats.acquire(timeout=self._patience_s):
            raise UnavailableError("Too many people are signing in just now. Try again in a moment.")
        try:
            yield
        finally:
            self._seats.release()


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


def _normal(password: str) -> str:
    """One password, however a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password)
