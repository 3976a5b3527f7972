"""Every screen of the collector's phone: accessible, small, in few taps, and its sums those of the server."""

import base64
import hashlib
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import expect

from tests.e2e.screens.desk import LANGUAGES, PHONE, Desk, check, check_large_type
from tests.e2e.screens.phone import enrolled, sent, unlocked
from tests.e2e.screens.test_collector import WORDS, left_today, take_next

PRECACHE_MOST = 150_000
SCREENS = ("today", "today/2026-11-26", "past", "unsent", "safety", "settings", "account")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_accessible_with_signal_and_without(desk: Desk, language: str) -> None:
    page = enrolled(desk, "collector-2", language=language)
    for screen in SCREENS:
        page.goto(f"/m#/{screen}")
        check(page)
        check_large_type(page)
    page.context.set_offline(True)
    page.goto("/m#/safety")
    page.get_by_role("button", name=re.compile("^30 ")).click()
    expect(page.get_by_role("button", name={"zh": "我平安", "en": "I am well"}[language])).to_be_visible()
    check(page)
    page.get_by_role("button", name={"zh": "立即求助", "en": "Call for help"}[language], exact=True).click()
    expect(page.locator(".note-amber")).to_be_visible()
    page.goto("/m#/unsent")
    expect(page.locator(".lines li")).not_to_have_count(0)
    check(page)
    page.get_by_role("button", name={"zh": "锁屏", "en": "Lock"}[language]).click()
    expect(page.get_by_label({"zh": "PIN 码", "en": "PIN"}[language], exact=True)).to_be_visible()
    check(page)
    page.reload()
    unlocked(page, language)
    page.goto("/m#/settings")
    page.get_by_role("button", name={"zh": "开始班次", "en": "Begin the shift"}[language]).click()
    page.get_by_role("button", name={"zh": "休息", "en": "Break"}[language], exact=True).click()
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_that_is_no_phone_shows_the_day_and_how_to_enrol(desk: Desk, language: str) -> None:
    username, _ = left_today(desk)[0]
    page = desk.open("/m", username, language=language, size=PHONE)

    expect(page.locator(".note-amber h2")).to_be_visible()
    expect(page.locator(".stop-line")).not_to_have_count(0)
    assert page.get_by_role("button", name=WORDS[language]["depart"], exact=True).count() == 0
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_inside_a_chat_program_the_way_into_a_browser_is_shown(desk: Desk, language: str) -> None:
    context = desk.context(language=language, size=PHONE)
    context.add_init_script(
        "Object.defineProperty(navigator, 'userAgent', {get: () => 'Android MicroMessenger/8.0'})"
    )
    page = desk.watch(context.new_page())
    page.goto("/m")

    expect(
        page.get_by_role("heading", name=re.compile("请用浏览器打开|Open this page in a browser"))
    ).to_be_visible()
    check(page)


def test_a_phone_with_too_little_room_is_not_enrolled(desk: Desk) -> None:
    context = desk.context(size=PHONE)
    context.add_init_script("navigator.storage.estimate = async () => ({quota: 200e6, usage: 0})")
    page = desk.watch(context.new_page())
    page.goto("/m#/enrol/a-code")

    expect(page.get_by_text("可用空间只有 200 MB")).to_be_visible()
    assert page.get_by_role("button", name="登记", exact=True).is_disabled()
    check(page)


def test_nobody_home_takes_four_taps(desk: Desk) -> None:
    page, stop = take_next(desk, "zh")
    page.goto("/m#/today")
    page.evaluate("() => { globalThis.taps = 0; addEventListener('click', () => taps++, true); }")
    for word in ("出发", "我到了", "拍摄", "无人在家"):
        page.get_by_role("button", name=word, exact=True).click()

    expect(page.get_by_role("heading", name="即将封存")).to_be_visible()
    assert page.evaluate("() => taps") == 4
    for button in page.locator(".reach .button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 56
        assert box["y"] > PHONE[1] / 2
    page.get_by_role("button", name=re.compile("^撤销")).click()
    expect(page.get_by_role("heading", name="见到谁")).to_be_visible()
    page.get_by_role("radio", name="没有见到人", exact=True).check()
    page.get_by_role("button", name="无人在家").click()
    # Nobody seals it: after its ten seconds it stands by itself.
    expect(page.locator(".toasts")).to_contain_text("拜访已完成", timeout=20_000)
    sent(page)
    (visit,) = desk.ask("dispatcher-1", "/v1/visits", case_id=stop["case_id"])["items"]
    assert visit["outcome"] == "NOBODY_HOME"


def test_the_door_s_code_without_signal_is_the_one_that_the_server_tells(desk: Desk) -> None:
    username, stop = left_today(desk)[0]
    desk.move_clock_to(datetime.fromisoformat(stop["planned_from"]) - timedelta(minutes=10))
    page = enrolled(desk, username)
    page.goto(f"/m#/visits/{stop['id']}")
    page.get_by_role("button", name="出发", exact=True).click()
    shown = page.locator(".door-code")
    expect(shown).to_have_text(re.compile(r"\d{3} \d{3}"))
    sent(page)
    told = desk.ask(username, f"/v1/appointments/{stop['id']}/door-code")

    assert shown.inner_text().replace(" ", "") == told["code"]


def test_what_is_unsent_can_be_taken_out_as_a_sealed_file(desk: Desk, tmp_path: Path) -> None:
    page = enrolled(desk, "collector-5")
    page.context.set_offline(True)
    page.goto("/m#/safety")
    page.get_by_role("button", name=re.compile("^15 ")).click()
    page.goto("/m#/unsent")
    page.get_by_text("导出加密文件").click()
    page.evaluate("() => { navigator.canShare = () => false; }")
    with page.expect_download() as fetching:
        page.get_by_role("button", name="导出", exact=True).click()
    fetching.value.save_as(tmp_path / "unsent.json")

    inside = opened_file(tmp_path / "unsent.json", page.locator(".once-secret").inner_text())
    told = [json.loads(from_base64url(one["bytes"])) for one in inside["commands"]]
    assert [one["type"] for one in told] == ["safety.check_in"]
    check(page)


def opened_file(path: Path, password: str) -> dict[str, list[dict[str, str]]]:
    """The file, opened as it says itself: PBKDF2-SHA-256 of the password, then AES-GCM with its nonce in front."""
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["format"] == "doorstep-unsent/1"
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), from_base64url(told["salt"]), told["iterations"])
    sealed = from_base64url(told["sealed"])
    return dict(json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], None)))


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_everything_that_the_phone_keeps_of_its_pages_is_small(built: Path) -> None:
    worker = (built / "sw.js").read_text(encoding="utf-8")
    listed = re.search(r"JSON\.parse\([`'\"](.*?\])[`'\"]\)", worker)
    assert listed is not None
    files = json.loads(listed[1].replace('\\"', '"'))
    size = 0
    for name in files:
        path = built / ("collector.html" if name == "/m" else name.removeprefix("/"))
        smallest = path.with_name(f"{path.name}.gz")
        size += (smallest if smallest.is_file() else path).stat().st_size

    assert len(files) > 20
    assert size <= PRECACHE_MOST, size


def test_the_page_opens_again_without_signal(desk: Desk) -> None:
    page = enrolled(desk, "collector-6")
    page.context.set_offline(True)
    page.reload()
    unlocked(page)

    expect(page.locator(".next, .empty")).to_be_visible()
    expect(page.locator(".sync")).to_contain_text("离线")
    assert page.locator(".thumb-ways a").count() == 4
