"""PyVRP as a polisher: the best routes of all, when it starts from a good plan.

It knows no breaks (they only shorten its shift here), no skills (each restricted set of vehicles becomes a
load that the others cannot carry), and one window a client (several become copies, of which one is
chosen). Our clock settles what it proposes. Its API still moves: nothing outside this file imports it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.engines import Effort, EngineError, Orders, Proposal
from routing.engines.numbers import Numbered
from routing.model import Stop, Vehicle, Window
from routing.schedule import Day

_NO_LIMIT = int(np.iinfo(np.int64).max)  # PyVRP's own word for none


@dataclass(frozen=True, slots=True)
class _Copy:
    """One client: a stop in one of its windows."""

    stop: Stop
    window: Window


class PyVrp:
    name = "PyVRP"

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose orders, searched from `start` if one is given and from scratch otherwise."""
        numbered = Numbered.of(day)
        vehicles = numbered.vehicles
        copies = [_Copy(stop, window) for stop in numbered.stops for window in stop.windows]
        if not copies or not vehicles:
            return Proposal({}, complete=True)
        try:
            import pyvrp
            from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria
        except ImportError as error:
            raise EngineError("PyVRP is not installed (package pyvrp).") from error
        try:
            data = _data(day, numbered, vehicles, copies)
            criteria: list[Any] = [MaxRuntime(effort.seconds)]
            if effort.iterations is not None:
                criteria.append(MaxIterations(effort.iterations))
            result = pyvrp.solve(
                data,
                stop=MultipleCriteria(criteria),
                seed=effort.seed,
                collect_stats=False,
                display=False,
                initial_solution=None if start is None else _warm(data, day, vehicles, copies, start),
            )
            orders = {
                vehicles[route.vehicle_type()].id: tuple(
                    copies[activity.idx].stop.id for activity in route.schedule() if activity.is_client()
                )
                for route in result.best.routes()
            }
        except Exception as error:
            raise EngineError(f"PyVRP failed: {error}") from error
        complete = effort.iterations is not None and result.num_iterations >= effort.iterations
        return Proposal(orders, complete)


def _data(day: Day, numbered: Numbered, vehicles: Sequence[Vehicle], copies: Sequence[_Copy]) -> Any:
    import pyvrp

    size = len(numbered.seconds)
    loads = len(numbered.eligible)
    depots: dict[int, int] = {}
    types = []
    for vehicle in vehicles:
        free_s, place = day.free_from(vehicle)
        rows = (numbered.row(day, place), numbered.row(day, vehicle.end))
        prefix = day.locked.get(vehicle.id)
        longest = vehicle.shift_to_s - free_s
        if vehicle.max_duration_s is not None:
            gone = free_s - prefix.depart_s if prefix else 0
            longest = min(longest, max(0, vehicle.max_duration_s - gone))
        longest -= min(longest, sum(pause.length_s for pause in day.breaks_left(vehicle)))
        farthest = _NO_LIMIT
        if vehicle.max_travel_s is not None:
            gone = sum(visit.travel_s for visit in prefix.visits) if prefix else 0
            farthest = max(0, vehicle.max_travel_s - gone)
        mine = numbered.groups_of(vehicle)
        types.append(
            pyvrp.VehicleType(
                num_available=1,
                capacity=[len(copies) if group in mine else 0 for group in range(loads)],
                start_depot=depots.setdefault(rows[0], len(depots)),
                end_depot=depots.setdefault(rows[1], len(depots)),
                tw_early=free_s,
                tw_late=vehicle.shift_to_s,
                shift_duration=longest,
                name=vehicle.id,
                max_distance=farthest,
            )
        )
    clients = []
    groups: dict[str, list[int]] = {}
    for number, copy in enumerate(copies):
        restricted = numbered.group(day, copy.stop)
        if len(copy.stop.windows) > 1:
            groups.setdefault(copy.stop.id, []).append(number)
        clients.append(
            pyvrp.Client(
                location=day.problem.travel.index(copy.stop.place),
                delivery=[int(group == restricted) for group in range(loads)],
                service_duration=copy.stop.service_s,
                tw_early=copy.window[0],
                tw_late=copy.window[1],
                prize=copy.stop.price_s,
                required=False,
                group=list(groups).index(copy.stop.id) if copy.stop.id in groups else None,
                name=copy.stop.id,
            )
        )
    # Distance carries travel seconds, so that one unit of cost is one second on the road and the prize of a
    # stop is our own price of leaving it out.
    matrix: Any = np.ascontiguousarray(numbered.seconds)
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(size)],
        clients=clients,
        depots=[pyvrp.Depot(location=row) for row in depots],
        vehicle_types=types,
        distance_matrices=[matrix],
        duration_matrices=[matrix],
        groups=[pyvrp.ClientGroup(members, required=False) for members in groups.values()],
    )


def _warm(data: Any, day: Day, vehicles: Sequence[Vehicle], copies: Sequence[_Copy], start: Orders) -> Any:
    """Turn given orders into a first solution: each stop in the copy whose window our clock used."""
    import pyvrp

    number_of = {(copy.stop.id, copy.window): number for number, copy in enumerate(copies)}
    routes = []
    for kind, vehicle in enumerate(vehicles):
        order = start.get(vehicle.id, ())
        timed = day.route(vehicle, order) if order else None
        if timed is None:
            continue
        chosen = []
        for visit in timed.visits[len(timed.visits) - len(order) :]:
            window = next(
                window for window in day.stops[visit.stop].windows if window[0] <= visit.start_s <= window[1]
            )
            chosen.append(number_of[visit.stop, window])
        routes.append(pyvrp.Route(data, chosen, kind))
    return pyvrp.Solution(data, routes)
