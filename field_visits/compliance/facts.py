"""What `decide` is told: plain frozen facts about one action on one customer.

Nothing here is looked up. Rooms that own the rows (cases, appointments, visits, agreements) gather the
facts, so that the same facts give the same decision years later. No rule lives here.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

# Outside these years an instant is a mistake (a phone reset to 1970 is 1970-01-01 and still judged), and
# arithmetic near datetime.max would overflow. «Without end» is None, never a far date.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2999, 1, 1, tzinfo=UTC)


class Action(StrEnum):
    """What is about to be done (intent, may be refused) or was done (witness, judged as a breach)."""

    BOOK = "book"
    RESCHEDULE = "reschedule"
    NOTIFY = "notify"
    PLAN = "plan"
    PUBLISH = "publish"
    DEPART = "depart"
    CONTACT = "contact"
    APPROACH = "approach"
    SERVE_NOTICE = "serve_notice"
    OFFER = "offer"
    SIGN = "sign"
    ARRIVE = "arrive"
    OUTCOME = "outcome"


class Channel(StrEnum):
    """How the customer is reached. `ONLINE` is the customer acting on their own page."""

    VISIT = "visit"
    CALL = "call"
    MESSAGE = "message"
    EMAIL = "email"
    LETTER = "letter"
    ONLINE = "online"


class HoldKind(StrEnum):
    """Causes that stop contact (design §3). A retention hold is another thing and never stops a visit."""

    DISPUTE = "dispute"
    FRAUD = "fraud"
    HARDSHIP = "hardship"
    VULNERABLE = "vulnerable"
    MINOR = "minor"
    CEASE = "cease"
    REPRESENTED = "represented"
    DECEASED = "deceased"
    BREATHING_SPACE = "breathing_space"
    PLAN_RUNNING = "plan_running"


class Party(StrEnum):
    """Whom one is about to speak to. Everybody but customer and guarantor is a third party (CN-3P-1).

    `representative` acts for the customer by law or mandate: a lawyer, a guardian, an executor, a parent of a minor.
    """

    SELF = "self"
    GUARANTOR = "guarantor"
    SPOUSE = "spouse"
    REPRESENTATIVE = "representative"
    RELATED = "related"
    UNRELATED = "unrelated"


class About(StrEnum):
    """What one is about to speak of."""

    DEBT = "debt"
    WHEREABOUTS = "whereabouts"


class Ground(StrEnum):
    """Why somebody else than the customer has to be asked where the customer can be reached."""

    UNREACHABLE = "unreachable"
    NUMBER_INVALID = "number_invalid"
    DECEASED = "deceased"
    INCAPACITATED = "incapacitated"


class Place(StrEnum):
    """What kind of door it is."""

    HOME = "home"
    WORKPLACE = "workplace"
    HOSPITAL = "hospital"
    OTHER = "other"


class ConsentKind(StrEnum):
    """What a customer may waive. A rule names the consent that lifts it; most rules name none."""

    ODD_HOURS = "odd_hours"
    SHORT_NOTICE = "short_notice"
    MORE_VISITS = "more_visits"
    WORKPLACE = "workplace"


def instant(value: datetime) -> datetime:
    """`value`, if it is aware and in a year that can be judged.

    Raises:
        ValueError: It is naive, or outside 1900-2998. Pass None where something has no end.
    """
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError("A fact needs an aware time; this one has no offset.")
    if not EARLIEST <= value < LATEST:
        raise ValueError(f"{value.isoformat()} lies outside the years 1900-2998; use None for «without end».")
    return value


def _ordered(since: datetime | None, until: datetime | None) -> None:
    if since is not None:
        instant(since)
    if until is not None:
        instant(until)
    if since is not None and until is not None and until < since:
        raise ValueError("An interval ends before it begins.")


@dataclass(frozen=True, slots=True)
class Window:
    """Presence at the customer's, from `start` up to and without `end`.

    For a booking it is the promised window, for a plan the service interval, for an online verb it
    begins at the verb's own instant. Start and end may be equal: one instant.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        _ordered(self.start, self.end)


@dataclass(frozen=True, slots=True)
class PastContact:
    """A contact in any channel, or one already promised: another appointment counts by its window's start.

    `effective` means that a right party was reached; nobody home is not effective. The appointment or
    visit being judged is not in its own list: leaving it out is the caller's duty.
    """

    at: datetime
    channel: Channel
    effective: bool = True

    def __post_init__(self) -> None:
        instant(self.at)


@dataclass(frozen=True, slots=True)
class ActiveHold:
    """A contact hold that binds from `since` up to and without `until`; None: until a person lifts it."""

    kind: HoldKind
    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        _ordered(self.since, self.until)


@dataclass(frozen=True, slots=True)
class Consent:
    """The customer's recorded consent; `evidence` names its entry. It covers presence within its interval.

    `is_written`: it was given in writing, or in words that a machine keeps.

    Raises:
        ValueError: Without evidence a consent is a rumour and cannot be built.
    """

    kind: ConsentKind
    evidence: str
    since: datetime | None = None
    until: datetime | None = None
    is_written: bool = False

    def __post_init__(self) -> None:
        if not self.evidence.strip():
            raise ValueError("A consent needs the id of the entry that proves it.")
        _ordered(self.since, self.until)


@dataclass(frozen=True, slots=True)
class NoticeFact:
    """The notice of this very window, sent to the customer. A new window needs a new notice."""

    sent_at: datetime
    acknowledged_at: datetime | None = None

    def __post_init__(self) -> None:
        instant(self.sent_at)
        if self.acknowledged_at is not None:
            instant(self.acknowledged_at)


@dataclass(frozen=True, slots=True)
class Approach:
    """Whom one is about to speak to, of what, and why, as it is told by whoever asks.

    `times_asked` counts how often the same person was asked before; `has_declined`: that person wants no part in it.
    """

    party: Party
    about: About
    ground: Ground | None = None
    times_asked: int = 0
    has_declined: bool = False


@dataclass(frozen=True, slots=True)
class Limitation:
    """When limitation of the debt ends or ended, and when legal last approved going on with an expired debt."""

    ends_at: datetime
    approved_at: datetime | None = None

    def __post_init__(self) -> None:
        instant(self.ends_at)
        if self.approved_at is not None:
            instant(self.approved_at)


@dataclass(frozen=True, slots=True)
class Terms:
    """Figures of an agreement that rules may limit."""

    plan_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One question to the rules.

    Attributes:
        zones: IANA names of *every* zone possible at the address; lawful means lawful in each. Empty or
            unknown zones are refused, with a reason.
        jurisdictions: For instance `("US", "US-MA")`. A pack speaks when its jurisdiction is named here or
            is the country of one named. Empty: all packs in force for the tenant speak, strictest wins.
        window: None means at `now`, for one instant. An outcome's window begins at the arrival.
        notice: None while no notice of this window has been sent.
        crew_size: Collectors in the crew, None while unknown.
        place: What kind of door it is, None while nobody said.
        approach: Whom one is about to speak to, where it is not the customer.
        limitation: None where no clock of limitation runs, or nobody can tell.
    """

    action: Action
    channel: Channel
    zones: tuple[str, ...]
    jurisdictions: tuple[str, ...] = ()
    window: Window | None = None
    contacts: tuple[PastContact, ...] = ()
    holds: tuple[ActiveHold, ...] = ()
    consents: tuple[Consent, ...] = ()
    notice: NoticeFact | None = None
    crew_size: int | None = None
    place: Place | None = None
    approach: Approach | None = None
    limitation: Limitation | None = None
    terms: Terms = field(default_factory=Terms)
