import math

import pytest

from routing.geofence import Fence, whereabouts
from routing.model import Place, ProblemError

DOOR = Place(31.2304, 121.4737)
NORTH_100_M = Place(31.2304 + 100 / 110_869, 121.4737)


@pytest.mark.parametrize(
    ("accuracy_m", "radius_m", "verdict"),
    [
        (50, 150, Fence.INSIDE),
        (50.2, 150, Fence.UNCERTAIN),
        (0, 100, Fence.INSIDE),
        (0, 99, Fence.OUTSIDE),
        (20, 79, Fence.OUTSIDE),
        (20, 80, Fence.UNCERTAIN),
        (3_000, 150, Fence.UNCERTAIN),
        (None, 150, Fence.UNCERTAIN),
    ],
)
def test_a_fix_100_m_away(accuracy_m: float | None, radius_m: int, verdict: Fence) -> None:
    found = whereabouts(NORTH_100_M, DOOR, accuracy_m=accuracy_m, radius_m=radius_m)

    assert (found.verdict, found.distance_m) == (verdict, 100)


def test_a_roughly_known_place_adds_its_doubt() -> None:
    found = whereabouts(NORTH_100_M, DOOR, accuracy_m=10, radius_m=150, place_accuracy_m=70.5)

    assert (found.verdict, found.doubt_m) == (Fence.UNCERTAIN, 81)


@pytest.mark.parametrize("accuracy", [-1, math.nan, math.inf])
def test_an_accuracy_that_is_no_length_is_refused(accuracy: float) -> None:
    with pytest.raises(ProblemError, match="accuracy"):
        whereabouts(DOOR, DOOR, accuracy_m=accuracy, radius_m=150)


def test_a_negative_radius_is_refused() -> None:
    with pytest.raises(ProblemError, match="radius"):
        whereabouts(DOOR, DOOR, accuracy_m=1, radius_m=-1)
