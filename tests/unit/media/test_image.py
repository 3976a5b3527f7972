import io
import struct
import warnings
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from media.errors import ImageError
from media.image import (
    PORTRAIT_EDGE,
    PORTRAIT_MAX_BYTES,
    CaptureClaims,
    ImageFacts,
    inspect,
    portrait,
    thumbnail,
)

CLAIMED = {
    ExifTags.Base.DateTimeOriginal: "2026:11:24 10:03:22",
    ExifTags.Base.OffsetTimeOriginal: "+08:00",
}
SHANGHAI = {
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLatitude: (31.0, 13.0, 48.0),
    ExifTags.GPS.GPSLongitudeRef: "E",
    ExifTags.GPS.GPSLongitude: (121.0, 28.0, 12.0),
    ExifTags.GPS.GPSDateStamp: "2026:11:24",
    ExifTags.GPS.GPSTimeStamp: (2.0, 3.0, 21.0),
}


def picture(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Noise, so that a JPEG of it has many bytes to lose."""
    return Image.effect_noise((width, height), 60).convert(mode)


def jpeg(
    image: Image.Image | None = None,
    *,
    details: Any = None,
    gps: Any = None,
    orientation: int = 1,
    **options: Any,
) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    if details is not None:
        exif[ExifTags.IFD.Exif] = details
    if gps is not None:
        exif[ExifTags.IFD.GPSInfo] = gps
    out = io.BytesIO()
    (image or picture()).save(out, "JPEG", exif=exif, **options)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A tiny file that says it is huge: header, a little data, end."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def markers(content: bytes) -> list[int]:
    """The marker of every segment of a JPEG before its first scan."""
    found, at = [], 2
    while content[at + 1] != 0xDA:
        found.append(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_a_phone_photo_tells_its_size_and_its_claims() -> None:
    assert inspect(jpeg(details=CLAIMED, gps=SHANGHAI), content_type="image/jpeg") == ImageFacts(
        content_type="image/jpeg",
        width=800,
        height=600,
        claims=CaptureClaims(
            wall_time="2026-11-24T10:03:22",
            taken_at=datetime(2026, 11, 24, 2, 3, 22, tzinfo=UTC),
            gps_at=datetime(2026, 11, 24, 2, 3, 21, tzinfo=UTC),
            lat=31.23,
            lon=121.47,
        ),
    )


def test_south_and_west_are_negative() -> None:
    gps = SHANGHAI | {ExifTags.GPS.GPSLatitudeRef: "S", ExifTags.GPS.GPSLongitudeRef: "W"}

    claims = inspect(jpeg(gps=gps)).claims

    assert (claims.lat, claims.lon) == (-31.23, -121.47)


def test_a_camera_time_without_an_offset_is_no_instant() -> None:
    claims = inspect(jpeg(details={ExifTags.Base.DateTimeOriginal: "2026:11:24 10:03:22"})).claims

    assert (claims.wall_time, claims.taken_at) == ("2026-11-24T10:03:22", None)


@pytest.mark.parametrize(
    "gps",
    [
        SHANGHAI | {ExifTags.GPS.GPSLatitude: (91.0, 0.0, 0.0)},
        SHANGHAI | {ExifTags.GPS.GPSLatitudeRef: "X"},
        SHANGHAI | {ExifTags.GPS.GPSLongitude: (1.0, 2.0)},
        {name: value for name, value in SHANGHAI.items() if name != ExifTags.GPS.GPSLongitudeRef},
    ],
    ids=["beyond the pole", "no such side", "two numbers", "no side"],
)
def test_a_position_that_cannot_be_is_no_claim_and_no_refusal(gps: Any) -> None:
    claims = inspect(jpeg(gps=gps)).claims

    assert (claims.lat, claims.lon) == (None, None)


@pytest.mark.parametrize(
    ("wall", "offset"),
    [("0000:00:00 00:00:00", "+08:00"), ("yesterday", "+08:00"), ("    :  :     :  :  ", "")],
)
def test_a_time_that_cannot_be_is_no_claim_and_no_refusal(wall: str, offset: str) -> None:
    details = {ExifTags.Base.DateTimeOriginal: wall, ExifTags.Base.OffsetTimeOriginal: offset}

    assert inspect(jpeg(details=details)).claims == CaptureClaims()


def test_a_time_at_the_edge_of_the_calendar_is_no_instant() -> None:
    details = CLAIMED | {ExifTags.Base.DateTimeOriginal: "0001:01:01 00:00:00"}

    assert inspect(jpeg(details=details)).claims.taken_at is None


def test_a_satellite_time_that_cannot_be_is_no_claim() -> None:
    for stamp, clock in (
        ("2026:13:24", (2.0, 3.0, 21.0)),
        ("2026:11:24", (24.0, 0.0, 0.0)),
        ("24.11.", (2.0, 3.0, 4.0)),
    ):
        gps = SHANGHAI | {ExifTags.GPS.GPSDateStamp: stamp, ExifTags.GPS.GPSTimeStamp: clock}
        assert inspect(jpeg(gps=gps)).claims.gps_at is None


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_exif_block_does_not_refuse_the_photo() -> None:
    content = jpeg(details=CLAIMED, gps=SHANGHAI)
    at = content.index(b"Exif\0\0") + 6
    damaged = content[: at + 8] + b"\xff" * 60 + content[at + 68 :]

    assert inspect(damaged).width == 800
    assert opened(thumbnail(damaged)).size == (640, 480)


def test_a_png_is_kept_too() -> None:
    assert inspect(png(picture(30, 20)), content_type="image/png") == ImageFacts(
        "image/png", 30, 20, CaptureClaims()
    )


def test_a_small_copy_is_small_and_tells_nothing() -> None:
    original = jpeg(details=CLAIMED, gps=SHANGHAI, comment=b"Mr Wang, room 502", icc_profile=b"profile" * 20)

    copy = thumbnail(original)

    image = opened(copy)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))
    assert dict(image.getexif()) == {}
    # JFIF header (APP0), tables and frame only: no APP1 (EXIF, XMP), no APP2 (profile), no comment (0xFE).
    assert {marker for marker in markers(copy) if marker >= 0xE0} == {0xE0}
    assert b"Wang" not in copy


def test_a_small_copy_stands_upright() -> None:
    lying = Image.new("RGB", (400, 200), "black")
    lying.paste("white", (0, 0, 200, 200))

    copy = opened(thumbnail(jpeg(lying, orientation=6), 100))

    # Orientation 6: turn clockwise, so that the left half comes to the top.
    assert copy.size == (50, 100)
    assert copy.convert("L").getpixel((25, 10)) == 255
    assert copy.convert("L").getpixel((25, 90)) == 0


def test_a_small_picture_is_not_blown_up() -> None:
    assert opened(thumbnail(jpeg(picture(40, 30)))).size == (40, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_has_a_small_copy(mode: str) -> None:
    image = Image.new("I;16", (50, 40), 40_000) if mode == "I;16" else picture(50, 40, "L").convert(mode)

    assert opened(thumbnail(png(image))).size == (50, 40)


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    shade = opened(thumbnail(png(Image.new("I;16", (50, 40), 128 * 256)))).convert("L").getpixel((20, 20))

    assert shade == 128


def test_what_is_transparent_becomes_white() -> None:
    copy = opened(thumbnail(png(Image.new("RGBA", (50, 40), (0, 0, 0, 0)))))

    assert copy.getpixel((20, 20)) == (255, 255, 255)


def test_a_printer_picture_becomes_rgb() -> None:
    assert opened(thumbnail(jpeg(picture(50, 40, "L").convert("CMYK")))).mode == "RGB"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ImageError, match="is empty"):
        inspect(b"")


@pytest.mark.parametrize("content", [b"hello", b"<svg/>", b"\0" * 100, b"\xff\xd8"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ImageError, match="no picture that we know"):
        inspect(content)


def test_another_kind_of_file_is_named() -> None:
    with pytest.raises(ImageError, match="is application/pdf"):
        inspect(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")


def test_heic_is_refused_with_what_to_do() -> None:
    header = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"

    with pytest.raises(ImageError, match="most compatible"):
        inspect(header + b"\0" * 100)


def test_a_picture_announced_as_another_type_is_refused() -> None:
    with pytest.raises(ImageError, match="announced as image/jpeg but holds image/png"):
        inspect(png(picture(8, 8)), content_type="image/jpeg")


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.99])
def test_a_jpeg_that_breaks_off_is_refused(kept: float, *, progressive: bool) -> None:
    content = jpeg(progressive=progressive)

    with pytest.raises(ImageError, match="breaks off"):
        inspect(content[: int(len(content) * kept)])


def test_a_jpeg_without_its_last_two_bytes_is_refused() -> None:
    with pytest.raises(ImageError, match="breaks off"):
        inspect(jpeg()[:-2])


@pytest.mark.parametrize("cut", [1, 4, 12, 13, 500, 5000])
def test_a_png_that_breaks_off_is_refused(cut: int) -> None:
    with pytest.raises(ImageError, match="breaks off"):
        inspect(png(picture(100, 100))[:-cut])


@pytest.mark.parametrize(
    ("width", "height"), [(10_000, 6_001), (9_000, 9_000), (12_000, 12_000), (30_000, 30_000), (31_000, 1)]
)
@pytest.mark.parametrize("use", [inspect, thumbnail])
@pytest.mark.parametrize("quiet", [False, True])
def test_a_bomb_is_refused_before_it_is_decoded(width: int, height: int, use: Any, *, quiet: bool) -> None:
    # Whatever the host program does with warnings.
    with warnings.catch_warnings():
        if quiet:
            warnings.simplefilter("ignore")
        with pytest.raises(ImageError, match="at most 60 million"):
            use(png_of_size(width, height))


def test_a_png_with_less_data_than_it_says_is_refused() -> None:
    with pytest.raises(ImageError):
        inspect(png_of_size(2000, 2000))


def test_an_absurd_size_of_a_small_copy_is_refused() -> None:
    with pytest.raises(ValueError, match="16 to 4096"):
        thumbnail(jpeg(), 5)


JPEG = jpeg(picture(64, 48), details=CLAIMED, gps=SHANGHAI)
PNG = png(picture(32, 24, "RGBA"))


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=150)
@given(
    whole=st.sampled_from([JPEG, PNG]),
    edits=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_altered_bytes_give_an_answer_or_an_image_error(whole: bytes, edits: list[tuple[int, int]]) -> None:
    altered = bytearray(whole)
    for at, value in edits:
        altered[at % len(altered)] = value

    for use in (inspect, thumbnail):
        # Any other exception fails the test.
        with suppress(ImageError):
            assert use(bytes(altered))


def darkest_and_lightest(of: Image.Image) -> tuple[int, int]:
    grey = of.convert("L").histogram()
    seen = [value for value, times in enumerate(grey) if times]
    return seen[0], seen[-1]


class TestPortrait:
    @pytest.mark.parametrize("size", [(160, 160), (3000, 2000), (1000, 4000)])
    def test_it_is_a_square_of_one_size_and_light_even_if_it_is_all_noise(
        self, size: tuple[int, int]
    ) -> None:
        made = portrait(jpeg(picture(*size), quality=95))

        assert Image.open(io.BytesIO(made)).size == (PORTRAIT_EDGE, PORTRAIT_EDGE)
        assert len(made) <= PORTRAIT_MAX_BYTES

    def test_it_is_upright_and_tells_nothing_of_the_camera(self) -> None:
        # A picture whose left half is black, held so that its left is up.
        tall = Image.new("RGB", (600, 400), "white")
        tall.paste("black", (0, 0, 300, 400))

        made = Image.open(io.BytesIO(portrait(jpeg(tall, details=CLAIMED, gps=SHANGHAI, orientation=6))))

        above, below = made.crop((0, 0, 320, 100)), made.crop((0, 220, 320, 320))
        assert (darkest_and_lightest(above)[1], darkest_and_lightest(below)[0]) == (0, 255)
        assert not made.getexif()
        assert "comment" not in made.info

    def test_of_a_tall_picture_the_part_above_the_middle_is_kept(self) -> None:
        tall = Image.new("L", (400, 1000))
        tall.paste(255, (0, 0, 400, 230))  # nothing of the uppermost quarter comes along

        made = Image.open(io.BytesIO(portrait(png(tall))))

        assert darkest_and_lightest(made)[1] == 0

    def test_too_small_a_picture_says_what_is_needed(self) -> None:
        with pytest.raises(ImageError, match="160 pixels"):
            portrait(jpeg(picture(159, 400)))
