"""Time zones, pinned: read from the locked `tzdata` wheel and from nowhere else.

`ZoneInfo(key)` would prefer the host's own /usr/share/zoneinfo, so that two hosts could judge one visit
differently. Reading the wheel's file by hand pins the data to the lock file on every host, and
`TZDATA_VERSION` goes into each decision, so that it can be replayed.
"""

import re
from bisect import bisect_right
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # the wheel is data and ships no types

from field_visits.compliance.spans import from_s

TZDATA_VERSION: str = tzdata.IANA_VERSION

_KEY = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*", re.ASCII)
# Offsets are tabulated in blocks of 2^25 s (388 days) and looked for once a day: in the data no zone has
# ever changed its offset and changed it back within a day.
_BLOCK_BITS = 25
_STEP_S = 86_400
_SECOND = timedelta(seconds=1)


class UnknownZoneError(ValueError):
    """No such zone in the pinned data."""


class Zone:
    """One zone as a step function: the offset at a second, and until when it stays the same."""

    def __init__(self, key: str, info: ZoneInfo) -> None:
        self.key = key
        self.info = info
        self._blocks: dict[int, tuple[list[int], list[int]]] = {}

    def offset(self, second: int) -> tuple[int, int]:
        """Offset from UTC in seconds at `second`, and a later second up to which it does not change."""
        number = second >> _BLOCK_BITS
        block = self._blocks.get(number)
        if block is None:
            # A pure function of the key: two threads that race here store equal tables.
            block = self._blocks[number] = self._tabulate(number << _BLOCK_BITS, (number + 1) << _BLOCK_BITS)
        begins, offsets = block
        at = bisect_right(begins, second) - 1
        end = begins[at + 1] if at + 1 < len(begins) else (number + 1) << _BLOCK_BITS
        return offsets[at], end

    def local(self, second: int) -> datetime:
        """Wall clock time at `second`."""
        return from_s(second).astimezone(self.info)

    def _offset_now(self, second: int) -> int:
        shift = datetime.fromtimestamp(second, self.info).utcoffset()
        if shift is None:  # pragma: no cover - a ZoneInfo always knows its offset for a full datetime
            raise UnknownZoneError(self.key)
        return shift // _SECOND

    def _tabulate(self, begin: int, end: int) -> tuple[list[int], list[int]]:
        begins, offsets = [begin], [self._offset_now(begin)]
        before = begin
        while before < end - 1:
            after = min(before + _STEP_S, end - 1)
            changed = self._offset_now(after)
            if changed != offsets[-1]:
                low, high = before, after
                while high - low > 1:
                    middle = (low + high) // 2
                    if self._offset_now(middle) == offsets[-1]:
                        low = middle
                    else:
                        high = middle
                begins.append(high)
                offsets.append(changed)
            before = after
        return begins, offsets


@lru_cache(maxsize=1024)
def load_zone(key: str) -> Zone:
    """The zone named `key` in the pinned data.

    Raises:
        UnknownZoneError: There is none of that name (or the name is not a zone's at all).
    """
    if not _KEY.fullmatch(key):
        raise UnknownZoneError(key)
    source = files("tzdata").joinpath("zoneinfo", *key.split("/"))
    try:
        with source.open("rb") as stream:
            return Zone(key, ZoneInfo.from_file(stream, key=key))
    except (OSError, ValueError) as error:
        raise UnknownZoneError(key) from error
