"""Reading travel matrices, with holes where the source had no answer."""

from routing.distance import Pace, VectorTravel
from routing.form.nodes import Fields, Node
from routing.model import MAX_INSTANT_S, Leg, Place, Rush, TravelMatrix


def read_pace(node: Node) -> Pace:
    """Read how straight lines become trips; what is not given is as usual in a city."""
    fields = node.fields(("detour", "speed_kmh", "per_trip_s"), ())
    usual = Pace()
    return Pace(
        fields["detour"].figure(1, 10) if "detour" in fields else usual.detour,
        fields["speed_kmh"].figure(1, 200) if "speed_kmh" in fields else usual.speed_kmh,
        fields.whole("per_trip_s", 0, 7_200, usual.per_trip_s),
    )


def read_matrices(node: Node, places: tuple[Place, ...]) -> tuple[TravelMatrix, tuple[Rush, ...]]:
    """Read the usual matrix and those of rush hours; holes are filled by the estimate and marked.

    Raises:
        FormError: a row is too short or too long, a figure is none, or a hole has no estimate to fill it.
        ProblemError: a rush has no length.
    """
    fields = node.fields(("source", "seconds", "metres", "estimated", "rush", "estimate"), ("seconds",))
    pace = read_pace(fields["estimate"]) if "estimate" in fields else None
    reader = _Reader(places, fields.text("source") or "the problem's matrix", pace)
    last = max(0, len(places) - 1)
    told = frozenset(pair.pair(0, last) for pair in fields.items("estimated"))
    rushes = []
    for one in fields.items("rush"):
        hours = one.fields(("from_s", "to_s", "seconds", "metres"), ("from_s", "to_s", "seconds"))
        opens, closes = (hours[name].whole(0, MAX_INSTANT_S) for name in ("from_s", "to_s"))
        rushes.append(Rush(opens, closes, reader.matrix(hours)))
    return reader.matrix(fields, told), tuple(rushes)


class _Reader:
    """Reads matrices over the same places."""

    def __init__(self, places: tuple[Place, ...], source: str, pace: Pace | None) -> None:
        self._places = places
        self._source = source
        self._fallback = None if pace is None else VectorTravel(pace)

    def matrix(self, fields: Fields, told: frozenset[tuple[int, int]] = frozenset()) -> TravelMatrix:
        holes: dict[tuple[int, int], Leg] = {}
        seconds = self._rows(fields["seconds"], holes)
        # Whoever knows no lengths leaves them away; a hole in them is filled with that of its time.
        metres = (
            self._rows(fields["metres"], holes) if "metres" in fields else [[0] * len(row) for row in seconds]
        )
        for (row, column), leg in holes.items():
            seconds[row][column], metres[row][column] = leg.travel_s, leg.travel_m
        return TravelMatrix(
            self._places,
            tuple(map(tuple, seconds)),
            tuple(map(tuple, metres)),
            self._source,
            told.union(holes),
        )

    def _rows(self, node: Node, holes: dict[tuple[int, int], Leg]) -> list[list[int]]:
        size = len(self._places)
        rows = []
        for number, row in enumerate(node.items()):
            if not isinstance(row.value, list) or len(row.value) != size:
                row.refuse(f"give {size} figures, one to each of /places.")
            rows.append([self._figure(row, number, column, holes) for column in range(size)])
        if len(rows) != size:
            node.refuse(f"give {size} rows, one from each of /places.")
        return rows

    def _figure(self, row: Node, number: int, column: int, holes: dict[tuple[int, int], Leg]) -> int:
        value = row.value[column]
        if type(value) is int and 0 <= value <= MAX_INSTANT_S:
            return value
        if value is not None:
            return row.child(column).whole(0, MAX_INSTANT_S)
        if self._fallback is None:
            row.child(column).refuse(
                "the trip is missing; give a number, or an `estimate` beside the matrix that fills such holes."
            )
        holes[number, column] = self._fallback.leg(self._places[number], self._places[column])
        return 0
