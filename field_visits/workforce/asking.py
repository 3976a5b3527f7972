"""Who asked for work that a sweep carries out, kept in a row, and the same person again with today's rights."""

from typing import Any
from uuid import UUID

from field_visits.identity.models import ServiceAccount, User
from field_visits.identity.permissions import require
from field_visits.kernel.actor import Actor, ActorKind, system_actor
from field_visits.kernel.errors import ForbiddenError
from field_visits.kernel.ids import ServiceAccountId, SessionId, UserId
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce.membership import teams_of


def told_of(actor: Actor) -> dict[str, Any]:
    """The actor as a row keeps it."""
    return {
        "kind": actor.kind.value,
        "user": None if actor.user is None else str(actor.user),
        "service": None if actor.service is None else str(actor.service),
        "session": None if actor.session is None else str(actor.session),
        "name": actor.name,
    }


def actor_of(uow: UnitOfWork, told: dict[str, Any], permission: str) -> Actor:
    """Who asked, with the rights they have now.

    Raises:
        ForbiddenError: They may not do this any more.
    """
    kind = ActorKind(told["kind"])
    if kind is ActorKind.USER:
        actor = _person(uow, UserId(UUID(told["user"])), told["session"])
    elif kind is ActorKind.SERVICE:
        actor = _program(uow, ServiceAccountId(UUID(told["service"])))
    else:
        actor = system_actor(uow.actor.organisation, told["name"])
    require(actor, permission)
    return actor


def _person(uow: UnitOfWork, user_id: UserId, session: str | None) -> Actor:
    user = uow.session.get(User, user_id)
    if user is None or user.state != "active":
        raise ForbiddenError("Whoever asked for this has no access any more; nothing was changed.")
    return Actor(
        ActorKind.USER,
        uow.actor.organisation,
        user=user.id,
        roles=user.role_set,
        teams=teams_of(uow.session, user.id, at=uow.now),
        session=None if session is None else SessionId(UUID(session)),
    )


def _program(uow: UnitOfWork, account_id: ServiceAccountId) -> Actor:
    account = uow.session.get(ServiceAccount, account_id)
    if account is None or account.state != "active":
        raise ForbiddenError("The program that asked for this has no access any more; nothing was changed.")
    return Actor(
        ActorKind.SERVICE,
        uow.actor.organisation,
        service=account.id,
        scopes=frozenset(account.scopes),
        name=account.name,
    )
