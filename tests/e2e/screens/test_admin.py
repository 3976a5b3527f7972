"""The administrator's screens: who works here and how they come in."""

import re
import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.demo.portraits import drawn
from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle

WHO = "admin"
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "users": "人员",
        "find": "姓名、用户名或工号",
        "search": "查找",
        "name": "姓名",
        "username": "用户名",
        "badge": "工号",
        "collector": "外访员",
        "legal": "法务",
        "add": "新增",
        "once": "只显示这一次",
        "copy": "复制",
        "copied": "已复制",
        "save": "保存",
        "saved": "已保存",
        "theirs": "现在的记录",
        "mine": "您填写的",
        "choice": "按选择保存",
        "choose": "请选择其中一个",
        "reset": "重设密码",
        "reset-go": "重设",
        "disable": "停用此人",
        "disable-go": "停用",
        "disabled": "已停用",
        "state": "状态",
        "everybody": "全部状态",
        "end": "^结束 .+ 的登录$",
        "no-right": "这里不属于您的岗位",
    },
    "en": {
        "users": "People",
        "find": "Name, user name or badge",
        "search": "Find",
        "name": "Name",
        "username": "User name",
        "badge": "Badge",
        "collector": "collector",
        "legal": "legal",
        "add": "Add",
        "once": "Shown this once",
        "copy": "Copy",
        "copied": "Copied",
        "save": "Save",
        "saved": "Saved",
        "theirs": "On record now",
        "mine": "Yours",
        "choice": "Save this choice",
        "choose": "Choose one of the two",
        "reset": "Reset password",
        "reset-go": "Reset",
        "disable": "Disable",
        "disable-go": "Disable for good",
        "disabled": "Disabled",
        "state": "State",
        "everybody": "Every state",
        "end": "^End the session on ",
        "no-right": "This is not part of your work",
    },
}
# Each language and each size once, where a whole way is gone; every page stands in all four somewhere below.
CROSSED = [("zh", "phone"), ("en", "desktop")]
# Rare characters beyond the first plane, and a name that runs from right to left.
NAMES = {"zh": "𠮷䶮", "en": "עומר כהן"}


def hire(desk: Desk, *, name: str = "周予安") -> dict[str, Any]:
    """A collector of the test's own."""
    told = {
        "username": f"test.{secrets.token_hex(4)}",
        "name": name,
        "badge": "MJ-900",
        "roles": ["collector"],
        "password": secrets.token_hex(10),
    }
    answer = desk.tell(WHO, "/v1/users", told)
    assert answer.status == 201, answer.text()
    return {**answer.json(), "password": told["password"]}


