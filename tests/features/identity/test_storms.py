"""A storm of sign-ins fills the strangers' lane and leaves everybody who is known alone."""

from contextlib import AbstractContextManager

import pytest

from field_visits.identity.models import User
from field_visits.identity.passwords import PasswordCost, PasswordHasher, Standing
from field_visits.identity.service import set_password
from field_visits.identity.sign_in import Attempt, Caller, Door, sign_in
from field_visits.kernel.errors import UnavailableError
from tests.client import KEYS
from tests.world import World, applied

PASSWORD = "a long enough password"


@pytest.fixture
def door(world: World) -> Door:
    """A door with one seat for strangers and no queue; the collector knows PASSWORD."""
    cost = PasswordCost(time=1, memory_kib=8, lanes=1, at_once=1, queue=0, patience_s=0.05)
    door = Door(world.database, world.clock, PasswordHasher(cost), KEYS.tokens, KEYS.seals)
    with world.work(world.collector) as uow:
        user = uow.session.get_one(User, world.collector.user)
        applied(set_password(uow, user, password_hash=door.hasher.hash(PASSWORD)))
    return door


def storm_at(door: Door) -> AbstractContextManager[None]:
    """All places of strangers are taken."""
    return door.hasher._strangers.seat(Standing.NEW)  # instead of a guess that takes long


def attempt(world: World, device: str | None = None, *, organisation: str | None = None) -> Attempt:
    caller = Caller("192.0.2.1", "a browser", device)
    return Attempt(organisation or world.slug, "collector", PASSWORD, caller)


def test_a_known_device_signs_in_while_strangers_are_turned_away(world: World, door: Door) -> None:
    device = sign_in(door, attempt(world)).device
    assert device is not None

    with storm_at(door):
        with pytest.raises(UnavailableError):
            sign_in(door, attempt(world))
        opened = sign_in(door, attempt(world, device.text))

    assert opened.session.user_id == world.collector.user


@pytest.mark.parametrize("organisation", ["", "no-such-house"])
def test_a_made_up_device_is_a_stranger(world: World, door: Door, organisation: str) -> None:
    real = sign_in(door, attempt(world)).device
    assert real is not None
    made_up = real.text[:-43] + "A" * 43

    with storm_at(door), pytest.raises(UnavailableError):
        sign_in(door, attempt(world, made_up, organisation=organisation or None))
