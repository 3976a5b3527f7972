import pytest

from field_visits.identity.sealing import SealKeys

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_was_sealed_opens_for_its_owner_alone() -> None:
    keys = SealKeys((NEW,))
    sealed = keys.seal(b"a secret", owner=b"li.na")

    assert keys.open(sealed, owner=b"li.na") == b"a secret"
    assert b"a secret" not in sealed
    with pytest.raises(ValueError, match="None of the keys"):
        keys.open(sealed, owner=b"zhang.wei")


def test_an_older_key_still_opens_and_a_newer_closes() -> None:
    sealed = SealKeys((OLD,)).seal(b"a secret", owner=b"li.na")

    assert SealKeys((NEW, OLD)).open(sealed, owner=b"li.na") == b"a secret"
    with pytest.raises(ValueError, match="None of the keys"):
        SealKeys((OLD,)).open(SealKeys((NEW, OLD)).seal(b"a secret", owner=b"li.na"), owner=b"li.na")


@pytest.mark.parametrize("at", [0, 12, -1])
def test_an_altered_byte_opens_nothing(at: int) -> None:
    keys = SealKeys((NEW,))
    sealed = bytearray(keys.seal(b"a secret", owner=b"li.na"))
    sealed[at] ^= 1

    with pytest.raises(ValueError, match="None of the keys"):
        keys.open(bytes(sealed), owner=b"li.na")
