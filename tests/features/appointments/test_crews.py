"""Who goes: crews of one and two, and nobody in two places at once."""

import threading
from datetime import timedelta

import pytest

from field_visits.appointments.crews import members_of
from field_visits.appointments.dispatching import assign, plan, unplan
from field_visits.appointments.endings import keep, miss
from field_visits.appointments.models import FORMER, Appointment
from field_visits.appointments.queries import day_of, get_appointment, list_appointments
from field_visits.appointments.service import cancel, reschedule, suspend
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.unit_of_work import Applied, Born, Refused
from tests.features.appointments.days import RULES, at, booked, crew_is, entries, now_is, try_to_book
from tests.world import World, applied, refused


def plan_at(
    world: World, appointment: Appointment, hour: float, lead: Actor, partner: Actor | None = None
) -> Applied | Refused:
    assert lead.user is not None
    with world.work(world.dispatcher) as uow:
        return plan(
            uow,
            RULES,
            appointment.id,
            interval=(at(hour), at(hour + 0.5)),
            lead=lead.user,
            partner=None if partner is None else partner.user,
        )


def test_both_of_a_crew_of_two_are_bound(world: World) -> None:
    first, second, third = (booked(world, at(10)) for _ in range(3))
    applied(plan_at(world, first, 10, world.collector, world.other_collector))
    assert {row.collector_id for row in crew_is(world, first.id) if row.is_binding} == {
        world.collector.user,
        world.other_collector.user,
    }
    for other, collector in ((second, world.collector), (third, world.other_collector)):
        outcome = refused(plan_at(world, other, 10.25, collector))
        assert "another visit planned" in outcome.detail
        assert now_is(world, other.id).planned_from is None
    applied(plan_at(world, second, 10.5, world.collector))
    assert len(entries(world, "appointment:plan:refused")) == 2


@pytest.mark.parametrize("ending", ["keep", "miss", "cancel", "suspend", "reschedule", "unplan"])
def test_what_is_over_no_longer_takes_the_collectors_time(world: World, ending: str) -> None:
    first, second = booked(world, at(10)), booked(world, at(10))
    applied(plan_at(world, first, 10, world.collector))
    with world.work() as uow:
        match ending:
            case "keep":
                applied(keep(uow, first.id))
            case "miss":
                applied(miss(uow, first.id, by="customer"))
            case "cancel":
                applied(cancel(uow, RULES, first.id, reason="paid"))
            case "suspend":
                applied(suspend(uow, first.id, reason="dispute"))
            case "reschedule":
                applied(reschedule(uow, RULES, first.id, window=(at(14), at(16)), reason="asked"))
            case _:
                applied(unplan(uow, first.id, reason="later"))
    applied(plan_at(world, second, 10, world.collector))


def test_who_was_to_go_stays_on_record_after_the_visit(world: World) -> None:
    appointment = booked(world, at(10))
    applied(plan_at(world, appointment, 10, world.collector))
    with world.work() as uow:
        applied(keep(uow, appointment.id))
    (row,) = crew_is(world, appointment.id)
    assert (row.role, row.is_binding, row.during is not None) == ("lead", False, True)


def test_a_crew_handed_over_tells_the_former_one_too(world: World) -> None:
    appointment = booked(world, at(10))
    applied(plan_at(world, appointment, 10, world.collector))
    with world.work(world.dispatcher) as uow:
        applied(assign(uow, RULES, appointment.id, lead=world.other_collector.user))
    (entry,) = entries(world, "appointment:crew:assigned")
    assert set(entry.audience) == {world.collector.user, world.other_collector.user}
    rows = crew_is(world, appointment.id)
    assert members_of(rows) == [world.other_collector.user]
    assert [row.collector_id for row in rows if row.role == FORMER] == [world.collector.user]
    assert now_is(world, appointment.id).planned_from == at(10), "the interval stays"
    applied(plan_at(world, booked(world, at(10)), 10, world.collector))


