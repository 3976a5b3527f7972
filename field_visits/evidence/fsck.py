"""Audit of a whole log from what is stored: every hash made again, every root rebuilt.

Consistency proofs see hashes only: a body or an entry edited in SQL is found here and nowhere else. The
audit reads and changes nothing. It cannot find a rewrite that its author signed anew: compare the newest
checkpoint with one that somebody else holds.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from field_visits.evidence.canonical import body_hash
from field_visits.evidence.checkpoints import CheckpointError, open_checkpoint
from field_visits.evidence.epochs import epochs_of
from field_visits.evidence.merkle import Node, appended_nodes, fold_root, root_nodes
from field_visits.evidence.notes import VerifierKey
from field_visits.evidence.proofs import FIRST_NO, LeafRecord, ProofError
from field_visits.kernel.ids import OrganisationId

_PAGE = 2_000
_LEAVES = text("""
    SELECT l.idx, l.entry_id, l.stream, l.no, l.prev, l.hash AS leaf_hash, e.id, e.org_id, e.code, e.kind, e.subject_table,
           e.subject_id, e.case_id, e.canonical, e.hash, b.salt, b.body
    FROM public.leaves l LEFT JOIN public.entries e ON e.id = l.entry_id
    LEFT JOIN public.entry_bodies b ON b.entry_id = e.id
    WHERE l.org_id = :org AND l.idx >= :start ORDER BY l.idx LIMIT :page
""")
_ORPHANS = text("""
    SELECT e.id FROM public.entries e WHERE e.org_id = :org
    AND NOT EXISTS (SELECT 1 FROM public.leaves l WHERE l.entry_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM public.pending p WHERE p.entry_id = e.id)
""")
_UNEXPLAINED = text("""
    SELECT e.id FROM public.entries e WHERE e.org_id = :org AND e.kind = 'change'
    AND NOT EXISTS (SELECT 1 FROM public.evidence_link k WHERE k.entry_id = e.id)
