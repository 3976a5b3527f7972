"""An instalment plan at the door: worked out, offered, read, signed, and the visit finished with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.desk import LANGUAGES, Desk, check, settle
from tests.e2e.screens.phone import seal, sent, unlocked
from tests.e2e.screens.test_collector import meet_the_customer, take_next
from tests.e2e.screens.test_dispatch import ask

WORDS = {
    "zh": {
        "open": "分期方案",
        "income": "每月收入",
        "essential": "必要生活支出",
        "due": "首期还款日",
        "method": "银行转账",
        "pay to": "收款账户",
        "willing": "已询问：客户本人愿意分期还款。",
        "draft": "生成方案",
        "offer": "向客户提供此方案",
        "ask": "提交审批",
        "agree": "本人已阅读并同意上述内容。",
        "pad": "签名",
        "sign": "签署",
        "signed": "方案已签署",
        "no": "客户不同意",
        "finish": "完成拜访",
        "done": "拜访已完成",
        "beyond": "没有余钱可用于分期",
    },
    "en": {
        "open": "The plan",
        "income": "Income in a month",
        "essential": "Needed to live",
        "due": "First instalment on",
        "method": "Bank transfer",
        "pay to": "Paid to",
        "willing": "I asked: the customer wants an instalment plan.",
        "draft": "Work out the plan",
        "offer": "Offer this plan",
        "ask": "Ask the office",
        "agree": "I have read this text and agree to it.",
        "pad": "Signature",
        "sign": "Sign",
        "signed": "The plan is signed",
        "no": "The customer says no",
        "finish": "Finish the visit",
        "done": "The visit is finished",
        "beyond": "Nothing is left for a plan",
    },
}


def at_the_plan(desk: Desk, language: str) -> tuple[Page, dict[str, Any]]:
    """The customer was met, and the page asks what their month looks like."""
    page, stop = take_next(desk, language)
    meet_the_customer(page, language)
    # A plan is not signed in the very second of the arrival.
    desk.pass_time(timedelta(minutes=5))
    page.get_by_role("link", name=WORDS[language]["open"]).click()
    expect(page.get_by_label(WORDS[language]["income"])).to_be_visible()
    return page, stop


def work_it_out(desk: Desk, page: Page, stop: dict[str, Any], language: str, *, months: int = 4) -> None:
    """The figures of a customer who can just pay the debt in so many months become a plan."""
    words = WORDS[language]
    balance = desk.ask("legal-1", f"/v1/cases/{stop['case_id']}")["balances"][0]
    income = 520_050 + balance["total"]["amount_minor"] * 10 // months // 8 + 100
    page.get_by_label(words["income"]).fill(f"{income / 100:,.2f}")
    page.get_by_label(words["essential"]).fill("5200.50")
    say_how(page, language)
    expect(page.get_by_role("button", name=words["offer"], exact=True)).to_be_visible()


def say_how(page: Page, language: str) -> None:
    """When and how it will be paid; then the plan is worked out."""
    words = WORDS[language]
    page.get_by_label(words["due"]).fill("2026-12-20")
    page.get_by_role("radio", name=words["method"], exact=True).check()
    page.get_by_label(words["pay to"]).fill("示例银行 债权人账户")
    page.get_by_label(words["willing"]).check()
    page.get_by_role("button", name=words["draft"], exact=True).click()


def offer_it(desk: Desk, page: Page, stop: dict[str, Any], language: str) -> None:
    """The plan is offered: by the collector, or, where it is beyond their authority, by the supervisor they ask."""
    words = WORDS[language]
    page.get_by_role("button", name=words["offer"], exact=True).click()
    text = page.locator(".terms-text")
    expect(text.or_(page.get_by_role("button", name=words["ask"], exact=True))).to_be_visible()
    if not text.is_visible():
        (plan,) = desk.ask("legal-1", f"/v1/cases/{stop['case_id']}/agreements")["items"]
        offered = desk.tell("supervisor", f"/v1/agreements/{plan['id']}/offer", {})
        assert offered.status == 200, offered.text()
        page.reload()
        unlocked(page, language)
    expect(text).to_be_visible()


def draw(page: Page, label: str) -> None:
    """A signature by a pen that moves."""
    pad = page.get_by_role("img", name=label, exact=True)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    left, middle = box["x"] + 30, box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for step in range(1, 24):
        page.mouse.move(left + step * 9, middle + (30 if step % 2 else -30))
    page.mouse.up()


def sign_a_plan(
    desk: Desk, page: Page, stop: dict[str, Any], language: str, *, look: Callable[[str], object] = str
) -> None:
    """From the customer's figures to the finished visit, by the buttons of the screen."""
    words = WORDS[language]
    look("plan-means")
    work_it_out(desk, page, stop, language)
    settle(page)
    look("plan-terms")
    offer_it(desk, page, stop, language)
    settle(page)
    assert page.get_by_role("button", name=words["sign"], exact=True).is_disabled()
    look("plan-sign")
    page.get_by_label(words["agree"]).check()
    draw(page, words["pad"])
    page.get_by_role("button", name=words["sign"], exact=True).click()
    expect(page.get_by_role("heading", name=words["signed"])).to_be_visible()
    settle(page)
    look("plan-signed")
    page.get_by_role("button", name=words["finish"], exact=True).click()
    seal(page, language)
    expect(page.get_by_text(words["done"])).to_be_visible()
    sent(page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_is_worked_out_signed_and_is_the_outcome(desk: Desk, language: str) -> None:
    page, stop = at_the_plan(desk, language)
    sign_a_plan(desk, page, stop, language, look=lambda _: check(page))

    (visit,) = ask(page, "/v1/visits", case_id=stop["case_id"])["items"]
    assert (visit["state"], visit["outcome"]) == ("finished", "PLAN_SIGNED")
    (plan,) = desk.ask("legal-1", f"/v1/cases/{stop['case_id']}/agreements")["items"]
    assert (plan["language"], plan["visit_id"]) == (language, visit["id"])
    assert plan["signing_method"] == "collector_phone"
    assert len(plan["instalments"]) == 4
    assert desk.ask("dispatcher-1", "/v1/alerts", case_id=stop["case_id"])["items"] == []
    held = desk.ask("dispatcher-1", f"/v1/cases/{stop['case_id']}")["contact_holds"]
    assert [hold["kind"] for hold in held if hold["state"] == "active"] == ["plan_running"]


def test_a_month_that_leaves_nothing_points_to_the_hardship_team(desk: Desk) -> None:
    page, _ = at_the_plan(desk, "zh")
    words = WORDS["zh"]
    page.get_by_label(words["income"]).fill("3000")
    page.get_by_label(words["essential"]).fill("3000")

    expect(page.get_by_text(words["beyond"])).to_be_visible()
    page.get_by_role("button", name=words["draft"], exact=True).click()
    assert page.get_by_label(words["due"]).get_attribute("aria-invalid") == "true"
    check(page)
    say_how(page, "zh")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("由困难帮扶团队跟进").last).to_be_visible()
    check(page)


