"""A day under the compiled search: who has which stops in which order, with the marks that say what still fits."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from routing.quick import Order
from routing.search.inner.figures import BREAKS, NONE, Block, Figures, Line, Stack, Table

#: So many ways through a day are remembered at a stop, for each number of breaks taken.
LABELS = 12
# Layers of `order`: the day as it is, what it goes back to where a change is not accepted, and the best day.
NOW, HELD, BEST = range(3)
# Layers of `marks`: the earliest leaving after the first i visits with k breaks taken, and the latest arrival at what
# comes next that leaves room for all the rest.
EARLY, LATE = range(2)
# Columns of `state`.
LENGTH, TRAVEL, MOVED, WORK_S, HELD_LENGTH, IS_HELD, BEST_LENGTH = range(7)
# Rows of `scratch`.
REMOVED, RANK, TRIAL, SEEN_KINDS, SEEN_CREWS, FOUND, TOTALS = range(7)
# Places in FOUND: what a walk found, the best position for a stop, and the dice.
FOUND_TRAVEL, FOUND_MOVED, FOUND_WORK_S, POSITION, DICE = range(5)
# Places in TOTALS.
ROAD, LEFT_OUT, WORKED, WORK_SQUARES, VISITS, VISIT_SQUARES = range(6)


class Board(NamedTuple):
    """`where` is the crew of each stop, `labels` the ways that a walk follows (behind them how many there are)."""

    order: Block
    marks: Stack
    state: Table
    where: Line
    labels: Stack
    scratch: Table


def board_of(figures: Figures, seed: int) -> Board:
    """Give an empty day."""
    crews, stops = len(figures.crews), len(figures.near)
    deep = 1 + int(figures.crews[:, BREAKS].max(initial=0))
    room = stops + 2
    board = Board(
        np.zeros((3, crews, room), dtype=np.int64),
        np.zeros((2, crews, deep, room), dtype=np.int64),
        np.zeros((crews, 7), dtype=np.int64),
        np.full(stops, NONE, dtype=np.int64),
        np.zeros((2, deep, LABELS + 1, 4), dtype=np.int64),
        np.zeros((7, max(room, crews + 1, 6)), dtype=np.int64),
    )
    board.scratch[FOUND, DICE] = (seed * 2_654_435_761 + 88_675_123) % 4_294_967_295 + 1
    return board


def lay(board: Board, orders: Mapping[int, Order]) -> None:
    """Put orders on the board; whoever searches it brings its marks up to date first."""
    board.state[:, LENGTH] = 0
    board.where[:] = NONE
    for crew, order in orders.items():
        board.order[NOW, crew, : len(order)] = order
        board.state[crew, LENGTH] = len(order)
        board.where[list(order)] = crew


def read(board: Board, numbers: Line) -> dict[int, Order]:
    """Give the day as it is, in the numbers of the rest of the house."""
    return _read(board.order[NOW], board.state[:, LENGTH], numbers)


def read_best(board: Board, numbers: Line) -> dict[int, Order]:
    """Give the best day that was found."""
    return _read(board.order[BEST], board.state[:, BEST_LENGTH], numbers)


def _read(order: Table, lengths: Line, numbers: Line) -> dict[int, Order]:
    return {
        crew: tuple(numbers[order[crew, :length]].tolist()) for crew, length in enumerate(lengths.tolist())
    }
