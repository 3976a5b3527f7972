"""What the API costs: CPU of application and database together, against the same rows by bare psycopg.

One event in: `POST /v1/visits/{id}/persons`, which changes a visit and writes its entry, body and first
answer. One page out: `GET /v1/visits?limit=50`. Both through the server that `doorstep serve` starts
(granian, one worker). The bare client writes and reads the very same columns of the same tables, guards and
row-level security included, over one connection. CPU time is compared, because a busy machine disturbs it
least; the client of the API and the processes that do not belong to a request are not counted.
"""

import http.client
import json
import secrets
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from api.house import Keys
from api.server.secrets import TOKEN_PEPPER, Secrets
from benchmarks.ground import Ground
from benchmarks.serving import PORT, cost_of, served
from benchmarks.visits import departures
from benchmarks.write_path import server_cpu_s
from field_visits.identity.models import User
from field_visits.identity.sessions import open_session
from field_visits.kernel.clock import SteppedClock, SystemClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import IdMint, VisitId
from field_visits.unit_of_work import unit_of_work
from tests.world import World

VISITS = 50
EVENTS = 200
PAGES = 60
ROUNDS = 5
EVENT_BAR, PAGE_BAR = 8.0, 10.0

Send = Callable[[str, str, Any], bytes]


def run(ground: Ground) -> None:
    """Print both ratios."""
    database = Database(ground.app_url, pool_size=4)
    clock = SteppedClock(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    world = World.found(database, clock)
    visits = departures(world, VISITS)
    with unit_of_work(database, SystemClock(), world.collector) as uow:
        pepper = [key for _, key in Secrets.open(ground.folder / "secrets").keyring(TOKEN_PEPPER)]
        user = uow.session.get_one(User, world.collector.user)
        token = open_session(uow, user, keys=Keys.derive(pepper).tokens, user_agent="benchmarks").access.text
    database.close()
    with served(ground) as server, psycopg.connect(ground.app_url) as bare:
        send = _client(token)
        raw = _Raw(bare, world)
        send("GET", f"/v1/visits?limit={VISITS}", None)
        event_in, page_out = [], []
        for _ in range(ROUNDS):
            own = cost_of(ground, server, EVENTS, lambda n: _met(send, visits[n % VISITS]))
            event_in.append((own, raw.cost(EVENTS, lambda n: raw.write(visits[n % VISITS]))))
            own = cost_of(ground, server, PAGES, lambda _: send("GET", f"/v1/visits?limit={VISITS}", None))
            page_out.append((own, raw.cost(PAGES, lambda _: raw.read())))
    _tell("one event in", event_in, EVENT_BAR)
    _tell(f"one page of {VISITS} visits out", page_out, PAGE_BAR)


def _tell(name: str, rounds: list[tuple[float, float]], bar: float) -> None:
    own = statistics.median(one for one, _ in rounds) * 1e6
    bare = statistics.median(one for _, one in rounds) * 1e6
    ratio = statistics.median(one / other for one, other in rounds)
    print(f"{name}: {own:.0f} µs CPU, bare {bare:.0f} µs: {ratio:.1f} times (bar: {bar:.0f})")


def _met(send: Send, visit: VisitId) -> None:
    send("POST", f"/v1/visits/{visit}/persons", {"person_met": "self", "identity_proof": "document"})


def _client(token: str) -> Send:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)

    def send(method: str, path: str, body: Any) -> bytes:
        headers = {"Authorization": f"Bearer {token}"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content

    return send


class _Raw:
    """The same rows, written and read by hand."""

    def __init__(self, connection: psycopg.Connection[Any], world: World) -> None:
        self._connection, self._org = connection, world.organisation
        self._actor = str(world.collector.user)
        connection.execute("SET application_name = 'bare'")
        connection.commit()
        self._mint = IdMint(SystemClock().now())
        self._sample: tuple[dict[str, Any], dict[str, Any], bytes] | None = None

    def cost(self, times: int, act: Callable[[int], object]) -> float:
        """CPU seconds of this process and its backend for one `act`, the mean of `times`."""
        pid = self._connection.info.backend_pid
        act(0)
        before = time.process_time() + server_cpu_s(pid)
        for number in range(times):
            act(number)
        return (time.process_time() + server_cpu_s(pid) - before) / times

    def write(self, visit: VisitId) -> None:
        """The change of a visit, its entry and body, and the first answer."""
        entry, body, answer = self._sample or self._take_sample(visit)
        new = self._mint.mint()
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.org', %s, true)", (str(self._org),))
            cursor.execute(
                "INSERT INTO idempotency_keys (org_id, actor, key, request_hash, status, headers, body, created_at)"
                " VALUES (%s, %s, %s, %s, 200, %s, %s, now())",
                (self._org, self._actor, secrets.token_hex(16), entry["hash"], Jsonb({}), answer),
            )
            cursor.execute("SELECT id, state, evidence_id FROM visits WHERE id = %s FOR UPDATE", (visit,))
            cursor.fetchone()
            row = entry | {"id": new, "subject_id": visit}
            names = list(row)
            cursor.execute(
                f"INSERT INTO entries ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
                [row[name] for name in names],
            )
            cursor.execute(
                "INSERT INTO entry_bodies (entry_id, org_id, salt, body) VALUES (%s, %s, %s, %s)",
                (new, self._org, body["salt"], body["body"]),
            )
            cursor.execute(
                "UPDATE visits SET person_met = 'self', identity_proof = 'document', evidence_id = %s WHERE id = %s",
                (new, visit),
            )

    def read(self) -> list[Any]:
        """A page of visits with their files, as rows."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.org', %s, true)", (str(self._org),))
            rows = cursor.execute(
                "SELECT * FROM visits WHERE org_id = %s ORDER BY departed_at, id LIMIT %s",
                (self._org, VISITS + 1),
            ).fetchall()
            cursor.execute(
                "SELECT * FROM attachments WHERE org_id = %s AND about_id = ANY(%s)",
                (self._org, [row[0] for row in rows]),
            ).fetchall()
            return rows

    def _take_sample(self, visit: VisitId) -> tuple[dict[str, Any], dict[str, Any], bytes]:
        """What the API itself wrote of an event: sizes and columns are its own."""
        with self._connection.transaction(), self._connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("SELECT set_config('app.org', %s, true)", (str(self._org),))
            entry = cursor.execute(
                "SELECT * FROM entries WHERE subject_id = %s ORDER BY id DESC LIMIT 1", (visit,)
            ).fetchone()
            assert entry is not None
            body = cursor.execute("SELECT * FROM entry_bodies WHERE entry_id = %s", (entry["id"],)).fetchone()
            answer = cursor.execute("SELECT body FROM idempotency_keys LIMIT 1").fetchone()
        assert body is not None
        assert answer is not None
        kept = {name: value for name, value in entry.items() if name not in {"txid", "written_at"}}
        self._sample = (kept, body, answer["body"])
        return self._sample
