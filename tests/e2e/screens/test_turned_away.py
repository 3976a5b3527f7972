"""A record that a phone handed in and nobody could take: the office sees it, and somebody deals with it."""

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import expect

from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check
from tests.e2e.screens.phone import invited
from tests.simulators.phone import base64url, enrolment

WORDS = {
    "zh": {
        "way": "查看未被接受的手机记录",
        "why": "签名不是这台手机的",
        "todo": "请联系外访员确认手机在本人手中",
        "take": "由我处理",
        "close": "处理完毕",
        "note": "如何处理的",
        "done": "已处理",
    },
    "en": {
        "way": "Records of phones that were turned away",
        "why": "The signature is not this phone’s",
        "todo": "Ask the collector whether the phone is in their hands",
        "take": "Take it on",
        "close": "Dealt with",
        "note": "How it was dealt with",
        "done": "Dealt with: ",
    },
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_turned_away_says_why_and_what_to_do_until_somebody_did_it(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    called = forge(desk, "collector-4")
    page = desk.open("/dispatch", "dispatcher-1", language=language, size=SIZES[size])
    page.get_by_role("link", name=words["way"]).click()

    line = page.get_by_role("listitem").filter(has_text=called)
    expect(line).to_contain_text(words["why"])
    expect(line).to_contain_text(words["todo"])
    check(page)
    line.get_by_role("button", name=words["take"], exact=True).click()
    line.get_by_role("button", name=words["close"], exact=True).click()
    page.get_by_label(words["note"]).fill("已电话核实，手机在本人手中")
    page.get_by_role("dialog").get_by_role("button", name=words["close"], exact=True).click()

    page.locator("summary").filter(has_text=words["done"]).click()
    expect(line).to_contain_text(words["done"].removesuffix(": "))
    assert line.get_by_role("button").count() == 0
    check(page)


def forge(desk: Desk, username: str) -> str:
    """A phone of somebody's hands in something that it did not sign; gives the phone's name."""
    name = f"phone {secrets.token_hex(4)}"
    told = enrolment(ec.generate_private_key(ec.SECP256R1()), invited(desk, username)["code"], name=name)
    request = desk.context().request
    phone = request.post(f"{desk.url}/v1/devices", data=told).json()
    forged = {"bytes": base64url(b'{"v": 1}'), "sig": base64url(b"\1" * 64)}
    answer = request.post(
        f"{desk.url}/v1/sync/commands",
        data={"commands": [forged]},
        headers={"Authorization": f"Bearer {phone['token']}"},
    )
    assert answer.json()["answers"][0]["reason"] == "signature", answer.text()
    return name
