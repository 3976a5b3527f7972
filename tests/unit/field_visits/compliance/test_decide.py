"""What a decision says as a whole; single kinds of rule have their own files."""

from datetime import timedelta

import pytest

from field_visits.compliance.decide import decide, lawful_windows, verdicts
from field_visits.compliance.facts import Action, ActiveHold, Channel, Consent, ConsentKind, Facts, HoldKind
from field_visits.compliance.packs import RuleBook
from field_visits.kernel.decision import Verdict
from tests.unit.field_visits.compliance.questions import NEW_YORK, SHANGHAI, URUMQI, at, book, visit

NOON = at("2026-11-24 12:00")
NIGHT = at("2026-11-24 23:00")


def test_a_lawful_visit_is_allowed_and_its_own_start_is_the_next_lawful_instant() -> None:
    decision = decide(visit(NOON), book("cn"), NOON)
    assert decision.verdict is Verdict.ALLOW
    assert decision.reasons == ()
    assert decision.next_lawful_at == NOON
    assert decision.judged_at == NOON
    assert decision.packs == book("cn").names


def test_all_packs_speak_and_the_strictest_reasons_come_first() -> None:
    facts = visit(NIGHT, crew_size=1, holds=(ActiveHold(HoldKind.CEASE, NOON),))
    decision = decide(facts, book("cn", "us"), NIGHT)
    assert decision.verdict is Verdict.REFUSE
    assert [reason.rule_id for reason in decision.reasons] == [
        "CN-HOLD-5",
        "CN-HOUR-1",
        "US-CEASE-1",
        "US-HOUR-1",
        "CN-STAFF-1",
    ]
    assert all(reason.source and reason.figure and reason.detail for reason in decision.reasons)


def test_only_packs_of_the_named_jurisdictions_speak() -> None:
    start = at("2026-11-24 21:30", NEW_YORK)
    facts = visit(start, zones=(NEW_YORK,))
    both = book("cn", "us")
    assert decide(facts, both, start).is_refused

    in_china = visit(start, zones=(NEW_YORK,), jurisdictions=("CN",))
    assert not decide(in_china, both, start).is_refused
    in_massachusetts = visit(start, zones=(NEW_YORK,), jurisdictions=("US-MA",))
    assert [reason.rule_id for reason in decide(in_massachusetts, both, start).reasons] == ["US-HOUR-1"]


def test_a_law_without_a_chosen_pack_is_refused_and_only_a_person_can_lift_it() -> None:
    decision = decide(visit(NOON, jurisdictions=("CN", "UK")), book("cn"), NOON)
    assert [reason.rule_id for reason in decision.reasons] == ["DS-PACK-1"]
    assert "UK" in decision.reasons[0].detail
    assert decision.next_lawful_at is None


def test_no_pack_at_all_allows_nothing() -> None:
    assert decide(visit(NOON), RuleBook((), {}, ""), NOON).is_refused


def test_an_address_without_a_zone_is_refused() -> None:
    decision = decide(visit(NOON, zones=()), book("cn"), NOON)
    assert [reason.rule_id for reason in decision.reasons] == ["DS-ZONE-1"]
    assert decision.next_lawful_at is None


def test_an_unknown_zone_is_refused_by_name_and_the_others_still_speak() -> None:
    decision = decide(visit(NIGHT, zones=("Mars/Base", SHANGHAI)), book("cn"), NIGHT)
    assert [reason.rule_id for reason in decision.reasons] == ["DS-ZONE-2", "CN-HOUR-1"]
    assert "Mars/Base" in decision.reasons[0].detail
    assert decision.next_lawful_at is None
    assert lawful_windows(visit(NOON, zones=("Mars/Base",)), book("cn"), NOON, NOON, NIGHT) == ()


def test_a_customer_who_acts_online_needs_no_zone() -> None:
    facts = Facts(action=Action.SIGN, channel=Channel.ONLINE, zones=())
    assert "DS-ZONE-1" not in [reason.rule_id for reason in decide(facts, book("cn"), NIGHT).reasons]


def test_a_naive_now_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="aware"):
        decide(visit(NOON), book("cn"), NOON.replace(tzinfo=None))


def test_without_a_window_the_action_is_judged_now() -> None:
    facts = Facts(action=Action.CONTACT, channel=Channel.VISIT, zones=(SHANGHAI,))
    assert decide(facts, book("cn"), NIGHT).next_lawful_at == at("2026-11-25 08:00")


def test_the_next_lawful_instant_passes_several_rules_in_turn() -> None:
    hold = ActiveHold(HoldKind.DISPUTE, NOON, at("2026-11-25 21:45"))
    decision = decide(visit(NOON, holds=(hold,)), book("cn"), NOON)
    assert decision.next_lawful_at == at("2026-11-26 08:00")


