"""`frequency`: at most so many contacts of a channel in any stretch of so many days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Self, TypeGuard

from field_visits.compliance.facts import Action, PastContact
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken
from field_visits.compliance.spans import DAY_S, ceil_s, floor_s

MAX_COUNT = 1000
MAX_DAYS = 366
_COUNTED = {
    "all": "",
    "effective": " (those that reached somebody)",
    "unanswered": " (those that reached nobody)",
}


def _within(value: object, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


@dataclass(frozen=True, slots=True)
class Frequency(Measure):
    """`[count, days]`: no stretch of `days` x 24 h holds more than `count` contacts, this one included.

    A contact is counted on both sides, so that an appointment already promised for later counts too.
    `counts = "effective"` leaves out contacts that reached nobody, `counts = "unanswered"` all others.
    """

    KIND: ClassVar[str] = "frequency"
    UNIT: ClassVar[str] = "contacts_per_days"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset(
        {
            Action.BOOK,
            Action.RESCHEDULE,
            Action.PLAN,
            Action.PUBLISH,
            Action.DEPART,
            Action.CONTACT,
            Action.ARRIVE,
        }
    )
    OPTIONS: ClassVar[frozenset[str]] = frozenset({"counts"})

    count: int
    days: int
    counts: str

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:
        counts = options.get("counts", "all")
        if not isinstance(counts, str) or counts not in _COUNTED:
            raise FigureError('counts is "all", "effective" or "unanswered"')
        return cls._built(figure, counts)

    def refigured(self, figure: object) -> Self:
        return self._built(figure, self.counts)

    @classmethod
    def _built(cls, figure: object, counts: str) -> Self:
        if isinstance(figure, list | tuple) and len(figure) == 2:  # noqa: PLR2004 - count and days
            count, days = figure
            if _within(count, MAX_COUNT) and _within(days, MAX_DAYS):
                return cls(count=count, days=days, counts=counts)
        raise FigureError(
            f"figure is [count, days], whole numbers up to {MAX_COUNT} and {MAX_DAYS}, not {figure!r}"
        )

    def is_looser_than(self, base: Self) -> bool:
        return self.count > base.count or self.days < base.days

    def __str__(self) -> str:
        stretch = "24 hours" if self.days == 1 else f"{self.days} days"
        return f"at most {self.count} in {stretch}{_COUNTED[self.counts]}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        period = self.days * DAY_S
        counted = sorted(
            contact.at
            for contact in question.facts.contacts
            if contact.channel in rule.channels and _is_counted(contact, self.counts)
        )
        caused = []
        stretch = timedelta(seconds=period)
        for first, last in zip(counted, counted[self.count - 1 :], strict=False):
            # A start joins these `count` contacts to one too many if all of them lie within one period.
            if last - first < stretch:
                caused.append(((floor_s(last) - period + 1, ceil_s(first) + period), last))
        return (Spoken(rule, question, caused, _words),) if caused else ()


def _is_counted(contact: PastContact, counts: str) -> bool:
    return counts == "all" or contact.effective == (counts == "effective")


def _words(last: datetime) -> str:
    return f"There is one at {last.isoformat()}."
