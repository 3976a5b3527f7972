"""Take a handful of neighbouring visits out of a day and put them back better, over and over.

Neighbouring strings are removed as in Christiaens and Vanden Berghe, «Slack Induction by String Removals» (2020), and
put back greedily where the whole price rises least, now and then overlooking a position. Worse days are accepted less and less.
"""

import math
from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from routing.quick import Order, Quick
from routing.search.pool import Pool
from routing.search.state import State

_MEAN_REMOVED = 8
_LONGEST_STRING = 8
_OVERLOOKED = 0.02
_NEIGHBOURS = 60
#: Of the stops left out, so many are tried again each time.
_TRIED_AGAIN = 4
#: A day with more crews is searched near what was removed alone.
_FEW_VEHICLES = 16
#: Temperatures, as shares of a mean trip.
_WARM, _COLD = 10.0, 0.005
_TURNS_A_STOP = 6
#: How often each meaning of «hard to place» leads, in the order of `_sort`.
_HARDNESS_WEIGHTS = (6, 4, 3, 3, 4)


def improve(
    state: State,
    pool: Pool,
    random: Random,
    progress: Callable[[int], float],
    on_best: Callable[[State], None],
) -> dict[int, Order]:
    """Search from a day, and give the best orders found. The state is left wherever the search ended.

    `progress` is asked before each turn with its number, and ends the search with 1 or more; in between it
    says which share is over. `on_best` hears of every better day.
    """
    search = _Search(state.quick, random)
    best, best_cost = dict(enumerate(state.orders)), state.cost_s
    turn = 0
    while (share := progress(turn)) < 1:
        turn += 1
        cost = state.cost_s
        changed = search.turn(state)
        new = state.cost_s
        for vehicle in changed:
            pool.add(vehicle, state.orders[vehicle])
        heat = search.heat(share, turn)
        if new - cost < -heat * math.log(1 - random.random()):
            if new < best_cost:
                best, best_cost = dict(enumerate(state.orders)), new
                on_best(state)
        else:
            search.restore(state, changed)
    return best


class _Search:
    def __init__(self, quick: Quick, random: Random) -> None:
        self._quick = quick
        self._random = random
        self._near = _neighbours(quick)
        self._is_wide = len(quick.vehicles) <= _FEW_VEHICLES
        trips = [
            quick.seconds[quick.rows[a]][quick.rows[b]] for a, near in self._near.items() for b in near[:5]
        ]
        self.trip_s = max(1.0, sum(trips) / max(1, len(trips)))

    def heat(self, share: float, turn: int) -> float:
        """Give the seconds that a day may get worse by, on average, with this share of the search over.

        A search that is too short for its day begins cooler: it has no time to mend what it spoils.
        """
        expected = turn / share if share > 0 else turn
        warm = max(_COLD, _WARM * min(1.0, expected / (_TURNS_A_STOP * max(1, len(self._near)))))
        cooled: float = (_COLD / warm) ** share
        return self.trip_s * warm * cooled

    def turn(self, state: State) -> dict[int, Order]:
        """Change the day once; gives the orders that the changed vehicles had."""
        before: dict[int, Order] = {}
        removed = self._ruin(state, before)
        again = sorted(state.absent.difference(removed))
        removed += self._random.sample(again, min(_TRIED_AGAIN, len(again)))
        self._sort(removed)
        for stop in removed:
            self._insert(state, stop, before)
        return before

    @staticmethod
    def restore(state: State, before: dict[int, Order]) -> None:
        for vehicle in before:
            state.put(vehicle, ())
        for vehicle, order in before.items():
            state.put(vehicle, order)

    def _ruin(self, state: State, before: dict[int, Order]) -> list[int]:
        if not state.where:
            return []
        random = self._random
        mean = len(state.where) / max(1, sum(map(bool, state.orders)))
        longest = min(_LONGEST_STRING, mean)
        strings = int(random.uniform(1, 4 * _MEAN_REMOVED / (1 + longest)))
        planned = list(state.where)
        seed = planned[random.randrange(len(planned))]
        removed: list[int] = []
        for stop in (seed, *self._near[seed]):
            if len(before) >= strings:
                break
            vehicle = state.where.get(stop)
            if vehicle is None or vehicle in before:
                continue
            order = state.orders[vehicle]
            length = int(random.uniform(1, min(len(order), longest) + 1))
            at = order.index(stop)
            first = random.randint(max(0, at - length + 1), min(at, len(order) - length))
            before[vehicle] = order
            removed += order[first : first + length]
            state.put(vehicle, order[:first] + order[first + length :])
        return removed

    def _sort(self, removed: list[int]) -> None:
        """Put what is hard to place first: by one of several meanings of hard, or none."""
        stops, may = self._quick.stops, self._quick.may
        self._random.shuffle(removed)
        hardness: tuple[Callable[[int], int], ...] = (
            lambda stop: sum(closes - opens for opens, closes in stops[stop].windows),
            lambda stop: -stops[stop].price_s,
            lambda stop: len(may[stop]),
            lambda stop: stops[stop].windows[0][0],
            lambda _: 0,
        )
        removed.sort(key=self._random.choices(hardness, _HARDNESS_WEIGHTS)[0])

    def _insert(self, state: State, stop: int, before: dict[int, Order]) -> None:
        quick, random, price = self._quick, self._random, state.prices[stop]
        service_s = quick.stops[stop].service_s
        promise = quick.stops[stop].promise
        found = []
        for vehicle in self._vehicles(state, stop):
            more = 0
            if promise is not None and promise.vehicle != quick.vehicles[vehicle].id:
                more = promise.vehicle_price_s
            for extra_s, position in quick.positions(vehicle, state.orders[vehicle], stop):
                if extra_s + more < price and random.random() >= _OVERLOOKED:
                    total = extra_s + more + state.unfairness_of(vehicle, service_s + extra_s, 1)
                    found.append((total, vehicle, position))
        found.sort()
        for total, vehicle, position in found:
            if total >= price:
                return
            order = state.orders[vehicle]
            if state.put(vehicle, (*order[:position], stop, *order[position:])):
                before.setdefault(vehicle, order)
                return

    def _vehicles(self, state: State, stop: int) -> Sequence[int]:
        may = self._quick.may[stop]
        if not self._is_wide:
            near = {state.where[one] for one in self._near[stop][:20] if one in state.where}
            may = [vehicle for vehicle in may if vehicle in near or not state.orders[vehicle]]
        seen: set[int] = set()
        chosen = []
        for vehicle in may:
            # Of vehicles that are alike and still at home, the first stands for all.
            if not state.orders[vehicle]:
                if self._quick.classes[vehicle] in seen:
                    continue
                seen.add(self._quick.classes[vehicle])
            chosen.append(vehicle)
        return chosen


def _neighbours(quick: Quick) -> dict[int, list[int]]:
    """Rank for each stop those that are nearest to it, itself left out."""
    numbers = np.array([quick.number_of[stop.id] for stop in quick.day.open_stops()], dtype=np.int64)
    if not len(numbers):
        return {}
    rows = np.array([quick.rows[number] for number in numbers], dtype=np.int64)
    seconds = np.array(quick.seconds, dtype=np.int64)
    most = min(_NEIGHBOURS + 1, len(numbers))
    near: dict[int, list[int]] = {}
    for number, row in zip(numbers.tolist(), rows.tolist(), strict=True):
        away = seconds[row, rows]
        nearest = np.argpartition(away, most - 1)[:most]
        ranked = numbers[nearest[np.lexsort((nearest, away[nearest]))]].tolist()
        near[number] = [other for other in ranked if other != number]
    return near