@pytest.fixture
def newcomer(desk: Desk) -> dict[str, Any]:
    return hire(desk)


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_listed_searched_and_shown(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    page = desk.open("/admin", WHO, language=language, size=SIZES[size])
    rows = page.get_by_role("table").locator("tbody tr")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["users"])
    expect(rows.filter(has_text="MJ-101")).to_have_count(1)
    check(page)
    page.get_by_label(words["find"]).fill("龘龘龘")
    button(page, words["search"]).click()
    expect(page.locator(".empty")).to_be_visible()
    check(page)
    page.get_by_label(words["find"]).fill("mj-02")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("方正言")
    check(page)
    page.goto("/admin#/users/new")
    check(page)


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_a_person_is_added_with_a_password_shown_once(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    username = f"new.{secrets.token_hex(4)}"
    page = desk.open("/admin#/users/new", WHO, language=language, size=SIZES[size])
    page.get_by_label(words["username"], exact=True).fill("!")
    button(page, words["add"]).click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(
        1
    )  # the name; the user name's fault is the API's
    page.get_by_label(words["name"], exact=True).fill(NAMES[language])
    page.get_by_role("checkbox", name=words["collector"]).check()
    button(page, words["add"]).click()
    expect(page.locator(".field-error")).to_have_count(1)
    check(page)
    page.get_by_label(words["username"], exact=True).fill(username)
    button(page, words["add"]).click()

    expect(page.get_by_text(words["once"])).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAMES[language])
    check(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(page, words["copy"]).click()
    expect(button(page, words["copied"])).to_be_visible()
    password = page.evaluate("navigator.clipboard.readText()")
    told = {"organisation": "demo", "username": username, "password": password}
    answer = page.context.request.post("/v1/sign-in", data=told)
    # It is good for choosing one's own, and for nothing else.
    assert (answer.status, answer.json()["code"]) == (401, "password-change-required")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_that_is_taken_is_said_beside_it(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/admin#/users/new", WHO, language=language)
    page.get_by_label(words["username"], exact=True).fill("collector-1")
    page.get_by_label(words["name"], exact=True).fill("李四")
    page.get_by_role("checkbox", name=words["legal"]).check()
    button(page, words["add"]).click()

    expect(page.locator(".field-error")).to_have_count(1)
    expect(page.locator(".error-box")).to_have_count(0)


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_two_administrators_at_one_person_choose_between_both_versions(
    desk: Desk, newcomer: dict[str, Any], language: str, size: str
) -> None:
    words = WORDS[language]
    page = desk.open(f"/admin#/users/{newcomer['id']}", WHO, language=language, size=SIZES[size])
    desk.change(
        WHO, f"/v1/users/{newcomer['id']}", {"name": "李慕白", "badge": "MJ-901"}, newcomer["version"]
    )
    page.get_by_label(words["name"], exact=True).fill(NAMES[language])
    page.get_by_role("checkbox", name=words["legal"]).check()
    button(page, words["save"]).click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("李慕白")
    expect(dialog).to_contain_text(NAMES[language])
    check(page)
    button(page, words["choice"]).click()  # of the name nobody knows yet whose is to stay
    expect(dialog).to_contain_text(words["choose"])
    dialog.get_by_role("group", name=words["name"], exact=True).get_by_role(
        "radio", name=words["mine"]
    ).check()
    button(page, words["choice"]).click()

    expect(page.get_by_role("status").filter(has_text=words["saved"])).to_be_visible()
    expect(dialog).to_have_count(0)
    now = desk.ask(WHO, f"/v1/users/{newcomer['id']}")
    assert (now["name"], now["badge"]) == (NAMES[language], "MJ-901")
    assert now["roles"] == ["collector", "legal"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_password_is_reset_by_a_link_shown_once(
    desk: Desk, newcomer: dict[str, Any], language: str
) -> None:
    words = WORDS[language]
    page = desk.open(f"/admin#/users/{newcomer['id']}", WHO, language=language)
    button(page, words["reset"]).click()
    button(page, words["reset-go"]).click()

    expect(page.get_by_text(words["once"])).to_be_visible()
    assert re.fullmatch(r"https?://.+/new-password#.+", page.locator(".once-secret").inner_text())
    check(page)
    page.reload()
    settle(page)
    expect(page.get_by_text(words["once"])).to_have_count(0)


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_a_session_is_ended_and_a_person_disabled(
    desk: Desk, newcomer: dict[str, Any], language: str, size: str
) -> None:
    words = WORDS[language]
    access = desk.first_session(newcomer["username"], newcomer["password"])
    page = desk.open(f"/admin#/users/{newcomer['id']}", WHO, language=language, size=SIZES[size])
    end = page.get_by_role("button", name=re.compile(words["end"]))
    end.click()
    expect(end).to_have_count(0)
    me = page.context.request.get("/v1/me", headers={"Authorization": f"Bearer {access}"})
    assert me.status == 401

    button(page, words["disable"]).click()
    button(page, words["disable-go"]).click()
    expect(page.locator(".page-head")).to_contain_text(words["disabled"])
    expect(button(page, words["save"])).to_have_count(0)
    check(page)
    page.goto("/admin#/users")
    page.get_by_label(words["find"]).fill(newcomer["username"])
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_be_visible()
    page.get_by_label(words["state"]).select_option(label=words["everybody"])
    expect(page.get_by_role("table")).to_contain_text(words["disabled"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_loses_the_role_meanwhile_is_told_where_they_may_go(
    desk: Desk, newcomer: dict[str, Any], language: str
) -> None:
    url = f"/v1/users/{newcomer['id']}"
    desk.change(WHO, url, {"roles": ["admin"]}, newcomer["version"])
    context = desk.context(language=language)
    desk.first_session(newcomer["username"], newcomer["password"], keep_in=context)
    page = desk.watch(context.new_page())
    page.goto(f"/admin#/users/{newcomer['id']}")
    settle(page)
    desk.change(WHO, url, {"roles": ["legal"]}, desk.ask(WHO, url)["version"])
    page.get_by_label(WORDS[language]["badge"], exact=True).fill("MJ-902")
    button(page, WORDS[language]["save"]).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[language]["no-right"])
    expect(page.get_by_role("link", name={"zh": "法务", "en": "Legal"}[language])).to_be_visible()
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_administrator_stays_one(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/admin", WHO, language=language)
    page.get_by_label(words["find"]).fill("MJ-001")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="顾安然").click()
    settle(page)
    page.locator("input[value=legal]").check()
    page.locator("input[value=admin]").uncheck()
    button(page, words["save"]).click()

    expect(page.get_by_role("alert")).to_contain_text(
        {"zh": "最后一位", "en": "last administrator"}[language]
    )
    check(page)


PORTRAIT_WORDS = {
    "zh": {
        "take": "选择照片",
        "replace": "更换照片",
        "remove": "删除照片",
        "go": "删除",
        "none": "还没有照片",
    },
    "en": {
        "take": "Choose a picture",
        "replace": "Choose another picture",
        "remove": "Remove portrait",
        "go": "Remove",
        "none": "There is none yet",
    },
}


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_a_portrait_is_taken_in_and_removed(
    desk: Desk, newcomer: dict[str, Any], language: str, size: str
) -> None:
    words = PORTRAIT_WORDS[language]
    page = desk.open(f"/admin#/users/{newcomer['id']}", WHO, language=language, size=SIZES[size])
    card = page.locator("section", has=page.locator("#portrait"))
    expect(card).to_contain_text(words["none"])
    card.get_by_label(words["take"]).set_input_files(
        {"name": "words.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    expect(card.get_by_role("alert")).to_be_visible()
    card.get_by_label(words["take"]).set_input_files(
        {"name": "face.png", "mimeType": "image/png", "buffer": drawn(3)}
    )
    expect(card.get_by_role("img")).to_be_visible()
    check(page)
    button(page, words["remove"]).click()
    button(page, words["go"]).click()
    expect(card).to_contain_text(words["none"])
    expect(card.get_by_text(words["take"])).to_be_visible()
    check(page)
