"""Reads of what phones handed in, and of phones themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_

from field_visits.identity.models import Device, DevicePresence, User
from field_visits.identity.permissions import Scope, reach
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import CommandId, DeviceId, UserId
from field_visits.sync.models import Command
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce.membership import people_of, teams_of

Position = tuple[datetime, CommandId]


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone with whose it is and what it last told of itself."""

    device: Device
    user: User
    presence: DevicePresence | None


def people_within(uow: UnitOfWork, scope: Scope) -> Collection[UserId] | None:
    """Whose phones and commands the actor may see; None for everybody's."""
    if scope is Scope.ORGANISATION:
        return None
    own = frozenset() if uow.actor.user is None else frozenset({uow.actor.user})
    return own if scope is Scope.OWN else own | people_of(uow.session, uow.actor.teams, at=uow.now)


def list_phones(
    uow: UnitOfWork,
    *,
    scope: Scope,
    user_id: UserId | None = None,
    after: tuple[datetime, DeviceId] | None = None,
    limit: int,
) -> list[Phone]:
    """Phones within scope, the one enrolled last first."""
    query = (
        select(Device, User, DevicePresence)
        .join(User, User.id == Device.user_id)
        .outerjoin(DevicePresence, DevicePresence.device_id == Device.id)
        .order_by(Device.enrolled_at.desc(), Device.id.desc())
        .limit(limit)
    )
    among = people_within(uow, scope)
    if among is not None:
        query = query.where(Device.user_id.in_(list(among)))
    if user_id is not None:
        query = query.where(Device.user_id == user_id)
    if after is not None:
        query = query.where(tuple_(Device.enrolled_at, Device.id) < after)
    return [Phone(device, user, presence) for device, user, presence in uow.session.execute(query)]


def get_phone(uow: UnitOfWork, device_id: DeviceId, *, scope: Scope) -> Phone:
    """One phone within scope.

    Raises:
        NotFoundError: there is none, or it is out of scope.
    """
    device = uow.session.get(Device, device_id)
    if device is None:
        raise NotFoundError("There is no such phone.")
    teams = teams_of(uow.session, device.user_id, at=uow.now)
    reach(uow.actor, scope, people=[device.user_id], teams=teams)
    user = uow.session.get_one(User, device.user_id)
    return Phone(device, user, uow.session.get(DevicePresence, device_id))


def list_commands(
    uow: UnitOfWork,
    *,
    scope: Scope,
    user_id: UserId | None = None,
    outcomes: Collection[str] = (),
    after: Position | None = None,
    limit: int,
) -> Sequence[Command]:
    """What was handed in, newest first: a collector sees what is recorded of them, a dispatcher what was turned away."""
    query = select(Command).order_by(Command.received_at.desc(), Command.id.desc()).limit(limit)
    among = people_within(uow, scope)
    if among is not None:
        query = query.where(Command.user_id.in_(list(among)))
    if user_id is not None:
        query = query.where(Command.user_id == user_id)
    if outcomes:
        query = query.where(Command.outcome.in_(list(outcomes)))
    if after is not None:
        query = query.where(tuple_(Command.received_at, Command.id) < after)
    return uow.session.scalars(query).all()
