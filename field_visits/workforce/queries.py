"""Reads of the workforce: who works when, in which team, with what skill, and with whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from field_visits.identity.models import Organisation, User
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Role
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import AbsenceId, ShiftId, TeamId, UserId
from field_visits.kernel.points import Point
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce.duty import Availability, Break, CrewOnDuty, Interval, alone, cut, together
from field_visits.workforce.models import Absence, Crew, Shift, Skill, Team, TeamMember

MAX_RANGE = timedelta(days=62)
MAX_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Member:
    """A person who belongs to a team now."""

    user_id: UserId
    roles: frozenset[Role]


def on_duty(uow: UnitOfWork, since: datetime, until: datetime) -> list[Availability]:
    """Every stretch within `[since, until)` in which an active collector works: shifts less absences.

    In order of start. Skills are those that have not expired on the day of the stretch's start, in the
    organisation's zone.

    Raises:
        InvalidError: `until` is not after `since`, or the two are more than 62 days apart.
    """
    asked = _range(since, until)
    shifts = uow.session.scalars(
        select(Shift)
        .join(User, User.id == Shift.collector_id)
        .where(Shift.state == "planned", Shift.starts_at < until, Shift.ends_at > since)
        .where(User.state == "active", User.roles.contains([Role.COLLECTOR.value]))
        .order_by(Shift.starts_at, Shift.id)
    ).all()
    collectors = {shift.collector_id for shift in shifts}
    absences = _absences(uow, collectors, asked)
    skills = _skills(uow, collectors)
    zone = organisation_zone(uow)
    available: list[Availability] = []
    for shift in shifts:
        day = max(shift.starts_at, since).astimezone(zone).date()
        able = frozenset(name for name, until_day in skills[shift.collector_id] if until_day >= day)
        available += cut(_whole(shift, able), absences[shift.collector_id], asked)
    return sorted(available, key=lambda one: (one.hours.start, one.shift_id))


def crews_on_duty(uow: UnitOfWork, day: date) -> list[CrewOnDuty]:
    """Who goes out on `day` of the organisation's calendar, as crews of one or two.

    A crew of two works while both do. Whoever stands in no crew goes alone; a partner does not.
    """
    hours = day_hours(uow, day)
    by_collector: dict[UserId, list[Availability]] = defaultdict(list)
    for one in on_duty(uow, hours.start, hours.end):
        by_collector[one.collector_id].append(one)
    teamed: set[UserId] = set()
    crews: list[CrewOnDuty] = []
    for crew in list_crews(uow, day):
        if crew.partner_id is not None:
            teamed |= {crew.lead_id, crew.partner_id}
            crews += together(crew.id, by_collector[crew.lead_id], by_collector[crew.partner_id])
    for collector, stretches in by_collector.items():
        if collector not in teamed:
            crews += [alone(one) for one in stretches]
    return sorted(crews, key=lambda crew: (crew.hours.start, crew.lead_id))


def organisation_zone(uow: UnitOfWork) -> ZoneInfo:
    """The zone in which the organisation counts its days."""
    return ZoneInfo(uow.session.get_one(Organisation, uow.actor.organisation).timezone)


def day_hours(uow: UnitOfWork, day: date) -> Interval:
    """From midnight to midnight of `day` in the organisation's zone (23 to 25 hours)."""
    zone = organisation_zone(uow)
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), start.time(), tzinfo=zone)
    return Interval(start, end)


