"""The page that a phone opens first: without TLS, because it is how the phone comes to trust the TLS.

It hands out the authority's certificate and nothing else. Whoever sits between could hand out another one, so
the terminal shows the fingerprint, and the page asks to compare it with what the phone shows.
"""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Final

from api.server.errors import StartError
from api.server.lan.address import IPAddress, bracketed

CERTIFICATE_PATH: Final = "/doorstep.crt"
_PAGE: Final = Path(__file__).with_name("trust_page.html")
# The page has no script and loads nothing.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class TrustPage:
    """What the page says."""

    app_url: str
    fingerprint: str
    certificate: bytes

    def answers(self) -> Mapping[str, tuple[str, bytes]]:
        """Path -> content type and content."""
        told = {"app_url": self.app_url, "certificate": CERTIFICATE_PATH, "fingerprint": self.fingerprint}
        page = Template(_PAGE.read_text(encoding="utf-8")).substitute(told)
        return {
            "/": ("text/html; charset=utf-8", page.encode()),
            # What both Android and iOS take for a certificate to install.
            CERTIFICATE_PATH: ("application/x-x509-ca-cert", self.certificate),
        }


@contextlib.contextmanager
def served(page: TrustPage, address: IPAddress, port: int) -> Iterator[str]:
    """The page is served until the block ends; gives its URL.

    Raises:
        StartError: the port is taken.
    """
    answers = page.answers()

    class Handler(BaseHTTPRequestHandler):
        """Two addresses, read only."""

        def do_GET(self) -> None:
            found = answers.get(self.path.partition("?")[0])
            kind, content = found or ("text/plain; charset=utf-8", b"There is nothing here. Open /\n")
            self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(content)),
                **_HEADERS,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET  # noqa: N815 - the standard library's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """The terminal is for changes of state."""

    try:
        server = ThreadingHTTPServer((str(address), port), Handler)
    except OSError as error:
        raise StartError(
            f"The page for phones cannot be served at port {port}: {error.strerror}. Stop what listens there, or "
            "choose another --port: the page takes the one after it."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="page for phones", daemon=True)
    thread.start()
    try:
        yield f"http://{bracketed(address)}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
