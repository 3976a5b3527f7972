"""The length of a text as a telephone network counts it."""

import pytest

from field_visits.messages.length import Length, sms_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length("gsm7", 0, 1)),
        ("a" * 160, Length("gsm7", 160, 1)),
        ("a" * 161, Length("gsm7", 161, 2)),
        ("a" * 306, Length("gsm7", 306, 2)),
        ("a" * 307, Length("gsm7", 307, 3)),
        ("€" * 80, Length("gsm7", 160, 1)),
        # A letter of two places is not split between two parts: 76 fit into 153, not 76 and a half.
        ("€" * 153, Length("gsm7", 306, 3)),
        ("您" * 70, Length("ucs2", 70, 1)),
        ("您" * 71, Length("ucs2", 71, 2)),
        ("您" * 135, Length("ucs2", 135, 3)),
        # One letter beyond the first plane makes the whole text UCS-2, and takes two places itself.
        ("a" * 69 + "𠮷", Length("ucs2", 71, 2)),
    ],
)
def test_parts_are_counted_as_the_standard_counts_them(text: str, length: Length) -> None:
    assert sms_length(text) == length
