"""Booking, telling, moving and planning over HTTP."""

from typing import Any

from field_visits.planning.running import carry_out_waiting
from tests.api.samples_appointments import booking
from tests.client import ApiClient
from tests.features.appointments.days import RULES, at
from tests.world import World


def book(api: ApiClient, **changed: Any) -> Any:
    answer = api.as_(api.world.dispatcher).post("/v1/appointments", json=booking(api) | changed)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_visit_is_booked_told_confirmed_moved_and_cancelled(api: ApiClient, world: World) -> None:
    dispatcher = api.as_(world.dispatcher)
    made = book(api)
    url = f"/v1/appointments/{made['id']}"
    assert made["state"] == "proposed"
    assert made["customer"]["name"] == "客**", "a name is masked outside one's own day"

    told = dispatcher.post(f"{url}/notice")
    assert (told.status_code, told.json["state"]) == (200, "noticed"), told.text
    agreed = dispatcher.post(f"{url}/confirm", json={"by": "call"})
    assert agreed.json["state"] == "confirmed"

    window = {"window_from": at(15).isoformat(), "window_to": at(17).isoformat(), "reason": "asked"}
    assert dispatcher.post(f"{url}/reschedule", json=window).code == "precondition-required"
    stale = dispatcher.post(f"{url}/reschedule", json=window, version=made["version"])
    assert (stale.status_code, stale.json["current"]["state"]) == (412, "confirmed")
    moved = dispatcher.post(f"{url}/reschedule", json=window, version=stale.json["current"]["version"])
    assert (moved.json["state"], moved.json["window_from"]) == ("proposed", "2026-11-27T07:00:00Z")

    gone = dispatcher.post(f"{url}/cancel", json={"reason": "paid"})
    assert gone.json["state"] == "cancelled"
    again = dispatcher.post(f"{url}/confirm", json={"by": "call"})
    assert (again.status_code, again.code) == (409, "illegal")
    assert dispatcher.get(url).json["ended_reason"] == "paid"


def test_a_night_is_refused_with_rule_source_and_the_next_lawful_instant(
    api: ApiClient, world: World
) -> None:
    night = {"window_from": at(21).isoformat(), "window_to": at(23).isoformat()}
    answer = api.as_(world.dispatcher).post("/v1/appointments", json=booking(api) | night)
    assert (answer.status_code, answer.code) == (409, "refused")
    decision = answer.json["decision"]
    assert decision["reasons"][0]["rule_id"] == "CN-HOUR-1"
    assert decision["reasons"][0]["source"]
    assert decision["next_lawful_at"] == "2026-11-28T00:00:00Z"


