"""The object store on S3 and what calls itself compatible, by boto3.

Stores differ in what they honour: two of three real ones that were tried ignore a SHA-256 checksum, one
ignores `If-None-Match`. So a ticket signs what all of them bind: Content-MD5, Content-Length, Content-Type,
and `If-None-Match: *`. Everything else is probed (`s3_probe.py`).
"""

import base64
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

from media.digest import CHUNK_BYTES, ByteSource, Digest, Hasher, digest_of, digest_of_stream
from media.errors import ObjectMissingError, RetainedError, StoreUnavailableError, UnsupportedError
from media.keys import ObjectKey
from media.s3_probe import PROBE_FOLDER, Probe
from media.s3_requests import (
    ALREADY_THERE_CODES,
    S3Settings,
    connect,
    error_code,
    has_object_lock,
    keeps_versions,
    list_versions,
    presign,
    send,
    translated_errors,
)
from media.store import Abilities, ObjectHead, Stored, Ticket, TicketTerms, check_named, check_put

if TYPE_CHECKING:
    from botocore.response import StreamingBody

_SPOOL_BYTES = 8 * 1024 * 1024


class S3Store:
    """An `ObjectStore` in one bucket. Makes no request until it is used."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._bucket = settings.bucket
        self._client = connect(settings)
        self._is_lockable = False

    # --- tickets

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
        """See `ObjectStore.ticket`: a presigned PUT. Its life is counted on this machine's clock, from now."""
        terms = TicketTerms(key, sha256, md5, length, content_type, expires_at)
        life_s = int(terms.life_from(now).total_seconds())
        return Ticket(
            url=presign(self._client, self._bucket, key, terms.headers(), life_s),
            method="PUT",
            headers=terms.headers(),
            terms=terms,
        )

    # --- objects

    def put_if_absent(self, key: str, content: bytes | ByteSource, *, content_type: str) -> Stored:
        """See `ObjectStore.put_if_absent`. A stream goes through a temporary file: S3 wants its hash first."""
        named = check_put(key, content_type)
        if isinstance(content, bytes):
            digest = digest_of(content)
            check_named(named, digest)
            return self._put(named, content, digest, content_type)
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
            hasher = Hasher()
            while piece := content.read(CHUNK_BYTES):
                hasher.update(piece)
                spool.write(piece)
            digest = hasher.digest()
            check_named(named, digest)
            spool.seek(0)
            return self._put(named, spool, digest, content_type)

    def open(self, key: str) -> "S3Stream":
        """See `ObjectStore.open`."""
        ObjectKey.parse(key)
        with translated_errors(key):
            return S3Stream(key, self._client.get_object(Bucket=self._bucket, Key=key)["Body"])

    def head(self, key: str) -> ObjectHead | None:
        """See `ObjectStore.head`. `sha256` is there only if the store kept one for the whole object."""
        answer = self._head(key)
        if answer is None:
            return None
        checksum = answer.get("ChecksumSHA256")
        until = answer.get("ObjectLockRetainUntilDate")
        whole = answer.get("ChecksumType") != "COMPOSITE"
        return ObjectHead(
            length=answer["ContentLength"],
            content_type=answer.get("ContentType", "application/octet-stream"),
            sha256=_hex_of(checksum) if checksum and whole else None,
            retained_until=None if until is None else until.astimezone(UTC),
            held=answer.get("ObjectLockLegalHoldStatus") == "ON",
        )

    def read_digest(self, key: str) -> Digest:
        """See `ObjectStore.read_digest`."""
        with self.open(key) as stream:
            return digest_of_stream(stream)

    def retain(self, key: str, until: datetime) -> None:
        """See `ObjectStore.retain`: Object Lock in compliance mode, which nobody can shorten."""
        if until.tzinfo is None:
            raise ValueError("A retention ends at an aware time.")
        head = self.head(key)
        if head is None:
            raise ObjectMissingError(key)
        self._require_lock()
        if head.retained_until is not None and head.retained_until >= until:
            return
        with translated_errors(key):
            self._client.put_object_retention(
                Bucket=self._bucket,
                Key=key,
                Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until.astimezone(UTC)},
            )

    def hold(self, key: str, on: bool) -> None:  # noqa: FBT001 - as in the protocol
        """See `ObjectStore.hold`: a legal hold of Object Lock."""
        if self._head(key) is None:
            raise ObjectMissingError(key)
        self._require_lock()
        with translated_errors(key):
            self._client.put_object_legal_hold(
                Bucket=self._bucket, Key=key, LegalHold={"Status": "ON" if on else "OFF"}
            )

    def remove(self, key: str, *, now: datetime) -> bool:
        """See `ObjectStore.remove`. In a bucket with versions every version goes, else nothing is erased."""
        head = self.head(key)
        if head is not None and head.held:
            raise RetainedError(f"Object {key} is under a hold. Lift the hold first.")
        if head is not None and head.retained_until is not None and now < head.retained_until:
            raise RetainedError(f"Object {key} is retained until {head.retained_until.isoformat()}.")
        if self._versioned():
            # A delete marker hides old versions from `head`, so they are looked for even where it saw nothing.
            return self._remove_versions(key)
        if head is None:
            return False
        with translated_errors(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)
        return True

    # --- what the store can do

    def abilities(self) -> Abilities:
        """See `ObjectStore.abilities`. Takes about two seconds: a ticket must be seen to end."""
        with translated_errors(PROBE_FOLDER):
            return Probe(self._client, self._settings).run()

    def allows_uploads_from(self, origin: str) -> bool:
        """Whether a page of `origin` (`https://host`) may upload by ticket: a CORS preflight is asked."""
        url = presign(self._client, self._bucket, f"{PROBE_FOLDER}/cors", {}, 60)
        asked = {"content-md5", "content-type", "if-none-match"}
        answer = send(
            self._settings,
            "OPTIONS",
            url,
            {
                "Origin": origin,
                "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": ",".join(sorted(asked)),
            },
        )
        if answer.status >= HTTPStatus.BAD_REQUEST:
            return False
        headers = {
            name: _listed(answer.headers.get(f"access-control-allow-{name}"))
            for name in ("headers", "methods")
        }
        return (
            answer.headers.get("access-control-allow-origin") in {origin, "*"}
            and (headers["methods"] & {"put", "*"}) != set()
            and (asked <= headers["headers"] or "*" in headers["headers"])
        )

    # --- requests

    def _put(self, key: ObjectKey, body: bytes | IO[bytes], digest: Digest, content_type: str) -> Stored:
        # Asked first: it saves sending the bytes again, and tells «was there» on stores that ignore If-None-Match.
        if self._head(str(key)) is not None:
            return Stored(str(key), digest.length, created=False)
        with translated_errors(str(key)):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=str(key),
                    Body=body,
                    ContentLength=digest.length,
                    ContentMD5=digest.content_md5,
                    ContentType=content_type,
                    # Kept by stores that know it and given back by `head`; never relied on.
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(digest.sha256)).decode("ascii"),
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if error_code(error) not in ALREADY_THERE_CODES:
                    raise
                # 412: another writer was first. 409: one is at it; there is an object now, or a reason to retry.
                if self._head(str(key)) is None:
                    raise StoreUnavailableError(
                        f"Object {key} is just being written by someone else. Try again."
                    ) from error
                return Stored(str(key), digest.length, created=False)
        return Stored(str(key), digest.length, created=True)

    def _head(self, key: str) -> Mapping[str, Any] | None:
        # The stubs promise every field; real stores leave out what they do not know.
        ObjectKey.parse(key)
        try:
            with translated_errors(key):
                return self._client.head_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")
        except ObjectMissingError:
            return None

    def _require_lock(self) -> None:
        """Pass if the bucket says that Object Lock is on.

        Always asked before a retention or a hold is written: a store that knows neither may take the
        request for an upload and write its XML over the exhibit (seen with rclone 1.75).
        """
        if self._is_lockable:
            return
        with translated_errors(self._bucket):
            self._is_lockable = has_object_lock(self._client, self._bucket)
        if not self._is_lockable:
            raise UnsupportedError(
                "This bucket has no Object Lock, so it can keep no retention and no hold. "
                "Use a bucket created with Object Lock."
            )

    def _versioned(self) -> bool:
        with translated_errors(self._bucket):
            return keeps_versions(self._client, self._bucket)

    def _remove_versions(self, key: str) -> bool:
        found = False
        with translated_errors(key):
            for version in list_versions(self._client, self._bucket, key):
                try:
                    self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
                except ClientError as error:
                    if error_code(error) not in {"AccessDenied", "403", "InvalidRequest", "ObjectLocked"}:
                        raise
                    raise RetainedError(f"The store refuses to remove object {key}: it is locked.") from error
                found = True
        return found


class S3Stream:
    """The bytes of an object as they arrive; a connection that breaks raises StoreUnavailableError."""

    def __init__(self, key: str, body: "StreamingBody") -> None:
        self._key = key
        self._body = body

    def read(self, size: int = -1, /) -> bytes:
        with translated_errors(self._key):
            return self._body.read(None if size < 0 else size)

    def close(self) -> None:
        self._body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


def _hex_of(checksum: str) -> str:
    return base64.b64decode(checksum).hex()


def _listed(value: str | None) -> set[str]:
    return {part.strip().lower() for part in (value or "").split(",") if part.strip()}
