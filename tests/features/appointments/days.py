"""Short ways to an appointment, for tests of appointments and of plans."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from field_visits.appointments.models import Appointment, AppointmentCrew
from field_visits.appointments.service import book
from field_visits.cases.judging import Rules
from field_visits.cases.models import Case
from field_visits.evidence.tables import Entry
from field_visits.kernel.ids import AppointmentId
from field_visits.unit_of_work import Born, Refused
from tests.world import World

RULES = Rules()
HOUR = timedelta(hours=1)
# The clock stands at 10:00 on 25 November in Shanghai; a day of notice leads to the 27th.
THE_27TH = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)


def at(hour: float) -> datetime:
    """That hour of 27 November in Shanghai."""
    return THE_27TH + hour * HOUR


def try_to_book(
    world: World, case: Case, start: datetime, *, hours: float = 2, crew_size: int = 1
) -> Born[Appointment] | Refused:
    with world.work(world.dispatcher) as uow:
        return book(
            uow,
            RULES,
            case.id,
            window=(start, start + hours * HOUR),
            purpose="talk",
            service_minutes=30,
            crew_size=crew_size,
        )


def booked(
    world: World, start: datetime, *, hours: float = 2, crew_size: int = 1, case: Case | None = None
) -> Appointment:
    outcome = try_to_book(world, case or world.case(), start, hours=hours, crew_size=crew_size)
    assert isinstance(outcome, Born), outcome
    return outcome.row


def now_is(world: World, appointment_id: AppointmentId) -> Appointment:
    with world.work() as uow:
        return uow.session.get_one(Appointment, appointment_id)


def crew_is(world: World, appointment_id: AppointmentId) -> list[AppointmentCrew]:
    with world.work() as uow:
        return list(
            uow.session.scalars(
                select(AppointmentCrew)
                .where(AppointmentCrew.appointment_id == appointment_id)
                .order_by(AppointmentCrew.id)
            )
        )


def entries(world: World, code: str) -> list[Entry]:
    with world.work() as uow:
        return list(
            uow.session.scalars(
                select(Entry).where(Entry.org_id == world.organisation, Entry.code == code).order_by(Entry.id)
            )
        )
