"""A day as tables of whole numbers, as the compiled search reads it: what does not change while it is searched.

The stops are those that are still a choice, numbered anew; crews have the numbers of `Quick`. Few tables and many columns:
each table more makes every compiled call dearer.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.model import Fairness, Objective, Window
from routing.quick import Order, Quick

Ints = npt.NDArray[np.int64]
# Tables by how many dimensions they have.
Line = Annotated[Ints, 1]
Table = Annotated[Ints, 2]
Block = Annotated[Ints, 3]
Stack = Annotated[Ints, 4]
#: No crew, no stop, not departed.
NONE = -1
NO_LIMIT = NEVER = 1 << 40
#: So many of the nearest are known of each stop.
_NEIGHBOURS = 100

# Columns of `stops`; who may make a visit stands at MAY + crew.
ROW, SERVICE, PRICE, LOAD, WINDOWS, WINDOWS_END, PROMISED_TO = range(7)
CREW_PRICE, HOUR_PRICE, PROMISE_OPENS, PROMISE_CLOSES, MAY = range(7, 12)
# Columns of `crews`.
FREE, SHIFT_TO, START, END, DEPARTED, GONE, DONE, LOADED = range(8)
MAX_VISITS, MAX_DURATION, MAX_TRAVEL, MAX_LOAD, KIND, FIRST_BREAK, BREAKS = range(8, 15)
# Columns of `windows`.
OPENS, CLOSES = range(2)
# Layers of `ways`: the shortest time at any hour, the usual one, and that of each rush.
LEAST, USUAL, RUSHES = range(3)
# Places in `weights`: what evenness is worth, and whether hours are promised.
HOURS_EVEN, VISITS_EVEN, HAS_HOURS = range(3)


class Figures(NamedTuple):
    """The stops (behind them the breaks, which are served where one is), the crews and the ways between places.

    The last row and column of `ways` are «nowhere». The first windows are those of the rushes.
    """

    ways: Block
    stops: Table
    crews: Table
    windows: Table
    near: Table
    weights: Line


def figures_of(quick: Quick) -> Figures:
    """Read a day."""
    problem = quick.day.problem
    is_day = problem.objective is Objective.DAY
    fairness = problem.fairness if is_day else Fairness()
    usual = _ways(problem.travel.seconds)
    rushes = [_ways(rush.travel.seconds) for rush in problem.rush]
    least = np.minimum.reduce([usual, *rushes])
    windows: list[Window] = [(rush.from_s, rush.to_s) for rush in problem.rush]
    stops = [_stop(quick, number, windows, is_day=is_day) for number in open_numbers(quick)]
    near = _nearest(least, _table(stops, MAY)[:, ROW])
    crews = list(_crews(quick, len(stops), nowhere=len(usual) - 1))
    for crew in quick.crews:
        for pause in crew.breaks:
            stops.append([NONE] * (MAY + len(crews)))
            stops[-1][SERVICE] = pause.length_s
            stops[-1][WINDOWS : WINDOWS_END + 1] = _added(windows, pause.windows)
    has_hours = is_day and any(stop.promise is not None and stop.promise.hour_price_s for stop in quick.stops)
    return Figures(
        np.stack([least, usual, *rushes]),
        _table(stops, MAY + len(crews)),
        _table(crews, BREAKS + 1),
        _table(windows, 2),
        near,
        np.array([fairness.hour_price_s, fairness.visit_price_s, has_hours], dtype=np.int64),
    )


def open_numbers(quick: Quick) -> list[int]:
    """Give the numbers that the stops of a search have in `Quick`."""
    return [quick.number_of[stop.id] for stop in quick.day.open_stops()]


def to_figures(quick: Quick, orders: Mapping[int, Order]) -> dict[int, Order]:
    """Number orders as the search does; stops that are no choice are left away."""
    number_of = {stop: number for number, stop in enumerate(open_numbers(quick))}
    return {
        crew: tuple(number_of[stop] for stop in order if stop in number_of) for crew, order in orders.items()
    }


def _stop(quick: Quick, number: int, windows: list[Window], *, is_day: bool) -> list[int]:
    stop = quick.stops[number]
    row = [NONE] * MAY
    row[ROW], row[SERVICE], row[LOAD] = quick.rows[number], stop.service_s, stop.load
    row[PRICE] = quick.day.problem.price_s(stop)
    row[WINDOWS : WINDOWS_END + 1] = _added(windows, stop.windows)
    row[HOUR_PRICE] = row[CREW_PRICE] = 0
    if stop.promise is not None and is_day:
        row[PROMISED_TO] = quick.vehicle_of.get(stop.promise.vehicle, len(quick.vehicles))
        row[CREW_PRICE], row[HOUR_PRICE] = stop.promise.vehicle_price_s, stop.promise.hour_price_s
        row[PROMISE_OPENS], row[PROMISE_CLOSES] = stop.promise.window
    return row + [int(crew in quick.allowed[number]) for crew in range(len(quick.vehicles))]


def _added(windows: list[Window], more: Sequence[Window]) -> tuple[int, int]:
    """Add windows to the table; gives where they begin and where they end."""
    first = len(windows)
    windows += more
    return first, len(windows)


def _crews(quick: Quick, first_break: int, *, nowhere: int) -> Iterator[list[int]]:
    for kind, crew in zip(quick.classes, quick.crews, strict=True):
        vehicle = crew.vehicle
        limits = (vehicle.max_visits, vehicle.max_duration_s, vehicle.max_travel_s, vehicle.max_load)
        yield [
            crew.free_s,
            vehicle.shift_to_s,
            nowhere if crew.start is None else crew.start,
            nowhere if crew.end is None else crew.end,
            NONE if crew.departed_s is None else crew.departed_s,
            crew.gone_s,
            crew.done,
            crew.loaded,
            *(NO_LIMIT if limit is None else limit for limit in limits),
            kind,
            first_break,
            len(crew.breaks),
        ]
        first_break += len(crew.breaks)


def _table(rows: Sequence[Sequence[int]], columns: int) -> Table:
    return np.array([row[:columns] for row in rows], dtype=np.int64).reshape(-1, columns)


def _ways(seconds: Sequence[Sequence[int]]) -> Table:
    size = len(seconds)
    ways = np.zeros((size + 1, size + 1), dtype=np.int64)
    if size:
        ways[:size, :size] = seconds
    return ways


def _nearest(seconds: Table, rows: Line) -> Table:
    """Rank for each stop those that are nearest to it, itself left out."""
    size = len(rows)
    most = min(_NEIGHBOURS, max(0, size - 1))
    near = np.full((size, most), NONE, dtype=np.int64)
    for stop in range(size):
        away = seconds[rows[stop], rows]
        first = np.argpartition(away, most)[: most + 1] if most + 1 < size else np.arange(size)
        ranked = first[np.lexsort((first, away[first]))]
        near[stop] = ranked[ranked != stop][:most]
    return near
