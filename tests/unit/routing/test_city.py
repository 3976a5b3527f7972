"""One city's trips: a map where there is one, at the pace its crews keep."""

from dataclasses import replace

import pytest

from routing.distance import Pace, VectorTravel
from routing.model import Place, TravelMatrix
from routing.roads.city import CityTravel
from routing.roads.fit import HourFit
from routing.roads.http import JsonServer
from routing.roads.osrm import OsrmTravel
from tests.simulators.roads import RoadServer

PLACES = tuple(Place(39.0 + number / 100, -76.0) for number in range(4))
NOON = HourFit(10, 16, Pace(speed_kmh=24, per_trip_s=200), 0.1, 90, 0.1)
RUSH = HourFit(16, 19, Pace(speed_kmh=12, per_trip_s=260), 0.1, 40, 0.1)
DAY_S = 86_400


def usual(travel: CityTravel, places: tuple[Place, ...] = PLACES) -> TravelMatrix:
    return travel.ways(places, until_s=DAY_S).usual


def roads(server: RoadServer) -> OsrmTravel:
    return OsrmTravel(JsonServer(server.url, tries=1))


def test_without_a_map_and_without_trips_ways_are_honest_estimates() -> None:
    ways = CityTravel().ways(PLACES, until_s=DAY_S)
    assert (ways.usual, ways.rush) == (VectorTravel().matrix(PLACES), ())


def test_the_hours_that_were_fitted_have_their_own_ways() -> None:
    ways = CityTravel(hours=(NOON, RUSH)).ways(PLACES, until_s=DAY_S)
    assert ways.usual == VectorTravel(NOON.pace).matrix(PLACES)
    ((rush),) = ways.rush
    assert (rush.from_s, rush.to_s) == (16 * 3_600, 19 * 3_600)
    assert rush.travel == VectorTravel(RUSH.pace).matrix(PLACES)


def test_a_maps_times_have_the_constant_that_no_map_knows() -> None:
    with RoadServer() as server:
        matrix = usual(CityTravel(roads(server)))
    assert matrix.seconds[0][1] in {100 + 150, 101 + 150}
    assert matrix.seconds[0][0] == 0
    assert matrix.metres[0][1] == 1_000
    assert matrix.source.startswith("OSRM at 127.0.0.1")


def test_a_maps_times_are_stretched_to_the_pace_that_was_seen() -> None:
    with RoadServer() as server:
        travel = CityTravel(roads(server), (NOON, RUSH))
        ways = travel.ways(PLACES, until_s=DAY_S)
    # 1.11 km in a straight line, x 1.35, take 225 s at 24 km/h; the map said 100 s.
    assert ways.usual.seconds[0][1] == pytest.approx(225 + 200, abs=4)
    assert ways.rush[0].travel.seconds[0][1] == pytest.approx(450 - 150 + 260, abs=4), (
        "but no more than threefold"
    )


def test_a_map_needs_less_margin_than_straight_lines() -> None:
    wide = replace(NOON, margin=0.725)
    with RoadServer() as server:
        seconds = usual(CityTravel(roads(server), (wide,))).seconds[0][1]
    assert seconds == pytest.approx((225 + 200) * 1.15 / 1.725, abs=4)


def test_where_the_map_knows_no_way_an_estimate_at_that_pace_stands_and_is_marked() -> None:
    island = PLACES[2]
    with RoadServer(islands=frozenset({(island.lat, island.lon)})) as server:
        matrix = usual(CityTravel(roads(server), (NOON,)))
    assert matrix.leg(PLACES[0], island) == VectorTravel(NOON.pace).leg(PLACES[0], island).__class__(
        VectorTravel(NOON.pace).matrix(PLACES).seconds[0][2],
        VectorTravel(NOON.pace).matrix(PLACES).metres[0][2],
        estimated=True,
    )
    assert not matrix.leg(PLACES[0], PLACES[1]).estimated


def test_an_engine_that_is_silent_leaves_the_pace_and_is_named() -> None:
    with RoadServer(says=b"no") as server:
        ways = CityTravel(roads(server), (NOON, RUSH)).ways(PLACES, until_s=DAY_S)
    assert ways.usual.seconds == VectorTravel(NOON.pace).matrix(PLACES).seconds
    assert ways.rush[0].travel.seconds == VectorTravel(RUSH.pace).matrix(PLACES).seconds
    assert ways.usual.source.startswith("estimate")
    assert ways.usual.source.endswith("OSRM at 127.0.0.1 had no answer")


@pytest.mark.parametrize("count", [0, 1])
def test_a_day_of_one_place_or_none_asks_for_no_way(count: int) -> None:
    with RoadServer() as server:
        assert len(usual(CityTravel(roads(server), (NOON,)), PLACES[:count]).seconds) == count
