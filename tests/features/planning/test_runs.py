"""The planning of a day as a run: watched, stopped, never twice at once, and whole or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from field_visits.appointments.models import Appointment
from field_visits.identity.models import User
from field_visits.kernel.errors import ConflictError, InvalidError, StaleError
from field_visits.kernel.ids import PlanRunId
from field_visits.planning import running
from field_visits.planning.drafting import draft
from field_visits.planning.models import PlanDraft, PlanRun
from field_visits.planning.service import publish
from field_visits.unit_of_work import Wake
from field_visits.workforce.runs import MAX_ATTEMPTS, Progress
from tests.features.appointments.days import RULES, at, booked
from tests.features.planning.days import DAY, drafted, newest, on_duty, published, starts
from tests.world import World, refused


def asked(world: World, *, budget_s: int = 1) -> PlanRunId:
    with world.work(world.dispatcher) as uow:
        return running.ask(uow, DAY, budget_s=budget_s).id


def run_of(world: World, run_id: PlanRunId) -> PlanRun:
    with world.work() as uow:
        return uow.session.get_one(PlanRun, run_id)


def drafts_of(world: World) -> int:
    with world.work() as uow:
        return uow.session.query(PlanDraft).filter(PlanDraft.org_id == world.organisation).count()


def test_a_run_tells_how_far_it_is_and_ends_with_a_draft(world: World) -> None:
    on_duty(world, world.collector)
    booked(world, at(10), hours=6)
    run_id = asked(world)

    assert running.carry_out_waiting(world.work, world.work, RULES) == 1

    run = run_of(world, run_id)
    assert (run.stage, run.attempts, run.failure) == ("done", 1, None)
    assert run.best is not None
    assert (run.best["planned"], run.best["left_out"]) == (1, 0)
    assert run.draft_id is not None
    assert newest(world, run.draft_id).made_by == world.dispatcher.user, "done in the name of whoever asked"
    assert running.carry_out_waiting(world.work, world.work, RULES) == 0


def test_a_second_planner_of_the_day_is_told_of_the_first(world: World) -> None:
    first = asked(world)
    with world.work(world.dispatcher) as uow, pytest.raises(ConflictError, match="being planned already"):
        running.ask(uow, DAY, budget_s=1)
    with world.work(world.dispatcher) as uow:
        running.cancel(uow, running.get_run(uow, first))
    assert run_of(world, asked(world)).stage == "waiting", "the day is free again"


def test_a_run_that_is_cancelled_while_it_thinks_leaves_no_draft(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_duty(world, world.collector)
    booked(world, at(10), hours=6)
    run_id = asked(world, budget_s=30)
    tell = Progress.tell

    def cancelled_meanwhile(progress: Progress[PlanRun], **values: object) -> None:
        with world.work(world.dispatcher) as uow:
            running.cancel(uow, running.get_run(uow, run_id))
        tell(progress, **values)

    monkeypatch.setattr(Progress, "tell", cancelled_meanwhile)
    running.carry_out_waiting(world.work, world.work, RULES)

    run = run_of(world, run_id)
    assert (run.stage, run.draft_id, drafts_of(world)) == ("cancelled", None, 0)
    with world.work(world.dispatcher) as uow, pytest.raises(ConflictError, match="over already"):
        running.cancel(uow, running.get_run(uow, run_id))


def test_a_worker_that_ends_in_the_middle_leaves_no_half_and_the_next_one_plans(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_duty(world, world.collector)
    booked(world, at(10), hours=6)
    run_id = asked(world)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt  # passes every handler, as the end of a process does

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "tell", die)
        with pytest.raises(KeyboardInterrupt):
            running.carry_out_waiting(world.work, world.work, RULES)
    assert (run_of(world, run_id).stage, drafts_of(world)) == ("running", 0)

    assert running.carry_out_waiting(world.work, world.work, RULES) == 1
    run = run_of(world, run_id)
    assert (run.stage, run.attempts, drafts_of(world)) == ("done", 2, 1)


def test_a_day_that_ends_every_worker_is_given_up(world: World) -> None:
    run_id = asked(world)
    with world.work() as uow:
        uow.session.get_one(PlanRun, run_id).attempts = MAX_ATTEMPTS
    running.carry_out_waiting(world.work, world.work, RULES)
    run = run_of(world, run_id)
    assert run.failure is not None
    assert (run.stage, run.failure["code"]) == ("failed", "conflict")


def test_whoever_lost_the_right_meanwhile_gets_no_plan(world: World) -> None:
    run_id = asked(world)
    with world.work(world.admin) as uow:
        dispatcher = uow.session.get_one(User, world.dispatcher.user)
        uow.apply(dispatcher, "disable")
    running.carry_out_waiting(world.work, world.work, RULES)
    failure = run_of(world, run_id).failure
    assert failure is not None
    assert failure["code"] == "forbidden"


def test_a_run_that_cannot_be_is_not_begun(world: World) -> None:
    other = drafted(world)
    with world.work(world.dispatcher) as uow:
        with pytest.raises(InvalidError):
            running.ask(uow, DAY, budget_s=600)
        with pytest.raises(ConflictError, match="of another day"):
            running.ask(uow, DAY + timedelta(days=1), budget_s=1, from_draft=other.id)


def test_asking_wakes_the_planner(world: World) -> None:
    with world.work(world.dispatcher) as uow:
        running.ask(uow, DAY, budget_s=1)
        assert Wake.PLANS in uow.wakes


def test_what_is_over_is_forgotten_after_two_days(world: World) -> None:
    on_duty(world, world.collector)
    run_id = asked(world)
    running.carry_out_waiting(world.work, world.work, RULES)
    with world.work() as uow:
        assert running.forget_old(uow) == 0
    world.clock.move_to(at(24 * 4))
    with world.work() as uow:
        assert running.forget_old(uow) == 2
        assert uow.session.get(PlanRun, run_id) is None


def test_of_two_planners_the_second_publishes_nothing_over_the_first(world: World) -> None:
    on_duty(world, world.collector)
    booked(world, at(10), hours=6)
    first, second = drafted(world), drafted(world)
    with world.work(world.dispatcher) as uow:
        publish(uow, RULES, first.id)
    with world.work(world.dispatcher) as uow:
        outcome = refused(publish(uow, RULES, second.id))
    assert "Another plan of this day was published" in outcome.detail


def test_a_draft_that_somebody_changed_meanwhile_is_not_published_unseen(world: World) -> None:
    on_duty(world, world.collector)
    seen = drafted(world)
    with world.work() as uow:
        uow.session.get_one(PlanDraft, seen.id).version = uow.new_id()
    with world.work(world.dispatcher) as uow, pytest.raises(StaleError):
        publish(uow, RULES, seen.id, version=seen.version)


def test_the_same_seed_and_steps_propose_the_same_day(world: World) -> None:
    on_duty(world, world.collector, world.other_collector)
    for _ in range(4):
        booked(world, at(10), hours=6)
    plans = []
    for _ in range(2):
        with world.work(world.dispatcher) as uow:
            plans.append(draft(uow, RULES, DAY, budget_s=20, seed=7, iterations=30).plan)
    assert plans[0] == plans[1]


def test_what_changed_while_the_planner_thought_is_in_its_draft(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_duty(world, world.collector)
    first = booked(world, at(10), hours=6)
    run_id = asked(world)
    late: list[Appointment] = []
    tell = Progress.tell

    def meanwhile(progress: Progress[PlanRun], **values: Any) -> None:
        if not late:
            late.append(booked(world, at(12), hours=5))
        tell(progress, **values)

    monkeypatch.setattr(Progress, "tell", meanwhile)
    assert running.carry_out_waiting(world.work, world.work, RULES) == 1

    draft_id = run_of(world, run_id).draft_id
    assert draft_id is not None
    assert set(starts(newest(world, draft_id).plan)) == {str(first.id), str(late[0].id)}
    published(world, draft_id)  # what it was made from still holds


def test_no_transaction_is_open_while_a_planner_thinks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    on_duty(world, world.collector)
    booked(world, at(10), hours=6)
    run_id = asked(world)
    seen: list[int] = []

    def look(progress: Progress[PlanRun], **values: Any) -> None:
        del progress, values
        with world.work() as uow:
            idle = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
            )
            seen.append(uow.session.scalar(text(idle)) or 0)
            assert running.carry_out(world.work, world.work, RULES, run_id) is False, (
                "another worker is at it"
            )

    monkeypatch.setattr(Progress, "tell", look)
    assert running.carry_out_waiting(world.work, world.work, RULES) == 1
    assert set(seen) == {0}
    assert run_of(world, run_id).stage == "done"
