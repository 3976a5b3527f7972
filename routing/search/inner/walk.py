"""A walk through one order with all that only a walk tells: promised hours, rushes, working time from departure to return.

It answers as the exact clock (`routing.schedule`) does, but for roundings in a rush and for the rare day that needs more
than `LABELS` ways at once; under a limit on duration it finds days that the exact clock overlooks. What comes out of a
search is timed by the exact clock in any case.

A label is one way through the day so far: for every departure d with first ≤ d ≤ last it ends at d + length, for a price.
"""

from routing.search.inner.board import FOUND, FOUND_MOVED, FOUND_TRAVEL, FOUND_WORK_S, LABELS, Board
from routing.search.inner.clock import served
from routing.search.inner.compiler import compiled
from routing.search.inner.figures import (
    BREAKS,
    CLOSES,
    CREW_PRICE,
    DEPARTED,
    END,
    FIRST_BREAK,
    FREE,
    HOUR_PRICE,
    HOURS_EVEN,
    MAX_DURATION,
    NEVER,
    NO_LIMIT,
    NONE,
    OPENS,
    PROMISE_CLOSES,
    PROMISE_OPENS,
    PROMISED_TO,
    ROW,
    SERVICE,
    SHIFT_TO,
    START,
    USUAL,
    WINDOWS,
    WINDOWS_END,
    Figures,
    Line,
)
from routing.search.inner.trips import arrival, departure, is_rushed

# Parts of a label.
FIRST, LAST, LENGTH_S, PRICE_S = range(4)


@compiled
def _add(board: Board, now: int, taken: int, first: int, last: int, length: int, price: int) -> None:
    """Keep a way unless another is as early, as short, as late to leave and as cheap."""
    labels = board.labels
    known, kept = labels[now, taken, LABELS, 0], 0
    for which in range(known):
        if (
            labels[now, taken, which, PRICE_S] <= price
            and labels[now, taken, which, LAST] >= last
            and labels[now, taken, which, LENGTH_S] <= length
            and labels[now, taken, which, FIRST] + labels[now, taken, which, LENGTH_S] <= first + length
        ):
            return
    for which in range(known):
        if not (
            price <= labels[now, taken, which, PRICE_S]
            and last >= labels[now, taken, which, LAST]
            and length <= labels[now, taken, which, LENGTH_S]
            and first + length <= labels[now, taken, which, FIRST] + labels[now, taken, which, LENGTH_S]
        ):
            if kept != which:
                for part in range(4):
                    labels[now, taken, kept, part] = labels[now, taken, which, part]
            kept += 1
    labels[now, taken, LABELS, 0] = kept
    if kept < LABELS:
        labels[now, taken, kept, FIRST] = first
        labels[now, taken, kept, LAST] = last
        labels[now, taken, kept, LENGTH_S] = length
        labels[now, taken, kept, PRICE_S] = price
        labels[now, taken, LABELS, 0] = kept + 1


@compiled
def _set_out(day: Figures, board: Board, crew: int) -> None:
    """Be ready to leave, with any number of breaks taken before: at home they move nothing but the departure."""
    labels = board.labels
    departed, free = day.crews[crew, DEPARTED], day.crews[crew, FREE]
    is_open = (
        departed == NONE
        and not is_rushed(day)
        and (day.weights[HOURS_EVEN] > 0 or day.crews[crew, MAX_DURATION] < NO_LIMIT)
    )
    for taken in range(day.crews[crew, BREAKS] + 1):
        labels[0, taken, LABELS, 0] = 0
    over = free
    for taken in range(day.crews[crew, BREAKS] + 1):
        if taken > 0:
            over = served(day, day.crews[crew, FIRST_BREAK] + taken - 1, over)
        if over >= NEVER:
            break
        if departed != NONE:
            _add(board, 0, taken, free, free, over - free, 0)
        elif not is_open:
            _add(board, 0, taken, over, over, 0, 0)
        elif over <= day.crews[crew, SHIFT_TO]:
            _add(board, 0, taken, over, day.crews[crew, SHIFT_TO], 0, 0)


@compiled
def _go(day: Figures, board: Board, now: int, crew: int, start: int, end: int) -> None:
    """Go on to the next place."""
    labels = board.labels
    for taken in range(day.crews[crew, BREAKS] + 1):
        for which in range(board.labels[now, taken, LABELS, 0]):
            if not is_rushed(day):
                labels[now, taken, which, LENGTH_S] += day.ways[USUAL, start, end]
            else:
                leaves = labels[now, taken, which, FIRST] + labels[now, taken, which, LENGTH_S]
                took = arrival(day, start, end, leaves) - leaves
                labels[now, taken, which, LENGTH_S] += took
                labels[now, taken, which, PRICE_S] += took


@compiled
def _begin(
    board: Board,
    now: int,
    taken: int,
    which: int,
    then: int,
    more: int,
    opens: int,
    closes: int,
    length: int,
    price: int,
) -> bool:
    """Begin something that lasts so long while a window is open, later than a way has come; False if that is past."""
    first, last = board.labels[now, taken, which, FIRST], board.labels[now, taken, which, LAST]
    so_far, paid = board.labels[now, taken, which, LENGTH_S], board.labels[now, taken, which, PRICE_S]
    if first + so_far > closes:
        return False
    if last + so_far < opens:
        first, so_far = last, opens - last
    else:
        first, last = max(first, opens - so_far), min(last, closes - so_far)
    _add(board, then, more, first, last, so_far + length, paid + price)
    return True


