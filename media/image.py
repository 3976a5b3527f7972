"""Pictures: what they really are, what their EXIF claims, and small copies without EXIF.

Originals are never rewritten. EXIF is a claim of the phone, read as data and compared elsewhere; a damaged
EXIF block is no reason to refuse a photo. HEIC is not read yet.
"""

import io
import math
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import filetype  # type: ignore[import-untyped]  # it ships no types
from PIL import ExifTags, Image, ImageOps

from media.errors import ImageError

MAX_PIXELS = 60_000_000
MAX_SIDE = 30_000
_FORMATS = {"image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",)}
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_JPEG_END = b"\xff\xd9"
_JPEG_QUALITY = 82
# A face that is recognised on a phone's screen, and costs no more there than the page that shows it.
PORTRAIT_EDGE = 320
PORTRAIT_MAX_BYTES = 20_000
_PORTRAIT_MIN_SIDE = 160
_PORTRAIT_QUALITIES = (_JPEG_QUALITY, 70, 55, 40, 25, 12)
# Where the middle of a face is, from the top of a picture that is taller than wide.
_FACE_HEIGHT = 0.4

# Pillow only warns up to twice this number; made an error here, and the size is checked before decoding too.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# What Pillow raises on bytes that are broken or hostile, besides its own errors.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    struct.error,
    zlib.error,
    MemoryError,
    Warning,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class CaptureClaims:
    """What EXIF says of the moment, as far as it says anything that can be.

    `wall_time` is the camera's clock as written, without a zone (`2026-11-24T10:03:22`). `taken_at` is there
    only if EXIF gives the offset too; `gps_at` is the receiver's own time. Degrees are WGS-84.
    """

    wall_time: str | None = None
    taken_at: datetime | None = None
    gps_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """A picture that decodes to its end: its type by content, its size as stored, its claims."""

    content_type: str
    width: int
    height: int
    claims: CaptureClaims


