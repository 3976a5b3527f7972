"""Pages made from data are in step with the data."""

from api.reference.lifecycles import every_lifecycle, page
from tests.architecture.source import ROOT


def test_page_of_lifecycles_is_in_step() -> None:
    assert (ROOT / "docs" / "lifecycles.md").read_text("utf-8") == page(), "run `make reference`"


def test_every_subject_has_its_section() -> None:
    text = page()
    assert all(f"## {lifecycle.subject}\n" in text for lifecycle in every_lifecycle())
    assert {"appointment", "visit", "agreement", "attachment", "contact_hold"} <= {
        lifecycle.subject for lifecycle in every_lifecycle()
    }
