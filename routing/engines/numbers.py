"""A problem as engines read it: rows of a matrix and numbered groups instead of places and skills."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.model import Place, Stop, Vehicle
from routing.schedule import Day


@dataclass(frozen=True, slots=True)
class Numbered:
    """The stops still open and the vehicles that can work, with travel seconds over all places and one more row.

    The last row and column are «nowhere», reached in no time: the start or end of an open route.
    `eligible` numbers each distinct set of vehicles that some stop is restricted to. One such set stands
    for skills, pinning and «never» together, so that no engine has to know three rules.
    """

    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    seconds: npt.NDArray[np.int64]
    eligible: dict[frozenset[str], int]

    @classmethod
    def of(cls, day: Day) -> "Numbered":
        travel = day.problem.travel
        size = len(travel.places)
        seconds = np.zeros((size + 1, size + 1), dtype=np.int64)
        if size:
            seconds[:size, :size] = travel.seconds
        stops = day.open_stops()
        everybody = frozenset(day.vehicles)
        groups = sorted({day.may[stop.id] for stop in stops} - {everybody}, key=sorted)
        return cls(
            stops,
            tuple(vehicle for vehicle in day.problem.vehicles if day.can_work(vehicle)),
            seconds,
            {group: number for number, group in enumerate(groups)},
        )

    def row(self, day: Day, place: Place | None) -> int:
        return len(self.seconds) - 1 if place is None else day.problem.travel.index(place)

    def group(self, day: Day, stop: Stop) -> int | None:
        """Number the set a stop is restricted to; None where everybody may."""
        return self.eligible.get(day.may[stop.id])

    def groups_of(self, vehicle: Vehicle) -> set[int]:
        return {number for group, number in self.eligible.items() if vehicle.id in group}
