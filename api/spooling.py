"""A large body on its way in: written to an unnamed file as it comes, counted and hashed, never whole in memory."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import g, request

from api.problems import ApiError

_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Spool:
    """A body that arrived whole: where its bytes lie until the request ends, and their SHA-256."""

    path: Path
    sha256: str


def current_spool() -> Spool:
    """The body of the request that is being served, of a route that says `spooled`."""
    return cast("Spool", g.spool)


@contextmanager
def spooled_body() -> Iterator[Spool]:
    """The body lies in a file; it is gone at the end of the block, and if the sender was cut off.

    Raises:
        ApiError: `unreadable`: the length was not announced, or less came than announced.
        RequestEntityTooLarge: it is longer than the route allows (413).
    """
    announced = request.content_length
    if announced is None:
        raise ApiError("unreadable", "Send the file with its Content-Length.")
    digest, arrived = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(prefix="doorstep-upload-") as file:
        while piece := request.stream.read(_CHUNK):
            digest.update(piece)
            file.write(piece)
            arrived += len(piece)
        if arrived != announced:
            raise ApiError(
                "unreadable",
                f"The upload was cut off: {arrived} of {announced} bytes came. Nothing is kept; send it again.",
            )
        file.flush()
        yield Spool(Path(file.name), digest.hexdigest())
