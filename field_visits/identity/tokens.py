"""Opaque tokens: `<organisation hex>.<kind>.<random>`, kept only as a keyed hash.

The organisation stands in front so that the transaction can be bound to it before anything is read. A
stolen database tells nothing: the hash needs the pepper, and the random part has 256 bits.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from field_visits.kernel.ids import OrganisationId

_FORM = re.compile(r"([0-9a-f]{32})\.([a-z])\.([A-Za-z0-9_-]{43})")
_NONCE_BYTES, _MAC_BYTES = 8, 12  # a nonce and two keyed hashes are 32 bytes


class TokenKind(StrEnum):
    ACCESS = "a"
    REFRESH = "r"
    CODE = "c"  # opens once: a step of a sign-in, a reset, the first administrator's account
    DEVICE = "d"  # says that somebody signed in from here before; opens nothing
    KEY = "k"  # of a service account
    PHONE = "p"  # of an enrolled phone: hands in what it holds, also while its person is signed out
    LINK = "l"  # of the page of a customer who is visited


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
        owner = _mac(self.peppers[0], b"owner " + person.bytes + nonce)
        mark = _mac(self.peppers[0], b"device " + organisation.bytes + nonce + owner)
        told = _base64url(nonce + owner + mark)
        return Token(organisation, TokenKind.DEVICE, f"{organisation.hex}.{TokenKind.DEVICE.value}.{told}")

    def is_device(self, token: Token) -> bool:
        """Whether the token was minted here for a device of somebody; needs no database."""
        told = _device_parts(token)
        if told is None:
            return False
        signed = b"device " + token.organisation.bytes + told.nonce + told.owner
        return any(hmac.compare_digest(told.mark, _mac(pepper, signed)) for pepper in self.peppers)

    def is_device_of(self, token: Token, person: UUID) -> bool:
        """Whether the token was minted here for a device of `person`."""
        told = _device_parts(token)
        if told is None or not self.is_device(token):
            return False
        named = b"owner " + person.bytes + told.nonce
        return any(hmac.compare_digest(told.owner, _mac(pepper, named)) for pepper in self.peppers)

    def hash_recovery(self, person: UUID, code: str) -> list[bytes]:
        """Every hash under which a recovery code of `person` may be found; the first is for new ones."""
        told = b"recovery " + person.bytes + code.encode()
        return [hmac.digest(pepper, told, hashlib.sha256) for pepper in self.peppers]

    def links(self, organisation: OrganisationId, link: UUID) -> list[Token]:
        """The token of a customer's link, under each pepper: it is made anew for sending, and kept nowhere."""
        told = b"link " + organisation.bytes + link.bytes
        return [
            Token(
                organisation,
                TokenKind.LINK,
                f"{organisation.hex}.{TokenKind.LINK.value}.{_spelled(pepper, told)}",
            )
            for pepper in self.peppers
        ]

    def page_codes(self, link: UUID, number: int) -> list[str]:
        """The six digits of the `number`th one-time code of a customer's link, under each pepper."""
        return [
            _digits(pepper, b"page code " + link.bytes + number.to_bytes(8, "big")) for pepper in self.peppers
        ]

    def door_secrets(self, appointment: UUID, collector: UUID) -> list[bytes]:
        """What one collector's codes at one door are made of, under each pepper: their phone holds the first."""
        told = b"door secret " + appointment.bytes + collector.bytes
        return [hmac.digest(pepper, told, hashlib.sha256) for pepper in self.peppers]

    def door_codes(self, appointment: UUID, collector: UUID, minute: int) -> list[str]:
        """The six digits that prove `collector` genuine in one minute since 1970, under each pepper."""
        told = minute.to_bytes(8, "big")
        return [_digits(secret, told) for secret in self.door_secrets(appointment, collector)]

    def nonce(self, device: UUID, at: datetime) -> str:
        """A mark that nobody can have had before `at`, for the phone `device`; nothing of it is kept."""
        told = int(at.timestamp() * 1000).to_bytes(8, "big")
        return _base64url(told + _mac(self.peppers[0], b"nonce " + device.bytes + told))

    def read_nonce(self, device: UUID, text: str) -> datetime | None:
        """When the mark was handed to `device`, or None if it was not made here for it."""
        told = _from_base64url(text)
        if told is None or len(told) != _NONCE_BYTES + _MAC_BYTES:
            return None
        millis, mark = told[:_NONCE_BYTES], told[_NONCE_BYTES:]
        signed = b"nonce " + device.bytes + millis
        if not any(hmac.compare_digest(mark, _mac(pepper, signed)) for pepper in self.peppers):
            return None
        return datetime.fromtimestamp(int.from_bytes(millis, "big") / 1000, UTC)

    def marks_of_puzzle(self, text: str) -> list[str]:
        """What shows that a puzzle was made here, under each pepper; the first is for new ones."""
        return [_base64url(_mac(pepper, b"puzzle " + text.encode())) for pepper in self.peppers]

    def blur(self, text: str) -> str:
        """A keyed hash that tells two texts apart and gives neither away, such as network addresses."""
        return hmac.digest(self.peppers[0], b"blur " + text.encode(), hashlib.sha256)[:16].hex()


def _base64url(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _from_base64url(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return None


def _spelled(pepper: bytes, told: bytes) -> str:
    return _base64url(hmac.digest(pepper, told, hashlib.sha256))


def _digits(pepper: bytes, told: bytes) -> str:
    """Six digits; the modulo's bias over 64 bits is below 1e-13."""
    return f"{int.from_bytes(hmac.digest(pepper, told, hashlib.sha256)[:8], 'big') % 1_000_000:06d}"


def _hash(pepper: bytes, token: Token) -> bytes:
    return hmac.digest(pepper, token.text.encode("ascii"), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class _Device:
    """A device token's random part: a nonce, whose it is, and that it is ours; the latter two keyed."""

    nonce: bytes
    owner: bytes
    mark: bytes


def _device_parts(token: Token) -> _Device | None:
    if token.kind is not TokenKind.DEVICE:
        return None
    told = base64.urlsafe_b64decode(token.text.rpartition(".")[2] + "=")
    return _Device(told[:_NONCE_BYTES], told[_NONCE_BYTES:-_MAC_BYTES], told[-_MAC_BYTES:])


def _mac(pepper: bytes, told: bytes) -> bytes:
    return hmac.digest(pepper, told, hashlib.sha256)[:_MAC_BYTES]
