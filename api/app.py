"""Composes the API: every feature that has a `resources.py` with a `blueprint` is served."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider

import api
from api import headers, logs, metrics, problems, request_ids
from api.blueprints import Api, Blueprint
from api.bodies import MAX_BODY_BYTES
from api.house import House

TITLE = "Doorstep"
API_VERSION = "1"
_DESCRIPTION = """\
The system of record for home visits in debt collection.

Sign in at `/v1/sign-in` and send the access token as `Authorization: Bearer …`. Every POST that changes
something needs a fresh `Idempotency-Key`; a repeat under the same key gets the first answer. What can be
changed has an `ETag`; send it back in `If-Match`. A refusal by the rules is a 409 whose `decision` names
each rule, its source, and the next lawful instant. Every change answers with the hash of its entry in
`Doorstep-Receipt`.
"""


def create_app(house: House) -> Flask:
    """The WSGI application over one house."""
    app = build_app()
    house.live_in(app)
    return app


def build_app() -> Flask:
    """The application without a house: enough to describe it, not to serve."""
    app = Flask("api", static_folder=None)
    app.json = _Json(app)
    app.url_map.merge_slashes = False  # one address a thing: no redirect to a tidier one
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        API_TITLE=TITLE,
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
        API_SPEC_OPTIONS={
            "info": {"description": _DESCRIPTION},
            "security": [{"bearer": []}],
            "servers": [{"url": "/"}],
        },
    )
    counted = metrics.Metrics()
    logs.register(app, counted)
    request_ids.register(app)
    headers.register(app)
    rest = Api(app)
    rest.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    problems.register(app)
    for blueprint in _blueprints():
        rest.register_blueprint(blueprint)
    for module in ("api.health", "api.docs", "api.web.serving"):
        importlib.import_module(module).register(app, rest)
    metrics.register(app, rest, counted)
    return app


def _blueprints() -> Iterator[Blueprint]:
    """The blueprint of every feature, in order of name."""
    for package in sorted(pkgutil.iter_modules(api.__path__), key=lambda module: module.name):
        if not package.ispkg:
            continue
        names = {module.name for module in pkgutil.iter_modules([f"{api.__path__[0]}/{package.name}"])}
        if "resources" in names:
            found = importlib.import_module(f"api.{package.name}.resources").blueprint
            assert isinstance(found, Blueprint)  # noqa: S101 - a defect of ours, seen at the first start
            yield found


class _Json(JSONProvider):
    """orjson: quick, strict, ids and instants natively."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        del kwargs
        return orjson.dumps(obj, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        del kwargs
        return orjson.loads(s)
