"""The steps after a password, the links that are handed over, and one's own account."""

import re
import secrets
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.demo.people import SLUG
from api.identity.links import first_administrator_link
from api.walkthrough.server import own_server
from field_visits.identity.founding import issue_links
from tests.e2e.screens.conftest import MORNING
from tests.e2e.screens.desk import DESKTOP, LANGUAGES, PHONE, SIZES, Desk, check, settle

GIVEN, OWN = "given by somebody else", "known to nobody but me"
WORDS = {
    "zh": {
        "go": "登录",
        "on": "继续",
        "account": "我的账户",
        "own": "设置您自己的密码",
        "weak": "太容易猜到",
        "alike": "两次输入的不一样",
        "code": "输入验证码",
        "wrong": "验证码不对",
        "lost": "手机不在身边",
        "over": "已经失效",
        "part": "链接不完整",
        "set": "密码已设置",
        "begin": "设置验证器",
        "confirm": "确认",
        "kept": "已保存好",
        "on-now": "验证器已启用",
    },
    "en": {
        "go": "Sign in",
        "on": "Continue",
        "account": "My account",
        "own": "Choose your own password",
        "weak": "too easy to guess",
        "alike": "are not alike",
        "code": "Enter your code",
        "wrong": "Not the present code",
        "lost": "No phone?",
        "over": "is over",
        "part": "not whole",
        "set": "Your password is set",
        "begin": "Set up a code generator",
        "confirm": "Confirm",
        "kept": "I kept them",
        "on-now": "The code generator is on",
    },
}


def somebody(desk: Desk, roles: list[str], name: str = "新同事") -> dict[str, Any]:
    """A person whom the administrator has just created."""
    told = {"username": f"u{secrets.token_hex(5)}", "name": name, "roles": roles, "password": GIVEN}
    answer = desk.tell("admin", "/v1/users", told)
    assert answer.status == 201, answer.text()
    created: dict[str, Any] = answer.json()
    return created


def sign_in(page: Page, username: str, password: str, language: str) -> None:
    for name, value in (("organization", SLUG), ("username", username), ("current-password", password)):
        page.locator(f"input[autocomplete={name}]").fill(value)
    page.get_by_role("button", name=WORDS[language]["go"], exact=True).click()


def choose(page: Page, password: str, again: str, language: str) -> None:
    fields = page.locator("input[autocomplete=new-password]")
    fields.first.fill(password)
    fields.last.fill(again)
    page.get_by_role("button", name=WORDS[language]["on"], exact=True).click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_new_chooses_a_password_of_their_own_and_is_in(desk: Desk, language: str) -> None:
    words = WORDS[language]
    person = somebody(desk, ["collector"], name="𠮷田 䶮 عمر")
    page = desk.open("/m", language=language, size=PHONE)
    sign_in(page, person["username"], GIVEN, language)
    expect(page.get_by_role("heading", level=1)).to_have_text(words["own"])
    check(page)

    choose(page, OWN, OWN + "!", language)
    expect(page.get_by_text(words["alike"])).to_be_visible()
    choose(page, GIVEN, GIVEN, language)
    expect(page.get_by_role("alert")).to_contain_text(words["weak"])
    check(page)
    choose(page, OWN, OWN, language)
    expect(page.get_by_role("button", name=words["account"])).to_be_visible()
    device = page.evaluate("Object.values(JSON.parse(localStorage.getItem('doorstep.devices')))")
    assert len(device) == 1

    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.post_data or "") if "sign-in" in request.url else None
    )
    page.get_by_role("button", name=words["account"]).click()
    page.get_by_role("button", name={"zh": "退出登录", "en": "Sign out"}[language]).click()
    sign_in(page, person["username"], OWN, language)
    expect(page.get_by_role("button", name=words["account"])).to_be_visible()
    assert device[0] in asked[-1]


