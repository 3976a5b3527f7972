import pytest

from media.errors import ObjectKeyError
from media.keys import ObjectKey, new_prefix, object_key

SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_key_is_the_prefix_and_the_hash() -> None:
    key = object_key("0123456789abcdef", SHA)

    assert key == f"0123456789abcdef/{SHA}"
    assert ObjectKey.parse(key) == ObjectKey("0123456789abcdef", SHA)


def test_fresh_prefixes_are_long_and_differ() -> None:
    first, second = new_prefix(), new_prefix()

    assert first != second
    assert len(first) == 32
    assert ObjectKey(first, SHA).prefix == first


@pytest.mark.parametrize(
    "text",
    [
        SHA,
        f"short/{SHA}",
        f"probe/{SHA}",
        f"../../../../etc/x/{SHA}",
        f"0123456789abcde../{SHA}",
        f"-123456789abcdef/{SHA}",
        f"0123456789ABCDEF/{SHA}",
        f"0123456789abcdef/{SHA}/",
        f"0123456789abcdef//{SHA}",
        f"0123456789abcdef/{SHA}\n",
        f"0123456789abcdef\n/{SHA}",
        f"0123456789abcdef/{SHA.upper()}",
        f"0123456789abcdef/{SHA[:-1]}",
        f"0123456789abcdef\x00/{SHA}",
        f"{'a' * 65}/{SHA}",
        f"\uff10123456789abcdef/{SHA}",
    ],
)
def test_any_other_text_is_no_key(text: str) -> None:
    with pytest.raises(ObjectKeyError):
        ObjectKey.parse(text)
