"""A storm of sign-ins fills the strangers' lane and leaves everybody who is known alone."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from field_visits.identity.crowd import BUSY, PLACE_PAYS, PuzzleRequiredError
from field_visits.identity.models import SignInFailure, User
from field_visits.identity.passwords import PasswordCost, PasswordHasher, Standing
from field_visits.identity.puzzles import Solution
from field_visits.identity.service import set_password
from field_visits.identity.sign_in import Attempt, Caller, Door, SignInFailedError, sign_in
from field_visits.identity.throttling import FREE_TRIES, FREE_TRIES_OF_A_PLACE
from tests.client import KEYS
from tests.puzzling import cheap_solution
from tests.world import World, applied

PASSWORD = "a long enough password"
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def door(world: World) -> Door:
    """A door with one seat a lane and no queue; the collector knows PASSWORD."""
    cost = PasswordCost(time=1, memory_kib=8, lanes=1, at_once=1, queue=0, patience_s=0.05)
    door = Door(world.database, world.clock, PasswordHasher(cost), KEYS.tokens, KEYS.seals)
    with world.work(world.collector) as uow:
        user = uow.session.get_one(User, world.collector.user)
        applied(set_password(uow, user, password_hash=door.hasher.hash(PASSWORD)))
    return door


def storm_at(door: Door, standing: Standing = Standing.NEW) -> AbstractContextManager[None]:
    """All places of strangers are taken."""
    return door.hasher._seat_of(standing)  # instead of a guess that takes long


def attempt(
    world: World,
    device: str | None = None,
    *,
    organisation: str | None = None,
    username: str = "collector",
    password: str = PASSWORD,
    address: str = HERE,
    solution: Solution | None = None,
) -> Attempt:
    caller = Caller(address, "a browser", device)
    return Attempt(organisation or world.slug, username, password, caller, solution)


def guess(world: World, door: Door, times: int, *, organisation: str | None = None) -> None:
    """Wrong sign-ins from HERE, each at another name."""
    for number in range(times):
        wrong = attempt(world, organisation=organisation, username=f"guess{number}", password="x" * 12)
        with pytest.raises(SignInFailedError):
            sign_in(door, wrong)


def is_asked_for_a_puzzle(door: Door, who: Attempt) -> bool:
    try:
        sign_in(door, who)
    except PuzzleRequiredError:
        return True
    return False


def test_a_known_device_signs_in_while_strangers_are_asked_for_a_puzzle(world: World, door: Door) -> None:
    device = sign_in(door, attempt(world)).device
    assert device is not None

    with storm_at(door):
        asked = is_asked_for_a_puzzle(door, attempt(world))
        opened = sign_in(door, attempt(world, device.text))

    assert asked
    assert opened.session.user_id == world.collector.user


def test_after_there_was_no_room_a_stranger_signs_in_with_a_solved_puzzle(world: World, door: Door) -> None:
    with storm_at(door):
        is_asked_for_a_puzzle(door, attempt(world))
    without = is_asked_for_a_puzzle(door, attempt(world, address=THERE))
    solution = cheap_solution(world.clock.now())
    opened = sign_in(door, attempt(world, address=THERE, solution=solution))
    again = is_asked_for_a_puzzle(door, attempt(world, address=THERE, solution=solution))
    world.clock.advance(BUSY)

    assert (without, again) == (True, True)
    assert opened.session.user_id == world.collector.user
    assert not is_asked_for_a_puzzle(door, attempt(world, address=THERE))


@pytest.mark.parametrize("organisation", ["", "no-such-house"])
def test_a_made_up_device_is_a_stranger(world: World, door: Door, organisation: str) -> None:
    real = sign_in(door, attempt(world)).device
    assert real is not None
    made_up = real.text[:-43] + "A" * 43

    with storm_at(door):
        assert is_asked_for_a_puzzle(door, attempt(world, made_up, organisation=organisation or None))


def test_anothers_device_is_a_strangers_in_a_storm(world: World, door: Door) -> None:
    theirs = sign_in(door, attempt(world)).device
    assert theirs is not None

    with storm_at(door):
        is_asked_for_a_puzzle(door, attempt(world))
    solution = cheap_solution(world.clock.now())
    with pytest.raises(SignInFailedError):
        sign_in(door, attempt(world, theirs.text, username="nobody", solution=solution))

    assert is_asked_for_a_puzzle(door, attempt(world, theirs.text, username="nobody"))


@pytest.mark.parametrize("organisation", ["", "no-such-house"])
def test_where_many_tries_failed_a_new_person_signs_in_with_a_solved_puzzle(
    world: World, door: Door, organisation: str
) -> None:
    guess(world, door, FREE_TRIES_OF_A_PLACE, organisation=organisation or None)
    asked = is_asked_for_a_puzzle(door, attempt(world, organisation=organisation or None))
    elsewhere = sign_in(door, attempt(world, address=THERE))
    here = sign_in(door, attempt(world, solution=cheap_solution(world.clock.now())))

    assert asked
    assert {elsewhere.session.user_id, here.session.user_id} == {world.collector.user}


def test_a_place_that_pays_is_turned_away_without_a_look(world: World, door: Door) -> None:
    guess(world, door, FREE_TRIES)
    with storm_at(door, Standing.SUSPECT):
        asked = is_asked_for_a_puzzle(door, attempt(world))
    still = is_asked_for_a_puzzle(door, attempt(world))
    world.clock.advance(PLACE_PAYS + timedelta(seconds=1))

    assert (asked, still) == (True, True)
    assert not is_asked_for_a_puzzle(door, attempt(world))
    with world.work() as uow:
        counted = uow.session.scalar(select(func.sum(SignInFailure.times)))
    assert counted == FREE_TRIES  # who is asked has not failed
