"""Complaints and disputes at the desk: taken down, due first, answered; and the collector's code at the door."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.screens.desk import LANGUAGES, PHONE, SIZES, Desk, check
from tests.e2e.screens.test_collector import WORDS as VISIT_WORDS
from tests.e2e.screens.test_collector import take_next
from tests.e2e.screens.test_portal import WORDS as PORTAL_WORDS
from tests.e2e.screens.test_portal import opened

WORDS = {
    "zh": {
        "take": "登记投诉或异议",
        "said": "客户原话",
        "waiting": "投诉与异议",
        "answer": "登记答复",
        "text": "给客户的答复",
        "finding": "结论",
        "upheld": "属实",
        "answered": "已答复",
        "genuine": "属实",
        "check": "核实",
    },
    "en": {
        "take": "Take down a complaint or dispute",
        "said": "In the customer’s words",
        "waiting": "Complaints and disputes",
        "answer": "Record the answer",
        "text": "What the customer is told",
        "finding": "Finding",
        "upheld": "upheld",
        "answered": "answered",
        "genuine": "Genuine",
        "check": "Check",
    },
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_is_taken_down_by_the_dispatcher_and_answered_by_legal(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    said = f"他们在楼道里大声说话 ({language} {size})."
    case = desk.ask("dispatcher-1", "/v1/cases", limit=50)["items"][30]["case"]
    page = desk.open(f"/dispatch#/cases/{case['id']}", "dispatcher-1", language=language, size=SIZES[size])
    page.get_by_role("button", name=words["take"], exact=True).click()
    page.get_by_role("dialog").get_by_label(words["said"]).fill(said)
    check(page)
    page.get_by_role("dialog").get_by_role("button", name=words["take"], exact=True).click()
    expect(page.get_by_text(said)).to_be_visible()

    page = desk.open("/legal#/complaints", "legal-1", language=language, size=SIZES[size])
    line = page.get_by_role("listitem").filter(has_text=said)
    expect(line).to_be_visible()
    check(page)
    line.get_by_role("button", name=words["answer"], exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words["text"]).fill("我们已处理。")
    dialog.get_by_label(words["finding"]).select_option(label=words["upheld"])
    dialog.get_by_role("button", name=words["answer"], exact=True).click()
    expect(line).to_have_count(0)
    page.goto(f"/legal#/cases/{case['id']}/complaints")
    expect(page.get_by_role("listitem").filter(has_text=said)).to_contain_text(words["answered"])
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_collector_s_code_proves_them_genuine_on_the_customer_s_page(desk: Desk, language: str) -> None:
    phone, stop = take_next(desk, language)
    phone.get_by_role("button", name=VISIT_WORDS[language]["depart"], exact=True).click()
    code = phone.locator(".door-code")
    expect(code).to_have_text(re.compile(r"\d{3} \d{3}"))
    check(phone)

    link = next(
        one
        for one in desk.ask("dispatcher-1", "/v1/appointments", case_id=stop["case_id"], limit=10)["items"]
        if one["id"] == stop["id"]
    )
    page = opened(desk, language, PHONE, one=link)
    page.get_by_label(PORTAL_WORDS[language]["code"]).fill(code.inner_text())
    page.get_by_role("button", name=WORDS[language]["check"], exact=True).click()
    found = page.get_by_role("alert")
    expect(found).to_contain_text(WORDS[language]["genuine"])
    # Whose code it was is shown, to compare the face; above, it was shown as the one who comes.
    expect(found.get_by_role("img")).to_be_visible()
    expect(page.get_by_role("region").first.get_by_role("img").first).to_be_visible()
