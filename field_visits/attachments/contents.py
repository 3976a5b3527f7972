"""What a file may be: its kinds, content types and sizes, and whether bytes are what they were announced as.

Pure but for decoding pictures (`media.image`). Nothing here reads a store or a row.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from field_visits.kernel.errors import Fault
from media.digest import is_md5, is_sha256
from media.errors import ImageError
from media.image import inspect, thumbnail

MIB = 1024 * 1024
THUMBNAIL_EDGE_PX = 640
THUMBNAIL_TYPE = "image/jpeg"
_PDF = "application/pdf"
_PDF_TAIL_BYTES = 1024
# The largest file of each type; a phone makes its photos smaller than this before it sends them.
MAX_BYTES = {"image/jpeg": 16 * MIB, "image/png": 16 * MIB, _PDF: 32 * MIB}


class Kind(StrEnum):
    """What a file proves."""

    PHOTO = "photo"
    PREVIEW = (
        "preview"  # a small copy that a phone sends first; nothing rests on it once the original is there
    )
    SIGNATURE = "signature"
    RECEIPT = "receipt"  # of a notice served, or a voucher of a payment
    DOCUMENT = "document"


_TYPES = {
    Kind.PHOTO: ("image/jpeg", "image/png"),
    Kind.PREVIEW: ("image/jpeg",),
    Kind.SIGNATURE: ("image/png",),
    Kind.RECEIPT: ("image/jpeg", "image/png", _PDF),
    Kind.DOCUMENT: ("image/jpeg", "image/png", _PDF),
}


class ContentError(Exception):
    """The bytes are not what they were announced as; the sentence says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file turned out to be. `claims` is what its own metadata says: never proof."""

    claims: dict[str, Any]
    thumbnail: bytes | None


def check_announced(*, kind: str, sha256: str, md5: str, length: int, content_type: str) -> list[Fault]:
    """Everything in an announcement that cannot be; empty if a ticket may be given."""
    faults = []
    if kind not in set(Kind):
        faults.append(Fault("/kind", f"One of {', '.join(Kind)}."))
    if not is_sha256(sha256):
        faults.append(Fault("/sha256", "A SHA-256 is 64 lower-case hexadecimal digits."))
    if not is_md5(md5):
        faults.append(Fault("/md5", "An MD5 is 32 lower-case hexadecimal digits."))
    if content_type not in MAX_BYTES:
        faults.append(Fault("/content_type", f"One of {', '.join(MAX_BYTES)}."))
    elif kind in set(Kind) and content_type not in _TYPES[Kind(kind)]:
        faults.append(Fault("/content_type", f"A {kind} is one of {', '.join(_TYPES[Kind(kind)])}."))
    most = MAX_BYTES.get(content_type, max(MAX_BYTES.values()))
    if not 1 <= length <= most:
        faults.append(Fault("/length", f"From 1 to {most} bytes."))
    return faults


def examine(content: bytes, content_type: str) -> Examined:
    """What the bytes are, after reading all of them.

    Raises:
        ContentError: broken off, damaged, or of another type than announced.
    """
    if content_type == _PDF:
        return _examine_pdf(content)
    try:
        facts = inspect(content, content_type=content_type)
        small = thumbnail(content, THUMBNAIL_EDGE_PX)
    except ImageError as error:
        raise ContentError(str(error)) from error
    claims: dict[str, Any] = {
        "width_px": facts.width,
        "height_px": facts.height,
        "wall_time": facts.claims.wall_time,
        "taken_at": None if facts.claims.taken_at is None else facts.claims.taken_at.isoformat(),
        "gps_at": None if facts.claims.gps_at is None else facts.claims.gps_at.isoformat(),
        "lat": facts.claims.lat,
        "lon": facts.claims.lon,
    }
    return Examined({name: value for name, value in claims.items() if value is not None}, small)


def _examine_pdf(content: bytes) -> Examined:
    """A PDF by its first and last marks (ISO 32000-2 §7.5.2, §7.5.5); its pages are not rendered."""
    if not content.startswith(b"%PDF-"):
        raise ContentError("The file was announced as application/pdf but does not begin as a PDF.")
    if b"%%EOF" not in content[-_PDF_TAIL_BYTES:]:
        raise ContentError("The PDF breaks off before its end. Send it again.")
    return Examined({}, None)
