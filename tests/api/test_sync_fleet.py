"""Fleets of phones on bad networks, seed by seed: the database ends as the model says, nothing lost, nothing twice."""

from collections import Counter

import pytest

from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from tests.client import ApiClient
from tests.simulators.fleet import Fleet
from tests.world import World

CHUNK = 4


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "first_seed" in metafunc.fixturenames:
        fleets = metafunc.config.getoption("fleets")
        metafunc.parametrize("first_seed", range(0, fleets, CHUNK))


def test_a_fleet_ends_as_its_phones_were_told(
    api: ApiClient, app_database: Database, clock: SteppedClock, first_seed: int
) -> None:
    outcomes: Counter[str] = Counter()
    start = clock.now()
    for seed in range(first_seed, first_seed + CHUNK):
        world = World.found(app_database, SteppedClock(start))
        fleet = Fleet(api.beside(world), world, seed)
        fleet.live()
        outcomes += fleet.check()

    # A simulation in which nothing is refused or turned away would test half of it.
    assert {"applied", "applied_with_breach", "turned_away"} <= outcomes.keys()
