"""A day as PyVRP reads it, and its answers as orders.

It knows no breaks, no skills, one window a client, and no promises. So:

- Each restricted set of vehicles becomes a load that the others cannot carry.
- Several windows, and the promised hour with its price, become copies of a client, of which one is chosen.
- The price of another crew than the promised one lies on every way to the client, for each other vehicle.
- A break that most crews share is folded away: time stands still while it lasts, for everybody. A crew that
  is busy at the fold takes its break as soon as it is free, so that little is lost and all times stay true.
  Other breaks shorten the shift.

Our clock settles what comes out. PyVRP's API still moves: nothing outside `engines` imports it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from routing.engines import EngineError, Orders
from routing.engines.numbers import Numbered
from routing.model import Break, Objective, Stop, Vehicle, Window
from routing.schedule import Day

_NO_LIMIT = int(np.iinfo(np.int64).max)  # PyVRP's own word for none
#: One matrix for each vehicle is only made up to so many figures in all (8 bytes each).
_MOST_FIGURES = 4_000_000
#: Beyond this its matrices would take a gigabyte.
_MOST_CLIENTS = 5_000


@dataclass(frozen=True, slots=True)
class Copy:
    """One client: a stop in one of its windows, and what is paid for making it then."""

    stop: Stop
    window: Window
    prize_s: int


@dataclass(frozen=True, slots=True)
class Fold:
    """A break that is taken out of everybody's time: `at_s` is where, `length_s` how long."""

    pause: Break
    at_s: int

    def before(self, instant: int) -> int:
        """Give an instant on the folded clock."""
        if instant <= self.at_s:
            return instant
        return max(self.at_s, instant - self.pause.length_s)


