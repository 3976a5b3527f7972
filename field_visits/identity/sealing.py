"""Secrets that must be read again (a code generator's), encrypted before they reach the database.

A stolen database opens none of them: the keys lie with the process. A hash would not do, because a code
is computed from the secret itself.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class SealKeys:
    """AES-256-GCM keys, newest first: the first closes, all of them open."""

    keys: tuple[bytes, ...]

    def seal(self, plain: bytes, *, owner: bytes) -> bytes:
        """The secret, closed; it opens for `owner` alone, so that it cannot be moved to another's row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.keys[0]).encrypt(nonce, plain, owner)

    def open(self, sealed: bytes, *, owner: bytes) -> bytes:
        """The secret again.

        Raises:
            ValueError: none of the keys closed it for `owner`.
        """
        nonce, closed = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for key in self.keys:
            try:
                return AESGCM(key).decrypt(nonce, closed, owner)
            except InvalidTag:
                continue
        raise ValueError("None of the keys opens this secret.")
