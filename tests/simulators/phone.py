"""A collector's phone for tests: its key, its chain, and commands as the app writes them.

phone = enrolled(api, world, world.collector)
phone.tell("visit.arrive", {"fix": None}, appointment=…, visit=…)
answers = phone.push()          # every command that waits, in batches of fifty
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from field_visits.kernel.actor import Actor
from field_visits.kernel.ids import new_id
from tests.client import Answer, ApiClient, Caller
from tests.world import World

BATCH = 50


def base64url(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


@dataclass(frozen=True)
class Written:
    """A command on the phone: exact bytes with their signature."""

    seq: int
    raw: bytes
    signature: bytes

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    def as_json(self) -> dict[str, str]:
        return {"bytes": base64url(self.raw), "sig": base64url(self.signature)}


@dataclass
class Phone:
    """One phone of one person. `skew` is how far its clock runs ahead."""

    world: World
    owner: Caller
    sealed: Caller
    id: str
    key: ec.EllipticCurvePrivateKey
    head: str
    nonce: str | None
    clock: Callable[[], datetime]
    seq: int = 0
    skew: timedelta = timedelta()
    waiting: list[Written] = field(default_factory=list)
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    cursor: str | None = None

    def sign(self, told: bytes) -> bytes:
        return signed(self.key, told)

    def tell(
        self,
        kind: str,
        payload: dict[str, Any] | None = None,
        *,
        appointment: UUID | str | None = None,
        visit: UUID | str | None = None,
        **envelope: Any,
    ) -> Written:
        """Write one command more; it waits to be handed in."""
        told = {
            "v": 1,
            "id": str(new_id(self.clock())),
            "device_id": self.id,
            "seq": self.seq + 1,
            "prev_hash": self.head,
            "type": kind,
            "appointment_id": None if appointment is None else str(appointment),
            "visit_id": None if visit is None else str(visit),
            "base_version": None,
            "occurred_at": (self.clock() + self.skew).isoformat().replace("+00:00", "Z"),
            "elapsed_ms": None,
            "skew_ms": None,
            "rtt_ms": None,
            "nonce": self.nonce,
            "app_build": "test",
            "salt": base64url(secrets.token_bytes(16)),
            "payload": payload or {},
            **envelope,
        }
        return self.write(json.dumps(told, ensure_ascii=False).encode())

    def write(self, raw: bytes, *, signature: bytes | None = None) -> Written:
        """Put exactly these bytes into the chain."""
        self.seq += 1
        written = Written(self.seq, raw, self.sign(raw) if signature is None else signature)
        self.head = written.hash
        self.waiting.append(written)
        return written

    def send(self, *commands: Written, by: Caller | None = None) -> Answer:
        """Hand in these, as they are, whatever is waiting; by the phone's own token by default."""
        body = {"commands": [one.as_json() for one in commands]}
        headers = {} if by is None else {"Doorstep-Device": self.id}
        return (by or self.sealed).post("/v1/sync/commands", json=body, headers=headers, key="")

    def push(self) -> list[dict[str, Any]]:
        """Hand in all that waits; what was answered with the same hash is forgotten."""
        heard = []
        while self.waiting:
            batch = self.waiting[:BATCH]
            answer = self.send(*batch)
            assert answer.status_code == 200, answer.text
            self.nonce = answer.json["nonce"]
            for written, told in zip(batch, answer.json["answers"], strict=True):
                assert told["hash"] == written.hash
                self.answers[written.seq] = told
                heard.append(told)
            self.waiting = self.waiting[BATCH:]
        return heard

    def pull(self) -> dict[str, Any]:
        """What is new since the last pull; the sequencer has to have run."""
        query = {} if self.cursor is None else {"cursor": self.cursor}
        answer = self.owner.get("/v1/sync/changes", query_string=query, headers={"Doorstep-Device": self.id})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json
        self.cursor, self.nonce = told["cursor"], told["nonce"]
        return told


def signed(key: ec.EllipticCurvePrivateKey, told: bytes) -> bytes:
    """As WebCrypto signs: r and s of 32 bytes each."""
    r, s = decode_dss_signature(key.sign(told, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def invitation(api: ApiClient, world: World, owner: Actor) -> dict[str, Any]:
    """What a dispatcher's screen shows for the owner's phone."""
    answer = api.as_(world.dispatcher).post("/v1/devices/enrolments", json={"user_id": str(owner.user)})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json
    return told


def enrolment(key: ec.EllipticCurvePrivateKey, code: str, *, name: str = "Redmi 12") -> dict[str, Any]:
    """What a phone sends to be enrolled."""
    return {
        "code": code,
        "public_key": base64url(spki(key)),
        "proof": base64url(signed(key, code.encode())),
        "name": name,
    }


def enrolled(api: ApiClient, world: World, owner: Actor) -> Phone:
    """A phone of `owner`, enrolled over HTTP."""
    key = ec.generate_private_key(ec.SECP256R1())
    code = invitation(api, world, owner)["code"]
    answer = api.anonymous.post("/v1/devices", json=enrolment(key, code), key="")
    assert answer.status_code == 201, answer.text
    told = answer.json
    return Phone(
        world,
        api.as_(owner),
        Caller(api.app, told["token"]),
        told["id"],
        key,
        told["chain_start"],
        told["nonce"],
        world.clock.now,
    )
