"""Free slots of many cases at once."""

from datetime import timedelta

from field_visits.appointments.service import book
from field_visits.appointments.slots import Closed, free_slots, free_slots_of_many
from field_visits.cases.judging import Rules
from field_visits.cases.queries import list_addresses
from field_visits.cases.service.addresses import invalidate_address
from field_visits.unit_of_work import Born
from tests.world import World


def test_many_cases_at_once_get_the_slots_that_each_gets_alone(world: World) -> None:
    rules = Rules()
    cases = [world.case(place=(31.2304 + number / 100, 121.4737)) for number in range(4)]
    skilled = world.case(skills=["mediation"])
    world.shift(world.collector, starts_at=world.clock.now() + timedelta(days=2))
    since, until = world.clock.now() + timedelta(days=2), world.clock.now() + timedelta(days=2, hours=9)
    with world.work(world.dispatcher) as uow:
        window = (since + timedelta(hours=1), since + timedelta(hours=2))
        promised = book(uow, rules, cases[1].id, window=window, purpose="talk", service_minutes=30)
        assert isinstance(promised, Born)

    with world.work(world.dispatcher) as uow:
        asked = [*cases, skilled]
        alone = {
            case.id: free_slots(uow, rules, case, since=since, until=until, service_minutes=30)
            for case in asked
        }
        together = free_slots_of_many(uow, rules, asked, since=since, until=until, service_minutes=30)

    assert together == alone
    assert together[cases[0].id].free
    assert not together[cases[1].id].free  # promised once within a week (CN-FREQ-3)
    assert not together[skilled.id].free
    assert Closed.NOBODY_ON_DUTY in {span.reason for span in together[skilled.id].closed}


def test_a_case_without_a_door_is_left_out(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        invalidate_address(uow, list_addresses(uow, case.customer_id)[0].id, reason="moved away")
        found = free_slots_of_many(
            uow,
            Rules(),
            [case],
            since=world.clock.now(),
            until=world.clock.now() + timedelta(hours=5),
            service_minutes=30,
        )

    assert found == {}
