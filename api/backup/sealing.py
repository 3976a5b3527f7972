"""How the parts of a backup are sealed: by age (age-encryption.org), so that any age program opens them.

Each backup has an identity of its own, made for it; every part is sealed to its public half. The identity
itself lies in the backup as `key.age`, sealed by the operator's passphrase (scrypt). So a part costs no
scrypt, and `age --decrypt key.age > key; age --decrypt -i key database.dump.age` opens one by hand.
"""

import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import pyrage

from api.server.errors import StartError

MIN_PASSPHRASE: Final = 16
SUFFIX: Final = ".age"


class Readable(Protocol):
    """What a part is read from."""

    def read(self, size: int = -1, /) -> bytes: ...


class Writable(Protocol):
    """What a part is written to."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class Seal(Protocol):
    """Both ways of a part through its seal; `suffix` is what its file's name ends with."""

    @property
    def suffix(self) -> str: ...

    def close(self, plain: Readable, into: Writable) -> None:
        """Write what `plain` gives, sealed."""

    def open(self, sealed: BinaryIO, into: Writable) -> None:
        """Write what `sealed` holds, unsealed. Raises StartError if it was altered or is another's."""


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Parts lie open: whoever has the backup reads names, addresses and keys."""

    suffix: str = ""

    def close(self, plain: Readable, into: Writable) -> None:
        shutil.copyfileobj(plain, into)

    def open(self, sealed: BinaryIO, into: Writable) -> None:
        shutil.copyfileobj(sealed, into)


class AgeSeal:
    """Parts are sealed to one identity."""

    suffix = SUFFIX

    def __init__(self, identity: pyrage.x25519.Identity) -> None:
        self._identity = identity
        self._recipient = identity.to_public()

    @classmethod
    def new(cls, passphrase: str) -> tuple["AgeSeal", bytes]:
        """A seal for one backup, and its identity under the passphrase: the content of `key.age`."""
        identity = pyrage.x25519.Identity.generate()
        return cls(identity), pyrage.passphrase.encrypt(f"{identity}\n".encode(), passphrase)

    @classmethod
    def unlocked(cls, key: bytes, passphrase: str) -> "AgeSeal":
        """The seal whose `key.age` this is.

        Raises:
            StartError: the passphrase is another.
        """
        try:
            identity = pyrage.passphrase.decrypt(key, passphrase).decode().strip()
            return cls(pyrage.x25519.Identity.from_str(identity))
        except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError) as error:
            raise StartError(
                "The passphrase does not open this backup. Use the one it was made with; nothing was changed."
            ) from error

    def close(self, plain: Readable, into: Writable) -> None:
        pyrage.encrypt_io(plain, into, [self._recipient])

    def open(self, sealed: BinaryIO, into: Writable) -> None:
        try:
            pyrage.decrypt_io(sealed, into, [self._identity])
        except (pyrage.DecryptError, OSError) as error:
            raise StartError(
                "A part of this backup does not open with its own key: it was altered."
            ) from error


def read_passphrase(path: Path) -> str:
    """The passphrase in a file: its one line.

    Raises:
        StartError: others may read the file, or the passphrase is too short to protect anything.
    """
    try:
        if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise StartError(f"Everyone on this machine may read {path}. Run: chmod 600 {path}")
        passphrase = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"The passphrase file {path} cannot be read: {error}.") from error
    if len(passphrase) < MIN_PASSPHRASE or "\n" in passphrase:
        raise StartError(
            f"The passphrase in {path} must be one line of at least {MIN_PASSPHRASE} characters. "
            f"Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))' > {path}"
        )
    return passphrase
