"""Problems by RFC 9457: one table of codes, and the one way from an error to an answer.

A code is never reused. What stands in an answer is for the caller: never a stack, an SQL text, or a
customer's name. Rules that refuse are no errors: `api.requests` answers them from the committed refusal.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response
from marshmallow import ValidationError, fields
from werkzeug.exceptions import HTTPException

from api import request_ids
from api.schema_base import Schema
from field_visits.kernel.errors import DomainError, Fault

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("doorstep.api")


@dataclass(frozen=True, slots=True)
class Kind:
    """What every problem of one code shares."""

    status: int
    title: str


KINDS: Mapping[str, Kind] = {
    "unreadable": Kind(400, "The request cannot be read"),
    "idempotency-key-missing": Kind(400, "This request needs an Idempotency-Key"),
    "unauthenticated": Kind(401, "Sign in first"),
    "sign-in-failed": Kind(401, "The sign-in was not accepted"),
    "second-factor-required": Kind(401, "A code of the second factor comes next"),
    "second-factor-failed": Kind(401, "The code was not accepted"),
    "password-change-required": Kind(401, "A password of your own comes next"),
    "code-spent": Kind(401, "This code or step is over"),
    "session-ended": Kind(401, "The session was ended"),
    "forbidden": Kind(403, "Your roles do not allow this"),
    "ticket-not-valid": Kind(403, "The upload's ticket does not hold"),
    "not-found": Kind(404, "There is no such thing here"),
    "device-revoked": Kind(410, "This phone was revoked"),
    "method-not-allowed": Kind(405, "This address does not know this method"),
    "refused": Kind(409, "The rules do not allow this now"),
    "illegal": Kind(409, "This is not possible in its present state"),
    "plan-breach": Kind(409, "The day cannot be like this"),
    "sequence-gap": Kind(409, "Commands are missing before these"),
    "already-shown": Kind(409, "What this showed is shown once"),
    "conflict": Kind(409, "Something else stands against this"),
    "stale": Kind(412, "You have an older version of this"),
    "already-there": Kind(412, "These bytes are here already"),
    "too-large": Kind(413, "The request is too large"),
    "unsupported-media-type": Kind(415, "This kind of content is not understood"),
    "invalid": Kind(422, "What was sent cannot be accepted"),
    "not-in-shift": Kind(422, "This lies outside a shift"),
    "missing-glyph": Kind(422, "A character of this cannot be printed"),
    "file-empty": Kind(422, "The file holds nothing"),
    "file-too-large": Kind(422, "The file is too large"),
    "file-too-many-rows": Kind(422, "The file has too many rows"),
    "file-too-many-columns": Kind(422, "The file has too many columns"),
    "file-unpacks-too-large": Kind(422, "The workbook unpacks to too much"),
    "file-old-excel": Kind(422, "This is an old Excel file"),
    "file-binary-excel": Kind(422, "This is a binary Excel file"),
    "file-open-document": Kind(422, "This is an OpenDocument file"),
    "file-encrypted": Kind(422, "The file is locked by a password"),
    "file-web-page": Kind(422, "This is a web page"),
    "file-pdf": Kind(422, "This is a PDF document"),
    "file-picture": Kind(422, "This is a picture"),
    "file-archive": Kind(422, "This is an archive"),
    "file-other-document": Kind(422, "This document is no table"),
    "file-damaged": Kind(422, "The file is damaged"),
    "file-no-text": Kind(422, "This is no text"),
    "file-encoding-unknown": Kind(422, "The text's encoding is not known"),
    "file-no-csv": Kind(422, "This cannot be read as CSV"),
    "file-no-sheet": Kind(422, "There is no such sheet"),
    "idempotency-key-reused": Kind(422, "This Idempotency-Key belongs to another request"),
    "precondition-required": Kind(428, "This request needs an If-Match"),
    "throttled": Kind(429, "Too many tries"),
    "puzzle-required": Kind(429, "A small puzzle comes first"),
    "bad-request": Kind(400, "The request cannot be served"),
    "internal": Kind(500, "Something broke on our side"),
    "unavailable": Kind(503, "A part that this needs does not answer now"),
    "domain-error": Kind(422, "What was sent cannot be accepted"),
}

# How answers that the framework makes by itself are called.
_BY_STATUS = {
    400: "unreadable",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    428: "precondition-required",
    429: "throttled",
    500: "internal",
    503: "unavailable",
}
# Our own words where the framework's tell nothing useful.
_DETAILS = {
    404: "There is nothing at this address, or it is not in your scope.",
    405: "Use one of the methods named in Allow.",
    413: "Send less at once; the limit is named in the documentation.",
    500: "It was written down under this request's id. Try again, and tell us the id if it stays.",
}


class FaultSchema(Schema):
    """One thing wrong with what was sent."""

    pointer = fields.String(
        required=True, metadata={"description": "JSON pointer (RFC 6901) to the value; empty for the whole."}
    )
    detail = fields.String(required=True, metadata={"description": "What is wrong and what to do."})
    location = fields.String(
        metadata={"description": "`query`, `path` or `file` where the pointer does not lead into the body."}
    )


class BreachSchema(Schema):
    """One rule of the day or of the law that a wish would break."""

    rule = fields.String(
        required=True,
        metadata={"description": "`law`, `promise`, or a rule of the day such as `shift` or `skill`."},
    )
    crew = fields.String(required=True, allow_none=True)
    appointment_id = fields.UUID(required=True, allow_none=True)
    size = fields.Integer(
        required=True, metadata={"description": "Seconds, metres or visits, as the rule counts."}
    )
    start_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When the visit would begin."}
    )
    sentence = fields.String(required=True)
    decision = fields.Dict(required=True, allow_none=True, metadata={"description": "What the rules said."})


class PuzzleSchema(Schema):
    """A little work for the caller's device. docs/sign-in.md tells how it is solved."""

    text = fields.String(required=True, metadata={"description": "Goes back with the numbers."})
    bits = fields.Integer(required=True, metadata={"description": "Zero bits that each part begins with."})
    parts = fields.Integer(required=True, metadata={"description": "How many numbers are looked for."})
    rounds = fields.Integer(required=True, metadata={"description": "Iterations of PBKDF2."})
    expires_at = fields.DateTime(required=True)


