"""Timelines and bundles over HTTP, as legal works with them."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from field_visits.cases.models import Case
from field_visits.kernel.db import Database
from media.files import FileStore
from tests.client import Answer, ApiClient
from tests.features.dossier.scene import Scene, verified_apart
from tests.world import World


@pytest.fixture
def scene(api: ApiClient, world: World, sequencer_database: Database) -> Scene:
    """The API's own world and store, with a log."""
    store = api.house.objects
    assert isinstance(store, FileStore)
    return Scene(world, sequencer_database, store)


def test_legal_reads_the_story_asks_for_the_bundle_and_fetches_it(
    api: ApiClient, scene: Scene, tmp_path: Path
) -> None:
    case = scene.day()
    scene.number()
    legal = api.as_(scene.world.legal)

    story = legal.get(f"/v1/cases/{case.id}/timeline").json["items"]
    asked = legal.post(f"/v1/cases/{case.id}/exports", json={"reason": "一审举证"})
    early = legal.get(f"/v1/exports/{asked.json['id']}/bundle")
    scene.number()
    scene.build()
    built = legal.get(asked.headers["Location"])
    fetched = legal.get(f"/v1/exports/{asked.json['id']}/bundle")

    assert [one["index"] for one in story] == sorted(one["index"] for one in story)
    assert {"zh", "en"} == set(story[0]["text"])
    assert (asked.status_code, asked.json["state"]) == (201, "requested")
    assert early.status_code == 503
    assert built.json["state"] == "built", built.text
    assert (fetched.status_code, fetched.mimetype) == (200, "application/zip")
    assert sha256(fetched.data).hexdigest() == built.json["sha256"]
    bundle = tmp_path / "fetched.zip"
    bundle.write_bytes(fetched.data)
    keys = legal.get("/v1/log/keys").json
    trusted = [one["key"] for one in keys["log"] + keys["seal"]]
    assert verified_apart(bundle, trusted).returncode == 0


def test_reading_and_fetching_stand_in_the_story(api: ApiClient, scene: Scene) -> None:
    case = scene.world.case()
    export = scene.exported(case)
    legal = api.as_(scene.world.legal)
    legal.get(f"/v1/exports/{export.id}/bundle")

    codes = [one["code"] for one in legal.get(f"/v1/cases/{case.id}/timeline").json["items"]]
    again = [one["code"] for one in legal.get(f"/v1/cases/{case.id}/timeline").json["items"]]

    assert "export:bundle:fetched" in codes
    assert "case:timeline:viewed" not in codes
    assert again.count("case:timeline:viewed") == 1


def test_the_story_comes_in_pages_without_a_view_for_each(api: ApiClient, scene: Scene) -> None:
    case = scene.day()
    scene.number()
    supervisor, legal = api.as_(scene.world.supervisor), api.as_(scene.world.legal)
    whole = [one["id"] for one in supervisor.get(f"/v1/cases/{case.id}/timeline?limit=200").json["items"]]

    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = legal.get(f"/v1/cases/{case.id}/timeline?limit=7{cursor and f'&cursor={cursor}'}").json
        paged += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]

    assert paged[: len(whole)] == whole
    assert len(paged) == len(whole) + 1  # legal's own view, made with the first page


def test_a_supervisor_of_another_team_has_no_such_case(api: ApiClient, scene: Scene) -> None:
    case = scene.world.case(team_id=None)

    answer = api.as_(scene.world.supervisor).get(f"/v1/cases/{case.id}/timeline")

    assert answer.status_code == 404


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "x", "more": 1}])
def test_a_request_without_a_reason_is_turned_away_by_name(
    api: ApiClient, scene: Scene, body: dict[str, object]
) -> None:
    case = scene.world.case()

    answer = api.as_(scene.world.legal).post(f"/v1/cases/{case.id}/exports", json=body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] in {"/reason", "/more"}


def test_the_same_request_twice_is_one_export(api: ApiClient, scene: Scene) -> None:
    case = scene.world.case()
    legal = api.as_(scene.world.legal)

    first = legal.post(f"/v1/cases/{case.id}/exports", json={"reason": "x"}, key="one-and-the-same")
    second = legal.post(f"/v1/cases/{case.id}/exports", json={"reason": "x"}, key="one-and-the-same")

    assert first.json == second.json
    assert len(legal.get(f"/v1/cases/{case.id}/exports").json["items"]) == 1


def test_an_export_that_nobody_asked_for_does_not_exist(api: ApiClient, world: World) -> None:
    assert api.as_(world.legal).get(f"/v1/exports/{uuid4()}").status_code == 404