def get_team(uow: UnitOfWork, team_id: TeamId) -> Team:
    """The team with its members of all times; those with `left_at` have left.

    Raises:
        NotFoundError: There is no such team here.
    """
    team = uow.session.scalars(
        select(Team)
        .where(Team.id == team_id)
        .options(selectinload(Team.members))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if team is None:
        raise NotFoundError("There is no such team.")
    return team


def find_team(uow: UnitOfWork, name: str) -> Team | None:
    """The team of this name, if there is one."""
    return uow.session.scalars(select(Team).where(Team.name == name)).one_or_none()


def list_teams(uow: UnitOfWork) -> Sequence[Team]:
    """All teams by name, with their members."""
    return uow.session.scalars(
        select(Team)
        .options(selectinload(Team.members))
        .order_by(Team.name)
        .limit(MAX_ROWS)
        .execution_options(populate_existing=True)
    ).all()


def members_of(uow: UnitOfWork, team_id: TeamId) -> dict[UserId, Member]:
    """Who belongs to the team now, by id, disabled people left out."""
    rows = uow.session.execute(
        select(User.id, User.roles)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(TeamMember.team_id == team_id, TeamMember.left_at.is_(None), User.state == "active")
    )
    return {UserId(user): Member(UserId(user), frozenset(map(Role, roles))) for user, roles in rows}


def get_shift(uow: UnitOfWork, shift_id: ShiftId) -> Shift:
    """The shift, withdrawn or not.

    Raises:
        NotFoundError: There is no such shift here.
    """
    shift = uow.session.get(Shift, shift_id)
    if shift is None:
        raise NotFoundError("There is no such shift.")
    return shift


def get_absence(uow: UnitOfWork, absence_id: AbsenceId) -> Absence:
    """The absence, withdrawn or not.

    Raises:
        NotFoundError: There is no such absence here.
    """
    absence = uow.session.get(Absence, absence_id)
    if absence is None:
        raise NotFoundError("There is no such absence.")
    return absence


def list_shifts(
    uow: UnitOfWork, since: datetime, until: datetime, *, collectors: Collection[UserId] | None = None
) -> Sequence[Shift]:
    """Shifts, withdrawn ones included, that meet `[since, until)`, by start; at most 1,000.

    Raises:
        InvalidError: As `on_duty`.
    """
    _range(since, until)
    query = select(Shift).where(Shift.starts_at < until, Shift.ends_at > since)
    if collectors is not None:
        query = query.where(Shift.collector_id.in_(collectors))
    return uow.session.scalars(query.order_by(Shift.starts_at, Shift.id).limit(MAX_ROWS)).all()


def list_absences(
    uow: UnitOfWork, since: datetime, until: datetime, *, collectors: Collection[UserId] | None = None
) -> Sequence[Absence]:
    """Absences, withdrawn ones included, that meet `[since, until)`, by start; at most 1,000.

    Raises:
        InvalidError: As `on_duty`.
    """
    _range(since, until)
    query = select(Absence).where(Absence.starts_at < until, Absence.ends_at > since)
    if collectors is not None:
        query = query.where(Absence.collector_id.in_(collectors))
    return uow.session.scalars(query.order_by(Absence.starts_at, Absence.id).limit(MAX_ROWS)).all()


def list_skills(uow: UnitOfWork, *, collectors: Collection[UserId] | None = None) -> Sequence[Skill]:
    """Skills ever granted, by collector and name; at most 1,000."""
    query = select(Skill).order_by(Skill.collector_id, Skill.name).limit(MAX_ROWS)
    if collectors is not None:
        query = query.where(Skill.collector_id.in_(collectors))
    return uow.session.scalars(query).all()


def list_crews(uow: UnitOfWork, day: date) -> Sequence[Crew]:
    """The crews formed for `day`, oldest first."""
    return uow.session.scalars(select(Crew).where(Crew.day == day).order_by(Crew.id)).all()


def people_within(uow: UnitOfWork, scope: Scope) -> frozenset[UserId] | None:
    """Whom the caller may ask about: themselves, the present members of their teams, or (None) everybody."""
    if scope is Scope.ORGANISATION:
        return None
    own = frozenset() if uow.actor.user is None else frozenset({uow.actor.user})
    if scope is Scope.OWN:
        return own
    return own | frozenset(
        uow.session.scalars(
            select(TeamMember.user_id).where(
                TeamMember.team_id.in_(list(uow.actor.teams)), TeamMember.left_at.is_(None)
            )
        )
    )


def require_within(uow: UnitOfWork, scope: Scope, person: UserId) -> None:
    """`person` is one whom the caller may act for; NotFoundError otherwise."""
    people = people_within(uow, scope)
    if people is not None and person not in people:
        raise NotFoundError("There is no such person in your scope.")


def overlapping_shift(uow: UnitOfWork, collector_id: UserId, hours: Interval) -> Shift | None:
    """A planned shift of the collector that meets `hours`, or None."""
    return uow.session.scalars(
        select(Shift)
        .where(Shift.collector_id == collector_id, Shift.state == "planned")
        .where(Shift.starts_at < hours.end, Shift.ends_at > hours.start)
        .limit(1)
    ).one_or_none()


def crew_with(uow: UnitOfWork, day: date, collectors: Iterable[UserId]) -> Crew | None:
    """A crew of `day` that one of `collectors` belongs to, or None."""
    people = list(collectors)
    return uow.session.scalars(
        select(Crew)
        .where(Crew.day == day, or_(Crew.lead_id.in_(people), Crew.partner_id.in_(people)))
        .limit(1)
    ).one_or_none()


def _range(since: datetime, until: datetime) -> Interval:
    if since >= until:
        raise InvalidError(
            "The range ends before it begins.", faults=[Fault("/until", "must be after since")]
        )
    if until - since > MAX_RANGE:
        raise InvalidError(
            "Ask for at most 62 days.", faults=[Fault("/until", "at most 62 days after since")]
        )
    return Interval(since, until)


def _absences(uow: UnitOfWork, collectors: Iterable[UserId], hours: Interval) -> dict[UserId, list[Interval]]:
    found: dict[UserId, list[Interval]] = defaultdict(list)
    condition: ColumnElement[bool] = Absence.collector_id.in_(list(collectors))
    rows = uow.session.scalars(
        select(Absence)
        .where(condition, Absence.state == "recorded")
        .where(Absence.starts_at < hours.end, Absence.ends_at > hours.start)
    )
    for absence in rows:
        found[absence.collector_id].append(Interval(absence.starts_at, absence.ends_at))
    return found


def _skills(uow: UnitOfWork, collectors: Iterable[UserId]) -> dict[UserId, list[tuple[str, date]]]:
    found: dict[UserId, list[tuple[str, date]]] = defaultdict(list)
    for skill in uow.session.scalars(select(Skill).where(Skill.collector_id.in_(list(collectors)))):
        found[skill.collector_id].append((skill.name, skill.expires_on or date.max))
    return found


def _whole(shift: Shift, skills: frozenset[str]) -> Availability:
    breaks: tuple[Break, ...] = ()
    if shift.break_from is not None and shift.break_to is not None:
        breaks = (Break(Interval(shift.break_from, shift.break_to), shift.break_minutes),)
    return Availability(
        shift.collector_id,
        shift.id,
        Interval(shift.starts_at, shift.ends_at),
        Point(shift.start_lat, shift.start_lon),
        Point(shift.end_lat, shift.end_lon),
        breaks,
        skills,
    )
