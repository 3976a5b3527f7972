"""The sequencer against a real database: order, proofs, leaders and crashes."""

from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from field_visits.evidence import merkle
from field_visits.evidence.checkpoints import open_checkpoint
from field_visits.evidence.epochs import log_origin
from field_visits.evidence.notes import SignerKey
from field_visits.evidence.sequencer import organisations_with_pending, sequence
from field_visits.identity.models import User
from field_visits.kernel.db import Database
from tests.world import World, applied

KEY = Ed25519PrivateKey.generate()


def signers(origin: str) -> Sequence[SignerKey]:
    return [SignerKey(origin, KEY)]


def change_name(world: World, name: str) -> None:
    with world.work() as uow:
        applied(uow.apply(uow.session.get_one(User, world.collector.user), "change", changes={"name": name}))


def leaves(world: World) -> list[tuple[int, int, bytes | None, bytes]]:
    with world.database.transaction(world.organisation) as session:
        rows = session.execute(
            text("SELECT idx, no, prev, hash FROM leaves WHERE org_id = :o ORDER BY idx"),
            {"o": world.organisation},
        ).all()
    return [(row.idx, row.no, row.prev and bytes(row.prev), bytes(row.hash)) for row in rows]


@pytest.mark.parametrize("limit", [1, 3, 5000])
def test_every_entry_gets_its_place_whatever_the_batch(
    world: World, sequencer_database: Database, limit: int
) -> None:
    for number in range(5):
        change_name(world, f"n{number}")

    while (
        turn := sequence(sequencer_database, world.organisation, signers, world.clock.now(), limit=limit)
    ) and turn.added:
        pass

    with world.database.transaction(world.organisation) as session:
        entries = session.scalar(text("SELECT count(*) FROM entries"))
        note = session.scalar(text("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1"))
    found = leaves(world)
    assert note is not None
    checkpoint = open_checkpoint(note.encode(), [signers(log_origin(world.organisation))[0].verifier])
    assert len(found) == entries == checkpoint.size
    assert checkpoint.root == merkle.root_hash([leaf[3] for leaf in found])
    assert world.organisation not in organisations_with_pending(sequencer_database)


def test_a_streams_leaves_count_up_and_name_their_predecessor(
    world: World, sequencer_database: Database
) -> None:
    change_name(world, "a")
    sequence(sequencer_database, world.organisation, signers, world.clock.now())
    change_name(world, "b")
    sequence(sequencer_database, world.organisation, signers, world.clock.now())

    with world.database.transaction(world.organisation) as session:
        stream = session.execute(
            text("SELECT no, prev, hash FROM leaves WHERE stream = :s ORDER BY no"),
            {"s": world.collector.user},
        ).all()
    assert [row.no for row in stream] == [1, 2, 3]
    assert stream[0].prev is None
    assert [bytes(row.prev) for row in stream[1:]] == [bytes(row.hash) for row in stream[:-1]]


def test_second_leader_stands_back(world: World, sequencer_database: Database) -> None:
    key = int.from_bytes(world.organisation.bytes[-4:], "big", signed=True)
    with sequencer_database.transaction(world.organisation) as leader:
        leader.execute(text("SELECT pg_advisory_xact_lock(268, :k)"), {"k": key})

        assert sequence(sequencer_database, world.organisation, signers, world.clock.now()) is None


def test_crash_before_commit_leaves_everything_pending(world: World, sequencer_database: Database) -> None:
    def dies(origin: str) -> Sequence[SignerKey]:
        raise RuntimeError(origin)

    with pytest.raises(RuntimeError):
        sequence(sequencer_database, world.organisation, dies, world.clock.now())

    assert leaves(world) == []
    turn = sequence(sequencer_database, world.organisation, signers, world.clock.now())
    assert turn is not None
    assert turn.added == turn.size > 0


def test_sequencer_reads_no_body_and_changes_no_row(world: World, sequencer_database: Database) -> None:
    for sql in (
        "SELECT * FROM entry_bodies",
        "SELECT canonical FROM entries",
        "SELECT * FROM users",
        "DELETE FROM leaves",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            sequencer_database.transaction(None) as session,
        ):
            session.execute(text(sql))
