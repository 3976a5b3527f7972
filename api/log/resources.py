"""The log: checkpoints and proofs. Texts are the C2SP forms that other tools read; hashes only, no person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.log import schemas
from api.paging import page_of, paged
from api.requests import reads
from api.work import current_uow
from field_visits.evidence import log
from field_visits.evidence.notes import VerifierKey
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import EntryId

blueprint = Blueprint("log", __name__, description="Signed checkpoints and proofs of the evidence log.")

TEXT = "text/plain"


@blueprint.resource("/log/checkpoint")
class NewestCheckpoint(MethodView):
    @reads("log:read")
    @blueprint.streams(TEXT)
    def get(self) -> Response:
        """The newest checkpoint as a C2SP signed note. Keep it: it binds the log as it is now."""
        uow = current_uow()
        head = log.newest_head(uow.session, uow.actor.organisation)
        if head is None:
            raise NotFoundError("The log is empty; its first checkpoint comes within a second of an entry.")
        return _text(head.note.encode())


@blueprint.resource("/log/checkpoints")
class Checkpoints(MethodView):
    @reads("log:read")
    @blueprint.takes(schemas.CheckpointQuery, location="query")
    @blueprint.gives(200, page_of(schemas.CheckpointSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """Published checkpoints, the newest first."""
        uow = current_uow()

        def fetch(after: tuple[Any, ...] | None, limit: int) -> Sequence[dict[str, Any]]:
            heads = log.list_heads(
                uow.session, uow.actor.organisation, after=None if after is None else after[0], limit=limit
            )
            return [
                {"size": head.size, "root": head.root.hex(), "note": head.note, "created_at": head.created_at}
                for head in heads
            ]

        return paged(query, fetch, lambda head: (head["size"],))


@blueprint.resource("/log/entries/<uuid:entry_id>/proof")
class InclusionProof(MethodView):
    @reads("log:read")
    @blueprint.takes(schemas.ProofQuery, location="query")
    @blueprint.streams(TEXT)
    def get(self, query: dict[str, Any], entry_id: UUID) -> Response:
        """The offline proof that an entry stands in the log (C2SP tlog-proof)."""
        uow = current_uow()
        proof = log.inclusion_proof(
            uow.session, uow.actor.organisation, EntryId(entry_id), size=query["size"]
        )
        return _text(proof.to_bytes())


@blueprint.resource("/log/consistency")
class Consistency(MethodView):
    @reads("log:read")
    @blueprint.takes(schemas.ConsistencyQuery, location="query")
    @blueprint.gives(200, schemas.ConsistencySchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The proof that the log of the second size begins with the log of the first."""
        uow = current_uow()
        path = log.consistency_proof(uow.session, uow.actor.organisation, query["size1"], query["size2"])
        return {**query, "path": [step.hex() for step in path]}


@blueprint.resource("/log/lag")
class LogLag(MethodView):
    @reads("log:read")
    @blueprint.gives(200, schemas.LagSchema)
    def get(self) -> log.Lag:
        """How far the log is behind."""
        uow = current_uow()
        return log.lag(uow.session, uow.actor.organisation)


@blueprint.resource("/log/keys")
class LogKeys(MethodView):
    @reads("log:read")
    @blueprint.gives(200, schemas.LogKeySchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The public keys that sign this log and its bundles, newest first: publish their fingerprints outside."""
        uow = current_uow()
        told: list[tuple[str, VerifierKey, datetime | None]] = []
        told += [("log", one.key, one.since) for one in log.log_keys(uow.session, uow.actor.organisation)]
        told += [("export", key, None) for key in current_house().export_keys(uow.actor.organisation)]
        return [
            {"purpose": purpose, "vkey": str(key), "fingerprint": key.fingerprint, "since": since}
            for purpose, key, since in told
        ]


def _text(content: bytes) -> Response:
    return Response(content, mimetype=TEXT)
