"""What every released rule forbids, written down once more, naively: by wall clock, minute and table.

It shares nothing with the product but the facts. Figures are typed in again from the sources, every minute of a
visit is looked at through `zoneinfo`, contacts are counted in every stretch of days, people and grounds are looked up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from field_visits.compliance.facts import (
    About,
    Action,
    Channel,
    ConsentKind,
    Facts,
    Ground,
    HoldKind,
    Party,
    Place,
)

MINUTE, SECOND, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)
ARRANGING = frozenset({Action.BOOK, Action.RESCHEDULE, Action.PLAN, Action.PUBLISH})
BEGINNING = frozenset({Action.DEPART, Action.ARRIVE})
AT_A_DOOR = ARRANGING | BEGINNING
WITNESSED = frozenset({Action.ARRIVE, Action.OUTCOME})
ACKNOWLEDGING = frozenset({Action.OFFER, Action.SIGN, Action.SERVE_NOTICE})

VISIT, CALL, MESSAGE, EMAIL, LETTER = (
    Channel.VISIT,
    Channel.CALL,
    Channel.MESSAGE,
    Channel.EMAIL,
    Channel.LETTER,
)
SPOKEN = frozenset({VISIT, CALL, MESSAGE, EMAIL})
EVERY = SPOKEN | {LETTER}

# Rule: channels, first lawful second of the day, last lawful second.
HOURS = {
    "CN-HOUR-1": ({VISIT}, "08:00:00", "21:59:59"),
    "CN-HOUR-2": ({CALL, MESSAGE}, "08:00:00", "21:59:59"),
    "US-HOUR-1": (SPOKEN, "08:00:01", "20:59:59"),
    "US-MA-HOUR-1": ({VISIT}, "08:00:00", "20:59:59"),
    "UK-TIME-1": (SPOKEN, "08:00:00", "20:59:59"),
    "IN-HOUR-1": ({CALL, MESSAGE}, "08:00:00", "18:59:59"),
    "IN-HOUR-2": ({VISIT}, "08:00:00", "18:59:59"),
}
# Rule: channel, how many, in how many days, only those that reached somebody.
COUNTS = {
    "CN-FREQ-1": (CALL, 3, 1, True),
    "CN-FREQ-3": (VISIT, 1, 7, False),
    "IN-FREQ-1": (VISIT, 1, 7, False),
    "UK-FREQ-1": (VISIT, 1, 7, False),
    "US-CALL-1": (CALL, 7, 7, False),
    "US-CALL-2": (CALL, 1, 7, True),
    "US-MA-1": (VISIT, 1, 30, True),
}
NOTICES = ("CN-NOTICE-1", "IN-NOTICE-1", "UK-VISIT-1", "US-NOTICE-1")
# Rule: places, and whether consent to the workplace lifts it.
PLACES = {
    "CN-PLACE-1": ({Place.HOSPITAL}, False),
    "UK-VISIT-2": ({Place.HOSPITAL, Place.WORKPLACE}, True),
    "US-MA-2": ({Place.WORKPLACE}, True),
}
# Rule: the hold, and the channels that it stops.
HOLDS = {
    "CN-PLAN-4": (HoldKind.PLAN_RUNNING, SPOKEN),
    "CN-DISP-1": (HoldKind.DISPUTE, SPOKEN),
    "CN-HOLD-1": (HoldKind.FRAUD, SPOKEN),
    "CN-HOLD-2": (HoldKind.HARDSHIP, {VISIT, CALL}),
    "CN-HOLD-3": (HoldKind.VULNERABLE, EVERY),
    "CN-HOLD-4": (HoldKind.MINOR, EVERY),
    "CN-HOLD-5": (HoldKind.CEASE, SPOKEN),
    "CN-HOLD-6": (HoldKind.REPRESENTED, SPOKEN),
    "CN-HOLD-7": (HoldKind.DECEASED, EVERY),
    "CN-HOLD-8": (HoldKind.BREATHING_SPACE, SPOKEN),
    "IN-DISP-1": (HoldKind.DISPUTE, SPOKEN),
    "IN-HOLD-1": (HoldKind.FRAUD, SPOKEN),
    "IN-HOLD-2": (HoldKind.HARDSHIP, {VISIT, CALL}),
    "IN-HOLD-3": (HoldKind.VULNERABLE, EVERY),
    "IN-HOLD-4": (HoldKind.MINOR, EVERY),
    "IN-HOLD-5": (HoldKind.CEASE, SPOKEN),
    "IN-HOLD-6": (HoldKind.REPRESENTED, SPOKEN),
    "IN-HOLD-7": (HoldKind.DECEASED, EVERY),
    "IN-HOLD-8": (HoldKind.PLAN_RUNNING, SPOKEN),
    "IN-HOLD-9": (HoldKind.BREATHING_SPACE, SPOKEN),
    "UK-VISIT-3": (HoldKind.DISPUTE, SPOKEN),
    "UK-VISIT-4": (HoldKind.VULNERABLE, EVERY),
    "UK-HOLD-1": (HoldKind.BREATHING_SPACE, EVERY),
    "UK-HOLD-2": (HoldKind.FRAUD, SPOKEN),
    "UK-HOLD-3": (HoldKind.HARDSHIP, {VISIT, CALL}),
    "UK-HOLD-4": (HoldKind.MINOR, EVERY),
    "UK-HOLD-5": (HoldKind.CEASE, SPOKEN),
    "UK-HOLD-6": (HoldKind.REPRESENTED, SPOKEN),
    "UK-HOLD-7": (HoldKind.DECEASED, EVERY),
    "UK-HOLD-8": (HoldKind.PLAN_RUNNING, SPOKEN),
    "US-VAL-2": (HoldKind.DISPUTE, SPOKEN),
    "US-ATTY-1": (HoldKind.REPRESENTED, EVERY),
    "US-CEASE-1": (HoldKind.CEASE, EVERY),
    "US-HOLD-1": (HoldKind.FRAUD, SPOKEN),
    "US-HOLD-2": (HoldKind.HARDSHIP, {VISIT, CALL}),
    "US-HOLD-3": (HoldKind.VULNERABLE, EVERY),
    "US-HOLD-4": (HoldKind.MINOR, EVERY),
    "US-HOLD-5": (HoldKind.DECEASED, EVERY),
    "US-HOLD-6": (HoldKind.BREATHING_SPACE, SPOKEN),
    "US-HOLD-7": (HoldKind.PLAN_RUNNING, SPOKEN),
}
# A plan on hold is the reason for another plan, and hardship the reason for a first one.
_TALKED_OVER = frozenset({HoldKind.PLAN_RUNNING, HoldKind.HARDSHIP})
# Rule: who may hear of it, and whether it is about the debt alone.
PARTIES = {
    "CN-3P-1": ({Party.SELF, Party.GUARANTOR}, True),
    "IN-3P-1": ({Party.SELF, Party.GUARANTOR}, False),
    "UK-3P-1": ({Party.SELF, Party.GUARANTOR, Party.REPRESENTATIVE}, True),
    "US-WHO-1": ({Party.SELF, Party.GUARANTOR, Party.REPRESENTATIVE, Party.SPOUSE}, True),
}
_NO_THIRD = frozenset({Party.SELF, Party.GUARANTOR, Party.REPRESENTATIVE})
GROUNDS = frozenset(Ground)
# Days of the calendar of India's national holidays on which the questions may fall.
FESTIVALS = frozenset(
    {"2026-12-25", "2027-10-29", "2027-11-14", "2027-03-06", "2027-03-10", "2027-10-02", "2027-10-09"}
)

PACK_OF = {"CN": "cn", "UK": "uk", "IN": "in", "US": "us"}
OTHERS = ("CN-3P-2", "CN-LIM-6", "CN-PLAN-2", "IN-EVENT-1", "US-3P-1")
EVERY_RULE = frozenset((*HOURS, *COUNTS, *NOTICES, *PLACES, *HOLDS, *PARTIES, *OTHERS))


def pack_of(rule: str) -> str:
    """In which pack the rule stands, by how it is called."""
    return "us-ma" if rule.startswith("US-MA-") else PACK_OF[rule[:2]]


@cache
def pinned(zone: str) -> ZoneInfo:
    """The zone of the locked wheel: the machine's own data may be of another year."""
    with files("tzdata").joinpath("zoneinfo", zone).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=zone)


