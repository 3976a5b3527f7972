import pytest

from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action, Channel, Facts, Terms
from field_visits.compliance.kinds.limits import Limit
from field_visits.compliance.rules import FigureError
from field_visits.compliance.settings import RuleSetting
from tests.unit.field_visits.compliance.questions import SHANGHAI, at, book

NOON = at("2026-11-24 12:00")


def terms(months: int | None) -> Facts:
    return Facts(
        action=Action.OFFER, channel=Channel.ONLINE, zones=(SHANGHAI,), terms=Terms(plan_months=months)
    )


@pytest.mark.parametrize(("months", "is_refused"), [(1, False), (60, False), (61, True), (None, True)])
def test_a_plan_in_china_runs_sixty_months_at_most(months: int | None, is_refused: bool) -> None:
    decision = decide(terms(months), book("cn"), NOON)
    assert decision.is_refused is is_refused
    assert [reason.rule_id for reason in decision.reasons] == ["CN-PLAN-2"] * is_refused
    assert decision.next_lawful_at == (None if is_refused else NOON)


def test_the_book_tells_the_limit_that_binds() -> None:
    assert book("cn").limit("plan_months") == 60
    assert book("cn", "us").limit("plan_months", ("CN",)) == 60
    assert book("cn", "us").limit("plan_months", ("US-MA",)) is None
    assert book("us").limit("plan_months") is None
    assert book("cn", rules=(RuleSetting("CN-PLAN-2", 36),)).limit("plan_months") == 36


@pytest.mark.parametrize("figure", [0, "60", True, 10**9 + 1])
def test_a_figure_that_is_no_limit_is_refused(figure: object) -> None:
    with pytest.raises(FigureError, match="whole number"):
        Limit.read(figure, {"measure": "plan_months"})


def test_only_terms_that_exist_are_limited() -> None:
    with pytest.raises(FigureError, match="plan_months"):
        Limit.read(60, {"measure": "interest"})


def test_a_longer_plan_is_looser() -> None:
    base = Limit.read(60, {"measure": "plan_months"})
    assert base.refigured(61).is_looser_than(base)
    assert not base.refigured(12).is_looser_than(base)
