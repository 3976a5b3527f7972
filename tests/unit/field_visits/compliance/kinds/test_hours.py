"""Hours: both ends, both kinds of «after», clock changes, several zones, consents."""

from datetime import datetime, timedelta

import pytest

from field_visits.compliance.decide import decide, lawful_windows
from field_visits.compliance.facts import Action, Channel, Consent, ConsentKind, Facts
from field_visits.compliance.kinds.hours import Hours
from field_visits.compliance.rules import FigureError
from field_visits.kernel.decision import Verdict
from tests.unit.field_visits.compliance.questions import NEW_YORK, SHANGHAI, URUMQI, at, book, visit

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("start", "minutes", "is_refused"),
    [
        ("2026-11-24 07:59:59", 30, True),
        ("2026-11-24 08:00", 30, False),
        ("2026-11-24 21:30", 30, False),
        ("2026-11-24 21:30:01", 30, True),
        ("2026-11-24 21:59:59", 0, False),
        ("2026-11-24 22:00", 0, True),
        ("2026-11-24 23:59", 2, True),
        ("2026-11-24 02:00", 30, True),
    ],
)
def test_china_blocks_22_to_08_and_a_visit_may_end_at_22_sharp(
    start: str, minutes: int, is_refused: bool
) -> None:
    begin = at(start)
    decision = decide(visit(begin, minutes), book("cn"), begin)
    assert decision.is_refused is is_refused
    assert [reason.rule_id for reason in decision.reasons] == ["CN-HOUR-1"] * is_refused


@pytest.mark.parametrize(
    ("start", "minutes", "is_refused"),
    [
        ("2026-11-24 08:00", 30, True),
        ("2026-11-24 08:00:00.999999", 30, True),
        ("2026-11-24 08:00:01", 30, False),
        ("2026-11-24 20:30", 30, False),
        ("2026-11-24 20:30:00.5", 30, True),
        ("2026-11-24 20:59:59", 0, False),
        ("2026-11-24 21:00", 0, True),
    ],
)
def test_the_united_states_say_after_8_and_before_21(start: str, minutes: int, is_refused: bool) -> None:
    begin = at(start, NEW_YORK)
    decision = decide(visit(begin, minutes, zones=(NEW_YORK,)), book("us"), begin)
    assert decision.is_refused is is_refused


def test_the_next_lawful_instant_is_the_opening_of_the_next_day() -> None:
    start = at("2026-11-24 22:15")
    assert decide(visit(start), book("cn"), start).next_lawful_at == at("2026-11-25 08:00")
    start = at("2026-11-24 22:15", NEW_YORK)
    decision = decide(visit(start, zones=(NEW_YORK,)), book("us"), start)
    assert decision.next_lawful_at == at("2026-11-25 08:00:01", NEW_YORK)


@pytest.mark.parametrize(
    ("evening", "hours_until_open"),
    [("2026-03-07 21:00", 10), ("2026-10-31 21:00", 12), ("2026-11-01 21:00", 11)],
)
def test_a_night_with_a_clock_change_is_an_hour_shorter_or_longer(
    evening: str, hours_until_open: int
) -> None:
    start = at(evening, NEW_YORK)
    decision = decide(visit(start, zones=(NEW_YORK,)), book("us"), start)
    assert decision.next_lawful_at == start + timedelta(hours=hours_until_open, seconds=1)


def test_with_two_possible_zones_a_visit_is_lawful_in_both_or_refused() -> None:
    early = at("2026-11-24 09:00")
    late = at("2026-11-24 21:00", URUMQI)

    decision = decide(visit(early, zones=(SHANGHAI, URUMQI)), book("cn"), early)

    assert decision.is_refused
    assert decision.next_lawful_at == at("2026-11-24 08:00", URUMQI) == at("2026-11-24 10:00")
    (reason,) = decision.reasons
    assert "07:00-07:30 in Asia/Urumqi" in reason.detail
    assert "Shanghai" not in reason.detail
    assert decide(visit(late, zones=(SHANGHAI, URUMQI)), book("cn"), late).is_refused


def test_zones_that_never_share_a_lawful_time_leave_only_a_person() -> None:
    start = at("2026-11-24 12:00")
    facts = visit(start, 181, zones=(SHANGHAI, NEW_YORK))
    assert decide(facts, book("cn"), start).next_lawful_at is None


def test_a_visit_longer_than_any_lawful_day_is_never_lawful() -> None:
    start = at("2026-11-24 08:00")
    decision = decide(visit(start, 14 * 60 + 1), book("cn"), start)
    assert decision.is_refused
    assert decision.next_lawful_at is None
    assert "2026-11-24 08:00-22:01" in decision.reasons[0].detail
    assert not decide(visit(start, 14 * 60), book("cn"), start).is_refused


