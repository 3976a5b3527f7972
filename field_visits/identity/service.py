"""Verbs on organisations and the people in them. Sign-ins: `sessions` and `sign_in`."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select

from field_visits.identity.models import Organisation, User
from field_visits.identity.sessions import close_all
from field_visits.kernel.actor import Role
from field_visits.kernel.db import lock
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import OrganisationId, SessionId, UserId
from field_visits.kernel.money import MINOR_DIGITS
from field_visits.unit_of_work import Applied, Move, Refused, UnitOfWork

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LAST_ADMIN = "This is the last administrator: make somebody else one first."


@dataclass(frozen=True, slots=True)
class Founded:
    """A new organisation."""

    organisation: Organisation
    applied: Applied


@dataclass(frozen=True, slots=True)
class Created:
    """A new person."""

    user: User
    applied: Applied


def found_organisation(
    uow: UnitOfWork,
    *,
    slug: str,
    name: str,
    country: str,
    timezone: str,
    currency: str,
    packs: Sequence[str],
) -> Founded | Refused:
    """The organisation exists; the unit of work's actor already bears its id.

    Args:
        uow: In the name of `system_actor(new id, …)`.
        slug: How people name it when they sign in: lower-case letters, digits and hyphens.
        name: How it is shown.
        country: ISO 3166-1 alpha-2.
        timezone: An IANA name, for what is shown to the office; law uses each address's own.
        currency: ISO 4217.
        packs: Ids of the released rule packs that bind it.

    Raises:
        InvalidError: a value cannot be one of its kind.

    Evidence: `organisation:record:founded`.
    """
    faults = []
    if not _SLUG.fullmatch(slug):
        faults.append(Fault("/slug", "Use 2 to 63 lower-case letters, digits and hyphens."))
    if not _COUNTRY.fullmatch(country):
        faults.append(Fault("/country", "Send the two letters of ISO 3166-1, such as CN."))
    if currency not in MINOR_DIGITS:
        faults.append(Fault("/currency", f"Send one of {', '.join(sorted(MINOR_DIGITS))}."))
    if not packs:
        faults.append(Fault("/packs", "Name at least one rule pack: without rules nothing is lawful."))
    faults += _timezone_faults(timezone)
    if faults:
        raise InvalidError("The organisation cannot be founded.", faults=faults)
    organisation = Organisation(
        id=OrganisationId(uow.actor.organisation),
        slug=slug,
        name=name,
        country=country,
        timezone=timezone,
        currency=currency,
        packs=list(packs),
        object_prefix=secrets.token_hex(16),
    )
    outcome = uow.apply(organisation, "found")
    return outcome if isinstance(outcome, Refused) else Founded(organisation, outcome)


def configure_organisation(
    uow: UnitOfWork, organisation: Organisation, *, name: str | None = None, timezone: str | None = None
) -> Applied | Refused:
    """The organisation's name or time zone is changed; None leaves one as it is.

    Raises:
        InvalidError: there is no such time zone.

    Evidence: `organisation:settings:changed` (and `:refused`).
    """
    if timezone is not None and (faults := _timezone_faults(timezone)):
        raise InvalidError("The settings cannot be changed.", faults=faults)
    wanted = {"name": name, "timezone": timezone}
    return uow.apply(
        organisation, "configure", changes={key: value for key, value in wanted.items() if value is not None}
    )


def create_user(
    uow: UnitOfWork,
    *,
    username: str,
    name: str,
    badge: str | None,
    roles: Collection[Role],
    password_hash: str,
) -> Created | Refused:
    """A person may sign in.

    Args:
        uow: In the name of who makes them.
        username: Lower-case letters, digits, dots and hyphens; unique within the organisation.
        name: As shown to colleagues and on the badge.
        badge: The number a customer can check.
        roles: At least one.
        password_hash: Of `passwords.PasswordHasher`.

    Raises:
        InvalidError: the user name cannot be one, or there is no role.

    Evidence: `user:record:created` (and `:refused`, for a name that is taken).
    """
    faults = []
    if not _USERNAME.fullmatch(username):
        faults.append(
            Fault("/username", "Use 2 to 64 lower-case letters, digits, dots, hyphens and underscores.")
        )
    if not roles:
        faults.append(Fault("/roles", "Name at least one role."))
    if faults:
        raise InvalidError("The user cannot be created.", faults=faults)
    user = User(
        id=UserId(uow.new_id()),
        username=username,
        name=name,
        badge=badge,
        roles=_sorted(roles),
        password_hash=password_hash,
    )
    outcome = uow.apply(user, "create")
    return outcome if isinstance(outcome, Refused) else Created(user, outcome)


def change_user(uow: UnitOfWork, user: User, *, changes: Mapping[str, Any]) -> Applied | Refused:
    """Name, badge or roles of `user` are what `changes` says. New roles bind at the next request.

    Raises:
        InvalidError: no role would be left.

    Evidence: `user:profile:changed` (and `:refused`, for the last administrator).
    """
    told = dict(changes)
    if "roles" in told:
        if not told["roles"]:
            raise InvalidError("The user cannot be changed.", faults=[Fault("/roles", "Leave one role.")])
        told["roles"] = _sorted(told["roles"])
        if Role.ADMIN.value not in told["roles"] and _is_last_admin(uow, user):
            return uow.refuse(Move(user, "change", facts={"roles": told["roles"]}), _LAST_ADMIN)
    return uow.apply(user, "change", changes=told)


def set_password(
    uow: UnitOfWork, user: User, *, password_hash: str, but: SessionId | None = None
) -> Applied | Refused:
    """The new password is the only one; every session but `but` is closed, should the old one be known.

    Evidence: `user:password:set` (and `:refused`), `user:session:closed`.
    """
    outcome = uow.apply(user, "set_password", changes={"password_hash": password_hash})
    if isinstance(outcome, Applied):
        close_all(uow, user.id, reason="password changed", but=but)
    return outcome


def disable_user(uow: UnitOfWork, user: User) -> Applied | Refused:
    """`user` is signed out everywhere and cannot sign in again.

    Evidence: `user:access:disabled` (and `:refused`, for the last administrator), `user:session:closed`.
    """
    if _is_last_admin(uow, user):
        return uow.refuse(Move(user, "disable"), _LAST_ADMIN)
    outcome = uow.apply(user, "disable")
    if isinstance(outcome, Applied):
        close_all(uow, user.id, reason="user disabled")
    return outcome


def _is_last_admin(uow: UnitOfWork, user: User) -> bool:
    """Whether nobody else could administer. Two administrators who disable each other must take turns."""
    if Role.ADMIN not in user.role_set or user.state != "active":
        return False
    lock(uow.session, uow.actor.organisation)
    others = uow.session.scalar(
        select(func.count())
        .select_from(User)
        .where(User.state == "active", User.roles.contains([Role.ADMIN.value]), User.id != user.id)
    )
    return not others


def _sorted(roles: Collection[Role]) -> list[str]:
    return sorted({Role(role).value for role in roles})


def _timezone_faults(timezone: str) -> list[Fault]:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [Fault("/timezone", "Send an IANA time zone, such as Asia/Shanghai.")]
    return []
