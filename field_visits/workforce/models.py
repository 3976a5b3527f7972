"""Teams, shifts, absences, skills and the crews of a day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from field_visits.evidence.records import Evidenced, Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import AbsenceId, CrewId, ShiftId, TeamId, UserId
from field_visits.kernel.points import Point
from field_visits.workforce.lifecycle import ABSENCE, CREW, SHIFT, SKILL, TEAM


class Team(Subject, Base):
    """Collectors who work an area together."""

    __tablename__ = "teams"
    __lifecycle__ = TEAM
    __table_args__ = (UniqueConstraint("org_id", "name"),)
    __refusals__ = {"uq_teams_org_id_name": "A team of this name exists already."}  # noqa: RUF012

    id: Mapped[TeamId] = mapped_column(primary_key=True)
    name: Mapped[str]

    members: Mapped[list["TeamMember"]] = relationship(lazy="raise", viewonly=True)

    @property
    def present_members(self) -> list[UserId]:
        """Who belongs to it now; `members` has to be loaded."""
        return sorted(member.user_id for member in self.members if member.left_at is None)


class TeamMember(Evidenced, Base):
    """A person's membership of a team, as a role: collector, supervisor or dispatcher. `left_at` ends it."""

    __tablename__ = "team_members"
    __root__ = ("teams", "team_id")
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[TeamId] = mapped_column(ForeignKey("teams.id"))
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Shift(Subject, Base):
    """When and from where a collector works one day; `break_from`/`break_to` bound the lunch window."""

    __tablename__ = "shifts"
    __lifecycle__ = SHIFT
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        Index(None, "org_id", "starts_at"),
    )

    id: Mapped[ShiftId] = mapped_column(primary_key=True)
    collector_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    start_lat: Mapped[float]
    start_lon: Mapped[float]
    end_lat: Mapped[float]
    end_lon: Mapped[float]
    break_from: Mapped[datetime | None]
    break_to: Mapped[datetime | None]
    break_minutes: Mapped[int]

    @property
    def start(self) -> Point:
        return Point(self.start_lat, self.start_lon)

    @property
    def end(self) -> Point:
        return Point(self.end_lat, self.end_lon)


class Absence(Subject, Base):
    """A time in which a collector does not work, whatever the shift says."""

    __tablename__ = "absences"
    __lifecycle__ = ABSENCE
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),)

    id: Mapped[AbsenceId] = mapped_column(primary_key=True)
    collector_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]


class Skill(Subject, Base):
    """Something a collector can do that a visit may need: a language, a training."""

    __tablename__ = "skills"
    __lifecycle__ = SKILL
    __table_args__ = (UniqueConstraint("org_id", "collector_id", "name"),)
    __refusals__ = {"uq_skills_org_id_collector_id_name": "This collector has the skill already."}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)
    collector_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    granted_on: Mapped[date]
    expires_on: Mapped[date | None]


class Crew(Subject, Base):
    """One or two collectors who go together on one day; the lead's phone leads."""

    __tablename__ = "crews"
    __lifecycle__ = CREW
    __table_args__ = (
        UniqueConstraint("org_id", "day", "lead_id"),
        CheckConstraint("partner_id IS DISTINCT FROM lead_id", name="two_people"),
    )
    __refusals__ = {"uq_crews_org_id_day_lead_id": "This collector leads a crew on that day already."}  # noqa: RUF012

    id: Mapped[CrewId] = mapped_column(primary_key=True)
    day: Mapped[date]
    lead_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    partner_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
