"""What can be a door and what cannot."""

import pytest

from field_visits.cases.placement import PlacementError, place, zones_at
from field_visits.kernel.points import Point

METRE = 1 / 111_000


def test_a_wgs84_position_is_kept_with_its_figures_as_told() -> None:
    placed = place("31.23040", "121.4737", "WGS84", country="CN")

    assert (placed.point, placed.source_lat, placed.crs) == (Point(31.2304, 121.4737), "31.23040", "wgs84")
    assert placed.zones == ("Asia/Shanghai",)


def test_gcj02_is_converted_to_wgs84() -> None:
    placed = place("39.91640428150164", "116.41024449916938", "gcj02", country="CN")

    assert (placed.point.lat, placed.point.lon) == pytest.approx((39.915, 116.404), abs=METRE / 10)


def test_bd09_is_converted_through_gcj02() -> None:
    placed = place("39.92133699351022", "116.41036949371029", "bd09", country="CN")

    assert placed.point.lat == pytest.approx(39.915 - 0.0014, abs=0.0005)


def test_urumqi_has_two_zones() -> None:
    assert place(43.8256, 87.6168, "wgs84", country="CN").zones == ("Asia/Shanghai", "Asia/Urumqi")


def test_an_approximate_position_beside_a_zone_border_has_the_zones_of_both_sides() -> None:
    # Where the border of Texas's Mountain Time runs (Hudspeth and Culberson counties).
    border = 31.5, -104.92

    exact = place(*border, "wgs84", country="US")
    nearby = [
        place(31.5, lon / 1000, "wgs84", country="US", is_approximate=True) for lon in range(-104960, -104860)
    ]

    assert len(exact.zones) == 1
    assert any(len(one.zones) == 2 for one in nearby)


@pytest.mark.parametrize(
    ("lat", "lon", "crs", "country", "pointers"),
    [
        ("0", "0", "wgs84", "CN", ["/lat"]),
        ("0.0001", "-0.002", "wgs84", "CN", ["/lat"]),
        ("30.0", "125.0", "wgs84", "CN", ["/lat", "/lon"]),
        ("31.2", "121.4", "", "CN", ["/crs"]),
        ("31.2", "121.4", "EPSG:4490", "CN", ["/crs"]),
        ("1.35", "103.82", "gcj02", "SG", ["/crs"]),
        ("22.3", "114.17", "bd09", "HK", ["/crs"]),
        ("91", "121.4", "wgs84", "CN", ["/lat"]),
        ("31.2", "-180.5", "wgs84", "CN", ["/lon"]),
        ("31,2", "121.4", "wgs84", "CN", ["/lat"]),
        ("1e2", "121.4", "wgs84", "CN", ["/lat"]),
        ("nan", "121.4", "wgs84", "CN", ["/lat"]),
        ("３１", "121.4", "wgs84", "CN", ["/lat"]),
        ("", "121.4", "wgs84", "CN", ["/lat"]),
        ("39.28", "-76.6", "wgs84", "CN", ["/lat", "/lon"]),
        ("31.2", "121.4", "wgs84", "XX", ["/country"]),
    ],
)
def test_what_cannot_be_a_door_is_refused(
    lat: str, lon: str, crs: str, country: str, pointers: list[str]
) -> None:
    with pytest.raises(PlacementError) as error:
        place(lat, lon, crs, country=country)

    assert [fault.pointer for fault in error.value.faults] == pointers


def test_swapped_figures_are_refused() -> None:
    with pytest.raises(PlacementError, match=r"outside ±90°"):
        place("121.4", "31.2", "wgs84", country="CN")
    with pytest.raises(PlacementError):
        place("9.5209", "47.141", "wgs84", country="LI")


def test_the_open_sea_has_no_zone_and_the_poles_none_either() -> None:
    assert zones_at(Point(-40.0, -140.0)) == ()
    assert zones_at(Point(90.0, 0.0), reach_deg=0.01) == ()


def test_a_bank_may_write_cn_for_hong_kong() -> None:
    assert place("22.3", "114.17", "wgs84", country="CN").zones == ("Asia/Hong_Kong",)
