"""OSRM and Valhalla in a few lines: their documented answers, over real HTTP, about places on a plane.

    with RoadServer() as server:
        travel = OsrmTravel(JsonServer(server.url))

A trip takes 100 s and 1,000 m for each hundredth of a degree, north-south plus east-west. `islands` are
places that no road leads to or from. `faults` are statuses answered first, one a request, before all is well;
`says` is a body answered to everything; `delay_s` how long each answer takes. `asked` are the requests so far.
"""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Point = tuple[float, float]  # latitude, longitude


class RoadServer:
    def __init__(
        self,
        *,
        islands: frozenset[Point] = frozenset(),
        faults: list[int] | None = None,
        says: bytes | None = None,
        delay_s: float = 0,
        most: int = 100,
    ) -> None:
        self.islands = islands
        self.faults = faults or []
        self.says = says
        self.delay_s = delay_s
        self.most = most
        self.asked: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def steps(self, start: Point, end: Point) -> int | None:
        if start != end and (start in self.islands or end in self.islands):
            return None
        return round(100 * (abs(start[0] - end[0]) + abs(start[1] - end[1])))

    def answer(self, path: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(path)
        if parts.path == "/status":
            return 200, {"version": "3.9.1", "tileset_last_modified": 1_700_000_000}
        if parts.path.startswith("/nearest/v1/driving/"):
            return 400, {"code": "NoSegment", "message": "Could not find a matching segment for coordinate 0"}
        if parts.path == "/sources_to_targets":
            return self._valhalla(body)
        return self._osrm(parts.path, parse_qs(parts.query))

    def _osrm(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        points = [
            (float(lat), float(lon))
            for lon, lat in (pair.split(",") for pair in path.rpartition("/")[2].split(";"))
        ]
        if len(points) > self.most:
            return 400, {"code": "TooBig", "message": f"Too many table coordinates, maximum is {self.most}"}
        rows, columns = (
            [points[int(number)] for number in query[name][0].split(";")]
            for name in ("sources", "destinations")
        )
        table = [[self.steps(row, column) for column in columns] for row in rows]
        return 200, {
            "code": "Ok",
            "durations": [[None if step is None else step * 99.6 for step in row] for row in table],
            "distances": [[None if step is None else step * 1000.4 for step in row] for row in table],
            "sources": [],
            "destinations": [],
        }

    def _valhalla(self, body: Any) -> tuple[int, Any]:
        rows, columns = ([(one["lat"], one["lon"]) for one in body[name]] for name in ("sources", "targets"))
        if len(rows) * len(columns) > self.most**2 // 4:
            return 400, {"error_code": 150, "error": "Exceeded max locations", "status_code": 400}
        return 200, {
            "sources_to_targets": [
                [
                    {
                        "distance": None if (step := self.steps(row, column)) is None else step * 1.0004,
                        "time": None if step is None else step * 100,
                        "from_index": number,
                        "to_index": index,
                    }
                    for index, column in enumerate(columns)
                ]
                for number, row in enumerate(rows)
            ],
            "units": "kilometers",
            "algorithm": "costmatrix",
        }


def _handler(server: RoadServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            server.asked.append(self.path)
            time.sleep(server.delay_s)
            if server.faults:
                status, content = server.faults.pop(0), b"{}"
            elif server.says is not None:
                status, content = 200, server.says
            else:
                status, answer = server.answer(self.path, body)
                content = json.dumps(answer).encode()
            with contextlib.suppress(ConnectionError):  # whoever asked may have lost patience
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST = _respond  # noqa: N815 - the name that http.server asks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """A server in a test has nothing to say."""

    return Handler
