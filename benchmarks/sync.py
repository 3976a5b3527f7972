"""What phones cost: a day of one phone handed in at once, and two thousand phones that come back together.

The first: 200 commands in four batches of fifty, CPU of application and database together, against the very same
rows written set by set over one bare connection, with the same signatures checked. The second: every phone has
four commands and calls at the same moment; told are the median and the slowest, and what was answered besides 200.
"""

import hashlib
import http.client
import json
import os
import secrets
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from api.house import Keys
from api.server.secrets import TOKEN_PEPPER, Secrets
from benchmarks.ground import Ground
from benchmarks.serving import PORT, cost_of, served
from benchmarks.visits import departures
from benchmarks.write_path import server_cpu_s
from field_visits.identity import tokens
from field_visits.identity.devices import is_signed_by, key_hash
from field_visits.identity.models import Device
from field_visits.identity.tokens import TokenKeys, TokenKind
from field_visits.kernel.clock import SteppedClock, SystemClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import DeviceId, IdMint, VisitId, new_id
from tests.simulators.phone import base64url, signed, spki
from tests.world import World

VISITS = 15  # a collector's day, each at a door of its own
BATCH, COMMANDS = 50, 200
ROUNDS = 5
FLEET = int(os.environ.get("BENCH_PHONES", "2000"))
OF_EACH = 4
BAR, SLOWEST_BAR = 3.0, 5.0
_KEY = ec.generate_private_key(ec.SECP256R1())
_DER = spki(_KEY)


@dataclass
class _Phone:
    """A phone's chain; all of them share one key, so that signing is not what is measured."""

    id: UUID
    token: str
    seq: int = 0
    head: str = key_hash(_DER)

    def command(self, kind: str, payload: dict[str, Any], visit: VisitId | None) -> tuple[bytes, bytes]:
        self.seq += 1
        told = {
            "v": 1,
            "id": str(new_id(datetime.now(UTC))),
            "device_id": str(self.id),
            "seq": self.seq,
            "prev_hash": self.head,
            "type": kind,
            "appointment_id": None,
            "visit_id": None if visit is None else str(visit),
            "base_version": None,
            "occurred_at": datetime.now(UTC).isoformat(),
            "elapsed_ms": None,
            "skew_ms": 0,
            "rtt_ms": 90,
            "nonce": None,
            "app_build": "bench",
            "salt": base64url(secrets.token_bytes(16)),
            "payload": payload,
        }
        raw = json.dumps(told).encode()
        self.head = hashlib.sha256(raw).hexdigest()
        return raw, signed(_KEY, raw)


def run(ground: Ground) -> None:
    """Print both."""
    database = Database(ground.app_url, pool_size=4)
    world = World.found(database, SteppedClock(datetime(2026, 11, 25, 2, 0, tzinfo=UTC)))
    visits = departures(world, VISITS, doors=VISITS)
    pepper = [key for _, key in Secrets.open(ground.folder / "secrets").keyring(TOKEN_PEPPER)]
    phones = list(_enrolled(world, Keys.derive(pepper).tokens, 2 + FLEET))
    database.close()
    with served(ground) as server, psycopg.connect(ground.app_url) as bare:
        raw = _Raw(bare, world, phones[1])
        _day(ground, server, phones[0], visits, raw)
        _together(phones[2:])


def _enrolled(world: World, keys: TokenKeys, count: int) -> Iterator[_Phone]:
    with world.work(world.collector) as uow:
        for number in range(count):
            token = tokens.mint(world.organisation, TokenKind.PHONE)
            device = Device(
                id=DeviceId(uow.new_id()),
                user_id=world.collector.user,
                name=f"phone {number}",
                public_key=_DER,
                token_hash=keys.hash(token),
                enrolled_at=uow.now,
                pin_reset_at=None,
            )
            uow.bear(device, "enrol")
            yield _Phone(device.id, token.text)


def _body(commands: list[tuple[bytes, bytes]]) -> bytes:
    told = [{"bytes": base64url(raw), "sig": base64url(signature)} for raw, signature in commands]
    return json.dumps({"commands": told}).encode()


def _hand_in(connection: http.client.HTTPConnection, phone: _Phone, body: bytes) -> tuple[int, bytes, float]:
    headers = {"Authorization": f"Bearer {phone.token}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/sync/commands", body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), float(answer.getheader("Retry-After") or 0)


