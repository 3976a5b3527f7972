"""Putting visits back where the whole price rises least, now and then overlooking a position."""

from routing.search.inner.account import hold, is_walked, owed, put_in, settle, share, take_out, uneven
from routing.search.inner.board import (
    EARLY,
    FOUND,
    FOUND_MOVED,
    FOUND_TRAVEL,
    FOUND_WORK_S,
    LATE,
    LENGTH,
    MOVED,
    NOW,
    POSITION,
    RANK,
    REMOVED,
    SEEN_CREWS,
    SEEN_KINDS,
    TOTALS,
    TRAVEL,
    TRIAL,
    WORK_S,
    WORKED,
    Board,
)
from routing.search.inner.clock import fits
from routing.search.inner.compiler import compiled
from routing.search.inner.figures import (
    BREAKS,
    CLOSES,
    DEPARTED,
    DONE,
    END,
    GONE,
    HOURS_EVEN,
    KIND,
    LEAST,
    LOAD,
    LOADED,
    MAX_LOAD,
    MAX_TRAVEL,
    MAX_VISITS,
    MAY,
    NEVER,
    NO_LIMIT,
    NONE,
    OPENS,
    PRICE,
    PROMISED_TO,
    ROW,
    SERVICE,
    START,
    WINDOWS,
    WINDOWS_END,
    Figures,
)
from routing.search.inner.ruin import below, roll
from routing.search.inner.trips import is_rushed
from routing.search.inner.walk import walk

_OVERLOOKED = 0.01
#: A day with more crews is searched near the visit alone: the crews of so many of its neighbours.
_FEW_CREWS = 16
_NEIGHBOURS = 25
#: Of each meaning of «hard to place», how often of 20 it leads: little time, dear, few crews, early, late, long, dear for
#: its length; else by chance.
_LITTLE_TIME, _DEAR, _FEW_CREWS_MAY, _EARLY, _LATE, _LONG, _DEAR_FOR_LENGTH, _MEANINGS = (
    4,
    8,
    10,
    12,
    13,
    14,
    15,
    20,
)
_FINE = 1_000.0


@compiled
def _hardness(day: Figures, stop: int, meaning: int, chance: float) -> float:
    """Give a figure that is smaller where a stop is harder to place."""
    first, last = day.stops[stop, WINDOWS], day.stops[stop, WINDOWS_END] - 1
    figure = 0.0
    if meaning < _LITTLE_TIME:
        for window in range(first, last + 1):
            figure += day.windows[window, CLOSES] - day.windows[window, OPENS]
    elif meaning < _DEAR:
        return float(-day.stops[stop, PRICE] * (0.5 + chance))
    elif meaning < _FEW_CREWS_MAY:
        for crew in range(len(day.crews)):
            figure += day.stops[stop, MAY + crew]
    elif meaning < _EARLY:
        figure = float(day.windows[first, OPENS])
    elif meaning < _LATE:
        figure = -float(day.windows[last, CLOSES])
    elif meaning < _LONG:
        figure = -float(day.stops[stop, SERVICE])
    elif meaning < _DEAR_FOR_LENGTH:
        figure = -day.stops[stop, PRICE] / (600.0 + day.stops[stop, SERVICE])
    return figure + chance


@compiled
def _sort(day: Figures, board: Board, removed: int) -> None:
    """Put what is hard to place first: by one of several meanings of hard, or none."""
    meaning, scratch = below(board, _MEANINGS), board.scratch
    for number in range(removed):
        stop = scratch[REMOVED, number]
        rank = int(_hardness(day, stop, meaning, roll(board)) * _FINE)
        at = number
        while at > 0 and scratch[RANK, at - 1] > rank:
            scratch[RANK, at] = scratch[RANK, at - 1]
            scratch[REMOVED, at] = scratch[REMOVED, at - 1]
            at -= 1
        scratch[RANK, at] = rank
        scratch[REMOVED, at] = stop


