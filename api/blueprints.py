"""flask-smorest, typed and made ours: the one module that touches its untyped decorators.

A feature's `resources.py` makes one `Blueprint`, named `blueprint`; `api.app` finds it.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

import flask_smorest
import marshmallow as ma
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from api import problems
from api.bodies import Parser
from api.preconditions import etag_of
from api.problems import ProblemSchema

View = TypeVar("View", bound=Callable[..., Any])
SchemaLike = type[ma.Schema] | ma.Schema
_APIDOC = "_apidoc"  # where flask-smorest keeps what it knows of a view

# Names in openapi.yaml for the answers that many routes share. Not http.HTTPStatus' names: they differ
# between Python versions (422).
SHARED_RESPONSES: Mapping[int, tuple[str, str]] = {
    400: ("Unreadable", "The request cannot be read, or lacks its Idempotency-Key."),
    401: ("Unauthenticated", "No valid token came with the request."),
    403: ("Forbidden", "The caller's roles lack this permission."),
    404: ("NotFound", "It does not exist or is not in the caller's scope."),
    410: ("DeviceRevoked", "The phone named in Doorstep-Device, or by its own token, was revoked"),
    409: ("Refused", "The rules or the present state do not allow it; the refusal is recorded."),
    412: ("Stale", "The caller's version is not the newest; `current` is."),
    413: ("TooLarge", "The request is larger than this route takes."),
    415: ("UnsupportedMediaType", "The content is not what this route takes."),
    422: ("Invalid", "Values that cannot be accepted, or an Idempotency-Key of another request."),
    428: ("PreconditionRequired", "The request needs If-Match."),
    429: ("Throttled", "Too many tries; Retry-After says when to come back."),
    500: ("Internal", "A defect of ours, written down under the request's id."),
    503: ("Unavailable", "A part does not answer; nothing is half done; Retry-After says when to try again."),
}


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # untyped base
    """The routes of one feature."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(name, import_name, url_prefix="/v1", description=description)

    def resource(self, rule: str) -> Callable[[type[Any]], type[Any]]:
        """Serve a MethodView class at `/v1<rule>`."""
        return cast("Callable[[type[Any]], type[Any]]", self.route(rule))

    def takes(
        self, schema: SchemaLike, *, location: str = "json", **documented: Any
    ) -> Callable[[View], View]:
        """The method gets what `schema` loads from the body (or `location="query"`) as a further argument."""

        def decorator(view: View) -> View:
            wrapped = super(Blueprint, self).arguments(schema, location=location, **documented)(view)
            vars(wrapped)[_APIDOC]["arguments"].pop("responses", None)  # `reads` and `writes` name the errors
            return cast("View", wrapped)

        return decorator

    def takes_file(self, *, max_bytes: int) -> Callable[[View], View]:
        """The method's body is a file as it is, of any content type; see `api.spooling`."""
        schema = {"type": "string", "format": "binary", "maxLength": max_bytes}
        body = {"required": True, "content": {"application/octet-stream": {"schema": schema}}}
        return cast("Callable[[View], View]", self.doc(requestBody=body))

    def gives(
        self, status: int, schema: SchemaLike | dict[str, Any] | None = None, **documented: Any
    ) -> Callable[[View], View]:
        """What the method returns is dumped by `schema`; a row's version becomes the answer's ETag.

        A dict is the OpenAPI schema of what a method answers as a Response of its own (a file).
        """

        def decorator(view: View) -> View:
            @wraps(view)
            def tagged(*args: Any, **kwargs: Any) -> Any:
                result = view(*args, **kwargs)
                tag = etag_of(result[0] if isinstance(result, tuple) else result)
                if tag is None:
                    return result
                body, code, headers = (
                    (*result, None, None)[:3] if isinstance(result, tuple) else (result, None, None)
                )
                return body, code or status, {**(headers or {}), "ETag": f'"{tag}"'}

            return cast("View", super(Blueprint, self).response(status, schema, **documented)(tagged))

        return decorator

    def streams(self, *content_types: str) -> Callable[[View], View]:
        """The method answers with bytes of one of these types, as they are stored."""
        content = {each: {"schema": {"type": "string", "format": "binary"}} for each in content_types}
        answer = {"description": "The bytes.", "content": content}
        return cast("Callable[[View], View]", self.doc(responses={"200": answer}))


class Api(flask_smorest.Api):  # type: ignore[misc]  # untyped base
    """The specification and its error answers, all of them problems."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        super().__init__(
            app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name)}
        )

    def handle_http_exception(self, error: HTTPException) -> Response:
        return problems.of_http_exception(error)

    def _register_responses(self) -> None:
        self.spec.components.schema("Problem", schema=ProblemSchema)
        reference = {"$ref": "#/components/schemas/Problem"}
        for name, description in SHARED_RESPONSES.values():
            self.spec.components.response(
                name, {"description": description, "content": {problems.MEDIA_TYPE: {"schema": reference}}}
            )


def document(view: View, *, statuses: tuple[int, ...], **operation: Any) -> View:
    """Write into the view's OpenAPI operation: shared error answers by status, and anything else."""
    info = dict(getattr(view, _APIDOC, {}))
    manual = dict(info.get("manual_doc", {}))
    responses = {
        str(status): {"$ref": f"#/components/responses/{SHARED_RESPONSES[status][0]}"} for status in statuses
    }
    manual["responses"] = {**manual.get("responses", {}), **responses}
    manual["parameters"] = [*manual.get("parameters", []), *operation.pop("parameters", [])]
    if not manual["parameters"]:
        del manual["parameters"]
    info["manual_doc"] = {**manual, **operation}
    vars(view)[_APIDOC] = info
    return view


def is_documented(view: Callable[..., Any], part: str | None = None) -> bool:
    """Whether flask-smorest knows the view (or, with `arguments`, that it takes something)."""
    known: Mapping[str, Any] = getattr(view, _APIDOC, {})
    return bool(known if part is None else known.get(part))


def _schema_name(schema: Any) -> str:
    """`Case` for CaseSchema; schemas that are changed on the way are written in place."""
    resolved = schema if isinstance(schema, type) else type(schema)
    instance = None if isinstance(schema, type) else schema
    if instance is not None and (instance.only or instance.exclude or instance.partial):
        return ""  # none: it is written where it stands
    return resolved.__name__.removesuffix("Schema")
