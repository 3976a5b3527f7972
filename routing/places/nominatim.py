"""Nominatim: the public one allows a question a second and no bulk; one's own allows what it can."""

from typing import Any

from geopy.geocoders import Nominatim

from routing.places.finding import TIMEOUT_S, Address, Datum, GeopyFinder, Policy

PUBLIC = "nominatim.openstreetmap.org"
# What the found thing is, by how near it is to a door.
_SURE = {
    "house": 1.0,
    "building": 1.0,
    "place": 0.9,
    "amenity": 0.8,
    "road": 0.5,
    "street": 0.5,
    "postcode": 0.4,
}
_TOWN = 0.2


def nominatim(
    user_agent: str, *, domain: str = PUBLIC, scheme: str = "https", pause_s: float = 5.0
) -> GeopyFinder:
    """A Nominatim server. `user_agent` names the product and whom to write to, as its policy wants."""
    asked = Nominatim(user_agent=user_agent, domain=domain, scheme=scheme, timeout=TIMEOUT_S)
    policy = Policy(min_delay_s=1.0, allows_bulk=False) if domain == PUBLIC else Policy()

    def ask(address: Address) -> Any:
        return asked.geocode(address.in_one_line, country_codes=address.country.lower(), addressdetails=True)

    return GeopyFinder("nominatim", Datum.WGS84, policy, ask, _sure, pause_s)


def _sure(raw: dict[str, Any]) -> float:
    return _SURE.get(str(raw.get("addresstype", "")), _TOWN)
