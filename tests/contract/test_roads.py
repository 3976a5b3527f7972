"""OSRM and Valhalla as they are documented to answer, over real HTTP: the same suite for both."""

from collections.abc import Callable

import pytest

from routing.distance import Pace, VectorTravel
from routing.model import Leg, Place
from routing.roads.cache import CachedTravel
from routing.roads.http import JsonServer, RoadError
from routing.roads.osrm import OsrmTravel
from routing.roads.road_travel import Correction, RoadTravel
from routing.roads.valhalla import ValhallaTravel
from tests.simulators.roads import RoadServer

Engine = Callable[..., RoadTravel]
PLACES = tuple(Place(39.0 + number / 100, -76.0) for number in range(7))
ESTIMATE = VectorTravel(Pace(2, 20, 300))

engines = pytest.mark.parametrize("engine", [OsrmTravel, ValhallaTravel])


def quick(url: str, **options: float) -> JsonServer:
    return JsonServer(url, pause_s=0, **options)  # type: ignore[arg-type]  # mixed option types


@engines
def test_a_matrix_is_what_the_engine_says_rounded_up_and_corrected(engine: Engine) -> None:
    with RoadServer() as server:
        travel = engine(quick(server.url), correction=Correction(rate=1.5, per_trip_s=60))

        matrix = travel.matrix(PLACES)

    # 99.6 s and 100 s, half as much again: whatever is left of a second is one.
    assert matrix.seconds[0][:2] == (0, 60 + 150)
    assert matrix.seconds[0][2] == (60 + 299 if engine is OsrmTravel else 60 + 300)
    assert matrix.metres[0][1] == 1_000
    assert matrix.estimated == frozenset()
    assert matrix.source == f"{travel.name} at 127.0.0.1"


@engines
def test_more_places_than_a_server_takes_are_asked_in_blocks(engine: Engine) -> None:
    with RoadServer(most=6) as server:
        travel = engine(quick(server.url), block=3)

        matrix = travel.matrix(PLACES)

        assert len(server.asked) == 9
        assert matrix.estimated == frozenset()
        assert matrix.metres[0][6] in {6_002, 6_003}
        assert travel.legs([(PLACES[6], PLACES[0]), (PLACES[2], PLACES[2])])[1] == Leg(0, 0)


@engines
def test_a_place_without_roads_is_estimated_and_marked(engine: Engine) -> None:
    island = PLACES[2]
    with RoadServer(islands=frozenset({(island.lat, island.lon)})) as server:
        travel = engine(quick(server.url), fallback=ESTIMATE)

        matrix = travel.matrix(PLACES[:4])

    assert matrix.estimated == {(0, 2), (1, 2), (3, 2), (2, 0), (2, 1), (2, 3)}
    assert matrix.leg(PLACES[0], island).travel_s == ESTIMATE.leg(PLACES[0], island).travel_s
    assert matrix.leg(PLACES[0], island).estimated
    assert not matrix.leg(PLACES[0], PLACES[1]).estimated


@engines
@pytest.mark.parametrize("faults", [[503], [429, 500]])
def test_a_server_that_stumbles_is_asked_again(engine: Engine, faults: list[int]) -> None:
    with RoadServer(faults=list(faults)) as server:
        assert engine(quick(server.url)).matrix(PLACES[:2]).estimated == frozenset()
        assert len(server.asked) == len(faults) + 1


@engines
@pytest.mark.parametrize(
    "says",
    [
        b"<html>",
        b"[]",
        b"{}",
        b'{"code": "Ok", "durations": [[0]], "distances": [[0]]}',
        b'{"sources_to_targets": [[]]}',
    ],
)
def test_nonsense_becomes_an_estimate_that_says_so(engine: Engine, says: bytes) -> None:
    with RoadServer(says=says) as server:
        travel = engine(quick(server.url), fallback=ESTIMATE)

        matrix = travel.matrix(PLACES[:2])

    assert matrix.estimated == {(0, 1), (1, 0)}
    assert matrix.source.startswith("estimate: ")
    assert matrix.source.endswith(f"{travel.name} at 127.0.0.1 had no answer")


