"""The turns of the compiled search: each takes some visits out, puts them back, and keeps the day or goes back to the last."""

import math

from routing.search.inner.account import clear, cost, release, restore
from routing.search.inner.board import BEST, BEST_LENGTH, LENGTH, NOW, Board
from routing.search.inner.compiler import compiled
from routing.search.inner.figures import Figures
from routing.search.inner.recreate import recreate
from routing.search.inner.ruin import again, roll, ruin

#: A day is better if it is by more than what sums of floats differ by.
_BETTER = 1e-6


@compiled
def _keep(board: Board) -> None:
    """Remember the day as the best."""
    for crew in range(len(board.state)):
        board.state[crew, BEST_LENGTH] = board.state[crew, LENGTH]
        for number in range(board.state[crew, LENGTH]):
            board.order[BEST, crew, number] = board.order[NOW, crew, number]


@compiled
def begin(day: Figures, board: Board) -> float:
    """Bring a laid day up to date, and take it for the best; gives its price."""
    clear(day, board)
    release(board)
    _keep(board)
    return cost(day, board)


@compiled
def make(day: Figures, board: Board, best: float, turns: int, heat: float) -> float:
    """Make so many turns; gives the price of the best day, which was `best` before.

    A day that is worse is accepted where it is by no more than `heat` seconds, on average.
    """
    now = cost(day, board)
    for _ in range(turns):
        recreate(day, board, again(board, ruin(day, board)))
        new = cost(day, board)
        if new - now < -heat * math.log(1.0 - roll(board)):
            now = new
            release(board)
            if new < best - _BETTER:
                best = new
                _keep(board)
        else:
            restore(day, board)
    return best
