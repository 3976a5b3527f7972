"""What the rules are told about a case, up to their decision."""

from datetime import timedelta
from typing import Any

import pytest

from field_visits.cases import queries
from field_visits.cases.facts import CaseFacts, facts_for
from field_visits.cases.models import Case, Customer
from field_visits.cases.owed import Owed
from field_visits.cases.service import contacts, holds, work
from field_visits.cases.service.consents import record_consent, withdraw_consent
from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action, ActiveHold, Channel, HoldKind, PastContact, Window
from field_visits.compliance.packs import effective, load_packs
from field_visits.compliance.settings import RuleSettings
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AddressId, CaseId, new_id
from field_visits.unit_of_work import Born
from tests.world import World, applied


def known(world: World, case: Case, **told: Any) -> CaseFacts:
    with world.work() as uow:
        return facts_for(uow, [case.id], **told)[case.id]


def second_case(world: World, case: Case) -> Case:
    """Another debt of the same customer."""
    with world.work() as uow:
        opened = work.open_case(
            uow,
            customer_id=case.customer_id,
            reference=f"{case.reference}-2",
            creditor="另一银行",
            packs=["cn"],
            owed=Owed(1000, 0, 0, "CNY"),
            placed_on=case.placed_on,
        )
    assert isinstance(opened, Born)
    return opened.row


class TestContacts:
    def record(self, world: World, case: Case, days_ago: int, **told: Any) -> Any:
        values = {"channel": "visit", "result": "nobody"} | told
        with world.work() as uow:
            at = uow.now - timedelta(days=days_ago)
            contacts.record_contact(uow, case.id, at=at, **values)
            return at

    def test_outgoing_contacts_of_all_the_customers_cases_count(self, world: World) -> None:
        case = world.case()
        other = second_case(world, case)
        third = self.record(world, other, 3, result="reached")
        first = self.record(world, case, 1)
        self.record(world, case, 2, channel="call", result="reached", direction="in")
        self.record(world, world.case(), 1)

        assert known(world, case).contacts == (
            PastContact(third, Channel.VISIT, effective=True),
            PastContact(first, Channel.VISIT, effective=False),
        )

    def test_what_is_older_than_any_rule_counts_is_left_out(self, world: World) -> None:
        case = world.case()
        self.record(world, case, 400)

        assert known(world, case).contacts == ()

    def test_the_contact_of_the_visit_being_judged_is_left_out(self, world: World) -> None:
        case = world.case()
        visit = new_id(world.clock.now())
        self.record(world, case, 0, about=("visits", visit))

        assert known(world, case, leaving_out={visit}).contacts == ()
        assert len(known(world, case).contacts) == 1


class TestHolds:
    def place(self, world: World, case: Case, kind: str, **told: Any) -> None:
        with world.work() as uow:
            holds.place_hold(uow, case.id, kind=kind, **told)

    def test_a_hold_that_protects_the_person_binds_in_every_case_and_one_of_a_debt_in_its_own(
        self, world: World
    ) -> None:
        case = world.case()
        other = second_case(world, case)
        for kind in ("vulnerable", "dispute"):
            self.place(world, other, kind)
        now = world.clock.now()

        assert known(world, case).holds == (ActiveHold(HoldKind.VULNERABLE, now),)
        assert {hold.kind for hold in known(world, other).holds} == {HoldKind.VULNERABLE, HoldKind.DISPUTE}

    def test_a_hold_whose_end_has_passed_no_longer_binds_even_before_the_sweep(self, world: World) -> None:
        case = world.case()
        self.place(world, case, "hardship", expires_at=world.clock.now() + timedelta(hours=1))
        assert len(known(world, case).holds) == 1
        world.clock.advance(timedelta(hours=1))
        assert known(world, case).holds == ()


def test_zones_are_those_of_the_named_door_or_of_all(world: World) -> None:
    case = world.case(zones=("Asia/Shanghai", "Asia/Urumqi"))
    facts = known(world, case)
    (door,) = facts.zones

    assert facts.question(Action.BOOK, Channel.VISIT).zones == ("Asia/Shanghai", "Asia/Urumqi")
    assert facts.question(Action.BOOK, Channel.VISIT, address_id=door).zones == facts.zones[door]
    with pytest.raises(NotFoundError):
        facts.question(Action.BOOK, Channel.VISIT, address_id=AddressId(new_id(world.clock.now())))


def test_a_recorded_consent_is_told_with_its_evidence(world: World) -> None:
    case = world.case()
    with world.work() as uow:
        told_so = record_consent(
            uow,
            case.id,
            kind="odd_hours",
            channel="letter",
            given_at=uow.now,
            words_given="Evenings suit better; letter 7.",
        )

    assert isinstance(told_so, Born)
    consent = told_so.row
    (told,) = known(world, case).consents
    assert (told.kind.value, told.evidence, told.is_written) == ("odd_hours", str(consent.evidence_id), True)
    with world.work() as uow:
        applied(withdraw_consent(uow, consent.id))
    assert known(world, case).consents == ()


def test_an_unknown_case_has_no_facts(world: World) -> None:
    with world.work() as uow:
        assert facts_for(uow, [CaseId(new_id(uow.now))]) == {}


def test_the_rules_decide_on_these_facts(world: World) -> None:
    case = world.case()
    book = effective(load_packs(), world.clock.now().date(), RuleSettings(("cn",)))
    start = world.clock.now() + timedelta(days=2)
    window = Window(start, start + timedelta(hours=2))

    def verdict() -> tuple[str, list[str]]:
        asked = known(world, case).question(Action.BOOK, Channel.VISIT, window=window, crew_size=2)
        decision = decide(asked, book, world.clock.now())
        return decision.verdict, [reason.rule_id for reason in decision.reasons]

    assert verdict() == ("allow", [])
    with world.work() as uow:
        holds.place_hold(uow, case.id, kind="dispute")
    assert verdict() == ("refuse", ["CN-DISP-1"])


def test_every_case_asked_for_is_answered_in_one_go(world: World) -> None:
    cases = [world.case() for _ in range(3)]
    with world.work() as uow:
        found = facts_for(uow, [case.id for case in cases])
        people = [uow.session.get_one(Customer, case.customer_id).id for case in cases]
        owed = queries.outstanding(uow, [case.id for case in cases])
    assert [found[case.id].customer_id for case in cases] == people
    assert {money.amount_minor for money in owed.values()} == {1_200_000}
