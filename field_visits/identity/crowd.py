"""How many strangers come, and which of them do a little work before their password is looked at.

A stranger is whoever signs in from where they are not known. Two things make them bring a solved puzzle:

* strangers come faster than their passwords can be checked: then for `BUSY` every one of them, and for as
  long again if those of `MANY` places are told so within it;
* more tries failed at their place than a whole office mistypes, or several are made there at once: then those
  of that place alone.

So a storm is turned away before anything is computed or looked up, while a person waits a second and is let
in, also from the same address. If even those who bring solutions come too fast, puzzles become harder.
Counted in memory, for one process: another one may accept the same solution, or ask a little later.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from field_visits.identity.passwords import BusyError, Standing
from field_visits.identity.puzzles import MAX_BITS, MIN_BITS, PARTS, ROUNDS, Puzzle, Solution, expiry_of, mint
from field_visits.identity.throttling import FREE_TRIES, FREE_TRIES_OF_A_PLACE, Place
from field_visits.identity.tokens import TokenKeys
from field_visits.kernel.errors import DomainError

BUSY = timedelta(seconds=30)
MANY = 60
PLACE_PAYS = timedelta(seconds=10)
_HARDER_AGAIN_AFTER = timedelta(seconds=5)
_MAX_PLACES = 10_000


class PuzzleRequiredError(DomainError):
    """Too many strangers try; nothing was checked. `extra` carries the puzzle to solve for the next try."""

    code = "puzzle-required"

    def __init__(self, puzzle: Puzzle) -> None:
        super().__init__(
            "Many sign-ins come in just now. Solve `puzzle` and send the same again with `solution`; "
            "or come again later."
        )
        self.retry_after_s = int(BUSY.total_seconds())
        self.extra = {
            "puzzle": {
                "text": puzzle.text,
                "bits": puzzle.bits,
                "parts": PARTS,
                "rounds": ROUNDS,
                "expires_at": puzzle.expires_at,
            }
        }


@dataclass(frozen=True, slots=True)
class _Charge:
    """What a place pays, and until when it is remembered without looking."""

    bits: int
    until: datetime


class Crowd:
    """The strangers of one process."""

    def __init__(self, keys: TokenKeys) -> None:
        self._keys = keys
        self._lock = threading.Lock()
        self._busy_until: datetime | None = None
        self._asked: set[str] = set()
        self._trying: set[str] = set()
        self._bits = MIN_BITS
        self._harder_at: datetime | None = None
        self._places: OrderedDict[str, _Charge] = OrderedDict()
        self._spent: OrderedDict[str, datetime] = OrderedDict()

    def admit(self, place: Place, solution: Solution | None, now: datetime) -> bool:
        """A stranger may be looked at; returns whether they brought a solution. Needs no database.

        Raises:
            PuzzleRequiredError: they must bring one, and did not.
        """
        if solution is not None and self._spend(solution, now):
            return True
        with self._lock:
            charge = self._places.get(place.source)
            pays = charge is not None and charge.until > now
            if pays or self._is_busy(now):
                if len(self._asked) < MANY:
                    self._asked.add(place.source)
                raise self._ask(charge.bits if charge is not None and pays else MIN_BITS, now)
        return False

    @contextmanager
    def standing(self, place: Place, failures: int, now: datetime, *, has_solved: bool) -> Iterator[Standing]:
        """What is known of whoever has a password checked now, at `place` where `failures` tries failed of late.

        Of several strangers at one place at once, only the first is not suspect: one place alone cannot fill
        the seats of all.

        Raises:
            PuzzleRequiredError: too many failed; the place brings solutions for a while.
        """
        known = self._standing(place, failures, now, has_solved=has_solved)
        if known is not Standing.NEW:
            yield known
            return
        with self._lock:
            is_first = place.source not in self._trying
            self._trying.add(place.source)
        try:
            yield Standing.NEW if is_first else Standing.SUSPECT
        finally:
            if is_first:
                with self._lock:
                    self._trying.discard(place.source)

    def _standing(self, place: Place, failures: int, now: datetime, *, has_solved: bool) -> Standing:
        if not place.is_shared:
            return Standing.KNOWN
        if has_solved:
            return Standing.PROVEN
        if failures >= FREE_TRIES_OF_A_PLACE:
            # Each doubling of the failures makes it twice as hard to go on guessing.
            bits = MIN_BITS + (failures // FREE_TRIES_OF_A_PLACE).bit_length() - 1
            raise self._charge(place, min(bits, MAX_BITS), now)
        return Standing.NEW if failures < FREE_TRIES else Standing.SUSPECT

    def turned_away(self, place: Place, standing: Standing, now: datetime) -> DomainError:
        """The answer for somebody for whose password there was no room."""
        if standing is Standing.SUSPECT:
            return self._charge(place, MIN_BITS, now)
        with self._lock:
            if standing is Standing.NEW:
                self._busy_until, self._asked = now + BUSY, set()
                return self._ask(MIN_BITS, now)
            if standing is Standing.PROVEN:
                self._make_harder(now)
        return BusyError()

    def _charge(self, place: Place, bits: int, now: datetime) -> PuzzleRequiredError:
        with self._lock:
            self._places.pop(place.source, None)
            self._places[place.source] = _Charge(bits, now + PLACE_PAYS)
            while len(self._places) > _MAX_PLACES:
                self._places.popitem(last=False)
            return self._ask(bits, now)

    def _ask(self, bits: int, now: datetime) -> PuzzleRequiredError:
        return PuzzleRequiredError(mint(self._keys, max(bits, self._bits), now))

    def _is_busy(self, now: datetime) -> bool:
        if self._busy_until is None:
            return False
        if self._busy_until <= now < self._busy_until + BUSY and len(self._asked) >= MANY:
            self._busy_until, self._asked = now + BUSY, set()
        if now < self._busy_until:
            return True
        self._busy_until, self._bits = None, MIN_BITS
        return False

    def _make_harder(self, now: datetime) -> None:
        if self._harder_at is None or now >= self._harder_at + _HARDER_AGAIN_AFTER:
            self._bits, self._harder_at = min(self._bits + 1, MAX_BITS), now
            self._busy_until, self._asked = now + BUSY, set()

    def _spend(self, solution: Solution, now: datetime) -> bool:
        """A solution is good once."""
        with self._lock:
            while self._spent and next(iter(self._spent.values())) <= now:
                self._spent.popitem(last=False)
            if solution.puzzle in self._spent:
                return False
        expires_at = expiry_of(solution, self._keys, now)
        if expires_at is None:
            return False
        with self._lock:
            if solution.puzzle in self._spent:
                return False
            self._spent[solution.puzzle] = expires_at
        return True
