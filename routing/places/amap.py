"""AMap (高德): answers in GCJ-02. geopy knows it not, so that the class on its base stands here."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from routing.places.finding import TIMEOUT_S, Address, Datum, GeopyFinder, Policy

_POLICY = Policy(min_delay_s=0.35)
_FOUND = "1"
# The `infocode` of a refusal, by what it means: https://lbs.amap.com/api/webservice/guide/tools/info
_MEANINGS: dict[str, type[Exception]] = {
    **dict.fromkeys(
        ("10001", "10002", "10005", "10006", "10007", "10008", "10009"), GeocoderAuthenticationFailure
    ),
    **dict.fromkeys(("10003", "10010", "10044", "10045"), GeocoderQuotaExceeded),
    **dict.fromkeys(("10004", "10014", "10015", "10019", "10020", "10021", "10029"), GeocoderRateLimited),
    **dict.fromkeys(("20000", "20001"), GeocoderQueryError),
}
# `level` of a place, from the door to the town.
_SURE = {
    "门牌号": 1.0,
    "单元号": 1.0,
    "兴趣点": 0.8,
    "楼栋": 0.9,
    "道路交叉路口": 0.6,
    "道路": 0.5,
    "热点商圈": 0.4,
}
_TOWN = 0.2


class AMap(Geocoder):  # type: ignore[misc]  # geopy is not typed
    """The geocoding service of AMap's web API, third version."""

    api_path = "/v3/geocode/geo"

    def __init__(self, key: str, *, base_url: str = "https://restapi.amap.com", **options: Any) -> None:
        super().__init__(**options)
        self._key, self._api = key, base_url + self.api_path

    def geocode(self, query: str, *, city: str | None = None, exactly_one: bool = True) -> Any:
        """The places of an address, the likeliest alone by default; None where there is none."""
        told = {"key": self._key, "address": query, "output": "JSON"} | ({"city": city} if city else {})
        return self._call_geocoder(f"{self._api}?{urlencode(told)}", partial(_read, exactly_one=exactly_one))


def _read(page: dict[str, Any], *, exactly_one: bool) -> Any:
    if page["status"] != _FOUND:
        code = str(page.get("infocode", ""))
        raise _MEANINGS.get(code, GeocoderServiceError)(f"AMap refused: {code}")
    places = [_place(one) for one in page["geocodes"]]
    if not places:
        return None
    return places[0] if exactly_one else places


def _place(one: dict[str, Any]) -> Location:
    lon, lat = map(float, one["location"].split(","))
    return Location(one["formatted_address"], (lat, lon), one)


def amap(key: str, *, base_url: str | None = None, pause_s: float = 5.0) -> GeopyFinder:
    """AMap's service; `base_url` stands for it in tests and behind a proxy."""
    asked = AMap(key, timeout=TIMEOUT_S, **({} if base_url is None else {"base_url": base_url}))

    def ask(address: Address) -> Any:
        return asked.geocode(address.in_chinese_order, city=address.city)

    return GeopyFinder("amap", Datum.GCJ02, _POLICY, ask, _sure, pause_s)


def _sure(raw: dict[str, Any]) -> float:
    return _SURE.get(str(raw.get("level", "")), _TOWN)