def test_a_collector_can_come_back_into_a_crew(world: World) -> None:
    appointment = booked(world, at(10))
    for actor in (world.collector, world.other_collector, world.collector):
        with world.work(world.dispatcher) as uow:
            applied(assign(uow, RULES, appointment.id, lead=actor.user))
    assert members_of(crew_is(world, appointment.id)) == [world.collector.user]


def test_an_open_crew_has_no_interval(world: World) -> None:
    appointment = booked(world, at(10))
    applied(plan_at(world, appointment, 10, world.collector))
    with world.work(world.dispatcher) as uow:
        applied(assign(uow, RULES, appointment.id, lead=None))
    opened = now_is(world, appointment.id)
    assert (opened.planned_from, opened.is_pinned) == (None, False)


def test_a_crew_that_cannot_be_is_named(world: World) -> None:
    appointment = booked(world, at(10), crew_size=2)
    assert world.collector.user is not None
    for lead, partner in (
        (world.collector, None),
        (world.collector, world.collector),
        (world.legal, world.collector),
    ):
        with pytest.raises(InvalidError):
            plan_at(world, appointment, 10, lead, partner)


def test_an_interval_outside_the_promised_window_is_not_accepted(world: World) -> None:
    appointment = booked(world, at(10))
    with pytest.raises(InvalidError, match="promised"):
        plan_at(world, appointment, 11.75, world.collector)


def test_fifty_clients_race_for_one_customer_and_one_wins(world: World) -> None:
    # The US pack has no frequency rule: what refuses here is the constraint.
    case = world.case(packs=["us"], zones=("America/New_York",), place=(40.7, -74.0))
    outcomes: list[Born[Appointment] | Refused] = []
    failures: list[Exception] = []
    gate = threading.Barrier(50)

    def client(number: int) -> None:
        gate.wait()
        try:
            outcomes.append(try_to_book(world, case, at(24 + number / 60)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
            failures.append(error)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sum(isinstance(outcome, Born) for outcome in outcomes) == 1
    losers = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(losers) == 49
    assert {outcome.detail for outcome in losers} == {"The customer has another appointment in this window."}
    assert len(entries(world, "appointment:booking:refused")) == 49


def test_fifty_clients_race_for_one_collector_and_one_wins(world: World) -> None:
    appointments = [booked(world, at(10)) for _ in range(50)]
    outcomes: list[Applied | Refused] = []
    failures: list[Exception] = []
    gate = threading.Barrier(50)

    def client(number: int) -> None:
        pair = (world.collector, world.other_collector)
        lead, partner = pair if number % 2 else pair[::-1]
        gate.wait()
        try:
            outcomes.append(plan_at(world, appointments[number], 10 + number % 5 / 60, lead, partner))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
            failures.append(error)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sum(isinstance(outcome, Applied) for outcome in outcomes) == 1
    assert len(entries(world, "appointment:plan:refused")) == 49


def test_a_collector_sees_where_they_go_and_no_other_door(world: World) -> None:
    mine, other = booked(world, at(10)), booked(world, at(14))
    applied(plan_at(world, mine, 10.5, world.collector))
    applied(plan_at(world, other, 14, world.other_collector))
    with world.work(world.collector) as uow:
        assert get_appointment(uow, mine.id, scope=Scope.OWN).customer.name is not None
        with pytest.raises(NotFoundError):
            get_appointment(uow, other.id, scope=Scope.OWN)
        assert [file.appointment.id for file in list_appointments(uow, scope=Scope.OWN)] == [mine.id]
        assert world.collector.user is not None
        day = day_of(uow, world.collector.user, at(0), at(24))
    assert [file.appointment.id for file in day] == [mine.id]
    assert [member.role for member in day[0].crew] == ["lead"]


def test_a_list_goes_on_where_the_page_before_ended(world: World) -> None:
    made = [booked(world, at(10) + timedelta(minutes=number)) for number in range(5)]
    with world.work(world.dispatcher) as uow:
        first = list_appointments(uow, limit=2, since=at(0), until=at(24))
        last = first[-1].appointment
        rest = list_appointments(uow, after=(last.window_from, last.id), states=("proposed",))
    assert [file.appointment.id for file in (*first, *rest)] == [one.id for one in made]
