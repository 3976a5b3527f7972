"""Reads of organisations, people and sign-ins."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from field_visits.identity.models import AccessToken, Organisation, SignInSession, User
from field_visits.kernel.actor import Actor, ActorKind, Role
from field_visits.kernel.db import Database
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import OrganisationId, UserId
from field_visits.kernel.seek import seek
from field_visits.unit_of_work import UnitOfWork

_people, _sessions, _tokens = User.__table__.c, SignInSession.__table__.c, AccessToken.__table__.c
# Asked at every request: built once, and read as plain columns.
_SIGNED_IN = (
    select(_people.id, _people.org_id, _people.roles, _sessions.id.label("session"))
    .join_from(User.__table__, SignInSession.__table__, _sessions.user_id == _people.id)
    .join(AccessToken.__table__, _tokens.session_id == _sessions.id)
    .where(
        _tokens.hash.in_(bindparam("hashes", expanding=True)),
        _tokens.expires_at > bindparam("now"),
        _sessions.revoked_at.is_(None),
        _people.state == "active",
    )
)


def find_signed_in(session: Session, hashes: Sequence[bytes], now: datetime) -> Actor | None:
    """Who holds the access token with one of these hashes, or None if it is not valid at `now`.

    The actor has no teams yet: those are the workforce's to tell.
    """
    user = session.connection().execute(_SIGNED_IN, {"hashes": list(hashes), "now": now}).one_or_none()
    if user is None:
        return None
    return Actor(
        ActorKind.USER,
        user.org_id,
        user=user.id,
        roles=User(roles=user.roles).role_set,
        session=user.session,
    )


def list_organisation_ids(database: Database) -> list[OrganisationId]:
    """Every organisation of the installation: sweeps loop over them."""
    with database.transaction(None) as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))


def list_organisations(session: Session) -> list[tuple[OrganisationId, str]]:
    """Every organisation and what people call it when they sign in; needs no organisation bound."""
    return [(one.id, one.slug) for one in session.scalars(select(Organisation).order_by(Organisation.slug))]


def get_organisation(uow: UnitOfWork) -> Organisation:
    """The organisation in which the unit of work is done."""
    return uow.session.get_one(Organisation, uow.actor.organisation)


def find_organisation(session: Session, slug: str) -> OrganisationId | None:
    """The id of the organisation that people call `slug` when they sign in; needs no organisation bound."""
    return session.scalar(select(Organisation.id).where(Organisation.slug == slug))


def get_user(session: Session, user: UserId) -> User:
    """The person, whatever their state.

    Raises:
        NotFoundError: nobody of this organisation has that id.
    """
    found = session.get(User, user)
    if found is None:
        raise NotFoundError("There is no such person here.")
    return found


def actor_named(session: Session, organisation: OrganisationId, username: str) -> Actor:
    """The active person of this user name, for a command that is typed in their name.

    Raises:
        NotFoundError: nobody of this organisation who may work has that name.
    """
    found = session.scalar(select(User).where(User.username == username, User.state == "active"))
    if found is None:
        raise NotFoundError(f"Nobody called «{username}» works here.")
    return Actor(ActorKind.USER, organisation, user=found.id, roles=found.role_set)


def list_users(
    session: Session,
    *,
    among: Collection[UserId] | None = None,
    role: Role | None = None,
    state: str | None = None,
    after: Sequence[Any] | None = None,
    limit: int,
) -> list[User]:
    """People in the order of (user name, id).

    Args:
        session: Of the organisation.
        among: Only these; None for everybody.
        role: Only those who have it.
        state: Only those in it.
        after: The position of the last one already seen.
        limit: At most so many.
    """
    people = select(User)
    if among is not None:
        people = people.where(User.id.in_(among))
    if role is not None:
        people = people.where(User.roles.contains([role.value]))
    if state is not None:
        people = people.where(User.state == state)
    return list(session.scalars(seek(people, User.username, User.id, after=after, limit=limit)))


def find_session(session: Session, session_id: UUID) -> SignInSession | None:
    """The session if it was not closed."""
    return session.scalars(
        select(SignInSession).where(SignInSession.id == session_id, SignInSession.revoked_at.is_(None))
    ).one_or_none()
