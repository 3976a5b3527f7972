"""Answers that are the bytes of a stored object."""

from collections.abc import Iterator

from flask import Response

from api.house import current_house
from field_visits.kernel.errors import NotFoundError, UnavailableError
from media.digest import CHUNK_BYTES
from media.errors import ObjectMissingError, StoreUnavailableError
from media.store import ObjectStream


def stream_object(key: str, *, content_type: str, filename: str, length: int | None) -> Response:
    """The object's bytes. They flow after the commit: what was opened is on record before it is seen.

    Raises:
        NotFoundError: the store has no such object; the request, and what it recorded, is undone.
        UnavailableError: the store does not answer.
    """
    try:
        stream = current_house().objects.open(key)
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
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _pieces(stream: ObjectStream) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(CHUNK_BYTES):
            yield piece
