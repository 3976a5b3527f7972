"""Errors that people caused and can mend. They carry a stable code and no HTTP status.

A refusal by law or by lifecycle is not here: it is a value (`unit_of_work.Refused`), because it must
commit and leave evidence. Codes are never reused.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was sent: where (a JSON pointer) and what to do."""

    pointer: str
    detail: str


class DomainError(Exception):
    """Nothing worth keeping happened; the message says what is wrong and what to do next.

    Never put a customer's name, phone, address or id number into it: it reaches logs.
    """

    code = "domain-error"

    def __init__(self, detail: str, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)

    @property
    def sentence(self) -> str:
        """What is wrong and where, in one line for a terminal."""
        return self.detail + "".join(f" {fault.pointer[1:]}: {fault.detail}" for fault in self.faults)


class NotFoundError(DomainError):
    """The thing does not exist, or is not in the caller's scope: both look the same."""

    code = "not-found"


class ForbiddenError(DomainError):
    """The caller's roles lack this verb."""

    code = "forbidden"


class UnauthenticatedError(DomainError):
    """No valid token came with the request."""

    code = "unauthenticated"


class InvalidError(DomainError):
    """What was sent is well-formed but cannot be true; `faults` point at the fields."""

    code = "invalid"


class StaleError(DomainError):
    """The caller's version of the thing is not the newest one."""

    code = "stale"


class ConflictError(DomainError):
    """Something else is under way that stands against this; it may be possible later."""

    code = "conflict"


class UnavailableError(DomainError):
    """A part that this needs does not answer now; nothing was done; try again."""

    code = "unavailable"

    def __init__(self, detail: str, *, retry_after_s: int = 2) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
