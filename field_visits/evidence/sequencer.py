"""The sequencer: gives pending entries their place in the log and signs what results.

It never touches an entry. One leader per log at a time (an advisory transaction lock); everything of a
turn is one transaction: leaves, tree nodes, the checkpoint, and the pending rows gone. If we crash before
the commit nothing happened; after it, everything did. A checkpoint's key is its size, so even two leaders
could not publish two trees of one size.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from field_visits.evidence.checkpoints import Checkpoint, sign_checkpoint
from field_visits.evidence.epochs import OutsideCheckpoints, epochs_of, log_origin
from field_visits.evidence.merkle import Node, StoredNode, appended_nodes, fold_root, root_nodes
from field_visits.evidence.nodes import load_nodes
from field_visits.evidence.notes import SignerKey
from field_visits.evidence.proofs import FIRST_NO, LeafRecord
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from field_visits.kernel.errors import UnavailableError
from field_visits.kernel.ids import EntryId, OrganisationId

BATCH = 5_000
_LOG = logging.getLogger(__name__)
# Distinguishes our advisory locks from others in the same database.
_LOCK_CLASS = 0x10C

_PENDING = text("""
    SELECT p.entry_id, e.hash, e.stream FROM public.pending p JOIN public.entries e ON e.id = p.entry_id
    WHERE p.org_id = :org ORDER BY p.entry_id LIMIT :limit
""")
_HEADS = text("""
    SELECT s.stream, l.no, l.hash FROM unnest(CAST(:streams AS uuid[])) AS s(stream)
    CROSS JOIN LATERAL (
        SELECT no, hash FROM public.leaves WHERE org_id = :org AND stream = s.stream ORDER BY no DESC LIMIT 1
    ) l
""")
_INSERT_LEAVES = text("""
    INSERT INTO public.leaves (org_id, idx, entry_id, stream, no, prev, hash, audience)
    SELECT :org, x.idx, x.entry_id, x.stream, x.no, x.prev, x.hash, e.audience
    FROM unnest(CAST(:idx AS bigint[]), CAST(:entry_id AS uuid[]), CAST(:stream AS uuid[]),
                CAST(:no AS bigint[]), CAST(:prev AS bytea[]), CAST(:hash AS bytea[]))
        AS x(idx, entry_id, stream, no, prev, hash)
    JOIN public.entries e ON e.id = x.entry_id
""")
_INSERT_NODES = text("""
    INSERT INTO public.tree_nodes (org_id, level, idx, hash)
    SELECT :org, x.level, x.idx, x.hash
    FROM unnest(CAST(:level AS bigint[]), CAST(:idx AS bigint[]), CAST(:hash AS bytea[])) AS x(level, idx, hash)
""")
_DELETE_PENDING = text("DELETE FROM public.pending WHERE entry_id = ANY(CAST(:ids AS uuid[]))")
_INSERT_CHECKPOINT = text("""
    INSERT INTO public.checkpoints (org_id, size, root, note, created_at)
    VALUES (:org, :size, :root, :note, :now)
""")

_INSERT_KEYS = text("""
    INSERT INTO public.log_keys (org_id, vkey, since)
    SELECT :org, k, :now FROM unnest(CAST(:vkeys AS text[])) AS k ON CONFLICT DO NOTHING
""")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn did: how many leaves it added, the size of the log after it, and the checkpoint signed."""

    added: int
    size: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """An entry on its way into the tree: its record and the record's hash, made once."""

    entry_id: EntryId
    record: LeafRecord
    hash: bytes


def organisations_with_pending(database: Database) -> list[OrganisationId]:
    """The logs that have something to number. Only the sequencer's login sees them all."""
    with database.transaction(None) as session:
        return list(session.scalars(text("SELECT DISTINCT org_id FROM public.pending")))


def sequence(
    database: Database,
    organisation: OrganisationId,
    signer_for: Callable[[str], Sequence[SignerKey]],
    now: datetime,
    *,
    limit: int = BATCH,
) -> Turn | None:
    """Up to `limit` pending entries have their place, under a freshly signed checkpoint.

    Args:
        database: The sequencer's login.
        organisation: Whose log.
        signer_for: The keys that sign for an origin (two while a key is being rotated).
        now: The checkpoint's time.
        limit: Leaves of one turn.

    Returns:
        None when another process leads this log just now.
    """
    with database.transaction(organisation) as session:
        if not _lead(session, organisation):
            return None
        size = _size(session, organisation)
        rows = session.execute(_PENDING, {"org": organisation, "limit": limit}).all()
        if not rows:
            return Turn(0, size)
        leaves = _number(session, organisation, rows)
        frontier = load_nodes(session, organisation, root_nodes(size))
        added = appended_nodes(size, [leaf.hash for leaf in leaves], frontier)
        _store(session, organisation, size=size, leaves=leaves, nodes=added)
        grown = size + len(rows)
        root = fold_root(
            root_nodes(grown), {**frontier, **{Node(n.level, n.position): n.hash for n in added}}
        )
        origin = log_origin(organisation, epochs_of(session, organisation).current)
        signers = signer_for(origin)
        note = sign_checkpoint(Checkpoint(origin, grown, root), *signers)
        vkeys = [str(signer.verifier) for signer in signers]
        session.execute(_INSERT_KEYS, {"org": organisation, "vkeys": vkeys, "now": now})
        session.execute(
            _INSERT_CHECKPOINT,
            {"org": organisation, "size": grown, "root": root, "note": note.decode(), "now": now},
        )
        return Turn(len(rows), grown, note.decode())


