"""Facts for the clocks' tests: short ways to say that something happened."""

from datetime import UTC, datetime
from uuid import UUID

from field_visits.compliance.clocks import clocks_of
from field_visits.compliance.clocks.clock import Clock, Title
from field_visits.compliance.clocks.facts import (
    Act,
    ActKind,
    AnswerTerm,
    ClockFacts,
    Dated,
    Demand,
    Grade,
    Recipient,
)

TERM = AnswerTerm("CN-COMP-1", "a text", "L", 15, 30, 30)


def at(day: str) -> datetime:
    """Ten in the morning in China, two in the night in London, of a day."""
    return datetime.fromisoformat(f"{day}T02:00:00").replace(tzinfo=UTC)


def event(day: str, no: int = 1) -> Dated:
    return Dated(UUID(int=no), at(day))


def demand(day: str, no: int = 1, *, grade: Grade = Grade.SIGNED, to: Recipient = Recipient.SELF) -> Demand:
    return Demand(UUID(int=no), at(day), grade, to)


def act(day: str, kind: ActKind, no: int = 1, *, grade: Grade = Grade.SIGNED) -> Act:
    return Act(UUID(int=no), at(day), grade, kind)


def facts(*jurisdictions: str, **known: object) -> ClockFacts:
    return ClockFacts(jurisdictions=jurisdictions, zone="Asia/Shanghai", **known)  # type: ignore[arg-type]  # a test's shorthand


def clock(title: Title, told: ClockFacts, day: str) -> Clock:
    """The one clock with this title on a day."""
    [found] = [one for one in clocks_of(told, at(day)) if one.title is title]
    return found
