"""Baidu: answers in BD-09."""

from typing import Any

from geopy.geocoders import BaiduV3

from routing.places.finding import TIMEOUT_S, Address, Datum, GeopyFinder, Policy

_POLICY = Policy(min_delay_s=0.05)


def baidu(key: str, *, base_url: str | None = None, pause_s: float = 5.0) -> GeopyFinder:
    """Baidu's web service of the third version; `base_url` stands for it in tests and behind a proxy."""
    asked = BaiduV3(key, timeout=TIMEOUT_S)
    if base_url is not None:
        asked.api = base_url + asked.api_path

    def ask(address: Address) -> Any:
        return asked.geocode(address.in_chinese_order)

    return GeopyFinder("baidu", Datum.BD09, _POLICY, ask, _sure, pause_s)


def _sure(raw: dict[str, Any]) -> float:
    """Its own figure of 0 to 100; a place that it does not call precise is a street at best."""
    return float(raw["confidence"]) / 100 * (1.0 if raw.get("precise") else 0.5)
