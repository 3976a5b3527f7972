import hashlib
import json
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_visits.evidence.canonical import MAX_DEPTH, MAX_INTEGER, body_hash, canonical_bytes
from field_visits.kernel.errors import InvalidError


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"in": value}
    return value


def test_keys_are_sorted_as_utf_16_as_rfc_8785_shows() -> None:
    record = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}

    assert canonical_bytes(record).decode() == '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'


def test_a_record_has_one_byte_form() -> None:
    record = {"b": [1, True, None, "沪", ("x",)], "a": {"z": Colour.RED, "y": Level.LOW, "x": -MAX_INTEGER}}

    expected = '{"a":{"x":-9007199254740991,"y":1,"z":"red"},"b":[1,true,null,"沪",["x"]]}'
    assert canonical_bytes(record) == expected.encode()


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=12,
        ),
        max_size=5,
    )
)
def test_what_is_read_back_has_the_same_bytes(record: dict[str, Any]) -> None:
    data = canonical_bytes(record)

    assert json.loads(data) == record
    assert canonical_bytes(json.loads(data)) == data


@pytest.mark.parametrize(
    ("record", "pointer", "words"),
    [
        ({"a": 1.5}, "/a", "Floats"),
        ({"a": [0, float("nan")]}, "/a/1", "Floats"),
        ({"a": {1: 2}}, "/a", "keys"),
        ({"a": 2**53}, "/a", "2\\^53"),
        ({"a": -(2**53)}, "/a", "2\\^53"),
        ({"a": 1 << 100_000}, "/a", "2\\^53"),
        ({"a/b~": "\ud83d"}, "/a~1b~0", "surrogate"),
        ({"a": {"\udc00": 1}}, "/a", "surrogate"),
        ({"a": b"bytes"}, "/a", "bytes has no JSON form"),
        ({"a": {1, 2}}, "/a", "set has no JSON form"),
        ([], "", "JSON object"),
        (None, "", "JSON object"),
        (nested(MAX_DEPTH + 1), "/in" * MAX_DEPTH, "deeper than 32"),
        (nested(100_000), "/in" * MAX_DEPTH, "deeper than 32"),
    ],
    ids=lambda _: "",
)
def test_what_has_no_exact_form_is_refused_with_its_place(record: Any, pointer: str, words: str) -> None:
    with pytest.raises(InvalidError, match=words) as caught:
        canonical_bytes(record)
    assert [fault.pointer for fault in caught.value.faults] == [pointer]


def test_the_deepest_record_allowed_is_kept() -> None:
    assert canonical_bytes(nested(MAX_DEPTH)).count(b"{") == MAX_DEPTH


def test_a_refused_value_is_not_repeated_in_the_error() -> None:
    with pytest.raises(InvalidError) as caught:
        canonical_bytes({"phone": 13800138000.5})
    assert "13800138000" not in str(caught.value)


def test_a_body_hash_is_sha256_of_salt_and_body() -> None:
    salt = bytes(range(32))

    assert body_hash(salt, b'{"a":1}') == hashlib.sha256(salt + b'{"a":1}').digest()


@pytest.mark.parametrize("salt", [b"", bytes(16), bytes(31), bytes(33)])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        body_hash(salt, b"{}")
