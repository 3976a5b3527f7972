"""The audit finds what somebody with the database's own rights did, and names it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from field_visits.evidence.epochs import log_origin
from field_visits.evidence.fsck import Audit, audit_log
from field_visits.evidence.notes import VerifierKey
from tests.cluster import Cluster
from tests.features.dossier.scene import Scene, log_signers


@pytest.fixture
def numbered(scene: Scene) -> Scene:
    """A log of two checkpoints."""
    scene.world.case()
    scene.number()
    scene.world.case()
    scene.number()
    return scene


def audit(scene: Scene, *keys: VerifierKey) -> Audit:
    trusted = keys or (log_signers(log_origin(scene.world.organisation))[0].verifier,)
    with scene.world.database.transaction(scene.world.organisation) as session:
        return audit_log(session, scene.world.organisation, trusted)


@contextmanager
def insider(cluster: Cluster, database: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody who is superuser and switches the triggers off."""
    with psycopg.connect(cluster.url("superuser", database)) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def test_an_honest_log_is_whole(numbered: Scene) -> None:
    told: list[int] = []

    with numbered.world.database.transaction(numbered.world.organisation) as session:
        found = audit_log(
            session,
            numbered.world.organisation,
            [log_signers(log_origin(numbered.world.organisation))[0].verifier],
            progress=told.append,
        )

    assert found.is_whole, found.faults
    assert found.entries == found.size == told[-1]
    assert (found.checkpoints, found.erased) == (2, 0)


def test_what_waits_is_no_fault(scene: Scene) -> None:
    scene.world.case()

    found = audit(scene)

    assert (found.size, found.faults) == (0, [])


FAULTS = {
    "a body is edited": (
        (
            "UPDATE entry_bodies SET body = convert_to(replace(convert_from(body, 'UTF8'), 'rows', 'r0ws'), 'UTF8')"
            " WHERE org_id = %(org)s AND entry_id = (SELECT entry_id FROM leaves WHERE org_id = %(org)s AND idx = 9)"
        ),
        "leaf 9 (entry {entry}): the body does not have its hash",
    ),
    "an entry's bytes are edited": (
        (
            "UPDATE entries SET canonical = convert_to(replace(convert_from(canonical, 'UTF8'), 'change', 'fact'), 'UTF8')"
            " WHERE id = (SELECT entry_id FROM leaves WHERE org_id = %(org)s AND idx = 9)"
        ),
        "leaf 9 (entry {entry}): the entry's bytes do not have its hash",
    ),
    "an entry and its hash are edited": (
        (
            "UPDATE entries SET canonical = c.b, hash = sha256(c.b) FROM (SELECT e.id,"
            " convert_to(replace(convert_from(canonical, 'UTF8'), 'change', 'fact'), 'UTF8') AS b"
            " FROM entries e JOIN leaves l ON l.entry_id = e.id WHERE l.org_id = %(org)s AND l.idx = 9) c"
            " WHERE entries.id = c.id"
        ),
        "leaf 9 (entry {entry}): the leaf hash is not that of its record",
    ),
    "a column says something else than the bytes": (
        (
            "UPDATE entries SET code = 'user:profile:changed'"
            " WHERE id = (SELECT entry_id FROM leaves WHERE org_id = %(org)s AND idx = 9)"
        ),
        "leaf 9 (entry {entry}): the column for «code» does not say what the entry's bytes say",
    ),
    "an entry is deleted": (
        "DELETE FROM entries WHERE id = (SELECT entry_id FROM leaves WHERE org_id = %(org)s AND idx = 9)",
        "leaf 9 (entry {entry}): the entry is missing",
    ),
    "a leaf is deleted": ("DELETE FROM leaves WHERE org_id = %(org)s AND idx = 9", "leaf 9 is missing"),
    "the tail is cut": (
        "DELETE FROM leaves WHERE org_id = %(org)s AND idx >= 9",
        "checkpoint {size} covers leaves that are missing",
    ),
    "two leaves change places": (
        "UPDATE leaves SET no = no + 1 WHERE org_id = %(org)s AND idx = 9",
        "leaf 9 (entry {entry}): it does not follow leaf 0 of stream {stream}",
    ),
    "a node of the tree is changed": (
        "UPDATE tree_nodes SET hash = sha256('x') WHERE org_id = %(org)s AND level = 1 AND idx = 2",
        "tree node 1/2 is not the hash of its children",
    ),
    "a checkpoint's row says another root": (
        "UPDATE checkpoints SET root = sha256('x') WHERE org_id = %(org)s AND size = %(size)s",
        "checkpoint {size} does not say what its row says",
    ),
    "an entry is taken out of the queue": (
        (
            "INSERT INTO entries (id, org_id, code, kind, subject_table, subject_id, stream, occurred_at, received_at,"
            " canonical, hash) SELECT '01939b8e-7f00-7000-8000-000000000000', org_id, code, 'fact', subject_table,"
            " subject_id, stream, occurred_at, received_at, canonical, hash FROM entries"
            " WHERE id = (SELECT entry_id FROM leaves WHERE org_id = %(org)s AND idx = 9)"
        ),
        "entry 01939b8e-7f00-7000-8000-000000000000 is neither in the log nor waiting for it",
    ),
    "what a change explained is hidden": (
        (
            "DELETE FROM evidence_link WHERE entry_id ="
            " (SELECT entry_id FROM leaves WHERE org_id = %(org)s AND idx = 9)"
        ),
        "entry {entry} explains no row",
    ),
}


@pytest.mark.parametrize(("sql", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_the_audit_names_what_an_insider_did(
    numbered: Scene, cluster: Cluster, app_database_name: str, sql: str, fault: str
) -> None:
    with insider(cluster, app_database_name) as connection:
        told = {"org": numbered.world.organisation}
        row = connection.execute(
            "SELECT entry_id, stream FROM leaves WHERE org_id = %(org)s AND idx = 9", told
        ).fetchone()
        head = connection.execute("SELECT max(size) FROM checkpoints WHERE org_id = %(org)s", told).fetchone()
        assert row is not None
        assert head is not None
        connection.execute(sql, {**told, "size": head[0]})

    found = audit(numbered)

    assert fault.format(entry=row[0], stream=row[1], size=head[0]) in found.faults


def test_a_checkpoint_of_another_key_is_named(numbered: Scene) -> None:
    stranger = VerifierKey(log_origin(numbered.world.organisation), bytes(32))

    found = audit(numbered, stranger)

    assert len(found.faults) == 2
    assert all("None of the given keys signed this note." in fault for fault in found.faults)


def test_a_tree_rebuilt_over_an_edited_entry_still_breaks_the_signed_root(
    numbered: Scene, cluster: Cluster, app_database_name: str
) -> None:
    with insider(cluster, app_database_name) as connection:
        told = {"org": numbered.world.organisation}
        connection.execute("UPDATE leaves SET hash = sha256('x') WHERE org_id = %(org)s AND idx = 0", told)
        connection.execute("DELETE FROM tree_nodes WHERE org_id = %(org)s", told)

    found = audit(numbered)

    assert any(
        "leaf 0" in fault and "the leaf hash is not that of its record" in fault for fault in found.faults
    )