@compiled
def _look_around(day: Figures, board: Board, stop: int, is_wide: bool) -> None:
    """Note the crews of a stop's neighbours, and the one that it was promised to."""
    for number in range(len(day.crews) + 1):
        board.scratch[SEEN_KINDS, number] = 0
        board.scratch[SEEN_CREWS, number] = 0
    if not is_wide:
        for number in range(min(_NEIGHBOURS, day.near.shape[1])):
            crew = board.where[day.near[stop, number]]
            if crew != NONE:
                board.scratch[SEEN_CREWS, crew] = 1
        if day.stops[stop, PROMISED_TO] != NONE:
            board.scratch[SEEN_CREWS, day.stops[stop, PROMISED_TO]] = 1


@compiled
def _insert(day: Figures, board: Board, crew: int, at: int, stop: int) -> bool:
    """Put a stop into an order; if it does not fit after all, nothing is changed."""
    hold(board, crew)
    share(day, board, crew, -1)
    for number in range(board.state[crew, LENGTH], at, -1):
        board.order[NOW, crew, number] = board.order[NOW, crew, number - 1]
    board.order[NOW, crew, at] = stop
    board.state[crew, LENGTH] += 1
    put_in(day, board, crew, stop)
    if settle(day, board, crew):
        return True
    board.state[crew, LENGTH] -= 1
    for number in range(at, board.state[crew, LENGTH]):
        board.order[NOW, crew, number] = board.order[NOW, crew, number + 1]
    take_out(day, board, stop)
    settle(day, board, crew)
    return False


@compiled
def _row_at(day: Figures, board: Board, crew: int, number: int) -> int:
    """Give the row of a visit, of the start before them, or of the end behind them."""
    if number < 0:
        return int(day.crews[crew, START])
    if number == board.state[crew, LENGTH]:
        return int(day.crews[crew, END])
    return int(day.stops[board.order[NOW, crew, number], ROW])


@compiled
def _has_room(day: Figures, board: Board, crew: int, stop: int) -> bool:
    """Say whether a crew may take one visit more, and can carry it."""
    if day.crews[crew, DONE] + board.state[crew, LENGTH] + 1 > day.crews[crew, MAX_VISITS]:
        return False
    if day.crews[crew, MAX_LOAD] == NO_LIMIT:
        return True
    load = day.crews[crew, LOADED] + day.stops[stop, LOAD]
    for number in range(board.state[crew, LENGTH]):
        load += day.stops[board.order[NOW, crew, number], LOAD]
    return bool(load <= day.crews[crew, MAX_LOAD])


@compiled
def _walked(day: Figures, board: Board, crew: int, position: int, stop: int) -> float:
    """Give what a stop at a position costs all in all, by a walk; infinite if it does not fit."""
    trial, found, visits = board.scratch[TRIAL], board.scratch[FOUND], board.state[crew, LENGTH]
    for number in range(position):
        trial[number] = board.order[NOW, crew, number]
    trial[position] = stop
    for number in range(position, visits):
        trial[number + 1] = board.order[NOW, crew, number]
    if not walk(day, board, crew, trial, visits + 1):
        return float("inf")
    if day.crews[crew, GONE] + found[FOUND_TRAVEL] > day.crews[crew, MAX_TRAVEL]:
        return float("inf")
    extra = found[FOUND_TRAVEL] + found[FOUND_MOVED] - board.state[crew, TRAVEL] - board.state[crew, MOVED]
    return float(extra) + uneven(day, board, crew, float(found[FOUND_WORK_S]))


