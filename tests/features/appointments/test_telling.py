"""What a customer is told when a plan changes: who comes, never an hour inside the window, and nothing unlawfully."""

import pytest
from sqlalchemy import select

from field_visits.appointments.dispatching import plan, unplan
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import notice, reschedule
from field_visits.appointments.sweeps import tell_who_comes
from field_visits.cases.service.holds import place_hold
from field_visits.kernel.actor import Actor
from field_visits.messages.models import Message
from tests.features.appointments.days import HOUR, RULES, at, booked, entries, now_is
from tests.world import World, applied


def planned(world: World, one: Appointment, collector: Actor, start: float = 10) -> None:
    assert collector.user is not None
    with world.work(world.dispatcher) as uow:
        applied(plan(uow, RULES, one.id, interval=(at(start), at(start + 0.5)), lead=collector.user))


@pytest.fixture
def noticed(world: World) -> Appointment:
    """The customer was told to expect the first collector."""
    one = booked(world, at(10), hours=6)
    planned(world, one, world.collector)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, one.id))
    return one


def texts(world: World, one: Appointment) -> list[Message]:
    with world.work() as uow:
        found = select(Message).where(Message.about_id == one.id).order_by(Message.id)
        return list(uow.session.scalars(found))


def told(world: World) -> int:
    return tell_who_comes(world.work, RULES)


def test_an_hour_that_moves_inside_the_window_is_no_message(world: World, noticed: Appointment) -> None:
    planned(world, noticed, world.collector, start=13)
    assert told(world) == 0
    assert len(texts(world, noticed)) == 1


def test_somebody_else_comes_and_the_customer_is_told_once(world: World, noticed: Appointment) -> None:
    planned(world, noticed, world.other_collector)
    assert (told(world), told(world)) == (1, 0)
    (change,) = [each for each in texts(world, noticed) if each.template == "appointment_crew_changed"]
    assert "B-other_collector" in (change.text or "")
    assert len(entries(world, "appointment:crew:told")) == 1
    planned(world, noticed, world.collector, start=12)
    assert told(world) == 1, "and back again"


def test_whoever_was_told_of_nobody_is_not_corrected(world: World) -> None:
    one = booked(world, at(10), hours=6)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, one.id))
    planned(world, one, world.collector)
    assert told(world) == 0, "the reminder will name them"


def test_at_night_it_waits_and_under_a_hold_it_is_not_said(world: World, noticed: Appointment) -> None:
    planned(world, noticed, world.other_collector)
    world.clock.move_to(at(0) - HOUR)
    assert told(world) == 0
    with world.work(world.legal) as uow:
        place_hold(uow, noticed.case_id, kind="cease")
    world.clock.move_to(at(9))
    assert told(world) == 0
    assert len(texts(world, noticed)) == 1


def test_nobody_is_told_of_a_visit_that_no_plan_has(world: World, noticed: Appointment) -> None:
    with world.work(world.dispatcher) as uow:
        applied(unplan(uow, noticed.id, reason="full"))
    assert told(world) == 0


def test_a_window_that_moves_starts_from_a_new_notice(world: World, noticed: Appointment) -> None:
    with world.work(world.dispatcher) as uow:
        applied(reschedule(uow, RULES, noticed.id, window=(at(34), at(36)), reason="asked"))
    moved = now_is(world, noticed.id)
    assert (moved.state, moved.told_lead_id) == ("proposed", None)
    assert told(world) == 0
