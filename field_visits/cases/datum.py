"""From Chinese datums to WGS-84 and back: the published formulas, inverted to less than a millimetre.

GCJ-02 is what maps and phones in mainland China show, 300 to 700 m off WGS-84; BD-09 is Baidu's further
shift of it. Whether a record uses one is told by the record (`crs`), never guessed from where it lies: a
rectangle around China would also move Singapore and Hanoi. Degrees in, degrees out, latitude first.
"""

import math
from collections.abc import Callable
from enum import StrEnum

# The ellipsoid of the published formula (Krasovsky 1940).
_AXIS_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_FREQUENCY = math.pi * 3000.0 / 180.0
# A ten-thousandth of a millimetre on the ground; each step of the inversion gains about two digits.
_CLOSE_ENOUGH_DEG = 1e-12
_MAX_STEPS = 30

LatLon = tuple[float, float]


class Crs(StrEnum):
    """The datum in which a record tells its position."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lat: float, lon: float, crs: Crs) -> LatLon:
    """The WGS-84 position of a point told in `crs`."""
    match crs:
        case Crs.WGS84:
            return lat, lon
        case Crs.GCJ02:
            return _inverse(gcj02_of_wgs84, (lat, lon))
        case Crs.BD09:
            return _inverse(gcj02_of_wgs84, _inverse(bd09_of_gcj02, (lat, lon)))


def from_wgs84(lat: float, lon: float, crs: Crs) -> LatLon:
    """The position in `crs` of a WGS-84 point in mainland China."""
    match crs:
        case Crs.WGS84:
            return lat, lon
        case Crs.GCJ02:
            return gcj02_of_wgs84(lat, lon)
        case Crs.BD09:
            return bd09_of_gcj02(*gcj02_of_wgs84(lat, lon))


def gcj02_of_wgs84(lat: float, lon: float) -> LatLon:
    """GCJ-02 of a WGS-84 position, by the published formula."""
    north, east = _metres_north(lon - 105.0, lat - 35.0), _metres_east(lon - 105.0, lat - 35.0)
    sine = math.sin(math.radians(lat))
    magic = 1.0 - _ECCENTRICITY_SQUARED * sine * sine
    meridian = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / (magic * math.sqrt(magic))
    parallel = _AXIS_M / math.sqrt(magic) * math.cos(math.radians(lat))
    return lat + math.degrees(north / meridian), lon + math.degrees(east / parallel)


def bd09_of_gcj02(lat: float, lon: float) -> LatLon:
    """BD-09 of a GCJ-02 position, by the published formula."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_FREQUENCY)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_FREQUENCY)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def _inverse(forward: Callable[[float, float], LatLon], target: LatLon) -> LatLon:
    """The point that `forward` takes to `target`, by fixed-point steps: the shift changes slowly."""
    lat, lon = target
    for _ in range(_MAX_STEPS):
        reached = forward(lat, lon)
        off_lat, off_lon = reached[0] - target[0], reached[1] - target[1]
        lat, lon = lat - off_lat, lon - off_lon
        if abs(off_lat) < _CLOSE_ENOUGH_DEG and abs(off_lon) < _CLOSE_ENOUGH_DEG:
            break
    return lat, lon


def _ripples(value: float, first: float, second: float) -> float:
    """The two slow waves of one coordinate, 2 and 6 degrees long."""
    return (first * math.sin(value * math.pi) + second * math.sin(value / 3.0 * math.pi)) * 2.0 / 3.0


def _fast_ripples(x: float) -> float:
    return (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0


def _metres_north(x: float, y: float) -> float:
    drift = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    slow = (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    return drift + _fast_ripples(x) + _ripples(y, 20.0, 40.0) + slow


def _metres_east(x: float, y: float) -> float:
    drift = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    slow = (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    return drift + _fast_ripples(x) + _ripples(x, 20.0, 40.0) + slow
