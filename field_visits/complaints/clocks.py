"""By when a complaint is answered: the figures of each law, as data. Pure.

A day counts by the organisation's calendar; the day of receipt is day 0, and the answer is due by the end of
the last day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """How long an answer may take.

    Attributes:
        rule_id: Under which rule; a house default says so.
        days: Days in the ordinary case.
        complex_days: Days where the case is found complex, counted from the receipt as well.
        extension_days: Days more that legal may approve once, on top of the complex term.
        source: The text.
        confidence: As law.md grades its sources.
    """

    rule_id: str
    days: int
    complex_days: int
    extension_days: int
    source: str
    confidence: str


# Acknowledging has no figure in any text found: two days are the house's own.
ACKNOWLEDGE_DAYS = 2
HOUSE = AnswerClock("DS-COMP-1", 15, 30, 0, "house default: no figure found in any text", "L")
_BY_PACK: Mapping[str, AnswerClock] = MappingProxyType(
    {
        "cn": AnswerClock("CN-COMP-1", 15, 30, 30, "银行业保险业消费投诉处理管理办法 (2020)", "L"),
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """When the acknowledgement and the answer are due, and the clock that says so."""

    acknowledge_by: date
    answer_by: date
    clock: AnswerClock


def clock_of(packs: Collection[str]) -> AnswerClock:
    """The strictest clock of a case's packs; the house's own where none of them has one."""
    return min(
        (_BY_PACK[pack] for pack in packs if pack in _BY_PACK), key=lambda one: one.days, default=HOUSE
    )


def terms_of(packs: Collection[str], received_on: date) -> Terms:
    """What is due for a complaint that came in on this local day."""
    clock = clock_of(packs)
    return Terms(
        received_on + timedelta(days=ACKNOWLEDGE_DAYS), received_on + timedelta(days=clock.days), clock
    )


def prolonged(packs: Collection[str], received_on: date, *, is_approved: bool) -> date:
    """The last day for a complex complaint; `is_approved`: legal approved the extension on top of it."""
    clock = clock_of(packs)
    return received_on + timedelta(days=clock.complex_days + (clock.extension_days if is_approved else 0))
