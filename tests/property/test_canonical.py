"""The quick way to canonical bytes gives the very bytes of RFC 8785."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from field_visits.evidence.canonical import MAX_INTEGER, canonical_bytes

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
leaves = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
# ASCII keys, control characters and quotes among them, take the quick way; others do not.
keys = st.text(st.characters(max_codepoint=0x7F), max_size=10) | texts


def values(key: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key, inner, max_size=5),
        max_leaves=20,
    )


@given(st.dictionaries(keys, values(keys), max_size=8))
def test_any_record_has_the_bytes_of_rfc_8785(record: dict[str, object]) -> None:
    assert canonical_bytes(record) == rfc8785.dumps(record)  # type: ignore[arg-type]  # its own JSON type


def test_keys_that_the_two_sort_otherwise_are_sorted_as_rfc_8785_does() -> None:
    # U+FB33 comes before U+1F600 by code point, and after it by UTF-16 unit.
    record = {"\ufb33": 1, "\U0001f600": 2}
    assert canonical_bytes(record) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@given(texts)
def test_every_text_is_escaped_alike(text: str) -> None:
    assert canonical_bytes({"t": text}) == rfc8785.dumps({"t": text})
