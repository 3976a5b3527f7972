"""What is logged, and how: one line a request or an event, without personal data.

A line names the route's template and never its address (a reference, a phone number in a query), the actor's
id and never a name, and for a defect its kind and where it happened, never its words: a database repeats the
row that it refuses. `LOG_FORMAT=json` gives one JSON object a line; a terminal gets words.
"""

import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, TextIO

import orjson
from flask import Flask, Response, g, request

from api import request_ids
from api.metrics import Metrics
from api.timing import elapsed_s, start
from field_visits.kernel.actor import Actor

UNMATCHED: Final = "unmatched"
_ACCESS = logging.getLogger("doorstep.access")
# Chatter of libraries that may repeat an address or a statement.
_QUIET: Final = (
    "botocore",
    "boto3",
    "s3transfer",
    "urllib3",
    "sqlalchemy",
    "psycopg",
    "fontTools",
    "pyhanko",
)
# What a balancer asks every few seconds tells nothing.
_UNTOLD: Final = frozenset({"/health/live", "/health/ready", "/metrics"})


def configure(log_format: str | None, stream: TextIO | None = None) -> None:
    """Every line of this process has one form: words for a terminal, JSON where nobody looks."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    is_json = log_format == "json" or (log_format is None and not out.isatty())
    handler.setFormatter(JsonLines() if is_json else Words())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def register(app: Flask, metrics: Metrics) -> None:
    """Each request of `app` is timed, counted and told."""
    app.before_request(start)

    @app.after_request
    def tell(response: Response) -> Response:
        seconds = elapsed_s()
        rule = request.url_rule
        route = UNMATCHED if rule is None else rule.rule
        metrics.saw(route, request.method, response.status_code, seconds)
        if route not in _UNTOLD and _ACCESS.isEnabledFor(logging.INFO):
            told = {
                "request_id": request_ids.current(),
                "method": request.method if rule is not None else "-",
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "actor": _actor_id(),
            }
            _ACCESS.info("request", extra={"told": told})
        return response


def _actor_id() -> str | None:
    uow = g.get("uow")
    actor: Actor | None = None if uow is None else uow.actor
    found = None if actor is None else actor.user or actor.service
    return None if found is None else str(found)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = defect(record.exc_info[0], record.exc_info[2])
        return orjson.dumps(line).decode()


class Words(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        told = getattr(record, "told", None)
        if told is not None:
            return (
                f"{at} {told['status']} {told['method']:6} {told['route']} {told['ms']:.0f} ms "
                f"{told['request_id'][:8]}"
            )
        text = f"{at} {record.levelname.lower()} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            kind, where = defect(record.exc_info[0], record.exc_info[2]).values()
            text += "".join(f"\n    {place}" for place in (kind, *where))
        return text


def defect(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    """The kind of an error and the places it passed; not its words, which may repeat what a person sent."""
    frames = traceback.extract_tb(trace)
    return {
        "kind": f"{kind.__module__}.{kind.__qualname__}",
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]],
    }
