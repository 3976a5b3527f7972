"""Putting one more stop into a day: the plain constructor, the repair of proposals, and the proof of a no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.engines import Orders
from routing.model import Place, Stop, Vehicle
from routing.schedule import Day
from routing.ways import way_between


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where a stop fits: before the visit at `position`, for `extra_s` more travel."""

    vehicle: str
    position: int
    extra_s: int


def _extra_s(day: Day, vehicle: Vehicle, order: Sequence[str], stop: Stop, position: int) -> int:
    before = day.stops[order[position - 1]].place if position else day.free_from(vehicle)[1]
    after = day.stops[order[position]].place if position < len(order) else vehicle.end
    detour = _usual_s(day, before, stop.place) + _usual_s(day, stop.place, after)
    if not order and vehicle.id not in day.locked:
        return detour  # a crew without visits stays at home
    return detour - _usual_s(day, before, after)


def _usual_s(day: Day, start: Place | None, end: Place | None) -> int:
    return way_between(day.problem.travel, (), start, end).seconds


def cheapest(
    day: Day, orders: Mapping[str, Sequence[str]], stop: Stop, vehicles: Sequence[Vehicle] | None = None
) -> Insertion | None:
    """Find the cheapest place in the day for a stop, every position of every vehicle; None if none is left."""
    fleet = day.problem.vehicles if vehicles is None else vehicles
    places = sorted(
        (_extra_s(day, vehicle, orders.get(vehicle.id, ()), stop, position), number, position)
        for number, vehicle in enumerate(fleet)
        if vehicle.id in day.may[stop.id]
        for position in range(len(orders.get(vehicle.id, ())) + 1)
    )
    for extra_s, number, position in places:
        order = orders.get(fleet[number].id, ())
        if day.route(fleet[number], [*order[:position], stop.id, *order[position:]]) is not None:
            return Insertion(fleet[number].id, position, extra_s)
    return None


def _urgency(stop: Stop) -> tuple[int, int, str]:
    """Dear stops first, then those with the least choice of time."""
    return -stop.priority, sum(end - start for start, end in stop.windows), stop.id


def fill(day: Day, orders: Orders) -> Orders:
    """Insert every stop that is missing and whose extra travel is worth less than leaving it out."""
    filled = {vehicle: list(order) for vehicle, order in orders.items()}
    planned = {stop for order in orders.values() for stop in order}
    for stop in sorted(day.open_stops(), key=_urgency):
        if stop.id in planned:
            continue
        found = cheapest(day, filled, stop)
        if found is not None and found.extra_s < day.problem.price_s(stop):
            filled.setdefault(found.vehicle, []).insert(found.position, stop.id)
    return {vehicle: tuple(order) for vehicle, order in filled.items() if order}


def settle(day: Day, proposed: Orders) -> tuple[Orders, int]:
    """Keep of a proposal what our clock confirms, place the rest anew, and count what did not hold.

    Whatever comes in, even stops that nobody knows or that stand twice, valid orders come out.
    """
    kept: dict[str, tuple[str, ...]] = {}
    taken = set(day.done)
    refused = 0
    for vehicle_id, order in proposed.items():
        vehicle = day.vehicles.get(vehicle_id)
        if vehicle is None:
            refused += len(order)
            continue
        ours = [
            stop for stop in dict.fromkeys(order) if stop not in taken and vehicle_id in day.may.get(stop, ())
        ]
        if ours and day.route(vehicle, ours) is None:
            sure: list[str] = []
            for stop in ours:
                if day.route(vehicle, [*sure, stop]) is not None:
                    sure.append(stop)
            ours = sure
        refused += len(order) - len(ours)
        taken.update(ours)
        if ours:
            kept[vehicle_id] = tuple(ours)
    return fill(day, kept), refused
