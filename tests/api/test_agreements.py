"""Instalment plans over HTTP: the main path, other terms, other people's cases, and what legal opens."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.app import create_app
from field_visits.agreements.service.sealing import seal_signed
from field_visits.cases.models import Case
from field_visits.cases.service.holds import place_hold
from field_visits.evidence.codes import Code
from field_visits.unit_of_work import Born
from tests.client import Answer, ApiClient
from tests.features.agreements.plans import key, store_in
from tests.features.visits.door import come, under_way
from tests.unit.field_visits.agreements.samples import drawn
from tests.world import World

DRAFT: dict[str, Any] = {
    "affordability": {"income_minor": 800_000, "essential_minor": 550_000, "currency": "CNY"},
    "is_willing": True,
    "first_due_on": "2026-12-15",
    "method": "bank_transfer",
    "pay_to": "示例银行还款专户",
}


@pytest.fixture
def case(world: World) -> Case:
    return world.case(collector=world.collector)


def drafted(api: ApiClient, case: Case) -> dict[str, Any]:
    made = api.as_(api.world.collector).post(f"/v1/cases/{case.id}/agreements", json=DRAFT)
    assert made.status_code == 201, made.text
    told: dict[str, Any] = made.json
    assert made.headers["Location"] == f"/v1/agreements/{told['id']}"
    assert made.headers["ETag"] == f'"{told["version"]}"'
    return told


def offered(api: ApiClient, case: Case) -> dict[str, Any]:
    made = drafted(api, case)
    answer = api.as_(api.world.collector).post(f"/v1/agreements/{made['id']}/offer", json={})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def signs(api: ApiClient, agreement: dict[str, Any], **changes: Any) -> Answer:
    told = {"terms_hash": agreement["terms_hash"], "language": "zh", "strokes": drawn()}
    url = f"/v1/agreements/{agreement['id']}/signature"
    return api.as_(api.world.collector).post(url, json=told | changes)


def test_a_plan_is_drafted_offered_and_signed(api: ApiClient, case: Case) -> None:
    agreement = offered(api, case)
    assert (agreement["state"], agreement["total"]) == (
        "offered",
        {"amount_minor": 1_200_000, "currency": "CNY"},
    )
    assert [row["due_on"] for row in agreement["instalments"]][:2] == ["2026-12-15", "2027-01-15"]

    signed = signs(api, agreement)

    assert signed.status_code == 200, signed.text
    assert (signed.json["state"], signed.json["signing_grade"]) == ("signed", "lower")
    rows = api.as_(api.world.collector).get(f"/v1/agreements/{agreement['id']}/instalments").json["items"]
    assert [row["amount"]["amount_minor"] for row in rows] == [200_000] * 6
    listed = api.as_(api.world.dispatcher).get(f"/v1/cases/{case.id}/agreements").json["items"]
    assert [row["id"] for row in listed] == [agreement["id"]]


def test_a_signature_on_other_terms_is_422_at_the_hash_and_signs_nothing(api: ApiClient, case: Case) -> None:
    agreement = offered(api, case)

    answer = signs(api, agreement, terms_hash="0" * 64)

    assert (answer.status_code, answer.code) == (422, "invalid")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/terms_hash"]
    read = api.as_(api.world.collector).get(f"/v1/agreements/{agreement['id']}")
    assert read.json["state"] == "offered"


@pytest.mark.parametrize(
    ("point", "pointer"),
    [
        ({"x": "1"}, "/strokes/strokes/0/0/x"),
        ({"x": None}, "/strokes/strokes/0/0/x"),
        ({"t_ms": 1.5}, "/strokes/strokes/0/0/t_ms"),
        ({"colour": "red"}, "/strokes/strokes/0/0/colour"),
    ],
)
def test_a_bad_stroke_is_422_at_its_place(
    api: ApiClient, case: Case, point: dict[str, Any], pointer: str
) -> None:
    agreement = offered(api, case)
    strokes = drawn()
    strokes["strokes"][0][0] |= point

    answer = signs(api, agreement, strokes=strokes)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"is_willing": False}, "/is_willing"),
        ({"first_due_on": "2026-11-25"}, "/first_due_on"),
        ({"count": 61}, "/count"),
        ({"pay_to": "\u202eabc"}, "/pay_to"),
        (
            {"affordability": {**DRAFT["affordability"], "income_minor": 8000.0}},
            "/affordability/income_minor",
        ),
        ({"affordability": {**DRAFT["affordability"], "currency": "USD"}}, "/affordability/currency"),
        ({"languages": ["zh", "zh"]}, "/languages"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_figures_that_allow_no_plan_are_422_with_their_pointer(
    api: ApiClient, case: Case, changes: dict[str, Any], pointer: str
) -> None:
    answer = api.as_(api.world.collector).post(f"/v1/cases/{case.id}/agreements", json=DRAFT | changes)

    assert (answer.status_code, answer.code) in {(422, "invalid"), (422, "missing-glyph")}
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_dispute_refuses_the_offer_and_marks_the_signature(api: ApiClient, case: Case) -> None:
    first, second = drafted(api, case), offered(api, case)
    with api.world.work(api.world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="dispute"), Born)

    refused = api.as_(api.world.collector).post(f"/v1/agreements/{first['id']}/offer", json={})
    signed = signs(api, second)

    assert (refused.status_code, refused.code) == (409, "refused")
    assert "CN-DISP-1" in [reason["rule_id"] for reason in refused.json["decision"]["reasons"]]
    assert (signed.status_code, signed.json["state"]) == (200, "signed_in_breach")
    url = f"/v1/agreements/{second['id']}/acceptance"
    assert api.as_(api.world.collector).post(url, json={"reason": "x"}).status_code == 403
    accepted = api.as_(api.world.legal).post(url, json={"reason": "The dispute was settled."})
    assert (accepted.status_code, accepted.json["state"]) == (200, "signed")


def test_what_is_not_ones_own_does_not_exist(api: ApiClient, case: Case) -> None:
    agreement = offered(api, case)
    stranger = api.as_(api.world.other_collector)

    answers = [
        stranger.get(f"/v1/agreements/{agreement['id']}"),
        stranger.get(f"/v1/agreements/{agreement['id']}/text"),
        stranger.get(f"/v1/agreements/{agreement['id']}/document"),
        stranger.get(f"/v1/cases/{case.id}/agreements"),
        stranger.post(f"/v1/cases/{case.id}/agreements", json=DRAFT),
        stranger.post(f"/v1/agreements/{agreement['id']}/refusal", json={}),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_whoever_visits_in_anothers_place_makes_the_plan_while_at_the_door(
    api: ApiClient, case: Case, world: World
) -> None:
    visit = under_way(world, world.other_collector, case=case)
    url = f"/v1/cases/{case.id}/agreements"
    on_the_way = api.as_(world.other_collector).post(url, json=DRAFT)
    come(world, visit, world.other_collector)
    substitute = api.as_(world.other_collector)
    made = substitute.post(url, json=DRAFT)
    assert made.status_code == 201, made.text
    offer = substitute.post(f"/v1/agreements/{made.json['id']}/offer", json={})
    signature = {"terms_hash": made.json["terms_hash"], "language": "zh", "strokes": drawn()}
    signed = substitute.post(f"/v1/agreements/{made.json['id']}/signature", json=signature)

    answers = (on_the_way, made, offer, signed)
    assert [answer.status_code for answer in answers] == [404, 201, 200, 200], [one.text for one in answers]


def test_the_text_is_given_in_each_language_of_the_terms_and_no_other(api: ApiClient, case: Case) -> None:
    agreement = offered(api, case)
    caller, url = api.as_(api.world.collector), f"/v1/agreements/{agreement['id']}/text"

    texts = {language: caller.get(f"{url}?language={language}").json["text"] for language in ("zh", "en")}

    assert texts["zh"] == caller.get(url).json["text"] != texts["en"]
    assert all(text.endswith(f"{agreement['terms_hash']}\n") for text in texts.values())
    assert caller.get(f"{url}?language=fr").status_code == 422


def test_declined_and_withdrawn_agreements_can_no_longer_be_offered(api: ApiClient, case: Case) -> None:
    declined, withdrawn = offered(api, case), drafted(api, case)
    dispatcher = api.as_(api.world.dispatcher)

    assert dispatcher.post(f"/v1/agreements/{declined['id']}/refusal", json={}).json["state"] == "declined"
    told = {"reason": "Typing error."}
    answer = dispatcher.post(f"/v1/agreements/{withdrawn['id']}/withdrawal", json=told)
    assert answer.json["state"] == "withdrawn"
    for agreement in (declined, withdrawn):
        again = dispatcher.post(f"/v1/agreements/{agreement['id']}/offer", json={})
        assert (again.status_code, again.code) == (409, "illegal")


def test_a_plan_beyond_a_collectors_authority_is_submitted_and_approved(api: ApiClient, case: Case) -> None:
    poor = {**DRAFT, "affordability": {**DRAFT["affordability"], "essential_minor": 740_000}}
    made = api.as_(api.world.collector).post(f"/v1/cases/{case.id}/agreements", json=poor).json
    url = f"/v1/agreements/{made['id']}"

    assert api.as_(api.world.collector).post(f"{url}/offer", json={}).status_code == 409
    waiting = api.as_(api.world.collector).post(f"{url}/submission", json={"note": "Two children."})
    approved = api.as_(api.world.supervisor).post(f"{url}/offer", json={})

    assert waiting.json["state"] == "awaiting_approval"
    assert approved.json["state"] == "offered"
    assert approved.json["approved_by"] == str(api.world.supervisor.user)


def test_opening_the_sealed_document_gives_its_bytes_and_leaves_an_entry(
    api: ApiClient, case: Case, tmp_path: Path
) -> None:
    store = store_in(tmp_path)
    api.house = replace(api.house, objects=store)
    api.app = create_app(api.house)
    agreement = offered(api, case)
    url = f"/v1/agreements/{agreement['id']}/document"
    before = api.as_(api.world.collector).get(url)
    signs(api, agreement)
    sealing = api.as_(api.world.legal).get(url)
    assert seal_signed(api.world.work, store, [key()]) == 1

    sealed = api.as_(api.world.legal).get(url)

    assert (before.status_code, before.data[:5]) == (200, b"%PDF-")
    assert (sealing.status_code, sealing.code) == (503, "unavailable")
    assert (sealed.status_code, sealed.mimetype) == (200, "application/pdf")
    read = api.as_(api.world.legal).get(f"/v1/agreements/{agreement['id']}").json
    assert hashlib.sha256(sealed.data).hexdigest() == read["sealed_sha256"]
    assert read["state"] == "running"
    with api.world.work() as uow:
        entry = uow.session.execute(
            text("SELECT kind, actor_id FROM entries WHERE code = :code AND hash = :hash"),
            {"code": Code.AGREEMENT_OPENED, "hash": bytes.fromhex(sealed.headers["Doorstep-Receipt"])},
        ).one()
    assert (entry.kind, entry.actor_id) == ("fact", api.world.legal.user)
    (certificate,) = api.as_(api.world.legal).get("/v1/seal-certificates").json["items"]
    assert certificate["state"] == "valid"
