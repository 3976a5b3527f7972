"""Reading what was sent, within bounds: size, nesting, digits, characters. Hostile bytes cost little.

orjson refuses invalid UTF-8, NaN, Infinity, lone surrogates, numbers beyond a double and more than 1,024
levels. It reads an integer beyond 64 bits as a float, which our integer fields refuse.
"""

from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from api.problems import ApiError, faults_of

MAX_BODY_BYTES = 1024 * 1024
MAX_DEPTH = 32
_NUL = b"\\u0000"


def read_body() -> bytes:
    """The whole body, read before a database connection is taken: a slow sender holds nothing.

    Raises:
        RequestEntityTooLarge: it is longer than the route allows (413).
    """
    return request.get_data(cache=True)


def parse_json(body: bytes) -> Any:
    """The value that `body` spells.

    Raises:
        ApiError: `unreadable`, saying where.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ApiError("unreadable", f"The body is not JSON that we read: {error}.") from None
    if _NUL in body or body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _refuse_deep_or_nul(value)
    return value


def _refuse_deep_or_nul(value: Any) -> None:
    """Walk without recursion. Only bodies that could offend are walked."""
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            if "\0" in item:
                raise ApiError("invalid", "A text contains the character U+0000, which cannot be kept.")
            continue
        if not isinstance(item, dict | list):
            continue
        if depth > MAX_DEPTH:
            raise ApiError("unreadable", f"The body is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(item, dict):
            waiting.extend((key, depth + 1) for key in item)
            waiting.extend((each, depth + 1) for each in item.values())
        else:
            waiting.extend((each, depth + 1) for each in item)


class Parser(FlaskParser):
    """webargs' parser with our reading of JSON; unknown query parameters are refused too."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        del schema
        body = read_body()
        if not body and not req.mimetype:
            return missing
        if req.mimetype != "application/json" and not req.mimetype.endswith("+json"):
            raise ApiError("unsupported-media-type", "Send the body as application/json.")
        return parse_json(body)

    def handle_error(
        self, error: ma.ValidationError, req: Request, schema: ma.Schema, **kwargs: Any
    ) -> NoReturn:
        del req, schema, kwargs
        # webargs puts the location on top of the messages.
        ((location, messages),) = error.messages_dict.items()
        raise ApiError(
            "invalid",
            "Some values cannot be accepted; see errors.",
            extra={"errors": list(faults_of(messages, location=location))},
        ) from None
