from datetime import timedelta

import pytest

from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action, Consent, ConsentKind, NoticeFact
from field_visits.compliance.kinds.notice import NoticeLead
from field_visits.compliance.rules import FigureError
from tests.unit.field_visits.compliance.questions import NEW_YORK, at, book, visit

NOON = at("2026-11-24 12:00")
DAY = timedelta(days=1)


def test_a_booking_leaves_time_to_send_the_notice() -> None:
    facts = visit(NOON + timedelta(hours=3), action=Action.BOOK, notice=None)
    decision = decide(facts, book("cn"), NOON)
    assert [reason.rule_id for reason in decision.reasons] == ["CN-NOTICE-1"]
    assert decision.next_lawful_at == NOON + DAY
    assert not decide(visit(NOON + DAY, action=Action.BOOK, notice=None), book("cn"), NOON).is_refused


def test_the_lead_runs_from_the_sending_of_the_notice() -> None:
    sent = NoticeFact(sent_at=at("2026-11-23 15:00:00.5"))
    decision = decide(visit(NOON, notice=sent), book("cn"), NOON)
    assert decision.next_lawful_at == at("2026-11-24 15:00:01")


@pytest.mark.parametrize("action", [Action.DEPART, Action.ARRIVE])
def test_a_visit_of_which_no_notice_was_sent_does_not_begin_and_time_does_not_mend_it(action: Action) -> None:
    decision = decide(visit(NOON, action=action, notice=None), book("cn"), NOON)
    assert decision.is_refused
    assert decision.next_lawful_at is None


def test_the_customers_consent_lifts_a_short_notice() -> None:
    consents = (Consent(ConsentKind.SHORT_NOTICE, "entry 9", NOON, NOON + timedelta(hours=1)),)
    facts = visit(NOON, 60, notice=None, consents=consents)
    decision = decide(facts, book("cn"), NOON)
    assert not decision.is_refused
    assert "entry 9" in decision.reasons[0].detail
    assert decide(visit(NOON, 61, notice=None, consents=consents), book("cn"), NOON).is_refused


def test_consent_without_end_lifts_for_good() -> None:
    consents = (Consent(ConsentKind.SHORT_NOTICE, "entry 9"),)
    later = NOON + timedelta(days=400)
    assert not decide(visit(later, notice=None, consents=consents), book("cn"), NOON).is_refused


def test_federal_law_has_no_lead_so_the_united_states_have_a_house_default() -> None:
    noon = at("2026-11-24 12:00", NEW_YORK)
    facts = visit(noon, action=Action.BOOK, notice=None, zones=(NEW_YORK,))
    (reason,) = decide(facts, book("us"), noon).reasons
    assert reason.rule_id == "US-NOTICE-1"
    assert "house default" in reason.source


@pytest.mark.parametrize("figure", [-1, 2161, "24", 1.5, True])
def test_a_figure_that_is_no_number_of_hours_is_refused(figure: object) -> None:
    with pytest.raises(FigureError, match="hours"):
        NoticeLead.read(figure, {})


def test_a_shorter_lead_is_looser() -> None:
    base = NoticeLead.read(24, {})
    assert base.refigured(23).is_looser_than(base)
    assert not base.refigured(48).is_looser_than(base)
