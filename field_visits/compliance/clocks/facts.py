"""What the legal clocks are told: dated events of one case, each with the entry that proves it. Pure.

Nothing is looked up and nothing is guessed: what nobody recorded is named in `not_recorded`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from field_visits.compliance.facts import instant


class Grade(StrEnum):
    """How well an event is proved."""

    SIGNED = "signed"
    SEALED = "sealed"
    FINGERPRINTED = "fingerprinted"
    ARRIVAL_PROVED = "arrival_proved"  # arrival, or the money itself, is shown by a record of its own
    TO_RESERVED_CONTACT = "to_reserved_contact"
    UNPROVED = "unproved"


class Recipient(StrEnum):
    """Who took a demand (CN-LIM-3)."""

    SELF = "self"
    CO_RESIDENT_ADULT = "co_resident_adult"
    AUTHORISED = "authorised"
    OTHER = "other"


class ActKind(StrEnum):
    """Conduct by which a debtor agrees to perform (CN-LIM-4)."""

    PROMISE = "promise"
    PART_PAYMENT = "part_payment"
    PLAN = "plan"


class MoratoriumKind(StrEnum):
    """The two forms of breathing space (UK-HOLD-1)."""

    STANDARD = "standard"
    CRISIS = "crisis"


class Unrecorded(StrEnum):
    """What the records of a case may leave open."""

    DUE_DATE = "due_date"


@dataclass(frozen=True, slots=True)
class Dated:
    """An event at an aware instant, and the entry it rests on."""

    evidence_id: UUID
    at: datetime

    def __post_init__(self) -> None:
        instant(self.at)


@dataclass(frozen=True, slots=True)
class Demand(Dated):
    """A demand for payment that reached, or should have reached, somebody."""

    grade: Grade
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Act(Dated):
    """The debtor's own conduct towards performing."""

    grade: Grade
    kind: ActKind


@dataclass(frozen=True, slots=True)
class Moratorium(Dated):
    """A breathing space from `at`. `treatment_ended`: of a crisis; `ended`: cancelled before its term."""

    kind: MoratoriumKind
    treatment_ended: Dated | None = None
    ended: Dated | None = None


@dataclass(frozen=True, slots=True)
class AnswerTerm:
    """How many days an answer may take: in the ordinary case, if complex, and more if approved."""

    rule_id: str
    source: str
    confidence: str
    days: int
    complex_days: int
    extension_days: int


@dataclass(frozen=True, slots=True)
class Objection(Dated):
    """A complaint received at `at`, and what became of it."""

    term: AnswerTerm
    complex_since: Dated | None = None
    extended: Dated | None = None
    answered: Dated | None = None


@dataclass(frozen=True, slots=True)
class Freeze(Dated):
    """Legal's retention hold; `lifted` when it no longer binds."""

    lifted: Dated | None = None


EventT = TypeVar("EventT", bound=Dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """One case as far as its clocks ask.

    Attributes:
        jurisdictions: As in `compliance.facts.Facts`; empty means that every clock applies.
        zone: IANA name used where a country has no single zone.
        due_on: The day the debt fell due, None where it is not recorded.
        overdue_by: A day by which it was overdue at the latest. Never a start of limitation: that may be earlier.
        validation_received: When a validation notice is proved to have arrived.
        oral_plans: Plans agreed by word alone, whose audio is kept until the debt is settled.
        activity: Everything done to collect.
        not_recorded: What the records leave open.
    """

    jurisdictions: tuple[str, ...]
    zone: str
    due_on: date | None = None
    overdue_by: date | None = None
    demands: tuple[Demand, ...] = ()
    acts: tuple[Act, ...] = ()
    initial_communications: tuple[Dated, ...] = ()
    validation_sent: tuple[Dated, ...] = ()
    validation_received: tuple[Dated, ...] = ()
    disputes: tuple[Dated, ...] = ()
    verifications: tuple[Dated, ...] = ()
    moratoria: tuple[Moratorium, ...] = ()
    objections: tuple[Objection, ...] = ()
    oral_plans: tuple[Dated, ...] = ()
    activity: tuple[Dated, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    settled: tuple[Dated, ...] = ()
    not_recorded: frozenset[Unrecorded] = frozenset()

    def until(self, as_of: datetime) -> "ClockFacts":
        """The same case as it stood at `as_of`, every list in the order of its events."""
        instant(as_of)
        return replace(
            self,
            demands=_known(self.demands, as_of),
            acts=_known(self.acts, as_of),
            initial_communications=_known(self.initial_communications, as_of),
            validation_sent=_known(self.validation_sent, as_of),
            validation_received=_known(self.validation_received, as_of),
            disputes=_known(self.disputes, as_of),
            verifications=_known(self.verifications, as_of),
            moratoria=tuple(
                replace(
                    one,
                    treatment_ended=_then(one.treatment_ended, as_of),
                    ended=_then(one.ended, as_of),
                )
                for one in _known(self.moratoria, as_of)
            ),
            objections=tuple(
                replace(
                    one,
                    complex_since=_then(one.complex_since, as_of),
                    extended=_then(one.extended, as_of),
                    answered=_then(one.answered, as_of),
                )
                for one in _known(self.objections, as_of)
            ),
            oral_plans=_known(self.oral_plans, as_of),
            activity=_known(self.activity, as_of),
            freezes=tuple(
                replace(one, lifted=_then(one.lifted, as_of)) for one in _known(self.freezes, as_of)
            ),
            settled=_known(self.settled, as_of),
        )

    def applies(self, *countries: str) -> bool:
        """Whether the law of one of these countries speaks to the case."""
        named = {one.split("-", maxsplit=1)[0] for one in self.jurisdictions}
        return not named or bool(named & set(countries))


def _known(events: Iterable[EventT], as_of: datetime) -> tuple[EventT, ...]:
    return tuple(
        sorted((one for one in events if one.at <= as_of), key=lambda one: (one.at, one.evidence_id))
    )


def _then(event: Dated | None, as_of: datetime) -> Dated | None:
    return event if event is not None and event.at <= as_of else None
