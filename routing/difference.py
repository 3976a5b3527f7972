"""What changes from one plan to another, in codes and figures that any language can put into words."""

from dataclasses import dataclass
from enum import StrEnum

from routing.model import Plan


class ChangeKind(StrEnum):
    ANOTHER_CREW = "another-crew"
    ANOTHER_HOUR = "another-hour"
    NOW_PLANNED = "now-planned"
    NOW_LEFT_OUT = "now-left-out"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One visit that is otherwise than before. None stands where it is, or was, in nobody's route."""

    stop: str
    kind: ChangeKind
    from_vehicle: str | None
    to_vehicle: str | None
    from_s: int | None
    to_s: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan in figures; `spread_s` is between the longest and the shortest working time of those who go out."""

    planned: int
    left_out: int
    travel_s: int
    travel_m: int
    spread_s: int


@dataclass(frozen=True, slots=True)
class Difference:
    before: Figures
    after: Figures
    changes: tuple[Change, ...]


def difference(before: Plan, after: Plan, *, tolerance_s: int = 900) -> Difference:
    """Compare two plans, of problems that share stops.

    A visit that begins up to `tolerance_s` earlier or later, with the same crew, is none the worse and is
    not mentioned. Changes stand in the order of the new day, then of the old.
    """
    old, new = _placed(before), _placed(after)
    order = dict.fromkeys((*new, *old))
    changes = [change for stop in order if (change := _change(stop, old, new, tolerance_s)) is not None]
    return Difference(figures(before), figures(after), tuple(changes))


_Place = tuple[str | None, int | None]


def _placed(plan: Plan) -> dict[str, _Place]:
    visits = [(visit.start_s, route.vehicle, visit.stop) for route in plan.routes for visit in route.visits]
    placed: dict[str, _Place] = {stop: (vehicle, start_s) for start_s, vehicle, stop in sorted(visits)}
    return placed | {drop.stop: (None, None) for drop in plan.dropped}


def _change(stop: str, old: dict[str, _Place], new: dict[str, _Place], tolerance_s: int) -> Change | None:
    (was, was_s), (now, now_s) = old.get(stop, (None, None)), new.get(stop, (None, None))
    if stop not in old:
        kind = ChangeKind.NEW
    elif stop not in new:
        kind = ChangeKind.GONE
    elif was_s is None or now_s is None:
        if was_s == now_s:
            return None
        kind = ChangeKind.NOW_PLANNED if was_s is None else ChangeKind.NOW_LEFT_OUT
    elif was != now:
        kind = ChangeKind.ANOTHER_CREW
    elif abs(was_s - now_s) > tolerance_s:
        kind = ChangeKind.ANOTHER_HOUR
    else:
        return None
    return Change(stop, kind, was, now, was_s, now_s)


def figures(plan: Plan) -> Figures:
    """Sum up a plan."""
    work = [route.return_s - route.depart_s for route in plan.routes]
    return Figures(
        sum(len(route.visits) for route in plan.routes),
        len(plan.dropped),
        sum(route.travel_s for route in plan.routes),
        sum(route.travel_m for route in plan.routes),
        max(work, default=0) - min(work, default=0),
    )
