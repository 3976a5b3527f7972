"""What evidence costs: one change per transaction at 8 writers, guarded, against the same without guards.

Three rungs, taken in turn in the same run, each from 8 processes with plain psycopg:
- bare: one UPDATE of a table without entry, guards or row-level security;
- unguarded: the same UPDATE plus its entry and body, on tables without triggers;
- full: the real tables, all guards, row-level security.
"""

import multiprocessing
import statistics
import time
from multiprocessing.synchronize import Barrier

import psycopg

from benchmarks.ground import Ground
from field_visits.kernel.ids import IdMint

WRITERS = 8
SECONDS = 2.5
ROUNDS = 5

COPIES = """
CREATE TABLE public.bare_users (LIKE public.users INCLUDING ALL);
INSERT INTO public.bare_users SELECT * FROM public.users;
CREATE TABLE public.bare_entries (LIKE public.entries INCLUDING ALL);
CREATE TABLE public.bare_bodies (LIKE public.entry_bodies INCLUDING ALL);
CREATE TABLE public.bare_pending (LIKE public.pending INCLUDING ALL);
CREATE TABLE public.bare_link (LIKE public.evidence_link INCLUDING ALL);
GRANT ALL ON public.bare_users, public.bare_entries, public.bare_bodies, public.bare_pending, public.bare_link
    TO doorstep_app;
"""
ENTRY = """INSERT INTO {entries} (id, org_id, code, kind, subject_table, subject_id, stream, occurred_at, received_at,
    canonical, hash) VALUES (%s, %s, 'user:profile:changed', 'change', 'users', %s, %s, now(), now(), %s, %s)"""
BODY = "INSERT INTO {bodies} (entry_id, org_id, salt, body) VALUES (%s, %s, %s, %s)"


def _transaction(
    connection: psycopg.Connection, rung: str, org: object, user: object, *, mint: IdMint, number: int
) -> None:
    cursor = connection.cursor()
    entry = mint.mint()
    prefix = "" if rung == "full" else "bare_"
    names = {"entries": prefix + "entries", "bodies": "entry_bodies" if rung == "full" else "bare_bodies"}
    with connection.transaction():
        cursor.execute("SELECT set_config('app.org', %s, true)", (str(org),))
        if rung == "bare":
            cursor.execute("UPDATE bare_users SET name = %s WHERE id = %s", (f"n{number}", user))
            return
        cursor.execute(ENTRY.format(**names), (entry, org, user, user, b"x" * 600, b"h" * 32))
        cursor.execute(BODY.format(**names), (entry, org, b"s" * 32, b"b" * 200))
        cursor.execute(
            f"UPDATE {prefix}users SET name = %s, evidence_id = %s WHERE id = %s", (f"n{number}", entry, user)
        )


def _writer(
    url: str, rung: str, org: object, user: object, *, barrier: Barrier, counts: "multiprocessing.Queue[int]"
) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        mint = IdMint(connection.execute("SELECT now()").fetchone()[0])  # type: ignore[index]  # one row
        barrier.wait()
        done, end = 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            _transaction(connection, rung, org, user, mint=mint, number=done)
            done += 1
    counts.put(done)


def _rate(ground: Ground, rung: str, users: list[object]) -> float:
    barrier = multiprocessing.Barrier(WRITERS)
    counts: multiprocessing.Queue[int] = multiprocessing.Queue()
    writers = [
        multiprocessing.Process(
            target=_writer,
            args=(ground.app_url, rung, ground.organisation, user),
            kwargs={"barrier": barrier, "counts": counts},
        )
        for user in users[:WRITERS]
    ]
    for writer in writers:
        writer.start()
    total = sum(counts.get() for _ in writers)
    for writer in writers:
        writer.join()
    return total / SECONDS


def run(ground: Ground) -> None:
    """Print the rates and the two ratios."""
    with psycopg.connect(ground.running.url("superuser"), autocommit=True) as connection:
        connection.execute(COPIES)
    with psycopg.connect(ground.app_url) as connection:
        connection.execute("SELECT set_config('app.org', %s, true)", (str(ground.organisation),))
        users = [row[0] for row in connection.execute("SELECT id FROM users ORDER BY id")]
    rates: dict[str, list[float]] = {"bare": [], "unguarded": [], "full": []}
    for _ in range(ROUNDS):
        for rung, seen in rates.items():
            seen.append(_rate(ground, rung, users))
    median = {rung: statistics.median(seen) for rung, seen in rates.items()}
    pairs = [full / other for full, other in zip(rates["full"], rates["unguarded"], strict=True)]
    print(f"write path, {WRITERS} writers, one change a transaction, median of {ROUNDS} rounds")
    for rung, rate in median.items():
        print(f"  {rung:<10} {rate:8.0f} tx/s")
    print(
        f"  entry and all guards against the same without guards: {statistics.median(pairs):.2f}  (bar: 0.70)"
    )
    print(f"  entry and all guards against no evidence at all:      {median['full'] / median['bare']:.2f}")
