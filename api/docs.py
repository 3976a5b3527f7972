"""The description of the API: as JSON, as the committed openapi.yaml, and as a page without any script."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import orjson
import yaml
from flask import Flask, Response, abort, current_app, jsonify, render_template

from api.blueprints import Api
from api.problems import KINDS
from api.requests import public

_METHODS = ("get", "post", "put", "patch", "delete")
_NOTICE = "# Written by `doorstep openapi` from the code. Do not edit.\n"
# The page needs its own styles and nothing else, from nowhere else.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def register(app: Flask, rest: Api) -> None:
    """Serve the description and its page."""
    app.extensions["doorstep-spec"] = rest.spec
    app.add_url_rule("/openapi.json", "openapi_json", openapi_json)
    app.add_url_rule("/docs", "docs", page)
    app.add_url_rule("/problems/<code>", "problem_kind", problem_kind)


def describe(app: Flask) -> dict[str, Any]:
    """The OpenAPI document as plain values."""
    found: dict[str, Any] = orjson.loads(
        orjson.dumps(
            app.extensions["doorstep-spec"].to_dict(), option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS
        )
    )
    return found


def as_yaml() -> str:
    """openapi.yaml: keys sorted, so that the same API always gives the same bytes."""
    from api.app import build_app

    return _NOTICE + yaml.safe_dump(describe(build_app()), sort_keys=True, allow_unicode=True, width=100)


@public("the description of the API is no secret")
def openapi_json() -> Response:
    """The OpenAPI document."""
    return jsonify(describe(current_app))


@public("the description of the API is no secret")
def page() -> Response:
    """The description for people, whole in one page: it works without a network behind it."""
    response = Response(_page())
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@public("the type of a problem is an address that may be looked up")
def problem_kind(code: str) -> Response:
    """What a problem's code means."""
    if code not in KINDS:
        abort(404)
    return jsonify({"code": code, "status": KINDS[code].status, "title": KINDS[code].title})


@cache
def _page() -> str:
    spec = describe(current_app)
    tags = [(tag, list(_operations(spec, tag["name"]))) for tag in spec.get("tags", [])]
    return render_template(
        "docs.html", info=spec["info"], tags=tags, schemas=spec["components"]["schemas"], type_of=_type_of
    )


def _operations(spec: Mapping[str, Any], tag: str) -> Iterator[dict[str, Any]]:
    shared = spec["components"].get("responses", {})
    for path, methods in spec["paths"].items():
        for method in _METHODS:
            operation = methods.get(method)
            if operation is None or tag not in operation.get("tags", ()):
                continue
            responses = {
                status: shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                for status, each in operation.get("responses", {}).items()
            }
            yield {
                **operation,
                "method": method.upper(),
                "path": path,
                "anchor": f"{method}{path}".translate(str.maketrans("/{}", "-__")),
                "parameters": [*methods.get("parameters", ()), *operation.get("parameters", ())],
                "body": _content(operation.get("requestBody")),
                "responses": {status: (each, _content(each)) for status, each in responses.items()},
            }


def _content(described: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The schema of the first kind of content."""
    for content in (described or {}).get("content", {}).values():
        found: Mapping[str, Any] = content.get("schema", {})
        return found
    return None


def _type_of(schema: Mapping[str, Any]) -> tuple[str, str | None]:
    """How a value is named in a table, and the schema it leads to."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return name, name
    for key in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(key, ()):
            if each.get("type") != "null":
                return _type_of(each)
    kinds = schema.get("type", "any")
    kind = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if "array" in kind:
        inner, link = _type_of(schema.get("items", {}))
        return f"list of {inner}", link
    if schema.get("format"):
        kind += f" ({schema['format']})"
    return kind, None