@engines
def test_figures_that_are_none_count_as_no_answer(engine: Engine) -> None:
    osrm = b'{"code": "Ok", "durations": [[0, -5], [1e999, 0]], "distances": [[0, 5], [5, 0]]}'
    valhalla = (
        b'{"sources_to_targets": [[{"time": 0, "distance": 0}, null],'
        b' [{"time": "soon", "distance": 1}, {"time": 0, "distance": 0}]]}'
    )
    with RoadServer(says=osrm if engine is OsrmTravel else valhalla) as server:
        matrix = engine(quick(server.url), fallback=ESTIMATE).matrix(PLACES[:2])

    assert matrix.estimated == {(0, 1), (1, 0)}


@engines
def test_a_server_that_is_gone_or_too_slow_costs_one_wait_and_the_day_is_planned(engine: Engine) -> None:
    with RoadServer(delay_s=2) as server:
        slow = engine(quick(server.url, timeout_s=0.1, tries=1), block=2, fallback=ESTIMATE)

        matrix = slow.matrix(PLACES)

        assert len(server.asked) == 1
        assert len(matrix.estimated) == 42
        assert not slow.health().is_well


@engines
def test_health_says_what_the_engine_says_of_itself(engine: Engine) -> None:
    with RoadServer() as server:
        travel = engine(quick(server.url))
        well = travel.health()
    gone = engine(quick(server.url, tries=1)).health()

    assert well.is_well
    assert well.sentence.startswith(f"{travel.name} answers: ")
    assert not gone.is_well
    assert "Plans are made with estimates" in gone.sentence


@pytest.mark.parametrize("url", ["localhost:5000", "ftp://x", "http://", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="begins with http"):
        JsonServer(url)


def test_what_the_server_refuses_is_not_asked_twice() -> None:
    with RoadServer(most=1) as server:
        with pytest.raises(RoadError, match="Too many table coordinates"):
            OsrmTravel(quick(server.url))._ask(PLACES[:2], PLACES[:2])
        assert len(server.asked) == 1


def test_pairs_that_were_answered_are_remembered_and_estimates_are_not() -> None:
    island = PLACES[2]
    with RoadServer(islands=frozenset({(island.lat, island.lon)})) as server:
        travel = CachedTravel(OsrmTravel(quick(server.url), fallback=ESTIMATE))

        first = travel.matrix(PLACES[:2])
        again = travel.matrix(PLACES[:2])
        assert (again, len(server.asked)) == (first, 1)

        travel.matrix(PLACES[:3])
        travel.matrix(PLACES[:3])
        assert len(server.asked) == 3
        assert travel.leg(PLACES[0], PLACES[1]) == first.leg(PLACES[0], PLACES[1])
        assert len(server.asked) == 3


def test_a_full_memory_forgets_what_was_used_longest_ago() -> None:
    class Counted(VectorTravel):
        asked = 0

        def legs(self, trips: object) -> list[Leg]:
            Counted.asked += 1
            return super().legs(trips)  # type: ignore[arg-type]  # passed on as it came

    travel = CachedTravel(Counted(), most=2)
    a, b, c, d = PLACES[:4]
    for trip in ((a, b), (a, c), (a, b), (a, d), (a, b)):
        travel.leg(*trip)

    assert Counted.asked == 3


@engines
def test_a_way_far_shorter_than_the_straight_line_is_between_other_places_and_no_answer(
    engine: Engine,
) -> None:
    class Edge(RoadServer):
        def steps(self, start: tuple[float, float], end: tuple[float, float]) -> int | None:
            del start, end
            return 0  # every place is moved to the last road before the edge of the map

    with Edge() as server:
        leg = engine(quick(server.url), fallback=ESTIMATE).leg(PLACES[0], PLACES[1])
    assert (leg.estimated, leg.travel_s > 0) == (True, True)
