"""Teams, shifts, absences, skills and crews over HTTP."""

from datetime import timedelta
from typing import Any

from field_visits.kernel.actor import Actor
from tests.client import ApiClient
from tests.world import World

TOWN = {"lat": 31.23, "lon": 121.47}


def shift(world: World, actor: Actor, **changes: Any) -> dict[str, Any]:
    now = world.clock.now()
    return {
        "collector_id": str(actor.user),
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=8)).isoformat(),
        "start": TOWN,
        "rest": {
            "window_from": (now + timedelta(hours=3)).isoformat(),
            "window_to": (now + timedelta(hours=5)).isoformat(),
            "minutes": 60,
        },
    } | changes


def span(world: World) -> dict[str, str]:
    now = world.clock.now()
    return {
        "since": (now - timedelta(days=1)).isoformat(),
        "until": (now + timedelta(days=2)).isoformat(),
    }


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json["errors"]]


def test_an_administrator_makes_teams_and_a_member_sees_their_own(api: ApiClient, world: World) -> None:
    made = api.as_(world.admin).post(
        "/v1/teams", json={"name": "North", "members": [str(world.dispatcher.user)]}
    )
    assert made.status_code == 201
    assert made.json["members"] == [str(world.dispatcher.user)]
    url = f"/v1/teams/{made.json['id']}"
    changed = api.as_(world.admin).put(f"{url}/members", version=made.json["version"], json={"members": []})
    assert changed.json["members"] == []
    assert [team["name"] for team in api.as_(world.collector).get("/v1/teams").json["items"]] == ["Team A"]
    assert len(api.as_(world.dispatcher).get("/v1/teams").json["items"]) == 2
    assert api.as_(world.collector).get(url).code == "not-found"
    assert api.as_(world.collector).get(f"/v1/teams/{world.team_id}").status_code == 200
    assert api.as_(world.dispatcher).post("/v1/teams", json={"name": "South"}).code == "forbidden"


def test_a_shift_is_planned_seen_and_withdrawn(api: ApiClient, world: World) -> None:
    made = api.as_(world.dispatcher).post("/v1/shifts", json=shift(world, world.collector))
    assert made.status_code == 201, made.text
    assert made.json["end"] == made.json["start"]
    own = api.as_(world.collector).get("/v1/shifts", query_string=span(world))
    assert [one["id"] for one in own.json["items"]] == [made.json["id"]]
    assert api.as_(world.other_collector).get("/v1/shifts", query_string=span(world)).json["items"] == []
    url = f"/v1/shifts/{made.json['id']}/withdrawal"
    assert api.as_(world.dispatcher).post(url, json={"reason": "ill"}).json["state"] == "withdrawn"
    assert api.as_(world.dispatcher).post(url, json={"reason": "ill"}).code == "illegal"


def test_nonsense_is_named_by_its_place(api: ApiClient, world: World) -> None:
    by = api.as_(world.dispatcher)
    told = shift(world, world.collector)
    assert pointers(by.post("/v1/shifts", json=told | {"ends_at": told["starts_at"]})) == ["/ends_at"]
    assert pointers(by.post("/v1/shifts", json=told | {"starts_at": "2026-11-25T10:00:00"})) == ["/starts_at"]
    assert pointers(by.post("/v1/shifts", json=told | {"colour": "red"})) == ["/colour"]
    assert pointers(by.post("/v1/shifts", json=shift(world, world.legal))) == ["/collector_id"]
    assert by.post("/v1/shifts", json=told).status_code == 201
    assert pointers(by.post("/v1/shifts", json=told)) == ["/starts_at"]
    swapped = {"since": span(world)["until"], "until": span(world)["since"]}
    assert pointers(by.get("/v1/shifts", query_string=swapped)) == ["/until"]


def test_a_supervisor_plans_for_their_own_team_only(api: ApiClient, world: World) -> None:
    admin, url = api.as_(world.admin), f"/v1/teams/{world.team_id}"
    version, alone = admin.get(url).json["version"], {"members": [str(world.supervisor.user)]}
    assert admin.put(f"{url}/members", version=version, json=alone).status_code == 200
    stale = admin.put(f"{url}/members", version=version, json={"members": []})
    assert (stale.status_code, stale.json["current"]["members"]) == (412, alone["members"])
    answer = api.as_(world.supervisor).post("/v1/shifts", json=shift(world, world.collector))
    assert answer.code == "not-found"


def test_skills_and_absences_are_recorded(api: ApiClient, world: World) -> None:
    told = {"collector_id": str(world.collector.user), "name": "mediation", "granted_on": "2026-01-01"}
    assert api.as_(world.admin).post("/v1/skills", json=told).status_code == 201
    assert api.as_(world.admin).post("/v1/skills", json=told).code == "illegal"
    assert [one["name"] for one in api.as_(world.collector).get("/v1/skills").json["items"]] == ["mediation"]
    now = world.clock.now()
    absence = {
        "collector_id": str(world.collector.user),
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
        "reason": "doctor",
    }
    assert api.as_(world.collector).post("/v1/absences", json=absence).status_code == 201
    other = absence | {"collector_id": str(world.other_collector.user)}
    assert api.as_(world.collector).post("/v1/absences", json=other).code == "not-found"
    listed = api.as_(world.dispatcher).get("/v1/absences", query_string=span(world))
    assert [one["reason"] for one in listed.json["items"]] == ["doctor"]
    url = f"/v1/absences/{listed.json['items'][0]['id']}/withdrawal"
    assert api.as_(world.other_collector).post(url, json={"reason": "well"}).code == "not-found"
    assert api.as_(world.collector).post(url, json={"reason": "well"}).json["state"] == "withdrawn"
    assert api.as_(world.collector).post(url, json={"reason": "well"}).code == "illegal"


def test_a_crew_of_two_goes_out_together(api: ApiClient, world: World) -> None:
    by = api.as_(world.dispatcher)
    told = {
        "day": "2026-11-25",
        "lead_id": str(world.collector.user),
        "partner_id": str(world.other_collector.user),
    }
    by.post("/v1/shifts", json=shift(world, world.collector))
    absent = by.post("/v1/crews", json=told)
    assert pointers(absent) == ["/partner_id"]
    by.post("/v1/shifts", json=shift(world, world.other_collector))
    made = by.post("/v1/crews", json=told)
    assert made.status_code == 201, made.text
    (crew,) = by.get("/v1/crews?day=2026-11-25").json["items"]
    assert (crew["crew_id"], crew["size"], crew["breaks"][0]["minutes"]) == (made.json["id"], 2, 60)
