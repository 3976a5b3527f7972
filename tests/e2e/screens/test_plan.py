"""The plan of a day: looked at, made, changed by keys and menu, published, and handed over when somebody is ill."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.desk import LANGUAGES, NARROW, SIZES, Desk, check

WHO = "dispatcher-1"
TODAY, TOMORROW = "2026-11-25", "2026-11-26"
WORDS = {
    "zh": {
        "title": "路线计划",
        "go": "自动生成计划",
        "again": "在此基础上重排",
        "publish": "发布",
        "published": "已发布",
        "changes": "与现有安排相比",
        "left": "未排上",
        "save": "保存调整",
        "assign": "改派给",
        "turn": "顺序",
        "out": "撤出这一天",
        "pin": "固定给此人",
        "pinned": "已固定，重新计算时不会改派",
        "not_before": "不早于",
        "promise": "超出与客户约定的时段",
        "stop": "停止",
        "ill": "有人请假",
        "hand": "记录缺勤并交接",
        "reason": "原因",
        "required": "请填写这一项",
        "nothing": "这一天还没有发布计划。",
    },
    "en": {
        "title": "Plan",
        "go": "Plan the day",
        "again": "Plan on from here",
        "publish": "Publish",
        "published": "Published",
        "changes": "Against the day as it stands",
        "left": "Left out",
        "save": "Save",
        "assign": "Assign to",
        "turn": "Turn",
        "out": "Take out of the day",
        "pin": "Pin to this collector",
        "pinned": "Pinned: the next run leaves it there",
        "not_before": "Not before",
        "promise": "Outside the hours that the customer was promised",
        "stop": "Stop",
        "ill": "Somebody is ill",
        "hand": "Record and hand over",
        "reason": "Reason",
        "required": "Please fill this in",
        "nothing": "No plan is published for this day.",
    },
}


def drafted(desk: Desk, day: str) -> str:
    """A fresh draft of the day, made beside the pages; its id."""
    run = desk.tell(WHO, "/v1/plans/runs", {"day": day, "budget_s": 1}).json()
    while run["stage"] in {"waiting", "running"}:
        run = desk.ask(WHO, f"/v1/plans/runs/{run['id']}")
    return str(run["draft_id"])


def at_a_draft(desk: Desk, language: str, size: str) -> Page:
    draft = drafted(desk, TOMORROW)
    return desk.open(f"/dispatch#/plan/{TOMORROW}/{draft}", WHO, language=language, size=SIZES[size])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_published_day_by_collector_and_hour(desk: Desk, language: str, size: str) -> None:
    page = desk.open(f"/dispatch#/plan/{TODAY}", WHO, language=language, size=SIZES[size])

    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["title"])
    expect(page.get_by_text(WORDS[language]["published"], exact=False).first).to_be_visible()
    (plan, *_) = desk.ask(WHO, "/v1/plans", day=TODAY)["items"]
    assert page.locator(".plan-visits .plan-visit").count() == sum(
        len(one["visits"]) for one in plan["routes"]
    )
    check(page)
    page.locator(".plan-visits .plan-visit").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_without_plan_says_so_on_the_narrowest_screen(desk: Desk, language: str) -> None:
    page = desk.open("/dispatch#/plan/2026-12-24", WHO, language=language, size=NARROW)

    expect(page.get_by_text(WORDS[language]["nothing"]).first).to_be_visible()
    check(page)


@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
def test_a_day_is_planned_and_its_draft_published(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    page = desk.open(f"/dispatch#/plan/{TOMORROW}", WHO, language=language, size=SIZES[size])
    page.get_by_role("combobox").first.select_option("2")
    page.get_by_role("button", name=words["go"]).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    check(page)

    expect(page.get_by_role("button", name=words["publish"], exact=True)).to_be_visible(timeout=30_000)
    assert page.url.count("/") >= 6, "the draft has an address"
    expect(page.get_by_role("region", name=words["changes"])).to_be_visible()
    check(page)
    page.get_by_role("button", name=words["publish"], exact=True).click()
    check(page)
    page.get_by_role("dialog").get_by_role("button", name=words["publish"], exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name=words["go"])).to_be_visible()


def test_a_run_is_stopped(desk: Desk) -> None:
    desk.pass_time(timedelta(seconds=1))  # so that this run is the newest one
    page = desk.open(f"/dispatch#/plan/{TOMORROW}", WHO, language="en")
    page.get_by_role("combobox").first.select_option("60")
    page.get_by_role("button", name="Plan the day").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. No draft was made.")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visit_is_moved_by_keys_alone(desk: Desk, language: str) -> None:
    page = at_a_draft(desk, language, "desktop")
    rows = page.locator(".plan-row").filter(has=page.get_by_role("heading", level=3))
    row = rows.filter(has=page.locator(".plan-visit")).first
    name = row.get_by_role("heading").inner_text()
    count = row.locator(".plan-visit").count()
    visit = row.locator(".plan-visit").last
    address = visit.get_attribute("id")
    visit.focus()

    page.keyboard.press("Delete")
    lane = page.get_by_role("region", name=WORDS[language]["left"])
    expect(lane.locator(f"[id='{address}']")).to_be_focused()
    check(page)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(WORDS[language]["assign"]).select_option(label=name)
    dialog.get_by_role("button", name=WORDS[language]["save"]).click()
    expect(dialog).to_have_count(0)
    expect(rows.filter(has_text=name).locator(".plan-visit")).to_have_count(count)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wish_against_a_promise_says_so_and_changes_nothing(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = at_a_draft(desk, language, "desktop")
    page.locator(".plan-visits .plan-visit").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words["not_before"]).fill("21:45")
    dialog.get_by_role("button", name=words["save"]).click()
    expect(dialog.get_by_text(words["promise"])).to_be_visible()
    check(page)
    page.keyboard.press("Escape")

    page.locator(".plan-visits .plan-visit").first.click()
    page.get_by_role("button", name=words["pin"]).click()
    expect(page.get_by_text(words["pinned"])).to_be_visible()


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(desk: Desk) -> None:
    page = at_a_draft(desk, "en", "desktop")
    draft_id = page.url.rpartition("/")[2]
    draft = desk.ask(WHO, f"/v1/plans/drafts/{draft_id}")
    theirs = draft["routes"][0]["visits"][0]["appointment_id"]
    told = {"appointment_id": theirs, "crew": None}
    assert desk.tell("dispatcher-2", f"/v1/plans/drafts/{draft_id}/moves", told, version=draft["version"]).ok

    page.locator(".plan-visits .plan-visit").last.focus()
    page.keyboard.press("Delete")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("region", name="Left out").locator(f"#visit-{theirs}")).to_be_visible()


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_an_ill_collectors_day_is_handed_over(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    page = desk.open(f"/dispatch#/plan/{TODAY}", WHO, language=language, size=SIZES[size])
    page.get_by_role("button", name=words["ill"]).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label(words["reason"])).to_be_visible()
    dialog.get_by_role("button", name=words["hand"]).click()
    expect(dialog.get_by_text(words["required"])).to_be_visible()
    check(page)
    # Whoever has fewest visits, so that other tests find their day; each look takes another person.
    dialog.get_by_role("combobox").select_option(index={"zh": 2, "en": 3}[language])
    dialog.get_by_label(words["reason"]).fill("发烧" if language == "zh" else "Fever")
    dialog.get_by_role("button", name=words["hand"]).click()
    expect(dialog).to_have_count(0)
    absences = desk.ask(WHO, "/v1/absences", since=f"{TODAY}T00:00:00Z", until=f"{TODAY}T16:00:00Z")["items"]
    assert {"发烧", "Fever"} & {one["reason"] for one in absences}
    check(page)


def test_a_visit_is_carried_to_the_lane_while_the_page_scrolls(desk: Desk) -> None:
    page = at_a_draft(desk, "en", "desktop")
    page.set_viewport_size({"width": 1280, "height": 600})
    visit = page.locator(".plan-visits .plan-visit").first
    address = visit.get_attribute("id")
    lane = page.get_by_role("region", name="Left out")
    visit.scroll_into_view_if_needed()
    where = visit.bounding_box()
    assert where is not None
    page.mouse.move(where["x"] + 4, where["y"] + 4)

    page.mouse.down()
    page.mouse.move(where["x"] + 60, where["y"] + 30)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".plan-ghost")).to_have_count(0)
    expect(lane.locator(f"[id='{address}']")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)

    where = visit.bounding_box()
    assert where is not None
    page.mouse.move(where["x"] + 4, where["y"] + 4)
    page.mouse.down()
    page.mouse.move(where["x"] + 40, where["y"] + 40)
    page.mouse.wheel(0, 400)
    page.mouse.move(where["x"] + 40, 596)  # the edge: the page goes on by itself
    expect(lane).to_be_in_viewport(ratio=0.3)
    onto = lane.bounding_box()
    assert onto is not None
    page.mouse.move(onto["x"] + 30, max(onto["y"] + 10, 80))
    page.mouse.up()

    expect(lane.locator(f"[id='{address}']")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_visit_is_carried_from_the_lane_to_an_hour_of_a_round(desk: Desk) -> None:
    page = at_a_draft(desk, "en", "desktop")
    page.set_viewport_size({"width": 1280, "height": 1600})
    visit = page.locator(".plan-visits .plan-visit").last
    address = visit.get_attribute("id")
    lane = page.get_by_role("region", name="Left out")
    visit.drag_to(lane)
    loose = lane.locator(f"[id='{address}']")
    expect(loose).to_be_visible()
    # Back to where it was: the round that has room for it, at its own hour.
    track = page.locator(".plan-row", has=page.get_by_role("heading", level=3)).last.locator(".plan-track")
    box = track.bounding_box()
    assert box is not None

    loose.drag_to(track, target_position={"x": box["width"] - 20, "y": 30})

    expect(page.locator(f".plan-visits [id='{address}']")).to_be_focused()
