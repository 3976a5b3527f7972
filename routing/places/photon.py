"""Photon: a server of one's own over OpenStreetMap."""

from typing import Any

from geopy.geocoders import Photon

from routing.places.finding import TIMEOUT_S, Address, Datum, GeopyFinder, Policy

_SURE = {"house": 1.0, "street": 0.5, "locality": 0.3, "district": 0.3}
_TOWN = 0.2


def photon(domain: str, *, scheme: str = "https", pause_s: float = 5.0) -> GeopyFinder:
    """A Photon server."""
    asked = Photon(domain=domain, scheme=scheme, timeout=TIMEOUT_S)

    def ask(address: Address) -> Any:
        return asked.geocode(address.in_one_line)

    return GeopyFinder("photon", Datum.WGS84, Policy(), ask, _sure, pause_s)


def _sure(raw: dict[str, Any]) -> float:
    return _SURE.get(str(raw["properties"].get("type", "")), _TOWN)