def test_it_is_found_also_when_a_hold_ends_years_later() -> None:
    hold = ActiveHold(HoldKind.DISPUTE, NOON, at("2031-02-03 23:00"))
    decision = decide(visit(NOON, holds=(hold,)), book("cn"), NOON)
    assert decision.next_lawful_at == at("2031-02-04 08:00")


def test_clocks_that_never_agree_are_given_up_unless_a_consent_comes_one_day() -> None:
    both = (SHANGHAI, NEW_YORK)
    assert decide(visit(NOON, 181, zones=both), book("cn"), NOON).next_lawful_at is None

    later = at("2030-05-06 03:00")
    consent = Consent(ConsentKind.ODD_HOURS, "entry", later, later + timedelta(hours=4))
    decision = decide(visit(NOON, 181, zones=both, consents=(consent,)), book("cn"), NOON)
    assert decision.next_lawful_at == later
    alone = decide(visit(NOON, 15 * 60, consents=(consent,)), book("cn"), NOON)
    assert alone.next_lawful_at is None


def test_a_search_does_not_wander_for_centuries() -> None:
    consent = Consent(ConsentKind.ODD_HOURS, "entry", at("2900-05-06 03:00"), at("2900-05-06 22:30"))
    facts = visit(NOON, 15 * 60, consents=(consent,))
    assert decide(facts, book("cn"), NOON).next_lawful_at == at("2900-05-06 03:00")


def test_lawful_windows_are_maximal_intervals_of_starts_with_both_ends_lawful() -> None:
    hold = ActiveHold(HoldKind.DISPUTE, at("2026-11-25 12:00"), at("2026-11-25 13:00"))
    facts = visit(NOON, 30, holds=(hold,))
    windows = lawful_windows(facts, book("cn"), NOON, NOON, at("2026-11-26 09:00"))
    assert windows == (
        (NOON, at("2026-11-24 21:30")),
        (at("2026-11-25 08:00"), at("2026-11-25 11:30")),
        (at("2026-11-25 13:00"), at("2026-11-25 21:30")),
        (at("2026-11-26 08:00"), at("2026-11-26 09:00")),
    )


def test_windows_in_the_night_are_none() -> None:
    assert lawful_windows(visit(NOON), book("cn"), NOON, NIGHT, NIGHT + timedelta(hours=2)) == ()


def test_a_phone_gets_three_days_without_a_gap() -> None:
    now = at("2026-11-24 12:00:00.25")
    facts = visit(now, 30, crew_size=1, action=Action.ARRIVE)
    spans = verdicts(facts, book("cn"), now)

    assert spans[0].as_json() == {
        "from": "2026-11-24T04:00:00Z",
        "to": "2026-11-24T13:30:00Z",
        "verdict": "warn",
        "rules": ["CN-STAFF-1"],
    }
    assert spans[1].rules == ("CN-HOUR-1", "CN-STAFF-1")
    assert [before.end for before in spans[:-1]] == [after.start for after in spans[1:]]
    assert spans[-1].end - spans[0].start == timedelta(days=3)
    assert [span.verdict.value for span in spans] == ["warn", "refuse"] * 3 + ["warn"]


def test_a_phone_gets_one_span_while_one_rule_speaks_in_one_zone_after_the_other() -> None:
    evening = at("2026-11-24 23:30")
    spans = verdicts(visit(evening, 30, zones=(SHANGHAI, URUMQI)), book("cn"), evening, days=1)
    assert [(span.start, span.rules) for span in spans] == [
        (evening, ("CN-HOUR-1",)),
        (at("2026-11-25 08:00", URUMQI), ()),
        (at("2026-11-25 21:30:01"), ("CN-HOUR-1",)),
    ]


def test_a_phone_is_told_when_nothing_can_be_judged() -> None:
    (span,) = verdicts(visit(NOON, zones=(), crew_size=2), book("cn"), NOON, days=1)
    assert (span.verdict, span.rules) == (Verdict.REFUSE, ("DS-ZONE-1",))


def test_verdicts_are_those_of_decide() -> None:
    facts = visit(
        NOON, action=Action.ARRIVE, holds=(ActiveHold(HoldKind.FRAUD, NOON, NOON + timedelta(hours=7)),)
    )
    for span in verdicts(facts, book("cn", "us"), NOON):
        for second in (span.start, span.end - timedelta(seconds=1)):
            asked = visit(second, action=Action.ARRIVE, holds=facts.holds, notice=facts.notice)
            decision = decide(asked, book("cn", "us"), second)
            assert decision.verdict is span.verdict
            assert tuple(sorted(reason.rule_id for reason in decision.reasons)) == span.rules
