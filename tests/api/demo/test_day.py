"""The demo's days, at every kind of hour, on a database of its own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.demo import roads
from api.demo.day import Opening, prepare
from api.demo.people import PEOPLE
from api.demo.seed import CUSTOMERS, customer_file, find, seed
from api.house import House
from field_visits.cases.queries import list_lines
from field_visits.compliance.packs import load_packs
from field_visits.kernel.actor import Role, system_actor
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from field_visits.planning.queries import plan_of_day
from tests.client import CHEAP, KEYS
from tests.cluster import Cluster
from tests.simulators.camera import store_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORDS = {person.username: f"secret-of-{person.username}" for person in PEOPLE}
DAY = date(2026, 11, 25)


@contextmanager
def house_at(cluster: Cluster, name: str, objects: Path, hour: int, minute: int = 0) -> Iterator[House]:
    database = Database(cluster.url("app", name))
    clock = SteppedClock(datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=SHANGHAI))
    yield House(database, clock, KEYS, store_in(objects), packs=tuple(load_packs()), password_cost=CHEAP)
    database.close()


def entries(cluster: Cluster, name: str) -> Counter[str]:
    with cluster.superuser(name) as connection:
        return Counter(
            dict(connection.execute("SELECT code, count(*) FROM entries GROUP BY code").fetchall())
        )


def published(house: House, organisation: OrganisationId, day: date) -> int | None:
    """How many visits the plan of `day` holds; None without a plan."""
    with house.work(system_actor(organisation, "tests")) as uow:
        plan = plan_of_day(uow, day)
        return None if plan is None else sum(len(route["visits"]) for route in plan.routes["routes"])


def test_people_and_doors_are_the_same_in_every_file_and_no_door_is_real() -> None:
    told = customer_file(DAY)

    assert told == customer_file(DAY)
    lines = told.decode().splitlines()
    assert len(lines) == CUSTOMERS + 1
    header = lines[0].split(",")
    rows = [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]
    assert min(int(row["housenumber"]) for row in rows) >= roads.FIRST_HOUSE_NUMBER
    assert len({(row["street"], row["housenumber"]) for row in rows}) == CUSTOMERS
    assert {row["approximate"] for row in rows} == {"true"}
    assert all(len(row[axis].partition(".")[2]) <= 3 for row in rows for axis in ("lat", "lon"))
    assert len({row["street"] for row in rows}) == 40


def test_demo_has_the_people_that_the_readme_promises() -> None:
    roles = Counter(person.role for person in PEOPLE)

    assert roles == {
        Role.ADMIN: 1,
        Role.DISPATCHER: 2,
        Role.LEGAL: 2,
        Role.SUPERVISOR: 1,
        Role.COLLECTOR: 6,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hour", "minute", "opens_on"),
    [(3, 0, DAY), (10, 0, DAY), (23, 50, DAY + timedelta(days=1))],
    ids=["at night", "in the morning", "just before midnight"],
)
def test_demo_opens_on_a_day_with_visits_and_changes_nothing_again_that_day(
    cluster: Cluster, own_database_name: str, tmp_path: Path, hour: int, minute: int, opens_on: date
) -> None:
    name = own_database_name
    with house_at(cluster, name, tmp_path, hour, minute) as house:
        organisation = seed(house, PASSWORDS)
        opening = prepare(house, organisation)
        before = entries(cluster, name)

        assert opening.day == opens_on
        assert opening.visits > 0
        assert published(house, organisation, DAY + timedelta(days=1))
        assert [code for code in before if code.endswith("refused")] == []
        assert before["appointment:notice:sent"] > 0

        assert find(house) == organisation
        house.clock.advance(timedelta(minutes=9))  # type: ignore[attr-defined]  # a stepped clock
        assert prepare(house, organisation) == opening
        assert entries(cluster, name) == before


@pytest.mark.slow
def test_a_new_day_books_and_plans_the_next_one_until_everybody_was_promised_a_visit(
    cluster: Cluster, own_database_name: str, tmp_path: Path
) -> None:
    with house_at(cluster, own_database_name, tmp_path, 9) as house:
        organisation = seed(house, PASSWORDS)
        with house.work(system_actor(organisation, "tests")) as uow:
            assert len(list_lines(uow, limit=200)) == CUSTOMERS
        openings: list[Opening] = []
        for _ in range(3):
            openings.append(prepare(house, organisation))
            house.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]  # a stepped clock

        assert [opening.day for opening in openings] == [DAY + timedelta(days=number) for number in range(3)]
        assert all(published(house, organisation, DAY + timedelta(days=number)) for number in range(4))
    assert [code for code in entries(cluster, own_database_name) if code.endswith("refused")] == []
