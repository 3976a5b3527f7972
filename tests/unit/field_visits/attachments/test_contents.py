"""Files are what they were announced as, or the sentence says why not."""

import pytest

from field_visits.attachments.contents import ContentError, examine
from tests.simulators.camera import photo

PDF = b"%PDF-1.7\n" + b"0" * 2000 + b"\n%%EOF\n"


def test_a_whole_pdf_passes_and_has_no_small_copy() -> None:
    examined = examine(PDF, "application/pdf")

    assert examined.claims == {}
    assert examined.thumbnail is None


@pytest.mark.parametrize(
    ("content", "content_type", "why"),
    [
        (PDF[:-8], "application/pdf", "breaks off"),
        (photo(), "application/pdf", "does not begin as a PDF"),
        (PDF, "image/jpeg", "application/pdf"),
        (photo(), "image/png", "image/jpeg"),
        (photo()[:4000], "image/jpeg", "breaks off"),
    ],
)
def test_other_bytes_than_announced_are_told_apart(content: bytes, content_type: str, why: str) -> None:
    with pytest.raises(ContentError, match=why):
        examine(content, content_type)
