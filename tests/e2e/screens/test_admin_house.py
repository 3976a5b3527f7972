"""The administrator's screens of what the house runs on: rules in force, the log, programs."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle
from tests.e2e.screens.test_admin import button

WORDS = {
    "zh": {
        "own": "本机构设定：",
        "phone": "公布的核实电话",
        "phone-rule": "请填写可以拨打的号码",
        "refuse": "拒绝",
        "night": "当地时间 22:00-08:00 不得联系",
        "on time": "及时",
        "late": "延迟",
        "take": "下载最新检查点",
        "none": "外部没有人持有",
        "create": "新增程序",
        "name": "名称",
        "save": "保存",
        "needed": "请至少选择一项",
        "scope": "查看案件",
        "issue": "新建密钥：{}",
        "key": "新密钥",
        "revoke": "吊销",
        "revoked": "已吊销",
        "close": "停用：{}",
        "closed": "已停用",
    },
    "en": {
        "own": "Set by this house:",
        "phone": "Published number",
        "phone-rule": "A number that can be dialled",
        "refuse": "Refused",
        "night": "blocked 22:00-08:00 local time",
        "on time": "Keeps up",
        "late": "Late",
        "take": "Take the newest checkpoint",
        "none": "Nobody that this house knows of",
        "create": "Add a program",
        "name": "Name",
        "save": "Save",
        "needed": "Choose at least one",
        "scope": "See cases",
        "issue": "New key: {}",
        "key": "New key",
        "revoke": "Revoke",
        "revoked": "revoked",
        "close": "Close: {}",
        "closed": "Closed",
    },
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_are_shown_with_their_sources_and_what_the_house_set(
    desk: Desk, language: str, size: str
) -> None:
    page = desk.open("/admin#/rules", "admin", language=language, size=SIZES[size])
    words = WORDS[language]

    night = page.locator("tbody tr").filter(has_text="CN-HOUR-1")
    expect(night).to_contain_text(words["night"])
    expect(night).to_contain_text("中国银行业协会")
    expect(night).to_contain_text(words["refuse"])
    # The demo's notice is shorter than the house's default, by a recorded setting.
    expect(page.locator("tbody tr").filter(has_text="CN-NOTICE-1")).to_contain_text(words["own"])
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_log_says_whether_it_keeps_up_and_who_outside_could_notice(
    desk: Desk, language: str, size: str
) -> None:
    page = desk.open("/admin#/log", "admin", language=language, size=SIZES[size])
    words = WORDS[language]

    expect(page.locator(".chip").filter(has_text=words["on time"])).to_be_visible()
    expect(page.get_by_text(words["none"])).to_be_visible()
    keys = desk.ask("admin", "/v1/log/keys")
    expect(page.get_by_text(keys["log"][0]["fingerprint"])).to_be_visible()
    with page.expect_download() as download:
        button(page, words["take"]).click()
    note = download.value.path().read_text(encoding="utf-8")
    assert note.startswith(f"{keys['origin']}\n")
    check(page)


def test_a_log_that_is_late_says_so_and_what_to_do(desk: Desk) -> None:
    page = desk.watch(desk.context(language="en").new_page())
    desk.sign_in(page.context, "admin")
    late = {"pending": 7, "oldest": "2026-11-25T00:40:00Z", "seconds": 42, "is_late": True}
    page.route("**/v1/log/lag", lambda route: route.fulfill(json=late))
    page.goto("/admin#/log")
    settle(page)

    expect(page.locator(".chip").filter(has_text=WORDS["en"]["late"])).to_be_visible()
    expect(page.get_by_text("see that the sequencer runs")).to_be_visible()
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_gets_a_key_once_and_loses_it(desk: Desk, language: str, size: str) -> None:
    page = desk.open("/admin#/services", "admin", language=language, size=SIZES[size])
    words = WORDS[language]
    name = f"{secrets.token_hex(3)} كشف الحساب 𠮷"
    button(page, words["create"]).click()
    page.get_by_label(words["name"]).fill(name)
    button(page, words["save"]).click()
    expect(page.get_by_text(words["needed"])).to_be_visible()
    check(page)
    page.get_by_label("case:read").check()
    button(page, words["save"]).click()
    card = page.locator("section.card").filter(has_text=name)
    expect(card).to_contain_text(words["scope"])

    button(page, words["issue"].format(name)).click()
    secret = card.locator(".once-secret")
    expect(secret).to_be_visible()
    key = secret.inner_text()
    check(page)
    token = {"Authorization": f"Bearer {key}"}
    asked = page.context.request
    assert asked.get("/v1/cases?limit=1", headers=token).status == 200
    assert asked.get("/v1/users?limit=1", headers=token).status == 403

    card.get_by_role("button", name=words["revoke"]).click()
    page.get_by_role("dialog").get_by_role("button", name=words["revoke"], exact=True).click()
    expect(card).to_contain_text(words["revoked"])
    assert asked.get("/v1/cases?limit=1", headers=token).status == 401

    button(page, words["close"].format(name)).click()
    page.get_by_role("dialog").get_by_role("button").filter(
        has_text=words["close"].partition(": ")[0].partition("：")[0]
    ).click()
    expect(card.locator(".chip")).to_contain_text(words["closed"])
    check(page)


@pytest.mark.parametrize("part", ["rules", "log", "services"])
def test_who_is_no_administrator_is_told_where_they_have_business(desk: Desk, part: str) -> None:
    page = desk.open(f"/admin#/{part}", "collector-1", language="en")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("table, .once, .facts")).to_have_count(0)
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_that_customers_check_a_visit_by_is_set(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    page = desk.open("/admin#/organisation", "admin", language=language, size=SIZES[size])
    before = desk.ask("admin", "/v1/organisation")
    field = page.get_by_label(words["phone"])
    expect(field).to_have_value(before["public_phone"])
    check(page)

    field.fill("ask at the desk")
    button(page, words["save"]).click()
    expect(page.get_by_text(words["phone-rule"])).to_be_visible()
    check(page)
    number = f"021-5555-01{secrets.randbelow(100):02d}"
    field.fill(number)
    field.press("Enter")
    settle(page)
    assert desk.ask("admin", "/v1/organisation")["public_phone"] == number
    expect(field).to_have_value(number)


def test_two_administrators_at_one_number_do_not_overwrite_each_other(desk: Desk) -> None:
    words = WORDS["zh"]
    page = desk.open("/admin#/organisation", "admin")
    standing = desk.ask("admin", "/v1/organisation")
    desk.change("admin", "/v1/organisation", {"public_phone": "021-5555-0900"}, standing["version"])

    page.get_by_label(words["phone"]).fill("021-5555-0901")
    button(page, words["save"]).click()

    expect(page.get_by_role("alert")).to_contain_text("有人刚刚改过")
    assert desk.ask("admin", "/v1/organisation")["public_phone"] == "021-5555-0900"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_to_pay_and_whether_addresses_may_leave_the_house_is_set(desk: Desk, language: str) -> None:
    told = {
        "zh": ("收款方", "付款链接", "允许把客户地址", "要一起填写"),
        "en": ("Paid to", "Payment link", "may be told to a map provider", "Give both"),
    }[language]
    page = desk.open("/admin#/organisation", "admin", language=language)
    page.get_by_label(told[0]).fill("示例银行")
    page.get_by_label(told[1]).fill("pay.example.com")
    button(page, WORDS[language]["save"]).click()
    expect(page.get_by_text(told[3])).to_be_visible()
    check(page)

    url = f"https://pay.example.com/{secrets.token_hex(4)}"
    page.get_by_label(told[1]).fill(url)
    page.get_by_role("checkbox", name=re.compile(told[2])).set_checked(language == "zh")
    button(page, WORDS[language]["save"]).click()
    settle(page)

    after = desk.ask("admin", "/v1/organisation")
    assert (after["pay_to"], after["pay_url"], after["may_geocode"]) == ("示例银行", url, language == "zh")
