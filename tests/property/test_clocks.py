"""Whatever happened, in whatever order it is told: later events change no earlier answer, and oracles agree."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from field_visits.compliance.clocks import clocks_of
from field_visits.compliance.clocks.clock import Clock, ClockState, Title
from field_visits.compliance.clocks.facts import (
    Act,
    ActKind,
    AnswerTerm,
    ClockFacts,
    Dated,
    Demand,
    Freeze,
    Grade,
    Moratorium,
    MoratoriumKind,
    Objection,
    Recipient,
)

CHINA = ZoneInfo("Asia/Shanghai")
TERM = AnswerTerm("CN-COMP-1", "a text", "L", 15, 30, 30)
ids = st.uuids(version=4)
instants = st.datetimes(datetime(2018, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zoned
days = st.dates(date(2018, 1, 1), date(2026, 1, 1))
dated = st.builds(Dated, ids, instants)
later = st.none() | dated
demands = st.builds(Demand, ids, instants, st.sampled_from(Grade), st.sampled_from(Recipient))
acts = st.builds(Act, ids, instants, st.sampled_from(Grade), st.sampled_from(ActKind))


def some(kind: st.SearchStrategy[Dated]) -> st.SearchStrategy[tuple[Dated, ...]]:
    return st.lists(kind, max_size=5, unique_by=lambda one: one.evidence_id).map(tuple)


lives = st.builds(
    ClockFacts,
    jurisdictions=st.sampled_from([(), ("CN",), ("US",), ("UK",), ("CN", "US", "UK")]),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York"]),
    due_on=st.none() | days,
    overdue_by=st.none() | days,
    demands=some(demands),
    acts=some(acts),
    initial_communications=some(dated),
    validation_sent=some(dated),
    validation_received=some(dated),
    disputes=some(dated),
    verifications=some(dated),
    moratoria=some(st.builds(Moratorium, ids, instants, st.sampled_from(MoratoriumKind), later, later)),
    objections=some(st.builds(Objection, ids, instants, st.just(TERM), later, later, later)),
    oral_plans=some(dated),
    activity=some(dated),
    freezes=some(st.builds(Freeze, ids, instants, later)),
    settled=some(dated),
)


@given(lives, instants)
def test_what_happens_after_the_question_changes_no_answer(facts: ClockFacts, as_of: datetime) -> None:
    assert clocks_of(facts, as_of) == clocks_of(facts.until(as_of), as_of)


@given(lives, instants)
def test_the_order_in_which_events_are_told_does_not_matter(facts: ClockFacts, as_of: datetime) -> None:
    told = replace(
        facts,
        demands=facts.demands[::-1],
        acts=facts.acts[::-1],
        disputes=facts.disputes[::-1],
        validation_sent=facts.validation_sent[::-1],
        moratoria=facts.moratoria[::-1],
        objections=facts.objections[::-1],
        activity=facts.activity[::-1],
        settled=facts.settled[::-1],
    )

    assert clocks_of(told, as_of) == clocks_of(facts, as_of)


@given(lives, instants, instants, st.sampled_from(Recipient))
def test_an_unproved_demand_moves_nothing(
    facts: ClockFacts, as_of: datetime, at: datetime, to: Recipient
) -> None:
    more = replace(facts, demands=(*facts.demands, Demand(UUID(int=0), at, Grade.UNPROVED, to)))

    assert list(map(_standing, clocks_of(more, as_of))) == list(map(_standing, clocks_of(facts, as_of)))


def _standing(clock: Clock) -> tuple[object, ...]:
    return clock.id, clock.state, clock.since, clock.due, clock.notes, clock.days_left, clock.alarm


@given(days, some(demands), some(acts), instants)
def test_limitation_agrees_with_counting_day_by_day(
    due_on: date, demanded: tuple[Demand, ...], acted: tuple[Act, ...], as_of: datetime
) -> None:
    facts = ClockFacts(
        jurisdictions=("CN",), zone="Asia/Shanghai", due_on=due_on, demands=demanded, acts=acted
    )
    begins = {
        _day(one.at)
        for one in demanded
        if one.at <= as_of
        and one.grade is not Grade.UNPROVED
        and (one.grade is Grade.TO_RESERVED_CONTACT or one.recipient is not Recipient.OTHER)
    } | {_day(one.at) for one in acted if one.at <= as_of and one.grade is not Grade.UNPROVED}

    start, day, is_over = due_on, due_on, False
    while day <= max(_day(as_of), due_on) and not is_over:
        is_over = day > _anniversary(start)
        if not is_over and day > due_on and day in begins:
            start = day
        day += timedelta(days=1)
    [clock] = [one for one in clocks_of(facts, as_of) if one.title is Title.LIMITATION]

    assert clock.due == _anniversary(start)
    assert (clock.state is ClockState.RUN_OUT) is is_over


@given(days, some(demands), instants)
def test_effective_collection_agrees_with_trying_every_pair(
    due_on: date, demanded: tuple[Demand, ...], as_of: datetime
) -> None:
    facts = ClockFacts(jurisdictions=("CN",), zone="Asia/Shanghai", due_on=due_on, demands=demanded)
    provable = [
        _day(one.at)
        for one in demanded
        if one.at <= as_of
        and one.grade not in {Grade.UNPROVED, Grade.TO_RESERVED_CONTACT}
        and one.recipient is not Recipient.OTHER
        and _day(one.at) > due_on
    ]
    pairs = [b for a in provable for b in provable if (b - a).days >= 30]
    [clock] = [one for one in clocks_of(facts, as_of) if one.title is Title.EFFECTIVE_COLLECTION]

    assert (clock.state is ClockState.SATISFIED) is bool(pairs)
    if pairs:
        assert clock.due == min(pairs)


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def _anniversary(day: date) -> date:
    try:
        return day.replace(year=day.year + 3)
    except ValueError:
        return date(day.year + 3, 2, 28)