@dataclass(frozen=True)
class Asked:
    """The question, for another start."""

    facts: Facts
    now: datetime
    start: datetime
    end: datetime

    @property
    def gone(self) -> datetime:
        """The first second after the presence, which lasts one at least."""
        return max(self.end, self.start + SECOND)

    @property
    def moments(self) -> list[datetime]:
        """Every minute of the presence, and its last second."""
        found = [self.start]
        while found[-1] + MINUTE < self.end:
            found.append(found[-1] + MINUTE)
        if self.end > self.start:
            found.append(self.end - SECOND)
        return found

    def consents(self, kind: ConsentKind, *, in_writing: bool = False) -> bool:
        """Whether one consent covers the presence as a whole."""
        return any(
            consent.kind is kind
            and (consent.is_written or not in_writing)
            and (consent.since is None or consent.since <= self.start)
            and (consent.until is None or self.gone <= consent.until)
            for consent in self.facts.consents
        )


def forbidding(facts: Facts, packs: tuple[str, ...], now: datetime, start: datetime) -> Iterator[str]:
    """The rules of `packs` that forbid what `facts` ask if it began at `start` instead, cheap ones first."""
    assert facts.window is not None
    asked = Asked(facts, now, start, start + (facts.window.end - facts.window.start))
    for rule in (*_on_people(asked), *_on_terms(asked), *_on_holds(asked), *_on_visits(asked)):
        if pack_of(rule) in packs:
            yield rule
    yield from (rule for rule in _on_counts(asked) if pack_of(rule) in packs)
    yield from (rule for rule in _on_clocks(asked, packs) if pack_of(rule) in packs)


