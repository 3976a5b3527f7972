"""Every route that the engines and the search came across: what a better day may be put together from."""

from routing.quick import Order, Quick

#: More routes than this make the recombination slower than they make it better.
_MOST = 60_000


class Pool:
    """For each class of vehicles that are alike, and each set of stops, the cheapest order known."""

    def __init__(self, quick: Quick) -> None:
        self.quick = quick
        self.routes: dict[tuple[int, frozenset[int]], tuple[int, Order]] = {}

    def add_ids(self, vehicle: str, order: tuple[str, ...]) -> None:
        """Remember a route that is told by ids."""
        self.add(self.quick.vehicle_of[vehicle], tuple(self.quick.number_of[stop] for stop in order))

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
