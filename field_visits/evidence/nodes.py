"""Fetching stored tree nodes: one query for all that a proof or a turn of the sequencer needs."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from field_visits.evidence.merkle import Node
from field_visits.kernel.ids import OrganisationId

_NODES = text("""
    SELECT n.level, n.idx, COALESCE(t.hash, l.hash) AS hash
    FROM unnest(CAST(:levels AS bigint[]), CAST(:idxs AS bigint[])) AS n(level, idx)
    LEFT JOIN public.tree_nodes t ON t.org_id = :org AND t.level = n.level AND t.idx = n.idx
    LEFT JOIN public.leaves l ON n.level = 0 AND l.org_id = :org AND l.idx = n.idx
""")


def load_nodes(session: Session, organisation: OrganisationId, nodes: Sequence[Node]) -> dict[Node, bytes]:
    """The stored hashes of complete subtrees; level 0 is read from the leaves themselves."""
    if not nodes:
        return {}
    found = session.execute(
        _NODES, {"org": organisation, "levels": [n.level for n in nodes], "idxs": [n.position for n in nodes]}
    )
    return {Node(row.level, row.idx): bytes(row.hash) for row in found if row.hash is not None}
