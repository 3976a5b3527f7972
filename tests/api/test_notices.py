"""Notices over HTTP: into whose hands, how strongly that is proved, and what may not be done at a door."""

from typing import Any

import pytest

from field_visits.cases.models import Case
from field_visits.visits.models import Visit
from tests.api.samples_notices import DOCUMENT
from tests.client import Answer, ApiClient
from tests.features.appointments.days import at, entries
from tests.features.visits.door import at_door, promised

SIGNED = {"mode": "sealed", "recipient": "self", "is_signed": True}
AUNT = {
    "mode": "sealed",
    "recipient": "co_resident_adult",
    "relationship": "aunt, lives here",
    "has_capacity": True,
    "is_signed": True,
}


class AtADoor:
    """A collector at a door, with a demand in the bag."""

    def __init__(self, api: ApiClient) -> None:
        self.api, self.world = api, api.world
        self.case: Case = self.world.case(collector=self.world.collector)
        prepared = api.as_(self.world.legal).post(
            f"/v1/cases/{self.case.id}/notices",
            json={"kind": "demand", "title": "催告函", "document_sha256": DOCUMENT},
        )
        assert prepared.status_code == 201, prepared.json
        self.url = prepared.headers["Location"]
        self.visit: Visit = at_door(self.world, case=self.case)

    def serve(self, **told: Any) -> Answer:
        body = {"visit_id": str(self.visit.id), **told}
        return self.api.beside().as_(self.world.collector).post(f"{self.url}/service", json=body)


@pytest.fixture
def door(api: ApiClient) -> AtADoor:
    return AtADoor(api)


def test_a_signed_receipt_proves_most(door: AtADoor) -> None:
    told = door.serve(**SIGNED)

    assert told.status_code == 200, told.json
    assert (told.json["state"], told.json["grade"], told.json["recipient"]) == ("served", "signed", "self")
    assert len(entries(door.world, "notice:service:made")) == 1


def test_without_signature_and_photograph_it_is_merely_stated(door: AtADoor) -> None:
    assert door.serve(**SIGNED | {"is_signed": False}).json["grade"] == "stated"


def test_a_co_resident_adult_takes_a_sealed_one(door: AtADoor) -> None:
    told = door.serve(**AUNT)
    assert (told.json["recipient"], told.json["mode"]) == ("co_resident_adult", "sealed")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"mode": "open"}, "/mode"),
        ({"relationship": None}, "/relationship"),
        ({"has_capacity": None}, "/has_capacity"),
        ({"has_capacity": False}, "/has_capacity"),
    ],
)
def test_nobody_but_the_party_learns_what_is_in_it(
    door: AtADoor, changed: dict[str, Any], pointer: str
) -> None:
    answer = door.serve(**AUNT | changed)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]
    assert entries(door.world, "notice:service:made") == []


def test_a_neighbour_is_no_recipient(door: AtADoor) -> None:
    assert door.serve(**AUNT | {"recipient": "neighbour"}).status_code == 422


def test_served_twice_the_first_service_stands(door: AtADoor) -> None:
    door.serve(**SIGNED)
    again = door.serve(**AUNT)
    assert again.status_code == 200
    assert again.json["recipient"] == "self"
    assert len(entries(door.world, "notice:service:made")) == 2


def test_a_refusal_to_take_it_is_told_to_the_office_and_may_end_well(door: AtADoor) -> None:
    caller = door.api.beside().as_(door.world.collector)
    told = caller.post(f"{door.url}/refusal", json={"visit_id": str(door.visit.id), "note": "不肯接收"})
    assert told.json["state"] == "refused"
    alerts = door.api.as_(door.world.dispatcher).get("/v1/alerts").json["items"]
    assert [alert["kind"] for alert in alerts] == ["notice_refused"]
    assert door.serve(**SIGNED).json["state"] == "served"


def test_against_a_hold_it_is_a_breach_and_alarmed(door: AtADoor) -> None:
    hold = {"kind": "vulnerable", "cause": "said so"}
    dispatcher = door.api.as_(door.world.dispatcher)
    assert dispatcher.post(f"/v1/cases/{door.case.id}/holds", json=hold).status_code == 201
    door.serve(**SIGNED)

    alerts = dispatcher.get("/v1/alerts").json["items"]
    assert [(alert["kind"], alert["detail"]["rules"]) for alert in alerts] == [
        ("notice_breach", ["CN-HOLD-3"])
    ]
    refused = dispatcher.post(
        f"/v1/cases/{door.case.id}/notices",
        json={"kind": "demand", "title": "催告函", "document_sha256": DOCUMENT},
    )
    assert refused.status_code == 409


def test_somebody_else_s_visit_serves_nothing(door: AtADoor) -> None:
    body = {"visit_id": str(door.visit.id), **SIGNED}
    stranger = door.api.beside().as_(door.world.other_collector)
    assert stranger.post(f"{door.url}/service", json=body).status_code == 404


def test_what_is_not_served_is_brought_back_with_a_reason(api: ApiClient) -> None:
    world = api.world
    case = world.case(collector=world.collector)
    promised(world, world.collector, case=case)
    caller = api.as_(world.legal)
    prepared = caller.post(
        f"/v1/cases/{case.id}/notices",
        json={"kind": "demand", "title": "催告函", "document_sha256": DOCUMENT},
    )
    told = caller.post(f"{prepared.headers['Location']}/return", json={"reason": "Moved away."})
    assert told.json["state"] == "returned"
    world.clock.move_to(at(20))
    assert [
        one["state"]
        for one in api.beside().as_(world.legal).get(f"/v1/cases/{case.id}/notices").json["items"]
    ] == ["returned"]
