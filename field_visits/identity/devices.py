"""Enrolled phones: each has a key of its own, whose private half never leaves it.

A dispatcher hands out a code that opens once; the phone that redeems it proves that it holds its key. From then
on it signs what it tells, and hands it in by its own token even while its person is signed out. One enrolment is
one phone of one person.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from field_visits.evidence.codes import Code
from field_visits.identity import one_time, tokens
from field_visits.identity.models import CodePurpose, Device, DevicePresence, User
from field_visits.identity.tokens import Token, TokenKeys, TokenKind
from field_visits.kernel.actor import Actor, ActorKind
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from field_visits.kernel.errors import (
    DomainError,
    Fault,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
)
from field_visits.kernel.ids import DeviceId, UserId
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork, unit_of_work_by

ENROLMENT_LIFE = timedelta(minutes=15)
# Without a word from the server for so long a phone does not open its vault any more.
LEASE = timedelta(hours=72)
MAX_NAME = 100
_COORDINATE_BYTES = 32
_ALGORITHM = ec.ECDSA(SHA256())
# How exactly it is known when a phone was last heard.
_SEEN_GRAIN = timedelta(seconds=30)


class DeviceRevokedError(DomainError):
    """The phone was revoked: it forgets its keys first, and everything else after them."""

    code = "device-revoked"

    def __init__(self) -> None:
        super().__init__(
            "This phone was revoked. It must forget its keys and everything on it; have it enrolled anew."
        )


@dataclass(frozen=True, slots=True)
class Invitation:
    """What opens an enrolment once. Shown once and kept nowhere."""

    user: User
    code: Token
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new phone and its own token, which is shown this once."""

    device: Device
    token: Token
    at: datetime


def invite(uow: UnitOfWork, user: User, *, keys: TokenKeys) -> Invitation:
    """One phone of `user` may be enrolled with this code in the next fifteen minutes; an older code is void.

    Evidence: `device:enrolment:offered`.
    """
    one_time.void(uow, user.id, CodePurpose.ENROLMENT)
    code, expires_at = one_time.issue(
        uow, CodePurpose.ENROLMENT, user=user.id, life=ENROLMENT_LIFE, keys=keys
    )
    uow.record(Code.DEVICE_INVITED, user, facts={"expires_at": expires_at})
    return Invitation(user, code, expires_at)


def enrol(
    database: Database,
    clock: Clock,
    *,
    code: str,
    public_key: str,
    proof: str,
    name: str,
    keys: TokenKeys,
) -> Enrolled:
    """The phone that holds this key belongs to the person whom the code names; the code is spent.

    Args:
        database: The application's.
        clock: The house's.
        code: From the QR code.
        public_key: SubjectPublicKeyInfo of a P-256 key, base64url.
        proof: Its signature over the code's text: r and s of 32 bytes each, base64url.
        name: What people call the phone.
        keys: The house's.

    Raises:
        CodeSpentError: the code opens nothing any more.
        InvalidError: the key is none, or did not sign the code.

    Evidence: `device:record:enrolled`.
    """
    presented = one_time.read(code)
    der = _read_key(public_key)
    if not is_signed_by(der, presented.text.encode(), from_base64url(proof)):
        raise InvalidError(
            "The phone could not prove that it holds this key.",
            faults=[Fault("/proof", "must be the key's signature over the code")],
        )
    person: list[UserId] = []

    def authenticate(session: Session, now: datetime) -> Actor:
        found = one_time.find(session, presented, CodePurpose.ENROLMENT, keys=keys, at=now)
        user = None if found.user_id is None else session.get(User, found.user_id)
        if user is None or user.state != "active":
            raise one_time.CodeSpentError
        person.append(user.id)
        return Actor(ActorKind.USER, presented.organisation, user=user.id, roles=user.role_set)

    with unit_of_work_by(database, clock, presented.organisation, authenticate) as uow:
        one_time.void(uow, person[0], CodePurpose.ENROLMENT)
        token = tokens.mint(presented.organisation, TokenKind.PHONE)
        device = Device(
            id=DeviceId(uow.new_id()),
            user_id=person[0],
            name=name,
            public_key=der,
            token_hash=keys.hash(token),
            enrolled_at=uow.now,
            pin_reset_at=None,
        )
        born = uow.bear(device, "enrol", facts={"key": key_hash(der)})
        if isinstance(born, Born):
            heard(uow, device)
    if isinstance(born, Refused):
        raise InvalidError(born.detail)
    return Enrolled(device, token, uow.now)


def revoke(uow: UnitOfWork, device: Device, *, reason: str) -> Applied | Refused:
    """The phone is told to forget everything at its next call; what it hands in is no longer taken.

    Evidence: `device:access:revoked`.
    """
    return uow.apply(device, "revoke", facts={"reason": reason}, audience=[device.user_id])


