"""From one place to another, also where the hour decides how long that takes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from routing.model import Place, Rush, TravelMatrix


@dataclass(frozen=True, slots=True)
class Way:
    """One trip. `paces` are (from this instant on, seconds of the whole way), in order; empty if it never changes.

    Whoever leaves later never arrives earlier: `Rush` says how a way is driven through a change.
    """

    seconds: int
    metres: int
    paces: tuple[tuple[int, int], ...] = ()

    def arrive(self, leave_s: int) -> int:
        """Give the arrival, rounded up to the second."""
        if not self.paces:
            return leave_s + self.seconds
        left, clock, seconds = Fraction(1), leave_s, self.seconds
        for changes_s, after in self.paces:
            if changes_s > clock:
                need = left * seconds
                if clock + need <= changes_s:
                    return clock + math.ceil(need)
                left -= Fraction(changes_s - clock, seconds)
                clock = changes_s
            seconds = after
        return clock + math.ceil(left * seconds)

    def leave_by(self, arrive_s: int) -> int:
        """Give the last departure that arrives by `arrive_s`."""
        if not self.paces:
            return arrive_s - self.seconds
        low = arrive_s - max(self.seconds, *(seconds for _, seconds in self.paces))
        high = arrive_s
        while low < high:
            middle = (low + high + 1) // 2
            if self.arrive(middle) <= arrive_s:
                low = middle
            else:
                high = middle - 1
        return low


def way_between(travel: TravelMatrix, rush: Sequence[Rush], start: Place | None, end: Place | None) -> Way:
    """Give a trip; from or to an open end there is none."""
    if start is None or end is None:
        return Way(0, 0)
    usual = travel.leg(start, end)
    if not rush:
        return Way(usual.travel_s, usual.travel_m)
    paces: list[tuple[int, int]] = []
    for one in rush:
        if paces and paces[-1][0] == one.from_s:
            paces.pop()
        paces += [(one.from_s, one.travel.leg(start, end).travel_s), (one.to_s, usual.travel_s)]
    return Way(usual.travel_s, usual.travel_m, tuple(paces))
