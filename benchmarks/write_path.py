"""What evidence costs: one change per transaction at 8 writers, guarded, against the same without guards.

Three rungs, taken in turn in the same run, each from 8 processes with plain psycopg:
- bare: one UPDATE of a table without entry, guards or row-level security;
- unguarded: the same UPDATE plus its entry and body, on tables without triggers;
- full: the real tables, all guards, row-level security.

Beside the rates stands the CPU time of writers and server, which a busy machine disturbs less.
"""

import multiprocessing
import statistics
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg

from benchmarks.ground import Ground
from field_visits.kernel.ids import IdMint

WRITERS = 8
SECONDS = 1.2
ROUNDS = 9
WARM_UP = 2_000

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


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one rung: transactions per second, and CPU microseconds of one transaction."""

    rate: float
    cpu_us: float


def server_cpu_s(pid: int) -> float:
    """CPU seconds of a server process so far (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


def _writer(
    url: str,
    rung: str,
    org: object,
    user: object,
    *,
    barrier: Barrier,
    counts: "multiprocessing.Queue[tuple[int, float]]",
) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        mint = IdMint(connection.execute("SELECT now()").fetchone()[0])  # type: ignore[index]  # one row
        server = connection.info.backend_pid
        barrier.wait()
        cpu = time.process_time() + server_cpu_s(server)
        done, end = 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            _transaction(connection, rung, org, user, mint=mint, number=done)
            done += 1
        counts.put((done, time.process_time() + server_cpu_s(server) - cpu))


def _round(ground: Ground, rung: str, users: list[object]) -> Round:
    barrier = multiprocessing.Barrier(WRITERS)
    counts: multiprocessing.Queue[tuple[int, float]] = multiprocessing.Queue()
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
    seen = [counts.get() for _ in writers]
    for writer in writers:
        writer.join()
    done = sum(count for count, _ in seen)
    return Round(done / SECONDS, sum(cpu for _, cpu in seen) / done * 1e6)


def _prepare(ground: Ground) -> list[object]:
    """The users to change, on tables with rows and statistics: the plans of an empty log would stay cached."""
    with psycopg.connect(ground.running.url("superuser"), autocommit=True) as connection:
        connection.execute(COPIES)
    with psycopg.connect(ground.app_url, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SELECT set_config('app.org', %s, true)", (str(ground.organisation),))
            users = [row[0] for row in connection.execute("SELECT id FROM users ORDER BY id")]
        mint = IdMint(connection.execute("SELECT now()").fetchone()[0])  # type: ignore[index]  # one row
        for number in range(WARM_UP):
            for rung in ("unguarded", "full"):
                user = users[number % len(users)]
                _transaction(connection, rung, ground.organisation, user, mint=mint, number=number)
    with psycopg.connect(ground.running.url("superuser"), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return users


def run(ground: Ground) -> None:
    """Print the rates, the CPU and the ratios."""
    users = _prepare(ground)
    seen: dict[str, list[Round]] = {"bare": [], "unguarded": [], "full": []}
    for _ in range(ROUNDS):
        for rung, rounds in seen.items():
            rounds.append(_round(ground, rung, users))
    print(f"write path, {WRITERS} writers, one change a transaction, median of {ROUNDS} rounds")
    for rung, rounds in seen.items():
        rate = statistics.median(one.rate for one in rounds)
        cpu = statistics.median(one.cpu_us for one in rounds)
        print(f"  {rung:<10} {rate:8.0f} tx/s   {cpu:6.0f} µs CPU a transaction")
    for other, name in (("unguarded", "the same without guards"), ("bare", "no evidence at all")):
        pairs = list(zip(seen["full"], seen[other], strict=True))
        rate = statistics.median(full.rate / bare.rate for full, bare in pairs)
        cpu = statistics.median(bare.cpu_us / full.cpu_us for full, bare in pairs)
        bar = "   (bar: 0.70)" if other == "unguarded" else ""
        print(f"  entry and all guards against {name}: rate {rate:.2f}, CPU {cpu:.2f}{bar}")
