"""Our own search: take a handful of neighbouring visits out of a day and put them back better, thousands of times a second.

Worse days are accepted less and less (simulated annealing). The inner loops are compiled. They run in short stretches, so that whoever waits hears of every better day and can end it.
"""

from collections.abc import Callable, Mapping

import numpy as np

from routing.quick import Order, Quick
from routing.search.inner.board import board_of, lay, read, read_best
from routing.search.inner.figures import LEAST, ROW, Figures, figures_of, open_numbers, to_figures
from routing.search.inner.turns import begin, make
from routing.search.pool import Pool

#: Temperatures, as shares of a mean trip.
_WARM, _COLD = 30.0, 0.3
#: A search that makes fewer turns for each stop begins cooler: it has no time to mend what it spoils.
_TURNS_A_STOP = 200
_TRIPS_A_STOP = 5
#: Turns between two looks at the clock, at first and at most.
_FIRST_STRETCH, _LONGEST_STRETCH = 4, 256
#: A look at the clock after so small a share of the search.
_STRETCH = 0.005


def improve(
    quick: Quick,
    start: Mapping[int, Order],
    *,
    seed: int,
    pool: Pool,
    progress: Callable[[int], float],
    on_best: Callable[[Mapping[int, Order]], None],
    turns: int | None = None,
) -> dict[int, Order]:
    """Search from a day, and give the best orders found.

    `progress` is asked with the number of turns made, and ends the search with 1 or more; in between it says which share is
    over. `on_best` hears of every better day. Where `turns` are counted, stretches do not depend on the clock.
    """
    figures = figures_of(quick)
    board = board_of(figures, seed)
    lay(board, to_figures(quick, start))
    cost = begin(figures, board)
    numbers = np.array(open_numbers(quick), dtype=np.int64)
    heat = _Heat(figures)
    made, stretch = (
        0,
        _FIRST_STRETCH if turns is None else max(1, min(_LONGEST_STRETCH, int(turns * _STRETCH))),
    )
    while (share := progress(made)) < 1:
        stretch = _next_stretch(stretch, share, made) if turns is None else min(stretch, turns - made)
        found = make(figures, board, cost, stretch, heat.at(share, made))
        made += stretch
        pool.add_all(read(board, numbers))
        if found < cost:
            cost = found
            better = read_best(board, numbers)
            pool.add_all(better)
            on_best(better)
    return read_best(board, numbers)


def _next_stretch(stretch: int, share: float, made: int) -> int:
    """Give the turns that take a small share of the time, as far as one knows by now."""
    if share <= 0 or made == 0:
        return stretch
    return max(1, min(_LONGEST_STRETCH, 2 * stretch, int(made / share * _STRETCH)))


class _Heat:
    """How much worse a day may get, on average, in seconds."""

    def __init__(self, figures: Figures) -> None:
        self._stops = max(1, len(figures.near))
        near = figures.near[:, :_TRIPS_A_STOP]
        rows = figures.stops[:, ROW]
        trips = figures.ways[LEAST, rows[: len(near), None], rows[near]]
        self._trip_s = max(1.0, float(trips.mean()) if trips.size else 0.0)

    def at(self, share: float, made: int) -> float:
        """Give the heat when this share of the search is over, after so many turns."""
        expected = made / share if share > 0 else made
        warm = max(_COLD, _WARM * min(1.0, expected / (_TURNS_A_STOP * self._stops)) ** 2)
        cooled: float = (_COLD / warm) ** share
        return self._trip_s * warm * cooled
