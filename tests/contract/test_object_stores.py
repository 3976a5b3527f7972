"""One suite for both stores: files behind a door of our own, and S3 on a real server. All uploads are HTTP."""

import http.client
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from media.digest import digest_of
from media.errors import (
    MismatchError,
    ObjectKeyError,
    ObjectMissingError,
    RetainedError,
    TicketError,
    TicketPart,
    UnsupportedError,
)
from media.keys import new_prefix, object_key
from media.s3 import S3Store
from media.store import Abilities, ObjectStore, Retention, Ticket
from media.tickets import TicketKeys
from tests.simulators.s3_server import S3Server, s3_server
from tests.simulators.upload_door import upload_door

PHOTO = b"\xff\xd8\xff\xe0 the bytes of a photo \xff\xd9"
OTHER = PHOTO[::-1]
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture(scope="module")
def s3_store(server: S3Server) -> S3Store:
    return S3Store(server.settings())


@pytest.fixture(params=["files", "s3"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, tmp_path: Path, s3_store: S3Store) -> Iterator[ObjectStore]:
    if kind == "s3":
        yield s3_store
    else:
        with upload_door(tmp_path / "store") as files:
            yield files


@contextmanager
def impostor(kind: str, folder: Path, server: S3Server) -> Iterator[ObjectStore]:
    """A store that signs with a secret that is not ours."""
    if kind == "s3":
        yield S3Store(replace(server.settings(), secret_key="not the secret"))
    else:
        with upload_door(folder, keys=TicketKeys("k2", {"k2": b"\x99" * 32})) as files:
            yield files


@pytest.fixture(scope="module")
def probed() -> dict[str, Abilities]:
    """What each store was seen to do: probed once, since a probe waits for a ticket to end."""
    return {}


@pytest.fixture
def abilities(store: ObjectStore, kind: str, probed: dict[str, Abilities]) -> Abilities:
    if kind not in probed:
        probed[kind] = store.abilities()
    return probed[kind]


@pytest.fixture
def key() -> str:
    return object_key(new_prefix(), digest_of(PHOTO).sha256)


def terms(content: bytes = PHOTO, **changed: Any) -> dict[str, Any]:
    digest = digest_of(content)
    now = datetime.now(UTC)
    return {
        "sha256": digest.sha256,
        "md5": digest.md5,
        "length": digest.length,
        "content_type": "image/jpeg",
        "expires_at": now + HOUR,
        "now": now,
    } | changed


def upload(ticket: Ticket, body: bytes, *, url: str | None = None, drop: str = "", **changed: str) -> int:
    """Send the ticket's request as a phone does; `changed` headers are written with `_` for `-`."""
    headers = dict(ticket.headers) | {"Content-Length": str(len(body))}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    headers.pop(drop, None)
    parts = urlsplit(url or ticket.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request(ticket.method, f"{parts.path}?{parts.query}", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def read(store: ObjectStore, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


def test_an_upload_by_ticket_stores_just_these_bytes(store: ObjectStore, key: str) -> None:
    ticket = store.ticket(key, **terms())

    status = upload(ticket, PHOTO)

    head = store.head(key)
    assert status == 200
    assert read(store, key) == PHOTO
    assert store.read_digest(key) == digest_of(PHOTO)
    assert head is not None
    assert (head.length, head.content_type, head.held, head.retained_until) == (
        len(PHOTO),
        "image/jpeg",
        False,
        None,
    )
    assert head.sha256 in {None, digest_of(PHOTO).sha256}


def test_every_store_asks_the_phone_for_the_same_request(store: ObjectStore, key: str) -> None:
    ticket = store.ticket(key, **terms())

    assert ticket.method == "PUT"
    assert ticket.headers == {
        "Content-Length": str(len(PHOTO)),
        "Content-MD5": digest_of(PHOTO).content_md5,
        "Content-Type": "image/jpeg",
        "If-None-Match": "*",
    }


def test_other_bytes_of_the_same_length_are_refused(store: ObjectStore, key: str) -> None:
    ticket = store.ticket(key, **terms())

    status = upload(ticket, OTHER)

    assert 400 <= status < 500
    assert store.head(key) is None


def test_other_bytes_with_their_own_md5_are_refused(store: ObjectStore, key: str) -> None:
    ticket = store.ticket(key, **terms())

    status = upload(ticket, OTHER, Content_MD5=digest_of(OTHER).content_md5)

    assert 400 <= status < 500
    assert store.head(key) is None


@pytest.mark.parametrize("body", [PHOTO + b"!", PHOTO[:-1]], ids=["longer", "shorter"])
def test_another_length_is_refused(store: ObjectStore, key: str, body: bytes) -> None:
    ticket = store.ticket(key, **terms())

    status = upload(ticket, body)

    assert 400 <= status < 500
    assert store.head(key) is None


def test_another_content_type_is_refused(store: ObjectStore, key: str) -> None:
    ticket = store.ticket(key, **terms())

    status = upload(ticket, PHOTO, Content_Type="text/html")

    assert 400 <= status < 500
    assert store.head(key) is None


@pytest.mark.parametrize("header", ["If-None-Match", "Content-MD5", "Content-Type"])
def test_an_upload_that_drops_a_signed_header_is_refused(store: ObjectStore, key: str, header: str) -> None:
    ticket = store.ticket(key, **terms())

    status = upload(ticket, PHOTO, drop=header)

    assert 400 <= status < 500
    assert store.head(key) is None


def test_a_ticket_does_not_open_another_key(store: ObjectStore, key: str) -> None:
    prefix, sha256 = key.split("/")
    other = new_prefix()
    ticket = store.ticket(key, **terms())

    status = upload(ticket, PHOTO, url=ticket.url.replace(prefix, other))

    assert 400 <= status < 500
    assert store.head(key) is None
    assert store.head(object_key(other, sha256)) is None


def test_a_ticket_signed_with_another_secret_is_refused(
    store: ObjectStore, kind: str, key: str, tmp_path: Path, server: S3Server
) -> None:
    genuine = store.ticket(key, **terms())
    with impostor(kind, tmp_path / "impostor", server) as other:
        forged = other.ticket(key, **terms())

    status = upload(genuine, PHOTO, url=f"{genuine.url.partition('?')[0]}?{urlsplit(forged.url).query}")

    assert status == 403
    assert store.head(key) is None


def test_a_ticket_ends(store: ObjectStore, key: str) -> None:
    now = datetime.now(UTC)
    # Whole seconds count on both stores: two seconds ahead leave at least one.
    ticket = store.ticket(key, **terms(now=now, expires_at=now + timedelta(seconds=2)))
    time.sleep(3.1)

    status = upload(ticket, PHOTO)

    # AWS, Ceph and our own door say 403, rclone 400.
    assert status in {400, 403}
    assert store.head(key) is None


def test_an_upload_sent_twice_changes_nothing(store: ObjectStore, abilities: Abilities, key: str) -> None:
    ticket = store.ticket(key, **terms())

    first, second = upload(ticket, PHOTO), upload(ticket, PHOTO)

    # 412 says that the object is there; a store that ignores If-None-Match writes the same bytes again.
    assert first == 200
    assert second == (412 if abilities.conditional_put else 200)
    assert store.read_digest(key) == digest_of(PHOTO)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"sha256": digest_of(OTHER).sha256}, TicketPart.SHA256),
        ({"sha256": "nonsense"}, TicketPart.SHA256),
        ({"md5": "nonsense"}, TicketPart.MD5),
        ({"length": 0}, TicketPart.LENGTH),
        ({"length": 6 * 1024**3}, TicketPart.LENGTH),
        ({"content_type": "image/jpeg\r\nX-Evil: 1"}, TicketPart.CONTENT_TYPE),
        ({"content_type": ""}, TicketPart.CONTENT_TYPE),
        ({"expires_at": datetime.now(UTC) - HOUR}, TicketPart.EXPIRY),
        ({"expires_at": datetime.now(UTC) + timedelta(days=8)}, TicketPart.EXPIRY),
    ],
)
def test_no_ticket_is_made_for_terms_that_cannot_be(
    store: ObjectStore, key: str, changed: dict[str, Any], part: TicketPart
) -> None:
    with pytest.raises(TicketError) as caught:
        store.ticket(key, **terms(**changed))

    assert caught.value.part is part


