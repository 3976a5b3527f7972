"""Keep the demo on a day that has visits: book, tell and plan what is left of today, and all of tomorrow.

By the ordinary verbs, one transaction a day. Tomorrow's published plan is the sign that today is done: on
the same local day nothing more happens, and a start that was killed in between is made good by the next.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.demo.people import PEOPLE, TIMEZONE
from api.demo.seed import COMMAND, DemoError
from api.house import House
from field_visits.appointments import queries as appointments
from field_visits.appointments.lawfulness import judge_sending
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import book, confirm, notice
from field_visits.appointments.slots import FreeSlot, free_slots
from field_visits.cases.judging import Rules, Span
from field_visits.cases.models import Customer
from field_visits.cases.queries import CaseLine, get_customer, list_lines
from field_visits.compliance.facts import Channel
from field_visits.identity.queries import list_users
from field_visits.kernel.actor import Role, system_actor
from field_visits.kernel.ids import OrganisationId, UserId
from field_visits.kernel.points import Point
from field_visits.planning import queries as plans
from field_visits.planning.drafting import draft
from field_visits.planning.service import publish
from field_visits.unit_of_work import Refused, UnitOfWork
from field_visits.workforce.duty import Break, Interval
from field_visits.workforce.queries import list_crews, overlapping_shift
from field_visits.workforce.service import form_crew, plan_shift

_ZONE: Final = ZoneInfo(TIMEZONE)
# Fifteen a day leave each of 120 customers a week between two visits (CN-FREQ-3).
VISITS_A_DAY: Final = 15
_SERVICE_MINUTES: Final = 30
# Windows that customers are promised, in the order in which they are given out.
_WINDOWS: Final = (
    (9, 11),
    (13, 15),
    (18, 20),
    (10, 12),
    (14, 16),
    (19, 21),
    (15, 17),
    (11, 13),
    (16, 18),
    (20, 22),
)
_PURPOSES: Final = ("talk", "talk", "deliver")
# A text may be sent some minutes after the visits were booked: windows begin a little after the lead.
_LEAD: Final = timedelta(hours=1, minutes=15)
# Fifteen visits need no longer.
_BUDGET_S: Final = 0.5
_LOOK_AHEAD: Final = timedelta(days=14)
_CREW: Final = ("collector-1", "collector-2")


@dataclass(frozen=True, slots=True)
class _Hours:
    """A kind of shift: begin, end, the window of its break and its minutes."""

    begin: time
    end: time
    rest: tuple[time, time, int]


_EARLY: Final = _Hours(time(8, 30), time(17, 30), (time(11, 30), time(13, 30), 45))
_LATE: Final = _Hours(time(13), time(22), (time(17), time(18, 30), 30))
# Collectors who work late; and where each team's day begins and ends (a public square each, rounded).
_LATE_SHIFT: Final = frozenset({"collector-3", "collector-6"})
_BASES: Final = {"浦西": Point(31.230, 121.474), "浦东": Point(31.225, 121.535)}


@dataclass(frozen=True, slots=True)
class Opening:
    """The day on which the demo opens: the next one with visits still to make, and how many."""

    day: date
    visits: int


def prepare(house: House, organisation: OrganisationId, *, say: Callable[[str], object] = print) -> Opening:
    """Today's remaining lawful hours and all of tomorrow are booked, planned and published.

    On a local day on which that was done, nothing changes. `say` is told of each day that takes a moment.

    Raises:
        DemoError: neither of the days has a visit.
    """
    today = house.clock.now().astimezone(_ZONE).date()
    tomorrow = today + timedelta(days=1)
    actor = system_actor(organisation, COMMAND)
    with house.work(actor) as uow:
        is_done = plans.plan_of_day(uow, tomorrow) is not None
        is_begun = plans.plan_of_day(uow, today) is not None
    if not is_done:
        if is_begun:
            with house.work(actor) as uow:
                _tell(uow, house, today)
        else:
            say(f"Booking and planning what is left of {today} …")
            with house.work(actor) as uow:
                _fill(uow, house, today)
        say(f"Booking and planning {tomorrow} …")
        with house.work(actor) as uow:
            _fill(uow, house, tomorrow)
    with house.work(actor) as uow:
        return _opening(uow)


def _opening(uow: UnitOfWork) -> Opening:
    standing = appointments.list_appointments(
        uow, since=uow.now, until=uow.now + _LOOK_AHEAD, states=BINDING, limit=appointments.MAX_PAGE
    )
    days = [
        one.appointment.planned_from.astimezone(_ZONE).date()
        for one in standing
        if one.appointment.planned_from is not None and one.appointment.planned_from > uow.now
    ]
    if not days:
        raise DemoError("The demo has no visit today or tomorrow. `make reset` and start again.")
    return Opening(min(days), days.count(min(days)))


def _fill(uow: UnitOfWork, house: House, day: date) -> None:
    """Shifts, a crew of two, appointments, notices where they are lawful now, and the published plan."""
    people = {one.username: UserId(one.id) for one in list_users(uow.session, role=Role.COLLECTOR, limit=50)}
    _staff(uow, people, day)
    if not _book(uow, house.rules, day):
        return
    _tell(uow, house, day)
    _publish(uow, house.rules, day)


def _staff(uow: UnitOfWork, people: Mapping[str, UserId], day: date) -> None:
    for person in PEOPLE:
        if person.role is not Role.COLLECTOR:
            continue
        hours = _LATE if person.username in _LATE_SHIFT else _EARLY
        shift = Interval(_at(day, hours.begin), _at(day, hours.end))
        collector = people[person.username]
        if shift.end <= uow.now or overlapping_shift(uow, collector, shift) is not None:
            continue
        rest_from, rest_to, minutes = hours.rest
        _must(
            plan_shift(
                uow,
                collector,
                starts_at=shift.start,
                ends_at=shift.end,
                start=_BASES[person.teams[0]],
                rest=Break(Interval(_at(day, rest_from), _at(day, rest_to)), minutes),
            )
        )
    lead, partner = (people[name] for name in _CREW)
    works = overlapping_shift(uow, lead, Interval(max(uow.now, _at(day, _EARLY.begin)), _at(day, time(23))))
    if works is not None and not list_crews(uow, day):
        _must(form_crew(uow, day, lead_id=lead, partner_id=partner))


def _book(uow: UnitOfWork, rules: Rules, day: date) -> int:
    """Book windows for customers in turn, as free slots allow; the number of appointments of the day."""
    begin = max(_at(day, time(8)), uow.now + _LEAD)
    end = _at(day, time(22))
    booked = len(appointments.binding_between(uow, _at(day, time()), end))
    windows = [span for span in (_window(day, one) for one in _WINDOWS) if span[0] >= begin]
    wanted = VISITS_A_DAY * len(windows) // len(_WINDOWS)
    if not windows:
        return booked
    for line in _in_turn(uow, day):
        if booked >= wanted:
            break
        free = free_slots(
            uow, rules, line.case, since=begin, until=end, service_minutes=_SERVICE_MINUTES
        ).free
        turn = booked % len(windows)
        window = next((one for one in windows[turn:] + windows[:turn] if _fits(one, free)), None)
        if window is None:
            continue
        outcome = book(
            uow,
            rules,
            line.case.id,
            window=window,
            purpose=_PURPOSES[booked % len(_PURPOSES)],
            service_minutes=_SERVICE_MINUTES,
        )
        if isinstance(outcome, Refused):
            raise DemoError(f"A free slot was refused: {outcome.detail}")
        booked += 1
    return booked


def _in_turn(uow: UnitOfWork, day: date) -> Iterator[CaseLine]:
    """Open cases, each day beginning with those after yesterday's."""
    cases: Sequence[CaseLine] = list_lines(uow, state="open", limit=200)
    first = day.toordinal() * VISITS_A_DAY % max(1, len(cases))
    yield from cases[first:]
    yield from cases[:first]