def wiped(database: Database, clock: Clock, *, token: str, keys: TokenKeys) -> None:
    """The revoked phone says that nothing is left on it; saying so again changes nothing.

    A claim like any other of a phone's: whoever holds its token can make it.

    Args:
        database: The application's.
        clock: The house's.
        token: The phone's own, which opens nothing any more.
        keys: The house's.

    Raises:
        UnauthenticatedError: it is no revoked phone's.

    Evidence: `device:contents:wiped`.
    """
    unknown = UnauthenticatedError("No revoked phone has this token.")
    presented = tokens.parse(token)
    if presented is None or presented.kind is not TokenKind.PHONE:
        raise unknown
    phone: list[Device] = []

    def authenticate(session: Session, now: datetime) -> Actor:
        del now
        device = session.scalars(
            select(Device).where(Device.token_hash.in_(keys.hashes(presented))).with_for_update()
        ).one_or_none()
        if device is None or device.state == "enrolled":
            raise unknown
        phone.append(device)
        user = session.get_one(User, device.user_id)
        return Actor(
            ActorKind.USER,
            device.org_id,
            user=user.id,
            roles=user.role_set,
            device=device.id,
            is_sealed=True,
        )

    with unit_of_work_by(database, clock, presented.organisation, authenticate) as uow:
        (device,) = phone
        if device.state == "revoked":
            uow.apply(device, "wipe", audience=[device.user_id])
            heard(uow, device, unsent=0)


def reset_pin(uow: UnitOfWork, device: Device) -> Applied | Refused:
    """The phone asks for the person's password at its next word with the server, and then for a new PIN.

    Evidence: `device:pin:reset`.
    """
    outcome = uow.apply(device, "reset_pin", changes={"pin_reset_at": uow.now}, audience=[device.user_id])
    if isinstance(outcome, Applied):
        uow.session.execute(
            update(DevicePresence).where(DevicePresence.device_id == device.id).values(pin_set_at=None)
        )
    return outcome


def find_phone(session: Session, hashes: list[bytes]) -> Actor | None:
    """Who speaks by a phone's own token, or None where no phone has it. The actor has no teams yet.

    Raises:
        DeviceRevokedError: the phone was revoked.
    """
    found = session.execute(
        select(Device, User).join(User, User.id == Device.user_id).where(Device.token_hash.in_(hashes))
    ).one_or_none()
    if found is None:
        return None
    device, user = found
    if device.state != "enrolled":
        raise DeviceRevokedError
    return Actor(
        ActorKind.USER,
        device.org_id,
        user=user.id,
        # What somebody did before they left is still taken in; it may do nothing else.
        roles=user.role_set,
        device=device.id,
        is_sealed=True,
    )


def require_phone_of(session: Session, device_id: DeviceId, user: UserId | None) -> Device:
    """The enrolled phone of this id, if it is this person's.

    Raises:
        DeviceRevokedError: it was revoked.
        NotFoundError: there is none, or it is somebody else's.
    """
    device = session.get(Device, device_id)
    if device is None or device.user_id != user:
        raise NotFoundError("No phone of yours has this id. Have it enrolled.")
    if device.state != "enrolled":
        raise DeviceRevokedError
    return device


def heard(uow: UnitOfWork, device: Device, **told: Any) -> None:
    """The phone was heard now, and told this of itself."""
    presence = uow.session.get(DevicePresence, device.id)
    if presence is not None and not told and uow.now - presence.last_seen_at < _SEEN_GRAIN:
        return
    values = {"last_seen_at": uow.now, **told}
    uow.session.execute(
        insert(DevicePresence)
        .values(device_id=device.id, org_id=device.org_id, **values)
        .on_conflict_do_update(index_elements=["device_id"], set_=values)
    )
    if presence is not None:
        uow.session.expire(presence)


def heard_nothing(uow: UnitOfWork, device: Device) -> None:
    """Nobody waits for the promised word any more: whoever runs the day was told that it did not come."""
    uow.session.execute(
        update(DevicePresence).where(DevicePresence.device_id == device.id).values(word_due_at=None)
    )


def needs_new_pin(session: Session, device: Device) -> bool:
    """Whether the PIN was reset and no new one was set since."""
    presence = session.get(DevicePresence, device.id)
    return device.pin_reset_at is not None and (presence is None or presence.pin_set_at is None)


def key_hash(der: bytes) -> str:
    """How a phone's key is called in evidence, and where its chain of commands begins: hex SHA-256."""
    return hashlib.sha256(der).hexdigest()


def is_signed_by(der: bytes, told: bytes, signature: bytes | None) -> bool:
    """Whether the P-256 key signed these bytes (ECDSA, SHA-256, r and s side by side as browsers make it)."""
    if signature is None or len(signature) != 2 * _COORDINATE_BYTES:
        return False
    r, s = (
        int.from_bytes(half, "big") for half in (signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:])
    )
    try:
        _loaded(der).verify(encode_dss_signature(r, s), told, _ALGORITHM)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4096)
def _loaded(der: bytes) -> ec.EllipticCurvePublicKey:
    """The key of a phone, which was checked when it was enrolled: reading it takes as long as a check by it."""
    key = load_der_public_key(der)
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - as above
    return key


def from_base64url(text: str) -> bytes | None:
    """The bytes that `text` spells (RFC 4648 §5, without padding), or None if it spells none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None


def _read_key(text: str) -> bytes:
    """The key's DER, where it is a P-256 key."""
    der = from_base64url(text)
    try:
        key = None if der is None else load_der_public_key(der)
    except ValueError:
        key = None
    if (
        der is None
        or not isinstance(key, ec.EllipticCurvePublicKey)
        or not isinstance(key.curve, ec.SECP256R1)
    ):
        raise InvalidError(
            "This is no key of a phone.",
            faults=[Fault("/public_key", "SubjectPublicKeyInfo of a P-256 key in base64url")],
        )
    return der
