"""Puzzles: a little work that a stranger's device does before a password is looked at, while many come.

A puzzle is a text that only this installation can have made; nothing of it is kept. It is solved by `PARTS`
numbers. The `i`th number `n` (from 0) is right if PBKDF2-HMAC-SHA256 (RFC 8018) over the text, with the salt
`i` and `n` as eight bytes each and `ROUNDS` iterations, begins with as many zero bits as the text demands.

PBKDF2, because every browser computes it natively: an attacker has no faster program than the people who
wait. Several parts, because the time that one takes varies too much. Looking for them takes 2000 to 16,000
times as long as refusing wrong ones.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from field_visits.identity.tokens import TokenKeys

PARTS = 8
ROUNDS = 1000
# Zero bits of each part: 8 is about 0.6 s of one core.
MIN_BITS, MAX_BITS = 8, 11
LIFE = timedelta(minutes=2)
MAX_NUMBER = 2**32 - 1
_DIGEST_BYTES = 4


@dataclass(frozen=True, slots=True)
class Puzzle:
    """What is to be solved: a text, and how many zero bits each part begins with."""

    text: str
    bits: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Solution:
    """A puzzle's text as it was given, and the numbers that solve it."""

    puzzle: str
    numbers: tuple[int, ...]


def mint(keys: TokenKeys, bits: int, now: datetime) -> Puzzle:
    """A fresh puzzle, good for `LIFE`."""
    expires_at = (now + LIFE).replace(microsecond=0)
    told = f"{bits}.{int(expires_at.timestamp())}.{secrets.token_urlsafe(12)}"
    return Puzzle(f"{told}.{keys.marks_of_puzzle(told)[0]}", bits, expires_at)


def expiry_of(solution: Solution, keys: TokenKeys, now: datetime) -> datetime | None:
    """Until when the puzzle that is solved here was good, or None if it is not solved, not ours, or over."""
    told, _, mark = solution.puzzle.rpartition(".")
    if not any(secrets.compare_digest(mark.encode(), own.encode()) for own in keys.marks_of_puzzle(told)):
        return None
    bits, seconds, _ = told.split(".")
    expires_at = datetime.fromtimestamp(int(seconds), UTC)
    if expires_at <= now or len(solution.numbers) != PARTS:
        return None
    text = solution.puzzle.encode()
    solved = all(is_right(text, part, number, bits=int(bits)) for part, number in enumerate(solution.numbers))
    return expires_at if solved else None


def is_right(text: bytes, part: int, number: int, *, bits: int) -> bool:
    """Whether `number` solves the `part`th part of the puzzle `text`."""
    salt = part.to_bytes(8, "big") + number.to_bytes(8, "big")
    digest = hashlib.pbkdf2_hmac("sha256", text, salt, ROUNDS, _DIGEST_BYTES)
    return int.from_bytes(digest, "big") >> (8 * _DIGEST_BYTES - bits) == 0
