"""The Chinese datums against published sample points, and the inversion against the formula itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_visits.cases.datum import Crs, bd09_of_gcj02, from_wgs84, gcj02_of_wgs84, to_wgs84

# A metre of latitude, in degrees; a degree of longitude is never longer.
METRE = 1 / 111_000


def test_gcj02_of_a_published_sample_in_beijing() -> None:
    assert gcj02_of_wgs84(39.915, 116.404) == pytest.approx(
        (39.91640428150164, 116.41024449916938), abs=1e-12
    )


def test_bd09_of_a_published_sample_in_beijing() -> None:
    assert bd09_of_gcj02(39.915, 116.404) == pytest.approx((39.92133699351022, 116.41036949371029), abs=1e-12)


@pytest.mark.parametrize(
    ("city", "place", "gcj_m", "bd_m"),
    [
        ("Shanghai", (31.2304, 121.4737), 482, 1141),
        ("Beijing", (39.9042, 116.4074), 556, 1376),
        ("Shenzhen", (22.5431, 114.0579), 606, 1243),
        ("Chengdu", (30.5728, 104.0668), 363, 947),
        ("Urumqi", (43.8256, 87.6168), 266, 1107),
    ],
)
def test_the_shift_is_as_measured_in(city: str, place: tuple[float, float], gcj_m: int, bd_m: int) -> None:
    def shift(crs: Crs) -> float:
        lat, lon = from_wgs84(*place, crs)
        north = (lat - place[0]) * 111_195
        return math.hypot(north, (lon - place[1]) * 111_195 * math.cos(math.radians(place[0])))

    assert (shift(Crs.GCJ02), shift(Crs.BD09)) == pytest.approx((gcj_m, bd_m), rel=0.02), city


@given(st.floats(18, 54, allow_nan=False), st.floats(73, 135, allow_nan=False), st.sampled_from(sorted(Crs)))
def test_there_and_back_is_less_than_a_millimetre_off_all_over_china(
    lat: float, lon: float, crs: Crs
) -> None:
    back = to_wgs84(*from_wgs84(lat, lon, crs), crs)

    assert back == pytest.approx((lat, lon), abs=METRE / 1000)
