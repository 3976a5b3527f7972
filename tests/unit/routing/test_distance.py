import pytest

from routing.distance import GeodesicTravel, Pace, VectorTravel, geodesic_m, straight_matrix_m
from routing.model import Leg, Place, ProblemError

SHANGHAI = Place(31.2304, 121.4737)
SUZHOU = Place(31.2989, 120.5853)
BEIJING = Place(39.9042, 116.4074)


def test_a_degree_of_the_equator_is_measured_on_the_wgs_84_ellipsoid() -> None:
    assert geodesic_m(Place(0, 0), Place(0, 1)) == pytest.approx(111_319.491, abs=0.001)


def test_a_trip_is_detour_speed_and_constant() -> None:
    travel = GeodesicTravel(Pace(detour=1.5, speed_kmh=36, per_trip_s=100))
    straight = geodesic_m(SHANGHAI, SUZHOU)

    leg = travel.leg(SHANGHAI, SUZHOU)

    assert leg.travel_m == round(straight * 1.5)
    assert 0 <= leg.travel_s - (straight * 1.5 / 10 + 100) < 1
    assert travel.source == "estimate: geodesic, straight line x 1.5 at 36 km/h + 100 s a trip"


def test_two_visits_at_one_place_need_no_trip() -> None:
    assert GeodesicTravel().leg(SHANGHAI, SHANGHAI) == Leg(0, 0)
    assert VectorTravel().leg(SHANGHAI, SHANGHAI) == Leg(0, 0)


def test_the_matrix_holds_the_very_trips_that_are_asked_one_by_one() -> None:
    places = (SHANGHAI, SUZHOU, BEIJING)
    for travel in (GeodesicTravel(), VectorTravel()):
        matrix = travel.matrix(places)
        for start in places:
            for end in places:
                assert matrix.leg(start, end) == travel.leg(start, end)


def test_far_and_polar_pairs_are_measured_by_the_geodesic_itself() -> None:
    places = (SHANGHAI, BEIJING, Place(89.9, 0), Place(89.9, 170), Place(0, 179.9), Place(0, -179.9))

    straight = straight_matrix_m(places)

    for row, start in enumerate(places[:4]):
        for column, end in enumerate(places[:4]):
            assert straight[row, column] == geodesic_m(start, end)
    assert straight[4, 5] == pytest.approx(geodesic_m(places[4], places[5]), abs=0.01)


@pytest.mark.parametrize(
    ("detour", "speed_kmh", "per_trip_s"),
    [(0.5, 30, 150), (1.35, 900, 150), (1.35, float("nan"), 150), (1.35, 30, -1)],
)
def test_an_absurd_pace_is_refused(detour: float, speed_kmh: float, per_trip_s: int) -> None:
    with pytest.raises(ProblemError, match="pace"):
        Pace(detour, speed_kmh, per_trip_s)


def test_many_trips_at_once_are_those_asked_one_by_one() -> None:
    places = [
        Place(39.29, -76.61),
        Place(39.31, -76.6),
        Place(80.0, 10.0),
        Place(39.29, -76.61),
        Place(45.0, 1.0),
    ]
    trips = [(start, end) for start in places for end in places]

    for travel in (VectorTravel(), GeodesicTravel(), VectorTravel().matrix(list(dict.fromkeys(places)))):
        assert list(travel.legs(trips)) == [travel.leg(start, end) for start, end in trips]
        assert list(travel.legs([])) == []
