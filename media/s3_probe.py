"""What an S3-compatible store really does, tried out.

Probe objects have names that no other probe and no organisation has, so that any number of servers may
probe one bucket at once. They are removed afterwards; one retained for half a minute is removed by a later
probe.
"""

import base64
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError

from media.digest import digest_of
from media.errors import StoreUnavailableError
from media.s3_requests import (
    ALREADY_THERE_CODES,
    S3Settings,
    connect,
    error_code,
    error_status,
    has_object_lock,
    keeps_versions,
    list_versions,
    presign,
    send,
)
from media.store import Abilities, Retention

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# No organisation's prefix can be this short, so probes never meet an object.
PROBE_FOLDER = "probe"
_RACERS = 6
_LOCK_S = 30


class Probe:
    """Tries a store out on objects of its own, under names that no other probe has, and removes them."""

    def __init__(self, client: "S3Client", settings: S3Settings) -> None:
        self._client = client
        self._settings = settings
        self._bucket = settings.bucket
        self._folder = f"{PROBE_FOLDER}/{secrets.token_hex(16)}"
        self._body = secrets.token_bytes(64)
        self._made: list[str] = []

    def run(self) -> Abilities:
        versioned = keeps_versions(self._client, self._bucket)
        try:
            return self._abilities(versioned=versioned)
        finally:
            for key in self._made:
                self._clear(key, versioned=versioned)

    def _abilities(self, *, versioned: bool) -> Abilities:
        ended = presign(self._client, self._bucket, self._key("ended"), self._headers(), 1)
        born = time.monotonic()
        # The control: where a right upload does not pass, a refused one means nothing.
        good = self._key("good")
        if not self._upload(presign(self._client, self._bucket, good, self._headers(), 60), self._body):
            raise StoreUnavailableError(
                "The store refuses a right upload by presigned PUT. Check the bucket, its policy and the credentials."
            )
        conditional = self._one_winner()
        hold, retention = (
            self._locks() if has_object_lock(self._client, self._bucket) else (False, Retention.NONE)
        )
        refused = {
            "signature": not self._upload(
                presign(
                    connect(self._settings, secret=secrets.token_hex(20)),
                    self._bucket,
                    self._key("secret"),
                    self._headers(),
                    60,
                ),
                self._body,
            ),
            "md5": not self._upload(self._fresh("md5"), secrets.token_bytes(64)),
            "length": not self._upload(self._fresh("length"), self._body + b"!", {"Content-Length": "65"}),
            "content_type": not self._upload(self._fresh("type"), self._body, {"Content-Type": "text/html"}),
        }
        checksum = self._refuses_checksum()
        time.sleep(max(0.0, born + 2.2 - time.monotonic()))
        return Abilities(
            store="s3",
            conditional_put=conditional,
            ticket_signature=refused["signature"],
            ticket_md5=refused["md5"],
            ticket_length=refused["length"],
            ticket_content_type=refused["content_type"],
            ticket_expiry=not self._upload(ended, self._body),
            checksum_sha256=checksum,
            versioning=versioned,
            legal_hold=hold,
            retention=retention,
        )

    def _key(self, name: str) -> str:
        key = f"{self._folder}/{name}"
        self._made.append(key)
        return key

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Length": str(len(self._body)),
            "Content-MD5": digest_of(self._body).content_md5,
            "Content-Type": "application/octet-stream",
            "If-None-Match": "*",
        }

    def _fresh(self, name: str) -> str:
        return presign(self._client, self._bucket, self._key(name), self._headers(), 60)

    def _upload(self, url: str, body: bytes, changed: dict[str, str] | None = None) -> bool:
        """Whether the store took it; an answer that is neither yes nor no raises StoreUnavailableError."""
        answer = send(self._settings, "PUT", url, self._headers() | (changed or {}), body)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return True
        if answer.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise StoreUnavailableError(
                f"The store is too busy to be probed (answer {answer.status}). Try again."
            )
        return False

    def _one_winner(self) -> bool:
        key = self._key("race")
        first = self._put_new(key)
        with ThreadPoolExecutor(_RACERS) as pool:
            again = self._key("crowd")
            winners = sum(pool.map(lambda _: self._put_new(again), range(_RACERS)))
        return first and not self._put_new(key) and winners == 1

    def _put_new(self, key: str) -> bool:
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=self._body, IfNoneMatch="*")
        except ClientError as error:
            if error_code(error) in ALREADY_THERE_CODES or error_status(error) == HTTPStatus.NOT_IMPLEMENTED:
                return False
            raise
        return True

    def _refuses_checksum(self) -> bool:
        other = base64.b64encode(bytes.fromhex(digest_of(b"other").sha256)).decode("ascii")
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=self._key("checksum"), Body=self._body, ChecksumSHA256=other
            )
        except ClientError as error:
            return HTTPStatus.BAD_REQUEST <= error_status(error) < HTTPStatus.INTERNAL_SERVER_ERROR
        return False

    def _locks(self) -> tuple[bool, Retention]:
        """Whether a hold and a retention are seen to keep an object from whoever has our credentials.

        The retained object stays until its half minute is over; a later probe clears it.
        """
        self._clear_older_probes()
        held = self._key("held")
        version = self._put_version(held)
        self._hold(held, version, "ON")
        hold = not self._may_delete(held, version)
        self._hold(held, version, "OFF")
        retained = self._key("retained")
        version = self._put_version(retained)
        until = self._store_time(retained) + timedelta(seconds=_LOCK_S)
        self._retain(retained, version, until)
        keeps = not self._may_shorten(retained, version, until) and not self._may_delete(retained, version)
        return hold, Retention.COMPLIANCE if keeps else Retention.NONE

    def _put_version(self, key: str) -> str:
        answer = self._client.put_object(
            Bucket=self._bucket, Key=key, Body=self._body, ContentMD5=digest_of(self._body).content_md5
        )
        return answer["VersionId"]

    def _store_time(self, key: str) -> datetime:
        # The store judges by its own clock, so its own clock sets the date.
        return self._client.head_object(Bucket=self._bucket, Key=key)["LastModified"]

    def _hold(self, key: str, version: str, status: Literal["ON", "OFF"]) -> None:
        self._client.put_object_legal_hold(
            Bucket=self._bucket, Key=key, VersionId=version, LegalHold={"Status": status}
        )

    def _retain(self, key: str, version: str, until: datetime) -> None:
        self._client.put_object_retention(
            Bucket=self._bucket,
            Key=key,
            VersionId=version,
            Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until},
        )

    def _may_shorten(self, key: str, version: str, until: datetime) -> bool:
        try:
            self._retain(key, version, until - timedelta(seconds=_LOCK_S // 3))
        except ClientError:
            return False
        return True

    def _may_delete(self, key: str, version: str) -> bool:
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
        except ClientError:
            return False
        return True

    def _clear(self, key: str, *, versioned: bool) -> None:
        # Litter under probe/ harms nothing: what cannot be cleared now is cleared by a later probe.
        with suppress(ClientError, BotoCoreError):
            if versioned:
                for version in list_versions(self._client, self._bucket, key):
                    with suppress(ClientError):
                        self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
            else:
                self._client.delete_object(Bucket=self._bucket, Key=key)

    def _clear_older_probes(self) -> None:
        with suppress(ClientError, BotoCoreError):
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=f"{PROBE_FOLDER}/"
            )
            for page in pages:
                for version in page.get("Versions", []):
                    # Another server may be probing right now: only what is well past its time is cleared.
                    age = (
                        parsedate_to_datetime(page["ResponseMetadata"]["HTTPHeaders"]["date"])
                        - version["LastModified"]
                    )
                    if age > timedelta(seconds=10 * _LOCK_S):
                        with suppress(ClientError):
                            self._client.delete_object(
                                Bucket=self._bucket, Key=version["Key"], VersionId=version["VersionId"]
                            )
