"""Trips asked once are not asked again: a `Travel` with a memory of pairs."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from routing.distance import Travel
from routing.model import Leg, Place, TravelMatrix, Trip


class CachedTravel:
    """The trips of another source, the last used `most` pairs from memory.

    Estimates are not kept: the next question shall find the road engine again. One for each engine and map;
    make a new one when the map is renewed. Threads may share it.
    """

    def __init__(self, travel: Travel, *, most: int = 1_000_000) -> None:
        self._travel = travel
        self._most = most
        self._known: OrderedDict[Trip, Leg] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def source(self) -> str:
        return self._travel.source

    def leg(self, start: Place, end: Place) -> Leg:
        return self.legs([(start, end)])[0]

    def legs(self, trips: Sequence[Trip]) -> list[Leg]:
        found = self._recall(trips)
        missing = [trip for trip in dict.fromkeys(trips) if trip not in found]
        if missing:
            asked = dict(zip(missing, self._travel.legs(missing), strict=True))
            self._keep(asked.items())
            found |= asked
        return [found[trip] for trip in trips]

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """Give all trips; the places with an unknown pair are asked for as one smaller matrix."""
        trips = [(start, end) for start in places for end in places]
        found = self._recall(trips)
        unknown = list(dict.fromkeys(place for trip in trips if trip not in found for place in trip))
        source = self.source
        if unknown:
            asked = self._travel.matrix(unknown)
            source = asked.source
            fresh = {(start, end): asked.leg(start, end) for start in unknown for end in unknown}
            self._keep(fresh.items())
            found |= fresh
        rows = [[found[start, end] for end in places] for start in places]
        return TravelMatrix(
            tuple(places),
            tuple(tuple(leg.travel_s for leg in row) for row in rows),
            tuple(tuple(leg.travel_m for leg in row) for row in rows),
            source,
            frozenset(
                (number, column)
                for number, row in enumerate(rows)
                for column, leg in enumerate(row)
                if leg.estimated
            ),
        )

    def _recall(self, trips: Iterable[Trip]) -> dict[Trip, Leg]:
        found = {}
        with self._lock:
            for trip in trips:
                leg = self._known.get(trip)
                if leg is not None:
                    self._known.move_to_end(trip)
                    found[trip] = leg
        return found

    def _keep(self, legs: Iterable[tuple[Trip, Leg]]) -> None:
        with self._lock:
            for trip, leg in legs:
                if not leg.estimated:
                    self._known[trip] = leg
            while len(self._known) > self._most:
                self._known.popitem(last=False)
