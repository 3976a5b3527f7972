"""JSON over HTTP to a server of one's own: timeouts, a few tries, and errors that say what to look at."""

import json
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

_TOO_MANY = 429
_SERVER_FAULT = 500
_MOST_BYTES = 64 * 2**20


class RoadError(RuntimeError):
    """A road engine did not answer, or not as documented. Whoever asked goes on with an estimate."""


@dataclass(frozen=True, slots=True)
class JsonServer:
    """A base address, how long to wait for one answer, and how often to try."""

    base_url: str
    timeout_s: float = 5.0
    tries: int = 3
    pause_s: float = 0.2

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(
                f"{self.base_url!r} is no address of a road engine; it begins with http:// or https://."
            )
        if self.timeout_s <= 0 or self.tries < 1 or self.pause_s < 0:
            raise ValueError(
                "A road engine needs a timeout above 0 s, a try at least, and a pause that is not negative."
            )

    @property
    def host(self) -> str:
        """The host alone: what may be shown without a path or a key in it."""
        return urlsplit(self.base_url).hostname or ""

    def ask(self, path: str, body: Any = None) -> Any:
        """Get `path`, or post `body` to it, and read the JSON answer, also one with a client error's status.

        A refused connection, a timeout, 429 and 5xx are tried again, each after a longer pause.

        Raises:
            RoadError: no answer after all tries, or one that is no JSON.
        """
        trouble = ""
        for turn in range(self.tries):
            if turn:
                time.sleep(self.pause_s * 2 ** (turn - 1))
            try:
                status, content = self._once(path, body)
            except (URLError, HTTPException, OSError) as error:
                trouble = str(getattr(error, "reason", error)) or type(error).__name__
                continue
            if status == _TOO_MANY or status >= _SERVER_FAULT:
                trouble = f"status {status}"
                continue
            try:
                return json.loads(content)
            except ValueError as error:
                raise RoadError(
                    f"{self.host} answered something that is no JSON (status {status})."
                ) from error
        raise RoadError(f"{self.host} did not answer in {self.tries} tries: {trouble}.")

    def _once(self, path: str, body: Any) -> tuple[int, bytes]:
        content = None if body is None else json.dumps(body).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        request = Request(self.base_url.rstrip("/") + path, content, headers)  # noqa: S310 - http or https, see above
        try:
            with urlopen(request, timeout=self.timeout_s) as answer:  # noqa: S310
                return answer.status, answer.read(_MOST_BYTES)
        except HTTPError as error:
            with error:
                return error.code, error.read(_MOST_BYTES)
