"""The compiled clock: what fits into a day, by the marks that each order has at its places."""

from routing.search.inner.board import EARLY, LATE, LENGTH, NOW, TRAVEL, Board
from routing.search.inner.compiler import compiled
from routing.search.inner.figures import (
    BREAKS,
    CLOSES,
    DEPARTED,
    DONE,
    END,
    FIRST_BREAK,
    FREE,
    GONE,
    LEAST,
    LOAD,
    LOADED,
    MAX_LOAD,
    MAX_TRAVEL,
    MAX_VISITS,
    NEVER,
    NONE,
    OPENS,
    ROW,
    SERVICE,
    SHIFT_TO,
    START,
    WINDOWS,
    WINDOWS_END,
    Figures,
)


@compiled
def served(day: Figures, stop: int, ready: int) -> int:
    """When a visit (or a break) is over for which one is ready; NEVER if all its windows are past."""
    for window in range(day.stops[stop, WINDOWS], day.stops[stop, WINDOWS_END]):
        if ready <= day.windows[window, CLOSES]:
            return int(max(ready, day.windows[window, OPENS]) + day.stops[stop, SERVICE])
    return NEVER


@compiled
def begun(day: Figures, stop: int, by: int) -> int:
    """When a visit (or a break) must begin to be over by then, at the latest; far in the past if it cannot."""
    before = by - day.stops[stop, SERVICE]
    for window in range(day.stops[stop, WINDOWS_END] - 1, day.stops[stop, WINDOWS] - 1, -1):
        if before >= day.windows[window, OPENS]:
            return int(min(before, day.windows[window, CLOSES]))
    return -NEVER


@compiled
def _mark_early(day: Figures, board: Board, crew: int, visits: int) -> bool:
    marks, first, breaks = board.marks, day.crews[crew, FIRST_BREAK], day.crews[crew, BREAKS]
    marks[EARLY, crew, 0, 0] = day.crews[crew, FREE]
    for taken in range(breaks):
        marks[EARLY, crew, taken + 1, 0] = served(day, first + taken, marks[EARLY, crew, taken, 0])
    place, travel = day.crews[crew, START], 0
    for number in range(visits):
        stop = board.order[NOW, crew, number]
        way = day.ways[LEAST, place, day.stops[stop, ROW]]
        travel += way
        place = day.stops[stop, ROW]
        before = NEVER
        for taken in range(breaks + 1):
            ready = min(marks[EARLY, crew, taken, number] + way, NEVER)
            if taken > 0:  # or rested on arriving
                ready = min(ready, served(day, first + taken - 1, before))
            before = ready
            marks[EARLY, crew, taken, number + 1] = served(day, stop, ready)
        for taken in range(breaks):
            rested = served(day, first + taken, marks[EARLY, crew, taken, number + 1])
            marks[EARLY, crew, taken + 1, number + 1] = min(marks[EARLY, crew, taken + 1, number + 1], rested)
        if marks[EARLY, crew, 0, number + 1] >= NEVER:
            return False
    way = day.ways[LEAST, place, day.crews[crew, END]]
    if visits == 0 and day.crews[crew, DEPARTED] == NONE:
        way = 0
    board.state[crew, TRAVEL] = travel + way
    now = marks[EARLY, crew, 0, visits] + way
    for taken in range(breaks):
        now = min(marks[EARLY, crew, taken + 1, visits] + way, served(day, first + taken, now))
    return bool(now <= day.crews[crew, SHIFT_TO])


@compiled
def _mark_late(day: Figures, board: Board, crew: int, visits: int) -> None:
    marks, first, breaks = board.marks, day.crews[crew, FIRST_BREAK], day.crews[crew, BREAKS]
    marks[LATE, crew, breaks, visits] = day.crews[crew, SHIFT_TO]
    for taken in range(breaks - 1, -1, -1):
        marks[LATE, crew, taken, visits] = begun(day, first + taken, marks[LATE, crew, taken + 1, visits])
    after = day.crews[crew, END]
    for number in range(visits - 1, -1, -1):
        stop = board.order[NOW, crew, number]
        way = day.ways[LEAST, day.stops[stop, ROW], after]
        after = day.stops[stop, ROW]
        leaves = -NEVER
        for taken in range(breaks, -1, -1):
            rests = begun(day, first + taken, leaves) if taken < breaks else -NEVER
            leaves = max(marks[LATE, crew, taken, number + 1] - way, rests)
            marks[LATE, crew, taken, number] = begun(day, stop, leaves)
        for taken in range(breaks - 1, -1, -1):
            rests = begun(day, first + taken, marks[LATE, crew, taken + 1, number])
            marks[LATE, crew, taken, number] = max(marks[LATE, crew, taken, number], rests)


@compiled
def mark(day: Figures, board: Board, crew: int) -> bool:
    """Bring the marks of a crew up to date, with its travel; False if its order does not fit.

    Where the hour decides how long a trip takes, they are made of the shortest times, and rule out the impossible alone.
    """
    visits, load = board.state[crew, LENGTH], 0
    for number in range(visits):
        load += day.stops[board.order[NOW, crew, number], LOAD]
    if (
        day.crews[crew, LOADED] + load > day.crews[crew, MAX_LOAD]
        or day.crews[crew, DONE] + visits > day.crews[crew, MAX_VISITS]
        or not _mark_early(day, board, crew, visits)
        or day.crews[crew, GONE] + board.state[crew, TRAVEL] > day.crews[crew, MAX_TRAVEL]
    ):
        return False
    _mark_late(day, board, crew, visits)
    return True


@compiled
def fits(day: Figures, board: Board, crew: int, position: int, stop: int, there: int, on: int) -> bool:
    """Say whether a visit fits between two others, by the marks."""
    marks, first, breaks = board.marks, day.crews[crew, FIRST_BREAK], day.crews[crew, BREAKS]
    arrives = marks[EARLY, crew, 0, position] + there
    leaves = served(day, stop, arrives)
    if leaves + on <= marks[LATE, crew, 0, position]:
        return True
    if leaves >= NEVER:
        return False
    for taken in range(1, breaks + 1):
        pause = first + taken - 1
        arrives = min(marks[EARLY, crew, taken, position] + there, served(day, pause, arrives))
        leaves = min(served(day, stop, arrives), served(day, pause, leaves))
        if leaves + on <= marks[LATE, crew, taken, position]:
            return True
    return False
