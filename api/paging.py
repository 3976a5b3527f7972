"""Cursor pages: `limit` and `cursor` in, `items` and `next_cursor` out.

A cursor is the position after which to go on, signed, and bound to the caller's organisation, the address
and the filters: one made for another list is refused. Whatever is added meanwhile, nobody sees a row
twice or misses one that was there before.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import marshmallow as ma
import orjson
from flask import request

from api.fields import Integer, List, Nested, QuerySchema, Schema, Text
from api.house import current_house
from api.problems import ApiError
from api.work import current_uow
from field_visits.kernel.errors import Fault

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
_MAC_BYTES = 16
Row = TypeVar("Row")
Position = tuple[Any, ...]


class PageQuery(QuerySchema):
    """Which page. Lists with filters derive from it."""

    limit = Integer(
        min=1, max=MAX_LIMIT, load_default=DEFAULT_LIMIT, metadata={"description": "Rows of a page."}
    )
    cursor = Text(
        max=600,
        load_default=None,
        metadata={"description": "`next_cursor` of the page before; none for the first."},
    )


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in order, and how to go on; None at the end."""

    items: Sequence[Row]
    next_cursor: str | None


@cache
def page_of(schema: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a page of `schema`, the same one for every route that gives such pages."""
    name = schema.__name__.removesuffix("Schema")
    fields: dict[str, Any] = {
        "__doc__": f"A page of {name}.",
        "items": List(Nested(schema), required=True),
        "next_cursor": ma.fields.String(
            required=True, allow_none=True, metadata={"description": "Send it as `cursor` for the next page."}
        ),
    }
    return type(f"{name}PageSchema", (Schema,), fields)


def paged(
    query: Mapping[str, Any],
    fetch: Callable[[Position | None, int], Sequence[Row]],
    position: Callable[[Row], Position],
) -> tuple[Page[Row], int, dict[str, str]]:
    """The page that `query` asks for, as a resource method returns it.

    Args:
        query: What PageQuery loaded, filters included.
        fetch: `fetch(after, limit)` gives up to `limit` rows after a position, in a stable order.
        position: A row's place in that order, ending with its id; instants, days, ids, texts, integers.

    Raises:
        ApiError: `invalid` for a cursor that is not ours, or of another list.
    """
    limit, binding = query["limit"], _binding(query)
    after = None if query["cursor"] is None else _read(query["cursor"], binding)
    rows = fetch(after, limit + 1)
    if len(rows) <= limit:
        return Page(rows, None), 200, {}
    shown = rows[:limit]
    cursor = _write(position(shown[-1]), binding)
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    link = f'<{request.path}?{urlencode([*arguments, ("cursor", cursor)])}>; rel="next"'
    return Page(shown, cursor), 200, {"Link": link}


def _binding(query: Mapping[str, Any]) -> bytes:
    """What a cursor belongs to: organisation, address and filters, but not the page's size."""
    filters = {name: str(value) for name, value in query.items() if name not in {"limit", "cursor"}}
    told = [str(current_uow().actor.organisation), request.path, filters]
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def _mac(key: bytes, payload: bytes, binding: bytes) -> bytes:
    return hmac.digest(key, len(payload).to_bytes(4, "big") + payload + binding, hashlib.sha256)[:_MAC_BYTES]


def _write(position: Position, binding: bytes) -> str:
    payload = orjson.dumps([_tagged(value) for value in position])
    mac = _mac(current_house().keys.cursors[0], payload, binding)
    return base64.urlsafe_b64encode(mac + payload).rstrip(b"=").decode()


def _read(cursor: str, binding: bytes) -> Position:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    keys = current_house().keys.cursors
    if not any(hmac.compare_digest(_mac(key, payload, binding), mac) for key in keys):
        fault = Fault("/cursor", "Take `next_cursor` of this very list, with the same filters.")
        raise ApiError("invalid", "The cursor does not belong to this list.", faults=[fault])
    return tuple(_untagged(kind, value) for kind, value in orjson.loads(payload))


def _tagged(value: Any) -> tuple[str, Any]:
    if isinstance(value, datetime):
        return "t", value.isoformat()
    if isinstance(value, date):
        return "d", value.isoformat()
    if isinstance(value, UUID):
        return "u", str(value)
    if value is None or isinstance(value, str | int):
        return "v", value
    raise TypeError(f"A page cannot be ordered by {type(value).__name__}.")


def _untagged(kind: str, value: Any) -> Any:
    readers: Mapping[str, Callable[[Any], Any]] = {
        "t": datetime.fromisoformat,
        "d": date.fromisoformat,
        "u": UUID,
        "v": lambda plain: plain,
    }
    return readers[kind](value)
