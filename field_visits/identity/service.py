"""Verbs on organisations and the people in them. Sign-ins: `sessions` and `sign_in`."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select

from field_visits.identity import one_time
from field_visits.identity.models import CodePurpose, Evenness, Organisation, User
from field_visits.identity.passwords import NO_PASSWORD
from field_visits.identity.portraits import forget_portrait
from field_visits.identity.sessions import close_all
from field_visits.identity.tokens import Token, TokenKeys
from field_visits.identity.usernames import normal_username, username_fault
from field_visits.kernel.actor import Role
from field_visits.kernel.db import lock
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import OrganisationId, SessionId, UserId
from field_visits.kernel.money import MINOR_DIGITS
from field_visits.unit_of_work import Applied, Move, Refused, UnitOfWork

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_COUNTRY = re.compile(r"[A-Z]{2}")
# The languages that the screens speak.
LANGUAGES = ("zh", "en")
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


@dataclass(frozen=True, slots=True)
class Reset:
    """A password that is gone, and the code by which its owner chooses a new one. It is shown once."""

    code: Token
    expires_at: datetime


def found_organisation(
    uow: UnitOfWork,
    *,
    slug: str,
    name: str,
    country: str,
    timezone: str,
    currency: str,
    packs: Sequence[str],
    public_phone: str | None = None,
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
        public_phone: Where a customer can ask whether a visit is genuine, as it is published.

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
        public_phone=public_phone,
        object_prefix=secrets.token_hex(16),
    )
    outcome = uow.apply(organisation, "found")
    return outcome if isinstance(outcome, Refused) else Founded(organisation, outcome)


def configure_organisation(
    uow: UnitOfWork,
    organisation: Organisation,
    *,
    name: str | None = None,
    timezone: str | None = None,
    public_phone: str | None = None,
    pay_to: str | None = None,
    pay_url: str | None = None,
    may_geocode: bool | None = None,
    evenness: Evenness | None = None,
) -> Applied | Refused:
    """Settings of the organisation are changed; None leaves one as it is.

    Args:
        uow: In the name of who changes them.
        organisation: Whose.
        name: As people read it.
        timezone: In which it counts its days.
        public_phone: Where a customer can ask whether a visit is genuine.
        pay_to: Whose account a payment goes to: the creditor's or the organisation's, never a person's.
        pay_url: What the QR code for a payment says.
        may_geocode: Whether customers' addresses may be told to a geocoder.
        evenness: How evenly a plan shares the day's work.

    Raises:
        InvalidError: there is no such time zone, or the address to pay at is no https one.

    Evidence: `organisation:settings:changed` (and `:refused`).
    """
    if timezone is not None and (faults := _timezone_faults(timezone)):
        raise InvalidError("The settings cannot be changed.", faults=faults)
    if pay_url is not None and not pay_url.startswith("https://"):
        raise InvalidError(
            "The settings cannot be changed.",
            faults=[Fault("/pay_url", "an address that begins with https://")],
        )
    wanted = {
        "name": name,
        "timezone": timezone,
        "public_phone": public_phone,
        "pay_to": pay_to,
        "pay_url": pay_url,
        "may_geocode": may_geocode,
        "evenness": None if evenness is None else evenness.value,
    }
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
    is_given: bool = False,
    language: str | None = None,
) -> Created | Refused:
    """A person may sign in.

    Args:
        uow: In the name of who makes them.
        username: As `usernames` allows; unique within the organisation in its normal form.
        name: As shown to colleagues and on the badge.
        badge: The number a customer can check.
        roles: At least one.
        password_hash: Of `passwords.PasswordHasher`.
        is_given: Whether somebody else chose the password: then the person chooses one at the first sign-in.
        language: What the screens speak to them; None for the browser's.

    Raises:
        InvalidError: the user name cannot be one, there is no role, or the language is unknown.

    Evidence: `user:record:created` (and `:refused`, for a name that is taken).
    """
    normal = normal_username(username)
    faults = _language_faults(language)
    if detail := username_fault(normal):
        faults.append(Fault("/username", detail))
    if not roles:
        faults.append(Fault("/roles", "Name at least one role."))
    if faults:
        raise InvalidError("The user cannot be created.", faults=faults)
    user = User(
        id=UserId(uow.new_id()),
        username=normal,
        name=name,
        badge=badge,
        roles=_sorted(roles),
        language=language,
        password_hash=password_hash,
        password_given_at=uow.now if is_given else None,
        totp_secret=None,
    )
    outcome = uow.apply(user, "create")
    return outcome if isinstance(outcome, Refused) else Created(user, outcome)


def change_user(uow: UnitOfWork, user: User, *, changes: Mapping[str, Any]) -> Applied | Refused:
    """Name, badge, roles or language of `user` are what `changes` says. New roles bind at the next request.

    Raises:
        InvalidError: no role would be left, or the language is unknown.

    Evidence: `user:profile:changed` (and `:refused`, for the last administrator).
    """
    told = dict(changes)
    if faults := _language_faults(told.get("language")):
        raise InvalidError("The user cannot be changed.", faults=faults)
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
    """The password that the person chose is the only one; every session but `but` is closed.

    The old one may be known to somebody: what it opened and what waited behind it is over too.

    Evidence: `user:password:set` (and `:refused`), `user:session:closed`.
    """
    outcome = uow.apply(
        user, "set_password", changes={"password_hash": password_hash, "password_given_at": None}
    )
    if isinstance(outcome, Applied):
        one_time.void(uow, user.id, CodePurpose.PASSWORD, CodePurpose.SECOND_FACTOR)
        close_all(uow, user.id, reason="password changed", but=but)
    return outcome


def reset_password(uow: UnitOfWork, user: User, *, keys: TokenKeys) -> Reset | Refused:
    """No password opens anything for `user` until they choose one by the code; every session is closed.

    A second factor stays: whoever finds the code alone does not come in.

    Evidence: `user:password:reset` (and `user:reset:refused`), `user:session:closed`.
    """
    outcome = uow.apply(
        user, "reset_password", changes={"password_hash": NO_PASSWORD, "password_given_at": uow.now}
    )
    if isinstance(outcome, Refused):
        return outcome
    one_time.void(uow, user.id, CodePurpose.PASSWORD, CodePurpose.SECOND_FACTOR)
    close_all(uow, user.id, reason="password reset")
    return Reset(
        *one_time.issue(uow, CodePurpose.PASSWORD, user=user.id, life=one_time.HANDED_LIFE, keys=keys)
    )


def choose_language(uow: UnitOfWork, user: User, language: str | None) -> Applied | Refused:
    """The screens speak `language` to the person; None is the browser's.

    Raises:
        InvalidError: the screens do not know it.

    Evidence: `user:language:chosen` (and `:refused`).
    """
    if faults := _language_faults(language):
        raise InvalidError("The language was not chosen.", faults=faults)
    return uow.apply(user, "choose_language", changes={"language": language})


def disable_user(uow: UnitOfWork, user: User) -> Applied | Refused:
    """`user` is signed out everywhere and cannot sign in again.

    Evidence: `user:access:disabled` (and `:refused`, for the last administrator), `user:session:closed`, `portrait:record:withdrawn`.
    """
    if _is_last_admin(uow, user):
        return uow.refuse(Move(user, "disable"), _LAST_ADMIN)
    outcome = uow.apply(user, "disable")
    if isinstance(outcome, Applied):
        one_time.void(uow, user.id, *CodePurpose)
        close_all(uow, user.id, reason="user disabled")
        forget_portrait(uow, user)
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


def _language_faults(language: str | None) -> list[Fault]:
    if language is None or language in LANGUAGES:
        return []
    return [Fault("/language", f"The screens speak {' and '.join(LANGUAGES)}; send one of them.")]


def _timezone_faults(timezone: str) -> list[Fault]:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [Fault("/timezone", "Send an IANA time zone, such as Asia/Shanghai.")]
    return []
