import pytest

from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action
from field_visits.compliance.kinds.staffing import Staffing
from field_visits.compliance.rules import FigureError
from field_visits.compliance.settings import RuleSetting
from field_visits.kernel.decision import Verdict
from tests.unit.field_visits.compliance.questions import at, book, visit

NOON = at("2026-11-24 12:00")


@pytest.mark.parametrize("crew_size", [None, 0, 1])
def test_fewer_than_two_collectors_are_warned_of(crew_size: int | None) -> None:
    decision = decide(visit(NOON, crew_size=crew_size), book("cn"), NOON)
    assert decision.verdict is Verdict.WARN
    assert [reason.rule_id for reason in decision.reasons] == ["CN-STAFF-1"]
    assert decision.next_lawful_at == NOON


def test_a_booking_has_no_crew_yet_and_is_not_asked() -> None:
    assert decide(visit(NOON, action=Action.BOOK, crew_size=None), book("cn"), NOON).reasons == ()


def test_an_organisation_may_make_the_warning_a_refusal_that_no_time_lifts() -> None:
    strict = book("cn", rules=(RuleSetting("CN-STAFF-1", verdict=Verdict.REFUSE),))
    decision = decide(visit(NOON, crew_size=1), strict, NOON)
    assert decision.is_refused
    assert decision.next_lawful_at is None


@pytest.mark.parametrize("figure", [0, 3, "2", True])
def test_a_figure_that_is_no_crew_is_refused(figure: object) -> None:
    with pytest.raises(FigureError, match="collectors"):
        Staffing.read(figure, {})


def test_a_smaller_crew_is_looser() -> None:
    base = Staffing.read(2, {})
    assert base.refigured(1).is_looser_than(base)
    assert not base.refigured(2).is_looser_than(base)
