"""Half-open intervals of whole seconds, `[begin, end)`, as sorted disjoint tuples. No calendar here.

Rules are judged in whole seconds since 1970 (UTC), rounded outward, to the strict side: a start down, an
end up. Integers make «the earliest lawful instant» exist also where a law says «after 8:00», and exact.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

Span = tuple[int, int]
Spans = tuple[Span, ...]

DAY_S = 86_400
# Far outside every instant that facts may carry: «since ever» and «for ever».
EVER = -(1 << 60)
FOREVER = 1 << 60
ALWAYS: Spans = ((EVER, FOREVER),)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def floor_s(at: datetime) -> int:
    """The whole second in which `at` lies."""
    return (at - _EPOCH) // _SECOND


def ceil_s(at: datetime) -> int:
    """The first whole second not before `at`."""
    return -((_EPOCH - at) // _SECOND)


def from_s(second: int) -> datetime:
    """The aware UTC instant of a whole second."""
    return _EPOCH + timedelta(seconds=second)


def merged(spans: Iterable[Span]) -> Spans:
    """The same seconds, sorted, disjoint and not touching; empty spans vanish."""
    out: list[Span] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((begin, end))
    return tuple(out)


def minus(spans: Iterable[Span], holes: Iterable[Span]) -> Spans:
    """The seconds of `spans` that lie in none of `holes`."""
    left = merged(spans)
    for hole_begin, hole_end in merged(holes):
        left = merged(
            part
            for begin, end in left
            for part in ((begin, min(end, hole_begin)), (max(begin, hole_end), end))
        )
    return left


def first_outside(spans: Spans, second: int) -> int | None:
    """The first second at or after `second` that lies in none of the merged `spans`; None if none does."""
    at = bisect_right(spans, (second, FOREVER)) - 1
    if at < 0 or spans[at][1] <= second:
        return second
    end = spans[at][1]
    return None if end >= FOREVER else end


def next_inside(spans: Spans, second: int) -> int | None:
    """The first second at or after `second` that lies in one of the merged `spans`; None if none does."""
    at = bisect_right(spans, (second, FOREVER)) - 1
    if at >= 0 and second < spans[at][1]:
        return second
    return spans[at + 1][0] if at + 1 < len(spans) else None
