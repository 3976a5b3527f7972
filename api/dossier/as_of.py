"""The instant of a question about the past or the future."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from api.fields import AwareTime, Day
from field_visits.kernel.errors import Fault, InvalidError

_DAY_LENGTH = len("2026-01-01")


def instant_of(text: str | None, *, now: datetime, zone: ZoneInfo) -> datetime:
    """An instant as sent, the end of a day in the organisation's zone, or now.

    Raises:
        InvalidError: The text is neither.
    """
    if text is None:
        return now
    try:
        if len(text) == _DAY_LENGTH:
            return datetime.combine(Day().read(text), time.max, zone)
        return AwareTime().read(text)
    except ValidationError:
        raise InvalidError(
            "The time of the question cannot be read.",
            faults=[Fault("/as_of", "a day such as 2026-01-01, or 2026-01-01T10:00:00+08:00")],
        ) from None
