"""Visits to measure with."""

from field_visits.kernel.ids import VisitId
from field_visits.visits.models import Visit
from tests.features.visits.door import promised
from tests.world import World


def departures(world: World, count: int, *, doors: int = 1) -> list[VisitId]:
    """So many departures, by turns to each of some doors, written as the verb would, without its rules."""
    appointments = [promised(world, world.collector) for _ in range(doors)]
    made = []
    with world.work(world.collector) as uow:
        for number in range(count):
            appointment = appointments[number % doors]
            visit = Visit(
                id=VisitId(uow.new_id()),
                appointment_id=appointment.id,
                case_id=appointment.case_id,
                lead_id=world.collector.user,
                partner_id=None,
                departed_at=uow.now,
            )
            uow.bear(visit, "depart")
            made.append(visit.id)
    return made
