"""The smallest HTTP door before a `FileStore`: what the API's upload route does, for tests of `media` alone.

Usage::

    with upload_door(folder) as store:          # a FileStore whose tickets lead to a real server
        ticket = store.ticket(...)              # PUT to ticket.url over HTTP

It answers as S3 does: 200 for a new object, 412 for one that was there, 403 for a ticket that does not
hold, 400 for bytes that differ.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from media.errors import TicketError, TicketPart
from media.files import FileStore
from media.tickets import TicketKeys

TICKET_KEYS = TicketKeys("k2", {"k1": b"\x01" * 32, "k2": b"\x02" * 32})


@contextmanager
def upload_door(folder: Path, *, keys: TicketKeys = TICKET_KEYS) -> Iterator[FileStore]:
    """A store in `folder` behind a server on a free port of 127.0.0.1, until the block ends."""

    class Door(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            try:
                stored = store.redeem(
                    dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)),
                    dict(self.headers.items()),
                    self.rfile,
                    now=datetime.now(UTC),
                )
            except TicketError as error:
                self._answer(400 if error.part is TicketPart.SHA256 else 403, str(error))
            else:
                self._answer(200 if stored.created else 412, "")

        def _answer(self, status: int, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    store = FileStore(folder, keys=keys, upload_url=f"http://127.0.0.1:{server.server_port}/uploads")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
