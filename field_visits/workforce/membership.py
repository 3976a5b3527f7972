"""Who belongs to which team."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from field_visits.kernel.ids import TeamId, UserId
from field_visits.workforce.models import TeamMember


def teams_of(session: Session, user: UserId, *, at: datetime) -> frozenset[TeamId]:
    """The teams that `user` belongs to at `at`."""
    return frozenset(
        session.scalars(
            select(TeamMember.team_id).where(
                TeamMember.user_id == user,
                TeamMember.joined_at <= at,
                or_(TeamMember.left_at.is_(None), TeamMember.left_at > at),
            )
        )
    )


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
