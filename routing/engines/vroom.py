"""VROOM as a builder: quick, knows breaks, windows and skills; ends by itself, so more time buys nothing.

What it does not know, and our clock settles afterwards: `max_duration_s` (its own limit is on travel
alone), the order of what has happened (the vehicle starts where its locked prefix ends), and our price
of a stop left out (its priorities are lexicographic before travel).
"""

from datetime import timedelta
from time import perf_counter
from typing import Any

from routing.engines import Effort, EngineError, Orders, Proposal
from routing.engines.numbers import Numbered
from routing.schedule import Day

_PROFILE = "crew"
#: VROOM's highest exploration level; it is still done in about two seconds for a day of 120 visits.
_EXPLORATION = 5
#: With more stops than this the time is for one search to its end: beginning many would end none.
_MOST_EXPLORED = 300


class Vroom:
    name = "VROOM"

    def propose(self, day: Day, effort: Effort, start: Orders | None) -> Proposal:
        """Propose orders; from `start` if one is given (it then moves few stops to other vehicles)."""
        numbered = Numbered.of(day)
        if not numbered.stops or not numbered.vehicles:
            return Proposal({}, complete=True)
        try:
            import vroom
        except ImportError as error:
            raise EngineError("VROOM is not installed (package pyvroom).") from error
        began = perf_counter()
        # Its searches race: which of two equally good ends it keeps, and what it begins before its time is over,
        # depends on the clock. Where steps are counted it makes one search, to its end.
        is_counted = effort.iterations is not None
        is_explored = not is_counted and len(numbered.stops) <= _MOST_EXPLORED
        try:
            solution = self._input(vroom, day, numbered, start).solve(
                exploration_level=_EXPLORATION if is_explored else 0,
                nb_threads=1,
                timeout=None if is_counted else timedelta(seconds=effort.seconds),
            )
            orders = self._orders(solution, numbered)
        except Exception as error:
            raise EngineError(f"VROOM failed: {error}") from error
        return Proposal(orders, complete=is_counted or perf_counter() - began < effort.seconds)

    @staticmethod
    def _input(vroom: Any, day: Day, numbered: Numbered, start: Orders | None) -> Any:
        problem = vroom.Input()
        problem.set_durations_matrix(_PROFILE, numbered.seconds)
        number_of = {stop.id: number for number, stop in enumerate(numbered.stops)}
        for number, vehicle in enumerate(numbered.vehicles):
            free_s, place = day.free_from(vehicle)
            prefix = day.locked.get(vehicle.id)
            done = len(prefix.visits) if prefix else 0
            options: dict[str, Any] = {}
            if vehicle.max_visits is not None:
                options["max_tasks"] = max(0, vehicle.max_visits - done)
            if vehicle.max_travel_s is not None:
                gone = sum(visit.travel_s for visit in prefix.visits) if prefix else 0
                options["max_travel_time"] = max(0, vehicle.max_travel_s - gone)
            if start is not None:
                options["steps"] = [
                    vroom.VehicleStepSingle(number_of[stop])
                    for stop in start.get(vehicle.id, ())
                    if stop in number_of
                ]
            problem.add_vehicle(
                vroom.Vehicle(
                    number,
                    start=numbered.row(day, place),
                    end=numbered.row(day, vehicle.end),
                    profile=_PROFILE,
                    skills=numbered.groups_of(vehicle),
                    time_window=vroom.TimeWindow(free_s, vehicle.shift_to_s),
                    breaks=[
                        vroom.Break(
                            which,
                            [vroom.TimeWindow(*window) for window in pause.windows],
                            service=pause.length_s,
                        )
                        for which, pause in enumerate(day.breaks_left(vehicle))
                    ],
                    **options,
                )
            )
        for number, stop in enumerate(numbered.stops):
            group = numbered.group(day, stop)
            problem.add_job(
                vroom.Job(
                    number,
                    location=day.problem.travel.index(stop.place),
                    default_service=stop.service_s,
                    skills=set() if group is None else {group},
                    priority=stop.priority,
                    time_windows=[vroom.TimeWindow(*window) for window in stop.windows],
                )
            )
        return problem

    @staticmethod
    def _orders(solution: Any, numbered: Numbered) -> Orders:
        orders: dict[str, list[str]] = {}
        frame = solution.routes
        if "id" not in frame:  # pyvroom leaves the column away when nothing is planned
            return {}
        jobs = frame[frame["type"] == "job"]
        for vehicle, job in zip(jobs["vehicle_id"].tolist(), jobs["id"].tolist(), strict=True):
            orders.setdefault(numbered.vehicles[int(vehicle)].id, []).append(numbered.stops[int(job)].id)
        return {vehicle: tuple(order) for vehicle, order in orders.items()}