def test_bytes_put_twice_are_stored_once(store: ObjectStore, key: str) -> None:
    first = store.put_if_absent(key, PHOTO, content_type="image/jpeg")
    second = store.put_if_absent(key, PHOTO, content_type="image/png")

    head = store.head(key)
    assert (first.created, second.created) == (True, False)
    assert first.length == len(PHOTO)
    assert head is not None
    assert head.content_type == "image/jpeg"


def test_a_stream_is_stored_like_bytes(store: ObjectStore) -> None:
    content = bytes(range(256)) * 3000
    key = object_key(new_prefix(), digest_of(content).sha256)

    stored = store.put_if_absent(key, io.BytesIO(content), content_type="application/pdf")

    assert (stored.created, stored.length) == (True, len(content))
    assert read(store, key) == content


@pytest.mark.parametrize("content", [OTHER, io.BytesIO(OTHER)], ids=["bytes", "stream"])
def test_bytes_that_their_key_does_not_name_are_not_stored(
    store: ObjectStore, key: str, content: bytes | io.BytesIO
) -> None:
    with pytest.raises(MismatchError):
        store.put_if_absent(key, content, content_type="image/jpeg")

    assert store.head(key) is None


def test_what_is_not_there_is_said_to_be_missing(store: ObjectStore, key: str) -> None:
    assert store.head(key) is None
    assert store.remove(key, now=datetime.now(UTC)) is False
    with pytest.raises(ObjectMissingError):
        store.open(key)
    with pytest.raises(ObjectMissingError):
        store.read_digest(key)
    with pytest.raises(ObjectMissingError):
        store.retain(key, datetime.now(UTC) + HOUR)
    with pytest.raises(ObjectMissingError):
        store.hold(key, True)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "/",
        "..",
        "../../etc/passwd",
        f"{'a' * 32}/..",
        f"{'a' * 32}/{'0' * 63}G",
        f"/{'a' * 31}/{'0' * 64}",
    ],
)
def test_a_text_that_is_no_key_reaches_no_store(store: ObjectStore, bad: str) -> None:
    now = datetime.now(UTC)
    for use in (
        lambda: store.open(bad),
        lambda: store.head(bad),
        lambda: store.read_digest(bad),
        lambda: store.put_if_absent(bad, PHOTO, content_type="image/jpeg"),
        lambda: store.retain(bad, now + HOUR),
        lambda: store.hold(bad, True),
        lambda: store.remove(bad, now=now),
    ):
        with pytest.raises(ObjectKeyError):
            use()
    with pytest.raises(TicketError) as caught:
        store.ticket(bad, **terms())
    assert caught.value.part is TicketPart.KEY


