"""Short ways to a door, for tests of visits: a promised, noticed and staffed appointment, and crews on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from field_visits.appointments.dispatching import assign
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import notice
from field_visits.cases.models import Case
from field_visits.evidence.codes import Code
from field_visits.evidence.tables import Entry
from field_visits.kernel.actor import Actor
from field_visits.kernel.ids import AppointmentId, VisitId
from field_visits.kernel.points import Point
from field_visits.messages.models import Alert
from field_visits.unit_of_work import Born, Refused
from field_visits.visits.models import Visit
from field_visits.visits.placement import Fix
from field_visits.visits.service import arrive, depart, finish
from field_visits.visits.service.finishing import PromiseMade
from field_visits.visits.telling import Told
from tests.features.appointments.days import RULES, at, booked
from tests.world import SHANGHAI, World, applied

DOOR = Point(*SHANGHAI)
WINDOW = (at(10), at(12))


def promised(world: World, *crew: Actor, case: Case | None = None, hour: float = 10) -> Appointment:
    """An appointment on the 27th from `hour` for two hours, noticed, with this crew; the clock stays."""
    appointment = booked(world, at(hour), crew_size=max(1, len(crew)), case=case)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, appointment.id))
    if crew:
        lead, *rest = crew
        assert lead.user is not None
        with world.work(world.dispatcher) as uow:
            partner = rest[0].user if rest else None
            applied(assign(uow, RULES, appointment.id, lead=lead.user, partner=partner))
    return appointment


def try_to_depart(
    world: World,
    appointment_id: AppointmentId,
    actor: Actor,
    *,
    visit_id: VisitId | None = None,
    occurred_at: datetime | None = None,
) -> Born[Visit] | Refused:
    with world.work(actor) as uow:
        return depart(uow, RULES, appointment_id, visit_id=visit_id, occurred_at=occurred_at)


def under_way(world: World, *crew: Actor, case: Case | None = None, hour: float = 10) -> Visit:
    """A visit that departed half an hour before its window."""
    crew = crew or (world.collector,)
    return gone(world, promised(world, *crew, case=case, hour=hour), crew[0])


def gone(world: World, appointment: Appointment, actor: Actor) -> Visit:
    """A visit of this appointment that departed half an hour before its window."""
    world.clock.move_to(appointment.window_from - timedelta(minutes=30))
    outcome = try_to_depart(world, appointment.id, actor)
    assert isinstance(outcome, Born), outcome
    return outcome.row


def come(
    world: World,
    visit: Visit,
    actor: Actor | None = None,
    *,
    fix: Fix | None = None,
    occurred_at: datetime | None = None,
) -> Told:
    """The crew says that it arrived, with a good fix at the door by default."""
    said = fix or Fix(DOOR, 8.0, occurred_at or world.clock.now(), is_mock=False)
    with world.work(actor or world.collector) as uow:
        told = arrive(uow, RULES, visit.id, fix=said, occurred_at=occurred_at)
    assert isinstance(told, Told)
    return told


def at_door(world: World, *crew: Actor, case: Case | None = None) -> Visit:
    """A visit that arrived ten minutes into its window."""
    visit = under_way(world, *crew, case=case)
    world.clock.advance(timedelta(minutes=40))
    return come(world, visit, crew[0] if crew else None).visit


def end(
    world: World,
    visit: Visit,
    outcome: str,
    *,
    met: str | None = "self",
    proof: str | None = "document",
    actor: Actor | None = None,
    note: str | None = "As it was said.",
    promise: PromiseMade | None = None,
) -> Told:
    with world.work(actor or world.collector) as uow:
        told = finish(
            uow,
            RULES,
            visit.id,
            outcome=outcome,
            person_met=met,
            identity_proof=proof,
            note=note,
            promise=promise,
        )
    assert isinstance(told, Told)
    return told


def visit_now(world: World, visit_id: VisitId) -> Visit:
    with world.work() as uow:
        return uow.session.get_one(Visit, visit_id)


def alerts_of(world: World) -> list[str]:
    with world.work() as uow:
        return sorted(uow.session.scalars(select(Alert.kind).where(Alert.org_id == world.organisation)))


def codes_of(world: World, *, caused_by: Told | None = None) -> Sequence[str]:
    """The codes of the organisation's entries, or of those that follow from what was told."""
    with world.work() as uow:
        rows = uow.session.scalars(
            select(Entry).where(Entry.org_id == world.organisation).order_by(Entry.id)
        ).all()
    if caused_by is None:
        return [row.code for row in rows]
    cause = f'"cause":"{caused_by.applied.receipt.entry_id}"'.encode()
    return [row.code for row in rows if cause in row.canonical]


def refused_departures(world: World) -> int:
    return list(codes_of(world)).count(Code.VISIT_DEPARTURE_REFUSED)
