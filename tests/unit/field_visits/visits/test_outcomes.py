"""The table of outcomes is complete, and no outcome is believed that cannot be true as told."""

import re

import pytest

from field_visits.cases.hold_kinds import HOLD_RULES
from field_visits.cases.words import PersonMet
from field_visits.visits.outcomes import (
    OUTCOMES,
    Chip,
    End,
    IdentityProof,
    Need,
    ProofLevel,
    check_outcome,
    check_person,
    may_hear_of_debt,
)

CODES = [
    "PTP_FULL",
    "PTP_PART",
    "PAID_VERIFIED",
    "PAID_CLAIMED",
    "PLAN_SIGNED",
    "PLAN_REQUEST",
    "HARDSHIP",
    "VULNERABLE",
    "DISPUTE_DEBT",
    "FRAUD_CLAIM",
    "REFUSE",
    "CEASE_REQ",
    "COMPLAINT",
    "LAWYER",
    "NOBODY_HOME",
    "TP_MET",
    "NOTICE_SERVED",
    "NOTICE_REFUSED",
    "MOVED",
    "WRONG_ADDR",
    "DECEASED",
    "UNSAFE_ABORT",
]
HAN = re.compile(r"[\u4e00-\u9fff]")


def pointers(code: str | None, met: str | None, proof: str | None, *needs: Need) -> list[str]:
    faults = check_outcome(code, person_met=met, identity_proof=proof, brought=frozenset(needs))
    return [fault.pointer for fault in faults]


def test_there_are_the_22_outcomes_of_the_vocabulary() -> None:
    assert list(OUTCOMES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_outcome_has_a_name_in_chinese_and_one_in_english(code: str) -> None:
    outcome = OUTCOMES[code]

    assert HAN.search(outcome.zh)
    assert not HAN.search(outcome.en)
    assert len({one.zh for one in OUTCOMES.values()}) == len({one.en for one in OUTCOMES.values()}) == 22


@pytest.mark.parametrize("code", CODES)
def test_every_outcome_can_be_told_truly_in_some_way(code: str) -> None:
    outcome = OUTCOMES[code]
    person = next(one for one in PersonMet if one in outcome.met)
    proof = IdentityProof.NONE if person is PersonMet.NONE else IdentityProof.DOCUMENT

    assert pointers(code, person, proof, *outcome.needs) == []


def test_every_chip_leads_to_an_outcome() -> None:
    assert {outcome.chip for outcome in OUTCOMES.values()} == set(Chip)


def test_only_the_unsafe_visit_is_aborted() -> None:
    assert [code for code, outcome in OUTCOMES.items() if outcome.end is End.ABORTED] == ["UNSAFE_ABORT"]


def test_every_stop_flag_is_a_hold_with_a_term_of_its_own_or_of_its_kind() -> None:
    stops = {code: outcome.stop for code, outcome in OUTCOMES.items() if outcome.stop is not None}

    assert {code: stop.kind.value for code, stop in stops.items()} == {
        "PAID_CLAIMED": "dispute",
        "PLAN_REQUEST": "hardship",
        "HARDSHIP": "hardship",
        "VULNERABLE": "vulnerable",
        "DISPUTE_DEBT": "dispute",
        "FRAUD_CLAIM": "fraud",
        "CEASE_REQ": "cease",
        "LAWYER": "represented",
        "DECEASED": "deceased",
    }
    for stop in stops.values():
        rule = HOLD_RULES[stop.kind]
        assert stop.expires_after or rule.expires_after or rule.review_after


@pytest.mark.parametrize("code", CODES)
def test_no_outcome_is_taken_without_who_was_met_and_how_identity_was_proved(code: str) -> None:
    told = pointers(code, None, None, *OUTCOMES[code].needs)

    assert told == ["/person_met", "/identity_proof"]


@pytest.mark.parametrize("code", [None, "", "ptp_full", "PAID"])
def test_an_unknown_outcome_is_turned_away(code: str | None) -> None:
    assert pointers(code, "self", "document") == ["/outcome"]


@pytest.mark.parametrize(
    ("code", "met", "proof", "needs", "wrong"),
    [
        # The debt is not spoken of with others, so they promise nothing (CN-3P-1).
        ("PTP_FULL", "related", "document", [Need.PROMISE], ["/person_met"]),
        ("PTP_FULL", "self", "stated", [Need.PROMISE], ["/identity_proof"]),
        ("PTP_FULL", "self", "details", [], ["/promise"]),
        ("PLAN_SIGNED", "self", "details", [Need.AGREEMENT], ["/identity_proof"]),
        ("PLAN_SIGNED", "self", "code", [], ["/agreement_id"]),
        ("NOBODY_HOME", "self", "document", [], ["/person_met"]),
        ("NOBODY_HOME", "none", "stated", [], ["/identity_proof"]),
        ("NOTICE_SERVED", "related", "none", [Need.PHOTO], ["/identity_proof"]),
        ("NOTICE_SERVED", "related", "stated", [], ["/photos"]),
        ("CEASE_REQ", "self", "none", [], ["/note"]),
        ("REFUSE", "self", "details", [Need.PROMISE], ["/promise"]),
        ("REFUSE", "nobody", "never", [], ["/person_met", "/identity_proof"]),
    ],
)
def test_an_outcome_that_cannot_be_true_names_the_field(
    code: str, met: str, proof: str, needs: list[Need], wrong: list[str]
) -> None:
    assert pointers(code, met, proof, *needs) == wrong


def test_levels_of_proof_rise_in_the_order_of_their_words() -> None:
    levels = [ProofLevel.of(proof) for proof in IdentityProof]

    assert levels == sorted(levels)
    assert len(set(levels)) == len(levels)


def test_only_the_customer_and_a_guarantor_may_hear_of_the_debt() -> None:
    assert [person.value for person in PersonMet if may_hear_of_debt(person)] == ["self", "guarantor"]


def test_a_person_met_may_be_a_stranger_of_whom_nothing_is_known() -> None:
    assert check_person("unrelated", "none") == []