class TestReadings:
    def test_who_looked_at_case_and_customer_is_told_newest_first(self, api: ApiClient, world: World) -> None:
        case, other = world.case(), world.case()
        legal, dispatcher = api.as_(world.legal), api.as_(world.dispatcher)
        legal.get(f"/v1/cases/{other.id}")
        legal.get(f"/v1/cases/{case.id}")
        world.clock.advance(timedelta(seconds=1))
        dispatcher.post(f"/v1/customers/{case.customer_id}/revelation", json={"reason": "客户来电"})
        world.clock.advance(timedelta(seconds=1))
        legal.get(f"/v1/cases/{case.id}/timeline")

        first = legal.get(f"/v1/cases/{case.id}/readings", query_string={"limit": 2}).json
        second = legal.get(
            f"/v1/cases/{case.id}/readings", query_string={"limit": 2, "cursor": first["next_cursor"]}
        ).json

        told = [(one["code"], one["who"]["id"]) for one in first["items"] + second["items"]]
        assert told == [
            ("case:timeline:viewed", str(world.legal.user)),
            ("customer:details:revealed", str(world.dispatcher.user)),
            ("case:record:viewed", str(world.legal.user)),
        ]
        assert "客户来电" in first["items"][1]["text"]["zh"]


class TestRefusals:
    def test_a_refused_booking_is_told_with_its_rule_and_its_case(self, api: ApiClient, world: World) -> None:
        case = world.case(collector=world.collector)
        refused = book_at_night(api, case)

        (told,) = api.as_(world.dispatcher).get("/v1/refusals").json["items"]

        assert (told["id"], told["code"]) == (refused.json["evidence_id"], "appointment:booking:refused")
        assert (told["case_id"], told["reference"]) == (str(case.id), case.reference)
        assert told["collector_id"] == str(world.collector.user)
        assert told["who"]["id"] == str(world.dispatcher.user)
        assert "CN-HOUR-1" in {reason["rule_id"] for reason in told["decision"]["reasons"]}

    def test_they_come_newest_first_page_by_page_and_between_two_instants(
        self, api: ApiClient, world: World
    ) -> None:
        case = world.case()
        ids = []
        for _ in range(3):
            ids.append(book_at_night(api, case).json["evidence_id"])
            world.clock.advance(timedelta(minutes=1))
        dispatcher = api.as_(world.dispatcher)

        first = dispatcher.get("/v1/refusals", query_string={"limit": 2}).json
        second = dispatcher.get(
            "/v1/refusals", query_string={"limit": 2, "cursor": first["next_cursor"]}
        ).json
        since = {"since": (world.clock.now() - timedelta(minutes=1)).isoformat()}
        until = {"until": (world.clock.now() - timedelta(minutes=2)).isoformat()}

        assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
        assert [one["id"] for one in dispatcher.get("/v1/refusals", query_string=since).json["items"]] == ids[
            2:
        ]
        assert [one["id"] for one in dispatcher.get("/v1/refusals", query_string=until).json["items"]] == ids[
            :1
        ]

    def test_a_supervisor_sees_those_of_the_own_teams(self, api: ApiClient, world: World) -> None:
        book_at_night(api, world.case())
        book_at_night(api, world.case(team_id=None))

        assert len(api.as_(world.dispatcher).get("/v1/refusals").json["items"]) == 2
        assert len(api.as_(world.supervisor).get("/v1/refusals").json["items"]) == 1
        assert api.as_(world.collector).get("/v1/refusals").status_code == 403


def book_at_night(api: ApiClient, case: Case) -> Answer:
    told = {
        "case_id": str(case.id),
        "purpose": "talk",
        "service_minutes": 30,
        "window_from": "2026-11-26T22:00:00+08:00",
        "window_to": "2026-11-26T23:00:00+08:00",
    }
    refused = api.as_(api.world.dispatcher).post("/v1/appointments", json=told)
    assert refused.status_code == 409, refused.text
    return refused


@pytest.mark.parametrize("as_of", ["2026-01-01", "2031-01-01T10:00:00%2B08:00", ""])
def test_clocks_are_read_for_any_day_and_legals_reading_is_on_record(
    api: ApiClient, scene: Scene, as_of: str
) -> None:
    case = scene.world.case()
    query = f"?as_of={as_of}" if as_of else ""

    dispatcher = api.as_(scene.world.dispatcher).get(f"/v1/cases/{case.id}/clocks{query}")
    legal = api.as_(scene.world.legal).get(f"/v1/cases/{case.id}/clocks{query}")
    story = api.as_(scene.world.supervisor).get(f"/v1/cases/{case.id}/timeline").json["items"]

    assert dispatcher.json == legal.json | {"as_of": dispatcher.json["as_of"]}
    assert [one["title"] for one in legal.json["clocks"]] == [
        "limitation",
        "effective_collection",
        "retention",
    ]
    assert [one["code"] for one in story].count("case:clocks:viewed") == 1


@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", "2026-01-01T10:00:00", "0001-01-01"])
def test_a_time_that_cannot_be_read_is_named(api: ApiClient, scene: Scene, as_of: str) -> None:
    case = scene.world.case()

    answer = api.as_(scene.world.legal).get(f"/v1/cases/{case.id}/clocks?as_of={as_of}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/as_of"


def test_clocks_of_another_teams_case_are_not_there(api: ApiClient, scene: Scene) -> None:
    case = scene.world.case(team_id=None)

    assert api.as_(scene.world.supervisor).get(f"/v1/cases/{case.id}/clocks").status_code == 404
    assert api.as_(scene.world.collector).get(f"/v1/cases/{case.id}/clocks").status_code == 403