def inspect(content: bytes, *, content_type: str | None = None) -> ImageFacts:
    """What the picture is, after decoding all of it.

    Args:
        content: The bytes as uploaded.
        content_type: What they were announced as; another type inside is refused.

    Raises:
        ImageError: empty, no picture, another type than announced, too large, broken off or damaged.
    """
    found = _sniff(content)
    if content_type is not None and content_type != found:
        raise ImageError(
            f"The file was announced as {content_type} but holds {found}. Send it with its right type."
        )
    with _opened(content, found) as picture:
        width, height = picture.size
        claims = _claims(picture)
        # A JPEG decodes at an eighth of its size: every byte is read, and a large one takes little memory.
        picture.draft("RGB", (max(1, width // 8), max(1, height // 8)))
        picture.load()
    return ImageFacts(content_type=found, width=width, height=height, claims=claims)


def thumbnail(content: bytes, edge: int = 640) -> bytes:
    """A JPEG copy, upright, its longer side at most `edge` pixels, with no EXIF, comment or colour profile.

    Raises:
        ImageError: as `inspect`.
    """
    if not 16 <= edge <= 4096:  # noqa: PLR2004 - bounds of a small copy
        raise ValueError("A small copy has 16 to 4096 pixels on its longer side.")
    with _opened(content, _sniff(content)) as picture:
        upright = _upright(picture, edge)
        upright.thumbnail((edge, edge), reducing_gap=2.0)
        return _plain_jpeg(upright, _JPEG_QUALITY)


def portrait(content: bytes) -> bytes:
    """A square JPEG of whoever is in the picture, upright, `PORTRAIT_EDGE` wide, at most `PORTRAIT_MAX_BYTES`.

    Of a picture that is no square the middle is kept, of a tall one a little above it. Nothing of its EXIF,
    comments or colour profile comes along.

    Raises:
        ImageError: as `inspect`, or too small for a face to be known by.
    """
    with _opened(content, _sniff(content)) as picture:
        if min(picture.size) < _PORTRAIT_MIN_SIDE:
            raise ImageError(
                f"The picture is too small: both sides need {_PORTRAIT_MIN_SIDE} pixels. Take a larger one."
            )
        upright = _upright(picture, PORTRAIT_EDGE)
        square = ImageOps.fit(
            _on_white(upright), (PORTRAIT_EDGE, PORTRAIT_EDGE), centering=(0.5, _FACE_HEIGHT)
        )
        tried = (_plain_jpeg(square, quality) for quality in _PORTRAIT_QUALITIES)
        return next(one for one in tried if len(one) <= PORTRAIT_MAX_BYTES)


def _upright(picture: Image.Image, edge: int) -> Image.Image:
    """The picture as it was held, decoded no larger than a copy of `edge` pixels needs."""
    picture.draft("RGB", (edge, edge))
    # Without EXIF a copy cannot say which way is up, so it is turned.
    return ImageOps.exif_transpose(_readable_orientation(picture))


def _plain_jpeg(picture: Image.Image, quality: int) -> bytes:
    plain = _on_white(picture)
    plain.info = {}
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _sniff(content: bytes) -> str:
    """The content type by the bytes themselves, if it is one that we keep."""
    if not content:
        raise ImageError("The file is empty. Take the photo again.")
    kind = filetype.guess(content[:8192])
    found = None if kind is None else str(kind.mime)
    if found is None:
        raise ImageError("The file is no picture that we know. Send a JPEG or a PNG.")
    if found in {"image/heic", "image/heif"}:
        raise ImageError(
            "HEIC pictures cannot be read yet. Set the camera to «most compatible» (JPEG) and take the photo again."
        )
    if found not in _FORMATS:
        raise ImageError(f"The file is {found}. Send a JPEG or a PNG.")
    if found == "image/png" and _PNG_END not in content:
        raise ImageError("The picture breaks off before its end. Send it again.")
    if found == "image/jpeg" and _JPEG_END not in content:
        raise ImageError("The picture breaks off before its end. Send it again.")
    return found


@contextmanager
def _opened(content: bytes, content_type: str) -> Iterator[Image.Image]:
    """The picture, its size checked before anything is decoded; whatever decoding raises becomes ImageError."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS[content_type]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise ImageError(_too_large(f"{width} × {height} pixels"))
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(_too_large("far too many pixels")) from error
    except _DECODER_ERRORS as error:
        raise ImageError("The picture is damaged or breaks off before its end. Send it again.") from error


def _too_large(size: str) -> str:
    return f"The picture has {size}; at most {MAX_PIXELS // 1_000_000} million are taken. Use a lower resolution."


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in RGB; what is transparent becomes white."""
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        white = Image.new("RGB", layered.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    if picture.mode.startswith("I"):
        # 16 bits of grey: Pillow's own conversion clips instead of scaling.
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


def _readable_orientation(picture: Image.Image) -> Image.Image:
    """The same picture; an EXIF block too damaged to tell the orientation is dropped from memory."""
    try:
        picture.getexif().get(ExifTags.Base.Orientation)
    except _DECODER_ERRORS:
        picture.info.pop("exif", None)
        picture.getexif().clear()
    return picture


def _claims(picture: Image.Image) -> CaptureClaims:
    try:
        exif = picture.getexif()
        details: Mapping[int, Any] = exif.get_ifd(ExifTags.IFD.Exif)
        gps: Mapping[int, Any] = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except _DECODER_ERRORS:
        return CaptureClaims()
    wall = _wall_time(details.get(ExifTags.Base.DateTimeOriginal))
    offset = _offset(details.get(ExifTags.Base.OffsetTimeOriginal))
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "N", "S", 90)
    lon = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "E", "W", 180)
    whole = lat is not None and lon is not None
    return CaptureClaims(
        wall_time=None if wall is None else wall.isoformat(),
        taken_at=None if wall is None or offset is None else _aware(wall, offset),
        gps_at=_gps_time(gps.get(ExifTags.GPS.GPSDateStamp), gps.get(ExifTags.GPS.GPSTimeStamp)),
        lat=lat if whole else None,
        lon=lon if whole else None,
    )


def _wall_time(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        # Naive on purpose: it is what the camera wrote, and is given on as text only.
        return datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - EXIF has no zone here
    except ValueError:
        return None


def _offset(text: object) -> timezone | None:
    if not isinstance(text, str):
        return None
    try:
        parsed = datetime.strptime(text.strip("\x00 "), "%z").utcoffset()
    except ValueError:
        return None
    return None if parsed is None else timezone(parsed)


def _aware(wall: datetime, offset: timezone) -> datetime | None:
    try:
        return wall.replace(tzinfo=offset).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _gps_time(stamp: object, clock: object) -> datetime | None:
    numbers = _numbers(clock, 3)
    if not isinstance(stamp, str) or numbers is None:
        return None
    try:
        year, month, day = (int(part) for part in stamp.strip("\x00 ").split(":"))
        midnight = datetime.combine(date(year, month, day), time(), UTC)
        hours, minutes, seconds = numbers
        if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):  # noqa: PLR2004 - a day's clock
            return None
        return midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, OverflowError):
        return None


def _degrees(value: object, side: object, plus: str, minus: str, limit: int) -> float | None:
    numbers = _numbers(value, 3)
    if numbers is None or not isinstance(side, str):
        return None
    side = side.strip("\x00 ").upper()
    if side not in {plus, minus}:
        return None
    degrees = numbers[0] + numbers[1] / 60 + numbers[2] / 3600
    if not 0 <= degrees <= limit:
        return None
    return round(degrees if side == plus else -degrees, 7)


def _numbers(value: object, count: int) -> list[float] | None:
    """That many finite numbers, or None: EXIF rationals may divide by zero."""
    if not isinstance(value, tuple) or len(value) != count:
        return None
    try:
        numbers = [float(part) for part in value]
    except (TypeError, ValueError, ArithmeticError):
        return None
    return numbers if all(math.isfinite(number) for number in numbers) else None
