"""The secrets folder: what this installation alone knows.

`DATA_DIR/secrets` is 0700 and each file in it 0600. There are two sorts of secret:

* a *text* (`database-app`) is one file of that name with one line;
* a *keyring* (`ticket`) is a folder of that name with one file a key. The file's name is the key id,
  `0001-5f0c9a1e`: a running number and a random part. The highest number is used for writing, all of
  them for reading, so that what was made under an older key stays valid.

The whole folder is made beside its place and renamed when it is whole. The file `made` lists every
secret that was ever made here: one that is on the list and gone is never silently invented again,
because a new log key or pepper in place of a lost one would look like tampering.

What is not here: which process may have which secret (the caller hands out only what each needs).
"""

import base64
import binascii
import contextlib
import fcntl
import hashlib
import os
import secrets as random_source
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from api.server.errors import StartError

KEY_BYTES: Final = 32
DATABASE_PASSWORDS: Final = (
    "database-superuser",
    "database-owner",
    "database-app",
    "database-sequencer",
    "database-eraser",
    "database-backup",
)
TICKET: Final = "ticket"  # HMAC of upload and download tickets
TOKEN_PEPPER: Final = "token-pepper"  # noqa: S105 - the name of a secret, not one
LOG: Final = "log"  # Ed25519, signs checkpoints of the evidence log; raw 32-byte seed
EXPORT: Final = (
    "export"  # Ed25519, seals bundles; raw 32-byte seed. The log's own key stays with the sequencer
)
SEAL: Final = "seal"  # P-256, seals PDFs; PKCS #8 PEM

FILE_SETTINGS: Final[Mapping[str, str]] = {
    **{name: f"{name.upper().replace('-', '_')}_PASSWORD_FILE" for name in DATABASE_PASSWORDS},
    TICKET: "TICKET_KEY_FILE",
    TOKEN_PEPPER: "TOKEN_PEPPER_FILE",
    LOG: "LOG_KEY_FILE",
    EXPORT: "EXPORT_KEY_FILE",
    SEAL: "SEAL_KEY_FILE",
}

