"""Every rule of every newest release says what its text says: one question that it objects to, one that it does not.

Figures are typed in again here, from the sources and not from the packs. A rule without a case fails the build.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.reference.rules import newest
from field_visits.compliance.decide import decide
from field_visits.compliance.facts import (
    About,
    Action,
    ActiveHold,
    Approach,
    Channel,
    Consent,
    ConsentKind,
    Facts,
    Ground,
    HoldKind,
    Limitation,
    NoticeFact,
    Party,
    PastContact,
    Place,
    Terms,
)
from field_visits.compliance.packs import load_packs
from field_visits.kernel.decision import Verdict
from tests.unit.field_visits.compliance.questions import NEW_YORK, SHANGHAI, at, book, visit, window

LONDON, KOLKATA = "Europe/London", "Asia/Kolkata"
PLACES = {
    "cn": ("CN", SHANGHAI),
    "us": ("US", NEW_YORK),
    "us-ma": ("US-MA", NEW_YORK),
    "uk": ("GB", LONDON),
    "in": ("IN", KOLKATA),
}
# A Wednesday on which every newest release binds, and on which nobody celebrates.
DAY = date(2026, 12, 9)
HOUR = timedelta(hours=1)
Case = tuple[str, str, Facts, Facts]


def noon(zone: str) -> datetime:
    return at(f"{DAY} 12:00", zone)


def asked(pack: str, clock: str = "12:00", **changes: Any) -> Facts:
    jurisdiction, zone = PLACES[pack]
    start = at(f"{DAY} {clock}", zone)
    return visit(start, zones=(zone,), jurisdictions=(jurisdiction,), **changes)


def at_clock(facts: Facts, zone: str, clock: str, minutes: int = 30) -> Facts:
    start = at(f"{DAY} {clock}", zone)
    return replace(facts, window=window(start, minutes), notice=NoticeFact(start - timedelta(days=3)))


def hours(pack: str, rule: str, blocked: str, free: str, *, channel: Channel = Channel.VISIT) -> Case:
    action = Action.DEPART if channel is Channel.VISIT else Action.CONTACT
    zone = PLACES[pack][1]
    facts = replace(asked(pack), channel=channel, action=action)
    return pack, rule, at_clock(facts, zone, blocked, 10), at_clock(facts, zone, free, 10)


def held(pack: str, rule: str, kind: HoldKind) -> Case:
    facts = asked(pack)
    hold = ActiveHold(kind, datetime(2026, 12, 1, tzinfo=UTC))
    return pack, rule, replace(facts, holds=(hold,)), facts


def placed(pack: str, rule: str, place: Place) -> Case:
    facts = asked(pack)
    return pack, rule, replace(facts, place=place), replace(facts, place=Place.HOME)


def told(pack: str, rule: str, lead: int) -> Case:
    facts = asked(pack)
    start = noon(PLACES[pack][1])
    late = NoticeFact(start - lead * HOUR + timedelta(minutes=1))
    return pack, rule, replace(facts, notice=late), replace(facts, notice=NoticeFact(start - lead * HOUR))


def counted(
    pack: str,
    rule: str,
    most: int,
    within: timedelta,
    *,
    channel: Channel = Channel.VISIT,
    effective: bool = True,
) -> Case:
    """`most` contacts within the stretch are too many for one more; one fewer, or an older one, is not."""
    action = Action.DEPART if channel is Channel.VISIT else Action.CONTACT
    facts = replace(asked(pack), channel=channel, action=action)
    start = noon(PLACES[pack][1])
    past = [
        PastContact(start - within + (one + 1) * timedelta(minutes=5), channel, effective)
        for one in range(most)
    ]
    older = [replace(past[0], at=start - within), *past[1:]]
    return pack, rule, replace(facts, contacts=tuple(past)), replace(facts, contacts=tuple(older))


def approached(pack: str, rule: str, against: Approach, free: Approach) -> Case:
    facts = replace(asked(pack), action=Action.APPROACH, channel=Channel.CALL)
    return pack, rule, replace(facts, approach=against), replace(facts, approach=free)


def unreached(days: int) -> tuple[PastContact, ...]:
    """Nobody answered on each of the last days."""
    return tuple(
        PastContact(noon(SHANGHAI) - timedelta(days=one + 1), Channel.CALL, effective=False)
        for one in range(days)
    )


def _third_parties() -> Iterator[Case]:
    yield approached(
        "cn",
        "CN-3P-1",
        Approach(Party.SPOUSE, About.DEBT, Ground.DECEASED),
        Approach(Party.GUARANTOR, About.DEBT),
    )
    whereabouts = Approach(Party.RELATED, About.WHEREABOUTS)
    dead = replace(whereabouts, ground=Ground.DECEASED)
    yield approached("cn", "CN-3P-2", whereabouts, dead)
    yield approached("cn", "CN-3P-2", replace(dead, has_declined=True), dead)
    lost = replace(
        asked("cn"),
        action=Action.APPROACH,
        channel=Channel.CALL,
        approach=replace(whereabouts, ground=Ground.UNREACHABLE),
    )
    yield "cn", "CN-3P-3", replace(lost, contacts=unreached(2)), replace(lost, contacts=unreached(3))
    yield approached(
        "us", "US-WHO-1", Approach(Party.RELATED, About.DEBT), Approach(Party.SPOUSE, About.DEBT)
    )
    yield approached("us", "US-3P-1", replace(whereabouts, times_asked=1), whereabouts)
    yield approached("us", "US-3P-1", replace(whereabouts, has_declined=True), whereabouts)
    yield approached(
        "uk", "UK-3P-1", Approach(Party.SPOUSE, About.DEBT), Approach(Party.SPOUSE, About.WHEREABOUTS)
    )
    yield approached("in", "IN-3P-1", dead, Approach(Party.GUARANTOR, About.WHEREABOUTS))


def _expired_debt() -> Iterator[Case]:
    """Until 24:00 of the last day it runs; afterwards legal has to have looked at it since."""
    now = noon(SHANGHAI)
    for action in (Action.OFFER, Action.SIGN, Action.SERVE_NOTICE):
        facts = replace(asked("cn"), action=action, terms=Terms(plan_months=6))
        ran_out = replace(facts, limitation=Limitation(now))
        yield "cn", "CN-LIM-6", ran_out, replace(facts, limitation=Limitation(now + timedelta(hours=1)))
        yield "cn", "CN-LIM-6", ran_out, replace(facts, limitation=Limitation(now, approved_at=now))
        stale = replace(facts, limitation=Limitation(now, approved_at=now - timedelta(days=1)))
        yield "cn", "CN-LIM-6", stale, facts


def _cases() -> Iterator[Case]:
    call = Channel.CALL
    week, day = timedelta(days=7), timedelta(days=1)
    yield from _third_parties()
    yield from _expired_debt()
    yield hours("cn", "CN-HOUR-1", "22:00", "21:50")
    yield hours("cn", "CN-HOUR-2", "07:59", "08:00", channel=call)
    yield counted("cn", "CN-FREQ-1", 3, day, channel=call)
    yield counted("cn", "CN-FREQ-2", 6, day, channel=call, effective=False)
    yield counted("cn", "CN-FREQ-3", 1, week)
    yield "cn", "CN-STAFF-1", asked("cn", crew_size=1), asked("cn", crew_size=2)
    yield told("cn", "CN-NOTICE-1", 24)
    yield placed("cn", "CN-PLACE-1", Place.HOSPITAL)
    plan = replace(asked("cn"), action=Action.OFFER)
    yield (
        "cn",
        "CN-PLAN-2",
        replace(plan, terms=Terms(plan_months=61)),
        replace(plan, terms=Terms(plan_months=60)),
    )
    for rule, kind in {
        "CN-PLAN-4": HoldKind.PLAN_RUNNING,
        "CN-DISP-1": HoldKind.DISPUTE,
        "CN-HOLD-1": HoldKind.FRAUD,
        "CN-HOLD-2": HoldKind.HARDSHIP,
        "CN-HOLD-3": HoldKind.VULNERABLE,
        "CN-HOLD-4": HoldKind.MINOR,
        "CN-HOLD-5": HoldKind.CEASE,
        "CN-HOLD-6": HoldKind.REPRESENTED,
        "CN-HOLD-7": HoldKind.DECEASED,
        "CN-HOLD-8": HoldKind.BREATHING_SPACE,
    }.items():
        yield held("cn", rule, kind)
    yield hours("us", "US-HOUR-1", "21:00", "20:50")
    yield told("us", "US-NOTICE-1", 24)
    yield counted("us", "US-CALL-1", 7, week, channel=call, effective=False)
    yield counted("us", "US-CALL-2", 1, week, channel=call)
    yield placed("us", "US-WORK-1", Place.WORKPLACE)
    for rule, kind in {
        "US-VAL-2": HoldKind.DISPUTE,
        "US-ATTY-1": HoldKind.REPRESENTED,
        "US-CEASE-1": HoldKind.CEASE,
        "US-HOLD-1": HoldKind.FRAUD,
        "US-HOLD-2": HoldKind.HARDSHIP,
        "US-HOLD-3": HoldKind.VULNERABLE,
        "US-HOLD-4": HoldKind.MINOR,
        "US-HOLD-5": HoldKind.DECEASED,
        "US-HOLD-6": HoldKind.BREATHING_SPACE,
        "US-HOLD-7": HoldKind.PLAN_RUNNING,
    }.items():
        yield held("us", rule, kind)
    yield counted("us-ma", "US-MA-1", 1, timedelta(days=30))
    yield hours("us-ma", "US-MA-HOUR-1", "07:59", "08:00")
    yield placed("us-ma", "US-MA-2", Place.WORKPLACE)
    yield hours("uk", "UK-TIME-1", "21:00", "20:50")
    yield told("uk", "UK-VISIT-1", 24)
    yield placed("uk", "UK-VISIT-2", Place.HOSPITAL)
    yield counted("uk", "UK-FREQ-1", 1, week)
    for rule, kind in {
        "UK-VISIT-3": HoldKind.DISPUTE,
        "UK-VISIT-4": HoldKind.VULNERABLE,
        "UK-HOLD-1": HoldKind.BREATHING_SPACE,
        "UK-HOLD-2": HoldKind.FRAUD,
        "UK-HOLD-3": HoldKind.HARDSHIP,
        "UK-HOLD-4": HoldKind.MINOR,
        "UK-HOLD-5": HoldKind.CEASE,
        "UK-HOLD-6": HoldKind.REPRESENTED,
        "UK-HOLD-7": HoldKind.DECEASED,
        "UK-HOLD-8": HoldKind.PLAN_RUNNING,
    }.items():
        yield held("uk", rule, kind)
    yield hours("in", "IN-HOUR-1", "19:00", "18:50", channel=call)
    yield hours("in", "IN-HOUR-2", "19:00", "18:50")
    yield placed("in", "IN-PLACE-1", Place.WORKPLACE)
    diwali = datetime(2027, 10, 29, 6, 30, tzinfo=UTC)
    festive = replace(asked("in"), window=window(diwali), notice=NoticeFact(diwali - timedelta(days=3)))
    eve = diwali - day
    yield "in", "IN-EVENT-1", festive, replace(festive, window=window(eve))
    yield told("in", "IN-NOTICE-1", 24)
    yield counted("in", "IN-FREQ-1", 1, week)
    for rule, kind in {
        "IN-DISP-1": HoldKind.DISPUTE,
        "IN-HOLD-1": HoldKind.FRAUD,
        "IN-HOLD-2": HoldKind.HARDSHIP,
        "IN-HOLD-3": HoldKind.VULNERABLE,
        "IN-HOLD-4": HoldKind.MINOR,
        "IN-HOLD-5": HoldKind.CEASE,
        "IN-HOLD-6": HoldKind.REPRESENTED,
        "IN-HOLD-7": HoldKind.DECEASED,
        "IN-HOLD-8": HoldKind.PLAN_RUNNING,
        "IN-HOLD-9": HoldKind.BREATHING_SPACE,
    }.items():
        yield held("in", rule, kind)


CASES = list(_cases())
# «不宜», practice, or asked until it is known: shown, not stopped.
WARNS = {"CN-3P-3", "CN-FREQ-2", "CN-STAFF-1", "US-WORK-1", "IN-PLACE-1"}


@pytest.mark.parametrize(("pack", "rule", "against", "with_it"), CASES, ids=[case[1] for case in CASES])
def test_the_rule_objects_to_what_its_text_forbids_and_to_nothing_else(
    pack: str, rule: str, against: Facts, with_it: Facts
) -> None:
    chosen = book(*(("us", "us-ma") if pack == "us-ma" else (pack,)), on=DAY)
    now = against.window.start if against.window else noon(SHANGHAI)

    spoken = {reason.rule_id: reason.verdict for reason in decide(against, chosen, now).reasons}
    assert spoken.get(rule) is (Verdict.WARN if rule in WARNS else Verdict.REFUSE)
    now = with_it.window.start if with_it.window else now
    assert rule not in {reason.rule_id for reason in decide(with_it, chosen, now).reasons}


def test_no_rule_is_released_without_a_case_here() -> None:
    released = {rule.id for pack in newest(load_packs()) for rule in pack.rules}
    assert released == {case[1] for case in CASES}


def test_the_next_lawful_day_after_a_festival_is_found_to_the_second() -> None:
    chosen = book("in", on=DAY)
    diwali = datetime(2027, 10, 29, 6, 30, tzinfo=UTC)
    facts = replace(asked("in"), window=window(diwali), notice=NoticeFact(diwali - timedelta(days=3)))

    assert decide(facts, chosen, diwali).next_lawful_at == at("2027-10-30 08:00", KOLKATA)


def test_a_customer_under_two_laws_has_the_stricter_of_each() -> None:
    chosen = book("us", "us-ma", on=DAY)
    start = noon(NEW_YORK)
    facts = replace(
        asked("us-ma"),
        jurisdictions=("US", "US-MA"),
        contacts=(PastContact(start - timedelta(days=20), Channel.VISIT),),
    )

    decision = decide(facts, chosen, start)
    assert [reason.rule_id for reason in decision.reasons] == ["US-MA-1"]
    assert decision.next_lawful_at == start + timedelta(days=10)


def test_a_second_visit_in_massachusetts_needs_consent_in_writing() -> None:
    chosen = book("us", "us-ma", on=DAY)
    start = noon(NEW_YORK)
    facts = replace(
        asked("us-ma"),
        jurisdictions=("US", "US-MA"),
        contacts=(PastContact(start - timedelta(days=20), Channel.VISIT),),
        consents=(Consent(ConsentKind.MORE_VISITS, "said on the phone"),),
    )

    assert decide(facts, chosen, start).is_refused
    in_writing = replace(facts, consents=(Consent(ConsentKind.MORE_VISITS, "a letter", is_written=True),))
    assert not decide(in_writing, chosen, start).is_refused
