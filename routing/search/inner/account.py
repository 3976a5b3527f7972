"""What the day on the board costs, kept up to date with every order that changes."""

from routing.search.inner.board import (
    FOUND,
    FOUND_MOVED,
    FOUND_TRAVEL,
    FOUND_WORK_S,
    HELD,
    HELD_LENGTH,
    IS_HELD,
    LATE,
    LEFT_OUT,
    LENGTH,
    MOVED,
    NOW,
    ROAD,
    TOTALS,
    TRAVEL,
    VISIT_SQUARES,
    VISITS,
    WORK_S,
    WORK_SQUARES,
    WORKED,
    Board,
)
from routing.search.inner.clock import mark
from routing.search.inner.compiler import compiled
from routing.search.inner.figures import (
    BREAKS,
    CREW_PRICE,
    DEPARTED,
    DONE,
    END,
    HAS_HOURS,
    HOURS_EVEN,
    MAX_DURATION,
    NEVER,
    NO_LIMIT,
    NONE,
    PRICE,
    PROMISED_TO,
    START,
    USUAL,
    VISITS_EVEN,
    Figures,
)
from routing.search.inner.trips import is_rushed
from routing.search.inner.walk import walk

_HOUR_S = 3_600.0


@compiled
def share(day: Figures, board: Board, crew: int, sign: int) -> None:
    """Add the part of a crew to the totals, or take it away."""
    work, visits = board.state[crew, WORK_S], board.state[crew, LENGTH] + day.crews[crew, DONE]
    board.scratch[TOTALS, ROAD] += sign * (board.state[crew, TRAVEL] + board.state[crew, MOVED])
    board.scratch[TOTALS, WORKED] += sign * work
    board.scratch[TOTALS, WORK_SQUARES] += sign * work * work
    board.scratch[TOTALS, VISITS] += sign * visits
    board.scratch[TOTALS, VISIT_SQUARES] += sign * visits * visits


@compiled
def is_walked(day: Figures, crew: int) -> bool:
    """Say whether the marks alone do not tell what fits and what it costs."""
    return bool(day.weights[HAS_HOURS] > 0 or is_rushed(day) or day.crews[crew, MAX_DURATION] < NO_LIMIT)


@compiled
def owed(day: Figures, crew: int, stop: int) -> int:
    """What it costs that this crew makes a visit that another may have been promised for."""
    is_other = day.stops[stop, PROMISED_TO] != NONE and day.stops[stop, PROMISED_TO] != crew
    return day.stops[stop, CREW_PRICE] if is_other else 0


@compiled
def settle(day: Figures, board: Board, crew: int) -> bool:
    """Bring marks, price and totals of a crew up to date with its order; False if that does not fit, and nothing is added.

    Its former part must be out of the totals.
    """
    visits, is_out = board.state[crew, LENGTH], day.crews[crew, DEPARTED] != NONE
    is_well = mark(day, board, crew)
    board.state[crew, MOVED] = 0
    board.state[crew, WORK_S] = 0
    if visits == 0 and not is_well:
        # What has happened is a day, also one that can take nothing more.
        for taken in range(day.crews[crew, BREAKS] + 1):
            board.marks[LATE, crew, taken, 0] = -NEVER
        way = day.ways[USUAL, day.crews[crew, START], day.crews[crew, END]]
        board.state[crew, TRAVEL] = way if is_out else 0
        is_well = True
    elif is_well and (visits > 0 or is_out):
        if day.weights[HOURS_EVEN] > 0 or is_walked(day, crew):
            is_well = walk(day, board, crew, board.order[NOW, crew], visits)
            if is_well:
                board.state[crew, TRAVEL] = board.scratch[FOUND, FOUND_TRAVEL]
                board.state[crew, MOVED] = board.scratch[FOUND, FOUND_MOVED]
                board.state[crew, WORK_S] = board.scratch[FOUND, FOUND_WORK_S]
            is_well = is_well or visits == 0
        else:
            for number in range(visits):
                board.state[crew, MOVED] += owed(day, crew, board.order[NOW, crew, number])
    if is_well:
        share(day, board, crew, 1)
    return is_well


