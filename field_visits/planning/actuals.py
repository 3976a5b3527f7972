"""Plan against what happened: for people who plan better next time, and for travel times fitted to the city."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select

from field_visits.appointments.models import Appointment
from field_visits.appointments.slots import place_of
from field_visits.cases.models import Address
from field_visits.kernel.ids import UserId
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.models import Visit
from field_visits.workforce.queries import day_hours, organisation_zone
from routing.distance import geodesic_m, straight_trips_m
from routing.model import Place, Trip
from routing.roads.fit import DoneTrip


@dataclass(frozen=True, slots=True)
class Actual:
    """A finished visit beside its plan. Times in seconds, distances in metres.

    `late_s` is arrival after the planned start, negative if early. `straight_m` is the straight line from the
    door before, made by the same lead that day; `travel_s` is departure to arrival. None where it is not known:
    the first visit of a day begins nobody knows where, and a departure that nobody told has no duration.
    """

    visit: Visit
    appointment: Appointment
    arrived_at: datetime
    finished_at: datetime
    late_s: int | None
    service_s: int
    travel_s: int | None
    straight_m: int | None


def actuals_of_day(
    uow: UnitOfWork, day: date, *, collectors: Collection[UserId] | None = None
) -> list[Actual]:
    """The finished visits that set out on `day`, in order of lead and time; of these collectors, or of all."""
    hours = day_hours(uow, day)
    found = _actuals(uow, hours.start, hours.end)
    if collectors is None:
        return found
    return [one for one in found if {one.visit.lead_id, one.visit.partner_id} & set(collectors)]


def trips_between(uow: UnitOfWork, since: datetime, until: datetime, *, most: int = 10_000) -> list[DoneTrip]:
    """The ways between two doors that were made in `[since, until)`, of the last `most` visits.

    It is what `routing.roads.fit` fits travel times to.
    """
    zone = organisation_zone(uow)
    rows = uow.session.execute(
        select(Visit.lead_id, Visit.departed_at, Visit.arrived_at, Address.lat, Address.lon)
        .join(Appointment, Appointment.id == Visit.appointment_id)
        .join(Address, Address.id == Appointment.address_id)
        .where(Visit.departed_at >= since, Visit.departed_at < until)
        .where(Visit.state == "finished", Visit.arrived_at.is_not(None), Address.lat.is_not(None))
        .order_by(Visit.departed_at.desc(), Visit.id)
        .limit(most)
    ).all()
    made: list[tuple[Trip, int, int]] = []
    for before, after in pairwise(sorted(rows, key=lambda row: (row.lead_id, row.departed_at))):
        departed = after.departed_at.astimezone(zone)
        is_next = (
            before.lead_id == after.lead_id and before.departed_at.astimezone(zone).date() == departed.date()
        )
        took_s = _seconds(after.departed_at, after.arrived_at)
        if is_next and took_s > 0:
            trip = Place(before.lat, before.lon), Place(after.lat, after.lon)
            made.append((trip, took_s, departed.hour))
    straight = straight_trips_m([trip for trip, _, _ in made]).tolist() if made else []
    return [
        DoneTrip(round(metres), took_s, hour)
        for metres, (_, took_s, hour) in zip(straight, made, strict=True)
    ]


def _actuals(uow: UnitOfWork, since: datetime, until: datetime) -> list[Actual]:
    rows = uow.session.execute(
        select(Visit, Appointment, Address)
        .join(Appointment, Appointment.id == Visit.appointment_id)
        .join(Address, Address.id == Appointment.address_id)
        .where(Visit.departed_at >= since, Visit.departed_at < until)
        .where(Visit.state == "finished", Visit.arrived_at.is_not(None))
        .order_by(Visit.lead_id, Visit.departed_at, Visit.id)
    ).all()
    zone = organisation_zone(uow)
    found: list[Actual] = []
    before: tuple[Visit, Address] | None = None
    for visit, appointment, door in rows:
        is_next = before is not None and _round_of(before[0], zone) == _round_of(visit, zone)
        found.append(
            _actual(visit, appointment, _straight_m(before[1], door) if before and is_next else None)
        )
        before = visit, door
    return found


def _round_of(visit: Visit, zone: ZoneInfo) -> tuple[UserId, date]:
    """Whose day it belongs to."""
    return visit.lead_id, visit.departed_at.astimezone(zone).date()


def _actual(visit: Visit, appointment: Appointment, straight_m: int | None) -> Actual:
    arrived = visit.arrived_at or visit.departed_at
    finished = visit.finished_at or arrived
    planned, travel_s = appointment.planned_from, _seconds(visit.departed_at, arrived)
    return Actual(
        visit,
        appointment,
        arrived,
        finished,
        None if planned is None else _seconds(planned, arrived),
        _seconds(arrived, finished),
        travel_s if travel_s > 0 else None,
        straight_m,
    )


def _straight_m(start: Address, end: Address) -> int | None:
    if start.lat is None or end.lat is None:
        return None  # erased
    return round(geodesic_m(place_of(start), place_of(end)))


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())
