"""What a phone makes of bad answers and of a long way: nothing is lost, nothing blocks, and no break is told."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Geolocation, Page, Route, expect

from tests.e2e.screens.desk import Desk, check
from tests.e2e.screens.phone import enrolled, sent
from tests.e2e.screens.test_collector import left_today

COMMANDS = "**/v1/sync/commands"
MADE_AT: Geolocation = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 20}
BREAK_AT: Geolocation = {"latitude": 31.2904, "longitude": 121.4137, "accuracy": 20}
THEN_AT: Geolocation = {"latitude": 31.2404, "longitude": 121.4837, "accuracy": 20}


def test_a_busy_server_a_large_batch_and_a_gap_hold_up_nothing(desk: Desk) -> None:
    page = enrolled(desk, "collector-5")
    page.context.set_offline(True)
    say_well(page, 2)
    batches = heard(
        page,
        [refusal(429, "throttled", {"Retry-After": "1"}), refusal(413, "too-large")],
    )
    page.context.set_offline(False)

    expect(page.locator(".sync")).to_contain_text("系统繁忙，稍后自动重试")
    sent(page)

    numbers = [[one["seq"] for one in batch] for batch in batches]
    assert numbers == [[2, 3], [2, 3], [2], [3]]

    page.context.unroute(COMMANDS)
    gap = refusal(409, "sequence-gap", told={"expected_seq": 1, "expected_prev_hash": "0" * 64})
    batches = heard(page, [gap])
    say_well(page, 1)
    sent(page)
    assert [[one["seq"] for one in batch] for batch in batches] == [[4], [1, 2, 3, 4]]


def test_the_way_is_told_in_the_shift_alone_and_no_break_is(desk: Desk) -> None:
    page = enrolled(desk, "collector-5")
    batches = heard(page, [])
    page.context.set_geolocation(MADE_AT)
    page.goto("/m#/settings")
    page.get_by_role("button", name="开始班次", exact=True).click()
    expect(page.get_by_role("button", name="休息", exact=True)).to_be_visible()
    page.wait_for_timeout(300)
    page.get_by_role("button", name="休息", exact=True).click()
    expect(page.get_by_text("休息中，不记录位置。")).to_be_visible()
    page.context.set_geolocation(BREAK_AT)
    page.wait_for_timeout(300)
    page.context.set_geolocation(THEN_AT)
    page.get_by_role("button", name="结束休息", exact=True).click()
    page.wait_for_timeout(300)
    page.get_by_role("button", name="结束班次", exact=True).click()
    expect(page.get_by_role("button", name="开始班次", exact=True)).to_be_visible()
    page.context.set_geolocation(BREAK_AT)
    sent(page)

    pieces = [one["payload"] for batch in batches for one in batch if one["type"] == "track.segment"]
    assert [[point[1:3] for point in piece["points"]] for piece in pieces] == [
        [[3_123_040, 12_147_370]],
        [[3_124_040, 12_148_370]],
    ]


def test_the_person_is_told_what_the_office_changed_of_the_plan(desk: Desk) -> None:
    planned = left_today(desk)
    owner, stop = planned[-1]
    username = next(each for each, _ in planned if each != owner)
    page = enrolled(desk, username)
    now = desk.ask("dispatcher-1", f"/v1/appointments/{stop['id']}")
    users = desk.ask("admin", "/v1/users", limit=200)["items"]
    lead = next(user["id"] for user in users if user["username"] == username)
    crew = {"lead_id": lead, "partner_id": None}
    given = desk.tell("dispatcher-1", f"/v1/appointments/{stop['id']}/assign", crew, version=now["version"])
    assert given.ok, given.text()
    # Phones are told in the order of the log, so of what has its place there.
    while desk.ask("admin", "/v1/log/lag")["pending"]:
        page.wait_for_timeout(100)

    page.goto("/m#/unsent")
    page.get_by_role("button", name="立即上传").click()
    page.goto("/m#/today")

    expect(page.get_by_role("alert")).to_contain_text("新增 1 个拜访。")
    check(page)
    page.get_by_role("button", name="知道了").click()
    expect(page.get_by_text("行程有变")).to_have_count(0)


def say_well(page: Page, times: int) -> None:
    """The phone has so many commands more."""
    page.goto("/m#/safety")
    for _ in range(times):
        page.get_by_role("button", name=re.compile("^15 ")).or_(
            page.get_by_role("button", name="我平安")
        ).click()
        page.wait_for_timeout(100)


def heard(page: Page, answers: list[Callable[[Route], None]]) -> list[list[dict[str, Any]]]:
    """Every batch that the phone sends from here on; the first ones get these answers, not the server's."""
    batches: list[list[dict[str, Any]]] = []
    left = iter(answers)

    def answer(route: Route) -> None:
        told = json.loads(route.request.post_data or "{}")["commands"]
        batches.append([json.loads(from_base64url(one["bytes"])) for one in told])
        bad = next(left, None)
        if bad is None:
            route.continue_()
        else:
            bad(route)

    page.context.route(COMMANDS, answer)
    return batches


def refusal(
    status: int, code: str, headers: dict[str, str] | None = None, told: dict[str, Any] | None = None
) -> Callable[[Route], None]:
    """An answer that is a problem."""
    problem = {"type": f"/problems/{code}", "title": code, "status": status, "detail": code, "code": code}

    def answer(route: Route) -> None:
        route.fulfill(
            status=status,
            content_type="application/problem+json",
            headers=headers or {},
            body=json.dumps(problem | (told or {})),
        )

    return answer


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