@compiled
def cost(day: Figures, board: Board) -> float:
    """What the day on the board costs."""
    totals, crews = board.scratch[TOTALS], float(max(1, len(day.crews)))
    price = float(totals[ROAD] + totals[LEFT_OUT])
    if day.weights[HOURS_EVEN] > 0:
        squares = crews * totals[WORK_SQUARES] - float(totals[WORKED]) * totals[WORKED]
        price += day.weights[HOURS_EVEN] * squares / (crews * _HOUR_S * _HOUR_S)
    if day.weights[VISITS_EVEN] > 0:
        squares = crews * totals[VISIT_SQUARES] - float(totals[VISITS]) * totals[VISITS]
        price += day.weights[VISITS_EVEN] * squares / crews
    return price


@compiled
def uneven(day: Figures, board: Board, crew: int, work: float) -> float:
    """What it costs in evenness that a crew works so long, with one visit more."""
    totals, crews, price = board.scratch[TOTALS], float(max(1, len(day.crews))), 0.0
    if day.weights[HOURS_EVEN] > 0:
        now, before = float(board.state[crew, WORK_S]), float(totals[WORKED])
        after = before + work - now
        squares = crews * (work * work - now * now) - after * after + before * before
        price += day.weights[HOURS_EVEN] * squares / (crews * _HOUR_S * _HOUR_S)
    if day.weights[VISITS_EVEN] > 0:
        count = board.state[crew, LENGTH] + day.crews[crew, DONE]
        price += day.weights[VISITS_EVEN] * (crews * (2 * count + 1) - 2 * totals[VISITS] - 1) / crews
    return price


@compiled
def clear(day: Figures, board: Board) -> None:
    """Bring a day that was laid anew up to date; orders that do not fit are left out."""
    for total in range(VISIT_SQUARES + 1):
        board.scratch[TOTALS, total] = 0
    for crew in range(len(day.crews)):
        if not settle(day, board, crew):
            for number in range(board.state[crew, LENGTH]):
                board.where[board.order[NOW, crew, number]] = NONE
            board.state[crew, LENGTH] = 0
            settle(day, board, crew)
    for stop in range(len(board.where)):
        if board.where[stop] == NONE:
            board.scratch[TOTALS, LEFT_OUT] += day.stops[stop, PRICE]


@compiled
def hold(board: Board, crew: int) -> None:
    """Remember the order of a crew before it is changed for the first time."""
    if board.state[crew, IS_HELD] == 0:
        board.state[crew, IS_HELD] = 1
        board.state[crew, HELD_LENGTH] = board.state[crew, LENGTH]
        for number in range(board.state[crew, LENGTH]):
            board.order[HELD, crew, number] = board.order[NOW, crew, number]


@compiled
def release(board: Board) -> None:
    """Forget what was held."""
    for crew in range(len(board.state)):
        board.state[crew, IS_HELD] = 0


@compiled
def take_out(day: Figures, board: Board, stop: int) -> None:
    """Nobody has this stop any more."""
    board.where[stop] = NONE
    board.scratch[TOTALS, LEFT_OUT] += day.stops[stop, PRICE]


@compiled
def put_in(day: Figures, board: Board, crew: int, stop: int) -> None:
    """A crew has this stop now."""
    board.where[stop] = crew
    board.scratch[TOTALS, LEFT_OUT] -= day.stops[stop, PRICE]


@compiled
def restore(day: Figures, board: Board) -> None:
    """Go back to what was held."""
    for crew in range(len(day.crews)):
        if board.state[crew, IS_HELD] == 1:
            for number in range(board.state[crew, LENGTH]):
                take_out(day, board, board.order[NOW, crew, number])
            share(day, board, crew, -1)
    for crew in range(len(day.crews)):
        if board.state[crew, IS_HELD] == 1:
            board.state[crew, LENGTH] = board.state[crew, HELD_LENGTH]
            for number in range(board.state[crew, LENGTH]):
                board.order[NOW, crew, number] = board.order[HELD, crew, number]
                put_in(day, board, crew, board.order[NOW, crew, number])
            settle(day, board, crew)
    release(board)
