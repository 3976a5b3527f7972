import hashlib
import io

import pytest

from media.digest import (
    CHUNK_BYTES,
    Digest,
    digest_of,
    digest_of_stream,
    md5_from_base64,
    md5_to_base64,
    same_digest,
)


def test_the_digest_of_abc_is_the_published_one() -> None:
    # FIPS 180-4 and RFC 1321 give these two.
    assert digest_of(b"abc") == Digest(
        sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        md5="900150983cd24fb0d6963f7d28e17f72",
        length=3,
    )


def test_a_stream_in_pieces_has_the_digest_of_its_bytes() -> None:
    content = b"x" * (2 * CHUNK_BYTES + 1)

    assert digest_of_stream(io.BytesIO(content)) == digest_of(content)


def test_content_md5_is_the_base64_of_the_raw_hash() -> None:
    # The example of RFC 1864 is a base64 of 16 bytes; this one is MD5 of nothing.
    digest = digest_of(b"")

    assert digest.content_md5 == "1B2M2Y8AsgTpgAmY7PhCfg=="
    assert md5_from_base64(digest.content_md5) == hashlib.md5(b"").hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1B2M2Y8AsgTpgAmY7PhCfg",
        "1B2M2Y8AsgTpgAmY7PhCfh==",
        "1B2M2Y8AsgTpgAmY7PhC",
        " 1B2M2Y8AsgTpgAmY7PhCfg==",
        "€",
    ],
)
def test_a_content_md5_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64 of 16 bytes"):
        md5_from_base64(text)


@pytest.mark.parametrize(
    ("sha256", "md5", "length"),
    [("A" * 64, "0" * 32, 1), ("0" * 63, "0" * 32, 1), ("0" * 64, "0" * 31, 1), ("0" * 64, "0" * 32, -1)],
)
def test_a_digest_that_cannot_be_is_refused(sha256: str, md5: str, length: int) -> None:
    with pytest.raises(ValueError):
        Digest(sha256, md5, length)


def test_an_md5_with_a_wrong_form_has_no_header() -> None:
    with pytest.raises(ValueError, match="32 lower-case"):
        md5_to_base64("xyz")


def test_digests_are_compared_whatever_their_case() -> None:
    assert same_digest("ab" * 32, "AB" * 32)
    assert not same_digest("ab" * 32, "ac" * 32)
