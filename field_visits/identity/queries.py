"""Reads of organisations, people and sign-ins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from field_visits.identity.models import AccessToken, SignInSession, User
from field_visits.kernel.actor import Actor, ActorKind


def find_signed_in(session: Session, hashes: Sequence[bytes], now: datetime) -> Actor | None:
    """Who holds the access token with one of these hashes, or None if it is not valid at `now`.

    The actor has no teams yet: those are the workforce's to tell.
    """
    user = session.execute(
        select(User.id, User.org_id, User.roles, SignInSession.id.label("session"))
        .join(SignInSession, SignInSession.user_id == User.id)
        .join(AccessToken, AccessToken.session_id == SignInSession.id)
        .where(
            AccessToken.hash.in_(hashes),
            AccessToken.expires_at > now,
            SignInSession.revoked_at.is_(None),
            User.state == "active",
        )
    ).one_or_none()
    if user is None:
        return None
    return Actor(
        ActorKind.USER,
        user.org_id,
        user=user.id,
        roles=User(roles=user.roles).role_set,
        session=user.session,
    )
