"""A day under search: who has which stops, what that costs, and what each change would cost."""

from collections.abc import Iterable, Mapping

from routing.engines import Orders
from routing.model import Objective
from routing.quick import Order, Quick, Timed

_HOUR_S = 3_600


class State:
    """Orders by number, every one of which fits, with their exact price kept up to date.

    Working times are those of the quick clock: at most a little above what the exact one finds.
    """

    def __init__(self, quick: Quick, orders: Mapping[int, Order]) -> None:
        """Take the orders that fit; the stops of any other are absent."""
        self.quick = quick
        problem = quick.day.problem
        fairness = problem.fairness if problem.objective is Objective.DAY else None
        self.hour_price = fairness.hour_price_s if fairness else 0
        self.visit_price = fairness.visit_price_s if fairness else 0
        self.is_fair = bool(self.hour_price or self.visit_price)
        self.prices = [problem.price_s(stop) for stop in quick.stops]
        size = len(quick.vehicles)
        self.orders: list[Order] = [()] * size
        self.timed: list[Timed | None] = [quick.time(number, ()) for number in range(size)]
        self.where: dict[int, int] = {}
        self.absent = {quick.number_of[stop.id] for stop in quick.day.open_stops()}
        self._road_s = sum(timed.travel_s for timed in self.timed if timed)
        self._left_out_s = sum(self.prices[stop] for stop in self.absent)
        self._work = [timed.work_s if timed else 0 for timed in self.timed]
        self._sum, self._squares = sum(self._work), sum(work * work for work in self._work)
        counts = [crew.done for crew in quick.crews]
        self._visits, self._visit_squares = sum(counts), sum(count * count for count in counts)
        for vehicle, order in orders.items():
            self.put(vehicle, order)

    def put(self, vehicle: int, order: Order) -> bool:
        """Give a vehicle this order instead of its own, if it fits and no other vehicle has its stops."""
        timed, old = self.quick.time(vehicle, order), self.timed[vehicle]
        if order and (timed is None or any(self.where.get(stop, vehicle) != vehicle for stop in order)):
            return False
        for stop in self.orders[vehicle]:
            del self.where[stop]
            self.absent.add(stop)
            self._left_out_s += self.prices[stop]
        for stop in order:
            self.where[stop] = vehicle
            self.absent.discard(stop)
            self._left_out_s -= self.prices[stop]
        before, after = _price(old), _price(timed)
        self._road_s += after - before
        if self.is_fair:
            self._share(vehicle, timed, len(order))
        self.orders[vehicle], self.timed[vehicle] = order, timed
        return True

    def _share(self, vehicle: int, timed: Timed | None, visits: int) -> None:
        done = self.quick.crews[vehicle].done
        old, new = self._work[vehicle], timed.work_s if timed else 0
        self._sum += new - old
        self._squares += new * new - old * old
        self._work[vehicle] = new
        old, new = done + len(self.orders[vehicle]), done + visits
        self._visits += new - old
        self._visit_squares += new * new - old * old

    @property
    def cost_s(self) -> int:
        return self._road_s + self._left_out_s + (self._unfair_s() if self.is_fair else 0)

    def _unfair_s(self) -> int:
        size = len(self.orders)
        hours = self.hour_price * (size * self._squares - self._sum**2) // (size * _HOUR_S**2)
        return hours + self.visit_price * (size * self._visit_squares - self._visits**2) // size

    @property
    def mean_work_s(self) -> int:
        return self._sum // max(1, len(self.orders))

    @property
    def mean_visits(self) -> float:
        return self._visits / max(1, len(self.orders))

    def unfairness_of(self, vehicle: int, work_s: int, visits: int) -> int:
        """Estimate what more work and visits of a vehicle cost in evenness."""
        if not self.is_fair:
            return 0
        size = len(self.orders)
        now = self._work[vehicle]
        squares = work_s * (2 * now + work_s)
        hours = self.hour_price * (size * squares - work_s * (2 * self._sum + work_s)) // (size * _HOUR_S**2)
        count = self.quick.crews[vehicle].done + len(self.orders[vehicle])
        squares = visits * (2 * count + visits)
        return hours + self.visit_price * (size * squares - visits * (2 * self._visits + visits)) // size

    def as_orders(self) -> Orders:
        return orders_of(self.quick, enumerate(self.orders))


def _price(timed: Timed | None) -> int:
    return timed.travel_s + timed.moved_s if timed else 0


def orders_of(quick: Quick, orders: Iterable[tuple[int, Order]]) -> Orders:
    """Turn numbers into ids."""
    return {
        quick.vehicles[vehicle].id: tuple(quick.stops[stop].id for stop in order)
        for vehicle, order in orders
        if order
    }


def numbers_of(quick: Quick, orders: Orders) -> dict[int, Order]:
    """Turn ids into numbers; what nobody knows is left away."""
    return {
        quick.vehicle_of[vehicle]: tuple(quick.number_of[stop] for stop in order if stop in quick.number_of)
        for vehicle, order in orders.items()
        if vehicle in quick.vehicle_of
    }
