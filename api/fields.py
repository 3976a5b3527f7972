"""The fields of every schema: bounded, exact, and never guessing what was meant.

Numbers in a body are JSON numbers and booleans JSON booleans; `Integer` and `Flag` read text only from a
query. Times carry their offset; money counts whole minor units.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, post_load, validate
from marshmallow.fields import Dict, List, Nested

from api.schema_base import Schema
from field_visits.kernel.money import MAX_MINOR, MINOR_DIGITS
from field_visits.kernel.money import Money as MoneyValue
from field_visits.kernel.points import Point as PointValue

__all__ = [
    "AwareTime",
    "Choice",
    "Day",
    "Degrees",
    "Dict",
    "Flag",
    "Id",
    "Integer",
    "List",
    "Money",
    "MoneySchema",
    "Nested",
    "Point",
    "PointSchema",
    "Schema",
    "Sha256",
    "Text",
    "Version",
]

# Years that a visit, a debt or a birthday can lie in: far from the ends of the calendar, where adding an
# offset fails.
MIN_YEAR, MAX_YEAR = 1900, 2200
MAX_INT = 2**53 - 1  # what every JSON reader keeps exactly
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,16}", re.ASCII)
_LINE_BREAKS = "\n\r\t"


def _as_list(checks: Any) -> list[Any]:
    return list(checks) if isinstance(checks, list | tuple) else [checks]


class _Exact(fields.Field[Any]):
    """A field that reads a value by itself, whatever stands beside it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        del attr, data, kwargs
        return self.read(value)

    def read(self, value: Any) -> Any:
        """The value that was meant.

        Raises:
            ValidationError: it is none of this field's.
        """
        raise NotImplementedError

    @property
    def is_of_query(self) -> bool:
        """Whether values come from a query string, where all of them are text."""
        return isinstance(self.root, QuerySchema)


class Id(_Exact, fields.UUID):
    """A UUID in its usual spelling."""

    def read(self, value: Any) -> UUID:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise ValidationError("This is not an id such as 01939b8e-7f00-7000-8000-000000000000.")
        return UUID(value)


