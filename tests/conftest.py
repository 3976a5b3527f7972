"""Fixtures of every suite. The cluster is started at most once a run, and stopped with it."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.migrations.migrate import migrate
from tests.client import ApiClient
from tests.cluster import Cluster, temporary_cluster
from tests.simulators.camera import store_in
from tests.world import World

# The same examples each time, so that a change is what makes a test fail; `make soak` looks for new ones.
# How long an example takes says more of the machine's other work than of the code.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.register_profile("soak", deadline=None, print_blob=True)
settings.load_profile("house")

_resources = pytest.StashKey[contextlib.ExitStack]()
_shared = pytest.StashKey[Cluster]()


def _start_shared(config: pytest.Config) -> Cluster:
    if _shared not in config.stash:
        config.stash[_resources] = contextlib.ExitStack()
        # 16 workers with a pool each must fit.
        cluster = config.stash[_resources].enter_context(
            temporary_cluster(settings={"max_connections": "300"})
        )
        config.stash[_shared] = cluster
    return config.stash[_shared]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--problems", type=int, default=20, help="How many random days are planned.")
    parser.addoption("--plans", type=int, default=300, help="How many random days are planned.")
    parser.addoption("--days", type=int, default=300, help="How many random days are lived through the API.")
    parser.addoption("--fleets", type=int, default=16, help="How many seeded fleets of phones are simulated.")
    parser.addoption(
        "--every-byte", action="store_true", help="Cut the network at every byte, not at each 16th."
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Browser tests run by themselves: `pytest tests/e2e/screens`.

    Playwright keeps an event loop running in its process, and sealing a PDF starts one of its own there.
    """
    is_asked_for = any("screens" in argument for argument in config.args)
    return True if collection_path.name == "screens" and not is_asked_for else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """With xdist, the controller owns the cluster (it outlives every worker) and tells each where it is."""
    node.workerinput["cluster"] = _start_shared(node.config).to_worker()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _resources in config.stash:
        config.stash[_resources].close()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The run's cluster: the controller's, or without xdist one that is started when first asked for."""
    sent = getattr(request.config, "workerinput", None)
    return Cluster.in_worker(sent["cluster"]) if sent else _start_shared(request.config)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The name of an empty database of one's own."""
    name = cluster.clone()
    yield name
    cluster.drop(name)


def _migrate_template(cluster: Cluster) -> None:
    def build(name: str) -> None:
        migrate(cluster.url("owner", name))

    cluster.template("migrated", build)


@pytest.fixture(scope="session")
def app_database_name(cluster: Cluster) -> Iterator[str]:
    """One migrated database for all tests of this worker: each test brings an organisation of its own."""
    _migrate_template(cluster)
    name = cluster.clone("migrated")
    yield name
    cluster.drop(name)


@pytest.fixture(scope="session")
def app_database(cluster: Cluster, app_database_name: str) -> Iterator[Database]:
    """The application's login on this worker's database."""
    database = Database(cluster.url("app", app_database_name), pool_size=60)
    yield database
    database.close()


@pytest.fixture(scope="session")
def sequencer_database(cluster: Cluster, app_database_name: str) -> Iterator[Database]:
    """The sequencer's login on this worker's database."""
    database = Database(cluster.url("sequencer", app_database_name))
    yield database
    database.close()


@pytest.fixture
def own_database_name(cluster: Cluster) -> Iterator[str]:
    """A migrated database for one test alone."""
    _migrate_template(cluster)
    name = cluster.clone("migrated")
    yield name
    cluster.drop(name)


@pytest.fixture
def clock() -> SteppedClock:
    """Wednesday 25 November 2026, 10:00 in Shanghai: a lawful hour everywhere in China."""
    return SteppedClock(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))


@pytest.fixture
def world(app_database: Database, clock: SteppedClock) -> World:
    """A fresh organisation with people in it; see tests/world.py."""
    return World.found(app_database, clock)


@pytest.fixture
def api(world: World, tmp_path: Path) -> ApiClient:
    """The API over the world's organisation, its files in a folder of the test; see tests/client.py."""
    return ApiClient(world, store_in(tmp_path / "objects"))
