"""The embedded object store: plain files below one folder.

```
objects/<prefix>/<sha256>        the bytes, mode 0440, written once
about/<prefix>/<sha256>.json     content type, digests, retention and hold
incoming/<random>                uploads under way
locks/<two hex digits>           one lock for every 256th object
```

An object appears by `link`, in one step, after its bytes and its description are on the disk: a crash
leaves a file in `incoming`, never a half-written object. Retention and holds are enforced by this code;
whoever holds the disk can delete files, and `fsck` of the evidence will say so.

Works on one host's file system with hard links and `flock`; several processes may share the folder.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import urlencode

from media.digest import CHUNK_BYTES, ByteSource, Digest, Hasher, digest_of_stream, is_sha256, same_digest
from media.errors import (
    ObjectMissingError,
    RetainedError,
    StoreUnavailableError,
    TicketError,
    TicketPart,
)
from media.keys import ObjectKey
from media.store import Abilities, ObjectHead, Retention, Stored, Ticket, TicketTerms, check_named, check_put
from media.tickets import TicketKeys, check_headers

_FOLDER_MODE = 0o700
_OBJECT_MODE = 0o440


@dataclass(frozen=True, slots=True)
class _About:
    """What is kept beside an object's bytes."""

    content_type: str
    length: int
    sha256: str
    md5: str
    retained_until: datetime | None = None
    held: bool = False

    def to_json(self) -> bytes:
        values = asdict(self)
        values["retained_until"] = self.retained_until.isoformat() if self.retained_until else None
        return json.dumps(values, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        values = json.loads(text)
        until = values.pop("retained_until")
        return cls(**values, retained_until=datetime.fromisoformat(until) if until else None)


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A finished temporary file: its bytes are on the disk under a name that nobody looks for."""

    path: Path
    digest: Digest


class FileStore:
    """An `ObjectStore` on files. `upload_url` is where the caller serves `redeem`, absolute or same-origin."""

    def __init__(self, root: Path, *, keys: TicketKeys, upload_url: str) -> None:
        self._root = root
        self._objects = root / "objects"
        self._about = root / "about"
        self._incoming = root / "incoming"
        self._locks = root / "locks"
        self._keys = keys
        self._upload_url = upload_url
        # Folders whose names this process knows to be on the disk, so that no put relies on another's fsync.
        self._known_folders: set[Path] = set()
        with _disk():
            root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            for folder in (self._objects, self._about, self._incoming, self._locks):
                self._make_folder(folder)

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
        """See `ObjectStore.ticket`. The terms stand in the address, signed; nothing is kept here."""
        terms = TicketTerms(key, sha256, md5, length, content_type, expires_at.replace(microsecond=0))
        terms.life_from(now)
        join = "&" if "?" in self._upload_url else "?"
        url = f"{self._upload_url}{join}{urlencode(self._keys.sign(terms))}"
        return Ticket(url=url, method="PUT", headers=terms.headers(), terms=terms)

    def redeem(
        self, fields: Mapping[str, str], headers: Mapping[str, str], body: ByteSource, *, now: datetime
    ) -> Stored:
        """The object exists if `body` is what its ticket was made for.

        `fields` are the query parameters of the ticket's address. Never more than the announced length is
        read. A repeated upload gives `created=False` (S3 answers it with 412: the object is there).

        Raises:
            TicketError: the ticket is false or over, or headers or bytes differ from it; nothing was stored.
            StoreUnavailableError: the disk is full or fails; the same upload may be sent again.
        """
        terms = self._keys.verify(fields, now=now)
        check_headers(terms, headers)
        with self._receive(_exactly(body, terms.length)) as incoming:
            digest = incoming.digest
            if not same_digest(digest.sha256, terms.sha256):
                raise TicketError(
                    TicketPart.SHA256,
                    f"The bytes received hash to {digest.sha256}, the ticket is for {terms.sha256}. Nothing was stored.",
                )
            if not same_digest(digest.md5, terms.md5):
                raise TicketError(
                    TicketPart.MD5, "The bytes received do not have the ticket's MD5. Nothing was stored."
                )
            return self._publish(ObjectKey.parse(terms.key), incoming, terms.content_type)

    # --- objects

    def put_if_absent(self, key: str, content: bytes | ByteSource, *, content_type: str) -> Stored:
        """See `ObjectStore.put_if_absent`."""
        named = check_put(key, content_type)
        pieces = iter((content,)) if isinstance(content, bytes) else _to_the_end(content)
        with self._receive(pieces) as incoming:
            check_named(named, incoming.digest)
            return self._publish(named, incoming, content_type)

    def open(self, key: str) -> BinaryIO:
        """See `ObjectStore.open`."""
        path = self._object_path(ObjectKey.parse(key))
        with _disk():
            try:
                # O_NOFOLLOW: a symbolic link planted in the folder is no object of ours.
                return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
            except FileNotFoundError as error:
                raise ObjectMissingError(key) from error

    def head(self, key: str) -> ObjectHead | None:
        """See `ObjectStore.head`. The length is the file's own; the rest is what was noted beside it."""
        named = ObjectKey.parse(key)
        with _disk():
            try:
                length = self._object_path(named).lstat().st_size
                about = self._read_about(named)
            except (FileNotFoundError, ObjectMissingError):
                return None
        return ObjectHead(
            length=length,
            content_type=about.content_type,
            sha256=about.sha256,
            retained_until=about.retained_until,
            held=about.held,
        )

    def read_digest(self, key: str) -> Digest:
        """See `ObjectStore.read_digest`."""
        with self.open(key) as stream, _disk():
            return digest_of_stream(stream)

    def retain(self, key: str, until: datetime) -> None:
        """See `ObjectStore.retain`."""
        if until.tzinfo is None:
            raise ValueError("A retention ends at an aware time.")
        named = ObjectKey.parse(key)
        with self._locked(named):
            about = self._about_of_object(named)
            if about.retained_until is None or about.retained_until < until:
                self._write_about(named, replace(about, retained_until=until.astimezone(UTC)))

    def hold(self, key: str, on: bool) -> None:  # noqa: FBT001 - as in the protocol
        """See `ObjectStore.hold`."""
        named = ObjectKey.parse(key)
        with self._locked(named):
            self._write_about(named, replace(self._about_of_object(named), held=on))

    def remove(self, key: str, *, now: datetime) -> bool:
        """See `ObjectStore.remove`."""
        named = ObjectKey.parse(key)
        with self._locked(named):
            try:
                about = self._about_of_object(named)
            except ObjectMissingError:
                return False
            if about.held:
                raise RetainedError(f"Object {key} is under a hold. Lift the hold first.")
            if about.retained_until is not None and now < about.retained_until:
                raise RetainedError(f"Object {key} is retained until {about.retained_until.isoformat()}.")
            path = self._object_path(named)
            path.unlink()
            # A crash here leaves a description without an object: the next put replaces it.
            _sync_folder(path.parent)
            self._about_path(named).unlink(missing_ok=True)
            return True

    def abilities(self) -> Abilities:
        """See `ObjectStore.abilities`. Tries whether this file system refuses a second link of one name."""
        with _disk():
            first, second, name = (self._incoming / f"probe-{secrets.token_hex(16)}" for _ in range(3))
            try:
                first.touch(mode=0o600)
                second.touch(mode=0o600)
                os.link(first, name)
                try:
                    os.link(second, name)
                    links_once = False
                except FileExistsError:
                    links_once = True
            finally:
                for path in (first, second, name):
                    path.unlink(missing_ok=True)
        return Abilities(
            store="files",
            conditional_put=links_once,
            ticket_signature=True,
            ticket_md5=True,
            ticket_length=True,
            ticket_content_type=True,
            ticket_expiry=True,
            checksum_sha256=True,
            versioning=False,
            legal_hold=True,
            retention=Retention.APPLICATION,
        )

    def sweep(self) -> int:
        """Files that writers left behind when they died are gone; how many there were.

        A living writer holds a lock on its file, so that no clock decides who is dead.
        """
        swept = 0
        with _disk():
            for path in self._incoming.iterdir():
                try:
                    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
                except FileNotFoundError:
                    continue
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink(missing_ok=True)
                    swept += 1
                except BlockingIOError:
                    continue
                finally:
                    os.close(descriptor)
        return swept

    # --- writing

    @contextmanager
    def _receive(self, pieces: Iterator[bytes]) -> Iterator[_Incoming]:
        """The pieces are on the disk in a temporary file, which is gone afterwards whatever happens."""
        path, descriptor = self._new_incoming()
        try:
            hasher = Hasher()
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                for piece in pieces:
                    hasher.update(piece)
                    with _disk():
                        _write_all(file.fileno(), piece)
                with _disk():
                    os.fchmod(file.fileno(), _OBJECT_MODE)
                    os.fsync(file.fileno())
                # The lock lasts as long as the descriptor: a sweep cannot take the file before it is linked.
                yield _Incoming(path, hasher.digest())
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _new_incoming(self) -> tuple[Path, int]:
        with _disk():
            while True:
                path = self._incoming / secrets.token_hex(16)
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                # A sweep may have come between creating and locking; then the file has no name any more.
                if os.fstat(descriptor).st_nlink == 1:
                    return path, descriptor
                os.close(descriptor)

    def _publish(self, key: ObjectKey, incoming: _Incoming, content_type: str) -> Stored:
        """The temporary file is the object, unless the object was there before."""
        digest = incoming.digest
        path = self._object_path(key)
        with self._locked(key):
            created = not os.path.lexists(path)
            if created:
                # Description first: an object without one is never seen. A crash after this line leaves a
                # description without an object, which the next put replaces.
                self._write_about(key, _About(content_type, digest.length, digest.sha256, digest.md5))
                self._make_folder(path.parent)
                os.link(incoming.path, path)
                _sync_folder(path.parent)
        return Stored(str(key), digest.length, created)

    def _about_of_object(self, key: ObjectKey) -> _About:
        if not os.path.lexists(self._object_path(key)):
            raise ObjectMissingError(str(key))
        return self._read_about(key)

    def _read_about(self, key: ObjectKey) -> _About:
        try:
            about = _About.from_json(self._about_path(key).read_bytes())
        except FileNotFoundError as error:
            # Removed between the caller's look and ours, unless the object is still there.
            if not os.path.lexists(self._object_path(key)):
                raise ObjectMissingError(str(key)) from error
            raise StoreUnavailableError(
                f"The description beside object {key} is gone. Restore it from a backup; the bytes are untouched."
            ) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreUnavailableError(
                f"The description beside object {key} is damaged. Restore it from a backup; the bytes are untouched."
            ) from error
        if not is_sha256(about.sha256):
            raise StoreUnavailableError(
                f"The description beside object {key} is damaged: its SHA-256 is none."
            )
        return about

    def _write_about(self, key: ObjectKey, about: _About) -> None:
        path = self._about_path(key)
        self._make_folder(path.parent)
        with self._receive(iter((about.to_json(),))) as incoming:
            incoming.path.rename(path)
        _sync_folder(path.parent)

    @contextmanager
    def _locked(self, key: ObjectKey) -> Iterator[None]:
        """One at a time, among all threads and processes, for this object (and every 256th other)."""
        with _disk():
            descriptor = os.open(self._locks / key.sha256[:2], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    def _make_folder(self, path: Path) -> None:
        if path not in self._known_folders:
            path.mkdir(mode=_FOLDER_MODE, exist_ok=True)
            _sync_folder(path.parent)
            self._known_folders.add(path)

    def _object_path(self, key: ObjectKey) -> Path:
        return self._objects / key.prefix / key.sha256

    def _about_path(self, key: ObjectKey) -> Path:
        return self._about / key.prefix / f"{key.sha256}.json"


@contextmanager
def _disk() -> Iterator[None]:
    """An error of the operating system inside becomes StoreUnavailableError."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailableError(
            f"The folder of objects cannot be used: {error.strerror or error}. Check its disk and permissions."
        ) from error


def _exactly(body: ByteSource, length: int) -> Iterator[bytes]:
    """The pieces of `body`, which must have `length` bytes; nothing beyond them is read."""
    left = length
    while left:
        try:
            piece = body.read(min(left, CHUNK_BYTES))
        except OSError as error:
            raise _cut_short(length - left, length) from error
        if not piece:
            raise _cut_short(length - left, length)
        left -= len(piece)
        yield piece


def _cut_short(received: int, length: int) -> TicketError:
    return TicketError(
        TicketPart.LENGTH,
        f"The upload broke off after {received} of {length} bytes. Nothing was stored: send it again.",
    )


def _to_the_end(source: ByteSource) -> Iterator[bytes]:
    while piece := source.read(CHUNK_BYTES):
        yield piece


def _write_all(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
