"""Where a crew was is inside, uncertain or outside, and every reason to doubt it is named."""

from datetime import UTC, datetime, timedelta

import pytest

from field_visits.kernel.points import Point
from field_visits.visits.placement import Doubt, Fix, of_window, place
from routing.geofence import Fence

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
DOOR = Point(31.2304, 121.4737)
# One thousandth of a degree of latitude is 111 m.
NEAR, FAR = Point(31.2306, 121.4737), Point(31.2404, 121.4737)


def fix(point: Point = NEAR, *, accuracy_m: float | None = 10, age_s: int = 5, is_mock: bool = False) -> Fix:
    return Fix(point, accuracy_m, AT - timedelta(seconds=age_s), is_mock)


@pytest.mark.parametrize(
    ("told", "verdict", "doubts"),
    [
        (fix(), Fence.INSIDE, ()),
        (fix(FAR), Fence.OUTSIDE, (Doubt.OUTSIDE,)),
        (fix(accuracy_m=500), Fence.UNCERTAIN, (Doubt.COARSE_FIX,)),
        (fix(accuracy_m=None), Fence.UNCERTAIN, (Doubt.NO_ACCURACY,)),
        (fix(is_mock=True), Fence.UNCERTAIN, (Doubt.MOCK_FIX,)),
        (fix(age_s=121), Fence.UNCERTAIN, (Doubt.STALE_FIX,)),
        (fix(FAR, is_mock=True), Fence.OUTSIDE, (Doubt.MOCK_FIX, Doubt.OUTSIDE)),
        (None, Fence.UNCERTAIN, (Doubt.NO_FIX,)),
    ],
)
def test_an_arrival_is_placed_with_its_doubts(
    told: Fix | None, verdict: Fence, doubts: tuple[Doubt, ...]
) -> None:
    placed = place(told, DOOR, is_approximate=False, at=AT)

    assert placed.verdict is verdict
    assert placed.doubts == doubts


def test_a_rounded_address_adds_its_own_doubt() -> None:
    placed = place(fix(), DOOR, is_approximate=True, at=AT)

    assert placed.verdict is Fence.UNCERTAIN
    assert placed.doubts == (Doubt.APPROXIMATE_ADDRESS,)


def test_an_address_without_position_places_nobody() -> None:
    placed = place(fix(), None, is_approximate=False, at=AT)

    assert placed.verdict is Fence.UNCERTAIN
    assert placed.distance_m is None
    assert placed.doubts == (Doubt.NO_POSITION,)


@pytest.mark.parametrize(
    ("hours", "doubts"), [(-2, (Doubt.BEFORE_WINDOW,)), (0, ()), (1, ()), (2, (Doubt.AFTER_WINDOW,))]
)
def test_another_time_than_promised_is_flagged(hours: int, doubts: tuple[Doubt, ...]) -> None:
    opens, closes = AT - timedelta(hours=1), AT + timedelta(hours=1)

    assert of_window(AT + timedelta(hours=hours), opens, closes) == doubts
