from datetime import datetime, timedelta

import pytest

from field_visits.compliance.decide import decide, lawful_windows
from field_visits.compliance.facts import Channel, Consent, ConsentKind, PastContact
from field_visits.compliance.kinds.frequency import Frequency
from field_visits.compliance.packs import RuleBook
from field_visits.compliance.rules import FigureError
from field_visits.compliance.settings import RuleSetting
from tests.unit.field_visits.compliance.questions import at, book, visit

NOON = at("2026-11-24 12:00")
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def visited(
    *ats: datetime, channel: Channel = Channel.VISIT, effective: bool = True
) -> tuple[PastContact, ...]:
    return tuple(PastContact(one, channel, effective) for one in ats)


def test_a_second_visit_within_seven_days_is_refused_until_the_week_is_over() -> None:
    facts = visit(NOON, contacts=visited(NOON - WEEK + timedelta(hours=1)))
    decision = decide(facts, book("cn"), NOON)
    assert [reason.rule_id for reason in decision.reasons] == ["CN-FREQ-3"]
    assert decision.next_lawful_at == NOON + timedelta(hours=1)


def test_a_visit_seven_days_later_to_the_second_is_lawful() -> None:
    assert not decide(visit(NOON, contacts=visited(NOON - WEEK)), book("cn"), NOON).is_refused
    assert decide(visit(NOON, contacts=visited(NOON - WEEK + SECOND)), book("cn"), NOON).is_refused


def test_an_appointment_promised_for_later_counts_too() -> None:
    contacts = visited(NOON + WEEK - SECOND)
    assert decide(visit(NOON, contacts=contacts), book("cn"), NOON).is_refused
    windows = lawful_windows(visit(NOON, contacts=contacts), book("cn"), NOON, NOON - SECOND, NOON)
    assert windows == ((NOON - SECOND, NOON - SECOND),)


def test_contacts_of_other_channels_do_not_count_but_nobody_home_does() -> None:
    calls = visited(NOON - SECOND, channel=Channel.CALL)
    assert not decide(visit(NOON, contacts=calls), book("cn"), NOON).is_refused
    missed = visited(NOON - SECOND, effective=False)
    assert decide(visit(NOON, contacts=missed), book("cn"), NOON).is_refused


def two_in_ten_days() -> RuleBook:
    return book("cn", rules=(RuleSetting("CN-FREQ-3", (2, 10)),))


@pytest.mark.parametrize(
    ("days", "is_refused"),
    [((-1,), False), ((-1, -2), True), ((-1, -11), False), ((-4, 5), True), ((-5, 5), False), ((1, 9), True)],
)
def test_two_in_ten_days_looks_at_every_stretch_of_ten_days(days: tuple[int, ...], is_refused: bool) -> None:
    contacts = visited(*(NOON + timedelta(days=day) for day in days))
    assert decide(visit(NOON, contacts=contacts), two_in_ten_days(), NOON).is_refused is is_refused


def test_written_consent_to_more_visits_lifts_it() -> None:
    facts = visit(
        NOON, contacts=visited(NOON - SECOND), consents=(Consent(ConsentKind.MORE_VISITS, "entry 3"),)
    )
    decision = decide(facts, book("cn"), NOON)
    assert not decision.is_refused
    assert "entry 3" in decision.reasons[0].detail


@pytest.mark.parametrize("figure", [1, [1], [0, 7], [1, 0], [1, 367], [1, "7"], [True, 7], [1, 7, 7]])
def test_a_figure_that_is_no_count_and_days_is_refused(figure: object) -> None:
    with pytest.raises(FigureError, match="count, days"):
        Frequency.read(figure, {})


def test_counts_is_all_or_effective() -> None:
    with pytest.raises(FigureError, match="counts"):
        Frequency.read([1, 7], {"counts": "some"})
    assert str(Frequency.read([1, 30], {"counts": "effective"})) == (
        "at most 1 in 30 days (those that reached somebody)"
    )


def test_more_contacts_or_fewer_days_are_looser() -> None:
    base = Frequency.read([2, 7], {})
    assert base.refigured([3, 7]).is_looser_than(base)
    assert base.refigured([1, 6]).is_looser_than(base)
    assert not base.refigured([1, 30]).is_looser_than(base)
