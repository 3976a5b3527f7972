"""Why a stop was left out: for each vehicle what stood in the way, proved by trying to put the stop back.

No engine answers this, and a guess would be a lie to the dispatcher: a reason is given only after every
position of the final plan was tried with the exact clock.
"""

from collections.abc import Sequence
from dataclasses import replace

from routing.engines import Orders
from routing.insertion import cheapest
from routing.model import Dropped, DropReason, Obstacle, Stop, Vehicle
from routing.quick import Quick
from routing.schedule import schedule, works_in

#: From «nobody could ever» to «nearly»: the reason of a stop is the one nearest to fitting.
_NEARNESS = tuple(DropReason)


def explain(quick: Quick, orders: Orders) -> tuple[Dropped, ...]:
    """Explain each stop that stands in nobody's order and has not happened."""
    day = quick.day
    planned = day.done.union(*orders.values())
    return tuple(_explain(quick, orders, stop) for stop in day.problem.stops if stop.id not in planned)


def _explain(quick: Quick, orders: Orders, stop: Stop) -> Dropped:
    day = quick.day
    vehicles = day.problem.vehicles
    if not vehicles:
        return Dropped(stop.id, DropReason.NO_VEHICLE, "Nobody works on this day.")
    if not stop.windows:
        return Dropped(stop.id, DropReason.NO_WINDOW, "No hour of this day is open for the visit.")
    if stop.pinned_vehicle is not None and stop.pinned_vehicle not in day.vehicles:
        return Dropped(
            stop.id,
            DropReason.PINNED_ABSENT,
            f"Only {stop.pinned_vehicle} may make the visit, and does not work on this day.",
        )
    tried = tuple(obstacle(quick, orders, stop, vehicle) for vehicle in vehicles)
    nearest = max(tried, key=lambda one: _NEARNESS.index(one.reason))
    alike = sum(one.reason is nearest.reason for one in tried)
    others = f" So it is for {alike} of {len(tried)} crews." if len(tried) > 1 else ""
    return Dropped(stop.id, nearest.reason, nearest.sentence + others, tried)


def obstacle(quick: Quick, orders: Orders, stop: Stop, vehicle: Vehicle) -> Obstacle:
    """Say what keeps a stop from a vehicle in the final plan."""
    reason, sentence = _barred(stop, vehicle) or _untimely(quick, orders, stop, vehicle)
    return Obstacle(vehicle.id, reason, sentence)


def _barred(stop: Stop, vehicle: Vehicle) -> tuple[DropReason, str] | None:
    if stop.pinned_vehicle not in {None, vehicle.id}:
        return DropReason.PINNED_ELSEWHERE, f"The visit is pinned to {stop.pinned_vehicle}, not {vehicle.id}."
    if vehicle.id in stop.never_vehicles:
        return DropReason.NEVER_THIS_VEHICLE, f"{vehicle.id} must never make this visit."
    if not works_in(vehicle, stop.zone):
        return DropReason.OTHER_ZONE, f"{vehicle.id} does not work in zone {stop.zone}."
    lacking = sorted(stop.skills - vehicle.skills)
    if lacking:
        return DropReason.NO_SKILL, f"{vehicle.id} lacks: {', '.join(lacking)}."
    return None


def _untimely(quick: Quick, orders: Orders, stop: Stop, vehicle: Vehicle) -> tuple[DropReason, str]:
    day = quick.day
    found = cheapest(quick, orders, stop, (vehicle.id,))
    if found is not None:
        return (
            DropReason.NOT_WORTH_ITS_TRAVEL,
            f"{vehicle.id} could make the visit for {found.extra_s} s more travel; its priority is worth {day.problem.price_s(stop)} s.",
        )
    free_s, place = day.free_from(vehicle)
    last_s = vehicle.shift_to_s - stop.service_s
    if not any(max(opens, free_s) <= min(closes, last_s) for opens, closes in stop.windows):
        return (
            DropReason.WINDOWS_MISS_SHIFTS,
            f"No window of the visit meets the hours that {vehicle.id} still works.",
        )
    if day.route(vehicle, [stop.id]) is None:
        way = (free_s, place)
        if (
            schedule(
                _without_limits(vehicle), [stop], day.problem.travel, free_from=way, rush=day.problem.rush
            )
            is None
        ):
            return (
                DropReason.TOO_FAR,
                f"Even alone {vehicle.id} cannot be there inside a window and back inside the shift.",
            )
        return _limit(quick, (), stop, vehicle) or (
            DropReason.LIMITS,
            f"Even alone the visit leaves {vehicle.id} no room for its breaks and limits together.",
        )
    order = orders.get(vehicle.id, ())
    return _working_time(quick, order, stop, vehicle) or (
        DropReason.NO_ROOM,
        f"{vehicle.id} has no room left: none of {len(order) + 1} positions in its day keeps every window, break and limit.",
    )


def _without_limits(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, breaks=(), max_visits=None, max_duration_s=None, max_travel_s=None, max_load=None)


def _limit(quick: Quick, order: Sequence[str], stop: Stop, vehicle: Vehicle) -> tuple[DropReason, str] | None:
    """Name the one limit without which the stop would fit: the first of those that alone stand in its way."""
    lifted: tuple[tuple[DropReason, Vehicle, str], ...] = (
        (DropReason.WORKING_TIME, replace(vehicle, max_duration_s=None), "its working time"),
        (DropReason.BREAK, replace(vehicle, breaks=()), "its breaks"),
        (DropReason.TRAVEL_LIMIT, replace(vehicle, max_travel_s=None), "its limit on travel"),
        (DropReason.LOAD, replace(vehicle, max_load=None), "what it can carry"),
    )
    for reason, without, what in lifted:
        if without != vehicle and _fits(quick, without, order, stop):
            return reason, f"{vehicle.id} could make the visit but for {what}."
    return None


def _working_time(
    quick: Quick, order: Sequence[str], stop: Stop, vehicle: Vehicle
) -> tuple[DropReason, str] | None:
    """Say so where it is the working time alone that keeps a stop out of the day as it is planned."""
    if vehicle.max_duration_s is None:
        return None
    if not _fits(quick, replace(vehicle, max_duration_s=None), order, stop):
        return None
    return (
        DropReason.WORKING_TIME,
        f"{vehicle.id} could make the visit beside its others but for its working time.",
    )


def _fits(quick: Quick, vehicle: Vehicle, order: Sequence[str], stop: Stop) -> bool:
    """Try a stop at every position, with the exact clock."""
    return any(
        quick.day.route(vehicle, [*order[:position], stop.id, *order[position:]]) is not None
        for position in range(len(order) + 1)
    )
