"""Who is really calling, behind the balancers that the settings trust."""

import ipaddress
from collections.abc import Sequence

from flask import request

from api.house import current_house
from api.settings import Network

# One household or office of IPv6 has a whole /64 to itself.
_V6_PREFIX = 64
MAX_HOPS = 10


def client_address() -> str:
    """The caller's network address, IPv6 as its /64; "unknown" where there is none.

    `X-Forwarded-For` is read from the right for as long as what spoke to us is trusted: anything further
    left was written by the caller.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()][-MAX_HOPS:]
    return _nearest_stranger([*hops, request.remote_addr or ""], current_house().settings.trusted_proxies)


def _nearest_stranger(hops: Sequence[str], trusted: Sequence[Network]) -> str:
    for hop in reversed(hops):
        try:
            address = ipaddress.ip_address(hop)
        except ValueError:
            return "unknown"
        if not any(address in network for network in trusted):
            break
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _V6_PREFIX), strict=False))
    return str(address)
