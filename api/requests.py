"""How a request becomes work: `reads` and `writes`, outermost on every method of a resource.

    class Arrival(MethodView):
        @writes("visit:arrive")
        @blueprint.takes(ArrivalSchema)
        @blueprint.gives(200, VisitSchema)
        def post(self, arrival: dict[str, Any], visit_id: UUID) -> Visit:
            visit = queries.get_visit(current_uow(), visit_id, scope=current_scope())
            settle(service.arrive(current_uow(), visit, **arrival))
            return visit

In this order: the body is read; a unit of work opens; token and permission are checked in it; a repeated
request gets its first answer; the method runs and its result is dumped; the transaction commits; the
answer leaves. An exception rolls everything back. A refusal commits and leaves as a 409.

An answer with a secret in it (`shows_secret`) is not kept: a repeat is not done twice, and is told so.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

from flask import Response, g, make_response, request

from api.auth import actor_of, bearer_token
from api.blueprints import View, document, is_documented
from api.bodies import MAX_BODY_BYTES, read_body
from api.house import current_house
from api.problems import ApiError, problem
from api.spooling import spooled_body
from field_visits.identity import repeats
from field_visits.identity.permissions import PERMISSIONS, require
from field_visits.identity.repeats import Answer
from field_visits.kernel.actor import Actor, ActorKind
from field_visits.unit_of_work import Refused, UnitOfWork

ACCESS: Final = "_doorstep_access"  # the mark without which a view fails tests/architecture/test_routes.py
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
RECEIPT: Final = "Doorstep-Receipt"
MAX_RECEIPTS = 16
_KEY = re.compile(r"[!-~]{8,200}")
_KEPT_HEADERS = ("Content-Type", "ETag", "Location", RECEIPT)
_KEY_PARAMETER = {
    "in": "header",
    "name": IDEMPOTENCY_KEY,
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A fresh random text per request; a repeat under the same one gets the first answer.",
}
_IF_MATCH_PARAMETER = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag of the version that the change was decided on.",
}
Outcome = TypeVar("Outcome")


class RefusedAnswer(Exception):  # noqa: N818 - not an error: it carries a committed refusal to the door
    """The work ended in a recorded refusal; it commits and is answered with 409."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.detail)
        self.refused = refused


def settle(outcome: Outcome | Refused) -> Outcome:
    """The outcome if it was applied; a refusal ends the request here, committed and answered with 409."""
    if isinstance(outcome, Refused):
        raise RefusedAnswer(outcome)
    return outcome


def reads(permission: str) -> Callable[[View], View]:
    """The method only asks. What it records (a view of a case) commits before the answer leaves."""
    return partial(_serve, permission, is_repeatable=False, is_versioned=False, max_bytes=MAX_BODY_BYTES)