class Translation:
    """One day in PyVRP's words."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self._numbered = Numbered.of(day)
        self.vehicles = self._numbered.vehicles
        self.copies = [copy for stop in self._numbered.stops for copy in _copies(day, stop)]
        self._fold = _fold(day, self.vehicles)
        self._is_complete = day.problem.objective is Objective.TRAVEL
        self._loads = any(vehicle.max_load is not None for vehicle in self.vehicles)
        if len(self.copies) > _MOST_CLIENTS:
            raise EngineError(f"PyVRP is not asked: {len(self.copies)} visits are more than {_MOST_CLIENTS}.")
        self.data: Any = self._data() if self.copies and self.vehicles else None

    def orders_of(self, solution: Any) -> Orders:
        return {self.vehicle_of(route).id: self.order_of(route) for route in solution.routes()}

    def vehicle_of(self, route: Any) -> Vehicle:
        kind: int = route.vehicle_type()
        return self.vehicles[kind]

    def order_of(self, route: Any) -> tuple[str, ...]:
        return tuple(
            self.copies[activity.idx].stop.id for activity in route.schedule() if activity.is_client()
        )

    def solution_of(self, start: Orders) -> Any:
        """Turn orders into a first solution: each stop in the copy whose window our clock used."""
        import pyvrp

        numbers: dict[str, list[int]] = {}
        for number, copy in enumerate(self.copies):
            numbers.setdefault(copy.stop.id, []).append(number)
        routes = []
        for kind, vehicle in enumerate(self.vehicles):
            order = start.get(vehicle.id, ())
            timed = self.day.route(vehicle, order) if order else None
            if timed is None:
                continue
            chosen = []
            for visit in timed.visits[len(timed.visits) - len(order) :]:
                open_then = [
                    number
                    for number in numbers[visit.stop]
                    if self.copies[number].window[0] <= visit.start_s <= self.copies[number].window[1]
                ]
                chosen.append(max(open_then, key=lambda number: self.copies[number].prize_s))
            routes.append(pyvrp.Route(self.data, chosen, kind))
        return pyvrp.Solution(self.data, routes)

    def _folded(self, instant: int) -> int:
        return self._fold.before(instant) if self._fold else instant

    def _data(self) -> Any:
        import pyvrp

        depots: dict[int, int] = {}
        by_promise = self._promised_profiles()
        types = [
            self._vehicle_type(vehicle, depots, kind if by_promise else 0)
            for kind, vehicle in enumerate(self.vehicles)
        ]
        groups: dict[str, list[int]] = {}
        counts = Counter(copy.stop.id for copy in self.copies)
        for number, copy in enumerate(self.copies):
            if counts[copy.stop.id] > 1:
                groups.setdefault(copy.stop.id, []).append(number)
        group_of = {stop: number for number, stop in enumerate(groups)}
        clients = [
            self._client(number, copy, group_of.get(copy.stop.id)) for number, copy in enumerate(self.copies)
        ]
        # Distance carries travel seconds, so that one unit of cost is one second on the road and the prize of a
        # stop is our own price of leaving it out.
        seconds: Any = self._seconds()
        distances: list[Any] = (
            [self._priced(seconds, vehicle) for vehicle in self.vehicles] if by_promise else [seconds]
        )
        return pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0) for _ in range(len(seconds))],
            clients=clients,
            depots=[pyvrp.Depot(location=len(self.copies) + row) for row in depots],
            vehicle_types=types,
            distance_matrices=distances,
            duration_matrices=[seconds] * len(distances),
            groups=[pyvrp.ClientGroup(members, required=self._is_complete) for members in groups.values()],
        )

    def _seconds(self) -> npt.NDArray[np.int64]:
        """Give the ways among copies first (one row each, so that a price can lie on it), then all places."""
        rows = [self.day.problem.travel.index(copy.stop.place) for copy in self.copies]
        rows += range(len(self._numbered.seconds))
        return np.ascontiguousarray(self._numbered.seconds[np.ix_(rows, rows)])

    def _promised_profiles(self) -> bool:
        if self.day.problem.objective is not Objective.DAY:
            return False
        size = len(self.copies) + len(self._numbered.seconds)
        is_priced = any(copy.stop.promise and copy.stop.promise.vehicle_price_s for copy in self.copies)
        return is_priced and size * size * len(self.vehicles) <= _MOST_FIGURES

    def _priced(self, seconds: npt.NDArray[np.int64], vehicle: Vehicle) -> npt.NDArray[np.int64]:
        priced = seconds.copy()
        for number, copy in enumerate(self.copies):
            promise = copy.stop.promise
            if promise is not None and promise.vehicle != vehicle.id:
                priced[:, number] += promise.vehicle_price_s
                priced[number, number] = 0
        return priced

    def _vehicle_type(self, vehicle: Vehicle, depots: dict[int, int], profile: int) -> Any:
        import pyvrp

        day = self.day
        free_s, place = day.free_from(vehicle)
        rows = (self._numbered.row(day, place), self._numbered.row(day, vehicle.end))
        prefix = day.locked.get(vehicle.id)
        opens, closes = self._folded(free_s), self._folded(vehicle.shift_to_s)
        longest = closes - opens
        if vehicle.max_duration_s is not None:
            gone = free_s - prefix.depart_s if prefix else 0
            rests = sum(pause.length_s for pause in day.breaks_left(vehicle))
            longest = min(longest, max(0, vehicle.max_duration_s - gone - rests))
        unfolded = sum(
            pause.length_s
            for pause in day.breaks_left(vehicle)
            if self._fold is None or pause != self._fold.pause
        )
        farthest = _NO_LIMIT
        if vehicle.max_travel_s is not None:
            gone = sum(visit.travel_s for visit in prefix.visits) if prefix else 0
            farthest = max(0, vehicle.max_travel_s - gone)
        mine = self._numbered.groups_of(vehicle)
        capacity = [len(self.copies) if group in mine else 0 for group in range(len(self._numbered.eligible))]
        if self._loads:
            loaded = sum(day.stops[visit.stop].load for visit in prefix.visits) if prefix else 0
            everything = sum(stop.load for stop in self._numbered.stops)
            capacity.append(everything if vehicle.max_load is None else max(0, vehicle.max_load - loaded))
        return pyvrp.VehicleType(
            num_available=1,
            capacity=capacity,
            start_depot=depots.setdefault(rows[0], len(depots)),
            end_depot=depots.setdefault(rows[1], len(depots)),
            tw_early=opens,
            tw_late=closes,
            shift_duration=max(0, longest - unfolded),
            name=vehicle.id,
            max_distance=farthest,
            profile=profile,
        )

    def _client(self, number: int, copy: Copy, group: int | None) -> Any:
        import pyvrp

        restricted = self._numbered.group(self.day, copy.stop)
        delivery = [int(one == restricted) for one in range(len(self._numbered.eligible))]
        return pyvrp.Client(
            location=number,
            delivery=[*delivery, copy.stop.load] if self._loads else delivery,
            service_duration=copy.stop.service_s,
            tw_early=self._folded(copy.window[0]),
            tw_late=self._folded(copy.window[1]),
            prize=copy.prize_s,
            required=self._is_complete and group is None,
            group=group,
            name=copy.stop.id,
        )


def _copies(day: Day, stop: Stop) -> list[Copy]:
    price, promise = day.problem.price_s(stop), stop.promise
    if promise is None or promise.hour_price_s == 0 or day.problem.objective is not Objective.DAY:
        return [Copy(stop, window, price) for window in stop.windows]
    kept = [
        (max(opens, promise.window[0]), min(closes, promise.window[1]))
        for opens, closes in stop.windows
        if max(opens, promise.window[0]) <= min(closes, promise.window[1])
    ]
    moved = max(0, price - promise.hour_price_s)
    return [Copy(stop, window, price) for window in kept] + [
        Copy(stop, window, moved) for window in stop.windows
    ]


def _fold(day: Day, vehicles: Sequence[Vehicle]) -> Fold | None:
    """Fold the break that most crews still owe, a third into its window: later acts must still find it open."""
    owed = Counter(pause for vehicle in vehicles for pause in day.breaks_left(vehicle))
    if not owed:
        return None
    pause, times = owed.most_common(1)[0]
    if 2 * times <= len(vehicles):
        return None
    opens, closes = pause.windows[0]
    return Fold(pause, opens + (closes - opens) // 3)