@compiled
def _extra(day: Figures, board: Board, crew: int, position: int, stop: int) -> int:
    """Give what a visit at a position adds to the way; NEVER if the marks say that it does not fit."""
    closes = day.windows[day.stops[stop, WINDOWS_END] - 1, CLOSES]
    opens = day.windows[day.stops[stop, WINDOWS], OPENS] + day.stops[stop, SERVICE]
    if (
        board.marks[EARLY, crew, 0, position] > closes
        or board.marks[LATE, crew, day.crews[crew, BREAKS], position] < opens
    ):
        return NEVER
    row = day.stops[stop, ROW]
    before, after = _row_at(day, board, crew, position - 1), _row_at(day, board, crew, position)
    there, on = day.ways[LEAST, before, row], day.ways[LEAST, row, after]
    is_idle = board.state[crew, LENGTH] == 0 and day.crews[crew, DEPARTED] == NONE
    extra = int(there + on - (0 if is_idle else day.ways[LEAST, before, after]))
    farthest = day.crews[crew, MAX_TRAVEL] - day.crews[crew, GONE] - board.state[crew, TRAVEL]
    if (extra > farthest and not is_rushed(day)) or not fits(day, board, crew, position, stop, there, on):
        return NEVER
    return extra


@compiled
def _evenly(day: Figures, board: Board, crew: int, stop: int, limit: float) -> float:
    """Where evenness counts only a walk tells a price: that of the nearest position, if a working time may be worth it."""
    nearest, at = NEVER, NONE
    for position in range(board.state[crew, LENGTH] + 1):
        extra = _extra(day, board, crew, position, stop)
        if extra < nearest and roll(board) >= _OVERLOOKED:
            nearest, at = extra, position
    if at == NONE:
        return limit
    # A crew hardly works less with a visit more, and what it works costs least at the mean of the others.
    mean = (board.scratch[TOTALS, WORKED] - board.state[crew, WORK_S]) / max(1, len(day.crews) - 1)
    least = uneven(day, board, crew, max(float(board.state[crew, WORK_S]), mean))
    if nearest + owed(day, crew, stop) + least >= limit:
        return limit
    price = _walked(day, board, crew, at, stop)
    board.scratch[FOUND, POSITION] = at
    return min(limit, price)


@compiled
def _best_of(day: Figures, board: Board, crew: int, stop: int, limit: float) -> float:
    """Give the least price of a stop in a crew's day, if below a limit; its position is in POSITION."""
    if not _has_room(day, board, crew, stop):
        return limit
    if day.weights[HOURS_EVEN] > 0:
        return _evenly(day, board, crew, stop, limit)
    needs_walk, is_sure = is_walked(day, crew), not is_rushed(day)
    least = owed(day, crew, stop) + uneven(day, board, crew, 0.0)
    for position in range(board.state[crew, LENGTH] + 1):
        extra = _extra(day, board, crew, position, stop)
        # In a rush the extra way is not sure.
        if extra >= NEVER or (is_sure and extra + least >= limit) or roll(board) < _OVERLOOKED:
            continue
        price = extra + least
        if needs_walk:
            price = _walked(day, board, crew, position, stop)
        if price < limit:
            limit = price
            board.scratch[FOUND, POSITION] = position
    return limit


@compiled
def _place(day: Figures, board: Board, stop: int) -> bool:
    """Put a stop where it costs least, if that is less than leaving it out."""
    limit, chosen, at = float(day.stops[stop, PRICE]), NONE, 0
    is_wide = len(day.crews) <= _FEW_CREWS
    _look_around(day, board, stop, is_wide)
    for crew in range(len(day.crews)):
        if day.stops[stop, MAY + crew] == 0:
            continue
        if board.state[crew, LENGTH] == 0:
            # Of crews that are alike and still at home, the first stands for all.
            if board.scratch[SEEN_KINDS, day.crews[crew, KIND]] == 1:
                continue
            board.scratch[SEEN_KINDS, day.crews[crew, KIND]] = 1
        elif not is_wide and board.scratch[SEEN_CREWS, crew] == 0:
            continue
        price = _best_of(day, board, crew, stop, limit)
        if price < limit:
            limit, chosen, at = price, crew, board.scratch[FOUND, POSITION]
    return chosen != NONE and _insert(day, board, chosen, at, stop)


@compiled
def recreate(day: Figures, board: Board, removed: int) -> None:
    """Put the removed stops back, as far as that costs less than leaving them out."""
    _sort(day, board, removed)
    for number in range(removed):
        _place(day, board, board.scratch[REMOVED, number])
