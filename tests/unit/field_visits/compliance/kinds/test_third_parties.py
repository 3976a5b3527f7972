"""Rules on whom one may speak to: what their figures mean, and what a tenant's figure loosens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from field_visits.compliance.decide import decide
from field_visits.compliance.facts import About, Action, Approach, Channel, Facts, Ground, Party, PastContact
from field_visits.compliance.kinds.enquiries import Enquiries, Grounds, Unreachable
from field_visits.compliance.kinds.parties import Parties
from field_visits.compliance.rules import FigureError
from tests.unit.field_visits.compliance.questions import DAY, NEW_YORK, SHANGHAI, at, book

LATER = DAY + timedelta(days=15)
NOON = at(f"{LATER} 12:00")


def asked(approach: Approach, *contacts: PastContact, zones: tuple[str, ...] = (SHANGHAI,)) -> Facts:
    return Facts(
        action=Action.APPROACH, channel=Channel.CALL, zones=zones, approach=approach, contacts=contacts
    )


def rules_of(facts: Facts, *packs: str) -> list[str]:
    return [reason.rule_id for reason in decide(facts, book(*packs, on=LATER), NOON).reasons]


@pytest.mark.parametrize("party", [Party.SPOUSE, Party.REPRESENTATIVE, Party.RELATED, Party.UNRELATED])
def test_in_china_the_debt_is_named_to_customer_and_guarantor_alone(party: Party) -> None:
    told = Approach(party, About.DEBT, Ground.DECEASED)
    assert rules_of(asked(told), "cn") == ["CN-3P-1"]
    assert rules_of(asked(replace(told, party=Party.GUARANTOR)), "cn") == []


def test_who_acts_for_the_customer_needs_no_ground() -> None:
    assert rules_of(asked(Approach(Party.REPRESENTATIVE, About.WHEREABOUTS)), "cn") == []


def called(days_ago: int, *, effective: bool = False) -> PastContact:
    return PastContact(NOON - timedelta(days=days_ago), Channel.CALL, effective=effective)


@pytest.mark.parametrize(
    ("contacts", "is_shown"),
    [
        ([called(1), called(2), called(3)], True),
        ([called(5), called(6), called(7), called(1)], True),
        ([called(1), called(1), called(1)], False),
        ([called(1), called(3), called(5)], False),
        ([called(1), called(2), called(3), called(0, effective=True)], False),
        ([called(4, effective=True), called(3), called(2), called(1)], True),
        ([called(-1), called(-2), called(-3)], False),
    ],
)
def test_unreachable_is_three_days_running_since_the_customer_was_reached_last(
    contacts: list[PastContact], is_shown: bool
) -> None:
    told = Approach(Party.RELATED, About.WHEREABOUTS, Ground.UNREACHABLE)
    assert rules_of(asked(told, *contacts), "cn") == ["CN-3P-3"] * (not is_shown)


def test_one_person_is_asked_once_in_the_united_states() -> None:
    told = Approach(Party.UNRELATED, About.WHEREABOUTS)
    at_noon = replace(asked(told), zones=(NEW_YORK,))
    chosen = book("us", on=LATER)
    noon = at(f"{LATER} 12:00", NEW_YORK)

    assert not decide(at_noon, chosen, noon).is_refused
    again = replace(at_noon, approach=replace(told, times_asked=1))
    assert [one.rule_id for one in decide(again, chosen, noon).reasons] == ["US-3P-1"]
    assert decide(again, chosen, noon).next_lawful_at is None


def test_a_longer_list_or_a_smaller_proof_is_looser() -> None:
    parties = Parties.read(["self"], {})
    assert parties.refigured(["self", "spouse"]).is_looser_than(parties)
    assert not parties.refigured(["self"]).is_looser_than(parties)
    grounds = Grounds.read(["deceased", "unreachable"], {})
    assert not grounds.refigured(["deceased"]).is_looser_than(grounds)
    assert grounds.is_looser_than(grounds.refigured(["deceased"]))
    once = Enquiries.read(1, {})
    assert once.refigured(2).is_looser_than(once)
    days = Unreachable.read(3, {})
    assert days.refigured(2).is_looser_than(days)


@pytest.mark.parametrize(
    ("read", "figure", "options"),
    [
        (Parties.read, [], {}),
        (Parties.read, ["neighbour"], {}),
        (Parties.read, ["self"], {"about": "weather"}),
        (Grounds.read, ["curiosity"], {}),
        (Enquiries.read, 0, {}),
        (Enquiries.read, True, {}),
        (Unreachable.read, "3", {}),
    ],
)
def test_a_figure_that_is_none_is_refused(read: object, figure: object, options: dict[str, object]) -> None:
    assert callable(read)
    with pytest.raises(FigureError):
        read(figure, options)
