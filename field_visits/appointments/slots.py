"""Free slots: where lawful hours, shifts and the way from the visits before and after leave room.

And for what is not free, the reason: law, nobody on duty, no room beside what is planned, or the customer's
own other appointment.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from sqlalchemy import select

import routing.slots
from field_visits.appointments import queries
from field_visits.appointments.lawfulness import Promises
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import Appointment
from field_visits.cases.judging import Bench, Question, Rules
from field_visits.cases.models import Address, Case
from field_visits.cases.queries import list_addresses, usable_addresses
from field_visits.compliance.facts import Action
from field_visits.kernel.decision import Decision, Verdict
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AddressId, AppointmentId, CaseId, CustomerId, UserId
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce.duty import CrewOnDuty
from field_visits.workforce.queries import crews_on_duty, organisation_zone
from routing.distance import Travel, VectorTravel
from routing.model import Break, Place, Vehicle

MAX_RANGE = timedelta(days=14)
MIN_SERVICE, MAX_SERVICE, MAX_CREW = 5, 240, 2


class Closed(StrEnum):
    """Why a visit cannot start then."""

    LAW = "law"
    CUSTOMER_BUSY = "customer_busy"
    NOBODY_ON_DUTY = "nobody_on_duty"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """The visit may start at any second from `first` to `last`, both included, with this crew."""

    first: datetime
    last: datetime
    lead_id: UserId
    partner_id: UserId | None
    extra_travel_s: int


@dataclass(frozen=True, slots=True)
class ClosedSpan:
    """No visit can start from `since` up to and without `until`; `decision` names the rules, if law it is."""

    since: datetime
    until: datetime
    reason: Closed
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """What can be promised within a range, what cannot and why, and what the travel times rest on."""

    free: tuple[FreeSlot, ...]
    closed: tuple[ClosedSpan, ...]
    travel_source: str


# Seconds since the range's beginning; [start, end).
_Seconds = tuple[int, int]


def free_slots(
    uow: UnitOfWork,
    rules: Rules,
    case: Case,
    *,
    since: datetime,
    until: datetime,
    service_minutes: int,
    crew_size: int = 1,
    address_id: AddressId | None = None,
    moving: AppointmentId | None = None,
    travel: Travel | None = None,
) -> Slots:
    """When a visit of `service_minutes` may start within `[since, until)`.

    `moving` names a standing appointment that would give way: its own window stands in no way.

    Fixed are the intervals that are planned; a promised window that no plan has placed yet takes no room.
    Lawful here is a visit of that length; the window then promised must be lawful as a whole (`book`).

    Raises:
        InvalidError: The range is empty, in the past, or longer than 14 days; length or crew cannot be; the
            customer has no usable address, or several and none is named.
    """
    search = _Search.load(
        uow,
        rules,
        [case],
        since=since,
        until=until,
        service_minutes=service_minutes,
        crew_size=crew_size,
        moving=moving,
        travel=travel,
    )
    return search.slots(case, _door(uow, case, address_id))


def free_slots_of_many(
    uow: UnitOfWork,
    rules: Rules,
    cases: Sequence[Case],
    *,
    since: datetime,
    until: datetime,
    service_minutes: int,
    crew_size: int = 1,
    travel: Travel | None = None,
) -> dict[CaseId, Slots]:
    """As `free_slots`, for many cases in a handful of queries; each for itself, as if the others were not.

    The door is the customer's newest usable one; a case without any is left out.

    Raises:
        InvalidError: The range is empty, in the past, or longer than 14 days; length or crew cannot be.
    """
    search = _Search.load(
        uow,
        rules,
        cases,
        since=since,
        until=until,
        service_minutes=service_minutes,
        crew_size=crew_size,
        travel=travel,
    )
    doors = usable_addresses(uow, {case.customer_id for case in cases})
    return {
        case.id: search.slots(case, doors[case.customer_id][0])
        for case in cases
        if doors.get(case.customer_id)
    }


@dataclass(frozen=True, slots=True)
class _Search:
    """What is known of a range whoever is visited in it, and of the cases asked about."""

    clock: "_Clock"
    service: timedelta
    crew_size: int
    bench: Bench
    promises: Promises
    taken: Mapping[CustomerId, list[_Seconds]]
    crews: Mapping[str, CrewOnDuty]
    agendas: Mapping[str, routing.slots.Agenda]
    travel: Travel
    moving: AppointmentId | None

    @classmethod
    def load(
        cls,
        uow: UnitOfWork,
        rules: Rules,
        cases: Sequence[Case],
        *,
        since: datetime,
        until: datetime,
        service_minutes: int,
        crew_size: int,
        travel: Travel | None,
        moving: AppointmentId | None = None,
    ) -> Self:
        since = max(since, uow.now).replace(microsecond=0)
        _require(since, until, service_minutes, crew_size)
        service = timedelta(minutes=service_minutes)
        clock = _Clock(since, until)
        customers = {case.customer_id for case in cases}
        crews = _crews(uow, since, until, crew_size)
        return cls(
            clock,
            service,
            crew_size,
            Bench.load(uow, rules, cases),
            Promises.load(uow, customers),
            _taken(uow, customers, clock, service, moving),
            crews,
            _agendas(uow, crews, clock),
            travel or VectorTravel(),
            moving,
        )

    def slots(self, case: Case, address: Address) -> Slots:
        """When the door of this case can be visited."""
        clock, service = self.clock, self.service
        asked = Question(
            action=Action.BOOK,
            window=(clock.since, clock.since + service),
            address_id=address.id,
            crew_size=self.crew_size,
            promised=self.promises.to(case.customer_id, without=self.moving),
        )
        until = clock.until - timedelta(seconds=1)
        lawful = [
            (clock.to_s(first), clock.to_s(last) + 1)
            for first, last in self.bench.lawful_starts(case.id, asked, clock.since, until)
        ]
        taken = self.taken.get(case.customer_id, [])
        offered = _minus(lawful, taken)
        agendas = [
            agenda for name, agenda in self.agendas.items() if self.crews[name].skills.issuperset(case.skills)
        ]
        found = routing.slots.free_slots(
            agendas,
            place=place_of(address),
            service_s=int(service.total_seconds()),
            windows=[(start, end - 1) for start, end in offered],
            travel=self.travel,
        )
        on_duty = _union(
            (agenda.vehicle.shift_from_s, agenda.vehicle.shift_to_s - int(service.total_seconds()) + 1)
            for agenda in agendas
        )
        free = [(slot.from_s, slot.to_s + 1) for slot in found]
        closed = [
            *_against_law(clock, lawful, self.bench, case, asked),
            *_closed(clock, _meet(taken, lawful), Closed.CUSTOMER_BUSY),
            *_closed(clock, _minus(offered, on_duty), Closed.NOBODY_ON_DUTY),
            *_closed(clock, _minus(_meet(offered, on_duty), free), Closed.NO_ROOM),
        ]
        return Slots(
            tuple(
                FreeSlot(
                    clock.at(slot.from_s),
                    clock.at(slot.to_s),
                    self.crews[slot.vehicle].lead_id,
                    self.crews[slot.vehicle].partner_id,
                    slot.extra_travel_s,
                )
                for slot in sorted(found, key=lambda slot: (slot.from_s, slot.extra_travel_s, slot.vehicle))
            ),
            tuple(sorted(closed, key=lambda span: span.since)),
            self.travel.source,
        )


@dataclass(frozen=True, slots=True)
class _Clock:
    since: datetime
    until: datetime

    @property
    def length_s(self) -> int:
        return self.to_s(self.until)

    def to_s(self, instant: datetime) -> int:
        return int((instant - self.since) // timedelta(seconds=1))

    def at(self, second: int) -> datetime:
        return self.since + timedelta(seconds=second)

    def bounded_s(self, instant: datetime) -> int:
        return min(max(self.to_s(instant), 0), self.length_s)


def _require(since: datetime, until: datetime, service_minutes: int, crew_size: int) -> None:
    faults = []
    if until <= since:
        faults.append(Fault("/until", "must be in the future and after since"))
    elif until - since > MAX_RANGE:
        faults.append(Fault("/until", "at most 14 days after since"))
    if not MIN_SERVICE <= service_minutes <= MAX_SERVICE:
        faults.append(Fault("/service_minutes", f"{MIN_SERVICE} to {MAX_SERVICE}"))
    if not 1 <= crew_size <= MAX_CREW:
        faults.append(Fault("/crew_size", "1 or 2"))
    if faults:
        raise InvalidError("No slot can be looked for like this.", faults=faults)


def _door(uow: UnitOfWork, case: Case, address_id: AddressId | None) -> Address:
    usable = [one for one in list_addresses(uow, case.customer_id) if one.state == "usable"]
    named = [one for one in usable if address_id in (None, one.id)]
    if len(named) != 1:
        raise InvalidError(
            "Name one usable address of the customer." if usable else "The customer has no usable address.",
            faults=[Fault("/address_id", f"one of {len(usable)} usable addresses")],
        )
    return named[0]


def place_of(address: Address) -> Place:
    """Where the door is. An erased one has no place any more: InvalidError."""
    if address.lat is None or address.lon is None:
        raise InvalidError("The address has no position any more; nobody can be sent there.")
    return Place(address.lat, address.lon)


def _taken(
    uow: UnitOfWork,
    customers: Collection[CustomerId],
    clock: _Clock,
    service: timedelta,
    moving: AppointmentId | None,
) -> dict[CustomerId, list[_Seconds]]:
    """By customer the starts at which a visit would meet another window promised to them."""
    windows = uow.session.execute(
        select(Appointment.customer_id, Appointment.window_from, Appointment.window_to).where(
            Appointment.customer_id.in_(list(customers)),
            Appointment.state.in_(BINDING),
            Appointment.window_from < clock.until + service,
            Appointment.window_to > clock.since,
            Appointment.id.is_distinct_from(moving),
        )
    )
    starts: dict[CustomerId, list[_Seconds]] = defaultdict(list)
    for customer, opens, closes in windows:
        starts[customer].append(
            (clock.bounded_s(opens - service + timedelta(seconds=1)), clock.bounded_s(closes))
        )
    return {customer: _union(spans) for customer, spans in starts.items()}


def _crews(uow: UnitOfWork, since: datetime, until: datetime, crew_size: int) -> dict[str, CrewOnDuty]:
    """The crews that are large enough, each stretch of a shift by a name of its own."""
    zone = organisation_zone(uow)
    crews: dict[str, CrewOnDuty] = {}
    for day in _days(since.astimezone(zone).date(), until.astimezone(zone).date()):
        for crew in crews_on_duty(uow, day):
            if crew.size >= crew_size and crew.hours.start < until and crew.hours.end > since:
                crews[f"{crew.lead_id}/{crew.hours.start.isoformat()}"] = crew
    return crews


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _agendas(uow: UnitOfWork, crews: dict[str, CrewOnDuty], clock: _Clock) -> dict[str, routing.slots.Agenda]:
    people = {person for crew in crews.values() for person in (crew.lead_id, crew.partner_id) if person}
    busy = queries.busy_between(uow, people, clock.since - timedelta(days=1), clock.until + timedelta(days=1))
    doors = {
        address.id: place_of(address)
        for address in uow.session.scalars(
            select(Address).where(Address.id.in_({appointment.address_id for _, appointment in busy}))
        )
    }
    agendas = {}
    for name, crew in crews.items():
        vehicle = vehicle_of(name, crew, clock.since)
        if vehicle is None:
            continue
        theirs = [
            (appointment, doors[appointment.address_id])
            for person, appointment in busy
            if person in (crew.lead_id, crew.partner_id)
        ]
        agendas[name] = routing.slots.Agenda(vehicle, tuple(_busy(theirs, vehicle, clock)))
    return agendas


def vehicle_of(name: str, crew: CrewOnDuty, epoch: datetime) -> Vehicle | None:
    """The crew as a route planner sees it, in seconds after `epoch`; None if its hours are over by then.

    A crew that is at work at `epoch` is taken to be where its shift begins.
    """

    def seconds(instant: datetime) -> int:
        return max(0, int((instant - epoch) // timedelta(seconds=1)))

    if crew.hours.end <= epoch:
        return None
    breaks = tuple(
        Break(f"break {number}", ((opens, closes),), pause.minutes * 60)
        for number, pause in enumerate(crew.breaks, 1)
        if (opens := seconds(pause.window.start))
        <= (closes := seconds(pause.window.end) - pause.minutes * 60)
    )
    return Vehicle(
        name,
        Place(crew.start.lat, crew.start.lon),
        Place(crew.end.lat, crew.end.lon),
        seconds(crew.hours.start),
        seconds(crew.hours.end),
        breaks=breaks,
        skills=crew.skills,
    )


def _busy(
    planned: Sequence[tuple[Appointment, Place]], vehicle: Vehicle, clock: _Clock
) -> Iterator[routing.slots.Busy]:
    """What is fixed in the shift, in order and apart: both members of a crew may have visits of their own."""
    pending: routing.slots.Busy | None = None
    for appointment, place in planned:
        if appointment.planned_from is None or appointment.planned_to is None:
            continue
        start, end = clock.to_s(appointment.planned_from), clock.to_s(appointment.planned_to)
        if end <= vehicle.shift_from_s or start >= vehicle.shift_to_s:
            continue
        fixed = routing.slots.Busy(max(start, vehicle.shift_from_s), min(end, vehicle.shift_to_s), place)
        if pending is not None and fixed.from_s < pending.to_s:
            later = fixed if fixed.to_s > pending.to_s else pending
            pending = replace(later, from_s=pending.from_s)
            continue
        if pending is not None:
            yield pending
        pending = fixed
    if pending is not None:
        yield pending


def _against_law(
    clock: _Clock, lawful: Sequence[_Seconds], bench: Bench, case: Case, asked: Question
) -> Iterator[ClosedSpan]:
    """What law closes, with the decision at the first second of each stretch."""
    window = asked.window
    if window is None:
        return
    length = window[1] - window[0]
    for start, end in _minus([(0, clock.length_s)], lawful):
        begins = clock.at(start)
        decision = bench.judge(case.id, replace(asked, window=(begins, begins + length)))
        if decision.verdict is Verdict.REFUSE:
            yield ClosedSpan(begins, clock.at(end), Closed.LAW, decision)


def _closed(clock: _Clock, spans: Iterable[_Seconds], reason: Closed) -> Iterator[ClosedSpan]:
    for start, end in spans:
        yield ClosedSpan(clock.at(start), clock.at(end), reason)


def _union(spans: Iterable[_Seconds]) -> list[_Seconds]:
    joined: list[_Seconds] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _minus(spans: Iterable[_Seconds], holes: Iterable[_Seconds]) -> list[_Seconds]:
    left = []
    gaps = _union(holes)
    for start, end in _union(spans):
        reached = start
        for opens, closes in gaps:
            if closes <= reached or opens >= end:
                continue
            if opens > reached:
                left.append((reached, opens))
            reached = closes
        if reached < end:
            left.append((reached, end))
    return left


def _meet(spans: Iterable[_Seconds], others: Iterable[_Seconds]) -> list[_Seconds]:
    ours = _union(spans)
    return _minus(ours, _minus(ours, others))
