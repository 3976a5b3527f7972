from datetime import timedelta

import pytest

from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action, ActiveHold, Channel, HoldKind
from field_visits.compliance.kinds.holds import Holds
from field_visits.compliance.rules import FigureError
from tests.unit.field_visits.compliance.questions import NEW_YORK, SHANGHAI, at, book, visit

NOON = at("2026-11-24 12:00")
ZONES = {"cn": (SHANGHAI,), "us": (NEW_YORK,)}
DAYTIME = {"cn": NOON, "us": at("2026-11-24 12:00", NEW_YORK)}


@pytest.mark.parametrize("kind", HoldKind)
@pytest.mark.parametrize("pack", ["cn", "us"])
def test_every_kind_of_hold_stops_a_visit_until_a_person_lifts_it(pack: str, kind: HoldKind) -> None:
    start = DAYTIME[pack]
    facts = visit(start, zones=ZONES[pack], holds=(ActiveHold(kind, start - timedelta(days=1)),))

    decision = decide(facts, book(pack), start)

    assert decision.is_refused
    assert decision.next_lawful_at is None
    assert "a person has to lift it" in decision.reasons[0].detail


@pytest.mark.parametrize(
    "channel", [Channel.VISIT, Channel.CALL, Channel.MESSAGE, Channel.EMAIL, Channel.LETTER]
)
@pytest.mark.parametrize("kind", [HoldKind.VULNERABLE, HoldKind.MINOR])
@pytest.mark.parametrize("pack", ["cn", "us"])
def test_vulnerable_people_and_minors_are_left_alone_on_every_channel(
    pack: str, kind: HoldKind, channel: Channel
) -> None:
    start = DAYTIME[pack]
    facts = visit(
        start, action=Action.CONTACT, channel=channel, zones=ZONES[pack], holds=(ActiveHold(kind, start),)
    )
    assert decide(facts, book(pack), start).is_refused


def test_a_hold_with_an_end_gives_way_at_that_very_second() -> None:
    hold = ActiveHold(HoldKind.DISPUTE, NOON - timedelta(days=1), at("2026-11-24 15:17:33.2"))
    decision = decide(visit(NOON, holds=(hold,)), book("cn"), NOON)
    assert decision.next_lawful_at == at("2026-11-24 15:17:34")


def test_a_visit_may_end_where_a_coming_hold_begins() -> None:
    hold = ActiveHold(HoldKind.DISPUTE, NOON + timedelta(minutes=30), NOON + timedelta(hours=2))
    assert not decide(visit(NOON, 30, holds=(hold,)), book("cn"), NOON).is_refused
    late = decide(visit(NOON, 31, holds=(hold,)), book("cn"), NOON)
    assert late.next_lawful_at == NOON + timedelta(hours=2)


def test_a_hold_that_came_up_at_the_door_is_no_breach_of_the_outcome() -> None:
    hold = ActiveHold(HoldKind.DISPUTE, NOON + timedelta(minutes=10))
    outcome = visit(NOON, 30, action=Action.OUTCOME, holds=(hold,))
    assert not decide(outcome, book("cn"), NOON).is_refused
    before = visit(NOON, 30, action=Action.OUTCOME, holds=(ActiveHold(HoldKind.DISPUTE, NOON),))
    assert decide(before, book("cn"), NOON).is_refused


@pytest.mark.parametrize("kind", [HoldKind.HARDSHIP, HoldKind.PLAN_RUNNING])
def test_hardship_and_a_running_plan_leave_room_for_a_plan_that_helps(kind: HoldKind) -> None:
    holds = (ActiveHold(kind, NOON),)
    facts = visit(NOON, action=Action.NOTIFY, holds=holds)
    assert decide(facts, book("cn"), NOON).is_refused
    offer = visit(NOON, action=Action.OFFER, holds=holds)
    assert "hold" not in " ".join(reason.figure for reason in decide(offer, book("cn"), NOON).reasons)


def test_a_hold_of_no_length_binds_nothing() -> None:
    assert not decide(
        visit(NOON, holds=(ActiveHold(HoldKind.MINOR, NOON, NOON),)), book("cn"), NOON
    ).is_refused


def test_many_holds_are_told_shortly() -> None:
    holds = tuple(ActiveHold(HoldKind.DISPUTE, NOON - timedelta(days=days)) for days in range(1, 9))
    (reason,) = decide(visit(NOON, holds=holds), book("cn"), NOON).reasons
    assert reason.detail.count("A hold (dispute)") == 3


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ([], "list of kinds"),
        ("dispute", "list of kinds"),
        (["boredom"], "no kind"),
        ([["fraud"]], "no kind"),
        (["fraud", "fraud"], "twice"),
    ],
)
def test_a_figure_that_is_no_hold_is_refused(figure: object, message: str) -> None:
    with pytest.raises(FigureError, match=message):
        Holds.read(figure, {})


def test_holds_are_looser_when_a_kind_is_missing() -> None:
    base = Holds.read(["dispute", "fraud"], {})
    assert base.refigured(["fraud"]).is_looser_than(base)
    assert not base.refigured(["dispute", "fraud", "minor"]).is_looser_than(base)