# -- one day of one phone ------------------------------------------------------------------------------


def _day(ground: Ground, server: int, phone: _Phone, visits: list[VisitId], raw: "_Raw") -> None:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    ratios, own_costs, bare_costs = [], [], []
    for _ in range(ROUNDS):
        written = [_told_of(phone, visits[n * VISITS // COMMANDS], n) for n in range(COMMANDS)]
        batches = [_body(written[at : at + BATCH]) for at in range(0, COMMANDS, BATCH)]

        def send(number: int, bodies: list[bytes] = batches) -> None:
            status, content, _ = _hand_in(connection, phone, bodies[number])
            if status != http.client.OK or b'"applied' not in content:
                raise RuntimeError(content[:500])

        own = cost_of(ground, server, len(batches), send) * len(batches)
        other = raw.cost(written)
        own_costs.append(own)
        bare_costs.append(other)
        ratios.append(own / other)
    print(
        f"{COMMANDS} commands in {COMMANDS // BATCH} batches: {statistics.median(own_costs) * 1e3:.0f} ms CPU, "
        f"bare {statistics.median(bare_costs) * 1e3:.0f} ms: {statistics.median(ratios):.1f} times (bar: {BAR:.0f})"
    )


def _told_of(phone: _Phone, visit: VisitId, number: int) -> tuple[bytes, bytes]:
    """One visit after another, at each by turns a note and who was met."""
    if number % 2:
        return phone.command("visit.meet", {"person_met": "self", "identity_proof": "document"}, visit)
    return phone.command("visit.note", {"text": "He asks for a plan."}, visit)


class _Raw:
    """The rows that a batch writes, by hand: two entries with their bodies, the command, and the visit's change.

    Into the same tables, so that the same indexes, guards and foreign keys are paid. Set by set in the quickest
    form that was found: one array a column (`executemany` of psycopg takes a third more).
    """

    def __init__(self, connection: psycopg.Connection[Any], world: World, phone: _Phone) -> None:
        self._connection, self._world, self._phone = connection, world, phone
        connection.execute("SET application_name = 'bare'")
        self._types = {
            (table, name): kind
            for table, name, kind in connection.execute(
                "SELECT attrelid::regclass::text, attname, format_type(atttypid, NULL) FROM pg_attribute"
                " WHERE attnum > 0 AND attrelid IN"
                " ('entries'::regclass, 'entry_bodies'::regclass, 'commands'::regclass)"
            ).fetchall()
        }
        connection.commit()
        self._mint = IdMint(SystemClock().now())
        self._seq = 10_000_000

    def cost(self, written: list[tuple[bytes, bytes]]) -> float:
        """CPU seconds of this process and its backend for all of them, checked and written."""
        pid = self._connection.info.backend_pid
        samples = self._samples()
        before = time.process_time() + server_cpu_s(pid)
        for at in range(0, len(written), BATCH):
            self._write(written[at : at + BATCH], samples)
        return time.process_time() + server_cpu_s(pid) - before

    def _samples(self) -> dict[str, dict[str, Any]]:
        """What the API itself wrote last: columns and sizes are its own."""
        with self._connection.transaction(), self._connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("SELECT set_config('app.org', %s, true)", (str(self._world.organisation),))
            command = cursor.execute(
                "SELECT * FROM commands ORDER BY received_at DESC, seq DESC LIMIT 1"
            ).fetchone()
            assert command is not None
            first = cursor.execute(
                "SELECT * FROM entries WHERE id = %s", (command["evidence_id"],)
            ).fetchone()
            visit = cursor.execute(
                "SELECT * FROM entries WHERE subject_table = 'visits' ORDER BY id DESC LIMIT 1"
            ).fetchone()
            assert first is not None
            assert visit is not None
            bodies = {
                name: cursor.execute(
                    "SELECT * FROM entry_bodies WHERE entry_id = %s", (row["id"],)
                ).fetchone()
                for name, row in (("first_body", first), ("visit_body", visit))
            }
        silent = {"txid", "written_at"}
        return {
            "command": command,
            "first": {key: value for key, value in first.items() if key not in silent},
            "visit": {key: value for key, value in visit.items() if key not in silent},
            **{name: body for name, body in bodies.items() if body is not None},
        }

    def _write(self, written: list[tuple[bytes, bytes]], samples: dict[str, dict[str, Any]]) -> None:
        entries, bodies, commands, changes = [], [], [], []
        for raw, signature in written:
            told = json.loads(raw)
            if not is_signed_by(_DER, raw, signature):
                raise RuntimeError("unsigned")
            self._seq += 1
            row, first, second = self._mint.mint(), self._mint.mint(), self._mint.mint()
            visit = UUID(told["visit_id"])
            entries.append(samples["first"] | {"id": first, "subject_id": row})
            entries.append(samples["visit"] | {"id": second, "subject_id": visit})
            bodies.append(samples["first_body"] | {"entry_id": first})
            bodies.append(samples["visit_body"] | {"entry_id": second})
            answer = Jsonb(samples["command"]["answer"])
            commands.append(
                samples["command"]
                | {
                    "id": row,
                    "device_id": self._phone.id,
                    "seq": self._seq,
                    "evidence_id": first,
                    "answer": answer,
                    "hash": hashlib.sha256(raw).digest(),
                }
            )
            changes.append((second, visit))
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.org', %s, true)", (str(self._world.organisation),))
            for table, rows in (("entries", entries), ("entry_bodies", bodies), ("commands", commands)):
                cursor.execute(*self._set(table, rows))
            for wave in _waves(changes):
                cursor.execute(
                    "UPDATE visits SET evidence_id = told.entry"
                    " FROM unnest(%b::uuid[], %b::uuid[]) AS told (entry, visit) WHERE id = told.visit",
                    [list(column) for column in zip(*wave, strict=True)],
                )

    def _set(self, table: str, rows: list[dict[str, Any]]) -> tuple[str, list[list[Any]]]:
        names = list(rows[0])
        types = [self._types[table, name] for name in names]
        columns = [[row[name] for row in rows] for name in names]
        for number, kind in enumerate(types):
            if kind.endswith("[]"):  # arrays of an array have one length
                columns[number] = ["{" + ",".join(map(str, value)) + "}" for value in columns[number]]
        places = ", ".join(f"%b::{'text' if kind.endswith('[]') else kind}[]" for kind in types)
        shown = ", ".join(f"{name}::{kind}" for name, kind in zip(names, types, strict=True))
        listed = ", ".join(names)
        return (
            f"INSERT INTO {table} ({listed}) SELECT {shown} FROM unnest({places}) AS told ({listed})",
            columns,
        )


def _waves(changes: list[tuple[UUID, UUID]]) -> list[list[tuple[UUID, UUID]]]:
    """The k-th change of every visit in the k-th statement."""
    waves: list[dict[UUID, tuple[UUID, UUID]]] = []
    for change in changes:
        wave = next((one for one in waves if change[1] not in one), None)
        if wave is None:
            waves.append(wave := {})
        wave[change[1]] = change
    return [list(wave.values()) for wave in waves]


# -- everybody at once ---------------------------------------------------------------------------------


def _together(phones: list[_Phone]) -> None:
    bodies = [_body([phone.command("safety.check_in", {}, None) for _ in range(OF_EACH)]) for phone in phones]
    took: list[float] = []
    statuses: Counter[int] = Counter()
    ready = threading.Barrier(len(phones) + 1)
    kept = threading.Lock()

    def call(phone: _Phone, body: bytes) -> None:
        ready.wait()
        begun = time.perf_counter()
        while True:
            try:
                status, _, wait = _hand_in(
                    http.client.HTTPConnection("127.0.0.1", PORT, timeout=600), phone, body
                )
            except OSError:
                status, wait = 0, 0.5
            with kept:
                statuses[status] += 1
            if status == http.client.OK:
                break
            time.sleep(wait or 0.5)
        with kept:
            took.append(time.perf_counter() - begun)

    threading.stack_size(256 * 1024)
    threads = [threading.Thread(target=call, args=pair) for pair in zip(phones, bodies, strict=True)]
    for thread in threads:
        thread.start()
    ready.wait()
    for thread in threads:
        thread.join()
    threading.stack_size(0)
    median, slowest = statistics.median(took), max(took)
    print(
        f"{len(phones)} phones at once, {OF_EACH} commands each: median {median:.1f} s, slowest {slowest:.1f} s: "
        f"{slowest / median:.1f} times (bar: {SLOWEST_BAR:.0f}); answers {dict(statuses)}"
    )