class Version(Id):
    """The version of a thing: the id of the entry that explains it. Reads `evidence_id`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            attribute="evidence_id",
            dump_only=True,
            metadata={"description": "The entry that explains this version; the ETag."},
            **kwargs,
        )


class Text(_Exact, fields.String):
    """A bounded text without control characters; `multiline` allows line breaks and tabs.

    It keeps what was written, in Unicode's composed form (NFC), so that two keyboards write one name.
    """

    def __init__(self, *, min: int = 1, max: int, multiline: bool = False, **kwargs: Any) -> None:  # noqa: A002 - reads as the bound it is
        checks = [validate.Length(min=min, max=max), *_as_list(kwargs.pop("validate", ()))]
        super().__init__(validate=checks, **kwargs)
        self._multiline = multiline

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Send a text.")
        if value.isascii() and value.isprintable() and not value[:1].isspace():
            return value  # nothing below has anything to say about it
        allowed = _LINE_BREAKS if self._multiline else ""
        for character in value:
            # Cc: control characters; Cs: lone surrogates, which no UTF-8 can carry.
            if character not in allowed and unicodedata.category(character) in {"Cc", "Cs"}:
                raise ValidationError(f"The character U+{ord(character):04X} is not allowed here.")
        if value and not value.strip():
            raise ValidationError("This is blank.")
        return unicodedata.normalize("NFC", value)


class Sha256(fields.String):
    """64 lower-case hexadecimal digits."""

    def __init__(self, **kwargs: Any) -> None:
        form = validate.Regexp(r"^[0-9a-f]{64}\Z", error="Send a SHA-256 as 64 lower-case hex digits.")
        super().__init__(validate=[form, *_as_list(kwargs.pop("validate", ()))], **kwargs)


class Integer(_Exact, fields.Integer):
    """A whole number between `min` and `max`."""

    def __init__(self, *, min: int = 0, max: int = MAX_INT, **kwargs: Any) -> None:  # noqa: A002 - reads as the bound it is
        checks = [validate.Range(min=min, max=max), *_as_list(kwargs.pop("validate", ()))]
        super().__init__(strict=True, validate=checks, **kwargs)

    def read(self, value: Any) -> int:
        if isinstance(value, str) and self.is_of_query and _NUMBER.fullmatch(value):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("Send a whole number.")
        return value


class Flag(_Exact, fields.Boolean):
    """true or false."""

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if self.is_of_query and value in {"true", "false"}:
            return bool(value == "true")
        raise ValidationError("Send true or false.")


class Degrees(_Exact, fields.Float):
    """An angle or another measured number; it is never an amount of money."""

    def __init__(self, *, min: float, max: float, **kwargs: Any) -> None:  # noqa: A002 - reads as the bound it is
        checks = [validate.Range(min=min, max=max), *_as_list(kwargs.pop("validate", ()))]
        super().__init__(allow_nan=False, validate=checks, **kwargs)

    def read(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("Send a number.")
        if not abs(value) <= MAX_INT:  # also true of NaN
            raise ValidationError("Send a finite number.")
        return float(value)


class AwareTime(_Exact, fields.DateTime):
    """An instant with its offset (RFC 3339); it is kept and shown in UTC."""

    AS_THEY_ARE = frozenset({datetime})  # those in UTC

    def read(self, value: Any) -> datetime:
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise ValidationError("Send an instant with its offset, such as 2026-11-25T10:00:00+08:00.")
        try:
            instant = datetime.fromisoformat(value.upper())
        except ValueError:
            raise ValidationError("There is no such instant.") from None
        _check_year(instant)
        return instant.astimezone(UTC)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Day(_Exact, fields.Date):
    """A calendar day, such as 2026-11-25."""

    def read(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("Send a day such as 2026-11-25.")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError("There is no such day.") from None
        _check_year(day)
        return day


class Choice(_Exact, fields.Enum[Any]):
    """One of an enumeration's values."""

    AS_THEY_ARE = frozenset({str})

    def __init__(self, enum: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(enum, by_value=True, **kwargs)

    def read(self, value: Any) -> Any:
        try:
            return self.enum(value)
        except ValueError:
            choices = ", ".join(str(member.value) for member in self.enum)
            raise ValidationError(f"Send one of: {choices}.") from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        """Rows keep the plain value, programs the member: both are shown alike."""
        del attr, obj, kwargs
        return None if value is None else str(value)


class QuerySchema(Schema):
    """Base of schemas that read a query string, where every value is text."""


class MoneySchema(Schema):
    """An amount in whole minor units: 12050 CNY is ¥120.50."""

    amount_minor = Integer(min=-MAX_MINOR, max=MAX_MINOR, required=True, metadata={"example": 12050})
    currency = fields.String(required=True, validate=validate.OneOf(sorted(MINOR_DIGITS)))

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> MoneyValue:
        del kwargs
        return MoneyValue(**data)


class PointSchema(Schema):
    """A place in WGS-84 degrees."""

    lat = Degrees(min=-90, max=90, required=True)
    lon = Degrees(min=-180, max=180, required=True)

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> PointValue:
        del kwargs
        return PointValue(**data)


def Money(**kwargs: Any) -> Nested:  # noqa: N802 - it stands among fields and reads as one
    """`{"amount_minor": 12050, "currency": "CNY"}`, loaded as kernel Money."""
    return Nested(MoneySchema, **kwargs)


def Point(**kwargs: Any) -> Nested:  # noqa: N802 - it stands among fields and reads as one
    """`{"lat": 31.23, "lon": 121.47}`, loaded as kernel Point."""
    return Nested(PointSchema, **kwargs)


def _check_year(when: date) -> None:
    if not MIN_YEAR <= when.year <= MAX_YEAR:
        raise ValidationError(f"The year must lie between {MIN_YEAR} and {MAX_YEAR}.")
