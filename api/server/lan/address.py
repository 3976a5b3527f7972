"""Which address of this machine a phone in the same network reaches."""

import ipaddress
import socket
from typing import Final

from api.server.errors import StartError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# What the internet does not route: private use, shared, link-local, loopback, benchmarks and documentation
# (RFC 6890, RFC 4193). Machines in a laboratory or a sandbox often have one of the last.
LOCAL_NETWORKS: Final = tuple(
    ipaddress.ip_network(one)
    for one in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "192.0.2.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
# Nothing is sent there (RFC 5737, documentation only): the system is merely asked which way it would go.
_FAR_AWAY: Final = ("192.0.2.1", 9)


def lan_address(wanted: str | None = None) -> IPAddress:
    """The address to listen on: `wanted`, or the one by which this machine reaches its network.

    Raises:
        StartError: there is none, it is not this machine's, or it is not one of a private network.
    """
    address = _own() if wanted is None else _read(wanted)
    if not any(address in network for network in LOCAL_NETWORKS):
        raise StartError(
            f"{address} is not an address of a private network. The demo shows its passwords, so it is served "
            "to one's own network alone: name an address such as 192.168.1.7 with LAN=192.168.1.7."
        )
    _require_own(address)
    return address


def _own() -> IPAddress:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_FAR_AWAY)
        except OSError as error:
            raise StartError(
                "This machine is in no network. Connect it to the phone's, or name its address there: "
                "make run LAN=192.168.1.7."
            ) from error
        return ipaddress.ip_address(asked.getsockname()[0])


def _read(text: str) -> IPAddress:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise StartError(
            f"LAN must be 1 or an address of this machine such as 192.168.1.7, not {text!r}."
        ) from None


def _require_own(address: IPAddress) -> None:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - of the protocol
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        try:
            tried.bind((str(address), 0))
        except OSError:
            raise StartError(
                f"{address} is not an address of this machine. `ip addr` (macOS: `ifconfig`) lists them; "
                "LAN=1 takes the one by which it reaches the network."
            ) from None


def bracketed(address: IPAddress) -> str:
    """The address as a URL has it (RFC 3986 §3.2.2)."""
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - of the protocol
