"""Every geocoder that the product can ask, as one HTTP server on this machine.

    with geocoders() as house:
        amap("a key", base_url=house.url)      # finds what `house.answers` says
        house.fail(429)                         # from now on it is busy

It answers as the providers document it, and keeps what it was asked.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

LAT, LON = 31.2304, 121.4737
FOUND: dict[str, Any] = {
    "/search": [
        {"lat": str(LAT), "lon": str(LON), "display_name": "1, 测试路, 上海", "addresstype": "house"},
    ],
    "/api": {
        "features": [
            {
                "geometry": {"coordinates": [LON, LAT]},
                "properties": {"type": "house", "name": "1", "street": "Test Road", "city": "Shanghai"},
            }
        ]
    },
    "/geocoding/v3/": {
        "status": 0,
        "result": {"location": {"lng": LON, "lat": LAT}, "precise": 1, "confidence": 80, "level": "门址"},
    },
    "/v1/geocode": {
        "items": [
            {
                "title": "Test Road 1",
                "address": {"label": "Test Road 1, Shanghai"},
                "position": {"lat": LAT, "lng": LON},
                "resultType": "houseNumber",
                "scoring": {"queryScore": 0.9},
            }
        ]
    },
    "/v3/geocode/geo": {
        "status": "1",
        "infocode": "10000",
        "geocodes": [{"formatted_address": "上海市测试路1号", "level": "门牌号", "location": f"{LON},{LAT}"}],
    },
}
NOTHING: dict[str, Any] = {
    "/search": [],
    "/api": {"features": []},
    "/geocoding/v3/": {"status": 0, "result": None},
    "/v1/geocode": {"items": []},
    "/v3/geocode/geo": {"status": "1", "infocode": "10000", "geocodes": []},
}


@dataclass
class Geocoders:
    """The running server: what it answers, and what it was asked."""

    url: str
    answers: dict[str, Any] = field(default_factory=lambda: dict(FOUND))
    status: int = 200
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def domain(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc

    def fail(self, status: int) -> None:
        """It answers with this status from now on."""
        self.status = status


@contextmanager
def geocoders() -> Iterator[Geocoders]:
    """A server on a free port until the block ends."""
    house: Geocoders

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            house.asked.append(parse_qs(parts.query))
            content = json.dumps(house.answers[parts.path]).encode()
            self.send_response(house.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    house = Geocoders(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