def is_forbidden(facts: Facts, packs: tuple[str, ...], now: datetime, start: datetime) -> bool:
    """Whether any rule does."""
    return next(forbidding(facts, packs, now, start), None) is not None


def _on_people(asked: Asked) -> Iterator[str]:
    approach = asked.facts.approach
    if asked.facts.action is not Action.APPROACH or approach is None or asked.facts.channel not in EVERY:
        return
    for rule, (parties, is_debt) in PARTIES.items():
        if approach.party not in parties and (approach.about is About.DEBT or not is_debt):
            yield rule
    if approach.party in _NO_THIRD:
        return
    if approach.has_declined or approach.ground not in GROUNDS:
        yield "CN-3P-2"
    if approach.has_declined or approach.times_asked >= 1:
        yield "US-3P-1"


def _on_terms(asked: Asked) -> Iterator[str]:
    facts = asked.facts
    months, limitation = facts.terms.plan_months, facts.limitation
    if facts.action in {Action.OFFER, Action.SIGN} and (months is None or months > 60):
        yield "CN-PLAN-2"
    if facts.action in ACKNOWLEDGING and limitation is not None and asked.start >= limitation.ends_at:
        approved = limitation.approved_at
        if approved is None or approved < limitation.ends_at:
            yield "CN-LIM-6"


def _on_holds(asked: Asked) -> Iterator[str]:
    facts = asked.facts
    present_until = asked.start + SECOND if facts.action in WITNESSED else asked.gone
    party = None if facts.approach is None else facts.approach.party
    for rule, (kind, channels) in HOLDS.items():
        if facts.channel not in channels:
            continue
        if kind in _TALKED_OVER and facts.action in {Action.APPROACH, Action.OFFER, Action.SIGN}:
            continue
        if kind is HoldKind.DECEASED and party not in {None, Party.SELF}:
            continue
        if kind is HoldKind.REPRESENTED and party is Party.REPRESENTATIVE:
            continue
        if any(
            hold.kind is kind
            and hold.since < present_until
            and (hold.until is None or asked.start < hold.until)
            for hold in facts.holds
        ):
            yield rule


def _on_visits(asked: Asked) -> Iterator[str]:
    facts = asked.facts
    if facts.channel is not VISIT:
        return
    if facts.action in AT_A_DOOR and not asked.consents(ConsentKind.SHORT_NOTICE):
        is_never_told = facts.notice is None and facts.action in BEGINNING
        sent = asked.now if facts.notice is None else facts.notice.sent_at
        if is_never_told or asked.start < sent + DAY:
            yield from NOTICES
    if facts.action in AT_A_DOOR | {Action.SERVE_NOTICE}:
        for rule, (places, is_lifted) in PLACES.items():
            if facts.place in places and not (is_lifted and asked.consents(ConsentKind.WORKPLACE)):
                yield rule


def _on_counts(asked: Asked) -> Iterator[str]:
    facts = asked.facts
    if facts.action not in AT_A_DOOR | {Action.CONTACT}:
        return
    for rule, (channel, most, days, is_effective) in COUNTS.items():
        if facts.channel is not channel:
            continue
        if channel is VISIT and asked.consents(ConsentKind.MORE_VISITS, in_writing=rule == "US-MA-1"):
            continue
        times = sorted(
            one.at for one in facts.contacts if one.channel is channel and (one.effective or not is_effective)
        )
        for first in range(len(times) - most + 1):
            together = [*times[first : first + most], asked.start]
            if max(together) - min(together) < days * DAY:
                yield rule
                break


def _on_clocks(asked: Asked, packs: tuple[str, ...]) -> Iterator[str]:
    facts = asked.facts
    if (
        "in" in packs
        and facts.channel in {VISIT, CALL}
        and facts.action
        not in {
            Action.OFFER,
            Action.SIGN,
            Action.OUTCOME,
        }
    ):
        days = {
            moment.astimezone(pinned(zone)).date().isoformat()
            for moment in asked.moments
            for zone in facts.zones
        }
        if days & FESTIVALS:
            yield "IN-EVENT-1"
    waived = [one for one in facts.consents if one.kind is ConsentKind.ODD_HOURS]
    moments = [
        moment
        for moment in asked.moments
        if not any(
            (one.since is None or one.since <= moment) and (one.until is None or moment < one.until)
            for one in waived
        )
    ]
    clocks = {
        moment.astimezone(pinned(zone)).strftime("%H:%M:%S") for moment in moments for zone in facts.zones
    }
    for rule, (channels, first, last) in HOURS.items():
        if facts.channel in channels and any(not first <= clock <= last for clock in clocks):
            yield rule
