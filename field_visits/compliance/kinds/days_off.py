"""`days_off`: days of the calendar on which the customer is left alone, whole, by every clock at the address.

The days stand in the pack itself, so that a decision of today is replayed with the calendar of today. Beyond its
last day a calendar says nothing: a newer release carries it on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import ClassVar, Self

from field_visits.compliance.facts import Action
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken
from field_visits.compliance.spans import Span, ceil_s, floor_s
from field_visits.compliance.zones import Zone


def _day(value: object) -> date:
    if type(value) is date:
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise FigureError(f"a day is written like 2026-11-24, not {value!r}")


@dataclass(frozen=True, slots=True)
class DaysOff(Measure):
    """Local calendar days without contact."""

    KIND: ClassVar[str] = "days_off"
    UNIT: ClassVar[str] = "local_days"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset(Action) - {Action.OFFER, Action.SIGN, Action.OUTCOME}

    days: tuple[date, ...]

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        if not isinstance(figure, list | tuple) or not figure:
            raise FigureError("figure is a list of days, like [2026-11-24]")
        days = tuple(sorted(map(_day, figure)))
        if len(set(days)) < len(days):
            raise FigureError("a day stands twice; write each once")
        return cls(days=days)

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return not set(self.days) >= set(base.days)

    def __str__(self) -> str:
        return f"not on {len(self.days)} days of the calendar, {self.days[0]} to {self.days[-1]}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        caused = [
            ((begin - question.duration + 1, end), day)
            for zone in question.zones
            for day, (begin, end) in _spans(self.days, zone)
        ]
        return (Spoken(rule, question, caused, _words),) if caused else ()


@lru_cache(maxsize=256)
def _spans(days: tuple[date, ...], zone: Zone) -> tuple[tuple[date, Span], ...]:
    return tuple((day, _span(day, zone)) for day in days)


def _span(day: date, zone: Zone) -> Span:
    """The day from its first to its last local second; 23 to 25 hours."""
    begin = datetime(day.year, day.month, day.day, tzinfo=zone.info)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone.info)
    return floor_s(begin), ceil_s(end)


def _words(day: date) -> str:
    return f"{day} is a day without contact."
