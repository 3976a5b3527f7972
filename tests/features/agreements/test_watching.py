"""Instalments against verified payments: met in order, warned in writing, broken only then."""

from pathlib import Path

from field_visits.agreements.queries import list_instalments
from field_visits.agreements.service.watching import Watched, meet_instalments, resume
from field_visits.messages.models import Message
from tests.features.agreements.plans import days, holds, pays, running, seen
from tests.world import World, applied, refused


def met(world: World, agreement_id: object) -> list[bool]:
    with world.work() as uow:
        return [row.met_at is not None for row in list_instalments(uow, agreement_id)]  # type: ignore[arg-type]  # an id


def test_payments_meet_instalments_in_order_and_part_payments_add_up(world: World, tmp_path: Path) -> None:
    case = world.case()
    agreement = running(world, case, tmp_path)
    pays(world, case, 150_000)
    assert meet_instalments(world.work) == Watched()
    world.clock.advance(days(1))
    pays(world, case, 300_000)

    assert meet_instalments(world.work) == Watched(met=2)
    assert meet_instalments(world.work) == Watched()

    assert met(world, agreement.id) == [True, True, False, False, False, False]
    with world.work() as uow:
        assert {row.met_at for row in list_instalments(uow, agreement.id)} == {world.clock.now(), None}


def test_a_plan_that_is_paid_is_complete_and_its_hold_is_lifted(world: World, tmp_path: Path) -> None:
    case = world.case()
    agreement = running(world, case, tmp_path)
    pays(world, case, 1_200_000)

    assert meet_instalments(world.work) == Watched(met=6, completed=1)

    assert seen(world, agreement.id).state == "completed"
    assert holds(world, case) == [("plan_running", "lifted")]


def test_a_missed_instalment_is_warned_of_in_writing_before_the_plan_breaks(
    world: World, tmp_path: Path
) -> None:
    case = world.case()
    agreement = running(world, case, tmp_path)
    # Due 15 December, grace until the 25th; it is 25 November.
    world.clock.advance(days(30))
    assert meet_instalments(world.work) == Watched()
    world.clock.advance(days(1))
    assert meet_instalments(world.work) == Watched(warned=1)
    world.clock.advance(days(10))
    assert meet_instalments(world.work) == Watched()
    assert holds(world, case) == [("plan_running", "active")]
    world.clock.advance(days(1))
    assert meet_instalments(world.work) == Watched(broken=1)

    assert seen(world, agreement.id).state == "broken"
    assert holds(world, case) == [("plan_running", "lifted")]
    with world.work() as uow:
        texts = [row.text for row in uow.session.query(Message).filter_by(template="agreement_reminder")]
    assert len(texts) == 1
    assert "2027-01-05" in (texts[0] or "")


def test_a_payment_within_the_chance_keeps_the_plan_running(world: World, tmp_path: Path) -> None:
    case = world.case()
    agreement = running(world, case, tmp_path)
    world.clock.advance(days(31))
    meet_instalments(world.work)
    pays(world, case, 200_000)
    world.clock.advance(days(12))

    assert meet_instalments(world.work) == Watched(met=1)
    assert seen(world, agreement.id).state == "running"


def test_a_broken_plan_runs_again_once_nothing_is_missed(world: World, tmp_path: Path) -> None:
    case = world.case()
    agreement = running(world, case, tmp_path)
    world.clock.advance(days(31))
    meet_instalments(world.work)
    world.clock.advance(days(11))
    meet_instalments(world.work)

    with world.work(world.supervisor) as uow:
        told = refused(resume(uow, agreement.id, reason="new job"))
    pays(world, case, 200_000)
    assert meet_instalments(world.work) == Watched(met=1)
    with world.work(world.supervisor) as uow:
        applied(resume(uow, agreement.id, reason="new job"))

    assert "Instalment 1" in told.detail
    assert seen(world, agreement.id).state == "running"
    assert holds(world, case) == [("plan_running", "lifted"), ("plan_running", "active")]