@compiled
def _rest(day: Figures, board: Board, now: int, crew: int) -> None:
    """Let each way also take its next breaks here and now."""
    for taken in range(day.crews[crew, BREAKS]):
        pause = day.crews[crew, FIRST_BREAK] + taken
        for which in range(board.labels[now, taken, LABELS, 0]):
            for window in range(day.stops[pause, WINDOWS], day.stops[pause, WINDOWS_END]):
                _begin(
                    board,
                    now,
                    taken,
                    which,
                    now,
                    taken + 1,
                    day.windows[window, OPENS],
                    day.windows[window, CLOSES],
                    day.stops[pause, SERVICE],
                    0,
                )


@compiled
def _leave_late(day: Figures, board: Board, now: int, crew: int, stop: int, start: int) -> None:
    """In a rush a crew that would wait at its first visit leaves later instead, at what the trip then takes."""
    labels, row = board.labels, day.stops[stop, ROW]
    for taken in range(day.crews[crew, BREAKS] + 1):
        for which in range(board.labels[now, taken, LABELS, 0]):
            first, length = labels[now, taken, which, FIRST], labels[now, taken, which, LENGTH_S]
            if first + length != arrival(day, start, row, first):
                continue  # it has rested on arriving
            for window in range(day.stops[stop, WINDOWS], day.stops[stop, WINDOWS_END]):
                opens = day.windows[window, OPENS]
                if first + length <= day.windows[window, CLOSES]:
                    if first + length < opens:
                        late = max(first, departure(day, start, row, opens))
                        took = arrival(day, start, row, late) - late
                        labels[now, taken, which, FIRST] = late
                        labels[now, taken, which, LAST] = late
                        labels[now, taken, which, LENGTH_S] = took
                        labels[now, taken, which, PRICE_S] += took - length
                    break


@compiled
def _serve(day: Figures, board: Board, now: int, crew: int, stop: int, start: int) -> bool:
    """Make a visit in each way that its windows allow; False if there is none. `start` is where a first visit is reached from."""
    breaks = day.crews[crew, BREAKS]
    service, promised = day.stops[stop, SERVICE], day.stops[stop, HOUR_PRICE] > 0
    for taken in range(breaks + 1):
        board.labels[1 - now, taken, LABELS, 0] = 0
    if start != NONE and is_rushed(day) and day.crews[crew, DEPARTED] == NONE:
        _leave_late(day, board, now, crew, stop, start)
    is_any = False
    for taken in range(breaks + 1):
        for which in range(board.labels[now, taken, LABELS, 0]):
            for window in range(day.stops[stop, WINDOWS], day.stops[stop, WINDOWS_END]):
                opens, closes = day.windows[window, OPENS], day.windows[window, CLOSES]
                is_begun = _begin(
                    board,
                    now,
                    taken,
                    which,
                    1 - now,
                    taken,
                    opens,
                    closes,
                    service,
                    day.stops[stop, HOUR_PRICE],
                )
                if promised:
                    kept_from = max(opens, day.stops[stop, PROMISE_OPENS])
                    kept_to = min(closes, day.stops[stop, PROMISE_CLOSES])
                    if kept_from <= kept_to:
                        _begin(board, now, taken, which, 1 - now, taken, kept_from, kept_to, service, 0)
                is_any = is_any or is_begun
    return is_any


@compiled
def _return(day: Figures, board: Board, now: int, crew: int) -> bool:
    """Take the cheapest way, and of those the shortest, that is over in time with all breaks taken; False if none is."""
    labels, breaks, first_break = board.labels, day.crews[crew, BREAKS], day.crews[crew, FIRST_BREAK]
    departed = day.crews[crew, DEPARTED]
    best_price, best_length = NEVER, NEVER
    for taken in range(breaks + 1):
        for which in range(board.labels[now, taken, LABELS, 0]):
            length, price = labels[now, taken, which, LENGTH_S], labels[now, taken, which, PRICE_S]
            over = labels[now, taken, which, FIRST] + length
            if departed != NONE:
                length = over - departed
            for pause in range(first_break + taken, first_break + breaks):
                over = served(day, pause, over)
            if over > day.crews[crew, SHIFT_TO] or length > day.crews[crew, MAX_DURATION]:
                continue
            if price < best_price or (price == best_price and length < best_length):
                best_price, best_length = price, length
    board.scratch[FOUND, FOUND_MOVED] = best_price
    board.scratch[FOUND, FOUND_WORK_S] = best_length
    return best_price < NEVER


@compiled
def walk(day: Figures, board: Board, crew: int, order: Line, visits: int) -> bool:
    """Walk through an order; False if it does not fit. FOUND then has travel, price of promises, working time.

    Of all ways through the day it takes the cheapest, and of those the shortest.
    """
    is_rush = is_rushed(day)
    _set_out(day, board, crew)
    now, place, travel, owed = 0, day.crews[crew, START], 0, 0
    for number in range(visits):
        stop = order[number]
        row = day.stops[stop, ROW]
        if not is_rush:
            travel += day.ways[USUAL, place, row]
        if day.stops[stop, PROMISED_TO] != NONE and day.stops[stop, PROMISED_TO] != crew:
            owed += day.stops[stop, CREW_PRICE]
        _go(day, board, now, crew, place, row)
        _rest(day, board, now, crew)
        if not _serve(day, board, now, crew, stop, place if number == 0 else NONE):
            return False
        now = 1 - now
        _rest(day, board, now, crew)
        place = row
    if visits > 0 or day.crews[crew, DEPARTED] != NONE:
        _go(day, board, now, crew, place, day.crews[crew, END])
        if not is_rush:
            travel += day.ways[USUAL, place, day.crews[crew, END]]
    if not _return(day, board, now, crew):
        return False
    board.scratch[FOUND, FOUND_TRAVEL] = travel
    board.scratch[FOUND, FOUND_MOVED] += owed
    if visits == 0 and day.crews[crew, DEPARTED] == NONE:
        board.scratch[FOUND, FOUND_WORK_S] = 0
    return True
