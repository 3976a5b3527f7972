"""A signature is kept, whatever forbade it; what it starts commits with it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from field_visits.agreements.queries import list_instalments
from field_visits.agreements.service.offering import withdraw
from field_visits.agreements.service.signing import accept
from field_visits.cases.judging import judge
from field_visits.cases.service.holds import place_hold
from field_visits.compliance.facts import Action
from field_visits.kernel.actor import Actor, ActorKind
from field_visits.kernel.errors import InvalidError
from field_visits.messages.models import Alert
from field_visits.unit_of_work import Born
from tests.features.agreements.plans import RULES, drafted, holds, offered, running, seen, signs
from tests.unit.field_visits.agreements.samples import drawn
from tests.world import World, applied


def alerts(world: World) -> list[tuple[str, list[str]]]:
    with world.work() as uow:
        return [(row.kind, row.detail.get("rules", [])) for row in uow.session.query(Alert)]


def test_signing_writes_instalments_and_stops_collection_in_one_transaction(world: World) -> None:
    case = world.case(collector=world.collector)
    agreement = offered(world, case)

    outcome = applied(signs(world, agreement))

    signed = seen(world, agreement.id)
    assert outcome.breach is None
    assert (signed.state, signed.signing_method, signed.signing_grade) == (
        "signed",
        "collector_phone",
        "lower",
    )
    assert signed.witnessed_by == world.collector.user
    assert signed.strokes == drawn()
    assert holds(world, case) == [("plan_running", "active")]
    with world.work() as uow:
        rows = list_instalments(uow, agreement.id)
        assert [row.amount_minor for row in rows] == [200_000] * 6
        assert {row.evidence_id for row in rows} == {outcome.receipt.entry_id}
        assert judge(uow, RULES, case, action=Action.DEPART).is_refused


def test_a_customer_on_an_own_phone_signs_with_the_standard_grade(world: World) -> None:
    agreement = offered(world, world.case())

    applied(signs(world, agreement, actor=Actor(ActorKind.CUSTOMER, world.organisation)))

    signed = seen(world, agreement.id)
    assert (signed.signing_method, signed.signing_grade) == ("own_phone_code", "standard")
    assert signed.witnessed_by is None


def test_a_signature_on_other_terms_signs_nothing_and_points_at_the_hash(world: World) -> None:
    case = world.case()
    agreement = offered(world, case)

    with pytest.raises(InvalidError) as caught:
        signs(world, agreement, terms_hash="0" * 64)

    (fault,) = caught.value.faults
    assert fault.pointer == "/terms_hash"
    assert agreement.terms_hash in fault.detail
    assert seen(world, agreement.id).state == "offered"
    assert holds(world, case) == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"language": "fr"}, "/language"),
        ({"strokes": {"width": 360, "height": 180, "strokes": []}}, "/strokes/strokes"),
        ({"strokes": "X"}, "/strokes"),
    ],
)
def test_what_is_no_signature_signs_nothing(world: World, changes: dict[str, Any], pointer: str) -> None:
    agreement = offered(world, world.case())

    with pytest.raises(InvalidError) as caught:
        signs(world, agreement, **changes)

    assert [fault.pointer for fault in caught.value.faults] == [pointer]
    assert seen(world, agreement.id).state == "offered"


def test_a_signature_during_a_dispute_is_kept_in_breach_with_an_alert(world: World) -> None:
    case = world.case()
    agreement = offered(world, case)
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="dispute"), Born)

    outcome = applied(signs(world, agreement))

    assert outcome.breach is not None
    assert seen(world, agreement.id).state == "signed_in_breach"
    assert alerts(world) == [("agreement_signed_in_breach", ["CN-DISP-1"])]
    assert holds(world, case) == [("dispute", "active"), ("plan_running", "active")]


def test_an_offer_that_is_over_is_signed_in_breach(world: World) -> None:
    agreement = offered(world, world.case())
    world.clock.advance(timedelta(days=14, seconds=1))

    applied(signs(world, agreement))

    assert seen(world, agreement.id).state == "signed_in_breach"
    assert alerts(world) == [("agreement_signed_in_breach", ["DS-OFFER-1"])]


def test_a_signature_that_a_phone_brings_late_is_judged_at_its_claimed_time(world: World) -> None:
    agreement = offered(world, world.case())
    at_the_door = world.clock.now() + timedelta(hours=3)
    world.clock.advance(timedelta(days=15))

    outcome = applied(signs(world, agreement, occurred_at=at_the_door))

    assert outcome.breach is None
    signed = seen(world, agreement.id)
    assert (signed.state, signed.signed_at) == ("signed", at_the_door)
    assert signed.signing_received_at == world.clock.now()


def test_a_claim_before_the_last_nonce_is_judged_at_the_nonce(world: World) -> None:
    agreement = offered(world, world.case())
    claimed = world.clock.now() + timedelta(hours=1)
    nonce = world.clock.now() + timedelta(days=14, hours=1)
    world.clock.advance(timedelta(days=15))

    applied(signs(world, agreement, occurred_at=claimed, not_before=nonce))

    assert seen(world, agreement.id).state == "signed_in_breach"


def test_terms_never_offered_are_signed_in_breach(world: World) -> None:
    agreement = drafted(world, world.case())

    applied(signs(world, agreement))

    assert seen(world, agreement.id).state == "signed_in_breach"


def test_a_signature_in_breach_is_accepted_by_a_person_or_withdrawn_with_its_hold(world: World) -> None:
    first, second = world.case(), world.case()
    kept, void = drafted(world, first), drafted(world, second)
    applied(signs(world, kept))
    applied(signs(world, void))

    with world.work(world.legal) as uow:
        applied(accept(uow, kept.id, reason="The customer confirmed it by telephone."))
        applied(withdraw(uow, void.id, reason="Never approved."))

    assert seen(world, kept.id).state == "signed"
    assert holds(world, first) == [("plan_running", "active")]
    assert seen(world, void.id).state == "withdrawn"
    assert holds(world, second) == [("plan_running", "lifted")]


def test_a_second_signature_changes_nothing_and_is_kept_as_a_fact(world: World) -> None:
    case = world.case()
    agreement = offered(world, case)
    applied(signs(world, agreement))
    before = seen(world, agreement.id)

    again = applied(signs(world, agreement, strokes=drawn(points=50)))

    after = seen(world, agreement.id)
    assert again.receipt.code == "agreement:signature:repeated"
    assert not again.in_order
    assert (after.evidence_id, after.strokes_hash) == (before.evidence_id, before.strokes_hash)
    assert holds(world, case) == [("plan_running", "active")]


def test_a_new_plan_takes_the_place_of_the_running_one_and_of_other_offers(
    world: World, tmp_path: Path
) -> None:
    case = world.case()
    old = running(world, case, tmp_path)
    other, new = offered(world, case, count=8), offered(world, case, count=10)

    applied(signs(world, new))

    assert seen(world, old.id).state == "superseded"
    assert seen(world, other.id).state == "superseded"
    assert holds(world, case) == [("plan_running", "lifted"), ("plan_running", "active")]