def _lead(session: Session, organisation: OrganisationId) -> bool:
    key = int.from_bytes(organisation.bytes[-4:], "big", signed=True)
    return bool(
        session.scalar(text("SELECT pg_try_advisory_xact_lock(:c, :k)"), {"c": _LOCK_CLASS, "k": key})
    )


def _size(session: Session, organisation: OrganisationId) -> int:
    newest = session.scalar(
        text("SELECT size FROM public.checkpoints WHERE org_id = :org ORDER BY size DESC LIMIT 1"),
        {"org": organisation},
    )
    return newest or 0


def _number(session: Session, organisation: OrganisationId, rows: Sequence[Row[Any]]) -> list[_Leaf]:
    """Each entry's own place in its stream: its number and the leaf before it."""
    streams = list({row.stream for row in rows})
    heads: dict[UUID, tuple[int, bytes]] = {
        row.stream: (row.no, bytes(row.hash))
        for row in session.execute(_HEADS, {"org": organisation, "streams": streams})
    }
    leaves = []
    for row in rows:
        no, prev = heads.get(row.stream, (FIRST_NO - 1, None))
        record = LeafRecord(entry=bytes(row.hash), no=no + 1, prev=prev, stream=row.stream)
        leaf = _Leaf(row.entry_id, record, record.hash())
        heads[row.stream] = (record.no, leaf.hash)
        leaves.append(leaf)
    return leaves


def _store(
    session: Session,
    organisation: OrganisationId,
    *,
    size: int,
    leaves: Sequence[_Leaf],
    nodes: Sequence[StoredNode],
) -> None:
    session.execute(
        _INSERT_LEAVES,
        {
            "org": organisation,
            "idx": list(range(size, size + len(leaves))),
            "entry_id": [leaf.entry_id for leaf in leaves],
            "stream": [leaf.record.stream for leaf in leaves],
            "no": [leaf.record.no for leaf in leaves],
            "prev": [leaf.record.prev for leaf in leaves],
            "hash": [leaf.hash for leaf in leaves],
        },
    )
    upper = [node for node in nodes if node.level > 0]
    session.execute(
        _INSERT_NODES,
        {
            "org": organisation,
            "level": [node.level for node in upper],
            "idx": [node.position for node in upper],
            "hash": [node.hash for node in upper],
        },
    )
    session.execute(_DELETE_PENDING, {"ids": [leaf.entry_id for leaf in leaves]})


def run(
    database: Database,
    signer_for: Callable[[str], Sequence[SignerKey]],
    clock: Clock,
    stop: Event,
    *,
    outside: OutsideCheckpoints,
    pause_s: float = 0.2,
) -> None:
    """Number every log until `stop` is set; at most `pause_s` passes between looks at an idle house.

    A database that does not answer is waited for: entries are safe where they are, and the lag shows. Each
    checkpoint is kept outside once it is committed: a crash in between leaves an older one there, which fits.

    Raises:
        OtherPastError: the database went back while we ran.
    """
    while not stop.is_set():
        try:
            behind = _number_everything(database, signer_for, clock, outside)
        except (UnavailableError, OperationalError) as error:
            _LOG.warning("The sequencer waits for the database: %s", type(error).__name__)
            behind = False
            stop.wait(1)
        if not behind:
            stop.wait(pause_s)


def _number_everything(
    database: Database,
    signer_for: Callable[[str], Sequence[SignerKey]],
    clock: Clock,
    outside: OutsideCheckpoints,
) -> bool:
    """One turn for each log that has something pending; tells whether any is still behind."""
    behind = False
    for organisation in organisations_with_pending(database):
        turn = sequence(database, organisation, signer_for, clock.now())
        behind = behind or (turn is not None and turn.added == BATCH)
        if turn is not None and turn.note is not None:
            try:
                outside.keep(organisation, turn.note)
            except OSError as error:
                _LOG.error("The checkpoint could not be kept in %s: %s", outside.folder, error.strerror)
    return behind
