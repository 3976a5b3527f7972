"""Visits over HTTP: setting out, telling what happened, photos by ticket, the field, the alerts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from field_visits.attachments.sweeps import verify_received
from field_visits.cases.service.holds import place_hold
from field_visits.evidence.codes import Code
from media.digest import digest_of
from tests.api.samples_visits import PHOTO, announcement, attachment, outcome
from tests.client import Answer, ApiClient
from tests.features.appointments.days import at, entries
from tests.features.visits.door import DOOR, at_door, gone, promised, under_way
from tests.world import World


def depart(api: ApiClient, world: World, *, hour: float = 9.5, window: float = 10, **told: Any) -> Answer:
    appointment = promised(world, world.collector, hour=window)
    world.clock.move_to(at(hour))
    return api.as_(world.collector).post("/v1/visits", json={"appointment_id": str(appointment.id), **told})


def arrival(world: World) -> dict[str, Any]:
    return {
        "fix": {
            "point": {"lat": DOOR.lat, "lon": DOOR.lon},
            "accuracy_m": 8,
            "taken_at": world.clock.now().isoformat(),
            "is_mock": False,
        }
    }


def announce(api: ApiClient, world: World, visit_id: object, content: bytes = PHOTO) -> Answer:
    return api.as_(world.collector).post(f"/v1/visits/{visit_id}/photos", json=announcement(content))


def put(api: ApiClient, ticket: dict[str, Any], content: bytes, **headers: str) -> Answer:
    return api.anonymous.put(ticket["url"], data=content, headers={**ticket["headers"], **headers})


class TestDeparture:
    def test_a_crew_sets_out_under_the_id_of_its_phone(self, api: ApiClient, world: World) -> None:
        minted = str(uuid4())

        answer = depart(api, world, id=minted)

        assert answer.status_code == 201, answer.text
        assert answer.headers["Location"] == f"/v1/visits/{minted}"
        assert (answer.json["id"], answer.json["state"]) == (minted, "departed")
        assert answer.json["proof"] == {"state": "none", "files": 0, "verified": 0}
        assert answer.headers["ETag"] == f'"{answer.json["version"]}"'

    def test_outside_hours_it_is_refused_with_the_next_lawful_instant(
        self, api: ApiClient, world: World
    ) -> None:
        answer = depart(api, world, hour=23, window=19)

        assert (answer.status_code, answer.code) == (409, "refused")
        assert answer.json["decision"]["next_lawful_at"] == "2026-11-28T00:00:00Z"
        assert "CN-HOUR-1" in [reason["rule_id"] for reason in answer.json["decision"]["reasons"]]

    def test_an_unknown_appointment_does_not_exist(self, api: ApiClient, world: World) -> None:
        answer = api.as_(world.collector).post("/v1/visits", json={"appointment_id": str(uuid4())})

        assert answer.status_code == 404

    def test_two_phones_make_two_visits(self, api: ApiClient, world: World) -> None:
        appointment = promised(world, world.collector, world.other_collector)
        world.clock.move_to(at(9.5))
        told = {"appointment_id": str(appointment.id)}

        answers = [
            api.as_(phone).post("/v1/visits", json=told) for phone in (world.collector, world.other_collector)
        ]
        again = api.as_(world.collector).post("/v1/visits", json=told)

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json["id"] != answers[1].json["id"]
        assert (again.status_code, again.code) == (409, "illegal")


class TestArrival:
    def test_the_fix_is_placed_and_its_doubts_are_shown(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)
        world.clock.move_to(at(10))

        answer = api.as_(world.collector).post(f"/v1/visits/{visit.id}/arrival", json=arrival(world))

        assert answer.status_code == 200, answer.text
        assert (answer.json["breach"], answer.json["stop"]) == (None, [])
        shown = answer.json["visit"]
        assert (shown["state"], shown["placement"]) == ("arrived", "inside")
        assert shown["arrival_doubts"] == ["approximate_address"]

    def test_outside_hours_it_is_recorded_as_breach_with_an_alert(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)
        world.clock.move_to(at(22.5))

        answer = api.as_(world.collector).post(f"/v1/visits/{visit.id}/arrival", json=arrival(world))

        assert answer.status_code == 200
        assert answer.json["breach"]["verdict"] == "refuse"
        (alert,) = api.as_(world.dispatcher).get("/v1/alerts").json["items"]
        assert (alert["kind"], alert["about_id"]) == ("visit_breach", str(visit.id))
        assert "CN-HOUR-1" in alert["detail"]["rules"]

    def test_a_hold_that_came_under_way_tells_the_crew_to_leave(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)
        with world.work(world.legal) as uow:
            place_hold(uow, visit.case_id, kind="cease")
        world.clock.move_to(at(10))

        answer = api.as_(world.collector).post(f"/v1/visits/{visit.id}/arrival", json=arrival(world))

        assert answer.json["stop"] == ["cease"]
        assert answer.json["breach"] is not None

    def test_a_receiver_without_signal_is_no_obstacle(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)

        answer = api.as_(world.collector).post(f"/v1/visits/{visit.id}/arrival", json={"fix": None})

        assert answer.json["visit"]["placement"] == "uncertain"

    @pytest.mark.parametrize(
        ("told", "pointer"),
        [
            ({}, "/fix"),
            ({"fix": None, "occurred_at": "2026-11-27T10:00:00"}, "/occurred_at"),
            ({"fix": None, "occurred_at": "2027-01-01T10:00:00+08:00"}, "/occurred_at"),
            ({"fix": None, "speed": 3}, "/speed"),
            ({"fix": {"point": {"lat": 91, "lon": 0}, "accuracy_m": 1, "taken_at": None}}, "/fix/point/lat"),
            ({"fix": {"point": {"lat": 1, "lon": 0}, "accuracy_m": -1, "taken_at": None}}, "/fix/accuracy_m"),
        ],
    )
    def test_what_cannot_be_names_its_field(
        self, api: ApiClient, world: World, told: dict[str, Any], pointer: str
    ) -> None:
        visit = under_way(world)

        answer = api.as_(world.collector).post(f"/v1/visits/{visit.id}/arrival", json=told)

        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)

    def test_somebody_elses_visit_does_not_exist(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)

        told = api.as_(world.other_collector).post(f"/v1/visits/{visit.id}/arrival", json={"fix": None})
        read = api.as_(world.other_collector).get(f"/v1/visits/{visit.id}")

        assert (told.status_code, read.status_code) == (404, 404)


class TestPhotos:
    def test_a_photo_goes_by_its_ticket_and_the_proof_becomes_whole(
        self, api: ApiClient, world: World
    ) -> None:
        visit = at_door(world)
        announced = announce(api, world, visit.id)
        assert announced.json["visit"]["proof"]["state"] == "pending"

        stored = put(api, announced.json["ticket"], PHOTO)
        verify_received(world.work, api.house.objects)

        file_id = announced.json["attachment"]["id"]
        assert (stored.status_code, stored.json) == (200, {"attachments": [file_id]})
        shown = api.as_(world.collector).get(f"/v1/visits/{visit.id}").json
        assert shown["proof"] == {"state": "whole", "files": 1, "verified": 1}
        assert shown["files"][0]["claims"]["taken_at"] == "2026-11-25T02:03:22+00:00"

    def test_bytes_that_are_not_the_tickets_are_refused(self, api: ApiClient, world: World) -> None:
        ticket = announce(api, world, at_door(world).id).json["ticket"]
        other = PHOTO[:-3] + b"\x00" + PHOTO[-2:]

        answer = put(api, ticket, other)

        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/sha256")

    def test_an_upload_that_was_cut_is_refused_and_can_be_sent_again(
        self, api: ApiClient, world: World
    ) -> None:
        ticket = announce(api, world, at_door(world).id).json["ticket"]

        # The connection breaks off after 100 bytes of the length that it announced.
        cut = api.anonymous.put(
            ticket["url"],
            data=PHOTO[:100],
            headers=ticket["headers"],
            environ_overrides={"CONTENT_LENGTH": str(len(PHOTO))},
        )
        short = put(api, ticket, PHOTO[:100])
        again = put(api, ticket, PHOTO)

        assert (cut.status_code, short.status_code, again.status_code) == (400, 422, 200), cut.text
        assert short.json["errors"][0]["pointer"] == "/length"

    def test_an_upload_sent_again_is_told_that_it_is_there(self, api: ApiClient, world: World) -> None:
        ticket = announce(api, world, at_door(world).id).json["ticket"]
        put(api, ticket, PHOTO)

        again = put(api, ticket, PHOTO)

        assert (again.status_code, again.code) == (412, "already-there")

    def test_a_ticket_that_was_altered_or_is_over_does_not_hold(self, api: ApiClient, world: World) -> None:
        ticket = announce(api, world, at_door(world).id).json["ticket"]
        altered = {**ticket, "url": ticket["url"].replace("length=", "length=1")}

        forged = put(api, altered, PHOTO)
        world.clock.advance(timedelta(hours=1))
        late = put(api, ticket, PHOTO)

        assert (forged.status_code, late.status_code) == (403, 403)
        assert forged.code == late.code == "ticket-not-valid"

    def test_announced_again_it_is_the_same_file_with_a_fresh_ticket(
        self, api: ApiClient, world: World
    ) -> None:
        visit = at_door(world)
        first = announce(api, world, visit.id)
        world.clock.advance(timedelta(minutes=5))

        again = announce(api, world, visit.id)

        assert again.json["attachment"]["id"] == first.json["attachment"]["id"]
        assert again.json["ticket"]["url"] != first.json["ticket"]["url"]

    def test_a_report_before_the_bytes_is_turned_away(self, api: ApiClient, world: World) -> None:
        file_id = announce(api, world, at_door(world).id).json["attachment"]["id"]

        answer = api.as_(world.collector).post(f"/v1/attachments/{file_id}/received")

        assert answer.status_code == 422


class TestOriginals:
    def test_opening_an_original_is_recorded_and_gives_its_very_bytes(
        self, api: ApiClient, world: World
    ) -> None:
        file_id = attachment(api)

        answer = api.as_(world.legal).get(f"/v1/attachments/{file_id}/original")

        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert digest_of(answer.data) == digest_of(PHOTO)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        (opened,) = entries(world, Code.ATTACHMENT_OPENED)
        assert opened.actor_id == world.legal.user

    def test_a_small_copy_is_no_opening(self, api: ApiClient, world: World) -> None:
        file_id = attachment(api)

        answer = api.as_(world.dispatcher).get(f"/v1/attachments/{file_id}/thumbnail")

        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.data != PHOTO
        assert entries(world, Code.ATTACHMENT_OPENED) == []

    def test_a_file_whose_bytes_have_not_come_cannot_be_opened(self, api: ApiClient, world: World) -> None:
        file_id = announce(api, world, at_door(world).id).json["attachment"]["id"]

        original = api.as_(world.legal).get(f"/v1/attachments/{file_id}/original")
        thumbnail = api.as_(world.legal).get(f"/v1/attachments/{file_id}/thumbnail")

        assert (original.status_code, thumbnail.status_code) == (404, 404)


class TestOutcome:
    def test_an_outcome_without_who_was_met_names_what_is_missing(self, api: ApiClient, world: World) -> None:
        visit = at_door(world)

        answer = api.as_(world.collector).post(f"/v1/visits/{visit.id}/outcome", json={"outcome": "REFUSE"})

        assert answer.status_code == 422
        assert sorted(each["pointer"] for each in answer.json["errors"]) == [
            "/identity_proof",
            "/person_met",
        ]

    def test_a_promise_is_told_with_its_outcome(self, api: ApiClient, world: World) -> None:
        visit = at_door(world)
        promise = {"amount": {"amount_minor": 50_000, "currency": "CNY"}, "due_on": "2026-12-05"}

        answer = api.as_(world.collector).post(
            f"/v1/visits/{visit.id}/outcome", json=outcome(outcome="PTP_PART", promise=promise)
        )

        assert answer.status_code == 200, answer.text
        shown = answer.json["visit"]
        assert (shown["state"], shown["outcome"], answer.json["may_name_debt"]) == (
            "finished",
            "PTP_PART",
            True,
        )

    def test_a_promise_that_is_missing_names_its_field(self, api: ApiClient, world: World) -> None:
        visit = at_door(world)

        answer = api.as_(world.collector).post(
            f"/v1/visits/{visit.id}/outcome", json=outcome(outcome="PTP_FULL")
        )

        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/promise")

    def test_a_third_person_may_not_hear_of_the_debt(self, api: ApiClient, world: World) -> None:
        visit = at_door(world)
        told = {"person_met": "related", "identity_proof": "stated"}

        answer = api.as_(world.collector).post(f"/v1/visits/{visit.id}/persons", json=told)

        assert answer.json["may_name_debt"] is False

    def test_the_same_request_twice_is_one_outcome(self, api: ApiClient, world: World) -> None:
        visit = at_door(world)
        url, key = f"/v1/visits/{visit.id}/outcome", "outcome-key-1"

        first = api.as_(world.collector).post(url, json=outcome(), key=key)
        second = api.as_(world.collector).post(url, json=outcome(), key=key)

        assert first.data == second.data
        assert len(entries(world, Code.VISIT_OUTCOME_RECORDED)) == 1

    def test_a_dispatcher_breaks_off_a_visit(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)

        answer = api.as_(world.dispatcher).post(
            f"/v1/visits/{visit.id}/abort", json={"reason": "The car broke down.", "missed_by": "collector"}
        )

        assert answer.json["visit"]["state"] == "aborted"

    def test_the_22_outcomes_are_listed_in_both_languages(self, api: ApiClient, world: World) -> None:
        items = api.as_(world.collector).get("/v1/outcomes").json["items"]

        assert len(items) == 22
        assert items[0]["zh"] == "承诺全额"
        assert items[0]["needs"] == ["promise"]


class TestReading:
    def test_visits_are_paged_by_departure(self, api: ApiClient, world: World) -> None:
        first, second = promised(world, world.collector), promised(world, world.other_collector, hour=14)
        visits = [gone(world, first, world.collector), gone(world, second, world.other_collector)]

        page = api.as_(world.dispatcher).get("/v1/visits?limit=1").json
        rest = api.as_(world.dispatcher).get(f"/v1/visits?limit=1&cursor={page['next_cursor']}").json

        assert [page["items"][0]["id"], rest["items"][0]["id"]] == [str(visit.id) for visit in visits]
        assert rest["next_cursor"] is None

    def test_that_legal_looked_is_recorded(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)

        api.as_(world.dispatcher).get(f"/v1/visits/{visit.id}")
        api.as_(world.legal).get(f"/v1/visits/{visit.id}")

        (viewed,) = entries(world, Code.CASE_VIEWED)
        assert viewed.actor_id == world.legal.user

    def test_the_field_is_shown_as_it_is_now(self, api: ApiClient, world: World) -> None:
        visit = at_door(world)

        field = api.as_(world.supervisor).get("/v1/field").json

        doing = {one["collector_id"]: (one["doing"], one["visit_id"]) for one in field["items"]}
        assert doing[str(world.collector.user)] == ("at_door", str(visit.id))
        assert doing[str(world.other_collector.user)] == ("free", None)


class TestAlerts:
    def test_an_alert_is_taken_on_and_closed_with_a_note(self, api: ApiClient, world: World) -> None:
        visit = under_way(world)
        world.clock.move_to(at(22.5))
        api.as_(world.collector).post(f"/v1/visits/{visit.id}/arrival", json=arrival(world))
        (alert,) = api.as_(world.dispatcher).get("/v1/alerts?state=open").json["items"]
        url = f"/v1/alerts/{alert['id']}"

        taken = api.as_(world.dispatcher).post(f"{url}/acknowledge", version=alert["version"])
        stale = api.as_(world.legal).post(
            f"{url}/close", version=alert["version"], json={"note": "Called the crew."}
        )
        closed = api.as_(world.legal).post(
            f"{url}/close", version=taken.json["version"], json={"note": "Called the crew."}
        )

        assert (taken.json["state"], stale.status_code) == ("acknowledged", 412)
        assert (closed.status_code, closed.json["state"]) == (200, "closed")

    def test_the_outbox_shows_what_was_told_and_hides_the_number(self, api: ApiClient, world: World) -> None:
        promised(world, world.collector)

        (message,) = api.as_(world.supervisor).get("/v1/messages").json["items"]

        assert (message["template"], message["state"]) == ("appointment_notice", "queued")
        assert message["recipient"] == "138******01"
        assert "债" not in message["text"]
