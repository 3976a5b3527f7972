"""ETag and If-Match: the version of a thing is the id of the entry that explains it, or a draft's own."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import request

from api.problems import ApiError
from api.work import current_uow
from field_visits.evidence.records import Evidenced, Revised, version_of


def etag_of(result: object) -> UUID | None:
    """The version of what an answer shows, if it is one row that has versions."""
    return version_of(result) if isinstance(result, Evidenced | Revised) else None


def check_version(row: Evidenced | Revised, schema: ma.Schema | type[ma.Schema]) -> None:
    """The caller knows the newest version of `row`, which is locked until the end of the request.

    Args:
        row: The row about to be changed.
        schema: How its current version is shown to a caller who has an older one.

    Raises:
        ApiError: `precondition-required` without If-Match; `stale` with another version in it.
    """
    # `*` would mean «whatever is there»: exactly what this protects from.
    if not request.if_match or request.if_match.star_tag:
        raise ApiError(
            "precondition-required",
            "Read the thing first and send its ETag in If-Match, so that nobody's change is lost.",
        )
    current_uow().session.refresh(row, with_for_update=True)
    if request.if_match.contains(str(version_of(row))):
        return
    dumper = schema() if isinstance(schema, type) else schema
    current: Any = dumper.dump(row)
    raise ApiError(
        "stale",
        "Somebody changed this since you read it. Look at `current` and decide again.",
        headers={"ETag": f'"{version_of(row)}"'},
        extra={"current": current},
    )
