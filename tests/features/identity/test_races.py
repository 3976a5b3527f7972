"""What opens once opens once, also when many try at the same moment."""

from base64 import b32decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from field_visits.identity import one_time, second_factor, sign_in
from field_visits.identity.founding import issue_links, open_account
from field_visits.identity.models import CodePurpose, User
from field_visits.identity.one_time import CodeSpentError
from field_visits.identity.passwords import PasswordHasher
from field_visits.identity.second_factor import Enrolment
from field_visits.identity.sign_in import Caller, Door
from field_visits.identity.totp import code_of, step_at
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.kernel.errors import UnauthenticatedError
from tests.client import CHEAP, KEYS
from tests.cluster import Cluster
from tests.world import World

MANY = 6


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What `work` came to in each of many threads that began together: its result, or its error."""
    barrier = Barrier(MANY)

    def run() -> Any:
        barrier.wait()
        try:
            return work()
        except UnauthenticatedError as error:
            return error

    with ThreadPoolExecutor(MANY) as pool:
        return [each.result() for each in [pool.submit(run) for _ in range(MANY)]]


class Enrolled:
    """The world's collector with a code generator."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.work(world.collector) as uow:
            user = uow.session.get_one(User, world.collector.user)
            begun = second_factor.begin_enrolment(uow, user, seals=KEYS.seals)
            assert isinstance(begun, Enrolment)
            self.secret = b32decode(begun.secret)
            codes = second_factor.confirm_enrolment(
                uow, user, code_of(self.secret, step_at(uow.now)), seals=KEYS.seals, keys=KEYS.tokens
            )
            assert isinstance(codes, list)
            self.recovery_codes = codes

    def accepts(self, code: str) -> bool:
        with self.world.work(self.world.collector) as uow:
            user = uow.session.get_one(User, self.world.collector.user)
            return second_factor.accepts(uow, user, code, seals=KEYS.seals, keys=KEYS.tokens)


@pytest.fixture
def enrolled(world: World) -> Enrolled:
    return Enrolled(world)


@pytest.fixture
def door(world: World) -> Door:
    return Door(world.database, world.clock, PasswordHasher(CHEAP), KEYS.tokens, KEYS.seals)


def test_one_code_opens_one_of_many_sign_ins(enrolled: Enrolled) -> None:
    code = code_of(enrolled.secret, step_at(enrolled.world.clock.now()) + 1)

    assert sorted(at_once(lambda: enrolled.accepts(code))) == [False] * (MANY - 1) + [True]


def test_one_recovery_code_opens_one_of_many_sign_ins(enrolled: Enrolled) -> None:
    code = enrolled.recovery_codes[0]

    assert sorted(at_once(lambda: enrolled.accepts(code))) == [False] * (MANY - 1) + [True]


def test_one_step_opens_one_session(enrolled: Enrolled, door: Door) -> None:
    world = enrolled.world
    with world.work(world.collector) as uow:
        step, _ = one_time.issue(
            uow, CodePurpose.SECOND_FACTOR, user=uow.actor.user, life=one_time.STEP_LIFE, keys=KEYS.tokens
        )
    code = code_of(enrolled.secret, step_at(world.clock.now()) + 1)
    caller = Caller("192.0.2.1", "a browser")
    outcomes = at_once(lambda: sign_in.enter_code(door, step=step.text, code=code, caller=caller))

    assert len([each for each in outcomes if not isinstance(each, Exception)]) == 1


@pytest.fixture
def empty(cluster: Cluster, own_database_name: str) -> Iterator[Database]:
    database = Database(cluster.url("app", own_database_name), pool_size=2 * MANY)
    yield database
    database.close()


def test_of_many_who_follow_one_link_one_administers(empty: Database, clock: SteppedClock) -> None:
    (link,) = issue_links(empty, clock, keys=KEYS.tokens)
    house = {
        "slug": "house",
        "name": "House",
        "country": "CN",
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "packs": ["cn"],
    }
    hasher = PasswordHasher(CHEAP)

    def follow() -> Any:
        return open_account(
            empty,
            clock,
            code=link.code.text,
            username="ada",
            name="Ada",
            password="a long enough password",
            organisation=house,
            packs={"cn"},
            hasher=hasher,
            keys=KEYS.tokens,
        )

    outcomes = at_once(follow)

    assert len([each for each in outcomes if isinstance(each, CodeSpentError)]) == MANY - 1
