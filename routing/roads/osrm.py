"""OSRM over HTTP: its table service (https://project-osrm.org/docs/v5.24.0/api/#table-service)."""

from collections.abc import Sequence
from typing import Any

from routing.model import Place
from routing.roads.http import RoadError
from routing.roads.road_travel import Answer, RoadTravel, read_answer


class OsrmTravel(RoadTravel):
    """Times and lengths by car. `osrm-routed` takes 100 places a table unless told otherwise: 50 × 50."""

    name = "OSRM"
    block = 50

    def _ask(self, sources: Sequence[Place], targets: Sequence[Place]) -> list[list[Answer]]:
        places = list(dict.fromkeys((*sources, *targets)))
        number = {place: str(index) for index, place in enumerate(places)}
        path = (
            f"/table/v1/driving/{_coordinates(places)}?annotations=duration,distance"
            f"&sources={';'.join(number[place] for place in sources)}"
            f"&destinations={';'.join(number[place] for place in targets)}"
        )
        answer = self._server.ask(path)
        if not isinstance(answer, dict) or answer.get("code") != "Ok":
            said = answer.get("message") or answer.get("code") if isinstance(answer, dict) else None
            raise RoadError(f"OSRM at {self._server.host} refused the table: {said or 'no code'}.")
        return _pairs(answer, len(sources), len(targets))

    def _probe(self) -> str:
        answer = self._server.ask("/nearest/v1/driving/0,0?number=1")
        code = answer.get("code") if isinstance(answer, dict) else None
        # Far from every road of its map it says NoSegment: it is well all the same.
        if code not in {"Ok", "NoSegment"}:
            raise RoadError(f"OSRM at {self._server.host} is not ready: {code or 'no code'}.")
        return str(answer.get("data_version") or "a map without a version")


def _coordinates(places: Sequence[Place]) -> str:
    return ";".join(f"{place.lon:.6f},{place.lat:.6f}" for place in places)


def _pairs(answer: dict[str, Any], rows: int, columns: int) -> list[list[Answer]]:
    durations, distances = answer.get("durations"), answer.get("distances")
    for table in (durations, distances):
        if (
            not isinstance(table, list)
            or len(table) != rows
            or any(not isinstance(row, list) or len(row) != columns for row in table)
        ):
            raise RoadError("OSRM answered a table of another size than was asked.")
    assert isinstance(durations, list)  # noqa: S101 - seen above
    assert isinstance(distances, list)  # noqa: S101
    return [
        [read_answer(seconds, metres) for seconds, metres in zip(times, lengths, strict=True)]
        for times, lengths in zip(durations, distances, strict=True)
    ]
