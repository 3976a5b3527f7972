"""Windows, breathing space, complaints and retention: the day before, the day, and the day after."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from field_visits.compliance.clocks import clocks_of
from field_visits.compliance.clocks.clock import Alarm, ClockState, Note, Title, What, Why
from field_visits.compliance.clocks.facts import (
    Freeze,
    Moratorium,
    MoratoriumKind,
    Objection,
)
from tests.unit.field_visits.compliance.clocks.cases import TERM, at, clock, event, facts

RUNNING, SATISFIED, RUN_OUT, CLOSED, PAUSED = (
    ClockState.RUNNING,
    ClockState.SATISFIED,
    ClockState.RUN_OUT,
    ClockState.CLOSED,
    ClockState.PAUSED,
)


@pytest.mark.parametrize(
    ("day", "state", "alarm"),
    [
        ("2026-01-09", RUNNING, Alarm.URGENT),
        ("2026-01-10", RUNNING, Alarm.URGENT),
        ("2026-01-11", RUN_OUT, Alarm.PASSED),
    ],
)
def test_the_validation_notice_is_due_in_five_days(day: str, state: ClockState, alarm: Alarm) -> None:
    found = clock(Title.VALIDATION_NOTICE, facts("US", initial_communications=(event("2026-01-05"),)), day)

    assert (found.state, found.due, found.alarm) == (state, date(2026, 1, 10), alarm)


@pytest.mark.parametrize(("sent", "state"), [("2026-01-10", SATISFIED), ("2026-01-11", RUN_OUT)])
def test_a_notice_counts_if_it_went_out_in_time(sent: str, state: ClockState) -> None:
    told = facts("US", initial_communications=(event("2026-01-05"),), validation_sent=(event(sent, 2),))

    assert clock(Title.VALIDATION_NOTICE, told, "2026-02-01").state is state


def test_a_notice_that_never_went_out_is_missing_once_its_days_are_over() -> None:
    told = facts("US", initial_communications=(event("2026-01-05"),))

    states = [clock(Title.VALIDATION_NOTICE, told, day).state for day in ("2026-01-10", "2026-01-11")]

    assert states == [RUNNING, RUN_OUT]


@pytest.mark.parametrize(
    ("day", "state"), [("2026-03-04", RUNNING), ("2026-03-05", RUNNING), ("2026-03-06", CLOSED)]
)
def test_the_dispute_window_is_thirty_days_from_receipt(day: str, state: ClockState) -> None:
    told = facts(
        "US", validation_sent=(event("2026-01-30", 1),), validation_received=(event("2026-02-03", 2),)
    )

    found = clock(Title.DISPUTE_WINDOW, told, day)

    assert (found.state, found.due) == (state, date(2026, 3, 5))


def test_an_assumed_receipt_skips_weekends_and_says_so() -> None:
    found = clock(Title.DISPUTE_WINDOW, facts("US", validation_sent=(event("2026-01-05"),)), "2026-01-06")

    assert (found.steps[0].what, found.since) == (What.NOTICE_ASSUMED_RECEIVED, date(2026, 1, 14))
    assert Note.ASSUMED_RECEIPT in found.notes


def test_a_dispute_pauses_until_verification_is_sent() -> None:
    told = facts("US", validation_received=(event("2026-02-03"),), disputes=(event("2026-02-10", 2),))
    verified = replace(told, verifications=(event("2026-02-20", 3),))

    states = [
        clock(Title.DISPUTE_WINDOW, one, day).state
        for one, day in (
            (told, "2026-04-01"),
            (verified, "2026-02-19"),
            (verified, "2026-02-21"),
            (verified, "2026-04-01"),
        )
    ]

    assert states == [PAUSED, PAUSED, RUNNING, CLOSED]


def test_a_dispute_after_the_window_pauses_nothing() -> None:
    told = facts("US", validation_received=(event("2026-02-03"),), disputes=(event("2026-03-06", 2),))

    found = clock(Title.DISPUTE_WINDOW, told, "2026-03-07")

    assert (found.state, found.steps[1].why_not) == (CLOSED, Why.TOO_LATE)


def moratorium(day: str, kind: MoratoriumKind = MoratoriumKind.STANDARD, no: int = 1) -> Moratorium:
    return Moratorium(UUID(int=no), at(day), kind)


@pytest.mark.parametrize(
    ("day", "state"), [("2026-03-01", RUNNING), ("2026-03-02", RUNNING), ("2026-03-03", CLOSED)]
)
def test_breathing_space_lasts_sixty_days(day: str, state: ClockState) -> None:
    found = clock(Title.BREATHING_SPACE, facts("UK", moratoria=(moratorium("2026-01-01"),)), day)

    assert (found.state, found.due) == (state, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("day", "state"), [("2026-05-30", RUNNING), ("2026-05-31", RUNNING), ("2026-06-01", CLOSED)]
)
def test_a_crisis_lasts_thirty_days_beyond_the_treatment(day: str, state: ClockState) -> None:
    begun = moratorium("2026-01-01", MoratoriumKind.CRISIS)
    healed = replace(begun, treatment_ended=event("2026-05-01", 2))

    assert clock(Title.BREATHING_SPACE, facts("GB", moratoria=(healed,)), day).state is state
    assert clock(Title.BREATHING_SPACE, facts("GB", moratoria=(begun,)), day).due is None


@pytest.mark.parametrize(("again", "pointed_out"), [("2027-03-02", True), ("2027-03-03", False)])
def test_a_second_standard_breathing_space_within_a_year_is_pointed_out_and_protects(
    again: str,
    pointed_out: bool,
) -> None:
    told = facts("UK", moratoria=(moratorium("2026-01-01"), moratorium(again, no=2)))

    found = clock(Title.BREATHING_SPACE, told, again)

    assert (Note.AGAIN_WITHIN_A_YEAR in found.notes) is pointed_out
    assert found.state is RUNNING


@pytest.mark.parametrize(
    ("day", "state"), [("2026-01-15", RUNNING), ("2026-01-16", RUNNING), ("2026-01-17", RUN_OUT)]
)
def test_a_complaint_is_answered_in_fifteen_days(day: str, state: ClockState) -> None:
    told = facts("CN", objections=(Objection(UUID(int=1), at("2026-01-01"), TERM),))

    assert clock(Title.COMPLAINT, told, day).state is state


def test_a_complex_one_has_thirty_days_and_thirty_more_with_approval() -> None:
    plain = Objection(UUID(int=1), at("2026-01-01"), TERM)
    complex_one = replace(plain, complex_since=event("2026-01-10", 2))
    extended = replace(complex_one, extended=event("2026-01-20", 3))
    answered = replace(extended, answered=event("2026-03-03", 4))

    dues = [
        clock(Title.COMPLAINT, facts("CN", objections=(one,)), "2026-03-04").due
        for one in (plain, complex_one, extended)
    ]
    found = clock(Title.COMPLAINT, facts("CN", objections=(answered,)), "2026-03-04")

    assert dues == [date(2026, 1, 16), date(2026, 1, 31), date(2026, 3, 2)]
    assert (found.state, found.alarm) == (CLOSED, Alarm.NONE)


@pytest.mark.parametrize(
    ("where", "due"),
    [(("CN",), date(2026, 2, 28)), (("US",), date(2027, 2, 28)), (("CN", "US"), date(2027, 2, 28))],
)
def test_records_are_kept_for_the_longest_term(where: tuple[str, ...], due: date) -> None:
    told = facts(*where, activity=(event("2023-05-05", 1), event("2024-02-29", 2)))

    states = [
        clock(Title.RETENTION, told, day).state
        for day in (f"{due.year}-02-27", f"{due.year}-02-28", f"{due.year}-03-01")
    ]

    assert clock(Title.RETENTION, told, "2024-03-01").due == due
    assert states == [RUNNING, SATISFIED, SATISFIED]


def test_a_hold_and_an_unsettled_oral_plan_keep_records() -> None:
    held = facts("CN", activity=(event("2020-01-01"),), freezes=(Freeze(UUID(int=2), at("2021-01-01")),))
    lifted = replace(held, freezes=(replace(held.freezes[0], lifted=event("2022-01-01", 3)),))
    oral = facts("CN", activity=(event("2020-01-01"),), oral_plans=(event("2020-01-01", 4),))
    settled = replace(oral, settled=(event("2021-01-01", 5),))

    states = [clock(Title.RETENTION, one, "2025-01-01").state for one in (held, lifted, oral, settled)]

    assert states == [PAUSED, SATISFIED, PAUSED, SATISFIED]


def test_only_the_clocks_of_the_case_s_laws_speak() -> None:
    titles = {
        where: {one.title for one in clocks_of(facts(where), at("2026-01-01"))}
        for where in ("CN", "US-MA", "UK")
    }

    assert titles["CN"] == {Title.LIMITATION, Title.EFFECTIVE_COLLECTION, Title.RETENTION}
    assert titles["US-MA"] == {Title.VALIDATION_NOTICE, Title.DISPUTE_WINDOW, Title.RETENTION}
    assert titles["UK"] == {Title.BREATHING_SPACE, Title.RETENTION}
