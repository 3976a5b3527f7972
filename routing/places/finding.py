"""What a geocoder is asked and what it answers: a place with its datum and its confidence, or a named trouble.

Nothing here decides whether an address may leave the house, or how sure is sure enough: whoever asks does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.extra.rate_limiter import RateLimiter

TIMEOUT_S = 5.0
_TRIES_AGAIN = 2
_PAUSE_S = 5.0


class Datum(StrEnum):
    """In which system a provider tells its places; they differ by hundreds of metres in China."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class Address:
    """A door in words."""

    line: str
    city: str
    country: str
    postcode: str | None = None

    @property
    def in_one_line(self) -> str:
        """From the small to the large, as most of the world writes it."""
        return ", ".join(part for part in (self.line, self.postcode, self.city, self.country) if part)

    @property
    def in_chinese_order(self) -> str:
        """From the large to the small, without blanks, as Chinese providers read it."""
        return f"{self.city}{self.line}"


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where the provider believes the door is. `confidence` is 1 for the very door, and falls towards 0 for a town."""

    lat: float
    lon: float
    datum: Datum
    confidence: float
    label: str
    provider: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What a provider allows: the pause between two questions, and whether many may be asked at all."""

    min_delay_s: float = 0.0
    allows_bulk: bool = True


class Trouble(StrEnum):
    """Why there is no answer; «no such address» is an answer."""

    BUSY = "busy"
    DENIED = "denied"
    UNREACHABLE = "unreachable"
    NONSENSE = "nonsense"


class PlacesError(RuntimeError):
    """A provider gave no answer. What was asked is not in the message: it reaches logs."""

    def __init__(self, provider: str, trouble: Trouble) -> None:
        super().__init__(f"{provider}: {trouble.value}.")
        self.trouble = trouble


class Finder(Protocol):
    """A source of places."""

    @property
    def name(self) -> str: ...

    @property
    def policy(self) -> Policy: ...

    def find(self, address: Address) -> FoundPlace | None: ...


@dataclass(frozen=True, slots=True)
class GeopyFinder:
    """A provider that geopy knows how to ask, one question after the other, each a few times where it is busy.

    The pause is kept in this process alone: one queue has to stand before it.
    """

    name: str
    datum: Datum
    policy: Policy
    ask: Callable[[Address], Any]
    confidence: Callable[[dict[str, Any]], float]
    pause_s: float = _PAUSE_S
    _limited: RateLimiter = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # By default geopy swallows errors: a failed question would read as «there is no such address».
        limited = RateLimiter(
            self.ask,
            min_delay_seconds=self.policy.min_delay_s,
            max_retries=_TRIES_AGAIN,
            error_wait_seconds=max(self.pause_s, self.policy.min_delay_s),
            swallow_exceptions=False,
        )
        object.__setattr__(self, "_limited", limited)

    def find(self, address: Address) -> FoundPlace | None:
        """Where the address is; None where the provider knows no such address.

        Raises:
            PlacesError: it gave no answer, and why.
        """
        try:
            found = self._limited(address)
        except GeopyError as error:
            raise PlacesError(self.name, _trouble_of(error)) from error
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise PlacesError(self.name, Trouble.NONSENSE) from error
        if found is None:
            return None
        sure = min(1.0, max(0.0, self.confidence(found.raw)))
        return FoundPlace(found.latitude, found.longitude, self.datum, sure, str(found.address), self.name)


def _trouble_of(error: GeopyError) -> Trouble:
    if isinstance(error, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges):
        return Trouble.DENIED
    if isinstance(error, GeocoderQuotaExceeded | GeocoderRateLimited):
        return Trouble.BUSY
    if isinstance(error, GeocoderTimedOut | GeocoderUnavailable):
        return Trouble.UNREACHABLE
    return Trouble.UNREACHABLE if type(error) is GeocoderServiceError else Trouble.NONSENSE
