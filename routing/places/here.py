"""HERE: the geocoding service of the seventh version, in WGS-84."""

from typing import Any

from geopy.geocoders import HereV7

from routing.places.finding import TIMEOUT_S, Address, Datum, GeopyFinder, Policy

_POLICY = Policy(min_delay_s=0.2)


def here(key: str, *, base_url: str | None = None, pause_s: float = 5.0) -> GeopyFinder:
    """HERE's service; `base_url` stands for it in tests and behind a proxy."""
    asked = HereV7(key, timeout=TIMEOUT_S)
    if base_url is not None:
        asked.api = base_url + asked.geocode_path

    def ask(address: Address) -> Any:
        return asked.geocode(address.in_one_line)

    return GeopyFinder("here", Datum.WGS84, _POLICY, ask, _sure, pause_s)


def _sure(raw: dict[str, Any]) -> float:
    score = float(raw.get("scoring", {}).get("queryScore", 0.0))
    return score if raw.get("resultType") == "houseNumber" else min(score, 0.5)
