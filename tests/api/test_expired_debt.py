"""An expired debt is offered on, signed for and served only once legal has looked at it (CN-LIM-6), over HTTP."""

from datetime import date, timedelta

import pytest

from field_visits.cases.models import Case
from field_visits.kernel.clock import SteppedClock
from field_visits.messages.models import Alert
from tests.api.samples_notices import DOCUMENT
from tests.api.test_agreements import DRAFT, signs
from tests.client import Answer, ApiClient
from tests.features.appointments.days import entries
from tests.world import World

NOTICE = {"kind": "demand", "title": "催告函", "document_sha256": DOCUMENT}


@pytest.fixture
def clock(clock: SteppedClock) -> SteppedClock:
    """From 2 December on the released rules know of it."""
    clock.advance(timedelta(days=10))
    return clock


def expired(world: World) -> Case:
    """Limitation ran out on 1 November."""
    return world.case(collector=world.collector, due_on=date(2023, 11, 1))


def offers(api: ApiClient, case: Case) -> Answer:
    by = api.beside().as_(api.world.supervisor)
    made = by.post(f"/v1/cases/{case.id}/agreements", json=DRAFT | {"first_due_on": "2026-12-28"})
    assert made.status_code == 201, made.text
    return by.post(f"/v1/agreements/{made.json['id']}/offer", json={})


def prepares(api: ApiClient, case: Case) -> Answer:
    return api.beside().as_(api.world.dispatcher).post(f"/v1/cases/{case.id}/notices", json=NOTICE)


def approves(api: ApiClient, case: Case) -> Answer:
    told = {"reason": "The customer knows the defence and wants to pay."}
    return api.beside().as_(api.world.legal).post(f"/v1/cases/{case.id}/expired-approval", json=told)


@pytest.mark.parametrize("tries", [offers, prepares])
def test_legal_is_asked_first(api: ApiClient, world: World, tries: object) -> None:
    assert callable(tries)
    case = expired(world)

    refused = tries(api, case)
    assert (refused.status_code, refused.code) == (409, "refused")
    assert [one["rule_id"] for one in refused.json["decision"]["reasons"] if one["verdict"] == "refuse"] == [
        "CN-LIM-6"
    ]
    assert refused.json["decision"]["next_lawful_at"] is None

    approved = approves(api, case)
    assert approved.status_code == 200, approved.text
    assert approved.json["expired_approved_at"]
    assert len(entries(world, "case:expired_debt:approved")) == 1
    assert tries(api, case).status_code < 300


def test_what_was_signed_all_the_same_is_a_breach_that_is_put_to_a_person(
    api: ApiClient, world: World, clock: SteppedClock
) -> None:
    case = world.case(collector=world.collector, due_on=date(2023, 12, 10))
    offered = offers(api, case)
    assert offered.status_code == 200, offered.text
    clock.advance(timedelta(days=8))

    signed = signs(api, offered.json)

    assert (signed.status_code, signed.json["state"]) == (200, "signed_in_breach")
    with world.work() as uow:
        alert = uow.session.query(Alert).filter_by(kind="agreement_signed_in_breach").one()
        assert "CN-LIM-6" in alert.detail["rules"]


def test_a_debt_that_has_not_expired_needs_no_approval_and_gets_none(api: ApiClient, world: World) -> None:
    running, unknown = world.case(due_on=date(2026, 1, 1)), world.case()

    assert offers(api, running).status_code == 200
    assert offers(api, unknown).status_code == 200
    for case in (running, unknown):
        refused = approves(api, case)
        assert (refused.status_code, refused.code) == (409, "illegal")
    assert len(entries(world, "case:expired_debt:refused")) == 2
