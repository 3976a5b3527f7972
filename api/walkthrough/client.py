"""A person at the API: signs in, sends with idempotency keys, and says clearly what went wrong."""

import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Any, Final

_PATIENCE_S: Final = 300


class WalkthroughError(Exception):
    """A step of the story failed; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def receipt(self) -> str | None:
        """The hash of the entry that the request left in the log."""
        return self.headers.get("Doorstep-Receipt")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sends it."""

    name: str
    content: bytes
    media_type: str


class Person:
    """Somebody signed in. A session that ran out meanwhile is gone on with."""

    def __init__(self, url: str, organisation: str, username: str, password: str) -> None:
        self._url = url
        self._told = {"organisation": organisation, "username": username, "password": password}
        self.username = username
        self._tokens: Mapping[str, Any] = {}
        self._sign_in()

    @property
    def id(self) -> str:
        return str(self._tokens["user"])

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a successful GET."""
        return self._good("GET", _with(path, query)).json

    def fetch(self, path: str) -> bytes:
        """The bytes of a successful GET."""
        return self._good("GET", path).body

    def post(self, path: str, told: Mapping[str, Any] | None = None) -> Any:
        """The JSON of a successful POST under a fresh idempotency key."""
        body, headers = (None, {}) if told is None else (json.dumps(told).encode(), _JSON)
        answer = self._good("POST", path, body, headers)
        return answer.json if answer.body else None

    def put(self, path: str, told: Mapping[str, Any], *, version: str) -> Any:
        """The JSON of a successful PUT on the `version` that was last seen."""
        headers = {**_JSON, "If-Match": f'"{version}"'}
        return self._good("PUT", path, json.dumps(told).encode(), headers).json

    def send_file(self, path: str, upload: Upload, **query: Any) -> Any:
        """The JSON of a successful POST whose body is one file."""
        kind = {"Content-Type": upload.media_type}
        return self._good("POST", _with(path, {"filename": upload.name, **query}), upload.content, kind).json

    def refused(self, path: str, told: Mapping[str, Any]) -> Any:
        """The problem of a POST that the rules have to refuse (409)."""
        answer = self.ask("POST", path, json.dumps(told).encode(), _JSON)
        if answer.status != HTTPStatus.CONFLICT:
            raise WalkthroughError(f"POST {path} should have been refused, but got {_words(answer)}.")
        return answer.json

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Whatever the server says, after going on with a session that ran out."""
        keyed = {} if method == "GET" else {"Idempotency-Key": secrets.token_hex(16)}
        for _ in range(2):
            bearer = {"Authorization": f"Bearer {self._tokens['access_token']}"}
            answer = send(self._url + path, method, body, {**keyed, **(headers or {}), **bearer})
            if answer.status != HTTPStatus.UNAUTHORIZED:
                break
            self._sign_in()
        return answer

    def _good(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        answer = self.ask(method, path, body, headers)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise WalkthroughError(f"{self.username}: {method} {path} got {_words(answer)}.")
        return answer

    def _sign_in(self) -> None:
        answer = send(f"{self._url}/v1/sign-in", "POST", json.dumps(self._told).encode(), _JSON)
        if answer.status != HTTPStatus.OK:
            raise WalkthroughError(f"{self.username} cannot sign in: {_words(answer)}.")
        self._tokens = answer.json


_JSON: Final = {"Content-Type": "application/json"}


def choose_password(url: str, given: Mapping[str, str], own: str) -> None:
    """Whoever was given a password has one of their own: the first sign-in asks for it.

    Raises:
        WalkthroughError: it was not asked for, or not taken.
    """
    answer = send(f"{url}/v1/sign-in", "POST", json.dumps(given).encode(), _JSON)
    if answer.json.get("code") != "password-change-required":
        raise WalkthroughError(f"A password of one's own was not asked for: {_words(answer)}.")
    told = {"step": answer.json["step"], "password": own}
    chosen = send(f"{url}/v1/sign-in/password", "POST", json.dumps(told).encode(), _JSON)
    if chosen.status != HTTPStatus.OK:
        raise WalkthroughError(f"The password was not taken: {_words(chosen)}.")


def send(url: str, method: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    """One request to our own server.

    Raises:
        WalkthroughError: nobody answers.
    """
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - as above
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())
    except OSError as error:
        raise WalkthroughError(f"{method} {url} got no answer: {error}.") from error


def _with(path: str, query: Mapping[str, Any]) -> str:
    told = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urllib.parse.urlencode(told)}" if told else path


def _words(answer: Answer) -> str:
    """Status and detail of a problem in one line."""
    try:
        told = answer.json
        faults = "; ".join(f"{fault['pointer']}: {fault['detail']}" for fault in told.get("errors", ())[:3])
        return f"{answer.status} {told.get('code', '')}: {told.get('detail', '')} {faults}".strip()
    except (ValueError, KeyError, AttributeError, TypeError):
        return f"{answer.status}: {answer.body[:200]!r}"
