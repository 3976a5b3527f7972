"""Checkpoints, proofs, the lag and the keys: what phones and auditors need to check the log by themselves.

Nothing here tells what an entry says. A collector asks for proofs of entries that concern them; heads and
consistency proofs are anybody's in the organisation.
"""

import base64
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.log import schemas
from api.paging import Page, Position, page_of, paged
from api.requests import reads
from api.work import current_scope, current_uow
from field_visits.evidence import log
from field_visits.evidence.epochs import epochs_of
from field_visits.evidence.log import Head
from field_visits.evidence.notes import VerifierKey
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import EntryId

LATE: Final = timedelta(seconds=10)
TEXT: Final = "text/plain"

blueprint = Blueprint(
    "log", __name__, description="The evidence log: checkpoints and proofs, never contents."
)


@blueprint.resource("/log/checkpoint")
class Checkpoint(MethodView):
    @reads("log:read")
    @blueprint.streams(TEXT)
    def get(self) -> Response:
        """The newest signed checkpoint. Keep it: who holds an old one can find a rewritten log."""
        uow = current_uow()
        head = log.newest_head(uow.session, uow.actor.organisation)
        if head is None:
            raise NotFoundError("The log is empty, so nothing was signed yet.")
        return _text(head.note)


@blueprint.resource("/log/checkpoints")
class Checkpoints(MethodView):
    @reads("log:read")
    @blueprint.takes(schemas.CheckpointQuery, location="query")
    @blueprint.gives(200, page_of(schemas.CheckpointSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[dict[str, Any]], int, dict[str, str]]:
        """List checkpoints, the newest first."""
        uow = current_uow()

        def fetch(after: Position | None, limit: int) -> list[dict[str, Any]]:
            heads = log.list_heads(
                uow.session, uow.actor.organisation, after=None if after is None else after[0], limit=limit
            )
            return [_head(one) for one in heads]

        return paged(query, fetch, lambda head: (head["size"],))


@blueprint.resource("/log/entries/<uuid:entry_id>/proof")
class Proof(MethodView):
    @reads("log:read")
    @blueprint.takes(schemas.ProofQuery, location="query")
    @blueprint.streams(TEXT)
    def get(self, query: dict[str, Any], entry_id: UUID) -> Response:
        """The offline proof (C2SP tlog-proof) that an entry stands in the log. It is ready within about a second."""
        uow = current_uow()
        entry = EntryId(entry_id)
        if current_scope() is not Scope.ORGANISATION and (
            uow.actor.user is None or not log.concerns(uow.session, entry, uow.actor.user)
        ):
            raise NotFoundError("There is no such entry.")
        proof = log.inclusion_proof(uow.session, uow.actor.organisation, entry, size=query["size"])
        return _text(proof.to_bytes().decode())


@blueprint.resource("/log/consistency")
class Consistency(MethodView):
    @reads("log:read")
    @blueprint.takes(schemas.ConsistencyQuery, location="query")
    @blueprint.gives(200, schemas.ConsistencySchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The proof that the log of one size begins with the log of an older one: it was not rewritten."""
        uow = current_uow()
        path = log.consistency_proof(uow.session, uow.actor.organisation, query["first"], query["second"])
        return {**query, "path": [_base64(step) for step in path]}


@blueprint.resource("/log/lag")
class Lag(MethodView):
    @reads("log:read")
    @blueprint.gives(200, schemas.LagSchema)
    def get(self) -> dict[str, Any]:
        """How many entries wait for their place, and for how long."""
        uow = current_uow()
        lag = log.lag(uow.session, uow.actor.organisation)
        waits = timedelta(0) if lag.oldest is None else max(timedelta(0), uow.now - lag.oldest)
        return {
            "pending": lag.pending,
            "oldest": lag.oldest,
            "seconds": int(waits.total_seconds()),
            "is_late": waits > LATE,
        }


@blueprint.resource("/log/keys")
class Keys(MethodView):
    @reads("log:read")
    @blueprint.gives(200, schemas.KeysSchema)
    def get(self) -> dict[str, Any]:
        """The public keys of the log and of the bundles' seal.

        Publish them where outsiders look for keys to trust: a reader must not take them from a bundle.
        """
        uow = current_uow()
        organisation = uow.actor.organisation
        return {
            "origin": epochs_of(uow.session, organisation).origins[0],
            "log": [{**_key(one.key), "since": one.since} for one in log.log_keys(uow.session, organisation)],
            "seal": [_key(one) for one in current_house().export_keys(organisation)],
        }


def _head(head: Head) -> dict[str, Any]:
    return {
        "size": head.size,
        "root": _base64(head.root),
        "note": head.note,
        "created_at": head.created_at,
    }


def _key(key: VerifierKey) -> dict[str, Any]:
    return {"key": str(key), "name": key.name, "fingerprint": key.fingerprint}


def _text(content: str) -> Response:
    return Response(content, mimetype=TEXT)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
