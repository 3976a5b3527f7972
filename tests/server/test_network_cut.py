"""The network breaks at any byte of a request or of its answer: handed in again, everything stands once."""

import json
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from api.walkthrough.server import OwnServer, own_server
from field_visits.identity.devices import enrol, invite, key_hash
from field_visits.identity.models import User
from field_visits.kernel.ids import DeviceId, new_id
from field_visits.sync.models import Command
from tests.client import CHEAP
from tests.simulators.phone import Written, base64url, enrolment, signed
from tests.world import World

_COARSE = 16
_ENOUGH = 1 << 16


@dataclass
class Line:
    """A raw line to the server that breaks where it is told to."""

    address: tuple[str, int]

    def exchange(self, request: bytes, *, up: int | None = None, down: int | None = None) -> bytes:
        """What came back: after `up` bytes of the request, or `down` of the answer, the line is dead."""
        with socket.create_connection(self.address, timeout=10) as line:
            line.sendall(request if up is None else request[:up])
            if up is not None:
                return b""
            heard = b""
            while down is None or len(heard) < down:
                part = line.recv(_ENOUGH if down is None else down - len(heard))
                if not part:
                    break
                heard += part
            return heard


@dataclass
class OnTheLine:
    """A phone whose requests are bytes on a line."""

    world: World
    device: DeviceId
    token: str
    key: ec.EllipticCurvePrivateKey
    head: str
    seq: int = 0

    def command(self) -> Written:
        self.seq += 1
        told: dict[str, Any] = {
            "v": 1,
            "id": str(new_id(self.world.clock.now())),
            "device_id": str(self.device),
            "seq": self.seq,
            "prev_hash": self.head,
            "type": "safety.check_in",
            "appointment_id": None,
            "visit_id": None,
            "base_version": None,
            "occurred_at": "2026-11-25T02:00:00Z",
            "elapsed_ms": None,
            "skew_ms": None,
            "rtt_ms": None,
            "nonce": None,
            "app_build": "test",
            "salt": base64url(secrets.token_bytes(16)),
            "payload": {},
        }
        raw = json.dumps(told).encode()
        written = Written(self.seq, raw, signed(self.key, raw))
        self.head = written.hash
        return written

    def request(self, *commands: Written) -> bytes:
        body = json.dumps({"commands": [one.as_json() for one in commands]}).encode()
        head = (
            "POST /v1/sync/commands HTTP/1.1\r\nHost: phone\r\nConnection: close\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server(datetime(2026, 11, 25, 2, 0, tzinfo=UTC), password_cost=CHEAP) as running:
        yield running


@pytest.fixture
def phone(server: OwnServer) -> OnTheLine:
    world = World.found(server.house.database, server.clock)
    keys = server.house.keys.tokens
    with world.work(world.dispatcher) as uow:
        code = invite(uow, uow.session.get_one(User, world.collector.user), keys=keys).code
    key = ec.generate_private_key(ec.SECP256R1())
    made = enrol(world.database, world.clock, **enrolment(key, code.text), keys=keys)
    return OnTheLine(world, made.device.id, made.token.text, key, key_hash(made.device.public_key))


def answers_of(heard: bytes) -> list[dict[str, Any]]:
    head, _, body = heard.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), heard
    told: list[dict[str, Any]] = json.loads(body)["answers"]
    return told


@pytest.mark.timeout(7200)  # at every byte it is a long run
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_line_cut_at_any_byte_loses_nothing_and_doubles_nothing(
    server: OwnServer, phone: OnTheLine, way: str, pytestconfig: pytest.Config
) -> None:
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    assert parts.port is not None
    line = Line((parts.hostname, parts.port))
    first = phone.command()
    request = phone.request(first)
    whole = line.exchange(request)
    assert [one["outcome"] for one in answers_of(whole)] == ["applied"]
    written = [first]
    step = 1 if pytestconfig.getoption("every_byte") else _COARSE
    length = len(request) if way == "up" else len(whole)

    for cut in range(1, length, step):
        last = phone.command()
        written.append(last)
        line.exchange(phone.request(last), **{way: cut})
        (answer,) = answers_of(line.exchange(phone.request(last)))
        assert (answer["outcome"], answer["hash"]) == ("applied", last.hash)

    with phone.world.work() as uow:
        kept = uow.session.scalars(
            select(Command.hash).where(Command.device_id == phone.device).order_by(Command.seq)
        ).all()
    assert [one.hex() for one in kept] == [one.hash for one in written]
