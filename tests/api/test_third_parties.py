"""Asking before anybody but the customer is contacted, over HTTP: what is refused, and that it stands in the log."""

from typing import Any

import pytest

from field_visits.cases.models import Case
from field_visits.cases.service.contacts import record_contact
from field_visits.cases.service.holds import place_hold
from tests.client import Answer, ApiClient
from tests.features.appointments.days import entries
from tests.world import World

# Ten in the morning in Shanghai, when the releases that know of third parties are in force.
LATER = "2026-12-09T02:00:00Z"
NIGHT = "2026-12-09T15:00:00Z"
BROTHER = {
    "party": "related",
    "channel": "call",
    "about": "whereabouts",
    "at": LATER,
    "person": "her brother",
}


def asks(api: ApiClient, case: Case, **told: Any) -> Answer:
    return api.as_(api.world.dispatcher).post(f"/v1/cases/{case.id}/approaches", json=told)


def rules_of(answer: Answer, verdict: str = "refuse") -> list[str]:
    return [one["rule_id"] for one in answer.json["decision"]["reasons"] if one["verdict"] == verdict]


def test_nobody_but_customer_and_guarantor_hears_of_the_debt(api: ApiClient, world: World) -> None:
    case = world.case()

    refused = asks(api, case, **BROTHER | {"about": "debt", "ground": "deceased"})
    assert (refused.status_code, refused.code) == (409, "refused")
    assert rules_of(refused) == ["CN-3P-1"]
    assert refused.json["decision"]["next_lawful_at"] is None
    assert len(entries(world, "case:contact:refused")) == 1

    guarantor = asks(api, case, party="guarantor", channel="call", about="debt", at=LATER)
    assert (guarantor.status_code, guarantor.json["decision"]["verdict"]) == (200, "allow")
    assert len(entries(world, "case:contact:cleared")) == 1


@pytest.mark.parametrize(
    ("told", "rules"),
    [
        ({}, ["CN-3P-2"]),
        ({"ground": "deceased", "has_declined": True}, ["CN-3P-2"]),
        ({"ground": "deceased"}, []),
        ({"ground": "number_invalid"}, []),
    ],
)
def test_a_relative_is_asked_only_on_a_ground_and_never_again_after_declining(
    api: ApiClient, world: World, told: dict[str, Any], rules: list[str]
) -> None:
    answer = asks(api, world.case(), **BROTHER | told)

    assert answer.status_code == (409 if rules else 200), answer.text
    assert rules_of(answer) == rules


def test_that_somebody_cannot_be_reached_is_held_against_the_records(api: ApiClient, world: World) -> None:
    case = world.case()
    answer = asks(api, case, **BROTHER | {"ground": "unreachable"})
    assert (answer.status_code, rules_of(answer, "warn")) == (200, ["CN-3P-3"])


def test_a_third_party_is_left_alone_at_night_and_it_is_said_when_next(api: ApiClient, world: World) -> None:
    answer = asks(api, world.case(), **BROTHER | {"ground": "deceased", "at": NIGHT})

    assert rules_of(answer) == ["CN-HOUR-2"]
    assert answer.json["decision"]["next_lawful_at"] == "2026-12-10T00:00:00Z"


def test_a_hold_protects_from_being_asked_about_too_but_not_the_dead_from_their_heirs(
    api: ApiClient, world: World
) -> None:
    vulnerable, dead = world.case(), world.case()
    with world.work() as uow:
        place_hold(uow, vulnerable.id, kind="vulnerable")
        place_hold(uow, dead.id, kind="deceased")

    assert rules_of(asks(api, vulnerable, **BROTHER | {"ground": "unreachable"})) == ["CN-HOLD-3"]
    assert asks(api, dead, **BROTHER | {"ground": "deceased"}).status_code == 200
    assert rules_of(asks(api, dead, party="self", channel="call", at=LATER)) == ["CN-HOLD-7"]


def test_the_customer_is_asked_for_in_the_same_way_and_counted(api: ApiClient, world: World) -> None:
    case = world.case()
    with world.work() as uow:
        for _ in range(3):
            record_contact(uow, case.id, channel="call", at=uow.now, result="reached")

    assert asks(api, case, party="self", channel="call", at=LATER).status_code == 200
    assert asks(api, case, party="self", channel="email").status_code == 200


def test_one_asks_before_and_not_after(api: ApiClient, world: World) -> None:
    answer = asks(api, world.case(), **BROTHER | {"at": "2026-11-01T02:00:00Z"})
    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, ["/at"])


def test_what_was_refused_is_on_the_list_of_the_day_with_its_rule(api: ApiClient, world: World) -> None:
    case = world.case()
    asks(api, case, **BROTHER)

    (told,) = api.as_(world.dispatcher).get("/v1/refusals").json["items"]
    assert told["code"] == "case:contact:refused"
    assert "CN-3P-2" in {one["rule_id"] for one in told["decision"]["reasons"]}
