"""Opaque tokens: `<organisation hex>.<kind>.<random>`, kept only as a keyed hash.

The organisation stands in front so that the transaction can be bound to it before anything is read. A
stolen database tells nothing: the hash needs the pepper, and the random part has 256 bits.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from field_visits.kernel.ids import OrganisationId

_FORM = re.compile(r"([0-9a-f]{32})\.([a-z])\.([A-Za-z0-9_-]{43})")
_NONCE_BYTES = _MAC_BYTES = 16


class TokenKind(StrEnum):
    ACCESS = "a"
    REFRESH = "r"
    CODE = "c"  # opens once: a step of a sign-in, a reset, the first administrator's account
    DEVICE = "d"  # says that somebody signed in from here before; opens nothing
    KEY = "k"  # of a service account


_KINDS = frozenset(TokenKind)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its holder has it. Never log or keep `text`."""

    organisation: OrganisationId
    kind: TokenKind
    text: str


def mint(organisation: OrganisationId, kind: TokenKind) -> Token:
    """A fresh token that nobody can guess."""
    return Token(organisation, kind, f"{organisation.hex}.{kind.value}.{secrets.token_urlsafe(32)}")


def parse(text: str) -> Token | None:
    """The token that `text` spells, or None if it cannot be one."""
    found = _FORM.fullmatch(text)
    if found is None or found[2] not in _KINDS:
        return None
    return Token(OrganisationId(UUID(found[1])), TokenKind(found[2]), text)


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """Peppers, newest first: the first hashes new tokens, all of them find old ones."""

    peppers: tuple[bytes, ...]

    def hash(self, token: Token) -> bytes:
        """The hash under which a new token is kept."""
        return _hash(self.peppers[0], token)

    def hashes(self, token: Token) -> list[bytes]:
        """Every hash under which the token may be found."""
        return [_hash(pepper, token) for pepper in self.peppers]

    def mint_device(self, organisation: OrganisationId, person: UUID) -> Token:
        """A token by which a device is known again as one of `person`. Nothing of it is kept."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        told = base64.urlsafe_b64encode(nonce + _device_mac(self.peppers[0], person, nonce))
        text = f"{organisation.hex}.{TokenKind.DEVICE.value}.{told.decode().rstrip('=')}"
        return Token(organisation, TokenKind.DEVICE, text)

    def is_device_of(self, token: Token, person: UUID) -> bool:
        """Whether the token was minted here for a device of `person`."""
        if token.kind is not TokenKind.DEVICE:
            return False
        told = base64.urlsafe_b64decode(token.text.rpartition(".")[2] + "=")
        nonce, mac = told[:_NONCE_BYTES], told[_NONCE_BYTES:]
        return any(hmac.compare_digest(mac, _device_mac(pepper, person, nonce)) for pepper in self.peppers)

    def hash_recovery(self, person: UUID, code: str) -> list[bytes]:
        """Every hash under which a recovery code of `person` may be found; the first is for new ones."""
        told = b"recovery " + person.bytes + code.encode()
        return [hmac.digest(pepper, told, hashlib.sha256) for pepper in self.peppers]

    def blur(self, text: str) -> str:
        """A keyed hash that tells two texts apart and gives neither away, such as network addresses."""
        return hmac.digest(self.peppers[0], b"blur " + text.encode(), hashlib.sha256)[:16].hex()


def _hash(pepper: bytes, token: Token) -> bytes:
    return hmac.digest(pepper, token.text.encode("ascii"), hashlib.sha256)


def _device_mac(pepper: bytes, person: UUID, nonce: bytes) -> bytes:
    return hmac.digest(pepper, b"device " + person.bytes + nonce, hashlib.sha256)[:_MAC_BYTES]
