"""A told position becomes a place: its datum known, converted to WGS-84, on land, with every time zone.

Pure. What cannot be a door is refused here: no datum, 0,0, the open sea, a Chinese datum outside mainland
China, a country that the position does not lie in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import tzfpy

from field_visits.cases.datum import Crs, to_wgs84
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.points import MAX_LAT, MAX_LON, Point

# Digits as written; more than 12 decimals are finer than an atom and a sign of a broken export.
_FIGURE = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,17})?")
_NOWHERE_DEG = 0.01
# An approximate position may lie this far off, and a border may run between (about 100 m).
_APPROXIMATE_DEG = 0.001
_BORDER_DEG = 0.02
# Where GCJ-02 and BD-09 are in use: the zones of mainland China.
_MAINLAND = frozenset({"Asia/Shanghai", "Asia/Urumqi"})
# Banks write CN for these too.
_ALSO_CN = frozenset({"HK", "MO", "TW"})
# Stored with seven decimals: a centimetre.
_DECIMALS = 7


class PlacementError(InvalidError):
    """This position cannot be a door; `faults` name `/lat`, `/lon`, `/crs` or `/country`."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a door is, in WGS-84, with the figures as they were told and every possible time zone."""

    point: Point
    crs: Crs
    source_lat: str
    source_lon: str
    is_approximate: bool
    zones: tuple[str, ...]


def place(
    lat: str | float, lon: str | float, crs: str, *, country: str, is_approximate: bool = False
) -> Placement:
    """The place that these figures tell.

    Figures are decimal degrees, as text or number, in the datum `crs` (wgs84, gcj02, bd09). `country` is
    an ISO 3166 code of two letters; it guards against swapped and mistyped figures.

    Raises:
        PlacementError: The position cannot be a door; the message says what to mend.
    """
    datum = _crs(crs)
    told_lat, told_lon = _figure(lat, "/lat", MAX_LAT), _figure(lon, "/lon", MAX_LON)
    if abs(float(told_lat)) < _NOWHERE_DEG and abs(float(told_lon)) < _NOWHERE_DEG:
        raise _error("The position 0,0 means that none was known; leave no door there.", "/lat")
    wgs_lat, wgs_lon = to_wgs84(float(told_lat), float(told_lon), datum)
    point = Point(round(wgs_lat, _DECIMALS), round(wgs_lon, _DECIMALS))
    zones = zones_at(point, reach_deg=_APPROXIMATE_DEG if is_approximate else 0.0)
    if not zones:
        raise _error("The position lies in the open sea.", "/lat", "/lon")
    if datum is not Crs.WGS84 and _MAINLAND.isdisjoint(zones):
        raise _error(f"{datum.upper()} is used in mainland China only; give WGS-84 here.", "/crs")
    if not _lies_in(point, country):
        raise _error(
            f"The position does not lie in {country}; are latitude and longitude swapped?", "/lat", "/lon"
        )
    return Placement(point, datum, told_lat, told_lon, is_approximate, zones)


def zones_at(point: Point, *, reach_deg: float = 0.0) -> tuple[str, ...]:
    """Every IANA zone possible within `reach_deg` of `point`, sorted; empty in the open sea."""
    found: set[str] = set()
    for lat, lon in _around(point, reach_deg):
        # At sea tzfpy knows only the nautical zones, Etc/GMT±n.
        found.update(zone for zone in tzfpy.get_tzs(lon, lat) if not zone.startswith("Etc/"))
    return tuple(sorted(found))


@lru_cache(maxsize=1)
def zones_of_countries() -> dict[str, frozenset[str]]:
    """The zones of each country by its ISO 3166 code, from the time zone database (`zone.tab`)."""
    table: dict[str, set[str]] = {}
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            table.setdefault(code, set()).add(zone)
    return {code: frozenset(zones) for code, zones in table.items()}


def is_country(code: str) -> bool:
    """Whether `code` is a country that the time zone database knows."""
    return code in zones_of_countries()


def _lies_in(point: Point, country: str) -> bool:
    table = zones_of_countries()
    if country not in table:
        raise _error("This is no ISO 3166 code of a country, for instance CN or US.", "/country")
    codes = {country, *(_ALSO_CN if country == "CN" else ())}
    expected = frozenset[str]().union(*(table[code] for code in codes))
    # Zone outlines and borders differ by some hundred metres: the neighbourhood counts too.
    return not expected.isdisjoint(zones_at(point, reach_deg=_BORDER_DEG))


def _around(point: Point, reach_deg: float) -> Iterator[tuple[float, float]]:
    yield point.lat, point.lon
    if reach_deg:
        for north in (-reach_deg, 0.0, reach_deg):
            for east in (-reach_deg, 0.0, reach_deg):
                yield (
                    max(-MAX_LAT, min(MAX_LAT, point.lat + north)),
                    (point.lon + east + MAX_LON) % (2 * MAX_LON) - MAX_LON,
                )


def _crs(crs: str) -> Crs:
    try:
        return Crs(crs.strip().casefold())
    except ValueError:
        known = ", ".join(one.value for one in Crs)
        detail = f"The datum of the position is not known; say one of {known}."
        raise _error(detail, "/crs") from None


def _figure(told: str | float, pointer: str, most: int) -> str:
    text = (told if isinstance(told, str) else repr(told)).strip()
    if _FIGURE.fullmatch(text) is None:
        raise _error("A coordinate is a decimal number of degrees, for instance 31.2304.", pointer)
    if abs(float(text)) > most:
        raise _error(f"A coordinate lies outside ±{most}°.", pointer)
    return text


def _error(detail: str, *pointers: str) -> PlacementError:
    return PlacementError(detail, faults=[Fault(pointer, detail) for pointer in pointers])