def writes(
    permission: str,
    *,
    versioned: bool = False,
    max_bytes: int = MAX_BODY_BYTES,
    keyed: bool | None = None,
    shows_secret: bool = False,
    spooled: bool = False,
    errors: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """The method changes something.

    Args:
        permission: `subject:verb` of the table.
        versioned: It calls `check_version`: If-Match is documented as required.
        max_bytes: How large its body may be.
        keyed: Whether an Idempotency-Key is needed; by default for POST and for nothing else.
        shows_secret: Its answer holds a secret, which is shown once and kept nowhere.
        spooled: Its body is a large file, which `current_spool` has; whoever may not send it is turned away
            before it is read.
        errors: What it may answer besides what every change may.
    """
    return partial(
        _serve,
        permission,
        is_repeatable=keyed,
        is_versioned=versioned,
        max_bytes=max_bytes,
        is_write=True,
        shows_secret=shows_secret,
        spooled=spooled,
        errors=errors,
    )


def public(reason: str, *, errors: tuple[int, ...] = ()) -> Callable[[View], View]:
    """Anyone may call the method; `reason` says why that is right, `errors` what it may answer."""

    def decorator(view: View) -> View:
        vars(view)[ACCESS] = f"public: {reason}"
        if is_documented(view):
            document(view, statuses=(*errors, 500, 503), security=[])
        return view

    return decorator


def _serve(
    permission: str,
    view: View,
    *,
    is_repeatable: bool | None,
    is_versioned: bool,
    max_bytes: int,
    is_write: bool = False,
    shows_secret: bool = False,
    spooled: bool = False,
    errors: tuple[int, ...] = (),
) -> View:
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not in field_visits.identity.permissions.")
    is_keyed = view.__name__ == "post" if is_repeatable is None else is_repeatable

    @wraps(view)
    def serve(*args: Any, **kwargs: Any) -> Response:
        request.max_content_length = max_bytes
        if not spooled:
            return answer(read_body(), *args, **kwargs)
        with current_house().work_by(bearer_token().organisation, _actor) as uow:
            require(uow.actor, permission)
        with spooled_body() as g.spool:
            return answer(g.spool.sha256.encode(), *args, **kwargs)

    def answer(body: bytes, *args: Any, **kwargs: Any) -> Response:
        key = _idempotency_key() if is_keyed else None
        with current_house().work_by(bearer_token().organisation, _actor) as uow:
            g.uow, g.scope = uow, require(uow.actor, permission)
            run = partial(_run, uow, view, *args, **kwargs)
            return run() if key is None else _once(uow, key, body, run, shows_secret=shows_secret)

    vars(serve)[ACCESS] = permission
    return _documented(
        cast("View", serve),
        permission,
        is_keyed=is_keyed,
        is_versioned=is_versioned,
        is_write=is_write,
        errors=errors,
    )


def _actor(session: Any, now: datetime) -> Actor:
    return actor_of(current_house(), bearer_token(), session, now)


def _run(uow: UnitOfWork, view: Callable[..., Any], *args: Any, **kwargs: Any) -> Response:
    try:
        response = make_response(view(*args, **kwargs))
    except RefusedAnswer as answer:
        response = _refusal(answer.refused, is_told_why=uow.actor.kind is not ActorKind.CUSTOMER)
    if uow.receipts:
        response.headers[RECEIPT] = ", ".join(receipt.hash for receipt in uow.receipts[:MAX_RECEIPTS])
    return response


def _refusal(refused: Refused, *, is_told_why: bool) -> Response:
    """The 409 of a refusal. Rules and their sources speak of debts: who holds a link is not told of them."""
    if not is_told_why:
        return problem("illegal", "This cannot be promised. Choose something else, or call us.")
    decision = refused.decision
    return problem(
        "illegal" if decision is None else "refused",
        refused.detail,
        decision=None if decision is None else decision.as_json(),
        evidence_id=str(refused.receipt.entry_id),
        receipt=refused.receipt.hash,
    )


def _once(
    uow: UnitOfWork, key: str, body: bytes, run: Callable[[], Response], *, shows_secret: bool
) -> Response:
    first = repeats.claim(uow, key, _fingerprints(body))
    if first is not None and shows_secret and first.status < HTTPStatus.BAD_REQUEST:
        return problem("already-shown", "This was done, and what it showed is shown once. Make another one.")
    if first is not None:
        response = Response(first.body, status=first.status, headers=dict(first.headers))
        response.headers["Idempotent-Replay"] = "true"
        return response
    response = run()
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    is_secret = shows_secret and response.status_code < HTTPStatus.BAD_REQUEST
    kept = b"" if is_secret else response.get_data()
    repeats.keep(uow, key, Answer(response.status_code, headers, kept))
    return response


def _idempotency_key() -> str:
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if not _KEY.fullmatch(key):
        raise ApiError(
            "idempotency-key-missing",
            f"Send {IDEMPOTENCY_KEY}: 8 to 200 printable characters, fresh and random for each request.",
        )
    return key


def _fingerprints(body: bytes) -> list[bytes]:
    """What makes two requests the same: method, address, query, content type and body.

    Keyed, because a body may hold a password: a stolen database must not give it away to guessing.
    """
    digest = hashlib.sha256()
    for part in (
        request.method.encode(),
        request.path.encode(),
        request.query_string,
        request.mimetype.encode(),
        body,
    ):
        digest.update(len(part).to_bytes(8, "big") + part)
    keys = current_house().keys.fingerprints
    return [hmac.digest(key, digest.digest(), hashlib.sha256) for key in keys]


def _documented(
    view: View,
    permission: str,
    *,
    is_keyed: bool,
    is_versioned: bool,
    is_write: bool,
    errors: tuple[int, ...],
) -> View:
    statuses = {401, 403, 404, 410, 500, 503, *errors}
    if is_write:
        statuses |= {400, 409, 413, 415, 422}
    if is_documented(view, "arguments"):
        statuses |= {400, 422}
    parameters = [_KEY_PARAMETER] if is_keyed else []
    if is_versioned:
        statuses |= {412, 428}
        parameters.append(_IF_MATCH_PARAMETER)
    return document(
        view, statuses=tuple(sorted(statuses)), parameters=parameters, **{"x-permission": permission}
    )
