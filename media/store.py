"""The contract that every object store keeps; `files.py` and `s3.py` are the two that do.

Objects are written once and never rewritten. A phone uploads by ticket: one PUT whose bytes, length, type
and end of validity are fixed by a signature. What a store says of an object is a claim: only
`read_digest`, which reads the bytes back and hashes them, is proof.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from media.digest import ByteSource, Digest, is_md5, is_sha256, md5_to_base64, same_digest
from media.errors import MismatchError, ObjectKeyError, TicketError, TicketPart, UnsupportedError
from media.keys import ObjectKey

# One S3 PUT takes at most 5 GiB; a presigned URL lives at most 7 days (both AWS limits).
MAX_OBJECT_BYTES = 5 * 1024**3
MAX_TICKET_LIFE = timedelta(days=7)
# type/subtype of RFC 6838, no parameters: a parameter's spelling would have to match byte for byte.
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


class Retention(StrEnum):
    """Who can break a retention, from anyone to no one."""

    NONE = "none"
    # This code refuses to remove the object; whoever holds the disk still can, and the log shows it.
    APPLICATION = "application"
    # The store itself refuses, whoever asks, until the date (S3 Object Lock in compliance mode).
    COMPLIANCE = "compliance"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a store was seen to do when it was probed, not what its manual says.

    `conditional_put`: of racing PUTs with `If-None-Match: *` exactly one wins. `ticket_*`: an upload that
    differs from its ticket in this is refused by the store itself. `checksum_sha256`: a body that differs
    from its announced `x-amz-checksum-sha256` is refused.
    """

    store: str
    conditional_put: bool
    ticket_signature: bool
    ticket_md5: bool
    ticket_length: bool
    ticket_content_type: bool
    ticket_expiry: bool
    checksum_sha256: bool
    versioning: bool
    legal_hold: bool
    retention: Retention

    @property
    def binds_tickets(self) -> bool:
        """Whether phones may upload straight to this store: every part of a ticket is enforced."""
        return (
            self.ticket_signature
            and self.ticket_md5
            and self.ticket_length
            and self.ticket_content_type
            and self.ticket_expiry
        )

    def require_retention(self, wanted: Retention) -> None:
        """Pass if the store can hold `wanted`.

        Raises:
            UnsupportedError: it cannot; the program must not start with this setting.
        """
        strength = list(Retention)
        if strength.index(self.retention) < strength.index(wanted):
            raise UnsupportedError(
                f"retention={wanted} cannot be held by this store ({self.store}): it offers "
                f"retention={self.retention}. Use an S3 bucket with Object Lock, or set a weaker retention."
            )

    def as_json(self) -> dict[str, str | bool]:
        """Plain values, to be recorded and shown."""
        return {
            name: str(value) if isinstance(value, Retention) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class TicketTerms:
    """What a ticket binds. Built from what a phone announces, so every field is checked.

    Raises:
        TicketError: `part` names the field that cannot be.
    """

    key: str
    sha256: str
    md5: str
    length: int
    content_type: str
    expires_at: datetime

    def __post_init__(self) -> None:
        try:
            named = ObjectKey.parse(self.key)
        except ObjectKeyError as error:
            raise TicketError(TicketPart.KEY, str(error)) from error
        if not is_sha256(self.sha256) or not same_digest(named.sha256, self.sha256):
            raise TicketError(TicketPart.SHA256, "The SHA-256 is not the one that the key names.")
        if not is_md5(self.md5):
            raise TicketError(TicketPart.MD5, "An MD5 is 32 lower-case hexadecimal digits.")
        if not 1 <= self.length <= MAX_OBJECT_BYTES:
            raise TicketError(
                TicketPart.LENGTH, f"An upload has 1 to {MAX_OBJECT_BYTES} bytes, not {self.length}."
            )
        if not is_content_type(self.content_type):
            raise TicketError(
                TicketPart.CONTENT_TYPE, "A content type is `type/subtype` in lower case without parameters."
            )
        if self.expires_at.tzinfo is None:
            raise ValueError("A ticket expires at an aware time.")

    def life_from(self, now: datetime) -> timedelta:
        """How long the ticket is good for; at least one second, at most seven days.

        Raises:
            TicketError: it would be over already, or live longer than S3 allows.
        """
        life = self.expires_at - now
        if not timedelta(seconds=1) <= life <= MAX_TICKET_LIFE:
            raise TicketError(TicketPart.EXPIRY, "A ticket lives between one second and seven days.")
        return life

    def headers(self) -> dict[str, str]:
        """The headers that the upload must carry, exactly: the same for every store."""
        return {
            "Content-Length": str(self.length),
            "Content-MD5": md5_to_base64(self.md5),
            "Content-Type": self.content_type,
            "If-None-Match": "*",
        }


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to upload these bytes once: send `method` to `url` with `headers` before `terms.expires_at`.

    An answer 412 to the upload means that the object is already there: to the phone that is success.
    """

    url: str
    method: str
    headers: Mapping[str, str]
    terms: TicketTerms


@dataclass(frozen=True, slots=True)
class Stored:
    """An object is there; `created` is False if it was there before."""

    key: str
    length: int
    created: bool


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """What the store says of an object. `sha256` is None where the store keeps none: use `read_digest`."""

    length: int
    content_type: str
    sha256: str | None
    retained_until: datetime | None = field(default=None)
    held: bool = field(default=False)


class ObjectStream(Protocol):
    """The bytes of an object, to be closed by the reader."""

    def read(self, size: int = -1, /) -> bytes: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...


class ObjectStore(Protocol):
    """Keeps objects by key. Every method may raise StoreUnavailableError, and ObjectKeyError on a bad key."""

    def ticket(
        self,
        key: str,
        *,
        sha256: str,
        md5: str,
        length: int,
        content_type: str,
        expires_at: datetime,
        now: datetime,
    ) -> Ticket:
        """A ticket for one upload, its terms fixed. `md5` is hexadecimal, like `sha256`.

        Raises:
            TicketError: the terms cannot be; `part` names which.
        """
        ...

    def put_if_absent(self, key: str, content: bytes | ByteSource, *, content_type: str) -> Stored:
        """The object exists with just these bytes; one that was there before is left as it is.

        Raises:
            MismatchError: the bytes do not hash to what the key names.
        """
        ...

    def open(self, key: str) -> ObjectStream:
        """The object's bytes, as stored.

        Raises:
            ObjectMissingError: there is none.
        """
        ...

    def head(self, key: str) -> ObjectHead | None:
        """What the store says of the object, or None where there is none."""
        ...

    def read_digest(self, key: str) -> Digest:
        """The digest of the bytes read back now, whatever the store says of them.

        Raises:
            ObjectMissingError: there is none.
        """
        ...

    def retain(self, key: str, until: datetime) -> None:
        """The object is kept at least until then; an existing later date stays.

        Raises:
            ObjectMissingError: there is none.
            UnsupportedError: the store knows no retention.
        """
        ...

    def hold(self, key: str, on: bool) -> None:  # noqa: FBT001 - `hold(key, True)` reads as what it does
        """The object is under a hold without an end, or is no longer.

        Raises:
            ObjectMissingError: there is none.
            UnsupportedError: the store knows no holds.
        """
        ...

    def remove(self, key: str, *, now: datetime) -> bool:
        """The object is gone; False if there was none. For the eraser alone.

        Raises:
            RetainedError: a retention or a hold forbids it; nothing was removed.
        """
        ...

    def abilities(self) -> Abilities:
        """What the store does, tried out now on objects of its own that are gone afterwards."""
        ...


def is_content_type(text: str) -> bool:
    return _CONTENT_TYPE.fullmatch(text) is not None


def check_put(key: str, content_type: str) -> ObjectKey:
    """The parsed key of an object about to be put; a content type with a wrong form raises ValueError."""
    if not is_content_type(content_type):
        raise ValueError("A content type is `type/subtype` in lower case without parameters.")
    return ObjectKey.parse(key)


def check_named(key: ObjectKey, digest: Digest) -> None:
    """Pass if bytes with this digest may be stored under `key`.

    Raises:
        MismatchError: the key names other bytes.
    """
    if not same_digest(key.sha256, digest.sha256):
        raise MismatchError(
            f"The bytes hash to {digest.sha256}, but their key names {key.sha256}. Nothing was stored."
        )
