"""Looking up a door: only where the organisation said so, at the provider's pace, and the answer is a proposal."""

from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from field_visits.cases.models import Address, Case
from field_visits.cases.places import searching
from field_visits.cases.places.models import PlaceSearch
from field_visits.cases.queries import usable_addresses
from field_visits.identity.models import Organisation
from field_visits.identity.service import configure_organisation
from field_visits.kernel.errors import ConflictError
from field_visits.kernel.ids import AddressId
from field_visits.unit_of_work import UnitOfWork, Wake
from routing.places.finding import Address as Words
from routing.places.finding import Datum, FoundPlace, PlacesError, Policy, Trouble
from tests.features.appointments.days import entries
from tests.world import World, applied

FOUND = FoundPlace(31.2285, 121.4782, Datum.GCJ02, 1.0, "上海市测试路1号", "a finder")


@dataclass
class AFinder:
    """Finds what a test says, or fails as it says, and keeps what it was asked."""

    answer: FoundPlace | Trouble | None = FOUND
    policy: Policy = field(default_factory=Policy)
    asked: list[Words] = field(default_factory=list)
    name: str = "a finder"

    def find(self, address: Words) -> FoundPlace | None:
        self.asked.append(address)
        if isinstance(self.answer, Trouble):
            raise PlacesError(self.name, self.answer)
        return self.answer


@pytest.fixture
def open_world(world: World) -> World:
    """The organisation said that addresses may be told to a geocoder."""
    allow(world, is_allowed=True)
    return world


def allow(world: World, *, is_allowed: bool) -> None:
    with world.work(world.admin) as uow:
        organisation = uow.session.get_one(Organisation, world.organisation)
        applied(configure_organisation(uow, organisation, may_geocode=is_allowed))


def door(uow: UnitOfWork, case: Case) -> Address:
    (address,) = usable_addresses(uow, [case.customer_id])[case.customer_id]
    return address


def asked(world: World, case: Case | None = None) -> AddressId:
    case = case or world.case()
    with world.work(world.dispatcher) as uow:
        address = door(uow, case)
        searching.ask(uow, address)
        assert Wake.PLACES in uow.wakes
        return address.id


def search_of(world: World, address_id: AddressId) -> PlaceSearch:
    with world.work() as uow:
        return searching.get_search(uow, address_id)


def test_no_address_leaves_the_house_until_the_organisation_says_so(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow, pytest.raises(ConflictError, match="administrator says so"):
        searching.ask(uow, door(uow, case))
    finder = AFinder()
    assert searching.search_waiting(world.work, finder) == 0
    assert finder.asked == []
    allow(world, is_allowed=True)
    assert len(entries(world, "organisation:settings:changed")) == 1


def test_what_waits_is_asked_and_the_answer_is_a_proposal(open_world: World) -> None:
    address_id = asked(open_world)
    finder = AFinder()

    assert searching.search_waiting(open_world.work, finder) == 1

    search = search_of(open_world, address_id)
    assert (search.stage, search.crs, search.lat, search.confidence_percent) == (
        "found",
        "gcj02",
        31.2285,
        100,
    )
    assert finder.asked == [Words("测试路 1", "上海", "CN", "200000")]
    with open_world.work() as uow:
        assert uow.session.get_one(Address, address_id).lat != 31.2285, "a person pins the door"


def test_the_same_words_are_not_asked_twice(open_world: World) -> None:
    case = open_world.case()
    finder = AFinder(None)
    for _ in range(2):
        address_id = asked_again(open_world, case)
        searching.search_waiting(open_world.work, finder)
    assert (search_of(open_world, address_id).stage, len(finder.asked)) == ("nothing", 1)


def asked_again(world: World, case: Case) -> AddressId:
    with world.work(world.dispatcher) as uow:
        return searching.ask(uow, door(uow, case)).address_id


def test_a_busy_provider_is_asked_again_later_and_given_up_in_the_end(open_world: World) -> None:
    address_id = asked(open_world)
    finder = AFinder(Trouble.BUSY)
    for _ in range(searching.MAX_ATTEMPTS):
        assert search_of(open_world, address_id).stage == "waiting"
        searching.search_waiting(open_world.work, finder)
    search = search_of(open_world, address_id)
    assert (search.stage, search.failure, len(finder.asked)) == ("failed", "busy", searching.MAX_ATTEMPTS)


def test_a_provider_that_refuses_our_key_is_not_asked_again(open_world: World) -> None:
    address_id = asked(open_world)
    searching.search_waiting(open_world.work, AFinder(Trouble.DENIED))
    search = search_of(open_world, address_id)
    assert (search.stage, search.failure) == ("failed", "denied")


def test_a_provider_without_bulk_is_asked_one_address_at_a_time(open_world: World) -> None:
    for _ in range(3):
        asked(open_world)
    public = AFinder(policy=Policy(allows_bulk=False))
    assert searching.search_waiting(open_world.work, public) == 1
    assert searching.search_waiting(open_world.work, AFinder()) == 2


def test_without_a_geocoder_or_leave_what_waits_ends(open_world: World) -> None:
    first = asked(open_world)
    searching.search_waiting(open_world.work, None)
    assert search_of(open_world, first).failure == "no-geocoder"
    second = asked(open_world)
    allow(open_world, is_allowed=False)
    finder = AFinder()
    searching.search_waiting(open_world.work, finder)
    assert (search_of(open_world, second).failure, finder.asked) == ("not-allowed", [])


def test_two_processes_do_not_ask_at_once(open_world: World) -> None:
    asked(open_world)
    inner = AFinder()

    class Meanwhile(AFinder):
        def find(self, address: Words) -> FoundPlace | None:
            assert searching.search_waiting(open_world.work, inner) == 0, "the queue is held"
            return super().find(address)

    assert searching.search_waiting(open_world.work, Meanwhile()) == 1
    assert inner.asked == []


def test_no_transaction_is_open_while_the_provider_is_asked(open_world: World) -> None:
    asked(open_world)
    seen: list[int] = []

    class Slow(AFinder):
        def find(self, address: Words) -> FoundPlace | None:
            idle = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
            )
            with open_world.work() as uow:
                seen.append(uow.session.scalar(text(idle)) or 0)
            return super().find(address)

    searching.search_waiting(open_world.work, Slow())
    assert seen == [0]


def test_an_answer_about_words_that_are_no_longer_asked_about_is_not_kept(open_world: World) -> None:
    address_id = asked(open_world)

    class Meanwhile(AFinder):
        def find(self, address: Words) -> FoundPlace | None:
            allow(open_world, is_allowed=False)
            return super().find(address)

    searching.search_waiting(open_world.work, Meanwhile())
    assert search_of(open_world, address_id).stage == "waiting"
    searching.search_waiting(open_world.work, AFinder())
    assert search_of(open_world, address_id).failure == "not-allowed"


def test_answers_are_forgotten_after_a_month(open_world: World) -> None:
    address_id = asked(open_world)
    searching.search_waiting(open_world.work, AFinder())
    open_world.clock.advance(searching.KEPT * 1.1)
    with open_world.work() as uow:
        assert searching.forget_old(uow) == 1
        assert searching.get_search(uow, address_id).stage == "unasked"
