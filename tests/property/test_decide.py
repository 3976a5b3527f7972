"""Decisions of the first releases of China and the United States against a naive reading of the law.

`test_decide_everywhere` does the same for the newest release of every pack.

The oracle shares nothing with the product but the facts: figures are typed in again, every minute of a
visit is looked at through `zoneinfo`, contacts are counted in every stretch of days.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from field_visits.compliance.decide import decide, lawful_windows
from field_visits.compliance.facts import (
    Action,
    ActiveHold,
    Channel,
    Consent,
    ConsentKind,
    Facts,
    HoldKind,
    NoticeFact,
    PastContact,
    Window,
)
from field_visits.compliance.packs import RuleBook, effective, load_packs
from field_visits.compliance.settings import RuleSetting, RuleSettings
from field_visits.kernel.decision import Verdict
from tests.property.oracle import DAY, MINUTE, SECOND, pinned

ARRANGING = {Action.BOOK, Action.PLAN, Action.PUBLISH}
BEGINNING = {Action.DEPART, Action.ARRIVE}
ON = datetime(2026, 11, 24, tzinfo=UTC).date()

# Days on which clocks change, in several zones, and ordinary ones.
DAYS = [
    datetime(2026, 3, 7, 20, tzinfo=UTC),
    datetime(2026, 10, 31, 22, tzinfo=UTC),
    datetime(2026, 4, 4, 12, tzinfo=UTC),
    datetime(2026, 11, 24, 3, tzinfo=UTC),
    datetime(2027, 2, 6, 15, tzinfo=UTC),
]
ZONES = [
    ("Asia/Shanghai",),
    ("America/New_York",),
    ("Asia/Shanghai", "Asia/Urumqi"),
    ("America/New_York", "America/Chicago"),
    ("Australia/Lord_Howe",),
    ("Africa/Casablanca", "Europe/Madrid"),
    ("Asia/Shanghai", "America/New_York"),
]


def book(*packs: str, rules: tuple[RuleSetting, ...] = ()) -> RuleBook:
    return effective(load_packs(), ON, RuleSettings(packs, rules))


BOOKS: dict[tuple[str, ...], RuleBook] = {packs: book(*packs) for packs in (("cn",), ("us",), ("cn", "us"))}


def is_forbidden_by_hours(facts: Facts, packs: tuple[str, ...], start: datetime, end: datetime) -> bool:
    """Looks at every minute of the visit and its last second, in every zone."""
    consents = [consent for consent in facts.consents if consent.kind is ConsentKind.ODD_HOURS]
    moments = [start]
    while moments[-1] + MINUTE < end:
        moments.append(moments[-1] + MINUTE)
    if end > start:
        moments.append(end - SECOND)
    for moment in moments:
        if any(
            (one.since is None or one.since <= moment) and (one.until is None or moment < one.until)
            for one in consents
        ):
            continue
        for zone in facts.zones:
            local = moment.astimezone(pinned(zone)).strftime("%H:%M:%S")
            if "cn" in packs and not "08:00:00" <= local < "22:00:00":
                return True
            if "us" in packs and not "08:00:00" < local < "21:00:00":
                return True
    return False


def is_forbidden(facts: Facts, packs: tuple[str, ...], now: datetime, start: datetime) -> bool:
    """Whether the law of `packs` forbids the visit of `facts` if it started at `start` instead."""
    assert facts.window is not None
    end = start + (facts.window.end - facts.window.start)
    present_until = max(end, start + SECOND)
    if any(hold.since < present_until and (hold.until is None or start < hold.until) for hold in facts.holds):
        return True
    if facts.action in ARRANGING | BEGINNING:
        if facts.notice is None and facts.action in BEGINNING:
            return True
        sent = now if facts.notice is None else facts.notice.sent_at
        if start < sent + DAY:
            return True
    if "cn" in packs and any(
        abs(contact.at - start) < 7 * DAY for contact in facts.contacts if contact.channel is Channel.VISIT
    ):
        return True
    return is_forbidden_by_hours(facts, packs, start, end)


def offsets(low: int, high: int) -> st.SearchStrategy[timedelta]:
    """Whole minutes, half of them near the middle of things."""
    return st.integers(low, high).map(lambda minutes: timedelta(minutes=minutes))


WEEK_MIN = 7 * 24 * 60


@st.composite
def questions(draw: st.DrawFn) -> tuple[Facts, tuple[str, ...], datetime]:
    now = draw(st.sampled_from(DAYS)) + draw(offsets(0, 36 * 60))
    action = draw(st.sampled_from([Action.BOOK, Action.PLAN, Action.PUBLISH, Action.DEPART, Action.CONTACT]))
    start = now + draw(offsets(0, 3 * 24 * 60)) if action in ARRANGING else now
    length = timedelta(minutes=draw(st.sampled_from([0, 1, 30, 120])))
    holds = draw(
        st.lists(
            st.builds(
                lambda kind, since, lasts: ActiveHold(
                    kind, start + since, None if lasts is None else start + since + lasts
                ),
                st.sampled_from(HoldKind),
                offsets(-2000, 2000),
                st.one_of(st.none(), offsets(1, 6000), offsets(1, 6000)),
            ),
            max_size=2,
        )
    )
    contacts = draw(
        st.lists(
            st.builds(
                lambda at, channel: PastContact(start + at, channel),
                offsets(-2 * WEEK_MIN, WEEK_MIN),
                st.sampled_from([Channel.VISIT, Channel.CALL]),
            ),
            max_size=3,
        )
    )
    consents = draw(
        st.lists(
            st.builds(
                lambda since, lasts: Consent(
                    ConsentKind.ODD_HOURS, "entry", start + since, start + since + lasts
                ),
                offsets(-300, 2000),
                offsets(1, 900),
            ),
            max_size=2,
        )
    )
    sent = draw(st.one_of(st.none(), offsets(-4000, 0), offsets(-4000, 0)))
    facts = Facts(
        action=action,
        channel=Channel.VISIT,
        zones=draw(st.sampled_from(ZONES)),
        window=Window(start, start + length),
        contacts=tuple(contacts),
        holds=tuple(holds),
        consents=tuple(consents),
        notice=None if sent is None else NoticeFact(now + sent),
        crew_size=draw(st.sampled_from([None, 1, 2])),
    )
    return facts, draw(st.sampled_from(list(BOOKS))), now


def moved(facts: Facts, start: datetime) -> Facts:
    assert facts.window is not None
    return replace(facts, window=Window(start, start + (facts.window.end - facts.window.start)))


Question = tuple[Facts, tuple[str, ...], datetime]
STEADY = settings(max_examples=100)


@STEADY
@given(questions())
def test_it_is_refused_exactly_when_a_rule_forbids_it(question: Question) -> None:
    facts, packs, now = question
    assert facts.window is not None
    decision = decide(facts, BOOKS[packs], now)
    assert decision.is_refused == is_forbidden(facts, packs, now, facts.window.start)


@STEADY
@given(questions())
def test_the_next_lawful_instant_is_the_earliest_that_nothing_forbids(question: Question) -> None:
    facts, packs, now = question
    assert facts.window is not None
    asked = facts.window.start
    found = decide(facts, BOOKS[packs], now).next_lawful_at

    if found is None:
        for step in range(120):
            assert is_forbidden(facts, packs, now, asked + step * timedelta(hours=7, minutes=13))
        return
    assert found >= asked
    assert not is_forbidden(facts, packs, now, found)
    assert not decide(moved(facts, found), BOOKS[packs], now).is_refused
    before = [found - SECOND, *(found - step * MINUTE for step in range(1, 90))]
    coarse = [asked + step * (found - asked) / 100 for step in range(100)]
    for start in before + [one.replace(second=0, microsecond=0) for one in coarse]:
        if asked <= start < found:
            assert is_forbidden(facts, packs, now, start)


@STEADY
@given(questions())
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
        if first > since:
            assert is_forbidden(facts, packs, now, first - SECOND)
        if last < until:
            assert is_forbidden(facts, packs, now, last + SECOND)
    for step in range(0, 2 * 24 * 60, 97):
        start = since + step * MINUTE
        is_inside = any(first <= start <= last for first, last in windows)
        assert is_inside != is_forbidden(facts, packs, now, start)


TIGHTER = [
    RuleSetting("CN-HOUR-1", (("20:30", "09:15"),)),
    RuleSetting("CN-HOUR-1", (("22:00", "08:00"), ("12:00", "14:00"))),
    RuleSetting("CN-NOTICE-1", 49),
    RuleSetting("CN-FREQ-3", (1, 12)),
    RuleSetting("CN-STAFF-1", verdict=Verdict.REFUSE),
    RuleSetting("CN-DISP-1", ("dispute", "hardship")),
]


@STEADY
@given(questions(), st.sampled_from(TIGHTER))
def test_tightening_never_allows_more(question: Question, setting: RuleSetting) -> None:
    facts, _, now = question
    free, tight = BOOKS["cn",], book("cn", rules=(setting,))
    before, after = decide(facts, free, now), decide(facts, tight, now)

    assert after.verdict.severity >= before.verdict.severity
    if before.next_lawful_at is None:
        assert after.next_lawful_at is None
    elif after.next_lawful_at is not None:
        assert after.next_lawful_at >= before.next_lawful_at


# 1900 to 2998, about as far as facts may reach.
INSTANTS = st.integers(-2_208_900_000, 32_440_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@STEADY
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
