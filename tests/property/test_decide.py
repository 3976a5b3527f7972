"""Every action, every channel, every released pack, against the naive oracle beside this file, rule by rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.reference.rules import newest
from field_visits.compliance.decide import decide, lawful_windows, verdicts
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
    Window,
)
from field_visits.compliance.packs import RuleBook, effective, load_packs
from field_visits.compliance.settings import RuleSetting, RuleSettings
from field_visits.kernel.decision import Verdict
from tests.property.oracle import (
    ACKNOWLEDGING,
    ARRANGING,
    COUNTS,
    DAY,
    EVERY_RULE,
    HOLDS,
    HOURS,
    MINUTE,
    NOTICES,
    PARTIES,
    PLACES,
    SECOND,
    WITNESSED,
    forbidding,
    is_forbidden,
    pack_of,
)

# On this day the newest release of every pack binds.
ON = date(2026, 12, 9)
CHOICES = [
    ("cn",),
    ("us",),
    ("us", "us-ma"),
    ("uk",),
    ("in",),
    ("cn", "us"),
    ("cn", "us", "us-ma", "uk", "in"),
]


def book(packs: tuple[str, ...], *rules: RuleSetting) -> RuleBook:
    return effective(load_packs(), ON, RuleSettings(packs, rules))


BOOKS: dict[tuple[str, ...], RuleBook] = {packs: book(packs) for packs in CHOICES}
# Ordinary days, days on which clocks change in some zone, and India's festivals.
DAYS = [
    datetime(2026, 12, 9, 3, tzinfo=UTC),
    datetime(2026, 12, 24, 12, tzinfo=UTC),
    datetime(2027, 3, 13, 20, tzinfo=UTC),
    datetime(2027, 3, 27, 20, tzinfo=UTC),
    datetime(2027, 10, 28, 12, tzinfo=UTC),
    datetime(2027, 11, 6, 22, tzinfo=UTC),
    datetime(2027, 2, 6, 15, tzinfo=UTC),
    datetime(2027, 4, 3, 12, tzinfo=UTC),
]
ZONES = [
    ("Asia/Shanghai",),
    ("America/New_York",),
    ("Europe/London",),
    ("Asia/Kolkata",),
    ("Asia/Shanghai", "Asia/Urumqi"),
    ("America/New_York", "America/Chicago"),
    ("Asia/Kolkata", "Europe/London"),
    # Clocks that change by half an hour, and for a month of the year.
    ("Australia/Lord_Howe",),
    ("Africa/Casablanca", "Europe/Madrid"),
]
Question = tuple[Facts, tuple[str, ...], datetime]
STEADY = settings(max_examples=200, derandomize=True)


def offsets(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(lambda minutes: timedelta(minutes=minutes))


# Just inside and just outside the periods in which contacts are counted, before and after.
NEAR_A_PERIOD = st.builds(
    lambda days, sign, minutes: sign * days * DAY + timedelta(minutes=minutes),
    st.sampled_from([1, 7, 30]),
    st.sampled_from([-1, 1]),
    st.integers(-2, 2),
)
# What questions are about: most random ones would be about nothing that law speaks of.
KINDS: dict[str, tuple[list[Action], list[Channel]]] = {
    "anything": (sorted(Action), sorted(Channel)),
    "visits": (sorted(ARRANGING), [Channel.VISIT]),
    "calls": ([Action.CONTACT], [Channel.CALL]),
    "people": ([Action.APPROACH], [Channel.CALL, Channel.LETTER]),
    "holds": ([Action.BOOK, Action.CONTACT, Action.ARRIVE], [Channel.VISIT, Channel.CALL]),
    "terms": (sorted(ACKNOWLEDGING), [Channel.VISIT, Channel.ONLINE]),
}


@st.composite
def questions(draw: st.DrawFn, about: str = "anything") -> Question:
    now = draw(st.sampled_from(DAYS)) + draw(offsets(0, 36 * 60))
    actions, channels = KINDS[about]
    action, channel = draw(st.sampled_from(actions)), draw(st.sampled_from(channels))
    start = now + draw(offsets(0, 3 * 24 * 60)) if action in ARRANGING else now
    around = offsets(-2000, 2000)

    def over(kind: HoldKind, since: timedelta, lasts: timedelta | None) -> ActiveHold:
        return ActiveHold(kind, start + since, None if lasts is None else start + since + lasts)

    def waived(kind: ConsentKind, since: timedelta, lasts: timedelta | None, written: bool) -> Consent:
        end = None if lasts is None else start + since + lasts
        return Consent(kind, "entry", start + since, end, is_written=written)

    lasting = st.one_of(st.none(), offsets(1, 6000))
    least, since = (2, offsets(-2000, 0)) if about == "holds" else (0, around)
    holds = draw(
        st.lists(
            st.builds(over, st.sampled_from(sorted(HoldKind)), since, lasting), min_size=least, max_size=3
        )
    )
    consents = draw(
        st.lists(
            st.builds(waived, st.sampled_from(sorted(ConsentKind)), around, lasting, st.booleans()),
            max_size=3,
        )
    )
    contacts = draw(
        st.lists(
            st.builds(
                lambda at, on, effective: PastContact(start + at, on, effective),
                NEAR_A_PERIOD
                | (offsets(-24 * 60, 0) if about == "calls" else offsets(-35 * 24 * 60, 7 * 24 * 60)),
                st.sampled_from([channel] if about in {"calls", "visits"} else [Channel.VISIT, Channel.CALL]),
                st.booleans(),
            ),
            max_size=9 if about == "calls" else 3,
        )
    )
    approach = draw(
        st.builds(
            Approach,
            st.sampled_from(sorted(Party)),
            st.sampled_from(sorted(About)),
            st.one_of(st.none(), st.sampled_from(sorted(Ground))),
            st.integers(0, 2),
            st.booleans(),
        )
    )
    ends = draw(st.one_of(st.none(), around))
    approved = draw(st.one_of(st.none(), around))
    sent = draw(
        st.one_of(st.none(), offsets(-4000, 0), offsets(-2, 2).map(lambda near: start - DAY + near - now))
    )
    facts = Facts(
        action=action,
        channel=channel,
        zones=draw(st.sampled_from(ZONES)),
        window=Window(start, start + timedelta(minutes=draw(st.sampled_from([0, 1, 30, 90])))),
        contacts=tuple(contacts),
        holds=tuple(holds),
        consents=tuple(consents),
        notice=None if sent is None else NoticeFact(now + sent),
        crew_size=draw(st.sampled_from([None, 1, 2])),
        place=draw(st.one_of(st.none(), st.sampled_from(sorted(Place)))),
        approach=approach if action is Action.APPROACH else None,
        limitation=None
        if ends is None
        else Limitation(start + ends, None if approved is None else start + approved),
        terms=Terms(plan_months=draw(st.sampled_from([None, 12, 60, 61]))),
    )
    return facts, draw(st.sampled_from(CHOICES)), now


def test_the_oracle_knows_every_rule_that_refuses_and_no_other() -> None:
    released = {
        rule.id for pack in newest(load_packs()) for rule in pack.rules if rule.verdict is Verdict.REFUSE
    }
    assert released == EVERY_RULE
    assert {pack_of(rule) for rule in released} == {pack.id for pack in newest(load_packs())}


#: Each kind of question must meet these, else the test below would be content with rules that it never saw.
SPOKEN_TO = {
    "anything": set(HOURS),
    "holds": set(HOLDS),
    "terms": {"CN-LIM-6", "CN-PLAN-2"},
    "visits": set(PLACES)
    | set(NOTICES)
    | {"IN-EVENT-1"}
    | {rule for rule, told in COUNTS.items() if told[0] is Channel.VISIT},
    "calls": {rule for rule, told in COUNTS.items() if told[0] is Channel.CALL},
    "people": set(PARTIES) | {"CN-3P-2", "US-3P-1"},
}


@pytest.mark.parametrize("about", KINDS)
def test_exactly_the_rules_that_forbid_it_refuse_it(about: str) -> None:
    met: set[str] = set()

    @settings(STEADY, max_examples=400)
    @given(questions(about))
    def hold(question: Question) -> None:
        facts, packs, now = question
        assert facts.window is not None
        for chosen in {packs, CHOICES[-1]}:
            decision = decide(facts, BOOKS[chosen], now)
            forbidden_by = set(forbidding(facts, chosen, now, facts.window.start))
            assert set(decision.refusing_ids) == forbidden_by
            assert decision.is_refused == bool(forbidden_by)
            met.update(forbidden_by)

    hold()
    assert SPOKEN_TO[about] - met == set()


@settings(STEADY, max_examples=60)
@given(st.sampled_from(sorted(KINDS)).flatmap(questions))
def test_the_next_lawful_instant_is_the_earliest_that_nothing_forbids(question: Question) -> None:
    facts, packs, now = question
    assert facts.window is not None
    asked = facts.window.start
    found = decide(facts, BOOKS[packs], now).next_lawful_at

    if found is None:
        assert all(
            is_forbidden(facts, packs, now, asked + step * timedelta(hours=7, minutes=13))
            for step in range(60)
        )
        return
    assert found >= asked
    assert not is_forbidden(facts, packs, now, found)
    moved = replace(facts, window=Window(found, found + (facts.window.end - asked)))
    assert not decide(moved, BOOKS[packs], now).is_refused
    before = [found - SECOND, *(found - step * MINUTE for step in range(1, 60))]
    coarse = [asked + step * (found - asked) / 60 for step in range(60)]
    for start in before + [one.replace(second=0, microsecond=0) for one in coarse]:
        if asked <= start < found:
            assert is_forbidden(facts, packs, now, start)


@settings(STEADY, max_examples=40)
@given(st.sampled_from(sorted(KINDS)).flatmap(questions))
def test_lawful_windows_are_all_lawful_starts_and_nothing_else(question: Question) -> None:
    facts, packs, now = question
    assert facts.window is not None
    since = facts.window.start
    until = since + 2 * DAY
    windows = lawful_windows(facts, BOOKS[packs], now, since, until)

    for first, last in windows:
        assert since <= first <= last <= until
        assert not is_forbidden(facts, packs, now, first)
        assert not is_forbidden(facts, packs, now, last)
        assert first == since or is_forbidden(facts, packs, now, first - SECOND)
        assert last == until or is_forbidden(facts, packs, now, last + SECOND)
    for step in range(0, 2 * 24 * 60, 97):
        start = since + step * MINUTE
        is_inside = any(first <= start <= last for first, last in windows)
        assert is_inside != is_forbidden(facts, packs, now, start)


@settings(STEADY, max_examples=40)
@given(st.sampled_from(sorted(KINDS)).flatmap(questions))
def test_a_phone_is_told_for_three_days_what_the_same_decision_says(question: Question) -> None:
    facts, packs, now = question
    assert facts.window is not None
    length = facts.window.end - facts.window.start
    spans = verdicts(facts, BOOKS[packs], now)

    assert (spans[0].start, spans[-1].end) == (now, now + 3 * DAY)
    for span in spans:
        for start in (span.start, span.start + (span.end - span.start) / 2, span.end - SECOND):
            whole = start.replace(microsecond=0)
            told = decide(replace(facts, window=Window(whole, whole + length)), BOOKS[packs], now)
            assert told.verdict is span.verdict


@STEADY
@given(st.sampled_from(sorted(KINDS)).flatmap(questions))
def test_one_more_law_never_allows_more(question: Question) -> None:
    facts, packs, now = question
    everything = decide(facts, BOOKS[CHOICES[-1]], now)
    one = decide(facts, BOOKS[packs], now)

    assert everything.verdict.severity >= one.verdict.severity
    assert set(one.refusing_ids) <= set(everything.refusing_ids)
    if one.next_lawful_at is None:
        assert everything.next_lawful_at is None
    elif everything.next_lawful_at is not None:
        assert everything.next_lawful_at >= one.next_lawful_at


@pytest.mark.parametrize(("action", "channel"), list(product(sorted(Action), sorted(Channel))), ids=str)
def test_what_was_witnessed_is_judged_by_its_beginning(action: Action, channel: Channel) -> None:
    """A hold that came up during a visit makes no breach of it; one that bound before does."""
    start = datetime(2026, 12, 9, 4, tzinfo=UTC)
    during = ActiveHold(HoldKind.VULNERABLE, start + 5 * MINUTE)
    facts = Facts(
        action=action,
        channel=channel,
        zones=("Asia/Shanghai",),
        window=Window(start, start + 30 * MINUTE),
        notice=NoticeFact(start - 3 * DAY),
        holds=(during,),
        terms=Terms(plan_months=6),
    )
    refused = "CN-HOLD-3" in decide(facts, BOOKS["cn",], start).refusing_ids
    assert refused == (action not in WITNESSED and channel is not Channel.ONLINE)


TIGHTER = [
    RuleSetting("CN-HOUR-1", (("20:30", "09:15"),)),
    RuleSetting("CN-HOUR-1", (("22:00", "08:00"), ("12:00", "14:00"))),
    RuleSetting("CN-NOTICE-1", 49),
    RuleSetting("CN-FREQ-3", (1, 12)),
    RuleSetting("CN-STAFF-1", verdict=Verdict.REFUSE),
    RuleSetting("CN-DISP-1", ("dispute", "hardship")),
]


@settings(STEADY, max_examples=100)
@given(questions("visits"), st.sampled_from(TIGHTER))
def test_tightening_never_allows_more(question: Question, setting: RuleSetting) -> None:
    facts, _, now = question
    free, tight = BOOKS["cn",], book(("cn",), setting)
    before, after = decide(facts, free, now), decide(facts, tight, now)

    assert after.verdict.severity >= before.verdict.severity
    if before.next_lawful_at is None:
        assert after.next_lawful_at is None
    elif after.next_lawful_at is not None:
        assert after.next_lawful_at >= before.next_lawful_at


# 1900 to 2998, about as far as facts may reach.
INSTANTS = st.integers(-2_208_900_000, 32_440_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@settings(STEADY, max_examples=100)
@given(
    st.sampled_from(Action),
    st.sampled_from(Channel),
    st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["Asia/Shanghai", "UTC", "Asia"])), max_size=3),
    st.lists(st.sampled_from(["CN", "US", "US-MA", "ZZ", ""]), max_size=2),
    INSTANTS,
    INSTANTS,
    INSTANTS,
    st.one_of(st.none(), st.integers(-5, 5)),
)
def test_there_is_always_an_answer(
    action: Action,
    channel: Channel,
    zones: list[str],
    jurisdictions: list[str],
    now: datetime,
    one: datetime,
    other: datetime,
    crew_size: int | None,
) -> None:
    window = Window(min(one, other), max(one, other))
    facts = Facts(
        action=action,
        channel=channel,
        zones=tuple(zones),
        jurisdictions=tuple(jurisdictions),
        window=window,
        contacts=(PastContact(one, channel),),
        holds=(ActiveHold(HoldKind.DISPUTE, min(now, other), max(now, other)),),
        consents=(Consent(ConsentKind.ODD_HOURS, "entry", min(now, one), max(now, one)),),
        notice=NoticeFact(now),
        crew_size=crew_size,
    )
    decision = decide(facts, BOOKS["cn", "us"], now)
    assert decision.is_refused or decision.next_lawful_at == window.start
    if decision.is_refused:
        assert decision.reasons[0].verdict is Verdict.REFUSE
        assert decision.reasons[0].detail
