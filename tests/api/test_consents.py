"""What customers waive, over HTTP: it lifts the rule that names it, is on record, and ends when they say so."""

from datetime import timedelta
from typing import Any

import pytest

from field_visits.cases.models import Case
from tests.api.test_portal import Visited
from tests.client import Answer, ApiClient
from tests.features.appointments.days import at, entries
from tests.world import World


def records(api: ApiClient, case: Case, **told: Any) -> Answer:
    body = {
        "kind": "odd_hours",
        "channel": "call",
        "given_at": api.world.clock.now().isoformat(),
        "words": "Comes home at ten; call of today.",
    }
    return api.beside().as_(api.world.dispatcher).post(f"/v1/cases/{case.id}/consents", json=body | told)


def books(api: ApiClient, case: Case, hour: float) -> Answer:
    file = api.beside().as_(api.world.dispatcher).get(f"/v1/cases/{case.id}").json
    told = {
        "case_id": str(case.id),
        "address_id": file["addresses"][0]["id"],
        "purpose": "talk",
        "service_minutes": 30,
        "crew_size": 1,
        "window_from": at(hour).isoformat(),
        "window_to": at(hour + 1).isoformat(),
    }
    return api.beside().as_(api.world.dispatcher).post("/v1/appointments", json=told)


def test_a_consent_lifts_the_hours_until_it_is_withdrawn(api: ApiClient, world: World) -> None:
    case = world.case()
    assert books(api, case, 23).status_code == 409

    made = records(api, case)
    assert made.status_code == 201, made.text
    assert (made.json["state"], made.json["is_written"]) == ("given", False)
    assert books(api, case, 23).status_code == 201

    url = f"/v1/consents/{made.json['id']}/withdrawal"
    ended = api.beside().as_(world.collector)
    assert ended.post(url, json={}).status_code == 404  # nobody's case but the office's
    told = api.beside().as_(world.legal).post(url, json={"reason": "The customer wrote."})
    assert (told.status_code, told.json["state"]) == (200, "withdrawn")
    again = api.beside().as_(world.legal).post(url, json={})
    assert (again.status_code, again.code) == (409, "illegal")
    assert len(entries(world, "consent:record:withdrawn")) == 1
    assert books(api, world.case(), 23).status_code == 409


def test_a_consent_covers_no_more_than_its_time(api: ApiClient, world: World) -> None:
    case = world.case()
    assert records(api, case, until=at(22).isoformat()).status_code == 201
    assert books(api, case, 23).status_code == 409


@pytest.mark.parametrize(("kind", "rule"), [("short_notice", "CN-NOTICE-1"), ("more_visits", "CN-FREQ-3")])
def test_each_kind_lifts_the_rule_that_names_it(api: ApiClient, world: World, kind: str, rule: str) -> None:
    case = world.case()
    assert books(api, case, 10).status_code == 201
    hour = 14 if kind == "more_visits" else -15
    refused = books(api, case, hour)
    assert rule in {one["rule_id"] for one in refused.json["decision"]["reasons"]}
    for each in ("short_notice", "more_visits"):
        assert records(api, case, kind=each, channel="letter").status_code == 201
    assert books(api, case, hour).status_code == 201


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"kind": "everything"}, "/kind"),
        ({"given_at": "2027-01-01T00:00:00Z"}, "/given_at"),
        ({"until": "2026-01-01T00:00:00Z"}, "/until"),
        ({"words": " "}, "/words"),
    ],
)
def test_what_cannot_be_a_consent_is_named(
    api: ApiClient, world: World, told: dict[str, str], pointer: str
) -> None:
    answer = records(api, world.case(), **told)
    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])


def test_the_customer_takes_it_back_on_their_page(api: ApiClient, world: World) -> None:
    visited = Visited(api)
    made = records(api, visited.case, kind="more_visits", channel="letter")
    stranger = records(api, world.case())

    (shown,) = visited.page.get("/v1/page").json["consents"]
    assert (shown["id"], shown["kind"]) == (made.json["id"], "more_visits")
    other = visited.page.post(f"/v1/page/consents/{stranger.json['id']}/withdrawal")
    assert other.status_code == 404
    page = visited.page.post(f"/v1/page/consents/{shown['id']}/withdrawal")
    assert (page.status_code, page.json["consents"]) == (200, [])
    assert len(entries(world, "consent:record:withdrawn")) == 1


def test_one_that_has_ended_is_shown_no_more(api: ApiClient, world: World) -> None:
    visited = Visited(api)
    records(api, visited.case, until=(world.clock.now() + timedelta(hours=1)).isoformat())
    world.clock.advance(timedelta(hours=2))
    assert visited.page.get("/v1/page").json["consents"] == []
