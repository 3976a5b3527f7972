"""Reads of organisations, people and sign-ins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from field_visits.identity.models import (
    AccessToken,
    Organisation,
    ServiceAccount,
    ServiceKey,
    ServiceKeyUse,
    SignInSession,
    User,
)
from field_visits.identity.usernames import normal_username
from field_visits.kernel.actor import Actor, ActorKind, Role
from field_visits.kernel.db import Database
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import OrganisationId, ServiceAccountId, ServiceKeyId, UserId
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


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A program that calls: who it is, with which key, and when that one was marked as used."""

    actor: Actor
    key: ServiceKeyId
    last_used_at: datetime | None


def find_key_holder(session: Session, hashes: Sequence[bytes], now: datetime) -> KeyHolder | None:
    """Whose service key has one of these hashes, or None if it is not valid at `now`."""
    found = session.execute(
        select(
            ServiceAccount.id,
            ServiceAccount.org_id,
            ServiceAccount.name,
            ServiceAccount.scopes,
            ServiceKey.id.label("key"),
            ServiceKeyUse.last_used_at,
        )
        .join(ServiceKey, ServiceKey.account_id == ServiceAccount.id)
        .outerjoin(ServiceKeyUse, ServiceKeyUse.key_id == ServiceKey.id)
        .where(
            ServiceKey.hash.in_(hashes),
            ServiceKey.state == "active",
            ServiceKey.expires_at > now,
            ServiceAccount.state == "active",
        )
    ).one_or_none()
    if found is None:
        return None
    actor = Actor(
        ActorKind.SERVICE,
        found.org_id,
        service=found.id,
        scopes=frozenset(found.scopes),
        name=found.name,
    )
    return KeyHolder(actor, found.key, found.last_used_at)


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


def find_any_organisation(session: Session) -> OrganisationId | None:
    """The id of some organisation of the installation, or None if it is empty."""
    return session.scalars(select(Organisation.id).limit(1)).first()


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
    found = session.scalar(
        select(User).where(User.username == normal_username(username), User.state == "active")
    )
    if found is None:
        raise NotFoundError(f"Nobody called «{username}» works here.")
    return Actor(ActorKind.USER, organisation, user=found.id, roles=found.role_set)


def find_user(session: Session, username: str) -> User | None:
    """The person of that user name, whatever their state; however it is typed."""
    return session.scalars(select(User).where(User.username == normal_username(username))).one_or_none()


def list_users(
    session: Session,
    *,
    among: Collection[UserId] | None = None,
    like: str | None = None,
    role: Role | None = None,
    state: str | None = None,
    after: Sequence[Any] | None = None,
    limit: int,
) -> list[User]:
    """People in the order of (user name, id).

    Args:
        session: Of the organisation.
        among: Only these; None for everybody.
        like: Only those whose user name, name or badge has this part, in any case.
        role: Only those who have it.
        state: Only those in it.
        after: The position of the last one already seen.
        limit: At most so many.
    """
    people = select(User)
    if among is not None:
        people = people.where(User.id.in_(among))
    if like is not None:
        parts = (each.icontains(like, autoescape=True) for each in (User.username, User.name, User.badge))
        people = people.where(or_(*parts))
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


def get_service_account(session: Session, account_id: ServiceAccountId) -> ServiceAccount:
    """The service account, whatever its state.

    Raises:
        NotFoundError: none of this organisation has that id.
    """
    found = session.get(ServiceAccount, account_id)
    if found is None:
        raise NotFoundError("There is no such service account here.")
    return found


def list_service_accounts(
    session: Session, *, after: Sequence[Any] | None = None, limit: int
) -> list[ServiceAccount]:
    """Service accounts in the order of (name, id), after the position of the last one already seen."""
    accounts = seek(select(ServiceAccount), ServiceAccount.name, ServiceAccount.id, after=after, limit=limit)
    return list(session.scalars(accounts))


def get_service_key(session: Session, account: ServiceAccount, key_id: ServiceKeyId) -> ServiceKey:
    """The key of `account`, whatever its state.

    Raises:
        NotFoundError: the account has none of that id.
    """
    found = session.get(ServiceKey, key_id)
    if found is None or found.account_id != account.id:
        raise NotFoundError("There is no such key.")
    return found


def list_service_keys(session: Session, account: ServiceAccount) -> list[tuple[ServiceKey, datetime | None]]:
    """Every key of `account` with the minute of its last use, newest first."""
    rows = session.execute(
        select(ServiceKey, ServiceKeyUse.last_used_at)
        .outerjoin(ServiceKeyUse, ServiceKeyUse.key_id == ServiceKey.id)
        .where(ServiceKey.account_id == account.id)
        .order_by(ServiceKey.id.desc())
    )
    return [(key, last_used_at) for key, last_used_at in rows]


def last_use_of(session: Session, key: ServiceKey) -> datetime | None:
    """The minute in which the key was last used."""
    return session.scalar(select(ServiceKeyUse.last_used_at).where(ServiceKeyUse.key_id == key.id))


def has_administrator(session: Session) -> bool:
    """Whether anybody of the organisation can administer it."""
    admins = select(func.count()).where(User.state == "active", User.roles.contains([Role.ADMIN.value]))
    return bool(session.scalar(admins))