def test_whoever_says_no_is_asked_for_no_reason_and_another_plan_can_be_made(desk: Desk) -> None:
    page, stop = at_the_plan(desk, "en")
    words = WORDS["en"]
    work_it_out(desk, page, stop, "en")
    offer_it(desk, page, stop, "en")
    page.get_by_role("button", name=words["no"], exact=True).click()
    check(page)
    page.get_by_role("dialog").get_by_role("button", name=words["no"], exact=True).click()

    expect(page.get_by_label(words["income"])).to_have_value("")
    (plan,) = desk.ask("legal-1", f"/v1/cases/{stop['case_id']}/agreements")["items"]
    assert plan["state"] == "declined"


def test_a_dot_is_no_signature_and_the_page_says_so(desk: Desk) -> None:
    page, stop = at_the_plan(desk, "zh")
    words = WORDS["zh"]
    work_it_out(desk, page, stop, "zh")
    offer_it(desk, page, stop, "zh")
    page.get_by_label(words["agree"]).check()
    page.get_by_role("img", name=words["pad"], exact=True).click()

    expect(page.get_by_text("笔迹太少")).to_be_visible()
    assert page.get_by_role("button", name=words["sign"], exact=True).is_disabled()
    check(page)
    (plan,) = desk.ask("legal-1", f"/v1/cases/{stop['case_id']}/agreements")["items"]
    assert plan["state"] == "offered"


def test_a_plan_beyond_ones_authority_is_put_to_the_office(desk: Desk) -> None:
    page, stop = at_the_plan(desk, "en")
    words = WORDS["en"]
    work_it_out(desk, page, stop, "en", months=50)
    page.get_by_role("button", name=words["offer"], exact=True).click()
    page.get_by_role("button", name=words["ask"], exact=True).click()

    expect(page.get_by_text("The office looks at this plan.")).to_be_visible()
    check(page)
    (plan,) = desk.ask("legal-1", f"/v1/cases/{stop['case_id']}/agreements")["items"]
    assert plan["state"] == "awaiting_approval"


def test_a_plan_is_not_reached_before_the_customer_was_met(desk: Desk) -> None:
    page, stop = take_next(desk, "en")
    page.goto(f"/m#/visits/{stop['id']}/plan")
    settle(page)

    expect(page.locator(".empty")).to_contain_text("at the door")
    check(page)
