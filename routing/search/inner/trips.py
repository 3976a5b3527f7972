"""How long a trip takes where the hour decides it, as the compiled search asks; to the second but for roundings."""

import math

from routing.search.inner.compiler import compiled
from routing.search.inner.figures import CLOSES, OPENS, RUSHES, USUAL, Figures

#: So much of a second is a rounding of what floats add up to.
_ROUNDING_S = 1e-6


@compiled
def is_rushed(day: Figures) -> bool:
    """Say whether there are hours at which trips take another time."""
    return len(day.ways) > RUSHES


@compiled
def arrival(day: Figures, start: int, end: int, leaves: int) -> int:
    """When a trip that begins then ends, in whatever rushes it meets."""
    seconds, clock, left = float(day.ways[USUAL, start, end]), float(leaves), 1.0
    for rush in range(len(day.ways) - RUSHES):
        for edge in (OPENS, CLOSES):
            at = float(day.windows[rush, edge])
            if at > clock:
                if clock + left * seconds <= at:
                    return math.ceil(clock + left * seconds - _ROUNDING_S)
                left -= (at - clock) / seconds
                clock = at
            layer = RUSHES + rush if edge == OPENS else USUAL
            seconds = float(day.ways[layer, start, end])
    return math.ceil(clock + left * seconds - _ROUNDING_S)


@compiled
def departure(day: Figures, start: int, end: int, arrives: int) -> int:
    """When to leave at the latest to be there by then."""
    longest = day.ways[USUAL, start, end]
    for layer in range(RUSHES, len(day.ways)):
        longest = max(longest, day.ways[layer, start, end])
    low, high = arrives - longest, arrives
    while low < high:
        middle = (low + high + 1) // 2
        if arrival(day, start, end, middle) <= arrives:
            low = middle
        else:
            high = middle - 1
    return int(low)
