"""The link that a start prints while nobody administers, and what it opens."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import main
from api.server.secrets import Secrets
from field_visits.identity.founding import Link, issue_links
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from tests.api.signing_in import PASSWORD
from tests.client import KEYS, Answer, ApiClient
from tests.cluster import Cluster
from tests.world import World

HOUSE = {
    "slug": "new-house",
    "name": "新机构",
    "country": "CN",
    "timezone": "Asia/Shanghai",
    "currency": "CNY",
    "packs": ["cn"],
}


@pytest.fixture
def empty(cluster: Cluster, own_database_name: str) -> Iterator[Database]:
    database = Database(cluster.url("app", own_database_name), pool_size=4)
    yield database
    database.close()


@pytest.fixture
def door(api: ApiClient, empty: Database) -> ApiClient:
    """The API over an installation without any organisation."""
    return api.beside(database=empty)


def link(database: Database, clock: SteppedClock) -> Link:
    (only,) = issue_links(database, clock, keys=KEYS.tokens)
    return only


def follow(api: ApiClient, code: str, **told: Any) -> Answer:
    body = {"code": code, "username": "ada", "name": "Ada", "password": PASSWORD, "organisation": HOUSE}
    return api.anonymous.post("/v1/first-administrator", json=body | told, key="")


def test_on_an_empty_installation_it_founds_the_organisation_with_its_administrator(
    door: ApiClient, empty: Database, clock: SteppedClock
) -> None:
    opened = follow(door, link(empty, clock).code.text)
    told = {"organisation": "new-house", "username": "ada", "password": PASSWORD}
    signed_in = door.anonymous.post("/v1/sign-in", json=told, key="")

    assert (opened.status_code, opened.json["organisation"]) == (201, "new-house")
    assert signed_in.status_code == 200
    assert issue_links(empty, clock, keys=KEYS.tokens) == []


def test_it_opens_once(door: ApiClient, empty: Database, clock: SteppedClock) -> None:
    code = link(empty, clock).code.text
    follow(door, code)

    assert follow(door, code, username="eve").code == "code-spent"


def test_of_two_links_on_an_empty_installation_one_founds(
    door: ApiClient, empty: Database, clock: SteppedClock
) -> None:
    first, second = link(empty, clock), link(empty, clock)

    assert follow(door, first.code.text).status_code == 201
    assert follow(door, second.code.text, organisation=HOUSE | {"slug": "another"}).code == "code-spent"


def test_it_is_good_for_a_day(door: ApiClient, empty: Database, clock: SteppedClock) -> None:
    code = link(empty, clock).code.text
    clock.advance(timedelta(hours=24))

    assert follow(door, code).code == "code-spent"


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"organisation": None}, "/organisation"),
        ({"organisation": HOUSE | {"slug": "Not A Slug"}}, "/organisation/slug"),
        ({"organisation": HOUSE | {"packs": ["atlantis"]}}, "/organisation/packs"),
        ({"organisation": HOUSE | {"timezone": "Mars/Olympus"}}, "/organisation/timezone"),
        ({"password": "short"}, "/password"),
        ({"username": "?"}, "/username"),
    ],
)
def test_what_is_wrong_is_told_and_the_link_stays_good(
    door: ApiClient, empty: Database, clock: SteppedClock, told: dict[str, Any], pointer: str
) -> None:
    code = link(empty, clock).code.text
    wrong = follow(door, code, **told)

    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, pointer)
    assert follow(door, code).status_code == 201


def test_an_organisation_without_an_administrator_gets_one(
    door: ApiClient, cluster: Cluster, own_database_name: str, empty: Database, clock: SteppedClock
) -> None:
    world = World.found(empty, clock)
    none_needed = issue_links(empty, clock, keys=KEYS.tokens)
    _leave_without_administrator(cluster, own_database_name, world.organisation)
    older, newer = link(empty, clock), link(empty, clock)

    assert none_needed == []
    assert newer.organisation == world.slug
    assert follow(door, older.code.text, organisation=None).code == "code-spent"
    assert follow(door, newer.code.text).json["errors"][0]["pointer"] == "/organisation"
    assert follow(door, newer.code.text, organisation=None, username="collector").status_code == 422  # taken
    assert follow(door, newer.code.text, organisation=None).json["organisation"] == world.slug


def test_the_command_prints_the_link_with_its_code_out_of_reach_of_any_log(
    cluster: Cluster, own_database_name: str, tmp_path: Path
) -> None:
    Secrets.open(tmp_path / "secrets").create_missing()
    environment = {"DATA_DIR": str(tmp_path), "DATABASE_URL": cluster.url("app", own_database_name)}
    told = CliRunner().invoke(main, ["first-administrator"], env=environment)

    assert told.exit_code == 0, told.output
    assert "This installation is empty" in told.output
    assert "http://localhost:8000/first-administrator#" in told.output


def _leave_without_administrator(cluster: Cluster, name: str, organisation: OrganisationId) -> None:
    """What an accident with the database could leave behind: no verb takes the last administrator away."""
    owner = Database(cluster.url("superuser", name), pool_size=1)
    with owner.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE users DISABLE TRIGGER users_guard")
        connection.exec_driver_sql(
            "UPDATE users SET state = 'disabled' WHERE org_id = %s AND 'admin' = ANY(roles)", (organisation,)
        )
        connection.exec_driver_sql("ALTER TABLE users ENABLE TRIGGER users_guard")
    owner.close()