class ProblemSchema(Schema):
    """Why a request was not done (RFC 9457)."""

    type = fields.String(required=True, metadata={"format": "uri-reference", "example": "/problems/invalid"})
    code = fields.String(required=True, metadata={"description": "Stable; act on this one."})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What is wrong and what to do next."})
    instance = fields.String(required=True, metadata={"description": "The id of this request."})
    errors = fields.List(fields.Nested(FaultSchema))
    decision = fields.Dict(metadata={"description": "What the rules said: reasons, packs, next_lawful_at."})
    evidence_id = fields.UUID(metadata={"description": "The entry that keeps this refusal."})
    receipt = fields.String(metadata={"description": "That entry's hash."})
    current = fields.Dict(metadata={"description": "The newest version of the thing, where yours is older."})
    expected_seq = fields.Integer(metadata={"description": "The number of the command to send next."})
    expected_prev_hash = fields.String(metadata={"description": "What that command has to follow."})
    breaches = fields.List(
        fields.Nested(BreachSchema),
        metadata={"description": "What stands against a day that was wished for."},
    )
    step = fields.String(metadata={"description": "Opens the next step of this sign-in, once."})
    step_expires_at = fields.DateTime(metadata={"description": "When that step is over."})
    puzzle = fields.Nested(
        PuzzleSchema, metadata={"description": "To be solved before the same is sent again with `solution`."}
    )


class ApiError(DomainError):
    """Something wrong with the request itself, of one of the codes in KINDS."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail, faults=faults)
        self.code = code
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


def problem(
    code: str,
    detail: str,
    *,
    faults: Sequence[Mapping[str, str]] = (),
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """The answer for one problem."""
    kind = KINDS[code]
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "code": code,
        "title": kind.title,
        "status": status or kind.status,
        "detail": detail,
        "instance": request_ids.current(),
    }
    if faults:
        body["errors"] = list(faults)
    body |= {name: value for name, value in extra.items() if value is not None}
    response = Response(
        orjson.dumps(body, option=orjson.OPT_UTC_Z), status=body["status"], mimetype=MEDIA_TYPE
    )
    response.headers.extend(dict(headers or {}))
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of_domain_error(error: DomainError) -> Response:
    """The answer for an error that people can mend."""
    headers = dict(getattr(error, "headers", {}))
    retry_after_s: int | None = getattr(error, "retry_after_s", None)
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    return problem(
        error.code,
        error.detail,
        faults=[{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults],
        headers=headers,
        **getattr(error, "extra", {}),
    )


def of_http_exception(error: HTTPException) -> Response:
    """The answer for what the framework itself turned away; its headers (Allow, Retry-After) are kept."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # Flask makes its own Response of every answer
    status = error.code or 500
    code = _BY_STATUS.get(status, "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal")
    headers = {
        name: value
        for name, value in error.get_headers()
        if name.lower() not in {"content-type", "content-length"}
    }
    detail = _DETAILS.get(status) or error.description or HTTPStatus(status).phrase
    return problem(code, detail, status=status, headers=headers)


def of_validation_error(error: ValidationError) -> Response:
    """The answer for a payload or query that its schema does not accept."""
    return problem(
        "invalid", "Some values cannot be accepted; see errors.", faults=list(faults_of(error.messages))
    )


def faults_of(messages: Any, *, location: str = "json") -> Iterator[dict[str, str]]:
    """Marshmallow's nested messages as pointers."""
    for pointer, detail in _walk(messages, ""):
        fault = {"pointer": pointer, "detail": detail}
        yield fault if location == "json" else {**fault, "location": location}


def _walk(messages: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            # `_schema` speaks of the object itself; `value` and `key` of a mapping are one step too many.
            step = "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from _walk(below, pointer + step)
    elif isinstance(messages, str):
        yield pointer, messages
    else:
        for message in messages:
            yield from _walk(message, pointer)


def of_defect(error: Exception) -> Response:
    """The answer for a defect of ours: its cause goes to the log, its id to the caller."""
    _log.error("request %s failed", request_ids.current(), exc_info=error)
    return problem("internal", _DETAILS[500])


def register(app: Flask) -> None:
    """Every error of `app` leaves as a problem."""
    app.register_error_handler(DomainError, of_domain_error)
    app.register_error_handler(ValidationError, of_validation_error)
    app.register_error_handler(HTTPException, of_http_exception)
    app.register_error_handler(Exception, of_defect)
