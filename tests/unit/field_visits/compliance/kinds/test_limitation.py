"""An expired debt needs legal: from which instant, and whose approval counts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action, Channel, Facts, Limitation, Terms
from field_visits.compliance.kinds.limitation import LimitationEnd
from field_visits.compliance.rules import FigureError
from field_visits.compliance.settings import RuleSetting
from tests.unit.field_visits.compliance.questions import DAY, SHANGHAI, at, book

LATER = DAY + timedelta(days=15)
NOON = at(f"{LATER} 12:00")
DAYS = timedelta(days=1)


def offer(ends_at: datetime | None, approved_at: datetime | None = None) -> Facts:
    return Facts(
        action=Action.OFFER,
        channel=Channel.VISIT,
        zones=(SHANGHAI,),
        terms=Terms(plan_months=6),
        limitation=None if ends_at is None else Limitation(ends_at, approved_at),
    )


@pytest.mark.parametrize(
    ("facts", "is_refused"),
    [
        (offer(None), False),
        (offer(NOON), True),
        (offer(NOON + timedelta(seconds=1)), False),
        (offer(NOON - DAYS, NOON), False),
        (offer(NOON - DAYS, NOON - 2 * DAYS), True),
    ],
)
def test_legal_is_asked_from_the_end_of_limitation_on(facts: Facts, is_refused: bool) -> None:
    decision = decide(facts, book("cn", on=LATER), NOON)
    assert decision.is_refused is is_refused
    assert [reason.rule_id for reason in decision.reasons] == ["CN-LIM-6"] * is_refused


def test_a_house_may_ask_legal_sooner_and_an_approval_of_then_counts() -> None:
    sooner = book("cn", rules=(RuleSetting("CN-LIM-6", 30),), on=LATER)
    soon = offer(NOON + 10 * DAYS)
    assert decide(soon, sooner, NOON).is_refused
    assert not decide(replace(soon, limitation=Limitation(NOON + 10 * DAYS, NOON)), sooner, NOON).is_refused


def test_a_call_acknowledges_nothing() -> None:
    call = replace(offer(NOON), action=Action.CONTACT, channel=Channel.CALL)
    assert not decide(call, book("cn", on=LATER), NOON).is_refused


def test_asking_later_is_looser() -> None:
    base = LimitationEnd.read(10, {})
    assert base.refigured(9).is_looser_than(base)
    assert not base.refigured(30).is_looser_than(base)


@pytest.mark.parametrize("figure", [-1, 367, True, "0"])
def test_a_figure_that_is_no_number_of_days_is_refused(figure: object) -> None:
    with pytest.raises(FigureError, match="0 to 366"):
        LimitationEnd.read(figure, {})
