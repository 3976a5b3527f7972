"""A command as a phone wrote it, and when it can have happened. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from field_visits.kernel.errors import Fault
from field_visits.kernel.ids import AppointmentId, DeviceId, VisitId

VERSION = 1
MAX_BATCH = 50
MAX_COMMAND_BYTES = 64 * 1024


class Outcome(StrEnum):
    """What became of a command. Each of them moves the chain on: nothing blocks the queue."""

    APPLIED = "applied"
    APPLIED_WITH_BREACH = "applied_with_breach"
    REFUSED = "refused"  # an intent that rules or state forbade
    TURNED_AWAY = "turned_away"  # kept, and nothing else


class Reason(StrEnum):
    """Why a command was refused or turned away."""

    SIGNATURE = "signature"
    CHAIN = "chain"  # it does not name the command before it
    FORKED = "forked"  # other bytes were handed in under its number before
    DEVICE = "device"
    SCHEMA = "schema"
    VERSION = "version"
    OWNERSHIP = "ownership"
    INVALID = "invalid"
    ILLEGAL = "illegal"
    RULES = "rules"
    NOT_IN_SHIFT = "not_in_shift"
    DEFECT = "defect"  # of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a phone wrote around what it tells. `payload` is as read by the schema of its type."""

    id: UUID
    device_id: DeviceId
    seq: int
    prev_hash: str
    type: str
    appointment_id: AppointmentId | None
    visit_id: VisitId | None
    base_version: UUID | None
    occurred_at: datetime
    elapsed_ms: int | None
    skew_ms: int | None
    rtt_ms: int | None
    nonce: str | None
    app_build: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """One command as it came: exact bytes, signature, and what could be read of it.

    Where `reason` says that it could not be read wholly, `envelope` may still tell whose and which it is.
    """

    raw: bytes
    signature: bytes | None
    envelope: Envelope | None
    reason: Reason | None = None
    detail: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def hash(self) -> bytes:
        return sha256(self.raw).digest()


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: the claim stays beside it, this is what can be true of it.

    `not_before` is the last nonce that the phone had from us, `uncertainty_ms` how far off the estimate may be.
    """

    at: datetime
    not_before: datetime | None
    uncertainty_ms: int


def moment_of(told: Envelope, *, nonce_at: datetime | None, now: datetime) -> Moment:
    """The claim, mended by the measured skew and confined to what is proved.

    A clock can be set by hand, a monotonic counter cannot, though it may pause while the phone sleeps: so the
    nonce's time and what the counter went on since is a lower bound, the receipt the upper one.
    """
    claimed = told.occurred_at + timedelta(milliseconds=told.skew_ms or 0)
    not_before = None if nonce_at is None or nonce_at > now else nonce_at
    earliest = not_before
    if not_before is not None and told.elapsed_ms is not None:
        earliest = min(not_before + timedelta(milliseconds=told.elapsed_ms), now)
    at = min(claimed if earliest is None else max(claimed, earliest), now)
    half_trip = (told.rtt_ms or 0) // 2
    is_confined = at != claimed
    spread = now - (earliest or at)
    return Moment(at, not_before, int(spread / timedelta(milliseconds=1)) if is_confined else half_trip)
