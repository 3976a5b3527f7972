"""Pictures of every screen for docs/screens: `make screens`. In an ordinary run they go to build/screens."""

from pathlib import Path

import pytest

from tests.e2e.desk import DESKTOP, LANGUAGES, PHONE, Desk, settle
from tests.e2e.test_collector import go_to, make_the_visit, take_next
from tests.e2e.test_dispatch import free_case


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Path:
    """The folder that the pictures go to."""
    folder: Path = request.config.getoption("--pictures", default=None) or Path("build/screens")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_in(desk: Desk, album: Path, language: str) -> None:
    desk.open("/", size=PHONE).screenshot(path=album / "start.png")
    page = desk.open("/m", language=language, size=PHONE)
    page.screenshot(path=album / f"sign-in-phone-{language}.png")
    page = desk.open("/dispatch", language=language, size=DESKTOP)
    page.screenshot(path=album / f"sign-in-desktop-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dispatcher(desk: Desk, album: Path, language: str) -> None:
    page = desk.open("/dispatch", "dispatcher-1", language=language, size=DESKTOP)
    page.screenshot(path=album / f"dispatch-today-{language}.png")
    line = free_case(page, 12 if language == "zh" else 13)
    page.goto(f"/dispatch#/search/{line['case']['reference'][:6]}")
    settle(page)
    page.screenshot(path=album / f"dispatch-search-{language}.png")
    page.goto(f"/dispatch#/cases/{line['case']['id']}")
    settle(page)
    page.screenshot(path=album / f"dispatch-case-{language}.png")
    page.goto(f"/dispatch#/cases/{line['case']['id']}/book")
    settle(page)
    page.get_by_role("radio").nth(1).check()
    page.screenshot(path=album / f"dispatch-booking-{language}.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto("/dispatch#/today")
    settle(page)
    page.screenshot(path=album / f"dispatch-today-phone-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_collector_and_legal(desk: Desk, album: Path, language: str) -> None:
    page, stop = take_next(desk, language)
    page.goto("/m#/today")
    settle(page)
    page.screenshot(path=album / f"collector-today-{language}.png")
    go_to(page, stop)
    page.screenshot(path=album / f"collector-visit-{language}.png")

    def keep(name: str) -> None:
        page.screenshot(path=album / f"collector-{name}-{language}.png", full_page=name == "outcome")

    make_the_visit(page, language, look=keep)
    page = desk.open(f"/legal#/cases/{stop['case_id']}", "legal-1", language=language, size=DESKTOP)
    page.locator("summary").last.click()
    page.screenshot(path=album / f"legal-story-{language}.png")
    for part in ("photos", "readings", "bundles"):
        page.goto(f"/legal#/cases/{stop['case_id']}/{part}")
        settle(page)
        page.screenshot(path=album / f"legal-{part}-{language}.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"/legal#/cases/{stop['case_id']}")
    settle(page)
    page.screenshot(path=album / f"legal-story-phone-{language}.png")
