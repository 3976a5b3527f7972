"""Every route that the engines and the search came across: what a better day may be put together from."""

from collections.abc import Mapping

from routing.quick import Order, Quick

#: More routes than this make the recombination slower than they make it better.
_MOST = 60_000


class Pool:
    """For each class of vehicles that are alike, and each set of stops, the cheapest order known."""

    def __init__(self, quick: Quick) -> None:
        self.quick = quick
        self.routes: dict[tuple[int, frozenset[int]], tuple[int, Order]] = {}
        self._seen: set[tuple[int, Order]] = set()

    def add_ids(self, vehicle: str, order: tuple[str, ...]) -> None:
        """Remember a route that is told by ids."""
        self.add(self.quick.vehicle_of[vehicle], tuple(self.quick.number_of[stop] for stop in order))

    def add_all(self, orders: Mapping[int, Order]) -> None:
        """Remember the routes of a day, as far as they are new."""
        for route in orders.items():
            if route not in self._seen and len(self.routes) < _MOST:
                self._seen.add(route)
                self.add(*route)

    def add(self, vehicle: int, order: Order) -> None:
        """Remember a route if it fits, is allowed, and is the cheapest of its stops."""
        if not order or len(self.routes) >= _MOST:
            return
        timed = self.quick.time(vehicle, order)
        if timed is None or any(vehicle not in self.quick.allowed[stop] for stop in order):
            return
        key = (self.quick.classes[vehicle], frozenset(order))
        price = timed.travel_s + timed.moved_s
        known = self.routes.get(key)
        if known is None or price < known[0]:
            self.routes[key] = (price, order)