def test_an_object_that_nothing_protects_can_be_removed(store: ObjectStore, key: str) -> None:
    store.put_if_absent(key, PHOTO, content_type="image/jpeg")

    removed = store.remove(key, now=datetime.now(UTC))

    assert removed is True
    assert store.head(key) is None


def test_retention_is_kept_or_refused_but_never_pretended(
    store: ObjectStore, abilities: Abilities, key: str
) -> None:
    store.put_if_absent(key, PHOTO, content_type="image/jpeg")
    now = datetime.now(UTC)

    if abilities.retention is Retention.NONE:
        with pytest.raises(UnsupportedError):
            store.retain(key, now + HOUR)
    else:
        store.retain(key, now + HOUR)
        store.retain(key, now)
        with pytest.raises(RetainedError):
            store.remove(key, now=now)

    # rclone takes a PUT of `?retention` for an upload: the exhibit must not have been overwritten.
    assert read(store, key) == PHOTO


def test_a_hold_is_kept_or_refused_but_never_pretended(
    store: ObjectStore, abilities: Abilities, key: str
) -> None:
    store.put_if_absent(key, PHOTO, content_type="image/jpeg")
    now = datetime.now(UTC)

    if not abilities.legal_hold:
        with pytest.raises(UnsupportedError):
            store.hold(key, True)
    else:
        store.hold(key, True)
        with pytest.raises(RetainedError):
            store.remove(key, now=now)

    assert read(store, key) == PHOTO


def test_abilities_are_what_was_seen(store: ObjectStore, kind: str, tmp_path: Path, server: S3Server) -> None:
    bound = {
        "ticket_signature": True,
        "ticket_md5": True,
        "ticket_length": True,
        "ticket_content_type": True,
        "ticket_expiry": True,
    }
    expected = {
        "files": Abilities(
            store="files",
            conditional_put=True,
            **bound,
            checksum_sha256=True,
            versioning=False,
            legal_hold=True,
            retention=Retention.APPLICATION,
        ),
        # rclone 1.75 ignores If-None-Match and the SHA-256, and keeps no versions, holds or retention.
        "s3": Abilities(
            store="s3",
            conditional_put=False,
            **bound,
            checksum_sha256=False,
            versioning=False,
            legal_hold=False,
            retention=Retention.NONE,
        ),
    }[kind]

    seen = store.abilities()

    assert seen == expected
    assert seen.binds_tickets
    assert not [path for path in (tmp_path / "store" / "incoming").glob("*") if path.is_file()]
    assert not list((server.folder / "probe").rglob("*"))


def test_compliance_retention_is_refused_on_a_store_that_cannot_hold_it(abilities: Abilities) -> None:
    with pytest.raises(UnsupportedError, match="retention=compliance cannot be held"):
        abilities.require_retention(Retention.COMPLIANCE)
