"""Putting one more stop into a day: the plain constructor, the repair of proposals, and the proof of a no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.engines import Orders
from routing.model import Stop
from routing.quick import Quick


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where a stop fits: before the visit at `position`, for `extra_s` more travel and broken promises."""

    vehicle: str
    position: int
    extra_s: int


def cheapest(
    quick: Quick, orders: Mapping[str, Sequence[str]], stop: Stop, vehicles: Sequence[str] | None = None
) -> Insertion | None:
    """Find the cheapest place in the day for a stop, every position of every vehicle; None if none is left."""
    number = quick.number_of[stop.id]
    chosen = quick.may[number] if vehicles is None else [quick.vehicle_of[name] for name in vehicles]
    places = []
    for vehicle in chosen:
        if vehicle not in quick.allowed[number]:
            continue
        name = quick.vehicles[vehicle].id
        order = tuple(quick.number_of[one] for one in orders.get(name, ()))
        promise = stop.promise
        moved_s = promise.vehicle_price_s if promise is not None and promise.vehicle != name else 0
        places += [
            (extra_s + moved_s, vehicle, position, order)
            for extra_s, position in quick.positions(vehicle, order, number)
        ]
    places.sort()
    for extra_s, vehicle, position, order in places:
        if quick.time(vehicle, (*order[:position], number, *order[position:])) is not None:
            return Insertion(quick.vehicles[vehicle].id, position, extra_s)
    return None


def _urgency(stop: Stop) -> tuple[int, int, str]:
    """Dear stops first, then those with the least choice of time."""
    return -stop.priority, sum(end - start for start, end in stop.windows), stop.id


def fill(quick: Quick, orders: Orders) -> Orders:
    """Insert every stop that is missing and whose extra price is less than that of leaving it out."""
    filled = {vehicle: list(order) for vehicle, order in orders.items()}
    planned = {stop for order in orders.values() for stop in order}
    for stop in sorted(quick.day.open_stops(), key=_urgency):
        if stop.id in planned:
            continue
        found = cheapest(quick, filled, stop)
        if found is not None and found.extra_s < quick.day.problem.price_s(stop):
            filled.setdefault(found.vehicle, []).insert(found.position, stop.id)
    return {vehicle: tuple(order) for vehicle, order in filled.items() if order}


def settle(quick: Quick, proposed: Orders) -> tuple[Orders, int]:
    """Keep of a proposal what our clock confirms, place the rest anew, and count what did not hold.

    Whatever comes in, even stops that nobody knows or that stand twice, valid orders come out.
    """
    day = quick.day
    kept: dict[str, tuple[str, ...]] = {}
    taken = set(day.done)
    refused = 0
    for vehicle_id, order in proposed.items():
        vehicle = quick.vehicle_of.get(vehicle_id)
        if vehicle is None:
            refused += len(order)
            continue
        ours = [
            stop for stop in dict.fromkeys(order) if stop not in taken and vehicle_id in day.may.get(stop, ())
        ]
        numbers = tuple(quick.number_of[stop] for stop in ours)
        if numbers and quick.time(vehicle, numbers) is None:
            sure: tuple[int, ...] = ()
            for number in numbers:
                if quick.time(vehicle, (*sure, number)) is not None:
                    sure = (*sure, number)
            ours = [quick.stops[number].id for number in sure]
        refused += len(order) - len(ours)
        taken.update(ours)
        if ours:
            kept[vehicle_id] = tuple(ours)
    return fill(quick, kept), refused
