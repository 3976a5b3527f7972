"""What the API takes is bounded: every text has a length, every number an end, no money is a fraction."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.app import build_app
from api.docs import describe

SPEC = describe(build_app())


def taken() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every schema of what a caller may send, with the place where it stands."""
    for path, operations in SPEC["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            place = f"{method} {path}"
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query":
                    yield from below(f"{place} ?{parameter['name']}", parameter["schema"])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from below(place, content.get("schema", {}))


def below(place: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schema and all that it holds; what only answers show is left out."""
    if schema.get("readOnly"):
        return
    if "$ref" in schema:
        yield from below(place, SPEC["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        return
    yield place, schema
    for name, value in schema.get("properties", {}).items():
        yield from below(f"{place} /{name}", value)
    for key in ("anyOf", "oneOf", "allOf"):
        for value in schema.get(key, ()):
            yield from below(place, value)
    if "items" in schema:
        yield from below(f"{place} /-", schema["items"])


def is_a(schema: Mapping[str, Any], kind: str) -> bool:
    kinds = schema.get("type", ())
    return kind in (kinds if isinstance(kinds, list) else [kinds])


def test_every_text_is_bounded() -> None:
    endless = [
        place
        for place, schema in taken()
        if is_a(schema, "string")
        and not {"maxLength", "enum", "pattern"} & set(schema)
        and schema.get("format") not in {"uuid", "date", "date-time", "binary"}
    ]

    assert endless == []


def test_every_number_has_both_ends() -> None:
    endless = [
        place
        for place, schema in taken()
        if (is_a(schema, "integer") or is_a(schema, "number"))
        and not {"minimum", "maximum"} <= set(schema)
        and "enum" not in schema
    ]

    assert endless == []


def test_no_amount_is_a_fraction() -> None:
    fractions = [
        place
        for place, schema in taken()
        if is_a(schema, "number") and ("amount" in place.rpartition("/")[2] or "minor" in place)
    ]

    assert fractions == []


def test_every_object_says_what_it_holds() -> None:
    """Open objects take what nobody looks at; their schema would be `Dict` or `Raw`."""
    open_ones = [
        place
        for place, schema in taken()
        if is_a(schema, "object") and "properties" not in schema and "additionalProperties" not in schema
    ]

    assert open_ones == []
