"""Opaque tokens: `<organisation hex>.<kind>.<random>`, kept only as a keyed hash.

The organisation stands in front so that the transaction can be bound to it before anything is read. A
stolen database tells nothing: the hash needs the pepper, and the random part has 256 bits.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from field_visits.kernel.ids import OrganisationId

_FORM = re.compile(r"([0-9a-f]{32})\.(a|r)\.([A-Za-z0-9_-]{43})")


class TokenKind(StrEnum):
    ACCESS = "a"
    REFRESH = "r"


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
    if found is None:
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

    def blur(self, text: str) -> str:
        """A keyed hash that tells two texts apart and gives neither away, such as network addresses."""
        return hmac.digest(self.peppers[0], b"blur " + text.encode(), hashlib.sha256)[:16].hex()


def _hash(pepper: bytes, token: Token) -> bytes:
    return hmac.digest(pepper, token.text.encode("ascii"), hashlib.sha256)
