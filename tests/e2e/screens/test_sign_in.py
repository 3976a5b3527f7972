"""The way in, the frame around every app, and what it says when something is not as it should be."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from api.demo.people import SLUG
from api.walkthrough.server import OwnServer
from field_visits.identity.crowd import PuzzleRequiredError
from field_visits.identity.puzzles import Solution, expiry_of, mint
from tests.e2e.screens.conftest import PASSWORDS
from tests.e2e.screens.desk import LANGUAGES, PHONE, SIZES, Desk, check, settle

WORDS = {
    "zh": {
        "title": "登录",
        "solving": "几秒后",
        "go": "登录",
        "failed": "不匹配",
        "account": "我的账户",
        "out": "退出登录",
    },
    "en": {
        "title": "Sign in",
        "solving": "some seconds",
        "go": "Sign in",
        "failed": "do not belong together",
        "account": "My account",
        "out": "Sign out",
    },
}
APPS = {"/m": "collector-1", "/dispatch": "dispatcher-1", "/legal": "legal-1", "/admin": "admin"}


def fill(page: Page, username: str, password: str) -> None:
    for name, value in (("organization", SLUG), ("username", username), ("current-password", password)):
        page.locator(f"input[autocomplete={name}]").fill(value)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", APPS)
def test_the_door_of_every_app(desk: Desk, address: str, language: str, size: str) -> None:
    page = desk.open(address, language=language, size=SIZES[size])

    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[language]["title"])
    assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[language]
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("address", "username"), APPS.items())
def test_signing_in_and_out_by_keyboard_alone(desk: Desk, address: str, username: str, language: str) -> None:
    page = desk.open(address, language=language)
    words = WORDS[language]
    page.locator("input[autocomplete=organization]").focus()
    for value in (SLUG, username, PASSWORDS[username]):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    who = page.get_by_role("button", name=words["account"])
    expect(who).to_be_visible()
    settle(page)
    check(page)

    who.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(username)
    check(page)
    leave = page.get_by_role("button", name=words["out"])
    for _ in range(6):
        if leave.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(words["title"])
    page.reload()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(words["title"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_password_is_said_in_words(desk: Desk, language: str) -> None:
    page = desk.open("/m", language=language, size=PHONE)
    fill(page, "collector-1", "not the password")
    page.get_by_role("button", name=WORDS[language]["go"], exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text(WORDS[language]["failed"])
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_many_strangers_try_the_browser_solves_a_puzzle_and_gets_in(
    desk: Desk, server: OwnServer, language: str
) -> None:
    keys, now = server.house.keys.tokens, server.clock.now()
    asked = PuzzleRequiredError(mint(keys, 6, now))
    told = {name: value for name, value in asked.extra["puzzle"].items() if name != "expires_at"}
    sent: list[Any] = []
    solver: list[Route] = []

    def crowded(route: Route) -> None:
        sent.append(route.request.post_data_json)
        if len(sent) == 1:
            route.fulfill(status=429, json={"code": asked.code, "detail": asked.detail, "puzzle": told})
        else:
            route.continue_()

    def hold(route: Route) -> None:
        solver.append(route)

    page = desk.open("/dispatch", language=language, size=PHONE)
    page.route("**/v1/sign-in", crowded)
    page.route("**/assets/puzzle-*.js", hold)
    fill(page, "dispatcher-1", PASSWORDS["dispatcher-1"])
    page.get_by_role("button", name=WORDS[language]["go"], exact=True).click()
    expect(page.get_by_text(WORDS[language]["solving"])).to_be_visible()
    solver[0].continue_()

    expect(page.get_by_role("button", name=WORDS[language]["account"])).to_be_visible()
    solution = Solution(sent[1]["solution"]["puzzle"], tuple(sent[1]["solution"]["numbers"]))
    assert expiry_of(solution, keys, now) is not None


def test_a_page_that_is_loaded_again_stays_signed_in_without_a_token_in_any_storage(desk: Desk) -> None:
    page = desk.open("/dispatch")
    fill(page, "dispatcher-1", PASSWORDS["dispatcher-1"])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="我的账户")).to_be_visible()
    page.reload()

    expect(page.get_by_role("button", name="我的账户")).to_be_visible()
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie")
    assert ".a." not in kept
    assert ".r." not in kept


def test_signing_out_in_one_tab_signs_out_in_all(desk: Desk) -> None:
    first = desk.open("/dispatch", "dispatcher-1")
    second = desk.watch(first.context.new_page())
    second.goto("/dispatch")
    expect(second.get_by_role("button", name="我的账户")).to_be_visible()
    first.get_by_role("button", name="我的账户").click()
    first.get_by_role("button", name="退出登录").click()

    expect(second.get_by_role("heading", level=1)).to_have_text("登录")


def test_two_tabs_that_open_at_once_refresh_one_after_the_other(desk: Desk) -> None:
    context = desk.context()
    desk.sign_in(context, "dispatcher-1")
    pages = [desk.watch(context.new_page()) for _ in range(4)]
    for page in pages:
        page.goto("/dispatch", wait_until="commit")

    for page in pages:
        expect(page.get_by_role("button", name="我的账户")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_no_business_here_is_told_where_they_have(desk: Desk, language: str) -> None:
    page = desk.open("/legal", "collector-1", language=language, size=PHONE)

    expect(page.get_by_role("link", name={"zh": "外访", "en": "Visits"}[language])).to_have_attribute(
        "href", "/m"
    )
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_network_the_page_says_so(desk: Desk, language: str) -> None:
    page = desk.open("/dispatch", language=language)
    fill(page, "dispatcher-1", PASSWORDS["dispatcher-1"])
    page.context.set_offline(offline=True)
    page.get_by_role("button", name=WORDS[language]["go"], exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text({"zh": "网络不通", "en": "No network"}[language])
    check(page)
    page.context.set_offline(offline=False)
    page.get_by_role("button", name=WORDS[language]["go"], exact=True).click()
    expect(page.get_by_role("button", name=WORDS[language]["account"])).to_be_visible()


def test_a_page_of_an_older_build_asks_kindly_to_be_loaded_again(desk: Desk) -> None:
    page = desk.open("/dispatch")
    page.route("**/build.json", lambda route: route.fulfill(body=json.dumps({"build": "newer"})))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_text("已有新版本")).to_be_visible()
    check(page)


@pytest.mark.parametrize("address", APPS)
def test_without_scripts_the_page_says_what_it_needs(desk: Desk, address: str) -> None:
    page = desk.context(scripts=False).new_page()
    page.goto(address)

    shown = page.locator("body").inner_text()
    assert "请开启 JavaScript" in shown
    assert "Please turn JavaScript on" in shown


@pytest.mark.parametrize("size", SIZES)
def test_the_start_page_leads_to_the_three(desk: Desk, size: str) -> None:
    page = desk.open("/", size=SIZES[size])

    ways = page.get_by_role("navigation").get_by_role("link")
    assert [way.get_attribute("href") for way in ways.all()] == ["/m", "/dispatch", "/legal"]
    check(page)


def test_the_screens_are_small(built: Path) -> None:
    """The first program of each app, as a browser fetches it: compressed with gzip."""
    limits = {"portal": 30_000, "collector": 30_000, "dispatch": 60_000, "legal": 60_000, "admin": 60_000}
    sizes = {}
    for name in limits:
        page = (built / f"{name}.html").read_text(encoding="utf-8")
        programs = {part.split('"')[0] for part in page.split('"/') if part.split('"')[0].endswith(".js")}
        sizes[name] = sum((built / f"{program}.gz").stat().st_size for program in programs)

    assert {name: size for name, size in sizes.items() if size > limits[name]} == {}
    assert min(sizes.values()) > 10_000


def test_the_customer_s_page_is_light_as_a_whole(built: Path) -> None:
    """Page, programs, styles and icon as an old phone fetches them: compressed with gzip. Portraits come later."""
    page = (built / "portal.html").read_text(encoding="utf-8")
    parts = {part.split('"')[0] for part in page.split('"/')[1:]}

    assert {part for part in parts if part.endswith(".css")}
    assert sum((built / f"{name}.gz").stat().st_size for name in {"portal.html", *parts}) <= 30_000
