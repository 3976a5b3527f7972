"""What is special to S3: locks, versions, races and errors, by botocore's own stub. Real servers: tests/contract."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.stub import Stubber

from media.digest import digest_of
from media.errors import ObjectMissingError, RetainedError, StoreUnavailableError, UnsupportedError
from media.keys import object_key
from media.s3 import S3Store
from media.s3_probe import Probe
from media.s3_requests import S3Settings
from media.store import Retention, Stored, Ticket

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
PHOTO = b"the bytes of a photo"
KEY = object_key("a" * 32, digest_of(PHOTO).sha256)
SETTINGS = S3Settings("exhibits", "eu-test-1", "access", "secret", "http://127.0.0.1:1")
HEAD = {"ContentLength": len(PHOTO), "ContentType": "image/jpeg"}
AT_KEY = {"Bucket": "exhibits", "Key": KEY}
LOCKABLE = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}


@pytest.fixture(scope="module")
def client_of_boto() -> S3Store:
    """One client for all tests, since making it takes long; each test has its own copy of the store."""
    return S3Store(SETTINGS)


@pytest.fixture
def store(client_of_boto: S3Store) -> S3Store:
    return copy(client_of_boto)


@pytest.fixture
def s3(store: S3Store) -> Iterator[Stubber]:
    with Stubber(store._client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def expect_head(s3: Stubber, **more: Any) -> None:
    s3.add_response("head_object", HEAD | more, AT_KEY | {"ChecksumMode": "ENABLED"})


def expect_missing(s3: Stubber) -> None:
    s3.add_client_error("head_object", "404", http_status_code=404)


def expect_put(s3: Stubber, code: str, status: int) -> None:
    s3.add_client_error("put_object", code, http_status_code=status)


def ticket(store: S3Store, life: timedelta) -> Ticket:
    digest = digest_of(PHOTO)
    return store.ticket(
        KEY,
        sha256=digest.sha256,
        md5=digest.md5,
        length=digest.length,
        content_type="image/jpeg",
        expires_at=NOW + life,
        now=NOW,
    )


@contextmanager
def answering(headers: dict[str, str], status: int = 200, body: bytes = b"") -> Iterator[S3Settings]:
    """A server that answers everything in one way."""

    class Answer(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_OPTIONS  # noqa: N815 - the names that the base class calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield S3Settings(
            "exhibits", "eu-test-1", "access", "secret", f"http://127.0.0.1:{server.server_port}"
        )
        server.shutdown()
        thread.join(timeout=5)


def test_a_ticket_signs_every_header_that_binds_it(store: S3Store) -> None:
    query = parse_qs(urlsplit(ticket(store, timedelta(seconds=90, milliseconds=900)).url).query)

    assert query["X-Amz-SignedHeaders"] == ["content-length;content-md5;content-type;host;if-none-match"]
    assert query["X-Amz-Expires"] == ["90"]


def test_nothing_of_the_environment_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_PROFILE": "no-such-profile",
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "other",
        "AWS_ENDPOINT_URL": "http://elsewhere.invalid",
        "AWS_ENDPOINT_URL_S3": "http://elsewhere.invalid",
        "AWS_DEFAULT_REGION": "elsewhere",
        "AWS_CONFIG_FILE": "/no/such/file",
        "AWS_CA_BUNDLE": "/no/such/file",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTP_PROXY": "http://elsewhere.invalid",
        "HTTPS_PROXY": "http://elsewhere.invalid",
    }.items():
        monkeypatch.setenv(name, value)

    given = urlsplit(ticket(S3Store(SETTINGS), timedelta(hours=1)).url)
    aws = urlsplit(
        ticket(S3Store(S3Settings("exhibits", "eu-west-1", "access", "secret")), timedelta(hours=1)).url
    )

    assert (given.scheme, given.netloc, given.path) == ("http", "127.0.0.1:1", f"/exhibits/{KEY}")
    assert parse_qs(given.query)["X-Amz-Credential"][0].split("/")[0::2] == [
        "access",
        "eu-test-1",
        "aws4_request",
    ]
    assert "X-Amz-Security-Token" not in given.query
    assert (aws.scheme, aws.netloc) == ("https", "exhibits.s3.eu-west-1.amazonaws.com")


def test_secrets_do_not_show_in_logs() -> None:
    assert "secret" not in repr(SETTINGS).replace("secret_key", "")


def test_retention_is_written_in_compliance_mode(store: S3Store, s3: Stubber) -> None:
    expect_head(s3)
    s3.add_response("get_object_lock_configuration", LOCKABLE, {"Bucket": "exhibits"})
    s3.add_response(
        "put_object_retention", {}, AT_KEY | {"Retention": {"Mode": "COMPLIANCE", "RetainUntilDate": LATER}}
    )

    store.retain(KEY, LATER)


def test_a_later_retention_stays(store: S3Store, s3: Stubber) -> None:
    expect_head(s3, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=LATER)
    s3.add_response("get_object_lock_configuration", LOCKABLE, {"Bucket": "exhibits"})

    store.retain(KEY, NOW)


@pytest.mark.parametrize("code", ["ObjectLockConfigurationNotFoundError", "NotImplemented", "InvalidRequest"])
def test_without_object_lock_nothing_is_sent_to_the_object(store: S3Store, s3: Stubber, code: str) -> None:
    expect_head(s3)
    s3.add_client_error("get_object_lock_configuration", code, http_status_code=404)

    with pytest.raises(UnsupportedError, match="no Object Lock"):
        store.hold(KEY, True)


def test_an_empty_answer_on_object_lock_is_a_no(store: S3Store, s3: Stubber) -> None:
    expect_head(s3)
    s3.add_response("get_object_lock_configuration", {"ObjectLockConfiguration": {}}, {"Bucket": "exhibits"})

    with pytest.raises(UnsupportedError, match="no Object Lock"):
        store.retain(KEY, LATER)


def test_a_hold_is_put_and_lifted_and_the_bucket_asked_once(store: S3Store, s3: Stubber) -> None:
    expect_head(s3)
    s3.add_response("get_object_lock_configuration", LOCKABLE, {"Bucket": "exhibits"})
    s3.add_response("put_object_legal_hold", {}, AT_KEY | {"LegalHold": {"Status": "ON"}})
    expect_head(s3, ObjectLockLegalHoldStatus="ON")
    s3.add_response("put_object_legal_hold", {}, AT_KEY | {"LegalHold": {"Status": "OFF"}})

    store.hold(KEY, True)
    store.hold(KEY, False)


@pytest.mark.parametrize(
    "lock",
    [
        {"ObjectLockLegalHoldStatus": "ON"},
        {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": LATER},
    ],
)
def test_a_locked_object_is_not_even_tried(store: S3Store, s3: Stubber, lock: dict[str, Any]) -> None:
    expect_head(s3, **lock)

    with pytest.raises(RetainedError):
        store.remove(KEY, now=NOW)


def test_every_version_is_removed_and_only_of_this_key(store: S3Store, s3: Stubber) -> None:
    expect_missing(s3)
    s3.add_response("get_bucket_versioning", {"Status": "Enabled"}, {"Bucket": "exhibits"})
    s3.add_response(
        "list_object_versions",
        {
            "Versions": [{"Key": KEY, "VersionId": "v1"}, {"Key": f"{KEY}0", "VersionId": "other"}],
            "DeleteMarkers": [{"Key": KEY, "VersionId": "marker"}],
        },
        {"Bucket": "exhibits", "Prefix": KEY},
    )
    for version in ("v1", "marker"):
        s3.add_response("delete_object", {}, AT_KEY | {"VersionId": version})

    assert store.remove(KEY, now=NOW) is True


def test_a_version_that_the_store_locks_stays(store: S3Store, s3: Stubber) -> None:
    expect_head(s3)
    s3.add_response("get_bucket_versioning", {"Status": "Enabled"}, {"Bucket": "exhibits"})
    s3.add_response(
        "list_object_versions",
        {"Versions": [{"Key": KEY, "VersionId": "v1"}]},
        {"Bucket": "exhibits", "Prefix": KEY},
    )
    s3.add_client_error("delete_object", "AccessDenied", http_status_code=403)

    with pytest.raises(RetainedError, match="locked"):
        store.remove(KEY, now=NOW)


def test_a_writer_that_comes_second_created_nothing(store: S3Store, s3: Stubber) -> None:
    expect_missing(s3)
    expect_put(s3, "PreconditionFailed", 412)
    expect_head(s3)

    assert store.put_if_absent(KEY, PHOTO, content_type="image/jpeg") == Stored(
        KEY, len(PHOTO), created=False
    )


def test_a_conflict_with_a_writer_under_way_asks_to_try_again(store: S3Store, s3: Stubber) -> None:
    expect_missing(s3)
    expect_put(s3, "ConditionalRequestConflict", 409)
    expect_missing(s3)

    with pytest.raises(StoreUnavailableError, match="Try again"):
        store.put_if_absent(KEY, PHOTO, content_type="image/jpeg")


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("NoSuchBucket", 404, "no such bucket"),
        ("SignatureDoesNotMatch", 403, "turns our credentials away"),
        ("RequestTimeTooSkewed", 403, "the clock"),
        ("InternalError", 500, "Try again later"),
        ("SlowDown", 503, "Try again later"),
    ],
)
def test_errors_of_the_store_say_what_to_do(
    store: S3Store, s3: Stubber, code: str, status: int, message: str
) -> None:
    s3.add_client_error("get_object", code, http_status_code=status)

    with pytest.raises(StoreUnavailableError, match=message):
        store.open(KEY)


def test_a_missing_object_is_no_outage(store: S3Store, s3: Stubber) -> None:
    s3.add_client_error("get_object", "NoSuchKey", http_status_code=404)

    with pytest.raises(ObjectMissingError):
        store.open(KEY)


def test_a_checksum_of_parts_is_not_the_hash_of_the_object(store: S3Store, s3: Stubber) -> None:
    checksum = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    expect_head(s3, ChecksumSHA256=checksum, ChecksumType="COMPOSITE")
    expect_head(s3, ChecksumSHA256=checksum, ChecksumType="FULL_OBJECT")

    parts, whole = store.head(KEY), store.head(KEY)

    assert parts is not None
    assert parts.sha256 is None
    assert whole is not None
    assert whole.sha256 == digest_of(b"abc").sha256


def test_a_store_that_does_not_answer_is_unavailable(store: S3Store) -> None:
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        store.head(KEY)
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        store.allows_uploads_from("https://doorstep.example")


def test_a_connection_that_breaks_while_reading_is_unavailable() -> None:
    with answering({"Content-Length": "100", "Connection": "close"}, body=b"ten bytes.") as settings:
        stream = S3Store(settings).open(KEY)

        with stream, pytest.raises(StoreUnavailableError, match="does not answer"):
            stream.read()


@pytest.mark.parametrize(
    ("origin", "methods", "headers", "allowed"),
    [
        ("https://doorstep.example", "GET, PUT", "Content-MD5, Content-Type, If-None-Match", True),
        ("*", "*", "*", True),
        ("https://other.example", "GET, PUT", "*", False),
        ("*", "GET", "*", False),
        ("*", "PUT", "Content-Type", False),
    ],
)
def test_uploads_of_a_page_need_every_part_of_cors(
    origin: str, methods: str, headers: str, *, allowed: bool
) -> None:
    answer = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": headers,
        "Content-Length": "0",
    }

    with answering(answer) as settings:
        assert S3Store(settings).allows_uploads_from("https://doorstep.example") is allowed


def test_a_refused_preflight_allows_nothing() -> None:
    with answering({"Access-Control-Allow-Origin": "*", "Content-Length": "0"}, status=403) as settings:
        assert S3Store(settings).allows_uploads_from("https://doorstep.example") is False


def test_a_store_that_refuses_a_right_upload_cannot_be_probed() -> None:
    with (
        answering({"Content-Length": "0"}, status=403) as settings,
        pytest.raises(StoreUnavailableError, match="Check"),
    ):
        S3Store(settings).abilities()


@pytest.mark.parametrize(
    ("shortens", "deletes", "seen"),
    [
        (False, False, (True, Retention.COMPLIANCE)),
        (True, False, (True, Retention.NONE)),
        (False, True, (False, Retention.NONE)),
    ],
    ids=["keeps", "shortens", "deletes"],
)
def test_a_lock_counts_only_if_it_is_seen_to_hold(
    store: S3Store, s3: Stubber, *, shortens: bool, deletes: bool, seen: tuple[bool, Retention]
) -> None:
    def expect(method: str, *, passes: bool = True, **answer: Any) -> None:
        if passes:
            s3.add_response(method, answer)
        else:
            s3.add_client_error(method, "AccessDenied", http_status_code=403)

    old = {"Key": "probe/old/retained", "VersionId": "old", "LastModified": NOW - timedelta(hours=1)}
    young = {"Key": "probe/now/good", "VersionId": "young", "LastModified": NOW}
    expect(
        "list_object_versions",
        Versions=[old, young],
        ResponseMetadata={"HTTPHeaders": {"date": format_datetime(NOW, usegmt=True)}},
    )
    s3.add_response(
        "delete_object", {}, {"Bucket": "exhibits", "Key": "probe/old/retained", "VersionId": "old"}
    )
    expect("put_object", VersionId="v1")
    expect("put_object_legal_hold")
    expect("delete_object", passes=deletes)
    expect("put_object_legal_hold")
    expect("put_object", VersionId="v2")
    expect("head_object", LastModified=NOW)
    expect("put_object_retention")
    expect("put_object_retention", passes=shortens)
    if not shortens:
        expect("delete_object", passes=deletes)

    assert Probe(store._client, SETTINGS)._locks() == seen
