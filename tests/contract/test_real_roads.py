"""A real OSRM on a real map, where `make road` has fetched one: what the simulator stands for elsewhere."""

from collections.abc import Iterator
from itertools import permutations

import pytest

from routing.distance import geodesic_m
from routing.model import Place
from routing.roads.city import CityTravel
from routing.roads.http import JsonServer
from routing.roads.osrm import OsrmTravel
from tests.simulators import osrm

pytestmark = pytest.mark.skipif(not osrm.is_here(), reason="no OSRM on this machine: `make road` fetches one")

# Doors of Baltimore, and two off the edge of its map: the engine takes both for the last road before it.
DOORS = tuple(
    Place(lat, lon)
    for lat, lon in ((39.2777, -76.5291), (39.2928, -76.5884), (39.2847, -76.5921), (39.3017, -76.5293))
)
AWAY = (Place(39.2858, -76.6131), Place(39.2906, -76.6122))


@pytest.fixture(scope="module")
def engine() -> Iterator[OsrmTravel]:
    with osrm.serving("baltimore") as url:
        yield OsrmTravel(JsonServer(url, tries=1))


def test_it_is_well_and_says_so(engine: OsrmTravel) -> None:
    health = engine.health()
    assert health.is_well, health.sentence


def test_no_way_on_roads_is_shorter_than_the_straight_line(engine: OsrmTravel) -> None:
    matrix = engine.matrix(DOORS)
    known = [trip for trip in permutations(DOORS, 2) if not matrix.leg(*trip).estimated]
    assert known
    for start, end in known:
        # It snaps both ends to the nearest road: a little may be saved there.
        assert matrix.leg(start, end).travel_m >= geodesic_m(start, end) - 100


def test_places_off_the_map_have_an_estimate_and_no_way_of_nothing(engine: OsrmTravel) -> None:
    leg = engine.leg(*AWAY)
    assert leg.estimated
    assert leg.travel_s > 100


def test_a_day_has_its_ways_from_it_with_the_time_to_park(engine: OsrmTravel) -> None:
    raw, usual = engine.matrix(DOORS), CityTravel(engine).ways(DOORS, until_s=86_400).usual
    for trip in permutations(DOORS, 2):
        if not raw.leg(*trip).estimated:
            assert usual.leg(*trip).travel_s == raw.leg(*trip).travel_s + 150
