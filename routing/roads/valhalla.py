"""Valhalla over HTTP: its matrix service (https://valhalla.github.io/valhalla/api/matrix/api-reference/)."""

from collections.abc import Sequence

from routing.model import Place
from routing.roads.http import RoadError
from routing.roads.road_travel import Answer, RoadTravel, read_answer

_KILOMETRE_M = 1_000


class ValhallaTravel(RoadTravel):
    """Times and lengths by car. A server takes 2,500 pairs at once unless told otherwise: 50 × 50."""

    name = "Valhalla"
    block = 50

    def _ask(self, sources: Sequence[Place], targets: Sequence[Place]) -> list[list[Answer]]:
        answer = self._server.ask(
            "/sources_to_targets",
            {
                "sources": [{"lat": place.lat, "lon": place.lon} for place in sources],
                "targets": [{"lat": place.lat, "lon": place.lon} for place in targets],
                "costing": "auto",
                "units": "kilometers",
                "verbose": True,
            },
        )
        rows = answer.get("sources_to_targets") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            said = answer.get("error") if isinstance(answer, dict) else None
            raise RoadError(f"Valhalla at {self._server.host} refused the matrix: {said or 'no rows'}.")
        if len(rows) != len(sources) or any(
            not isinstance(row, list) or len(row) != len(targets) for row in rows
        ):
            raise RoadError("Valhalla answered a matrix of another size than was asked.")
        return [[_pair(cell) for cell in row] for row in rows]

    def _probe(self) -> str:
        answer = self._server.ask("/status")
        version = answer.get("version") if isinstance(answer, dict) else None
        if not isinstance(version, str):
            raise RoadError(f"Valhalla at {self._server.host} is not ready: it tells no version.")
        return f"version {version}"


def _pair(cell: object) -> Answer:
    if not isinstance(cell, dict):
        return None
    length = cell.get("distance")
    metres = length * _KILOMETRE_M if isinstance(length, int | float) else None
    return read_answer(cell.get("time"), metres)
