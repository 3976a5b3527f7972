"""Upload tickets of the embedded store: the terms in plain sight, and an HMAC over all of them.

They mean the same as a presigned PUT of S3. Several keys stay valid for reading, so that a rotation breaks
no upload under way; only one signs.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from media.digest import md5_from_base64, same_digest
from media.errors import TicketError, TicketPart
from media.store import TicketTerms

# Separates these signatures from any other use of the same secret.
_DOMAIN = "doorstep upload ticket v1"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_MIN_SECRET_BYTES = 32
_FIELDS = ("key", "sha256", "md5", "length", "type", "expires", "kid", "sig")


@dataclass(frozen=True, slots=True)
class TicketKeys:
    """The secrets that sign tickets, by key id.

    `signing` names the one that signs; the others are still good for reading, until an operator drops them.
    """

    signing: str
    secrets: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.signing not in self.secrets:
            raise ValueError(f"The signing key {self.signing!r} is not among the ticket keys.")
        for key_id, secret in self.secrets.items():
            if _KEY_ID.fullmatch(key_id) is None:
                raise ValueError("A key id has 1 to 32 letters, digits, «-» or «_».")
            if len(secret) < _MIN_SECRET_BYTES:
                raise ValueError(f"Ticket key {key_id!r} has {len(secret)} bytes; it needs at least 32.")

    def sign(self, terms: TicketTerms) -> dict[str, str]:
        """The fields of a ticket with these terms, to be sent back with the upload as they are."""
        fields = {
            "key": terms.key,
            "sha256": terms.sha256,
            "md5": terms.md5,
            "length": str(terms.length),
            "type": terms.content_type,
            "expires": str(int(terms.expires_at.timestamp())),
            "kid": self.signing,
        }
        return fields | {"sig": _signature(self.secrets[self.signing], fields)}

    def verify(self, fields: Mapping[str, str], *, now: datetime) -> TicketTerms:
        """The terms of a genuine ticket that is still good at `now`. Fields that are no ticket's are ignored.

        Raises:
            TicketError: SIGNATURE if this ticket was not signed here or was altered, EXPIRY if it is over.
        """
        for name in _FIELDS:
            if name not in fields:
                raise TicketError(
                    TicketPart.SIGNATURE, f"The upload's address lacks the ticket field «{name}»."
                )
        secret = self.secrets.get(fields["kid"])
        # The signature comes first: nothing is read from fields that we did not write.
        if secret is None:
            raise TicketError(
                TicketPart.SIGNATURE, "The ticket's key is not known or was retired. Ask for a new ticket."
            )
        if not hmac.compare_digest(
            _signature(secret, fields).encode(), fields["sig"].encode("utf-8", "replace")
        ):
            raise TicketError(TicketPart.SIGNATURE, "The ticket was not issued here or was altered.")
        expires_at = datetime.fromtimestamp(int(fields["expires"]), UTC)
        if now >= expires_at:
            raise TicketError(
                TicketPart.EXPIRY, f"The ticket ended at {expires_at.isoformat()}. Ask for a new one."
            )
        return TicketTerms(
            key=fields["key"],
            sha256=fields["sha256"],
            md5=fields["md5"],
            length=int(fields["length"]),
            content_type=fields["type"],
            expires_at=expires_at,
        )


def check_headers(terms: TicketTerms, headers: Mapping[str, str]) -> None:
    """Pass if the upload's headers are those of its ticket; S3 compares them in the same way.

    Raises:
        TicketError: `part` names the header that differs or is missing.
    """
    sent = {name.lower(): value.strip() for name, value in headers.items()}
    length = sent.get("content-length", "")
    if _NUMBER.fullmatch(length) is None:
        raise TicketError(TicketPart.LENGTH, "The upload needs a Content-Length in bytes.")
    if int(length) != terms.length:
        raise TicketError(
            TicketPart.LENGTH,
            f"The upload has {int(length)} bytes, its ticket is for {terms.length}. Nothing was stored.",
        )
    try:
        md5 = md5_from_base64(sent.get("content-md5", ""))
    except ValueError as error:
        raise TicketError(TicketPart.MD5, f"The upload needs a Content-MD5. {error}") from error
    if not same_digest(md5, terms.md5):
        raise TicketError(TicketPart.MD5, "The Content-MD5 is not the one of the ticket. Nothing was stored.")
    if sent.get("content-type") != terms.content_type:
        raise TicketError(
            TicketPart.CONTENT_TYPE,
            f"The upload's Content-Type must be {terms.content_type}, as its ticket says. Nothing was stored.",
        )
    if sent.get("if-none-match") != "*":
        raise TicketError(TicketPart.IF_NONE_MATCH, "The upload needs the header «If-None-Match: *».")


def _signature(secret: bytes, fields: Mapping[str, str]) -> str:
    # Each value is preceded by its length: no two sets of fields give the same text.
    text = "".join(f"{len(part)}:{part}" for part in (_DOMAIN, *(fields[name] for name in _FIELDS[:-1])))
    mac = hmac.digest(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode("ascii")
