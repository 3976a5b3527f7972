"""Complaints over HTTP: taken down, answered within their clock; conduct by collector without money."""

from datetime import timedelta

from tests.client import ApiClient


def test_a_complaint_goes_from_receipt_to_its_end(api: ApiClient) -> None:
    world = api.world
    case = world.case(collector=world.collector)
    taken = api.as_(world.collector).post(
        f"/v1/cases/{case.id}/complaints",
        json={"kind": "complaint", "channel": "visit", "said": "他们在楼道里大声说话。"},
    )
    assert taken.status_code == 201, taken.json
    url = taken.headers["Location"]

    legal = api.beside().as_(world.legal)
    listed = legal.get("/v1/complaints").json["items"]
    assert [each["said"] for each in listed] == ["他们在楼道里大声说话。"]
    assert listed[0]["rule_id"] == "CN-COMP-1"

    told = legal.post(f"{url}/acknowledge", version=listed[0]["version"]).json
    told = legal.post(
        f"{url}/answer", version=told["version"], json={"text": "我们已提醒该人员。", "finding": "upheld"}
    ).json
    ended = legal.post(f"{url}/close", version=told["version"], json={"reason": "客户已接受。"})
    assert ended.json["state"] == "closed"
    assert legal.get("/v1/complaints?overdue=true").json["items"] == []


def test_somebody_else_s_version_is_not_answered_over(api: ApiClient) -> None:
    world = api.world
    caller = api.as_(world.legal)
    taken = caller.post(
        f"/v1/cases/{world.case().id}/complaints",
        json={"kind": "dispute", "channel": "call", "said": "I never had this card."},
    )
    url, version = taken.headers["Location"], taken.json["version"]
    caller.post(f"{url}/acknowledge", version=version)

    late = caller.post(f"{url}/answer", version=version, json={"text": "No.", "finding": "not_upheld"})
    assert late.status_code == 412
    assert late.json["current"]["state"] == "acknowledged"


def test_conduct_counts_complaints_by_collector_and_knows_no_money(api: ApiClient) -> None:
    world = api.world
    caller = api.as_(world.legal)
    caller.post(
        f"/v1/cases/{world.case().id}/complaints",
        json={
            "kind": "complaint",
            "channel": "call",
            "said": "Rude at the door.",
            "collector_id": str(world.collector.user),
        },
    )

    told = caller.get("/v1/conduct").json
    (one,) = told["collectors"]
    assert (one["complaints"], one["upheld"], one["visits"]) == (1, 0, 0)
    assert not [name for name in one if "amount" in name or "paid" in name]


def test_days_that_cannot_be_compared_are_named(api: ApiClient) -> None:
    caller = api.as_(api.world.legal)
    today = api.world.clock.now().date()
    query = {"since": today.isoformat(), "until": (today - timedelta(days=1)).isoformat()}

    answer = caller.get("/v1/conduct", query_string=query)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/since"]
