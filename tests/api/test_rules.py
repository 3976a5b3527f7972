"""The rules in force over HTTP."""

from datetime import timedelta

from field_visits.identity import queries
from field_visits.identity.rule_settings import set_rule
from tests.client import ApiClient
from tests.world import World, applied


def test_every_rule_is_told_with_its_figure_and_source(api: ApiClient, world: World) -> None:
    found = api.as_(world.admin).get("/v1/rules").json

    assert [pack["id"] for pack in found["packs"]] == ["cn"]
    rules = {rule["id"]: rule for rule in found["rules"]}
    night = rules["CN-HOUR-1"]
    assert (night["pack"], night["verdict"], night["channels"]) == ("cn", "refuse", ["visit"])
    assert (found["packs"][0]["title_zh"], night["subject_zh"]) == (
        "中国：个人消费类贷款与信用卡债务",
        "上门时间",
    )
    assert "22:00" in night["figure"]
    assert night["figure"] == night["released_figure"]
    assert (night["is_floor"], night["is_own"], night["note"]) == (True, False, None)
    assert all(rule["source"] for rule in rules.values())


def test_a_figure_of_the_house_stands_beside_the_released_one_with_its_reason(
    api: ApiClient, world: World
) -> None:
    with world.work(world.legal) as uow:
        organisation = queries.get_organisation(uow)
        applied(set_rule(uow, organisation, rule_id="CN-NOTICE-1", figure=48, note="客户要求更早知道"))

    found = api.as_(world.admin).get("/v1/rules").json
    (notice,) = [rule for rule in found["rules"] if rule["id"] == "CN-NOTICE-1"]

    assert "48" in notice["figure"]
    assert "24" in notice["released_figure"]
    assert (notice["is_own"], notice["note"], notice["signed_off_by"]) == (True, "客户要求更早知道", None)


def test_a_loosened_floor_names_who_signed_it_off(api: ApiClient, world: World) -> None:
    assert world.legal.user is not None
    with world.work(world.legal) as uow:
        organisation = queries.get_organisation(uow)
        applied(
            set_rule(
                uow,
                organisation,
                rule_id="CN-HOUR-1",
                figure=[["23:00", "07:00"]],
                note="书面意见 2026-11",
                signed_off_by=world.legal.user,
            )
        )

    found = api.as_(world.admin).get("/v1/rules").json
    (night,) = [rule for rule in found["rules"] if rule["id"] == "CN-HOUR-1"]

    assert night["signed_off_by"]
    assert night["signed_off_at"] is not None


def test_a_day_on_which_a_pack_was_not_yet_in_force_says_so(api: ApiClient, world: World) -> None:
    before = (world.clock.now() - timedelta(days=3650)).date().isoformat()

    answer = api.as_(world.admin).get(f"/v1/rules?on={before}")

    assert answer.status_code == 422
    assert "cn" in answer.json["detail"]


def test_releases_are_listed_and_what_one_changed_is_said(api: ApiClient, world: World) -> None:
    caller = api.as_(world.legal)
    listed = {(pack["id"], pack["version"]) for pack in caller.get("/v1/rule-packs").json["items"]}
    assert {
        ("cn", "2026.1"),
        ("cn", "2026.3"),
        ("us-ma", "2026.1"),
        ("uk", "2026.1"),
        ("in", "2026.1"),
    } <= listed

    told = caller.get("/v1/rule-packs/changes?pack=cn").json
    assert (told["since"], told["until"], told["effective"]) == ("2026.2", "2026.3", "2026-12-02")
    assert {each["rule_id"]: each["what"] for each in told["changes"]} == dict.fromkeys(
        ("CN-3P-1", "CN-3P-2", "CN-3P-3", "CN-LIM-6"), "added"
    )
    told = caller.get("/v1/rule-packs/changes?pack=cn&since=2026.1&until=2026.2").json
    what = {each["rule_id"]: (each["what"], each["fields"]) for each in told["changes"]}
    assert what["CN-FREQ-1"] == ("added", [])
    assert what["CN-HOUR-1"] == ("changed", ["subject_zh"])
    assert caller.get("/v1/rule-packs/changes?pack=cn&since=2026.3").json["changes"] == []


def test_a_pack_or_release_that_is_not_there_is_named(api: ApiClient, world: World) -> None:
    caller = api.as_(world.legal)
    assert caller.get("/v1/rule-packs/changes?pack=fr").status_code == 404
    answer = caller.get("/v1/rule-packs/changes?pack=cn&since=1999.1")
    assert answer.status_code == 404
    assert "2026.1, 2026.2" in answer.json["detail"]


def test_a_call_against_the_rules_is_kept_as_breach_and_alarmed(api: ApiClient, world: World) -> None:
    case = world.case()
    night = world.clock.now().replace(hour=15, minute=30)  # half past eleven in the evening in Shanghai
    world.clock.move_to(night + timedelta(days=1))
    call = {"channel": "call", "at": night.isoformat(), "result": "reached", "person_met": "self"}

    answer = api.as_(world.dispatcher).post(f"/v1/cases/{case.id}/contacts", json=call)
    assert answer.status_code == 201, answer.json
    alerts = api.as_(world.dispatcher).get("/v1/alerts").json["items"]
    assert [(alert["kind"], alert["detail"]["rules"]) for alert in alerts] == [
        ("contact_breach", ["CN-HOUR-2"])
    ]
