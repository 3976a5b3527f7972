"""Small days on a line, where every time can be worked out in the head.

Places lie on a line, one number each; a trip takes 60 s and 100 m a step. Real coordinates are only their
names here: the travel matrix is explicit.
"""

from collections.abc import Iterable, Sequence

from routing.model import (
    Break,
    Locked,
    Place,
    Plan,
    Problem,
    Promise,
    Route,
    Stop,
    TravelMatrix,
    Vehicle,
    Window,
    places_of,
)

STEP_S = 60
STEP_M = 100
LONG = ((0, 100_000),)


def at(number: int) -> Place:
    return Place(0.0, number / 1_000)


def line_matrix(places: Sequence[Place]) -> TravelMatrix:
    steps = [[abs(round((start.lon - end.lon) * 1_000)) for end in places] for start in places]
    return TravelMatrix(
        tuple(places),
        tuple(tuple(STEP_S * step for step in row) for row in steps),
        tuple(tuple(STEP_M * step for step in row) for row in steps),
        "line",
    )


def stop(
    name: str,
    number: int,
    *,
    windows: tuple[Window, ...] = LONG,
    service_s: int = 600,
    priority: int = 10,
    skills: Iterable[str] = (),
    pinned: str | None = None,
    never: Iterable[str] = (),
    zone: str | None = None,
    load: int = 0,
    promise: Promise | None = None,
) -> Stop:
    return Stop(
        name,
        at(number),
        windows,
        service_s,
        priority,
        frozenset(skills),
        pinned,
        frozenset(never),
        zone,
        load,
        promise,
    )


def crew(
    name: str,
    *,
    start: int | None = 0,
    end: int | None = 0,
    shift: Window = (0, 36_000),
    breaks: tuple[Break, ...] = (),
    skills: Iterable[str] = (),
    max_visits: int | None = None,
    max_duration_s: int | None = None,
    max_travel_s: int | None = None,
    max_load: int | None = None,
    zones: Iterable[str] = (),
) -> Vehicle:
    return Vehicle(
        name,
        None if start is None else at(start),
        None if end is None else at(end),
        shift[0],
        shift[1],
        breaks,
        frozenset(skills),
        max_visits,
        max_duration_s,
        max_travel_s,
        max_load,
        frozenset(zones),
    )


def day(stops: Sequence[Stop], crews: Sequence[Vehicle], locked: tuple[Locked, ...] = ()) -> Problem:
    return Problem(tuple(stops), tuple(crews), line_matrix(places_of(stops, crews)), locked)


def route_of(plan: Plan, vehicle: str) -> Route:
    return next(route for route in plan.routes if route.vehicle == vehicle)