_MADE: Final = "made"
_UNAMBIGUOUS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class Secrets:
    """A view of one secrets folder, and of the files that settings put elsewhere."""

    def __init__(self, folder: Path, elsewhere: Mapping[str, Path]) -> None:
        self._folder = folder
        self._elsewhere = dict(elsewhere)

    @classmethod
    def open(cls, folder: Path, environment: Mapping[str, str] | None = None) -> Self:
        """Give a view of `folder`, which need not exist yet.

        Args:
            folder: usually `DATA_DIR/secrets`.
            environment: its settings named in `FILE_SETTINGS` point to secrets elsewhere. A keyring's
                path may be a file (one key) or a folder (a file a key, the last in name order is used
                for writing). Such a file may be readable by others (whoever mounts secrets decides
                that), not writable.

        Raises:
            StartError: the folder, or a file that a setting names, is open to others or not there.
        """
        elsewhere: dict[str, Path] = {}
        for name, setting in FILE_SETTINGS.items():
            if path := (environment or {}).get(setting):
                if not Path(path).exists():
                    raise StartError(
                        f"{setting} names {path}, which does not exist. Put the secret there or unset it."
                    )
                elsewhere[name] = Path(path)
        if folder.exists():
            _refuse_if_open(folder, folder=True)
        return cls(folder, elsewhere)

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def elsewhere(self) -> Mapping[str, Path]:
        """Secrets that settings keep in files or folders of their own, by name."""
        return dict(self._elsewhere)

    def has(self, name: str) -> bool:
        """Tell whether the secret is there, without reading it."""
        return name in self._elsewhere or (self._folder / name).exists()

    def text(self, name: str) -> str:
        """Return a one-line secret.

        Raises:
            StartError: it is missing, empty, or readable by others.
        """
        if name in self._elsewhere:
            content = _read_elsewhere(self._elsewhere[name])
            path = self._elsewhere[name]
        else:
            path = self._folder / name
            content = self._read_own(path)
        try:
            value = content.decode("utf-8").strip()
        except UnicodeDecodeError:
            value = ""
        if not value or "\n" in value:
            raise StartError(f"The secret in {path} must be one line of UTF-8 text.")
        return value

    def keyring(self, name: str) -> list[tuple[str, bytes]]:
        """Return every key of a ring as (key id, bytes), the one to write with first.

        Ed25519 keys are their 32-byte seed, the seal key is PKCS #8 PEM, others are random bytes.

        Raises:
            StartError: the ring is missing or empty, or a key is unreadable or readable by others.
        """
        kind = _kind(name)
        if name in self._elsewhere:
            return _keys_elsewhere(self._elsewhere[name], kind)
        ring = self._folder / name
        if not ring.is_dir():
            raise self._missing(name)
        _refuse_if_open(self._folder, folder=True)
        _refuse_if_open(ring, folder=True)
        paths = _visible(ring)
        if not paths:
            raise self._missing(name)
        return [(path.name, kind.decode(path, self._read_own(path))) for path in reversed(paths)]

    def create_missing(self, *, texts: Iterable[str] = (), readable: Iterable[str] = ()) -> list[str]:
        """Make every secret that was never made here, and return the names of those just made.

        Only call it for an embedded installation: with a database of their own, operators bring their
        secrets, and one invented on each of two hosts would not agree.

        Args:
            texts: further one-line secrets, random and long.
            readable: further ones that a person must type, such as a demo password.

        Raises:
            StartError: a secret that was made here is gone, or the folder cannot be written.
        """
        wanted: dict[str, Callable[[], str]] = dict.fromkeys((*DATABASE_PASSWORDS, *texts), _long_text)
        wanted |= dict.fromkeys(readable, _readable_text)
        for name in wanted:
            _check_name(name)
        missing = {name: make for name, make in wanted.items() if name not in self._elsewhere}
        rings = [name for name in _KEY_KINDS if name not in self._elsewhere]
        try:
            if not self._folder.exists() and self._make_whole_folder(missing, rings):
                return [*missing, *rings]
            return self._add(missing, rings)
        except OSError as error:
            raise StartError(
                f"The secrets folder {self._folder} cannot be written: {error.strerror}. "
                "Choose a DATA_DIR that this user may write, or free some space."
            ) from error

    def rotate(self, name: str) -> str:
        """Add a key to a ring, so that it is the one to write with, and return its id.

        Raises:
            StartError: the ring is kept elsewhere (rotate it there) or was never made.
        """
        if name in self._elsewhere:
            raise StartError(
                f"The keyring «{name}» is kept in {self._elsewhere[name]}: add a key there and restart."
            )
        with self._locked():
            newest, _ = self.keyring(name)[0]
            number = int(newest.partition("-")[0]) + 1
            return _write_key(self._folder / name, number=number, kind=_kind(name))

    def _make_whole_folder(self, texts: Mapping[str, Callable[[], str]], rings: Iterable[str]) -> bool:
        parent = self._folder.parent
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=parent))
        try:
            for name, make in texts.items():
                _write_new(making / name, f"{make()}\n".encode())
            for name in rings:
                _make_ring(making / name, _kind(name))
            _write_new(making / _MADE, _made_lines([*texts, *rings]))
            _sync_folder(making)
            try:
                making.rename(self._folder)
            except OSError:
                if self._folder.exists():  # another start was quicker: its secrets are the secrets
                    return False
                raise
            _sync_folder(parent)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        return True

    def _add(self, texts: Mapping[str, Callable[[], str]], rings: Iterable[str]) -> list[str]:
        added: list[str] = []
        with self._locked():
            made_file = self._folder / _MADE
            made = set(self._read_own(made_file).decode().split()) if made_file.exists() else set()
            for name in (*texts, *rings):
                if not (self._folder / name).exists():
                    if name in made:
                        raise self._missing(name)
                    if name in texts:
                        _write_new(self._folder / name, f"{texts[name]()}\n".encode())
                    else:
                        _make_ring(self._folder / name, _kind(name))
                    added.append(name)
            if not made.issuperset((*texts, *rings)):
                _replace(made_file, _made_lines(sorted({*made, *texts, *rings})))
        return added

    def _missing(self, name: str) -> StartError:
        return StartError(
            f"The secret «{name}» is not in {self._folder}. If it was lost, put the folder back from its "
            f"backup. To go on with a new one and accept what that breaks, take its line out of "
            f"{self._folder / _MADE}."
        )

    def _read_own(self, path: Path) -> bytes:
        _refuse_if_open(self._folder, folder=True)
        try:
            _refuse_if_open(path, folder=False)
            return path.read_bytes()
        except FileNotFoundError:
            raise self._missing(path.name) from None
        except OSError as error:
            raise StartError(f"The secret {path} cannot be read: {error.strerror}.") from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep a second process from adding a key at the same time."""
        _refuse_if_open(self._folder, folder=True)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class _RandomKey:
    """Random bytes, kept as unpadded base64url."""

    def new(self) -> bytes:
        return _to_text(random_source.token_bytes(KEY_BYTES))

    def decode(self, path: Path, content: bytes) -> bytes:
        text = content.strip().rstrip(b"=")
        try:
            key = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except binascii.Error:
            key = b""
        if len(key) < KEY_BYTES:
            raise StartError(f"The key in {path} must be at least {KEY_BYTES} random bytes in base64url.")
        return key


class _Ed25519Key(_RandomKey):
    """The 32-byte seed in base64url; PKCS #8 PEM (as `openssl genpkey` writes it) is read as well."""

    def decode(self, path: Path, content: bytes) -> bytes:
        if content.lstrip().startswith(b"-----BEGIN"):
            try:
                key = load_pem_private_key(content, password=None)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                key = None
            if not isinstance(key, Ed25519PrivateKey):
                raise StartError(f"The key in {path} must be an Ed25519 private key without a passphrase.")
            return key.private_bytes_raw()
        seed = super().decode(path, content)
        if len(seed) != KEY_BYTES:
            raise StartError(f"The Ed25519 seed in {path} must be exactly {KEY_BYTES} bytes.")
        return seed


