"""One id per request: the caller's, if it is sane, else a fresh one. It is echoed and stands in every log line."""

import re
import secrets

from flask import Flask, Response, g, has_request_context, request

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def current() -> str:
    """The id of the request that is being served."""
    if not has_request_context():
        return "no-request"
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(16)
    found: str = g.request_id
    return found


def register(app: Flask) -> None:
    """Every answer of `app` carries its request's id."""

    @app.after_request
    def echo(response: Response) -> Response:
        response.headers[HEADER] = current()
        return response
