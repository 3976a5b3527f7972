"""Programs with scopes and keys, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from field_visits.evidence.tables import Entry, EntryBody
from field_visits.identity.models import IdempotencyKey, ServiceKey
from field_visits.identity.permissions import GRANTABLE
from tests.api.signing_in import bearer
from tests.client import Answer, ApiClient
from tests.world import World

URL = "/v1/service-accounts"


@pytest.fixture
def account(api: ApiClient, world: World) -> dict[str, Any]:
    made = api.as_(world.admin).post(
        URL, json={"name": "core banking", "scopes": ["case:read", "case:search"]}
    )
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json
    return found


def issue(api: ApiClient, account: dict[str, Any], **told: Any) -> dict[str, Any]:
    issued = api.as_(api.world.admin).post(f"{URL}/{account['id']}/keys", json=told)
    assert issued.status_code == 201, issued.text
    found: dict[str, Any] = issued.json
    return found


def cases(api: ApiClient, key: str) -> Answer:
    return api.anonymous.get("/v1/cases", headers=bearer(key))


def test_the_scopes_that_may_be_given_are_listed(api: ApiClient, world: World) -> None:
    scopes = api.as_(world.admin).get("/v1/service-account-scopes").json["items"]

    assert "case:read" in scopes
    assert scopes == sorted(scopes)
    # What makes access, and what a person answers for by name, is none.
    assert {"user:create", "service_key:issue", "contact_hold:lift", "export:request"} & set(scopes) == set()


def test_a_key_does_what_its_scopes_name_and_nothing_else(
    api: ApiClient, world: World, account: dict[str, Any]
) -> None:
    world.case()
    key = issue(api, account)["key"]
    listed, users = cases(api, key), api.anonymous.get("/v1/users", headers=bearer(key))

    assert key.startswith(world.organisation.hex)
    assert (listed.status_code, len(listed.json["items"])) == (200, 1)
    assert (users.status_code, users.code) == (403, "forbidden")
    assert "The scopes of this key do not name «user:read»" in users.json["detail"]


def test_a_key_is_kept_nowhere_in_clear(api: ApiClient, world: World, account: dict[str, Any]) -> None:
    issued = issue(api, account)
    with world.work() as uow:
        kept = b"".join(uow.session.scalars(select(EntryBody.body)))
        kept += b"".join(uow.session.scalars(select(IdempotencyKey.body)))
        kept += b"".join(uow.session.scalars(select(ServiceKey.hash)))

    assert issued["key"].rpartition(".")[2].encode() not in kept
    assert issued["key"].endswith(issued["hint"])


def test_issuing_again_under_one_idempotency_key_makes_no_second_key(
    api: ApiClient, world: World, account: dict[str, Any]
) -> None:
    url, caller = f"{URL}/{account['id']}/keys", api.as_(world.admin)
    first, again = (caller.post(url, json={}, key="the-same-key") for _ in range(2))

    assert (first.status_code, again.status_code, again.code) == (201, 409, "already-shown")
    assert len(caller.get(url).json["items"]) == 1


def test_a_key_ends_when_it_was_said_to(api: ApiClient, world: World, account: dict[str, Any]) -> None:
    key = issue(api, account, days=1)["key"]
    before = cases(api, key).status_code
    world.clock.advance(timedelta(days=1))

    assert (before, cases(api, key).status_code) == (200, 401)


def test_a_revoked_key_opens_nothing_at_once(api: ApiClient, world: World, account: dict[str, Any]) -> None:
    issued, other = issue(api, account), issue(api, account)
    url = f"{URL}/{account['id']}/keys/{issued['id']}/revoke"
    revoked, again = (api.as_(world.admin).post(url) for _ in range(2))

    assert (revoked.status_code, revoked.json["state"]) == (200, "revoked")
    assert (again.status_code, again.code) == (409, "illegal")
    assert (cases(api, issued["key"]).status_code, cases(api, other["key"]).status_code) == (401, 200)


def test_a_rotated_key_stays_good_for_the_overlap(
    api: ApiClient, world: World, account: dict[str, Any]
) -> None:
    old = issue(api, account)
    url = f"{URL}/{account['id']}/keys/{old['id']}/rotate"
    new = api.as_(world.admin).post(url, json={"overlap_hours": 2})
    world.clock.advance(timedelta(hours=1))
    meanwhile = [cases(api, key).status_code for key in (old["key"], new.json["key"])]
    world.clock.advance(timedelta(hours=1))
    afterwards = [cases(api, key).status_code for key in (old["key"], new.json["key"])]

    assert new.status_code == 201
    assert (meanwhile, afterwards) == ([200, 200], [401, 200])


def test_the_last_use_is_known_to_the_minute(api: ApiClient, world: World, account: dict[str, Any]) -> None:
    issued = issue(api, account)
    seen = []
    for seconds in (0, 59, 1):
        world.clock.advance(timedelta(seconds=seconds))
        cases(api, issued["key"])
        listed = api.as_(world.admin).get(f"{URL}/{account['id']}/keys").json["items"]
        seen.append(listed[0]["last_used_at"])

    assert seen == ["2026-11-25T02:00:00Z", "2026-11-25T02:00:00Z", "2026-11-25T02:01:00Z"]


def test_fewer_scopes_bind_at_the_next_request(api: ApiClient, world: World, account: dict[str, Any]) -> None:
    key = issue(api, account)["key"]
    url, caller = f"{URL}/{account['id']}", api.as_(world.admin)
    changed = caller.patch(url, json={"scopes": ["plan:read"]}, version=account["version"])
    stale = caller.patch(url, json={"name": "another"}, version=account["version"])

    assert (changed.json["scopes"], cases(api, key).status_code) == (["plan:read"], 403)
    assert (stale.status_code, stale.json["current"]["scopes"]) == (412, ["plan:read"])


def test_a_disabled_account_has_no_key_and_gets_none(
    api: ApiClient, world: World, account: dict[str, Any]
) -> None:
    key = issue(api, account)["key"]
    caller = api.as_(world.admin)
    disabled = caller.post(f"{URL}/{account['id']}/disable", version=account["version"])
    another = caller.post(f"{URL}/{account['id']}/keys", json={})

    assert (disabled.json["state"], cases(api, key).status_code) == ("disabled", 401)
    assert (another.status_code, another.code) == (409, "illegal")


@pytest.mark.parametrize(
    "scope", ["user:create", "service_key:issue", "agreement:sign", "export:request", "x"]
)
def test_what_makes_access_or_needs_a_person_is_no_scope(api: ApiClient, world: World, scope: str) -> None:
    refused = api.as_(world.admin).post(URL, json={"name": "core banking", "scopes": ["case:read", scope]})

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/scopes")
    assert f"«{scope}»" in refused.json["errors"][0]["detail"]


def test_a_name_is_taken_once(api: ApiClient, world: World, account: dict[str, Any]) -> None:
    again = api.as_(world.admin).post(URL, json={"name": account["name"], "scopes": ["case:read"]})

    assert (again.status_code, again.code) == (409, "illegal")


def test_what_a_program_does_is_told_of_it(api: ApiClient, world: World) -> None:
    told = {"reference": "K-1", "name": "王五", "phone": "13800000000", "language": "zh"}
    program = api.program("customer:record", "user:read")
    recorded = program.post("/v1/customers", json=told)
    who = program.get("/v1/me").json

    assert recorded.status_code == 201, recorded.text
    with world.work() as uow:
        entry = uow.session.get_one(Entry, recorded.json["version"])
    assert f'"id":"{who["service_account"]}","kind":"service"' in entry.canonical.decode()
    assert (who["user"], who["permissions"]) == (
        None,
        {"customer:record": "organisation", "user:read": "organisation"},
    )


def test_two_programs_may_use_one_idempotency_key(api: ApiClient) -> None:
    told = {"name": "王五", "phone": "13800000000", "language": "zh"}
    answers = [
        api.program("customer:record").post("/v1/customers", json=told | {"reference": name}, key="same-key")
        for name in ("K-1", "K-2")
    ]

    assert [each.status_code for each in answers] == [201, 201]


def test_every_scope_that_can_be_granted_is_one_that_a_role_has(api: ApiClient) -> None:
    assert "case:read" in GRANTABLE
    assert not {name for name in GRANTABLE if name.startswith(("session", "service", "recovery", "second"))}
    assert api.program(*GRANTABLE).get("/v1/me").status_code == 200
