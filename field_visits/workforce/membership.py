"""Who belongs to which team."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from field_visits.kernel.ids import TeamId, UserId
from field_visits.workforce.models import TeamMember

_members = TeamMember.__table__.c
# Asked at every request: built once.
_TEAMS = select(_members.team_id).where(
    _members.user_id == bindparam("user"),
    _members.joined_at <= bindparam("at"),
    or_(_members.left_at.is_(None), _members.left_at > bindparam("at")),
)


def teams_of(session: Session, user: UserId, *, at: datetime) -> frozenset[TeamId]:
    """The teams that `user` belongs to at `at`."""
    return frozenset(session.connection().scalars(_TEAMS, {"user": user, "at": at}))


def people_of(session: Session, teams: Collection[TeamId], *, at: datetime) -> frozenset[UserId]:
    """Everybody who belongs to one of `teams` at `at`."""
    return frozenset(
        session.scalars(
            select(TeamMember.user_id).where(
                TeamMember.team_id.in_(teams),
                TeamMember.joined_at <= at,
                or_(TeamMember.left_at.is_(None), TeamMember.left_at > at),
            )
        )
    )