def _tell(uow: UnitOfWork, house: House, day: date) -> None:
    """Whoever may be told now is; at night a text has to wait, and nobody is told too late."""
    for number, one in enumerate(_of_day(uow, day)):
        if one.state != "proposed" or one.window_from < uow.now + _LEAD:
            continue
        customer: Customer = get_customer(uow, one.customer_id)
        channel = Channel.MESSAGE if customer.phone else Channel.EMAIL
        if judge_sending(uow, house.rules, one, channel).is_refused:
            continue
        _must(notice(uow, house.rules, one.id, pages=house.pages))
        if number % 4 == 0:
            _must(confirm(uow, one.id, by="call" if customer.phone else "email"))


def _publish(uow: UnitOfWork, rules: Rules, day: date) -> None:
    proposal = draft(uow, rules, day, budget_s=_BUDGET_S)
    _must(publish(uow, rules, proposal.id))


def _of_day(uow: UnitOfWork, day: date) -> Sequence[Appointment]:
    return appointments.binding_between(uow, _at(day, time()), _at(day + timedelta(days=1), time()))


def _fits(window: Span, free: Sequence[FreeSlot]) -> bool:
    latest = window[1] - timedelta(minutes=_SERVICE_MINUTES)
    return any(max(slot.first, window[0]) <= min(slot.last, latest) for slot in free)


def _window(day: date, hours: tuple[int, int]) -> Span:
    return _at(day, time(hours[0])), _at(day, time(hours[1]))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=_ZONE)


def _must(outcome: object) -> None:
    if isinstance(outcome, Refused):
        raise DemoError(outcome.detail)
