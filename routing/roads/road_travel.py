"""A `Travel` from a road engine: asked in blocks that it accepts, with an estimate wherever it has no answer."""

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from routing.distance import Travel, VectorTravel, straight_trips_m
from routing.model import Leg, Place, TravelMatrix, Trip
from routing.roads.http import JsonServer, RoadError

#: One pair as an engine answers it: (seconds, metres), or None where it knows no way.
Answer = tuple[float, float] | None
#: An engine moves both ends to its nearest road, and its roads are drawn a little straighter than they are. A way that
#: is shorter than the straight line by more than that is one between other places: those asked for lie off the map's
#: edge, and the engine knows nothing of them.
SNAPPED_M, DRAWN = 300, 0.85


@dataclass(frozen=True, slots=True)
class Correction:
    """What a map does not know: the engine's seconds times `rate` (traffic), and `per_trip_s` to park and walk."""

    rate: float = 1.0
    per_trip_s: int = 0

    def leg(self, answer: tuple[float, float]) -> Leg:
        # Rounded up: a time that errs must not make a collector late.
        return Leg(math.ceil(answer[0] * self.rate) + self.per_trip_s, round(answer[1]))


@dataclass(frozen=True, slots=True)
class Health:
    """Whether an engine can be asked, in a sentence, and how long that took to find out."""

    is_well: bool
    sentence: str
    took_s: float


class RoadTravel(ABC):
    """What all road engines have in common; a subclass asks one block and says whether it is well."""

    name: str
    #: A block has at most so many sources, and as many targets.
    block: int

    def __init__(
        self,
        server: JsonServer,
        *,
        correction: Correction | None = None,
        fallback: Travel | None = None,
        block: int | None = None,
    ) -> None:
        self._server = server
        self._correction = correction or Correction()
        self._fallback = fallback or VectorTravel()
        self.block = block or self.block

    @property
    def source(self) -> str:
        return f"{self.name} at {self._server.host}"

    @abstractmethod
    def _ask(self, sources: Sequence[Place], targets: Sequence[Place]) -> list[list[Answer]]:
        """Ask one block.

        Raises:
            RoadError: see there.
        """

    @abstractmethod
    def _probe(self) -> str:
        """Ask for a sign of life, and give what it says of itself.

        Raises:
            RoadError: see there.
        """

    def health(self) -> Health:
        """Say whether the engine answers."""
        began = perf_counter()
        try:
            said = self._probe()
        except RoadError as error:
            return Health(
                False, f"{error} Plans are made with estimates until it does.", perf_counter() - began
            )
        return Health(True, f"{self.name} answers: {said}.", perf_counter() - began)

    def leg(self, start: Place, end: Place) -> Leg:
        return self.legs([(start, end)])[0]

    def legs(self, trips: Sequence[Trip]) -> list[Leg]:
        """Give trips, asked as one matrix over their distinct ends where that is not much larger than they are."""
        starts = list(dict.fromkeys(start for start, _ in trips))
        ends = list(dict.fromkeys(end for _, end in trips))
        known = self._rectangle(starts, ends, set(trips))
        return [known[trip] for trip in trips]

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """Give all trips; those that the engine does not know are estimates, and marked."""
        listed = tuple(places)
        known = self._rectangle(listed, listed, None)
        rows = [[known[start, end] for end in listed] for start in listed]
        estimated = frozenset(
            (row, column) for row, legs in enumerate(rows) for column, leg in enumerate(legs) if leg.estimated
        )
        trips = len(listed) * (len(listed) - 1)
        is_deaf = trips > 0 and len(estimated) == trips
        return TravelMatrix(
            listed,
            tuple(tuple(leg.travel_s for leg in row) for row in rows),
            tuple(tuple(leg.travel_m for leg in row) for row in rows),
            f"{self._fallback.source}; {self.source} had no answer" if is_deaf else self.source,
            estimated,
        )

    def _rectangle(
        self, starts: Sequence[Place], ends: Sequence[Place], wanted: set[Trip] | None
    ) -> dict[Trip, Leg]:
        """Give the wanted trips, None for all: what the engine does not know is an estimate."""
        known = self._asked(starts, ends, wanted)
        every = ((start, end) for start in starts for end in ends) if wanted is None else iter(wanted)
        missing = []
        for start, end in every:
            if start == end:
                known[start, end] = Leg(0, 0)
            elif (start, end) not in known:
                missing.append((start, end))
        for trip, leg in zip(missing, self._fallback.legs(missing), strict=True):
            known[trip] = Leg(leg.travel_s, leg.travel_m, estimated=True)
        return known

    def _asked(
        self, starts: Sequence[Place], ends: Sequence[Place], wanted: set[Trip] | None
    ) -> dict[Trip, Leg]:
        """Ask block by block; after one that fails the engine is left in peace."""
        known: dict[Trip, Leg] = {}
        for some in _blocks(starts, self.block):
            for others in _blocks(ends, self.block):
                trips = [(start, end) for start in some for end in others]
                if wanted is not None and wanted.isdisjoint(trips):
                    continue
                try:
                    rows = self._ask(some, others)
                except RoadError:
                    return known
                answers = itertools.chain.from_iterable(rows)
                straight = straight_trips_m(trips).tolist()
                known |= {
                    trip: self._correction.leg(answer)
                    for trip, answer, straight_m in zip(trips, answers, straight, strict=True)
                    if answer is not None and answer[1] + SNAPPED_M >= DRAWN * straight_m
                }
        return known


def _blocks(places: Sequence[Place], size: int) -> list[Sequence[Place]]:
    return [places[first : first + size] for first in range(0, len(places), size)]


def read_answer(seconds: object, metres: object) -> Answer:
    """Read one pair; anything but two figures that are not negative is no answer."""
    for figure in (seconds, metres):
        if isinstance(figure, bool) or not isinstance(figure, int | float):
            return None
        if not math.isfinite(figure) or figure < 0:
            return None
    assert isinstance(seconds, int | float)  # noqa: S101 - seen above
    assert isinstance(metres, int | float)  # noqa: S101
    return float(seconds), float(metres)
