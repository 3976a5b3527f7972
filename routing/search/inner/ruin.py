"""Taking visits out of the day: neighbouring strings, as in Christiaens and Vanden Berghe, «Slack Induction by String Removals».

It is their method of 2020; those that were left out before are tried again beside.
"""

from routing.search.inner.account import hold, settle, share, take_out
from routing.search.inner.board import DICE, FOUND, IS_HELD, LENGTH, NOW, REMOVED, Board
from routing.search.inner.compiler import compiled
from routing.search.inner.figures import NONE, Figures

_MEAN_REMOVED = 10
_LONGEST_STRING = 10
#: How often a string leaves some of its middle standing, and how often one visit more of it.
_SPLIT, _SPARED_MORE = 0.5, 0.5
#: Of the stops left out, so many are tried again each time.
_TRIED_AGAIN = 10
#: How often a day is taken apart around a stop that was left out.
_FOR_THOSE_LEFT_OUT = 0.4
_MASK = 0xFFFFFFFF


@compiled
def roll(board: Board) -> float:
    """Give a number from 0 up to 1, the next of its seed (Marsaglia's xorshift of 32 bits)."""
    dice = board.scratch[FOUND, DICE]
    dice ^= (dice << 13) & _MASK
    dice ^= dice >> 17
    dice ^= (dice << 5) & _MASK
    board.scratch[FOUND, DICE] = dice
    return float(dice) / 4294967296.0


@compiled
def below(board: Board, limit: int) -> int:
    """Give a whole number from 0 up to a limit that is left out."""
    return int(roll(board) * limit)


@compiled
def _cut(day: Figures, board: Board, crew: int, stop: int, length: int, removed: int) -> int:
    """Take a string around a stop out of an order, but perhaps for some in its middle; gives how many are removed by now."""
    visits, at = board.state[crew, LENGTH], 0
    while board.order[NOW, crew, at] != stop:
        at += 1
    length, spared = min(length, visits), 0
    if 1 < length < visits and roll(board) < _SPLIT:
        spared = 1
        while length + spared < visits and roll(board) < _SPARED_MORE:
            spared += 1
    low, high = max(0, at - length - spared + 1), min(at, visits - length - spared)
    first = low + below(board, high - low + 1)
    spared_from = first + 1 + below(board, length - 1) if spared > 0 else visits
    hold(board, crew)
    share(day, board, crew, -1)
    kept = first
    for number in range(first, visits):
        one = board.order[NOW, crew, number]
        if number < first + length + spared and not spared_from <= number < spared_from + spared:
            board.scratch[REMOVED, removed] = one
            removed += 1
            take_out(day, board, one)
        else:
            board.order[NOW, crew, kept] = one
            kept += 1
    board.state[crew, LENGTH] = kept
    settle(day, board, crew)
    return removed


@compiled
def _seed(board: Board) -> int:
    """Choose the stop around which the day is taken apart: now and then one that was left out, to make room for it."""
    stops = len(board.where)
    seed = below(board, stops)
    if roll(board) < _FOR_THOSE_LEFT_OUT:
        for number in range(stops):
            if board.where[(seed + number) % stops] == NONE:
                return (seed + number) % stops
    return seed


@compiled
def ruin(day: Figures, board: Board) -> int:
    """Take neighbouring strings out of the day; gives how many stops are removed."""
    planned, used = 0, 0
    for crew in range(len(day.crews)):
        planned += board.state[crew, LENGTH]
        used += 1 if board.state[crew, LENGTH] > 0 else 0
    if planned == 0:
        return 0
    longest = min(float(_LONGEST_STRING), planned / used)
    strings = int(1 + roll(board) * (4 * _MEAN_REMOVED / (1 + longest) - 1))
    seed = _seed(board)
    removed = 0
    for which in range(-1, day.near.shape[1]):
        stop = seed if which < 0 else day.near[seed, which]
        if strings == 0:
            break
        crew = board.where[stop]
        if crew != NONE and board.state[crew, IS_HELD] == 0:
            removed = _cut(day, board, crew, stop, int(1 + roll(board) * longest), removed)
            strings -= 1
    return removed


@compiled
def again(board: Board, ruined: int) -> int:
    """Add some of the stops that were left out before to those that are to be placed; gives how many these are."""
    stops, removed = len(board.where), ruined
    start = below(board, stops)
    for number in range(stops):
        stop = (start + number) % stops
        if board.where[stop] != NONE:
            continue
        is_new = True
        for other in range(ruined):
            is_new = is_new and board.scratch[REMOVED, other] != stop
        if is_new:
            board.scratch[REMOVED, removed] = stop
            removed += 1
            if removed - ruined == _TRIED_AGAIN:
                break
    return removed
