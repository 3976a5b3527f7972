"""Requests to an S3-compatible store: one client, one presigner, one translation of its errors.

Nothing is read from the environment or from files: the caller passes it all.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from media.errors import MediaError, ObjectMissingError, StoreUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONNECT_TIMEOUT_S = 3
_READ_TIMEOUT_S = 20
_ATTEMPTS = 3

_MISSING_CODES = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchVersion"})
ALREADY_THERE_CODES = frozenset({"412", "PreconditionFailed", "409", "ConditionalRequestConflict"})
_UNKNOWN_FEATURE_CODES = frozenset(
    {
        "400",
        "405",
        "501",
        "InvalidRequest",
        "MethodNotAllowed",
        "NotImplemented",
        "ObjectLockConfigurationNotFoundError",
        "NoSuchObjectLockConfiguration",
    }
)


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Where the bucket is and who we are to it. `endpoint_url` None means AWS itself.

    `ca_file` is a bundle of authorities to trust instead of the built-in one.
    """

    bucket: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    endpoint_url: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]


def connect(settings: S3Settings, *, secret: str | None = None) -> "S3Client":
    """A client of the bucket's store; another `secret` makes the impostor of a probe."""
    core = botocore.session.Session(
        # The variables by which files and profiles of the machine's user would get in.
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual" if settings.endpoint_url is None else "path"},
        # Since boto3 1.36 checksums are sent by default, which many compatible stores refuse.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=20,
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # the stubs lack this option
        use_fips_endpoint=False,
        use_dualstack_endpoint=False,
        proxies={},
    )
    return boto3.Session(botocore_session=core).client(
        "s3",
        region_name=settings.region,
        endpoint_url=settings.endpoint_url,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=secret or settings.secret_key,
        verify=_authorities(settings),
        config=config,
    )


def _authorities(settings: S3Settings) -> Any:
    # Any: the stubs of botocore know only the boolean of `verify`.
    return settings.ca_file or True


def presign(client: "S3Client", bucket: str, key: str, headers: Mapping[str, str], life_s: int) -> str:
    """The address of a PUT to which every header given is bound."""
    arguments = {
        "Content-Length": "ContentLength",
        "Content-MD5": "ContentMD5",
        "Content-Type": "ContentType",
        "If-None-Match": "IfNoneMatch",
    }
    bound: dict[str, str | int] = {arguments[name]: value for name, value in headers.items()}
    if "ContentLength" in bound:
        bound["ContentLength"] = int(bound["ContentLength"])
    return client.generate_presigned_url(
        "put_object", Params={"Bucket": bucket, "Key": key, **bound}, ExpiresIn=life_s
    )


def send(
    settings: S3Settings, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
) -> Answer:
    """One plain request without credentials of its own, as a phone would send it."""
    session = URLLib3Session(verify=_authorities(settings), proxies={}, timeout=_READ_TIMEOUT_S)
    try:
        answer = session.send(AWSRequest(method=method, url=url, headers=headers, data=body).prepare())
        answer.content  # noqa: B018 - reads the body, so that the connection can be closed
    except BotoCoreError as error:
        raise _unreachable(error) from error
    finally:
        session.close()
    return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()})


@contextmanager
def translated_errors(key: str) -> Iterator[None]:
    """Errors of boto3 inside become our own, with what to do next."""
    try:
        yield
    except MediaError:
        raise
    except ClientError as error:
        code = error_code(error)
        if code == "NoSuchBucket":
            raise StoreUnavailableError(
                "The store has no such bucket. Create it or correct the setting."
            ) from error
        if code in _MISSING_CODES:
            raise ObjectMissingError(key) from error
        if error_status(error) in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise StoreUnavailableError(
                f"The store turns our credentials away ({code}). Check the access key, its rights and the clock."
            ) from error
        raise StoreUnavailableError(f"The store answered with an error ({code}). Try again later.") from error
    except BotoCoreError as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"The object store does not answer ({type(error).__name__}). Try again later."
    )


def make_bucket(settings: S3Settings, *, object_lock: bool = False) -> bool:
    """The bucket is there. Whether it was made now.

    Raises:
        StoreUnavailableError: the store does not answer, turns us away, or the name is somebody else's.
    """
    client = connect(settings)
    with translated_errors(settings.bucket):
        try:
            client.head_bucket(Bucket=settings.bucket)
        except ClientError as error:
            if error_status(error) != HTTPStatus.NOT_FOUND:
                raise
            client.create_bucket(Bucket=settings.bucket, ObjectLockEnabledForBucket=object_lock)
            return True
    return False


def keeps_versions(client: "S3Client", bucket: str) -> bool:
    try:
        # A bucket whose versions are suspended may still have old ones.
        return client.get_bucket_versioning(Bucket=bucket).get("Status") is not None
    except ClientError as error:
        if error_code(error) in _UNKNOWN_FEATURE_CODES:
            return False
        raise


def has_object_lock(client: "S3Client", bucket: str) -> bool:
    """Whether the bucket says so itself; an empty answer, which some stores give to anything, is a no."""
    try:
        answer = client.get_object_lock_configuration(Bucket=bucket)
    except ClientError as error:
        if error_code(error) in _UNKNOWN_FEATURE_CODES | {"NoSuchKey", "404"}:
            return False
        raise
    return answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"


def list_versions(client: "S3Client", bucket: str, key: str) -> list[str]:
    """Every version and delete marker of just this key."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    return [
        entry["VersionId"]
        for page in pages
        for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        if entry["Key"] == key
    ]


def error_code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def error_status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
