"""The best day that the routes of a whole search make: one of each vehicle, each stop once or not at all.

Set partitioning, solved by HiGHS. What no route of the pool has, it cannot find; what it finds, the exact clock
has timed before.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.engines import EngineError
from routing.quick import Order
from routing.search.pool import Pool
from routing.search.state import State

#: So many columns are looked at: the cheapest for what they visit come first.
_MOST_COLUMNS = 12_000
_HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop: after a time, or (where the answer must be the same again) after so many nodes."""

    seconds: float
    nodes: int | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    vehicle: int
    order: Order
    price: float


def recombine(state: State, pool: Pool, limit: Limit) -> dict[int, Order] | None:
    """Give the best combination of routes; None if there was none in time.

    Evenness is priced against the mean of the present day: exact where the mean stays.

    Raises:
        EngineError: HiGHS is not installed.
    """
    highspy = _highs()
    columns = _columns(state, pool)
    if not columns:
        return None
    model = _model(highspy, state, columns)
    # The public class prints a banner while it is made; its base does not.
    solver = highspy._core._Highs()  # noqa: SLF001
    solver.setOptionValue("output_flag", False)
    for name, value in (
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("time_limit", float(limit.seconds)),
    ):
        solver.setOptionValue(name, value)
    if limit.nodes is not None:
        solver.setOptionValue("mip_max_nodes", limit.nodes)
    solver.passModel(model)
    started = highspy.HighsSolution()
    started.col_value = _start(state, columns, model.lp_.num_col_)
    solver.setSolution(started)
    solver.run()
    values = solver.getSolution().col_value
    if not len(values) or solver.getInfo().primal_solution_status != 2:  # noqa: PLR2004 - HiGHS: feasible
        return None
    return _assigned(state, [column for column, value in zip(columns, values, strict=False) if value > 0.5])  # noqa: PLR2004 - a yes


def _highs() -> Any:
    try:
        import highspy
    except ImportError as error:
        raise EngineError("HiGHS is not installed (package highspy).") from error
    return highspy


def _columns(state: State, pool: Pool) -> list[_Column]:
    """Price each route of the pool, and keep those that are cheap for what they visit."""
    quick = state.quick
    first: dict[int, int] = {}
    for vehicle, kind in enumerate(quick.classes):
        first.setdefault(kind, vehicle)
    for vehicle, order in enumerate(state.orders):
        pool.add(vehicle, order)
    ranked = []
    for (kind, _), (price, order) in pool.routes.items():
        vehicle = first[kind]
        column = _Column(vehicle, order, price + _uneven(state, vehicle, order) - _uneven(state, vehicle, ()))
        saved = price - sum(state.prices[stop] for stop in order) if state.absent else price
        ranked.append((saved / len(order), column))
    if len(ranked) > _MOST_COLUMNS:
        ranked.sort(key=lambda one: one[0])
        ranked = ranked[:_MOST_COLUMNS]
    present = {(column.vehicle, column.order) for _, column in ranked}
    columns = [column for _, column in ranked]
    for vehicle, order in enumerate(state.orders):
        stands = first[quick.classes[vehicle]]
        kept = pool.routes.get((quick.classes[vehicle], frozenset(order)))
        if kept is not None and (stands, kept[1]) not in present:
            extra = _uneven(state, stands, kept[1]) - _uneven(state, stands, ())
            columns.append(_Column(stands, kept[1], kept[0] + extra))
    return columns


def _uneven(state: State, vehicle: int, order: Order) -> float:
    """Price how far a vehicle with this order is from the mean of today."""
    if not state.is_fair:
        return 0
    timed = state.quick.time(vehicle, order)
    work = (timed.work_s if timed else 0) - state.mean_work_s
    visits = state.quick.crews[vehicle].done + len(order) - state.mean_visits
    return state.hour_price * (work / _HOUR_S) ** 2 + state.visit_price * visits**2


def _model(highspy: Any, state: State, columns: list[_Column]) -> Any:
    """Rows: each stop once (or left out, for its price), each class of vehicles as often as there are some."""
    quick = state.quick
    stops = sorted(state.absent.union(state.where))
    row_of = {stop: row for row, stop in enumerate(stops)}
    kinds = sorted(set(quick.classes))
    kind_row = {kind: len(stops) + number for number, kind in enumerate(kinds)}
    counts = [quick.classes.count(kind) for kind in kinds]
    starts, index = [0], []
    for column in columns:
        index += [row_of[stop] for stop in column.order]
        index.append(kind_row[quick.classes[column.vehicle]])
        starts.append(len(index))
    for stop in stops:
        index.append(row_of[stop])
        starts.append(len(index))
    size = len(columns) + len(stops)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = size, len(stops) + len(kinds)
    lp.col_cost_ = np.array(
        [column.price for column in columns] + [float(state.prices[stop]) for stop in stops]
    )
    lp.col_lower_, lp.col_upper_ = np.zeros(size), np.ones(size)
    lp.row_lower_ = np.array([1.0] * len(stops) + [0.0] * len(kinds))
    lp.row_upper_ = np.array([1.0] * len(stops) + [float(count) for count in counts])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
    lp.a_matrix_.value_ = np.ones(len(index))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * size
    model = highspy.HighsModel()
    model.lp_ = lp
    return model


def _start(state: State, columns: list[_Column], size: int) -> list[float]:
    """The present day as a first answer, so that HiGHS can only improve it."""
    present = {
        (state.quick.classes[vehicle], frozenset(order))
        for vehicle, order in enumerate(state.orders)
        if order
    }
    values = [
        float((state.quick.classes[column.vehicle], frozenset(column.order)) in present) for column in columns
    ]
    stops = sorted(state.absent.union(state.where))
    values += [float(stop in state.absent) for stop in stops]
    assert len(values) == size  # noqa: S101 - one value for each column
    return values


def _assigned(state: State, chosen: list[_Column]) -> dict[int, Order]:
    """Give the chosen routes of a class to its vehicles, each to the one that has most of it already."""
    quick = state.quick
    orders: dict[int, Order] = dict.fromkeys(range(len(quick.vehicles)), ())
    for column in chosen:
        free = [
            vehicle
            for vehicle, kind in enumerate(quick.classes)
            if kind == quick.classes[column.vehicle] and not orders[vehicle]
        ]
        stops = set(column.order)
        best = max(free, key=lambda vehicle: len(stops.intersection(state.orders[vehicle])))
        orders[best] = column.order
    return orders
