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
