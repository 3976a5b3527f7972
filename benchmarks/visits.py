"""Visits to measure with."""

from field_visits.kernel.ids import VisitId
from field_visits.visits.models import Visit
from tests.features.visits.door import promised
from tests.world import World


def departures(world: World, count: int) -> list[VisitId]:
    """So many departures to one door, written as the verb would, without its rules."""
    appointment = promised(world, world.collector)
    made = []
    with world.work(world.collector) as uow:
        for _ in range(count):
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