def test_words_of_ones_own_are_no_purpose(api: ApiClient, world: World) -> None:
    answer = api.as_(world.dispatcher).post("/v1/appointments", json=booking(api) | {"purpose": "pay"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/purpose")


def test_slots_say_what_is_free_and_why_the_rest_is_not(api: ApiClient, world: World) -> None:
    world.shift(world.collector, starts_at=at(9))
    case = world.case()
    query = {"from": at(0).isoformat(), "to": at(24).isoformat()}
    found = api.as_(world.dispatcher).get(f"/v1/cases/{case.id}/slots", query_string=query)
    assert found.status_code == 200, found.text
    (slot,) = found.json["free"]
    assert (slot["from"], slot["lead_id"]) == ("2026-11-27T01:00:00Z", str(world.collector.user))
    reasons = {span["reason"] for span in found.json["closed"]}
    assert reasons == {"law", "nobody_on_duty"}
    assert found.json["closed"][0]["decision"]["reasons"][0]["rule_id"] == "CN-HOUR-1"


def test_a_day_is_drafted_published_and_carried_by_the_collector(api: ApiClient, world: World) -> None:
    world.shift(world.collector, starts_at=at(9))
    dispatcher = api.as_(world.dispatcher)
    made = [book(api, window_to=at(16).isoformat()) for _ in range(2)]
    asked = dispatcher.post("/v1/plans/runs", json={"day": "2026-11-27", "budget_s": 1})
    assert (asked.status_code, asked.json["stage"]) == (202, "waiting"), asked.text
    assert carry_out_waiting(world.work, world.work, RULES) == 1
    run = dispatcher.get(f"/v1/plans/runs/{asked.json['id']}").json
    assert (run["stage"], run["best"]["planned"]) == ("done", 2)
    drafted = dispatcher.get(f"/v1/plans/drafts/{run['draft_id']}")
    assert "not from a road map" in drafted.json["travel"]["basis"]

    plan = dispatcher.post("/v1/plans", json={"draft_id": drafted.json["id"]})
    assert plan.status_code == 201, plan.text
    (listed,) = dispatcher.get("/v1/plans?day=2026-11-27").json["items"]
    assert listed == plan.json

    day = api.as_(world.collector).get("/v1/me/day?day=2026-11-27")
    assert day.status_code == 200, day.text
    visits = day.json["visits"]
    assert {visit["id"] for visit in visits} == {one["id"] for one in made}
    assert [visit["planned_from"] for visit in visits] == sorted(visit["planned_from"] for visit in visits)
    assert visits[0]["customer"]["name"].startswith("客户"), "one's own customers are named in full"
    assert visits[0]["address"]["street"] == "测试路"
    assert visits[0]["verdicts"][0]["from"] == "2026-11-25T02:00:00Z"
    assert api.as_(world.other_collector).get("/v1/me/day?day=2026-11-27").json["visits"] == []
    mine = api.as_(world.collector).get("/v1/plans?day=2026-11-27").json["items"][0]
    others = api.as_(world.other_collector).get("/v1/plans?day=2026-11-27").json["items"][0]
    assert (len(mine["routes"]), len(others["routes"])) == (1, 0)


def test_a_named_crew_is_held_to_the_newest_version(api: ApiClient, world: World) -> None:
    made = book(api)
    url = f"/v1/appointments/{made['id']}/assign"
    crew = {"lead_id": str(world.collector.user)}
    named = api.as_(world.dispatcher).post(url, json=crew, version=made["version"])
    assert named.status_code == 200, named.text
    assert [member["badge"] for member in named.json["crew"]] == ["B-collector"]
    assert api.as_(world.dispatcher).post(url, json=crew, version=made["version"]).status_code == 412


def test_a_supervisor_sends_only_people_of_their_teams(api: ApiClient, world: World) -> None:
    made = book(api)
    url = f"/v1/appointments/{made['id']}/assign"
    stranger = {"lead_id": str(world.legal.user)}
    answer = api.as_(world.supervisor).post(url, json=stranger, version=made["version"])
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/lead_id")


def test_a_list_is_paged_and_a_collector_sees_none_of_other_doors(api: ApiClient, world: World) -> None:
    made = [book(api)["id"] for _ in range(3)]
    first = api.as_(world.dispatcher).get("/v1/appointments?limit=2&state=proposed")
    rest = api.as_(world.dispatcher).get(
        "/v1/appointments",
        query_string={"limit": 2, "state": "proposed", "cursor": first.json["next_cursor"]},
    )
    seen = [row["id"] for row in (*first.json["items"], *rest.json["items"])]
    assert sorted(seen) == sorted(made)
    assert api.as_(world.collector).get("/v1/appointments").json["items"] == []
    assert api.as_(world.collector).get(f"/v1/appointments/{made[0]}").status_code == 404


def test_that_legal_looked_stands_in_the_log(api: ApiClient, world: World) -> None:
    made = book(api)
    answer = api.as_(world.legal).get(f"/v1/appointments/{made['id']}")
    assert answer.headers["Doorstep-Receipt"]
    assert "Doorstep-Receipt" not in api.as_(world.dispatcher).get(f"/v1/appointments/{made['id']}").headers


def test_a_repeated_booking_gets_the_first_answer(api: ApiClient, world: World) -> None:
    body = booking(api)
    first, second = (
        api.as_(world.dispatcher).post("/v1/appointments", json=body, key="the-same-key-1") for _ in range(2)
    )
    assert (first.status_code, first.data) == (201, second.data)


def test_a_draft_is_edited_by_turns_and_a_breach_is_named(api: ApiClient, world: World) -> None:
    world.shift(world.collector, starts_at=at(9))
    dispatcher = api.as_(world.dispatcher)
    early = book(api)
    late = book(api, window_from=at(15).isoformat(), window_to=at(17).isoformat())
    run = dispatcher.post("/v1/plans/runs", json={"day": "2026-11-27", "budget_s": 1}).json
    carry_out_waiting(world.work, world.work, RULES)
    (listed,) = dispatcher.get("/v1/plans/runs?day=2026-11-27").json["items"]
    assert listed["id"] == run["id"]
    url = f"/v1/plans/drafts/{listed['draft_id']}"
    draft = dispatcher.get(url)
    assert draft.headers["ETag"] == f'"{draft.json["version"]}"'
    assert [crew["name"] for crew in draft.json["crews"]] == ["B-collector"]

    wish = {"appointment_id": late["id"], "crew": "B-collector", "position": 0}
    breach = dispatcher.post(f"{url}/moves", json=wish, version=draft.json["version"])
    assert (breach.status_code, breach.code) == (409, "plan-breach"), breach.text
    assert breach.json["breaches"][0]["rule"] == "promise"
    assert breach.json["breaches"][0]["appointment_id"] == early["id"]

    out = {"appointment_id": late["id"], "crew": None}
    edited = dispatcher.post(f"{url}/moves", json=out, version=draft.json["version"])
    assert (edited.status_code, edited.json["dropped"][0]["reason"]) == (200, "by-hand"), edited.text
    stale = dispatcher.post(f"{url}/moves", json=out, version=draft.json["version"])
    assert (stale.status_code, stale.json["current"]["version"]) == (412, edited.json["version"])
    assert dispatcher.post(f"{url}/moves", json=out).code == "precondition-required"
    pinned = {"appointment_id": early["id"], "is_pinned": True}
    kept = dispatcher.post(f"{url}/pins", json=pinned, version=edited.json["version"]).json
    assert kept["routes"][0]["visits"][0]["is_pinned"] is True

    unseen = {"draft_id": draft.json["id"], "version": draft.json["version"]}
    assert dispatcher.post("/v1/plans", json=unseen).code == "stale"
    assert dispatcher.post("/v1/plans", json=unseen | {"version": kept["version"]}).status_code == 201


def test_a_day_is_planned_by_one_run_at_a_time(api: ApiClient, world: World) -> None:
    dispatcher = api.as_(world.dispatcher)
    run = dispatcher.post("/v1/plans/runs", json={"day": "2026-11-27"}).json
    assert dispatcher.post("/v1/plans/runs", json={"day": "2026-11-27"}).code == "conflict"
    assert dispatcher.post(f"/v1/plans/runs/{run['id']}/cancel").json["stage"] == "cancelled"
    assert dispatcher.post(f"/v1/plans/runs/{run['id']}/cancel").code == "conflict"


def test_an_ill_collector_is_replaced_over_http(api: ApiClient, world: World) -> None:
    world.shift(world.collector, starts_at=at(9))
    dispatcher = api.as_(world.dispatcher)
    one = book(api, window_to=at(16).isoformat())
    run = dispatcher.post("/v1/plans/runs", json={"day": "2026-11-27", "budget_s": 1}).json
    carry_out_waiting(world.work, world.work, RULES)
    done = dispatcher.get(f"/v1/plans/runs/{run['id']}").json
    dispatcher.post("/v1/plans", json={"draft_id": done["draft_id"]})
    world.shift(world.other_collector, starts_at=at(9))

    told = {"collector_id": str(world.collector.user), "day": "2026-11-27", "reason": "ill"}
    answer = dispatcher.post("/v1/plans/handovers", json=told)

    assert answer.status_code == 201, answer.text
    (change,) = answer.json["plan"]["changes"]
    assert (change["appointment_id"], change["reason"]) == (one["id"], "crew-absent")
    assert dispatcher.get("/v1/plans/actuals?day=2026-11-27").json["items"] == []
