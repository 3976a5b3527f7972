"""A crew sets out only where the rules, the promise and the crew list allow it."""

from datetime import timedelta

import pytest

from field_visits.appointments.service import cancel
from field_visits.cases.service.holds import place_hold
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.ids import VisitId, new_id
from field_visits.unit_of_work import Born
from tests.features.appointments.days import RULES, at
from tests.features.visits.door import (
    alerts_of,
    codes_of,
    come,
    end,
    promised,
    refused_departures,
    try_to_depart,
    under_way,
    visit_now,
)
from tests.world import World, applied, refused


def test_a_crew_departs_with_the_id_that_its_phone_minted(world: World) -> None:
    appointment = promised(world, world.collector, world.other_collector)
    world.clock.move_to(at(9.5))
    minted = VisitId(new_id(world.clock.now()))

    outcome = try_to_depart(world, appointment.id, world.collector, visit_id=minted)

    assert isinstance(outcome, Born)
    visit = visit_now(world, minted)
    assert (visit.state, visit.lead_id, visit.partner_id) == (
        "departed",
        world.collector.user,
        world.other_collector.user,
    )
    assert visit.departed_at == at(9.5)


def test_departing_outside_hours_is_refused_with_the_next_lawful_instant(world: World) -> None:
    appointment = promised(world, world.collector, hour=19)
    world.clock.move_to(at(23))

    outcome = refused(try_to_depart(world, appointment.id, world.collector))

    assert outcome.decision is not None
    assert "CN-HOUR-1" in [reason.rule_id for reason in outcome.decision.reasons]
    assert outcome.decision.next_lawful_at == at(32)
    assert refused_departures(world) == 1


def test_departing_before_dawn_for_a_lawful_window_is_judged_by_the_time_at_the_door(world: World) -> None:
    appointment = promised(world, world.collector, hour=9)
    world.clock.move_to(at(7))

    assert isinstance(try_to_depart(world, appointment.id, world.collector), Born)


def test_departing_into_a_hold_is_refused(world: World) -> None:
    case = world.case()
    appointment = promised(world, world.collector, case=case)
    with world.work(world.legal) as uow:
        place_hold(uow, case.id, kind="dispute")
    world.clock.move_to(at(9.5))

    outcome = refused(try_to_depart(world, appointment.id, world.collector))

    assert outcome.decision is not None
    assert "CN-DISP-1" in [reason.rule_id for reason in outcome.decision.reasons]


@pytest.mark.parametrize(("hour", "why"), [(5.9, "four hours away"), (12.1, "is over")])
def test_departing_at_another_time_than_promised_is_refused(world: World, hour: float, why: str) -> None:
    appointment = promised(world, world.collector)
    world.clock.move_to(at(hour))

    assert why in refused(try_to_depart(world, appointment.id, world.collector)).detail


def test_departing_to_a_cancelled_appointment_is_refused(world: World) -> None:
    appointment = promised(world, world.collector)
    with world.work(world.dispatcher) as uow:
        applied(cancel(uow, RULES, appointment.id, reason="The customer is away."))
    world.clock.move_to(at(9.5))

    assert "is cancelled" in refused(try_to_depart(world, appointment.id, world.collector)).detail


def test_an_appointment_of_another_crew_does_not_exist(world: World) -> None:
    appointment = promised(world, world.collector)
    world.clock.move_to(at(9.5))

    with pytest.raises(NotFoundError):
        try_to_depart(world, appointment.id, world.other_collector)
    assert refused_departures(world) == 0


def test_one_collector_departs_once_to_one_appointment(world: World) -> None:
    visit = under_way(world)

    again = refused(try_to_depart(world, visit.appointment_id, world.collector))

    assert "already" in again.detail


def test_the_same_departure_told_twice_is_refused_and_changes_nothing(world: World) -> None:
    visit = under_way(world)

    again = refused(try_to_depart(world, visit.appointment_id, world.collector, visit_id=visit.id))

    assert "begun already" in again.detail
    assert visit_now(world, visit.id).evidence_id == visit.evidence_id


def test_an_id_that_another_visit_has_is_turned_away(world: World) -> None:
    visit = under_way(world, world.collector, world.other_collector)

    with pytest.raises(InvalidError) as caught:
        try_to_depart(world, visit.appointment_id, world.other_collector, visit_id=visit.id)

    assert [fault.pointer for fault in caught.value.faults] == ["/id"]


def test_an_id_that_another_organisation_has_is_refused(world: World) -> None:
    visit = under_way(world)
    neighbour = World.found(world.database, world.clock)
    later = promised(neighbour, neighbour.collector, hour=58)
    world.clock.move_to(at(57.5))

    outcome = refused(try_to_depart(neighbour, later.id, neighbour.collector, visit_id=visit.id))

    assert "mint another id" in outcome.detail


def test_two_phones_may_make_two_visits_of_one_appointment(world: World) -> None:
    first = under_way(world, world.collector, world.other_collector)

    second = try_to_depart(world, first.appointment_id, world.other_collector)

    assert isinstance(second, Born)
    assert (second.row.lead_id, second.row.partner_id) == (world.other_collector.user, world.collector.user)


def test_the_second_visit_of_an_appointment_is_an_extra_contact(world: World) -> None:
    first = under_way(world, world.collector, world.other_collector)
    second = try_to_depart(world, first.appointment_id, world.other_collector)
    assert isinstance(second, Born)
    world.clock.move_to(at(10))
    end(world, first, "REFUSE")
    world.clock.move_to(at(10.5))

    come(world, second.row, world.other_collector)
    end(world, second.row, "REFUSE", actor=world.other_collector)

    codes = codes_of(world)
    assert codes.count("contact:record:recorded") == 2
    assert codes.count("appointment:promise:kept") == 1
    # One visit in seven days: the second of the day stands against the rules (CN-FREQ-3).
    assert set(alerts_of(world)) == {"visit_breach"}


def test_a_phone_command_is_judged_at_its_claimed_time(world: World) -> None:
    appointment = promised(world, world.collector)
    world.clock.move_to(at(23))

    outcome = try_to_depart(world, appointment.id, world.collector, occurred_at=at(9.5))

    assert isinstance(outcome, Born)
    assert outcome.row.departed_at == at(9.5)


def test_a_departure_from_the_future_is_turned_away(world: World) -> None:
    appointment = promised(world, world.collector)
    world.clock.move_to(at(9.5))

    with pytest.raises(InvalidError) as caught:
        try_to_depart(
            world,
            appointment.id,
            world.collector,
            occurred_at=world.clock.now() + timedelta(minutes=5, seconds=1),
        )

    assert [fault.pointer for fault in caught.value.faults] == ["/occurred_at"]
