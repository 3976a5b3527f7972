import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_visits.identity.usernames import normal_username, username_fault


@pytest.mark.parametrize(
    "name", ["li.na", "𠮷田", "李䶮", "عمر", "عمر٢", "שרה-כהן", "zoë", "o\u0308zil", "अनिल", "a1"]
)
def test_letters_of_every_script_make_a_name(name: str) -> None:
    assert username_fault(normal_username(name)) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "a" * 65,
        ".li",
        "li.",
        "li na",
        "li@na",
        "li\u202ena",
        "li\u200dna",
        "\u0301li",
        "😀😀",
        "عمرli",
    ],
)
def test_what_cannot_be_told_apart_or_read_makes_none(name: str) -> None:
    assert username_fault(normal_username(name)) is not None


@given(st.text(max_size=70))
def test_the_normal_form_is_its_own(text: str) -> None:
    once = normal_username(text)
    assert normal_username(once) == once or username_fault(once) is not None


@given(st.text(min_size=2, max_size=40))
def test_a_good_name_is_the_same_in_every_composition_and_case(text: str) -> None:
    name = normal_username(text)
    if username_fault(name) is None:
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert normal_username(unicodedata.normalize(form, name)) == name
