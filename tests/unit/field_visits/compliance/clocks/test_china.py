"""Limitation and effective collection: each boundary on the day before, the day, and the day after."""

from datetime import UTC, date, datetime

import pytest

from field_visits.compliance.clocks import clocks_of
from field_visits.compliance.clocks.clock import Alarm, ClockState, Note, Title, Why
from field_visits.compliance.clocks.facts import ActKind, Grade, Recipient
from tests.unit.field_visits.compliance.clocks.cases import act, at, clock, demand, event, facts

DUE = date(2023, 3, 10)


@pytest.mark.parametrize(
    ("day", "state", "alarm"),
    [
        ("2023-03-10", ClockState.NOT_STARTED, Alarm.NONE),
        ("2023-03-11", ClockState.RUNNING, Alarm.NONE),
        ("2025-12-09", ClockState.RUNNING, Alarm.NONE),
        ("2025-12-10", ClockState.RUNNING, Alarm.SOON),
        ("2026-02-07", ClockState.RUNNING, Alarm.SOON),
        ("2026-02-08", ClockState.RUNNING, Alarm.URGENT),
        ("2026-03-09", ClockState.RUNNING, Alarm.URGENT),
        ("2026-03-10", ClockState.RUNNING, Alarm.URGENT),
        ("2026-03-11", ClockState.RUN_OUT, Alarm.PASSED),
    ],
)
def test_limitation_ends_with_the_same_day_three_years_on(day: str, state: ClockState, alarm: Alarm) -> None:
    found = clock(Title.LIMITATION, facts("CN", due_on=DUE), day)

    assert (found.state, found.due, found.alarm) == (state, date(2026, 3, 10), alarm)


@pytest.mark.parametrize(
    ("due", "last"), [(date(2024, 2, 29), date(2027, 2, 28)), (date(2021, 2, 28), date(2024, 2, 28))]
)
def test_a_leap_day_ends_on_the_last_day_of_february(due: date, last: date) -> None:
    assert clock(Title.LIMITATION, facts("CN", due_on=due), "2025-01-01").due == last


def test_a_day_is_that_of_china() -> None:
    late = datetime(2026, 3, 10, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    next_day = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)

    states = [clocks_of(facts("CN", due_on=DUE), one)[0].state for one in (late, next_day)]

    assert states == [ClockState.RUNNING, ClockState.RUN_OUT]


@pytest.mark.parametrize(
    ("day", "due", "why"),
    [
        ("2023-03-10", date(2026, 3, 10), Why.BEFORE_DUE),
        ("2023-03-11", date(2026, 3, 11), None),
        ("2026-03-10", date(2029, 3, 10), None),
        ("2026-03-11", date(2026, 3, 10), Why.AFTER_EXPIRY),
    ],
)
def test_a_demand_counts_after_the_due_date_and_up_to_the_last_day(
    day: str, due: date, why: Why | None
) -> None:
    found = clock(Title.LIMITATION, facts("CN", due_on=DUE, demands=(demand(day),)), "2026-03-20")

    assert found.due == due
    assert found.steps[0].why_not is why
    assert (Note.SIGN_OFF_NEEDED in found.notes) is (why is Why.AFTER_EXPIRY)


@pytest.mark.parametrize(
    ("grade", "to", "why"),
    [
        (Grade.SIGNED, Recipient.SELF, None),
        (Grade.SEALED, Recipient.AUTHORISED, None),
        (Grade.FINGERPRINTED, Recipient.CO_RESIDENT_ADULT, None),
        (Grade.ARRIVAL_PROVED, Recipient.SELF, None),
        (Grade.SIGNED, Recipient.OTHER, Why.WRONG_RECIPIENT),
        (Grade.TO_RESERVED_CONTACT, Recipient.OTHER, None),
        (Grade.UNPROVED, Recipient.SELF, Why.UNPROVED),
    ],
)
def test_who_took_it_and_how_it_is_proved_decide(grade: Grade, to: Recipient, why: Why | None) -> None:
    told = facts("CN", due_on=DUE, demands=(demand("2024-01-01", grade=grade, to=to),))

    assert clock(Title.LIMITATION, told, "2024-02-01").steps[0].why_not is why


