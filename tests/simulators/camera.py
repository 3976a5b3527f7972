"""A phone's camera and its uploads, for tests that need real files.

picture = photo(seed=7)                         # a JPEG with EXIF time, offset and place
upload(store, expected.ticket, picture, now)    # PUT by ticket into a FileStore, without HTTP
"""

import io
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from PIL import ExifTags, Image

from media.files import FileStore
from media.store import Stored, Ticket
from media.tickets import TicketKeys

KEYS = TicketKeys("k", {"k": b"k" * 32})


def store_in(folder: Path) -> FileStore:
    """An empty store whose tickets lead to `/v1/uploads`."""
    return FileStore(folder, keys=KEYS, upload_url="/v1/uploads")


def photo(*, seed: int = 0, size: tuple[int, int] = (1200, 900)) -> bytes:
    """A JPEG that differs by `seed`, taken in Shanghai by what its EXIF claims."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.putpixel((seed % size[0], seed // size[0]), (255, 0, 0))
    exif = Image.Exif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2026:11:25 10:03:22"
    details[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    details[ExifTags.Base.ImageUniqueID] = f"{seed:032x}"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (31.0, 13.0, 49.0)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLongitude] = (121.0, 28.0, 25.0)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=70)
    return out.getvalue()


def upload(store: FileStore, ticket: Ticket | None, content: bytes, now: datetime) -> Stored:
    """Send `content` by `ticket` as its headers say; only the length is told truly."""
    assert ticket is not None, "these bytes are there already"
    headers = {**ticket.headers, "Content-Length": str(len(content))}
    return store.redeem(dict(parse_qsl(urlsplit(ticket.url).query)), headers, io.BytesIO(content), now=now)
