"""Verbs on teams, shifts, absences, skills and crews. Who works when; not where they go (planning)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from field_visits.identity.models import User
from field_visits.kernel.actor import Role
from field_visits.kernel.db import lock
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AbsenceId, CrewId, ShiftId, TeamId, UserId
from field_visits.kernel.points import Point
from field_visits.unit_of_work import Applied, Born, Change, Refused, UnitOfWork
from field_visits.workforce import queries
from field_visits.workforce.duty import Break, Interval, together
from field_visits.workforce.models import Absence, Crew, Shift, Skill, Team, TeamMember

MAX_SHIFT = timedelta(hours=16)
MAX_ABSENCE = timedelta(days=366)
MAX_TEAM = 200
MAX_NAME = 100
MAX_REASON = 500
_SKILL_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


def create_team(uow: UnitOfWork, *, name: str, members: Iterable[UserId] = ()) -> Born[Team] | Refused:
    """A team of this name exists, with these people in it.

    Raises:
        InvalidError: The name is empty or too long, or a member is unknown or disabled.
    Evidence: team:record:created, refused when the name is taken.
    """
    people = list(dict.fromkeys(members))
    _require_people(uow, people)
    team = Team(id=TeamId(uow.new_id()), name=_text(name, "/name", MAX_NAME))
    rows = [Change(_member(uow, team.id, person)) for person in people]
    return uow.bear(team, "create", rows=rows, audience=people)


def set_members(uow: UnitOfWork, team_id: TeamId, *, members: Iterable[UserId]) -> Applied | Refused:
    """Exactly these people belong to the team; those who left stay on record with the time they left.

    Raises:
        NotFoundError: There is no such team.
        InvalidError: A member is unknown or disabled.
    Evidence: team:members:changed; the audience is whoever came or went.
    """
    lock(uow.session, team_id)
    team = queries.get_team(uow, team_id)
    wanted = set(members)
    present = {member.user_id: member for member in team.members if member.left_at is None}
    joining, leaving = sorted(wanted - set(present)), sorted(set(present) - wanted)
    _require_people(uow, joining)
    rows = [Change(_member(uow, team_id, person)) for person in joining]
    rows += [Change(present[person], {"left_at": uow.now}) for person in leaving]
    return uow.apply(
        team,
        "set_members",
        rows=rows,
        facts={"joined": joining, "left": leaving},
        audience=[*joining, *leaving],
    )


def plan_shift(
    uow: UnitOfWork,
    collector_id: UserId,
    *,
    starts_at: datetime,
    ends_at: datetime,
    start: Point,
    end: Point | None = None,
    rest: Break | None = None,
) -> Born[Shift] | Refused:
    """The collector works from `starts_at` to `ends_at`, beginning at `start` and ending at `end`.

    Without an `end` the day ends where it began. `rest` is the lunch break, taken somewhere within its window.

    Raises:
        InvalidError: The person is no active collector, the times cannot be true, the break does not fit,
            or another planned shift overlaps.
    Evidence: shift:record:planned.
    """
    lock(uow.session, collector_id)
    require_collectors(uow, {"/collector_id": collector_id})
    hours = _hours(starts_at, ends_at, MAX_SHIFT)
    if ends_at <= uow.now:
        raise _invalid("A shift that is over cannot be planned.", "/ends_at", "must be in the future")
    if rest is not None:
        _require_fitting(rest, hours)
    other = queries.overlapping_shift(uow, collector_id, hours)
    if other is not None:
        raise _invalid(
            "The collector has a shift in this time; withdraw it first or choose other hours.",
            "/starts_at",
            f"overlaps the shift {other.id}",
        )
    end = end or start
    shift = Shift(
        id=ShiftId(uow.new_id()),
        collector_id=collector_id,
        starts_at=starts_at,
        ends_at=ends_at,
        start_lat=start.lat,
        start_lon=start.lon,
        end_lat=end.lat,
        end_lon=end.lon,
        break_from=None if rest is None else rest.window.start,
        break_to=None if rest is None else rest.window.end,
        break_minutes=0 if rest is None else rest.minutes,
    )
    return uow.bear(shift, "plan", audience=[collector_id])


def withdraw_shift(uow: UnitOfWork, shift_id: ShiftId, *, reason: str) -> Applied | Refused:
    """The shift no longer counts; visits already planned in it are for the dispatcher to plan again.

    Raises:
        NotFoundError: There is no such shift.
        InvalidError: No reason is given.
    Evidence: shift:record:withdrawn.
    """
    shift = queries.get_shift(uow, shift_id)
    lock(uow.session, shift.collector_id)
    uow.session.refresh(shift)
    facts = {"reason": _text(reason, "/reason", MAX_REASON)}
    return uow.apply(shift, "withdraw", facts=facts, audience=[shift.collector_id])


def record_absence(
    uow: UnitOfWork, collector_id: UserId, *, starts_at: datetime, ends_at: datetime, reason: str
) -> Born[Absence] | Refused:
    """The collector does not work in this time, whatever a shift says.

    Raises:
        InvalidError: The person is no active collector, the times cannot be true, or no reason is given.
    Evidence: absence:record:recorded.
    """
    lock(uow.session, collector_id)
    require_collectors(uow, {"/collector_id": collector_id})
    _hours(starts_at, ends_at, MAX_ABSENCE)
    absence = Absence(
        id=AbsenceId(uow.new_id()),
        collector_id=collector_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=_text(reason, "/reason", MAX_REASON),
    )
    return uow.bear(absence, "record", audience=[collector_id])


def withdraw_absence(uow: UnitOfWork, absence_id: AbsenceId, *, reason: str) -> Applied | Refused:
    """The absence no longer counts: the collector's shifts hold again.

    Raises:
        NotFoundError: There is no such absence.
        InvalidError: No reason is given.
    Evidence: absence:record:withdrawn.
    """
    absence = queries.get_absence(uow, absence_id)
    lock(uow.session, absence.collector_id)
    uow.session.refresh(absence)
    facts = {"reason": _text(reason, "/reason", MAX_REASON)}
    return uow.apply(absence, "withdraw", facts=facts, audience=[absence.collector_id])


def grant_skill(
    uow: UnitOfWork, collector_id: UserId, *, name: str, granted_on: date, expires_on: date | None = None
) -> Born[Skill] | Refused:
    """The collector can do what visits may need, until `expires_on` inclusive or without end.

    Raises:
        InvalidError: The person is no active collector, the name is no skill name (lower-case letters,
            digits, `_`, `-`), or it expires before it is granted.
    Evidence: skill:record:granted, refused when the collector has the skill already.
    """
    require_collectors(uow, {"/collector_id": collector_id})
    name = name.strip().casefold()
    if _SKILL_NAME.fullmatch(name) is None:
        raise _invalid(
            "This is no name of a skill.", "/name", "lower-case letters, digits, _ and -, at most 50"
        )
    if expires_on is not None and expires_on < granted_on:
        raise _invalid("The skill expires before it is granted.", "/expires_on", "not before granted_on")
    skill = Skill(
        id=uow.new_id(), collector_id=collector_id, name=name, granted_on=granted_on, expires_on=expires_on
    )
    return uow.bear(skill, "grant", audience=[collector_id])


def form_crew(
    uow: UnitOfWork, day: date, *, lead_id: UserId, partner_id: UserId | None = None
) -> Born[Crew] | Refused:
    """On `day` (the organisation's calendar) these one or two collectors go together; the lead's phone leads.

    Raises:
        InvalidError: One is no active collector, the two are one person, one belongs to another crew of that
            day, or they have no hour on duty in common (an absent partner).
    Evidence: crew:record:formed.
    """
    people = [lead_id] if partner_id is None else [lead_id, partner_id]
    if partner_id == lead_id:
        raise _invalid("A crew of two needs two people.", "/partner_id", "must differ from lead_id")
    lock(uow.session, *people)
    pointers = {"/lead_id": lead_id} | ({} if partner_id is None else {"/partner_id": partner_id})
    require_collectors(uow, pointers)
    other = queries.crew_with(uow, day, people)
    if other is not None:
        pointer = "/lead_id" if lead_id in {other.lead_id, other.partner_id} else "/partner_id"
        raise _invalid(
            "This collector belongs to another crew of that day.", pointer, f"is in the crew {other.id}"
        )
    _require_on_duty(uow, day, pointers)
    crew = Crew(id=CrewId(uow.new_id()), day=day, lead_id=lead_id, partner_id=partner_id)
    return uow.bear(crew, "form", audience=people)


def require_collectors(uow: UnitOfWork, people: dict[str, UserId]) -> None:
    """Each of `people` (by the JSON pointer that named it) is an active collector of the organisation.

    Raises:
        InvalidError: One is not; every fault names its pointer.
    """
    found = {
        user.id: user for user in uow.session.scalars(select(User).where(User.id.in_(list(people.values()))))
    }
    faults = []
    for pointer, person in people.items():
        user = found.get(person)
        if user is None:
            faults.append(Fault(pointer, "there is no such person"))
        elif Role.COLLECTOR not in user.role_set:
            faults.append(Fault(pointer, "this person is no collector"))
        elif user.state != "active":
            faults.append(Fault(pointer, "this person's access is disabled"))
    if faults:
        raise InvalidError("This needs an active collector.", faults=faults)


def _require_people(uow: UnitOfWork, people: Sequence[UserId]) -> None:
    if len(people) > MAX_TEAM:
        raise _invalid(f"A team has at most {MAX_TEAM} people.", "/members", f"at most {MAX_TEAM}")
    known = set(uow.session.scalars(select(User.id).where(User.id.in_(people), User.state == "active")))
    faults = [
        Fault(f"/members/{index}", "there is no such active person")
        for index, person in enumerate(people)
        if person not in known
    ]
    if faults:
        raise InvalidError("A team is made of active people of this organisation.", faults=faults)


def _require_on_duty(uow: UnitOfWork, day: date, people: dict[str, UserId]) -> None:
    hours = queries.day_hours(uow, day)
    available = queries.on_duty(uow, hours.start, hours.end)
    stretches = {
        pointer: [one for one in available if one.collector_id == person]
        for pointer, person in people.items()
    }
    faults = [Fault(pointer, "is not on duty on that day") for pointer, own in stretches.items() if not own]
    if faults:
        raise InvalidError("A crew is made of people who work on that day.", faults=faults)
    if len(stretches) > 1 and not together(CrewId(uow.new_id()), *stretches.values()):
        raise _invalid(
            "The two have no hour on duty in common on that day.", "/partner_id", "works at other hours"
        )


def _require_fitting(rest: Break, hours: Interval) -> None:
    window = rest.window
    if not hours.start <= window.start < window.end <= hours.end:
        raise _invalid("The break lies outside the shift.", "/break_from", "must lie within the shift")
    if rest.minutes < 1 or timedelta(minutes=rest.minutes) > window.end - window.start:
        raise _invalid(
            "The break does not fit its window.", "/break_minutes", "between 1 and the window's length"
        )


def _member(uow: UnitOfWork, team_id: TeamId, user_id: UserId) -> TeamMember:
    return TeamMember(id=uow.new_id(), team_id=team_id, user_id=user_id, joined_at=uow.now, left_at=None)


def _hours(starts_at: datetime, ends_at: datetime, longest: timedelta) -> Interval:
    if starts_at >= ends_at:
        raise _invalid("It ends before it begins.", "/ends_at", "must be after starts_at")
    if ends_at - starts_at > longest:
        hours = int(longest.total_seconds() // 3600)
        raise _invalid("It is too long.", "/ends_at", f"at most {hours} hours after starts_at")
    return Interval(starts_at, ends_at)


def _text(value: str, pointer: str, longest: int) -> str:
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text or len(text) > longest:
        raise _invalid("A text is missing or too long.", pointer, f"1 to {longest} characters")
    return text


def _invalid(detail: str, pointer: str, fault: str) -> InvalidError:
    return InvalidError(detail, faults=[Fault(pointer, fault)])
