"""What a row's meaning depends on beside the row: where and when it is read. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from field_visits.cases.importing.values import UnreadableValueError
from field_visits.cases.owed import Owed
from field_visits.cases.service.contacts import CLOCK_SKEW
from field_visits.compliance.facts import EARLIEST, LATEST


@dataclass(frozen=True, slots=True)
class Ground:
    """The organisation's zone, currency and country, and the time of reading."""

    zone: ZoneInfo
    currency: str
    country: str
    now: datetime

    def past(self, at: datetime) -> datetime:
        """`at`, which has happened.

        Raises:
            UnreadableValueError: it lies in the future, or in no year that a debt can be of.
        """
        if not EARLIEST <= at <= self.now + CLOCK_SKEW:
            raise UnreadableValueError(
                "time-in-future", "This lies in the future; a file tells what has happened."
            )
        return at


def judged(at: datetime) -> datetime:
    """`at`, in a year that the rules can judge.

    Raises:
        UnreadableValueError: it is in none.
    """
    if not EARLIEST <= at < LATEST:
        raise UnreadableValueError("date-invalid", "There is no such year here; write it like 2026-11-25.")
    return at


def currency_of(text: str) -> str:
    """A currency that is kept here, as ISO 4217 writes it; others raise InvalidError."""
    told = text.strip().upper()
    return Owed(0, 0, 0, "CNY" if told in {"RMB", "人民币"} else told).currency
