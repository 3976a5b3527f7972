"""The first administrator: a link, printed at a start for whoever has the terminal, opens their account.

On an empty database the link founds the organisation too; its code then bears the id that the organisation will
have, so that it is bound like every other. A link is good once and for a day. As long as nobody can administer,
every start makes a new one; the one before it is void, once the organisation exists.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from field_visits.identity import one_time, queries
from field_visits.identity.models import CodePurpose, Organisation
from field_visits.identity.passwords import PasswordHasher, check_strength
from field_visits.identity.service import create_user, found_organisation
from field_visits.identity.tokens import Token, TokenKeys
from field_visits.identity.usernames import normal_username
from field_visits.kernel.actor import Role, system_actor
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database, lock
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import OrganisationId, UserId, new_id
from field_visits.unit_of_work import Refused, UnitOfWork, unit_of_work

_NAME = "first administrator"
# Whoever founds from a link holds this lock: of two links on an empty database, one founds.
_FOUNDING = UUID("0e7a3f5c-6f1d-4d0b-9a58-5d3c6b1f2a47")


@dataclass(frozen=True, slots=True)
class Link:
    """What opens the first administrator's account; `organisation` is None where there is none yet."""

    code: Token
    organisation: str | None


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Whom the link made, and where they sign in."""

    user: UserId
    username: str
    organisation: str


def issue_links(database: Database, clock: Clock, *, keys: TokenKeys) -> list[Link]:
    """A link for every organisation that nobody can administer, or one that founds the first."""
    organisations = queries.list_organisation_ids(database)
    if not organisations:
        organisations = [OrganisationId(new_id(clock.now()))]
    links = []
    for organisation in organisations:
        with unit_of_work(database, clock, system_actor(organisation, _NAME)) as uow:
            if queries.has_administrator(uow.session):
                continue
            one_time.void(uow, None, CodePurpose.FOUNDING)
            code, _ = one_time.issue(
                uow, CodePurpose.FOUNDING, user=None, life=one_time.HANDED_LIFE, keys=keys
            )
            found = uow.session.get(Organisation, organisation)
            links.append(Link(code, None if found is None else found.slug))
    return links


def open_account(
    database: Database,
    clock: Clock,
    *,
    code: str,
    username: str,
    name: str,
    password: str,
    organisation: dict[str, Any] | None,
    packs: Collection[str],
    hasher: PasswordHasher,
    keys: TokenKeys,
) -> FirstAdministrator:
    """The first administrator can sign in; on an empty database the organisation is founded with them.

    Args:
        database: The application's.
        clock: The house's.
        code: From the link.
        username: As for any user.
        name: As for any user.
        password: Their own.
        organisation: Arguments of `found_organisation`, on an empty database and only there.
        packs: The rule packs that are released.
        hasher: The house's.
        keys: The house's.

    Raises:
        CodeSpentError: the link is over, or somebody can administer already.
        InvalidError: a value cannot be one of its kind.

    Evidence: `organisation:record:founded`, `user:record:created`.
    """
    token = one_time.read(code)
    with database.transaction(token.organisation) as session:
        one_time.find(session, token, CodePurpose.FOUNDING, keys=keys, at=clock.now())
    check_strength(password, username=normal_username(username))
    hashed = hasher.hash(password)
    with unit_of_work(database, clock, system_actor(token.organisation, _NAME)) as uow:
        lock(uow.session, _FOUNDING)
        one_time.find(uow.session, token, CodePurpose.FOUNDING, keys=keys, at=uow.now)
        home = _home(uow, organisation, packs)
        created = create_user(
            uow, username=username, name=name, badge=None, roles=[Role.ADMIN], password_hash=hashed
        )
        if not isinstance(created, Refused):
            one_time.void(uow, None, CodePurpose.FOUNDING)
    if isinstance(created, Refused):
        raise InvalidError("The account cannot be made.", faults=[Fault("/username", created.detail)])
    return FirstAdministrator(created.user.id, created.user.username, home.slug)


def _home(uow: UnitOfWork, told: dict[str, Any] | None, packs: Collection[str]) -> Organisation:
    """The organisation of the link, founded now if there is none at all."""
    found = uow.session.get(Organisation, uow.actor.organisation)
    if found is not None:
        if told is not None:
            detail = f"The organisation exists already as «{found.slug}»; leave this out."
            raise InvalidError("The account cannot be made.", faults=[Fault("/organisation", detail)])
        if queries.has_administrator(uow.session):
            raise one_time.CodeSpentError
        return found
    if queries.find_any_organisation(uow.session) is not None:
        raise one_time.CodeSpentError
    if told is None:
        detail = "There is no organisation yet: name the one to found."
        raise InvalidError("The account cannot be made.", faults=[Fault("/organisation", detail)])
    if unknown := sorted(set(told["packs"]) - set(packs)):
        detail = f"There is no rule pack «{unknown[0]}»; there are {', '.join(sorted(packs))}."
        raise InvalidError("The account cannot be made.", faults=[Fault("/organisation/packs", detail)])
    try:
        founded = found_organisation(uow, **told)
    except InvalidError as error:
        faults = [Fault(f"/organisation{fault.pointer}", fault.detail) for fault in error.faults]
        raise InvalidError(error.detail, faults=faults) from error
    if isinstance(founded, Refused):
        raise InvalidError(founded.detail, faults=[Fault("/organisation", founded.detail)])
    return founded.organisation
