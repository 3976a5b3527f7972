"""From an affordability form to an offer that a phone may have signed."""

from datetime import date, timedelta

import pytest

from field_visits.agreements.queries import offers_for
from field_visits.agreements.service.drafting import draft, submit
from field_visits.agreements.service.offering import decline, offer, withdraw
from field_visits.agreements.terms import affordability
from field_visits.cases.owed import Owed
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.work import close, update_case
from field_visits.kernel.errors import InvalidError
from field_visits.unit_of_work import Born
from tests.features.agreements.plans import RULES, drafted, form, offered, seen
from tests.world import World, applied, refused


def test_a_draft_is_the_shortest_plan_that_the_customer_can_afford(world: World) -> None:
    agreement = drafted(world, world.case())

    assert agreement.state == "drafted"
    assert agreement.total_minor == 1_200_000
    assert [row["amount"]["amount_minor"] for row in agreement.terms["instalments"]] == [200_000] * 6


def test_a_plan_longer_than_the_pack_allows_is_refused_with_its_rule(world: World) -> None:
    case = world.case()

    with world.work(world.supervisor) as uow, pytest.raises(InvalidError) as caught:
        draft(uow, RULES, case.id, form(count=61))

    (fault,) = caught.value.faults
    assert fault.pointer == "/count"
    assert "CN-PLAN-2" in fault.detail


def test_a_plan_for_a_debt_that_one_payment_clears_is_refused_in_china(world: World) -> None:
    case = world.case()
    rich = affordability(income_minor=9_000_000, essential_minor=0, currency="CNY")

    with world.work(world.supervisor) as uow, pytest.raises(InvalidError) as caught:
        draft(uow, RULES, case.id, form(means=rich))

    assert [fault.pointer for fault in caught.value.faults] == ["/affordability"]


def test_nothing_is_drafted_in_a_closed_case(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        applied(close(uow, case.id, reason="done"))

    with world.work(world.supervisor) as uow:
        assert "closed" in refused(draft(uow, RULES, case.id, form())).detail


def test_an_offer_carries_exact_texts_rows_hash_and_its_end(world: World) -> None:
    case = world.case()
    agreement = offered(world, case)

    with world.work() as uow:
        (found,) = offers_for(uow, case.id)

    assert found.agreement_id == agreement.id
    assert set(found.texts) == {"zh", "en"}
    assert all(text.endswith(f"{agreement.terms_hash}\n") for text in found.texts.values())
    assert sum(row.amount.amount_minor for row in found.rows) == found.total.amount_minor == 1_200_000
    assert found.expires_at == world.clock.now() + timedelta(days=14)


def test_an_offer_that_is_over_is_no_longer_carried_to_the_door(world: World) -> None:
    case = world.case()
    offered(world, case)
    world.clock.advance(timedelta(days=14))

    with world.work() as uow:
        assert offers_for(uow, case.id) == ()


def test_an_offer_ends_before_the_first_instalment_is_due(world: World) -> None:
    agreement = offered(world, world.case(), first_due_on=date(2026, 11, 28))

    # Midnight in Shanghai.
    assert agreement.offer_expires_at is not None
    assert agreement.offer_expires_at.isoformat() == "2026-11-27T16:00:00+00:00"


def test_a_collector_offers_small_plans_and_submits_large_ones(world: World) -> None:
    case = world.case(collector=world.collector)
    poor = affordability(income_minor=800_000, essential_minor=740_000, currency="CNY")
    small = drafted(world, case, actor=world.collector)
    large = drafted(world, case, actor=world.collector, means=poor)

    with world.work(world.collector) as uow:
        applied(offer(uow, RULES, small.id))
    with world.work(world.collector) as uow:
        told = refused(offer(uow, RULES, large.id))
        applied(submit(uow, large.id, note="two children"))
    assert "approval" in told.detail
    with world.work(world.supervisor) as uow:
        applied(offer(uow, RULES, large.id))

    approved = seen(world, large.id)
    assert approved.state == "offered"
    assert approved.approved_by == world.supervisor.user


def test_an_offer_during_a_dispute_is_refused_with_the_rule(world: World) -> None:
    case = world.case()
    agreement = drafted(world, case)
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="dispute"), Born)

    with world.work(world.supervisor) as uow:
        told = refused(offer(uow, RULES, agreement.id))

    assert told.decision is not None
    assert "CN-DISP-1" in [reason.rule_id for reason in told.decision.reasons]
    assert seen(world, agreement.id).state == "drafted"


def test_terms_of_a_debt_that_has_changed_are_not_offered(world: World) -> None:
    case = world.case()
    agreement = drafted(world, case)
    world.clock.advance(timedelta(seconds=1))
    with world.work(world.dispatcher) as uow:
        applied(update_case(uow, case.id, owed=Owed(900_000, 0, 0, "CNY")))

    with world.work(world.supervisor) as uow:
        assert "changed" in refused(offer(uow, RULES, agreement.id)).detail


def test_an_offer_cannot_outlast_thirty_days_or_the_first_due_date(world: World) -> None:
    agreement = drafted(world, world.case())

    for asked in (timedelta(0), timedelta(days=31), timedelta(days=20, hours=15)):
        with world.work(world.supervisor) as uow, pytest.raises(InvalidError) as caught:
            offer(uow, RULES, agreement.id, expires_at=uow.now + asked)
        assert [fault.pointer for fault in caught.value.faults] == ["/expires_at"]


def test_an_offer_is_declined_without_consequence_and_a_draft_withdrawn_with_a_reason(world: World) -> None:
    case = world.case()
    declined, withdrawn = offered(world, case), drafted(world, case)

    with world.work(world.supervisor) as uow:
        applied(decline(uow, declined.id))
        applied(withdraw(uow, withdrawn.id, reason="typing error"))
        refused(decline(uow, withdrawn.id))

    assert seen(world, declined.id).state == "declined"
    assert seen(world, withdrawn.id).state == "withdrawn"
