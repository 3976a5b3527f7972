"""Object keys: `<prefix>/<sha256>`.

The prefix is secret and one per organisation, so that whoever knows a photo's hash cannot ask whether some
organisation has it. The rest is the SHA-256 of the bytes: a repeated upload is harmless, and an object can
be checked against its own name. A key is also a path below a folder, so its form is strict.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Self

from media.digest import is_sha256
from media.errors import ObjectKeyError

# At least 16 characters: a shorter prefix could be guessed (and `probe` can never be one).
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{15,63}")


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """A well-formed key in its two parts; `str()` gives its text back."""

    prefix: str
    sha256: str

    def __post_init__(self) -> None:
        if _PREFIX.fullmatch(self.prefix) is None:
            raise ObjectKeyError(
                "A key's prefix has 16 to 64 lower-case letters, digits, «-» or «_» and starts with a letter or digit."
            )
        if not is_sha256(self.sha256):
            raise ObjectKeyError("A key ends in a SHA-256: 64 lower-case hexadecimal digits.")

    def __str__(self) -> str:
        return f"{self.prefix}/{self.sha256}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key written in `text`.

        Raises:
            ObjectKeyError: it has another form; nothing of it may be used as a path.
        """
        prefix, slash, sha256 = text.partition("/")
        if not slash:
            raise ObjectKeyError("An object key is `<prefix>/<sha256>`.")
        return cls(prefix, sha256)


def object_key(prefix: str, sha256: str) -> str:
    """The key of bytes with this SHA-256 in the organisation with this secret prefix."""
    return str(ObjectKey(prefix, sha256))


def new_prefix() -> str:
    """A fresh secret prefix of 128 random bits, for a new organisation."""
    return secrets.token_hex(16)
