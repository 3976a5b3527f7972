"""SHA-256 and MD5 of bytes and streams.

SHA-256 names an object and is what evidence rests on. MD5 is only what S3 can bind a ticket to
(`Content-MD5`); nothing here trusts it.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Protocol

CHUNK_BYTES = 256 * 1024
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_MD5_HEX = re.compile(r"[0-9a-f]{32}")


class ByteSource(Protocol):
    """Anything that gives bytes by `read(size)` and b"" at its end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """What some bytes hash to, in lower-case hexadecimal, and how many they are."""

    sha256: str
    md5: str
    length: int

    def __post_init__(self) -> None:
        if not is_sha256(self.sha256):
            raise ValueError("A SHA-256 is 64 lower-case hexadecimal digits.")
        if not is_md5(self.md5):
            raise ValueError("An MD5 is 32 lower-case hexadecimal digits.")
        if self.length < 0:
            raise ValueError("A length counts bytes, from 0 up.")

    @property
    def content_md5(self) -> str:
        """The value of the `Content-MD5` header (RFC 1864)."""
        return md5_to_base64(self.md5)


class Hasher:
    """Both hashes of bytes that arrive in pieces."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._length = 0

    def update(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self._md5.update(piece)
        self._length += len(piece)

    def digest(self) -> Digest:
        """The digest of all pieces so far."""
        return Digest(self._sha256.hexdigest(), self._md5.hexdigest(), self._length)


def digest_of(content: bytes) -> Digest:
    """The digest of bytes in memory."""
    hasher = Hasher()
    hasher.update(content)
    return hasher.digest()


def digest_of_stream(source: ByteSource) -> Digest:
    """The digest of a stream read to its end, a piece at a time."""
    hasher = Hasher()
    while piece := source.read(CHUNK_BYTES):
        hasher.update(piece)
    return hasher.digest()


def is_sha256(text: str) -> bool:
    return _SHA256_HEX.fullmatch(text) is not None


def is_md5(text: str) -> bool:
    return _MD5_HEX.fullmatch(text) is not None


def same_digest(one: str, other: str) -> bool:
    """Whether two hexadecimal digests are equal, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.lower().encode(), other.lower().encode())


def md5_to_base64(md5: str) -> str:
    """`Content-MD5` (RFC 1864) of an MD5 in hexadecimal; anything else raises ValueError."""
    if not is_md5(md5):
        raise ValueError("An MD5 is 32 lower-case hexadecimal digits.")
    return base64.b64encode(bytes.fromhex(md5)).decode("ascii")


def md5_from_base64(content_md5: str) -> str:
    """An MD5 in hexadecimal from a `Content-MD5` header; anything else raises ValueError."""
    try:
        raw = base64.b64decode(content_md5, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    # Base64 has spellings that decode to the same bytes; only the one that encoding gives is taken.
    if len(raw) != 16 or base64.b64encode(raw).decode("ascii") != content_md5:  # noqa: PLR2004 - MD5 has 16 bytes
        raise ValueError("Content-MD5 is the base64 of 16 bytes (RFC 1864).")
    return raw.hex()