""")


@dataclass(slots=True)
class Audit:
    """What the audit found: counts, and every fault with the part it names."""

    entries: int = 0
    erased: int = 0
    checkpoints: int = 0
    size: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults


def audit_log(
    session: Session,
    organisation: OrganisationId,
    keys: Sequence[VerifierKey],
    *,
    progress: Callable[[int], None] | None = None,
) -> Audit:
    """Every entry, leaf, node, root and checkpoint of the log was hashed again and compared.

    Args:
        session: Any login that may read the log, bound to the organisation.
        organisation: Whose log.
        keys: The log's public keys, from outside the database.
        progress: Told the number of leaves read so far.
    """
    audit = Audit()
    checkpoints = _checkpoints(session, organisation, keys, audit)
    frontier: dict[Node, bytes] = {}
    heads: dict[Any, tuple[int, bytes]] = {}
    for page in _pages(session, organisation):
        fresh = [_check_leaf(row, organisation, heads, audit) for row in page]
        for expected, row in enumerate(page, start=audit.size):
            if row.idx != expected:
                audit.faults.append(f"leaf {expected} is missing")
                return audit
        for position, leaf in enumerate(fresh):
            size = audit.size + position
            for node in appended_nodes(size, [leaf], frontier):
                frontier[Node(node.level, node.position)] = node.hash
            wanted = root_nodes(size + 1)
            frontier = {node: frontier[node] for node in wanted}
            root = checkpoints.pop(size + 1, None)
            if root is not None and root != fold_root(wanted, frontier):
                audit.faults.append(f"checkpoint {size + 1} does not have the root of the leaves before it")
        audit.size += len(page)
        if progress is not None:
            progress(audit.size)
    audit.faults += [f"checkpoint {size} covers leaves that are missing" for size in sorted(checkpoints)]
    _check_nodes(session, organisation, audit)
    for sql, what in (
        (_ORPHANS, "is neither in the log nor waiting for it"),
        (_UNEXPLAINED, "explains no row"),
    ):
        audit.faults += [f"entry {row.id} {what}" for row in session.execute(sql, {"org": organisation})]
    return audit


def _pages(session: Session, organisation: OrganisationId) -> Iterator[Sequence[Row[Any]]]:
    start = 0
    while page := session.execute(_LEAVES, {"org": organisation, "start": start, "page": _PAGE}).all():
        yield page
        start = page[-1].idx + 1


def _check_leaf(
    row: Row[Any], organisation: OrganisationId, heads: dict[Any, tuple[int, bytes]], audit: Audit
) -> bytes:
    """Compare one leaf with its entry and predecessor; returns the leaf hash made again."""
    name = f"leaf {row.idx} (entry {row.entry_id})"
    if row.canonical is None:
        audit.faults.append(f"{name}: the entry is missing")
        return bytes(row.leaf_hash)
    audit.entries += 1
    canonical = bytes(row.canonical)
    digest = sha256(canonical).digest()
    audit.faults += [f"{name}: {fault}" for fault in _entry_faults(row, organisation, canonical, digest)]
    if row.body is None:
        audit.erased += 1
    no, prev = heads.get(row.stream, (FIRST_NO - 1, None))
    if row.no != no + 1 or (None if row.prev is None else bytes(row.prev)) != prev:
        audit.faults.append(f"{name}: it does not follow leaf {no} of stream {row.stream}")
    try:
        leaf = LeafRecord(digest, row.no, None if row.prev is None else bytes(row.prev), row.stream).hash()
    except ProofError as error:
        audit.faults.append(f"{name}: {error}")
        leaf = bytes(row.leaf_hash)
    if leaf != bytes(row.leaf_hash):
        audit.faults.append(f"{name}: the leaf hash is not that of its record")
    heads[row.stream] = (row.no, bytes(row.leaf_hash))
    return leaf


def _entry_faults(
    row: Row[Any], organisation: OrganisationId, canonical: bytes, digest: bytes
) -> Iterator[str]:
    if digest != bytes(row.hash):
        yield "the entry's bytes do not have its hash"
    try:
        told = json.loads(canonical)
    except ValueError:
        yield "the entry's bytes are not JSON"
        return
    shown = {
        "id": str(row.id),
        "log": str(organisation),
        "code": row.code,
        "kind": row.kind,
        "subject": {"table": row.subject_table, "id": str(row.subject_id)},
        "case": None if row.case_id is None else str(row.case_id),
    }
    for key, value in shown.items():
        if told.get(key) != value:
            yield f"the column for «{key}» does not say what the entry's bytes say"
    if row.body is not None and body_hash(bytes(row.salt), bytes(row.body)).hex() != told.get("body_hash"):
        yield "the body does not have its hash"


def _checkpoints(
    session: Session, organisation: OrganisationId, keys: Sequence[VerifierKey], audit: Audit
) -> dict[int, bytes]:
    """Size -> root of every checkpoint whose signature holds."""
    found: dict[int, bytes] = {}
    epochs = epochs_of(session, organisation)
    rows = session.execute(
        text("SELECT size, root, note FROM public.checkpoints WHERE org_id = :org ORDER BY size"),
        {"org": organisation},
    )
    for row in rows:
        audit.checkpoints += 1
        try:
            checkpoint = open_checkpoint(row.note.encode(), keys)
        except CheckpointError as error:
            audit.faults.append(f"checkpoint {row.size}: {error}")
            continue
        if (checkpoint.origin, checkpoint.size, checkpoint.root) != (
            epochs.origin_of(row.size),
            row.size,
            bytes(row.root),
        ):
            audit.faults.append(f"checkpoint {row.size} does not say what its row says")
        found[row.size] = checkpoint.root
    return found


def _check_nodes(session: Session, organisation: OrganisationId, audit: Audit) -> None:
    """Every stored node is the hash of its two children."""
    broken = session.execute(
        text("""
            WITH every AS (
                SELECT level, idx, hash FROM public.tree_nodes WHERE org_id = :org
                UNION ALL SELECT 0, idx, hash FROM public.leaves WHERE org_id = :org
            )
            SELECT n.level, n.idx FROM public.tree_nodes n
            LEFT JOIN every l ON l.level = n.level - 1 AND l.idx = 2 * n.idx
            LEFT JOIN every r ON r.level = n.level - 1 AND r.idx = 2 * n.idx + 1
            WHERE n.org_id = :org AND n.hash IS DISTINCT FROM sha256('\\x01'::bytea || l.hash || r.hash)
        """),
        {"org": organisation},
    )
    audit.faults += [f"tree node {row.level}/{row.idx} is not the hash of its children" for row in broken]