def test_a_visit_across_midnight_is_told_with_both_days() -> None:
    start = at("2026-11-24 23:30")
    (reason,) = decide(visit(start, 60), book("cn"), start).reasons
    assert reason.detail == "It would be 2026-11-24 23:30 to 2026-11-25 00:30 in Asia/Shanghai."


def test_one_instant_is_told_to_the_second() -> None:
    start = at("2026-11-24 23:30:05")
    facts = Facts(action=Action.CONTACT, channel=Channel.CALL, zones=(SHANGHAI,))
    (reason,) = decide(facts, book("cn"), start).reasons
    assert reason.detail == "It would be 2026-11-24 23:30:05 in Asia/Shanghai."


def odd_hours(since: datetime | None = None, until: datetime | None = None) -> Consent:
    return Consent(ConsentKind.ODD_HOURS, "entry 7", since, until)


def test_consent_to_odd_hours_lifts_the_rule_and_is_named_with_its_evidence() -> None:
    start = at("2026-11-24 22:15")
    decision = decide(visit(start, consents=(odd_hours(),)), book("cn"), start)
    assert decision.verdict is Verdict.ALLOW
    (reason,) = decision.reasons
    assert (reason.rule_id, reason.verdict) == ("CN-HOUR-1", Verdict.ALLOW)
    assert "entry 7" in reason.detail


def test_a_consent_that_is_not_needed_does_not_speak() -> None:
    start = at("2026-11-24 12:00")
    consents = (odd_hours(), odd_hours(at("2026-11-25 06:00"), at("2026-11-25 07:00")))
    assert decide(visit(start, consents=consents), book("cn"), start).reasons == ()


def test_consent_joins_the_lawful_day_so_that_a_visit_may_reach_into_both() -> None:
    consents = (odd_hours(at("2026-11-24 22:00"), at("2026-11-24 22:30")),)
    inside, beyond = at("2026-11-24 21:45"), at("2026-11-24 22:00:01")

    assert not decide(visit(inside, consents=consents), book("cn"), inside).is_refused
    refused = decide(visit(beyond, consents=consents), book("cn"), beyond)
    assert refused.is_refused
    assert refused.next_lawful_at == at("2026-11-25 08:00")


def test_the_next_lawful_instant_may_open_with_a_consent() -> None:
    start = at("2026-11-24 22:30")
    consents = (odd_hours(at("2026-11-25 06:00"), at("2026-11-25 09:00")),)
    decision = decide(visit(start, consents=consents), book("cn"), start)
    assert decision.next_lawful_at == at("2026-11-25 06:00")


def test_consent_for_ever_leaves_windows_without_end() -> None:
    since, until = at("2026-11-24 20:00"), at("2026-11-26 20:00")
    facts = visit(since, consents=(odd_hours(at("2026-11-24 23:00")),))
    assert lawful_windows(facts, book("cn"), since, since, until) == (
        (since, at("2026-11-24 21:30")),
        (at("2026-11-24 23:00"), until),
    )


def test_consent_to_something_else_lifts_nothing() -> None:
    start = at("2026-11-24 22:15")
    consents = (Consent(ConsentKind.SHORT_NOTICE, "entry 7"),)
    assert decide(visit(start, consents=consents), book("cn"), start).is_refused


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ([], "list of blocked"),
        ("22:00-08:00", "list of blocked"),
        ([["22:00"]], "pair"),
        (["22"], "pair"),
        ([["22:00", 8]], "written like"),
        ([["25:00", "08:00"]], "written like"),
        ([["08:00", "08:00"]], "empty"),
        ([["22:00", "08:00"], ["07:00", "09:00"]], "overlap"),
        ([["00:00", "24:00"]], "no lawful time"),
    ],
)
def test_a_figure_that_is_no_time_of_day_is_refused(figure: object, message: str) -> None:
    with pytest.raises(FigureError, match=message):
        Hours.read(figure, {})


@pytest.mark.parametrize("opens", ["past", 8, ["at"]])
def test_opens_is_at_or_after(opens: object) -> None:
    with pytest.raises(FigureError, match="opens"):
        Hours.read([["22:00", "08:00"]], {"opens": opens})


def test_blocked_times_within_the_day_and_up_to_midnight_are_read() -> None:
    hours = Hours.read([["12:00", "14:00"], ["22:00", "24:00"]], {"opens": "after"})
    assert hours.edges == (1, 43_200, 50_401, 79_200)


@pytest.mark.parametrize(
    ("figure", "is_looser"),
    [
        ([["22:00", "08:00"]], False),
        ([["21:00", "09:00"]], False),
        ([["22:00", "08:00"], ["12:00", "13:00"]], False),
        ([["22:01", "08:00"]], True),
        ([["20:00", "07:59"]], True),
    ],
)
def test_hours_are_looser_when_any_second_becomes_lawful(figure: object, is_looser: bool) -> None:
    base = Hours.read([["22:00", "08:00"]], {})
    assert base.refigured(figure).is_looser_than(base) is is_looser
