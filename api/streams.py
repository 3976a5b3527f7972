"""Answers that flow from the object store after the commit: what was opened is on record before it is seen."""

from collections.abc import Iterator
from typing import Final

from flask import Response

from field_visits.kernel.errors import NotFoundError, UnavailableError
from media.errors import ObjectMissingError, StoreUnavailableError
from media.store import ObjectStore, ObjectStream

CHUNK_BYTES: Final = 64 * 1024


def stream_of(
    objects: ObjectStore, key: str, *, content_type: str, length: int | None, name: str
) -> Response:
    """The object's bytes as a download called `name`.

    Raises:
        NotFoundError: its bytes are missing from the store; nothing is recorded as an opening.
        UnavailableError: the store does not answer.
    """
    try:
        stream = objects.open(key)
    except ObjectMissingError as error:
        raise NotFoundError(
            "The file's bytes are missing from the store; this was not recorded as an opening."
        ) from error
    except StoreUnavailableError as error:
        raise UnavailableError("The object store does not answer. Try again in a moment.") from error
    response = Response(_pieces(stream), mimetype=content_type, direct_passthrough=True)
    response.call_on_close(stream.close)  # a caller who left before the first piece
    if length is not None:
        response.headers["Content-Length"] = str(length)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _pieces(stream: ObjectStream) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(CHUNK_BYTES):
            yield piece
