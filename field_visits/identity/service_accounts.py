"""Service accounts: programs with scopes and keys. Reads are in `queries`.

A key is `<organisation hex>.k.<random>`: shown once, kept as a keyed hash, good until it expires or is revoked.
Replacing one leaves the old one good for a while, so that a program can change over without a gap.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from field_visits.identity import tokens
from field_visits.identity.models import ServiceAccount, ServiceKey, ServiceKeyUse
from field_visits.identity.permissions import GRANTABLE
from field_visits.identity.tokens import Token, TokenKeys, TokenKind
from field_visits.kernel.db import Database
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import OrganisationId, ServiceAccountId, ServiceKeyId
from field_visits.unit_of_work import Applied, Born, Move, Refused, UnitOfWork

MAX_KEY_DAYS = 730
MAX_OVERLAP_HOURS = 168
_HINT_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key. `token` is shown this once."""

    key: ServiceKey
    token: Token


def create_account(uow: UnitOfWork, *, name: str, scopes: Collection[str]) -> Born[ServiceAccount] | Refused:
    """A program may be given keys; each does what `scopes` name, in the whole organisation.

    Raises:
        InvalidError: a scope is none, or none is named.

    Evidence: `service_account:record:created` (and `:refused`, for a name that is taken).
    """
    account = ServiceAccount(id=ServiceAccountId(uow.new_id()), name=name, scopes=_checked(scopes))
    return uow.bear(account, "create")


def change_account(
    uow: UnitOfWork, account: ServiceAccount, *, changes: Mapping[str, Any]
) -> Applied | Refused:
    """Name or scopes are what `changes` says; new scopes bind at the next request of every key.

    Raises:
        InvalidError: a scope is none, or none is named.

    Evidence: `service_account:scopes:changed` (and `:refused`).
    """
    told = dict(changes)
    if "scopes" in told:
        told["scopes"] = _checked(told["scopes"])
    return uow.apply(account, "change", changes=told)


def disable_account(uow: UnitOfWork, account: ServiceAccount) -> Applied | Refused:
    """No key of the account opens anything any more.

    Evidence: `service_account:access:disabled` (and `:refused`).
    """
    return uow.apply(account, "disable")


def issue_key(uow: UnitOfWork, account: ServiceAccount, *, days: int, keys: TokenKeys) -> Issued | Refused:
    """The account has one key more, good for `days`.

    Evidence: `service_key:record:issued` (and `:refused`, where the account is disabled).
    """
    token = tokens.mint(uow.actor.organisation, TokenKind.KEY)
    key = ServiceKey(
        id=ServiceKeyId(uow.new_id()),
        account_id=account.id,
        hash=keys.hash(token),
        hint=token.text[-_HINT_LENGTH:],
        issued_at=uow.now,
        expires_at=uow.now + timedelta(days=days),
    )
    if account.state != "active":
        return uow.refuse(Move(key, "issue"), "The account is disabled.")
    outcome = uow.apply(key, "issue")
    return outcome if isinstance(outcome, Refused) else Issued(key, token)


def rotate_key(
    uow: UnitOfWork,
    account: ServiceAccount,
    key: ServiceKey,
    *,
    days: int,
    overlap_hours: int,
    keys: TokenKeys,
) -> Issued | Refused:
    """A new key takes the place of `key`, which stays good for `overlap_hours` at most.

    Evidence: `service_key:expiry:shortened` (and `:refused`), `service_key:record:issued`.
    """
    until = min(key.expires_at, uow.now + timedelta(hours=overlap_hours))
    outcome = uow.apply(key, "retire", changes={"expires_at": until})
    return outcome if isinstance(outcome, Refused) else issue_key(uow, account, days=days, keys=keys)


def revoke_key(uow: UnitOfWork, key: ServiceKey) -> Applied | Refused:
    """The key opens nothing any more, from the next request on.

    Evidence: `service_key:access:revoked` (and `:refused`).
    """
    return uow.apply(key, "revoke")


def mark_used(database: Database, organisation: OrganisationId, key: ServiceKeyId, at: datetime) -> None:
    """The key was used at `at`; in a transaction of its own, so that no request waits for another's."""
    with database.transaction(organisation) as session:
        session.execute(
            insert(ServiceKeyUse)
            .values(key_id=key, org_id=organisation, last_used_at=at)
            .on_conflict_do_update(index_elements=["key_id"], set_={"last_used_at": at})
        )


def _checked(scopes: Collection[str]) -> list[str]:
    unknown = sorted(set(scopes) - GRANTABLE)
    if unknown or not scopes:
        told = f"«{unknown[0]}» cannot be a scope." if unknown else "Name at least one scope."
        raise InvalidError("These scopes cannot be granted.", faults=[Fault("/scopes", told)])
    return sorted(set(scopes))
