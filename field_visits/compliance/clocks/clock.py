"""What a legal clock answers, and how near its end is alarming. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class ClockState(StrEnum):
    """How a clock stands. `interrupted` runs anew after an interruption; `not_recorded`: nobody can tell."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    RUN_OUT = "run_out"
    SATISFIED = "satisfied"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    CLOSED = "closed"
    NOT_RECORDED = "not_recorded"


class Title(StrEnum):
    """Which clock it is."""

    LIMITATION = "limitation"
    EFFECTIVE_COLLECTION = "effective_collection"
    ARREARS = "arrears_after_second_demand"
    VALIDATION_NOTICE = "validation_notice"
    DISPUTE_WINDOW = "dispute_window"
    BREATHING_SPACE = "breathing_space"
    COMPLAINT = "complaint"
    RETENTION = "retention"


class What(StrEnum):
    """What happened at a step."""

    DEMAND = "demand"
    PROMISE = "promise"
    PART_PAYMENT = "part_payment"
    PLAN = "plan"
    FIRST_CONTACT = "first_contact"
    NOTICE_SENT = "notice_sent"
    NOTICE_RECEIVED = "notice_received"
    NOTICE_ASSUMED_RECEIVED = "notice_assumed_received"
    DISPUTED = "disputed"
    VERIFIED = "verified"
    MORATORIUM_BEGAN = "moratorium_began"
    TREATMENT_ENDED = "treatment_ended"
    MORATORIUM_ENDED = "moratorium_ended"
    COMPLAINT_RECEIVED = "complaint_received"
    FOUND_COMPLEX = "found_complex"
    EXTENDED = "extended"
    ANSWERED = "answered"
    LAST_ACTIVITY = "last_activity"
    ORAL_PLAN = "oral_plan"
    HELD = "held"
    HOLD_LIFTED = "hold_lifted"
    SETTLED = "settled"


class Why(StrEnum):
    """Why a step did not count."""

    UNPROVED = "unproved"
    WRONG_RECIPIENT = "wrong_recipient"
    RECEIPT_NOT_CONFIRMED = "receipt_not_confirmed"
    BEFORE_DUE = "before_due"
    AFTER_EXPIRY = "after_expiry"
    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    NOT_NEEDED = "not_needed"


class Note(StrEnum):
    """What a reader must know beside the dates."""

    CALENDAR = "calendar"  # how days are counted, and that it is our reading
    LOW_CONFIDENCE = "low_confidence"
    SIGN_OFF_NEEDED = "sign_off_needed"  # CN-LIM-6
    DUE_DATE_NOT_RECORDED = "due_date_not_recorded"
    OVERDUE_BY_PLACEMENT = "overdue_by_placement"
    SECOND_DEMAND_MISSING = "second_demand_missing"
    FIRST_DEMAND_MISSING = "first_demand_missing"
    FORM_OF_PROOF = "form_of_proof"  # CN-EFF-3
    INFORMATION_ONLY = "information_only"
    ASSUMED_RECEIPT = "assumed_receipt"
    AGAIN_WITHIN_A_YEAR = "again_within_a_year"
    TREATMENT_NOT_ENDED = "treatment_not_ended"
    HELD = "held"
    FROM_LAST_ACTIVITY = "from_last_activity"
    UNSETTLED_ORAL_PLAN = "unsettled_oral_plan"


class Alarm(StrEnum):
    NONE = "none"
    SOON = "soon"
    URGENT = "urgent"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule that a clock rests on, with the grade of its source as law.md gives it."""

    rule_id: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Step:
    """One event on a clock's way. `evidence_id` is None for what no entry shows, such as an assumption."""

    on: date
    what: What
    evidence_id: UUID | None
    is_counted: bool = True
    why_not: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock at an instant.

    Attributes:
        id: Stable within the case.
        since: The day from which it runs.
        due: Its last day, or for effective collection the earliest day for the second demand.
        days_left: From the local day of the question to `due`; negative once it is past.
    """

    id: str
    title: Title
    rules: tuple[Cited, ...]
    state: ClockState
    since: date | None = None
    due: date | None = None
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    days_left: int | None = None
    alarm: Alarm = Alarm.NONE


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how many days before the end a clock alarms; the end itself belongs to `urgent`."""

    soon: int
    urgent: int


# House defaults: no text asks for an early warning. A clock that is not here never alarms.
THRESHOLDS: Mapping[Title, Threshold] = MappingProxyType(
    {
        Title.LIMITATION: Threshold(soon=90, urgent=30),
        Title.VALIDATION_NOTICE: Threshold(soon=3, urgent=1),
        Title.COMPLAINT: Threshold(soon=5, urgent=2),
    }
)
_GOES_ON = frozenset({ClockState.RUNNING, ClockState.INTERRUPTED})


def alarm_of(title: Title, state: ClockState, days_left: int | None) -> Alarm:
    """How alarming a clock is that has so many days left."""
    threshold = THRESHOLDS.get(title)
    if threshold is None:
        return Alarm.NONE
    if state is ClockState.RUN_OUT:
        return Alarm.PASSED
    if state not in _GOES_ON or days_left is None or days_left > threshold.soon:
        return Alarm.NONE
    return Alarm.URGENT if days_left <= threshold.urgent else Alarm.SOON
