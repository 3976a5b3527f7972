"""The customer's own phone: a page by link, in either language, that says nothing of a debt."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.desk import LANGUAGES, PHONE, SIZES, Desk, check, settle

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "switch": "中文",
        "title": "到访预约",
        "confirm": "确认这个时间",
        "confirmed": "您已确认",
        "move": "改到其他时间",
        "go": "改到这个时间",
        "moved": "已收到您的改期",
        "code": "对方出示的六位数字",
        "check": "核实",
        "false": "不符",
        "dispute": "我有异议",
        "complaint": "我要投诉",
        "happened": "发生了什么",
        "say": "提交",
        "proof": "您的凭证",
        "suspended": "已暂停",
        "send": "发送验证码",
        "yours": "六位验证码",
        "show": "查看",
        "none": "没有您签署的文件",
        "gone": "此链接已失效",
        "consents": "我同意过的事项",
        "take-back": "撤回同意",
    },
    "en": {
        "switch": "English",
        "title": "A visit to you",
        "confirm": "These hours suit me",
        "confirmed": "you confirmed it",
        "move": "Move it",
        "go": "Move it to these hours",
        "moved": "We have your wish",
        "code": "The six digits you are shown",
        "check": "Check",
        "false": "Not genuine",
        "dispute": "I object to this",
        "complaint": "I want to complain",
        "happened": "What happened",
        "say": "Send",
        "proof": "Your proof",
        "suspended": "on hold",
        "send": "Send the code",
        "yours": "The six digits",
        "show": "Show",
        "none": "You signed nothing",
        "gone": "This link opens nothing any more",
        "consents": "What I agreed to",
        "take-back": "Take it back",
    },
}

OF_A_DEBT = {"zh": ("欠", "债", "还款", "催"), "en": ("debt", "owe", "repay", "collect")}


def noticed(desk: Desk) -> dict[str, str]:
    """Somebody who was told of a visit tomorrow, and about whom no test did anything yet."""
    told = desk.ask(
        "dispatcher-1", "/v1/appointments", state="noticed", since="2026-11-25T16:00:00Z", limit=200
    )
    found: dict[str, str] = told["items"][0]
    return found


def opened(desk: Desk, language: str, size: tuple[int, int], *, one: dict[str, str] | None = None) -> Page:
    one = one or noticed(desk)
    page = desk.open(desk.page_of(one["id"]), language=language, size=size)
    page.get_by_role("button", name=WORDS[language]["switch"], exact=True).click()
    return page


def press(page: Page, word: str) -> None:
    page.get_by_role("button", name=word, exact=True).click()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_who_comes_and_not_a_word_of_a_debt(desk: Desk, language: str, size: str) -> None:
    page, words = opened(desk, language, SIZES[size]), WORDS[language]

    expect(page.get_by_role("heading", name=words["title"])).to_be_visible()
    text = page.locator("body").inner_text() + page.title()
    assert not [word for word in OF_A_DEBT[language] if word in text.lower()]
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hours_are_confirmed_and_moved(desk: Desk, language: str) -> None:
    page, words = opened(desk, language, PHONE), WORDS[language]

    press(page, words["confirm"])
    expect(page.locator(".chip")).to_contain_text(words["confirmed"])
    press(page, words["move"])
    page.get_by_role("radio").first.check()
    check(page)
    press(page, words["go"])
    expect(page.get_by_text(words["moved"])).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_false_code_at_the_door_warns(desk: Desk, language: str) -> None:
    page, words = opened(desk, language, PHONE), WORDS[language]

    page.get_by_label(words["code"]).fill("123 456")
    press(page, words["check"])
    expect(page.get_by_role("alert")).to_contain_text(words["false"])
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_objection_binds_at_once_and_gives_its_proof(desk: Desk, language: str) -> None:
    one = noticed(desk)
    page, words = opened(desk, language, PHONE, one=one), WORDS[language]

    press(page, words["dispute"])
    press(page, words["say"])
    expect(page.get_by_text(words["proof"])).to_be_visible()
    expect(page.locator(".chip")).to_contain_text(words["suspended"])
    assert len(page.locator(".proof-hash").inner_text()) == 64
    check(page)
    assert desk.ask("dispatcher-1", f"/v1/appointments/{one['id']}")["state"] == "suspended"
    told = desk.ask("legal-1", "/v1/complaints", case_id=one["case_id"], kind="dispute")["items"]
    assert [each["channel"] for each in told] == ["online"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_wants_words_and_keeps_them_when_the_network_is_gone(desk: Desk, language: str) -> None:
    page, words = opened(desk, language, PHONE), WORDS[language]

    press(page, words["complaint"])
    press(page, words["say"])  # nothing was written: nothing is sent
    page.get_by_label(words["happened"]).fill("他们来了三次。")
    page.context.set_offline(True)
    press(page, words["say"])
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_label(words["happened"])).to_have_value("他们来了三次。")
    press(page, words["say"])
    expect(page.get_by_text(words["proof"])).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_signed_is_shown_to_whoever_has_the_code(desk: Desk, language: str) -> None:
    one = noticed(desk)
    page, words = opened(desk, language, PHONE, one=one), WORDS[language]
    before = desk.codes_of_page(one["case_id"])

    press(page, words["send"])
    page.get_by_label(words["yours"], exact=True).click()
    (code,) = desk.codes_of_page(one["case_id"]) - before
    page.get_by_label(words["yours"], exact=True).fill(code)
    press(page, words["show"])
    expect(page.get_by_text(words["none"])).to_be_visible()
    check(page)


def test_a_link_that_opens_nothing_says_what_to_do(desk: Desk) -> None:
    page = desk.open(f"/d/{'0' * 32}.l.{'A' * 43}", size=PHONE)

    expect(page.get_by_role("heading", name=WORDS["zh"]["gone"])).to_be_visible()
    settle(page)
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_agreed_to_is_taken_back_with_one_tap(desk: Desk, language: str) -> None:
    words, one = WORDS[language], noticed(desk)
    given = {
        "kind": "more_visits",
        "channel": "letter",
        "given_at": "2026-11-24T09:00:00+08:00",
        "words": "Letter of 24 November.",
    }
    made = desk.tell("dispatcher-1", f"/v1/cases/{one['case_id']}/consents", given)
    assert made.status == 201, made.text()
    page = opened(desk, language, PHONE, one=one)

    region = page.get_by_role("region", name=words["consents"])
    expect(region).to_be_visible()
    check(page)
    region.get_by_role("button", name=words["take-back"]).click()
    expect(region).to_have_count(0)
    check(page)
    file = desk.ask("dispatcher-1", f"/v1/cases/{one['case_id']}")
    assert [consent["state"] for consent in file["consents"]] == ["withdrawn"]
