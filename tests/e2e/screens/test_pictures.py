"""Pictures of every screen for docs/screens: `make screens`. Not part of an ordinary run."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.screens.desk import DESKTOP, LANGUAGES, PHONE, Desk, settle
from tests.e2e.screens.phone import enrolled
from tests.e2e.screens.test_collector import WORDS, go_to, left_today, make_the_visit, take_next
from tests.e2e.screens.test_collector_plan import at_the_plan, sign_a_plan
from tests.e2e.screens.test_dispatch import free_case
from tests.e2e.screens.test_import import HEADER, as_csv, begin, button, rows
from tests.e2e.screens.test_import import WORDS as IMPORT_WORDS
from tests.e2e.screens.test_plan import at_a_draft
from tests.e2e.screens.test_portal import WORDS as PORTAL_WORDS
from tests.e2e.screens.test_portal import opened, press
from tests.e2e.screens.test_turned_away import forge


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Path:
    """The folder that the pictures go to."""
    folder: Path = request.config.getoption("--pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def picture(page: Page, path: Path) -> None:
    """The screen as it stands, as a small file."""
    screen = Image.open(io.BytesIO(page.screenshot()))
    screen.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_in(desk: Desk, album: Path, language: str) -> None:
    picture(desk.open("/", size=PHONE), album / "start.png")
    page = desk.open("/m", language=language, size=PHONE)
    picture(page, album / f"sign-in-phone-{language}.png")
    page = desk.open("/dispatch", language=language, size=DESKTOP)
    picture(page, album / f"sign-in-desktop-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_collector_and_legal(desk: Desk, album: Path, language: str) -> None:
    page, stop = take_next(desk, language)
    page.goto("/m#/today")
    settle(page)
    picture(page, album / f"collector-today-{language}.png")
    go_to(page, stop)
    picture(page, album / f"collector-visit-{language}.png")

    def keep(name: str) -> None:
        desk.pass_time(timedelta(minutes=11 if name == "set-out" else 2))
        if name != "set-out":
            picture(page, album / f"collector-{name}-{language}.png")

    make_the_visit(page, language, look=keep)
    page = desk.open(f"/legal#/cases/{stop['case_id']}", "legal-1", language=language, size=DESKTOP)
    entry = page.locator(".entry").filter(has_text=re.compile("到达|rrived")).last
    entry.locator("summary").click()
    entry.get_by_role("button").click()
    expect(entry.locator(".note")).to_be_visible()
    entry.evaluate("entry => scrollTo(0, entry.offsetTop - 260)")
    picture(page, album / f"legal-story-{language}.png")
    asked = {
        "reason": {"zh": "（2026）沪0101民初1234号 举证", "en": "Claim before the court, 2026/1234"}[language]
    }
    desk.tell("legal-1", f"/v1/cases/{stop['case_id']}/exports", asked)
    for part in ("photos", "readings", "bundles"):
        page.goto(f"/legal#/cases/{stop['case_id']}/{part}")
        settle(page)
        if part == "bundles":
            expect(page.locator(".hash")).to_be_visible(timeout=60_000)
        picture(page, album / f"legal-{part}-{language}.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"/legal#/cases/{stop['case_id']}")
    settle(page)
    picture(page, album / f"legal-story-phone-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phone_itself(desk: Desk, album: Path, language: str) -> None:
    page = enrolled(desk, "collector-2", language=language)
    page.context.set_offline(True)
    page.goto("/m#/safety")
    page.get_by_role("button", name=re.compile("^30 ")).click()
    expect(page.locator(".note-green")).to_be_visible()
    for screen in ("safety", "unsent", "settings"):
        page.goto(f"/m#/{screen}")
        settle(page)
        picture(page, album / f"collector-{screen}-{language}.png")
    page.get_by_role("button", name={"zh": "锁屏", "en": "Lock"}[language]).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    picture(page, album / f"collector-unlock-{language}.png")
    page = desk.open("/m", "collector-1", language=language, size=PHONE)
    picture(page, album / f"collector-enrol-{language}.png")
    page = desk.open("/dispatch#/devices", "dispatcher-1", language=language, size=DESKTOP)
    picture(page, album / f"dispatch-devices-{language}.png")
    forge(desk, "collector-4")
    page = desk.open("/dispatch#/turned-away", "dispatcher-1", language=language, size=DESKTOP)
    picture(page, album / f"dispatch-turned-away-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_at_the_door(desk: Desk, album: Path, language: str) -> None:
    page, stop = at_the_plan(desk, language)

    def keep(name: str) -> None:
        page.evaluate("scrollTo(0, 0)")
        picture(page, album / f"collector-{name}-{language}.png")

    sign_a_plan(desk, page, stop, language, look=keep)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dispatcher(desk: Desk, album: Path, language: str) -> None:
    desk.tell("dispatcher-1", "/v1/appointments", at_night(left_today(desk)[-1][1]["case_id"]))
    phone, _ = take_next(desk, language)
    phone.get_by_role("button", name=WORDS[language]["depart"], exact=True).click()
    desk.pass_time(timedelta(minutes=11))
    phone.get_by_role("button", name=WORDS[language]["arrive"], exact=True).click()
    expect(phone.get_by_role("button", name=WORDS[language]["shoot"], exact=True)).to_be_visible()
    page = desk.open("/dispatch", "dispatcher-1", language=language, size=DESKTOP)
    picture(page, album / f"dispatch-today-{language}.png")
    line = free_case(page)
    page.goto(f"/dispatch#/search/{line['case']['reference'][:6]}")
    settle(page)
    picture(page, album / f"dispatch-search-{language}.png")
    page.goto(f"/dispatch#/cases/{line['case']['id']}")
    settle(page)
    picture(page, album / f"dispatch-case-{language}.png")
    page.goto(f"/dispatch#/cases/{line['case']['id']}/book")
    settle(page)
    page.get_by_role("radio").nth(1).check()
    picture(page, album / f"dispatch-booking-{language}.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto("/dispatch#/today")
    settle(page)
    picture(page, album / f"dispatch-today-phone-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_administrator(desk: Desk, album: Path, language: str) -> None:
    page = desk.open("/admin", "admin", language=language, size=DESKTOP)
    if not desk.ask("admin", "/v1/service-accounts")["items"]:
        told = {"name": "核心系统 · core banking", "scopes": ["case:read", "import:apply", "payment:report"]}
        account = desk.tell("admin", "/v1/service-accounts", told).json()
        desk.tell("admin", f"/v1/service-accounts/{account['id']}/keys", {})
    for part in ("users", "teams", "duty", "rules", "log", "services"):
        page.goto(f"/admin#/{part}")
        settle(page)
        picture(page, album / f"admin-{part}-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_on_its_way_in(desk: Desk, album: Path, language: str) -> None:
    words = IMPORT_WORDS[language]
    page = desk.open("/dispatch", "dispatcher-1", language=language, size=DESKTOP)
    first, second, third = rows(3, mark="2026").splitlines(keepends=True)
    faulty = third.replace("2026-11-20", "05/11/2026") + first.replace(",上海,", ",,") + second
    source = {"zh": "示例银行", "en": "Example Bank"}[language]
    content = HEADER.replace("案件编号", "合约代码") + first + second + faulty
    begin(page, as_csv(content, "2026-11.csv"), words, source=source)
    expect(page.get_by_text(words["missing"])).to_be_visible()
    settle(page)
    picture(page, album / f"dispatch-import-columns-{language}.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    picture(page, album / f"dispatch-import-columns-phone-{language}.png")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.get_by_label(words["field-of"]).select_option("reference")
    expect(page.get_by_text(words["all-there"])).to_be_visible()
    button(page, words["check"]).click()
    expect(page.get_by_role("heading", name=words["errors"])).to_be_visible()
    settle(page)
    picture(page, album / f"dispatch-import-errors-{language}.png")


def at_night(case_id: str) -> dict[str, object]:
    """A booking that the rules refuse."""
    hours = {"window_from": "2026-11-26T22:00:00+08:00", "window_to": "2026-11-26T23:00:00+08:00"}
    return {"case_id": case_id, "purpose": "talk", "service_minutes": 30, **hours}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customer(desk: Desk, album: Path, language: str) -> None:
    page, words = opened(desk, language, PHONE), PORTAL_WORDS[language]
    picture(page, album / f"customer-visit-{language}.png")
    press(page, words["move"])
    page.get_by_role("radio").first.check()
    page.get_by_role("radio").first.scroll_into_view_if_needed()
    picture(page, album / f"customer-move-{language}.png")
    page.get_by_label(words["code"]).fill("123456")
    press(page, words["check"])
    page.get_by_role("alert").scroll_into_view_if_needed()
    picture(page, album / f"customer-door-{language}.png")
    press(page, words["dispute"])
    press(page, words["say"])
    page.get_by_text(words["proof"]).scroll_into_view_if_needed()
    picture(page, album / f"customer-proof-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_of_a_day(desk: Desk, album: Path, language: str) -> None:
    page = at_a_draft(desk, language, "desktop")
    for number in (1, 6):
        page.locator(".plan-visits .plan-visit").nth(number).focus()
        page.keyboard.press("Delete")
        settle(page)
    page.evaluate("() => scrollTo(0, document.getElementById('plan-board').offsetTop - 100)")
    picture(page, album / f"dispatch-plan-{language}.png")
