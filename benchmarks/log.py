"""The log: how fast the sequencer numbers leaves, and how fast a proof comes from the database."""

import statistics
import time
from collections.abc import Sequence
from hashlib import sha256

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.ground import Ground
from field_visits.evidence.epochs import log_origin
from field_visits.evidence.log import inclusion_proof
from field_visits.evidence.notes import SignerKey
from field_visits.evidence.proofs import verify_proof
from field_visits.evidence.sequencer import sequence
from field_visits.kernel.clock import SystemClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import IdMint

ENTRIES = 100_000
STREAMS = 2_000
PROOFS = 1_000


def run(ground: Ground) -> None:
    """Print leaves per second against the bare insert of the same rows, and the proof's percentiles."""
    key = Ed25519PrivateKey.generate()

    def signers(origin: str) -> Sequence[SignerKey]:
        return [SignerKey(origin, key)]

    raw = _fill(ground)
    clock, database = SystemClock(), Database(ground.running.urls["sequencer"])
    start, added = time.perf_counter(), 0
    while (turn := sequence(database, ground.organisation, signers, clock.now())) and turn.added:
        added += turn.added
    rate = added / (time.perf_counter() - start)
    print(f"sequencer: {rate:,.0f} leaves/s over {added:,} entries (bar: 10,000)")
    print(f"  against inserting the same leaf rows bare ({raw:,.0f}/s): {rate / raw:.2f}")
    database.close()
    _prove(ground, signers(log_origin(ground.organisation)))


def _fill(ground: Ground) -> float:
    """Pending fact entries, and the rate of a bare insert of rows like leaves for comparison."""
    mint = IdMint(SystemClock().now())
    ids = [mint.mint() for _ in range(ENTRIES)]
    streams = [mint.mint() for _ in range(STREAMS)]
    hashes = [sha256(str(entry).encode()).digest() for entry in ids]
    with psycopg.connect(ground.running.url("superuser"), autocommit=True) as connection:
        connection.execute("SELECT set_config('app.org', %s, false)", (str(ground.organisation),))
        connection.execute(
            "INSERT INTO entries (id, org_id, code, kind, subject_table, subject_id, stream, occurred_at, received_at,"
            " canonical, hash) SELECT x.id, %s, 'user:session:opened', 'fact', 'users', x.s, x.s, now(), now(),"
            " convert_to(x.id::text, 'UTF8'), x.h FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) AS x(id, s, h)",
            (ground.organisation, ids, [streams[i % STREAMS] for i in range(ENTRIES)], hashes),
        )
        connection.execute("CREATE TABLE bare_leaves (LIKE leaves INCLUDING ALL)")
        start = time.perf_counter()
        for at in range(0, ENTRIES, 5_000):
            part = slice(at, at + 5_000)
            connection.execute(
                "INSERT INTO bare_leaves (org_id, idx, entry_id, stream, no, hash) SELECT %s, x.i, x.id, x.id, 1, x.h"
                " FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[]) AS x(i, id, h)",
                (ground.organisation, list(range(at, at + 5_000)), ids[part], hashes[part]),
            )
        rate = ENTRIES / (time.perf_counter() - start)
        connection.execute("ANALYZE")
    return rate


def _prove(ground: Ground, signers: Sequence[SignerKey]) -> None:
    database = Database(ground.app_url)
    with psycopg.connect(ground.running.url("superuser")) as connection:
        chosen = [
            (row[0], bytes(row[1]))
            for row in connection.execute(
                "SELECT id, canonical FROM entries WHERE kind = 'fact' AND length(canonical) = 36 ORDER BY random() LIMIT %s",
                (PROOFS,),
            )
        ]
    took = []
    with database.transaction(ground.organisation) as session:
        for entry, _ in chosen:
            start = time.perf_counter()
            proof = inclusion_proof(session, ground.organisation, entry)
            took.append(time.perf_counter() - start)
    verify_proof(proof, chosen[-1][1], [signers[0].verifier])
    took.sort()
    print(
        f"inclusion proof from the database at {ENTRIES:,} entries: median {statistics.median(took) * 1e3:.2f} ms,"
        f" p99 {took[int(len(took) * 0.99)] * 1e3:.2f} ms (bar: 5 ms p99)"
    )
    database.close()