@pytest.mark.parametrize("kind", ActKind)
def test_conduct_towards_performing_begins_the_term_anew(kind: ActKind) -> None:
    found = clock(Title.LIMITATION, facts("CN", due_on=DUE, acts=(act("2025-05-05", kind),)), "2025-06-01")

    assert (found.state, found.due) == (ClockState.INTERRUPTED, date(2028, 5, 5))


def test_without_a_due_date_nothing_is_guessed() -> None:
    bare = clock(Title.LIMITATION, facts("CN"), "2025-01-01")
    demanded = clock(Title.LIMITATION, facts("CN", demands=(demand("2024-01-01"),)), "2025-01-01")

    assert (bare.state, bare.due) == (ClockState.NOT_RECORDED, None)
    assert (demanded.state, demanded.due) == (ClockState.INTERRUPTED, date(2027, 1, 1))
    assert Note.DUE_DATE_NOT_RECORDED in demanded.notes


def test_a_settled_debt_has_no_limitation_to_watch() -> None:
    found = clock(Title.LIMITATION, facts("CN", due_on=DUE, settled=(event("2024-01-01"),)), "2030-01-01")

    assert (found.state, found.alarm) == (ClockState.CLOSED, Alarm.NONE)


@pytest.mark.parametrize(
    ("second", "state", "due"),
    [
        ("2024-01-30", ClockState.RUNNING, date(2024, 1, 31)),
        ("2024-01-31", ClockState.SATISFIED, date(2024, 1, 31)),
        ("2024-02-01", ClockState.SATISFIED, date(2024, 2, 1)),
    ],
)
def test_two_demands_lie_thirty_days_apart(second: str, state: ClockState, due: date) -> None:
    told = facts("CN", due_on=DUE, demands=(demand("2024-01-01", 1), demand(second, 2)))

    found = clock(Title.EFFECTIVE_COLLECTION, told, "2024-06-01")

    assert (found.state, found.due) == (state, due)
    assert (found.steps[1].why_not is Why.TOO_SOON) is (state is ClockState.RUNNING)
    assert Note.FORM_OF_PROOF in found.notes


def test_what_is_missing_is_named() -> None:
    none = clock(Title.EFFECTIVE_COLLECTION, facts("CN", due_on=DUE), "2024-01-01")
    one = clock(
        Title.EFFECTIVE_COLLECTION, facts("CN", overdue_by=DUE, demands=(demand("2024-01-01"),)), "2024-01-05"
    )

    assert Note.FIRST_DEMAND_MISSING in none.notes
    assert {Note.SECOND_DEMAND_MISSING, Note.OVERDUE_BY_PLACEMENT} <= set(one.notes)


def test_a_message_whose_receipt_nobody_confirmed_is_no_effective_collection() -> None:
    told = facts("CN", due_on=DUE, demands=(demand("2024-01-01", grade=Grade.TO_RESERVED_CONTACT),))

    assert clock(Title.EFFECTIVE_COLLECTION, told, "2024-02-01").steps[0].why_not is Why.RECEIPT_NOT_CONFIRMED


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2024-04-29", ClockState.RUNNING),
        ("2024-04-30", ClockState.RUNNING),
        ("2024-05-01", ClockState.SATISFIED),
    ],
)
def test_three_months_after_the_second_demand_are_told(day: str, state: ClockState) -> None:
    told = facts("CN", due_on=DUE, demands=(demand("2023-12-01", 1), demand("2024-01-30", 2)))

    assert clock(Title.ARREARS, told, day).state is state


def test_an_instant_without_an_offset_is_no_question() -> None:
    with pytest.raises(ValueError, match="offset"):
        clocks_of(facts("CN"), at("2024-01-01").replace(tzinfo=None))
