"""What else happens at a door: a position elsewhere, a document, a payment, a complaint; all of it without signal."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.desk import LANGUAGES, Desk, check
from tests.e2e.screens.phone import enrolled, sent
from tests.e2e.screens.test_collector import WORDS, left_today

DOOR = {
    "zh": {
        "away": "定位显示您不在门前",
        "why": "为什么定位不在门前",
        "record": "记录到达",
        "self": "客户本人",
        "sealed": "密封递交",
        "signed": "已签字",
        "serve": "记录送达",
        "served": "已送达",
        "payment": "还款",
        "code": "官方收款码",
        "amount": "已付金额",
        "transfer": "银行转账",
        "report": "登记还款",
        "reported": "已登记：客户称已付",
        "complaints": "投诉与异议",
        "disputes": "对欠款有异议",
        "said": "客户原话",
        "take": "登记投诉或异议",
        "stops": "核实之前停止催收",
    },
    "en": {
        "away": "By its position the phone is not at the door",
        "why": "Why the position lies elsewhere",
        "record": "Record the arrival",
        "self": "The customer",
        "sealed": "Sealed",
        "signed": "Signed",
        "serve": "Record the service",
        "served": "Served",
        "payment": "Payment",
        "code": "The official payment code",
        "amount": "Amount paid",
        "transfer": "Bank transfer",
        "report": "Report the payment",
        "reported": "Reported: the customer says",
        "complaints": "Complaints and disputes",
        "disputes": "About the debt itself",
        "said": "In the customer’s words",
        "take": "Take down a complaint or dispute",
        "stops": "Collection stops until it is settled",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_a_document_a_payment_and_a_dispute_without_signal(desk: Desk, language: str) -> None:
    words, steps = DOOR[language], WORDS[language]
    username, stop = left_today(desk)[0]
    desk.move_clock_to(datetime.fromisoformat(stop["planned_from"]) - timedelta(minutes=5))
    payable(desk)
    title = f"催告函 {secrets.token_hex(3)}"
    notice = {"kind": "demand", "title": title, "document_sha256": "a" * 64}
    assert desk.tell("legal-1", f"/v1/cases/{stop['case_id']}/notices", notice).ok
    page = enrolled(desk, username, language=language)
    door = stop["address"]
    page.context.set_geolocation({"latitude": door["lat"] + 0.02, "longitude": door["lon"], "accuracy": 9})
    page.context.set_offline(True)
    page.goto(f"/m#/visits/{stop['id']}")

    page.get_by_role("button", name=steps["depart"], exact=True).click()
    page.get_by_role("button", name=steps["arrive"], exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text(words["away"])
    check(page)
    page.get_by_label(words["why"]).fill("客户约在小区门口")
    page.get_by_role("dialog").get_by_role("button", name=words["record"], exact=True).click()
    page.get_by_role("button", name=steps["shoot"], exact=True).click()
    page.get_by_role("link", name=steps["go on"], exact=True).click()
    page.get_by_role("radio", name=steps["self"], exact=True).first.check()
    page.get_by_role("button", name=steps["document"], exact=True).click()
    serve(page, title, words)
    pay(page, words)
    dispute(page, words)
    check(page)
    page.context.set_offline(False)
    sent(page, language)

    case = f"/v1/cases/{stop['case_id']}"
    (visit,) = desk.ask("dispatcher-1", "/v1/visits", case_id=stop["case_id"])["items"]
    assert (visit["placement"], visit["away_reason"]) == ("outside", "客户约在小区门口")
    notices = desk.ask("legal-1", f"{case}/notices")["items"]
    (served,) = [one for one in notices if one["title"] == title]
    assert (served["state"], served["recipient"]) == ("served", "self")
    complaints = desk.ask("legal-1", "/v1/complaints", case_id=stop["case_id"])["items"]
    assert [(one["kind"], one["channel"], one["said"]) for one in complaints] == [
        ("dispute", "visit", "这笔钱我已还清")
    ]
    types = {one["type"]: one["outcome"] for one in handed_in(desk, stop)}
    assert types["payment.report"] == "applied"
    # The page tells what the dispute changed: whoever is at the door has to leave.
    expect(page.get_by_role("alert")).to_contain_text({"zh": "已暂停", "en": "is suspended"}[language])


def payable(desk: Desk) -> None:
    """The organisation has an account of its own to pay to."""
    now = desk.ask("admin", "/v1/organisation")
    told = {"pay_to": "示例银行 · 示例催收有限公司", "pay_url": "https://pay.example/doorstep"}
    desk.change("admin", "/v1/organisation", told, now["version"])


def serve(page: Page, title: str, words: dict[str, str]) -> None:
    """The customer takes the document and signs for it."""
    card = page.get_by_role("group", name=title)
    for choice in (words["self"], words["sealed"], words["signed"]):
        card.get_by_role("radio", name=choice, exact=True).check()
    card.get_by_role("button", name=words["serve"], exact=True).click()
    expect(card).to_contain_text(words["served"])


def pay(page: Page, words: dict[str, str]) -> None:
    """The customer pays by the official code, and it is reported."""
    page.locator("summary").filter(has_text=words["payment"]).click()
    expect(page.get_by_role("img", name=words["code"])).to_be_visible()
    page.get_by_label(words["amount"]).fill("300")
    page.get_by_role("radio", name=words["transfer"], exact=True).check()
    page.get_by_role("button", name=words["report"], exact=True).click()
    expect(page.get_by_text(words["reported"])).to_be_visible()


def dispute(page: Page, words: dict[str, str]) -> None:
    """The customer says that they do not owe it."""
    page.locator("summary").filter(has_text=words["complaints"]).click()
    page.get_by_role("radio", name=words["disputes"], exact=True).check()
    page.get_by_label(words["said"]).fill("这笔钱我已还清")
    page.get_by_role("button", name=words["take"], exact=True).click()
    expect(page.get_by_text(words["stops"])).to_be_visible()


def handed_in(desk: Desk, stop: dict[str, Any]) -> list[dict[str, Any]]:
    """The commands about the case of a stop."""
    found = desk.ask("dispatcher-1", "/v1/sync/commands", limit=200)["items"]
    return [one for one in found if one["case_id"] == stop["case_id"]]
