"""Phones of the house: enrolled by a code on the office's screen, told of, and taken out of service."""

import re
import secrets
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.screens.desk import DESKTOP, LANGUAGES, PHONE, SIZES, Desk, check, settle
from tests.e2e.screens.phone import PIN, enrolled, sent
from tests.e2e.screens.phone import WORDS as PHONE_WORDS

WHO = "collector-6"
NAME = "蒋心远"
WORDS = {
    "zh": {
        "enrol": "登记手机",
        "whose": "为谁登记",
        "make": "生成二维码",
        "qr": "登记二维码",
        "revoke": "停用",
        "why": "停用原因",
        "gone": "此手机已停用",
        "pin": "重置 PIN 码",
    },
    "en": {
        "enrol": "Enrol a phone",
        "whose": "For whom",
        "make": "Make the code",
        "qr": "The code to scan",
        "revoke": "Revoke",
        "why": "Why it is revoked",
        "gone": "This phone is out of service",
        "pin": "Reset the PIN",
    },
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_made_and_scanned_and_the_phone_is_told_of(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch#/devices", "dispatcher-1", language=language, size=SIZES[size])
    page.get_by_role("button", name=words["enrol"], exact=True).click()
    page.get_by_label(words["whose"]).select_option(label=NAME)
    page.get_by_role("button", name=words["make"], exact=True).click()
    expect(page.get_by_role("img", name=words["qr"])).to_be_visible()
    check(page)

    context = desk.context(language=language, size=PHONE)
    desk.sign_in(context, WHO)
    phone = desk.watch(context.new_page())
    phone.goto(page.locator("code").inner_text())
    settle(phone)
    check(phone)
    called = f"phone {secrets.token_hex(4)}"
    expect(phone.get_by_label(PHONE_WORDS[language]["name"])).to_have_value(re.compile("Chrome"))
    phone.get_by_label(PHONE_WORDS[language]["name"]).fill(called)
    phone.get_by_role("button", name=PHONE_WORDS[language]["enrol"], exact=True).click()
    phone.get_by_label(PHONE_WORDS[language]["pin"], exact=True).fill("111111")
    phone.get_by_role("button", name=PHONE_WORDS[language]["done"], exact=True).click()
    expect(phone.locator(".field-error").first).to_be_visible()
    check(phone)
    phone.get_by_label(PHONE_WORDS[language]["pin"], exact=True).fill(PIN)
    phone.get_by_label(PHONE_WORDS[language]["again"], exact=True).fill(PIN)
    phone.get_by_role("button", name=PHONE_WORDS[language]["done"], exact=True).click()
    expect(phone.locator(".thumb-ways")).to_be_visible()
    sent(phone, language)

    page.keyboard.press("Escape")
    settle(page)
    expect(page.get_by_role("row").filter(has_text=NAME).filter(has_text=called)).to_be_visible()
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_revoked_phone_forgets_everything_at_its_next_call(desk: Desk, language: str) -> None:
    words = WORDS[language]
    called = f"the lost one {language}"
    phone = enrolled(desk, WHO, language=language, name=called)
    page = desk.open("/admin#/devices", "admin", language=language, size=DESKTOP)
    row = page.get_by_role("row").filter(has_text=called)
    row.get_by_role("button", name=re.compile(words["revoke"])).click()
    page.get_by_label(words["why"]).fill("手机遗失")
    page.get_by_role("dialog").get_by_role("button", name=words["revoke"], exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    phone.reload()
    phone.get_by_label(PHONE_WORDS[language]["pin"], exact=True).fill(PIN)
    phone.get_by_role("button", name=PHONE_WORDS[language]["unlock"], exact=True).click()
    expect(phone.get_by_role("heading", name=words["gone"])).to_be_visible(timeout=20_000)
    check(phone)
    left = phone.evaluate("async () => (await indexedDB.databases()).map(each => each.name)")
    assert left == []
    assert phone.evaluate("() => localStorage.getItem('doorstep.phones')") == "[]"
    assert phone.evaluate("async () => (await caches.keys()).length") == 0
    page.reload()
    expect(row).to_contain_text({"zh": "内容已全部清除", "en": "has forgotten everything"}[language])
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forgotten_pin_is_reset_by_the_office_and_nothing_unsent_is_lost(desk: Desk, language: str) -> None:
    words = PHONE_WORDS[language]
    called = f"the forgotten one {language}"
    phone = enrolled(desk, "collector-5", language=language, name=called)
    phone.context.set_offline(True)
    phone.goto("/m#/safety")
    phone.get_by_role("button", name=re.compile("^15 ")).click()
    expect(phone.locator(".sync")).to_contain_text("1")
    phone.reload()
    for wrong in range(5):
        phone.get_by_label(words["pin"], exact=True).fill(f"98765{wrong}")
        phone.get_by_role("button", name=words["unlock"], exact=True).click()
        settle(phone)
    expect(phone.locator(".field-error")).to_contain_text({"zh": "稍等", "en": "Wait a little"}[language])
    check(phone)
    phone.context.set_offline(False)
    desk.pass_time(timedelta(minutes=1))
    page = desk.open("/dispatch#/devices", "dispatcher-1", language=language, size=DESKTOP)
    row = page.get_by_role("row").filter(has_text=called)
    row.get_by_role("button", name=re.compile(WORDS[language]["pin"])).click()
    page.get_by_role("dialog").get_by_role("button", name=WORDS[language]["pin"], exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    phone.get_by_role("button", name={"zh": "忘记 PIN 码", "en": "I forgot the PIN"}[language]).click()
    check(phone)
    phone.get_by_role(
        "button", name=re.compile({"zh": "再查询一次|登录", "en": "Ask again|Sign in"}[language])
    ).click()
    expect(phone.get_by_label(words["again"], exact=True)).to_be_visible()
    phone.get_by_label(words["pin"], exact=True).fill("580137")
    phone.get_by_label(words["again"], exact=True).fill("580137")
    phone.get_by_role("button", name=words["done"], exact=True).click()
    sent(phone, language)
    handed = desk.ask("dispatcher-1", "/v1/sync/commands", limit=20)["items"]
    assert "safety.check_in" in {one["type"] for one in handed}