class _P256Key:
    """A P-256 private key in PKCS #8 PEM."""

    def new(self) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def decode(self, path: Path, content: bytes) -> bytes:
        try:
            load_pem_private_key(content, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise StartError(f"The key in {path} must be a PEM private key without a passphrase.") from None
        return content


_Kind = _RandomKey | _P256Key
_KEY_KINDS: Final[Mapping[str, _Kind]] = {
    TICKET: _RandomKey(),
    TOKEN_PEPPER: _RandomKey(),
    LOG: _Ed25519Key(),
    EXPORT: _Ed25519Key(),
    SEAL: _P256Key(),
}


def _kind(name: str) -> _Kind:
    try:
        return _KEY_KINDS[name]
    except KeyError:
        raise ValueError(f"There is no keyring «{name}»; there are {', '.join(_KEY_KINDS)}.") from None


def _check_name(name: str) -> None:
    if name == _MADE or not name.replace("-", "").isalnum() or not name.isascii():
        raise ValueError(f"«{name}» cannot name a secret: letters, digits and hyphens can.")


def _long_text() -> str:
    return random_source.token_urlsafe(KEY_BYTES)


def _readable_text() -> str:
    groups = ("".join(random_source.choice(_UNAMBIGUOUS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _to_text(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(key).rstrip(b"=") + b"\n"


def _made_lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _keys_elsewhere(path: Path, kind: _Kind) -> list[tuple[str, bytes]]:
    if path.is_dir():
        keys = [(each.name, kind.decode(each, _read_elsewhere(each))) for each in _visible(path)]
        if not keys:
            raise StartError(f"The keyring folder {path} is empty: put at least one key file there.")
        return keys[::-1]
    key = kind.decode(path, _read_elsewhere(path))
    return [(hashlib.sha256(b"doorstep key id\0" + key).hexdigest()[:8], key)]


def _read_elsewhere(path: Path) -> bytes:
    try:
        if path.stat().st_mode & stat.S_IWOTH:
            raise StartError(f"Everyone on this machine may write {path}. Run: chmod o-w {path}")
        return path.read_bytes()
    except OSError as error:
        raise StartError(f"The secret {path} cannot be read: {error.strerror}.") from error


def _refuse_if_open(path: Path, *, folder: bool) -> None:
    found = path.lstat()
    if not (stat.S_ISDIR if folder else stat.S_ISREG)(found.st_mode):
        raise StartError(f"{path} must be {'a folder' if folder else 'a plain file'}, and no link to one.")
    if found.st_mode & 0o077:
        mode = "700" if folder else "600"
        raise StartError(f"Others on this machine may reach the secrets in {path}. Run: chmod {mode} {path}")
    if found.st_uid not in {os.geteuid(), 0}:
        raise StartError(
            f"{path} belongs to user {found.st_uid} and we run as {os.geteuid()}. "
            "Run as its owner, or choose another DATA_DIR."
        )


def _make_ring(ring: Path, kind: _Kind) -> None:
    """Make a ring with its first key; a ring without a key is never seen under its name."""
    making = Path(tempfile.mkdtemp(prefix=f".{ring.name}-", dir=ring.parent))
    try:
        _write_key(making, number=1, kind=kind)
        making.rename(ring)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _sync_folder(ring.parent)


def _write_key(ring: Path, *, number: int, kind: _Kind) -> str:
    key_id = f"{number:04d}-{random_source.token_hex(4)}"
    _write_new(ring / key_id, kind.new())
    return key_id


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that appears under its name only when it is whole and on the disk."""
    descriptor, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)  # 0600 from the start
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # unlike a rename, it never replaces a secret that is there
    finally:
        Path(temporary).unlink()
    _sync_folder(path.parent)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}-{random_source.token_hex(4)}")
    _write_new(temporary, content)
    temporary.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
