"""Everything that planning must know of a day, read once: what stands, who works, and what has happened."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from field_visits.appointments import queries as appointments
from field_visits.appointments.crews import Rows, Span, Team, team_of
from field_visits.appointments.dispatching import interval_of
from field_visits.appointments.lawfulness import Promises, bench_of
from field_visits.appointments.models import Appointment
from field_visits.cases.judging import Bench, Rules
from field_visits.cases.models import Address, Case
from field_visits.identity.models import Evenness, Organisation, User
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AddressId, AppointmentId, CaseId, PlanId, UserId
from field_visits.planning import queries
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.models import Visit
from field_visits.workforce.duty import CrewOnDuty
from field_visits.workforce.queries import crews_on_duty, day_hours
from routing.model import Fairness

_SECOND = timedelta(seconds=1)
# An hour more or less than the mean of all crews is worth so much travel (`Fairness`). What the middle one does to the
# working times, and to the ways, is measured in docs/performance.md.
FAIRNESS = {
    Evenness.FREE: Fairness(),
    Evenness.EVEN: Fairness(hour_price_s=300),
    Evenness.STRICT: Fairness(hour_price_s=1_200, visit_price_s=30),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """A visit that is over or under way, with the door it was made at. No plan changes it."""

    visit: Visit
    appointment: Appointment
    door: Address


@dataclass(frozen=True, slots=True)
class Standing:
    """How a visit stands before the day is planned again: who goes, and when."""

    team: Team
    interval: Span


@dataclass(frozen=True, slots=True)
class KnownDay:
    """The day at one moment. `epoch` is its midnight; nothing can be begun before `since`."""

    day: date
    epoch: datetime
    since: datetime
    appointments: Sequence[Appointment]
    cases: Mapping[CaseId, Case]
    doors: Mapping[AddressId, Address]
    crews: Mapping[str, CrewOnDuty]
    rows: Mapping[AppointmentId, Rows]
    happened: Mapping[str, Sequence[Happened]]
    bench: Bench
    promises: Promises
    former: PlanId | None
    former_figures: Mapping[str, Any] | None
    fairness: Fairness

    def seconds(self, at: datetime) -> int:
        """Whole seconds after the epoch."""
        return int((at - self.epoch) // _SECOND)

    def facts(self) -> tuple[Any, ...]:
        """What the day was read from: two readings with equal facts are of the same day, but for the clock."""
        made = [one for them in self.happened.values() for one in them]
        return (
            self.former,
            self.fairness,
            self.crews,
            {one.id: one.evidence_id for one in self.appointments},
            {case.id: case.evidence_id for case in self.cases.values()},
            {door.id: door.evidence_id for door in self.doors.values()},
            {one.visit.id: one.visit.evidence_id for one in made},
        )

    def standing(self) -> dict[AppointmentId, Standing]:
        """The visits that somebody was going to make at an hour already."""
        found = {}
        for one in self.appointments:
            team, interval = team_of(self.rows.get(one.id, ())), interval_of(one)
            if team is not None and interval is not None:
                found[one.id] = Standing(team, interval)
        return found

    def crew_of(self, team: Team, interval: Span) -> str | None:
        """The crew in which these people work then; None if they do not."""
        for name, crew in self.crews.items():
            hours = crew.hours
            if people_in(crew) == team.members and hours.start <= interval[0] and interval[1] <= hours.end:
                return name
        return None


def people_in(crew: CrewOnDuty) -> tuple[UserId, ...]:
    """Who goes in it, the lead first."""
    return (crew.lead_id,) if crew.partner_id is None else (crew.lead_id, crew.partner_id)


def team_in(crew: CrewOnDuty) -> Team:
    """The crew as appointments name it."""
    return Team(crew.lead_id, crew.partner_id)


def read_day(uow: UnitOfWork, rules: Rules, day: date) -> KnownDay:
    """The day as it stands now; of today only what is left can still be planned.

    Raises:
        InvalidError: The day is over.
    """
    hours = day_hours(uow, day)
    if hours.end <= uow.now:
        raise InvalidError("This day is over.", faults=[Fault("/day", "today or later")])
    # A whole second, not before now: nobody can be sent into the past.
    since = max(hours.start, uow.now.replace(microsecond=0) + _SECOND)
    made = _happened(uow, hours.start, hours.end)
    under_way = {one.appointment.id for one in made if one.visit.state in ("departed", "arrived")}
    open_ones = [
        one for one in appointments.binding_between(uow, hours.start, hours.end) if one.id not in under_way
    ]
    # A visit that was broken off and is to be made after all stands as one to plan.
    still_open = {one.id for one in open_ones}
    cases = uow.session.scalars(select(Case).where(Case.id.in_({one.case_id for one in open_ones})))
    doors = uow.session.scalars(select(Address).where(Address.id.in_({one.address_id for one in open_ones})))
    bench, promises = bench_of(uow, rules, open_ones)
    crews = _named(uow, crews_on_duty(uow, day))
    former = queries.plan_of_day(uow, day)
    return KnownDay(
        day,
        hours.start,
        since,
        open_ones,
        {case.id: case for case in cases},
        {door.id: door for door in doors},
        crews,
        appointments.crews_of(uow, [one.id for one in open_ones]),
        _by_crew(crews, [one for one in made if one.appointment.id not in still_open]),
        bench,
        promises,
        None if former is None else former.id,
        None if former is None else former.routes.get("figures"),
        FAIRNESS[Evenness(uow.session.get_one(Organisation, uow.actor.organisation).evenness)],
    )


def _happened(uow: UnitOfWork, since: datetime, until: datetime) -> list[Happened]:
    rows = uow.session.execute(
        select(Visit, Appointment, Address)
        .join(Appointment, Appointment.id == Visit.appointment_id)
        .join(Address, Address.id == Appointment.address_id)
        .where(Visit.departed_at >= since, Visit.departed_at < until, Address.lat.is_not(None))
        .where(or_(Visit.arrived_at.is_not(None), Visit.state == "departed"))
        .order_by(Visit.departed_at, Visit.id)
    )
    return [Happened(visit, appointment, door) for visit, appointment, door in rows]


def _by_crew(crews: Mapping[str, CrewOnDuty], made: Sequence[Happened]) -> dict[str, list[Happened]]:
    """Each visit once, with the stretch of a crew that was or is on duty when it set out, or the last before."""
    found: dict[str, list[Happened]] = defaultdict(list)
    seen: set[AppointmentId] = set()
    for one in made:
        if one.appointment.id in seen:
            continue  # a second phone at the same door
        visit = one.visit
        theirs = [
            name
            for name, crew in crews.items()
            if {visit.lead_id, visit.partner_id} & set(people_in(crew)) - {None}
        ]
        begun = [name for name in theirs if crews[name].hours.start <= visit.departed_at]
        if theirs:
            seen.add(one.appointment.id)
            found[begun[-1] if begun else theirs[0]].append(one)
    return found


def _named(uow: UnitOfWork, crews: Sequence[CrewOnDuty]) -> dict[str, CrewOnDuty]:
    """Each stretch of a crew under a name that a dispatcher knows: badges, or else names."""
    labels = _labels(uow, {person for crew in crews for person in people_in(crew)})
    named: dict[str, CrewOnDuty] = {}
    for crew in crews:
        label = " + ".join(labels[person] for person in people_in(crew))
        times = sum(name == label or name.startswith(f"{label} (") for name in named)
        named[f"{label} ({times + 1})" if times else label] = crew
    return named


def _labels(uow: UnitOfWork, people: Collection[UserId]) -> dict[UserId, str]:
    users = uow.session.scalars(select(User).where(User.id.in_(people)))
    return {user.id: user.badge or user.name or user.username for user in users}