def test_a_step_that_is_over_says_so_and_leads_back(desk: Desk) -> None:
    person = somebody(desk, ["collector"])
    page = desk.open("/m", language="en", size=PHONE)
    sign_in(page, person["username"], GIVEN, "en")
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["en"]["own"])
    desk.tell("admin", f"/v1/users/{person['id']}/reset-password", {})

    choose(page, OWN, OWN, "en")
    expect(page.get_by_role("alert")).to_contain_text(WORDS["en"]["over"])
    check(page)
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_factor_is_set_up_asked_for_and_replaced_by_a_recovery_code(
    desk: Desk, language: str
) -> None:
    words = WORDS[language]
    person = somebody(desk, ["dispatcher"])
    page = desk.open("/dispatch", language=language, size=DESKTOP)
    sign_in(page, person["username"], GIVEN, language)
    choose(page, OWN, OWN, language)
    page.get_by_role("button", name=words["account"]).click()
    page.get_by_role("link", name=re.compile("密码与安全|Password and security")).click()
    settle(page)
    check(page)

    factor = page.locator("section", has=page.get_by_role("button", name=words["begin"]))
    factor.locator("input[autocomplete=current-password]").fill(OWN)
    factor.get_by_role("button", name=words["begin"]).click()
    secret = page.locator("section code").inner_text().replace(" ", "")
    check(page)
    page.locator("input[autocomplete=one-time-code]").fill(desk.code_of(secret))
    page.get_by_role("button", name=words["confirm"], exact=True).click()
    recovery = page.locator(".codes li").first.inner_text()
    check(page)
    page.get_by_role("button", name=words["kept"]).click()
    expect(page.get_by_text(words["on-now"])).to_be_visible()

    again = desk.open("/dispatch", language=language, size=PHONE)
    sign_in(again, person["username"], OWN, language)
    expect(again.get_by_role("heading", level=1)).to_have_text(words["code"])
    check(again)
    again.locator("input[autocomplete=one-time-code]").fill("000000")
    again.get_by_role("button", name=words["on"], exact=True).click()
    expect(again.get_by_role("alert")).to_contain_text(words["wrong"])
    again.get_by_role("button", name=re.compile(words["lost"])).click()
    again.locator("input[autocomplete=one-time-code]").fill(recovery)
    again.get_by_role("button", name=words["on"], exact=True).click()
    expect(again.get_by_role("button", name=words["account"])).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_for_a_new_password_is_good_once(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    person = somebody(desk, ["legal"])
    link = desk.tell("admin", f"/v1/users/{person['id']}/reset-password", {}).json()["link"]
    page = desk.open(link, language=language, size=SIZES[size])
    check(page)
    choose(page, OWN, OWN, language)

    expect(page.get_by_role("heading", level=1)).to_have_text(words["set"])
    check(page)
    assert page.evaluate("location.hash") == ""
    page.get_by_role("link", name={"zh": "法务", "en": "Legal"}[language]).click()
    expect(page.get_by_role("button", name=words["account"])).to_be_visible()

    spent = desk.open(link, language=language, size=SIZES[size])
    choose(spent, OWN + "2", OWN + "2", language)
    expect(spent.get_by_role("alert")).to_contain_text(words["over"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_a_link_says_what_is_missing(desk: Desk, language: str) -> None:
    page = desk.open("/new-password", language=language, size=PHONE)

    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["part"])
    check(page)


def test_ending_a_session_elsewhere_signs_it_out(desk: Desk) -> None:
    person = somebody(desk, ["dispatcher"])
    first = desk.open("/dispatch", language="en")
    sign_in(first, person["username"], GIVEN, "en")
    choose(first, OWN, OWN, "en")
    expect(first.get_by_role("button", name="My account")).to_be_visible()
    second = desk.open("/dispatch", language="en")
    sign_in(second, person["username"], OWN, "en")
    expect(second.get_by_role("button", name="My account")).to_be_visible()
    second.goto("/dispatch#/account")
    settle(second)
    second.get_by_role("button", name="End all others").click()
    expect(second.get_by_text("this device")).to_be_visible()
    expect(second.get_by_role("button", name=re.compile("^End:"))).to_have_count(0)

    first.reload()
    expect(first.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_first_administrator_founds_the_house_by_the_link_of_an_empty_installation(
    built: object, browser: Browser
) -> None:
    del built
    with own_server(MORNING) as server:
        house = server.house
        (link,) = issue_links(house.database, house.clock, keys=house.keys.tokens)
        desk = Desk(server, browser, {})
        page = desk.open(first_administrator_link(server.url, link.code, link.organisation), size=PHONE)
        check(page)
        page.get_by_label("机构名称").fill("安和催收")
        page.get_by_label("简称").fill("anhe")
        page.get_by_label("姓名").fill("顾安然")
        page.get_by_label("用户名").fill("gu")
        for field in page.locator("input[autocomplete=new-password]").all():
            field.fill(OWN)
        page.get_by_role("button", name="建立账户").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("账户已建立")
        check(page)
        page.get_by_role("link", name="登录").click()
        page.locator("input[autocomplete=username]").fill("gu")
        page.locator("input[autocomplete=current-password]").fill(OWN)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("button", name="我的账户")).to_be_visible()
        desk.close()
