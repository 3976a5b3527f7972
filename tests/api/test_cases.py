"""Customers and cases over HTTP: scope, masks, versions, refusals, bad input."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from field_visits.cases.models import Case
from field_visits.kernel.ids import CaseId, new_id
from tests.client import ApiClient
from tests.world import World

CNY = "CNY"
OWED = {
    "principal": {"amount_minor": 1_000_000, "currency": CNY},
    "interest": {"amount_minor": 5_000, "currency": CNY},
    "fees": {"amount_minor": 0, "currency": CNY},
}
CUSTOMER = {"reference": "R-1", "name": "王小明", "language": "zh", "phone": "138 0000 1234"}
ADDRESS = {
    "street": "南京西路",
    "house_number": "1",
    "city": "上海",
    "country": "CN",
    "lat": 31.2285,
    "lon": 121.4782,
    "crs": "gcj02",
}


def opened(api: ApiClient, world: World, **changes: Any) -> Any:
    customer = api.as_(world.dispatcher).post("/v1/customers", json=CUSTOMER)
    assert customer.status_code == 201, customer.text
    told = {
        "customer_id": customer.json["id"],
        "reference": "CASE-1",
        "creditor": "示例银行",
        "packs": ["cn"],
        "owed": OWED,
        "placed_on": "2026-11-01",
        "team_id": str(world.team_id),
    }
    case = api.as_(world.dispatcher).post("/v1/cases", json=told | changes)
    assert case.status_code == 201, case.text
    return case.json


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json["errors"]]


class TestCustomers:
    def test_a_customer_is_shown_masked_until_revealed_with_a_reason(
        self, api: ApiClient, world: World
    ) -> None:
        case = opened(api, world)
        url = f"/v1/customers/{case['customer_id']}"

        shown = api.as_(world.dispatcher).get(url)
        assert (shown.json["name"], shown.json["phone"]) == ("王**", "138******34")

        full = api.as_(world.legal).post(f"{url}/revelation", json={"reason": "court asks"})
        assert (full.json["name"], full.json["phone"]) == ("王小明", "13800001234")
        assert full.headers["Doorstep-Receipt"]
        assert api.as_(world.legal).post(f"{url}/revelation", json={}).status_code == 422

    def test_a_change_needs_the_newest_version(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/customers/{case['customer_id']}"
        first = api.as_(world.dispatcher).get(url)
        version = first.headers["ETag"].strip('"')

        changed = api.as_(world.dispatcher).patch(url, json={"phone": "13900001111"}, version=version)
        assert changed.status_code == 200
        assert changed.json["version"] != version
        stale = api.as_(world.dispatcher).patch(url, json={"phone": "13900002222"}, version=version)
        assert (stale.status_code, stale.json["current"]["version"]) == (412, changed.json["version"])
        assert api.as_(world.dispatcher).patch(url, json={"language": "en"}).status_code == 428
        assert (
            api.as_(world.dispatcher).patch(url, json={}, version=changed.json["version"]).code == "invalid"
        )

    def test_a_taken_reference_is_a_recorded_refusal(self, api: ApiClient, world: World) -> None:
        opened(api, world)
        again = api.as_(world.dispatcher).post("/v1/customers", json=CUSTOMER)
        assert (again.status_code, again.code) == (409, "illegal")
        assert again.json["evidence_id"]

    def test_an_address_is_placed_in_wgs84_with_its_zones(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/customers/{case['customer_id']}/addresses"
        made = api.as_(world.dispatcher).post(url, json=ADDRESS)
        assert (made.status_code, made.json["zones"]) == (201, ["Asia/Shanghai"])
        assert made.json["lat"] != ADDRESS["lat"]

        gone = api.as_(world.dispatcher).post(
            f"/v1/addresses/{made.json['id']}/invalidation", json={"reason": "moved"}
        )
        assert gone.json["state"] == "invalid"

    def test_a_point_in_the_sea_or_without_datum_is_no_door(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/customers/{case['customer_id']}/addresses"
        sea = api.as_(world.dispatcher).post(url, json=ADDRESS | {"lat": 30.0, "lon": 125.0, "crs": "wgs84"})
        assert (sea.status_code, pointers(sea)) == (422, ["/lat", "/lon"])
        bare = {name: value for name, value in ADDRESS.items() if name != "crs"}
        assert pointers(api.as_(world.dispatcher).post(url, json=bare)) == ["/crs"]


class TestCases:
    def test_the_file_of_a_case_has_all_that_hangs_on_it(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/cases/{case['id']}"
        now = world.clock.now().isoformat()
        by = api.as_(world.dispatcher)
        assert (
            by.post(f"{url}/contacts", json={"channel": "call", "at": now, "result": "reached"}).status_code
            == 201
        )
        amount = {"amount_minor": 500, "currency": CNY}
        paid = by.post(f"{url}/payments", json={"amount": amount, "paid_at": now, "method": "card"})
        seen = by.post(f"/v1/payments/{paid.json['id']}/verification", json={"source": "ledger"})
        assert seen.json["state"] == "verified"
        told = {"amount": amount, "due_on": "2026-12-01", "promised_by": "self", "promised_at": now}
        promise = by.post(f"{url}/promises", json=told)
        assert by.post(f"/v1/promises/{promise.json['id']}/release", json={"reason": "x"}).status_code == 200

        file = by.get(url)

        assert file.headers["ETag"] == f'"{file.json["case"]["version"]}"'
        assert file.json["balances"][0]["total"] == {"amount_minor": 1_005_000, "currency": CNY}
        assert [len(file.json[part]) for part in ("contacts", "payments", "promises", "contact_holds")] == [
            1,
            1,
            1,
            0,
        ]

    def test_a_case_outside_ones_scope_is_not_there(self, api: ApiClient, world: World) -> None:
        mine = world.case(collector=world.collector)
        other = World.found(world.database, world.clock).case()
        api_ = api.as_(world.collector)
        assert api_.get(f"/v1/cases/{mine.id}").status_code == 200
        for case_id in (world.case().id, other.id, CaseId(new_id(world.clock.now()))):
            assert api_.get(f"/v1/cases/{case_id}").code == "not-found"
            told = {"channel": "call", "at": world.clock.now().isoformat(), "result": "nobody"}
            assert api_.post(f"/v1/cases/{case_id}/contacts", json=told).code == "not-found"
        assert [line["case"]["id"] for line in api_.get("/v1/cases").json["items"]] == [str(mine.id)]
        assert api.as_(world.admin).get("/v1/cases").code == "forbidden"

    def test_lists_come_in_pages_with_masked_people(self, api: ApiClient, world: World) -> None:
        made = sorted(str(world.case().id) for _ in range(3))
        first = api.as_(world.dispatcher).get("/v1/cases?limit=2")
        second = api.as_(world.dispatcher).get(f"/v1/cases?limit=2&cursor={first.json['next_cursor']}")
        lines = first.json["items"] + second.json["items"]
        assert [line["case"]["id"] for line in lines] == made
        assert second.json["next_cursor"] is None
        assert {line["customer"]["name"] for line in lines} == {"客**"}

    def test_a_reassigned_case_moves_on_the_newest_version_only(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/cases/{case['id']}/assignment"
        told = {"team_id": str(world.team_id), "collector_id": str(world.collector.user)}
        moved = api.as_(world.dispatcher).put(url, json=told, version=case["version"])
        assert moved.json["collector_id"] == told["collector_id"]
        assert api.as_(world.dispatcher).put(url, json=told, version=case["version"]).code == "stale"
        wrong = told | {"collector_id": str(world.supervisor.user)}
        answer = api.as_(world.dispatcher).put(url, json=wrong, version=moved.json["version"])
        assert pointers(answer) == ["/collector_id"]

    def test_a_closed_case_refuses_work_and_keeps_the_refusal(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/cases/{case['id']}"
        closed = api.as_(world.dispatcher).post(f"{url}/closing", json={"reason": "paid"})
        assert closed.json["state"] == "closed"
        answer = api.as_(world.dispatcher).post(f"{url}/recall", json={"reason": "back"})
        assert (answer.status_code, answer.code) == (409, "illegal")
        with world.work() as uow:
            code = uow.session.execute(
                text("SELECT code FROM entries WHERE id = :id"), {"id": answer.json["evidence_id"]}
            ).scalar_one()
        assert code == "case:placement:refused"

    def test_an_update_adds_a_balance(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/cases/{case['id']}"
        owed = OWED | {"principal": {"amount_minor": 1, "currency": CNY}}
        changed = api.as_(world.dispatcher).patch(url, json={"owed": owed}, version=case["version"])
        assert changed.status_code == 200
        totals = [one["total"]["amount_minor"] for one in api.as_(world.dispatcher).get(url).json["balances"]]
        assert totals == [5_001, 1_005_000]

    def test_money_as_a_float_or_in_two_currencies_is_refused(self, api: ApiClient, world: World) -> None:
        case = opened(api, world)
        url = f"/v1/cases/{case['id']}"
        float_ = OWED | {"principal": {"amount_minor": 1.5, "currency": CNY}}
        answer = api.as_(world.dispatcher).patch(url, json={"owed": float_}, version=case["version"])
        assert pointers(answer) == ["/owed/principal/amount_minor"]
        mixed = OWED | {"fees": {"amount_minor": 1, "currency": "USD"}}
        answer = api.as_(world.dispatcher).patch(url, json={"owed": mixed}, version=case["version"])
        assert pointers(answer) == ["/owed"]

    def test_search_finds_by_name_and_phone_and_leaves_a_trace_of_legals(
        self, api: ApiClient, world: World
    ) -> None:
        case = opened(api, world)
        for asked in ("小明", "case-1", "13800001234"):
            found = api.as_(world.legal).get("/v1/cases/search", query_string={"q": asked})
            assert [line["case"]["id"] for line in found.json["items"]] == [case["id"]]
            assert found.headers["Doorstep-Receipt"]
        assert pointers(api.as_(world.legal).get("/v1/cases/search?q=x")) == ["/q"]
        assert api.as_(world.collector).get("/v1/cases/search?q=xx").code == "forbidden"

    def test_legals_read_of_a_case_is_an_entry_and_a_dispatchers_is_not(
        self, api: ApiClient, world: World
    ) -> None:
        case = opened(api, world)
        assert api.as_(world.legal).get(f"/v1/cases/{case['id']}").headers["Doorstep-Receipt"]
        assert "Doorstep-Receipt" not in api.as_(world.dispatcher).get(f"/v1/cases/{case['id']}").headers


class TestHolds:
    def place(self, api: ApiClient, world: World, case: Case, **told: Any) -> Any:
        made = api.as_(world.dispatcher).post(f"/v1/cases/{case.id}/holds", json={"kind": "dispute"} | told)
        assert made.status_code == 201, made.text
        return made.json

    def test_a_hold_is_lifted_by_the_role_it_names_only(self, api: ApiClient, world: World) -> None:
        hold = self.place(api, world, world.case())
        url = f"/v1/holds/{hold['id']}/lifting"
        assert api.as_(world.dispatcher).post(url, json={"reason": "x"}).code == "forbidden"
        assert api.as_(world.supervisor).post(url, json={"reason": "x"}).code == "illegal"
        assert api.as_(world.legal).post(url, json={"reason": "verified"}).json["state"] == "lifted"

    def test_an_extension_needs_a_later_end(self, api: ApiClient, world: World) -> None:
        hold = self.place(api, world, world.case(), kind="hardship")
        url = f"/v1/holds/{hold['id']}/extension"
        assert api.as_(world.dispatcher).post(url, json={"reason": "x"}).status_code == 422
        told = {"expires_at": hold["expires_at"], "reason": "x"}
        assert pointers(api.as_(world.dispatcher).post(url, json=told)) == ["/expires_at"]
        later = (world.clock.now() + timedelta(days=200)).isoformat()
        answer = api.as_(world.dispatcher).post(url, json={"expires_at": later, "reason": "ill"})
        assert answer.status_code == 200

    def test_the_same_request_twice_gets_the_first_answer(self, api: ApiClient, world: World) -> None:
        url = f"/v1/cases/{world.case().id}/holds"
        first = api.as_(world.dispatcher).post(url, json={"kind": "cease"}, key="once-and-only")
        again = api.as_(world.dispatcher).post(url, json={"kind": "cease"}, key="once-and-only")
        other = api.as_(world.dispatcher).post(url, json={"kind": "dispute"}, key="once-and-only")
        assert first.json == again.json
        assert other.code == "idempotency-key-reused"

    def test_a_retention_hold_is_legals(self, api: ApiClient, world: World) -> None:
        url = f"/v1/cases/{world.case().id}/retention-holds"
        assert api.as_(world.dispatcher).post(url, json={"reason": "x"}).code == "forbidden"
        made = api.as_(world.legal).post(url, json={"reason": "lawsuit"})
        lifted = api.as_(world.legal).post(
            f"/v1/retention-holds/{made.json['id']}/lifting", json={"reason": "settled"}
        )
        assert lifted.json["state"] == "lifted"


def test_a_door_is_looked_up_and_pinned(api: ApiClient, world: World) -> None:
    case = world.case()
    dispatcher, admin = api.as_(world.dispatcher), api.as_(world.admin)
    (address,) = dispatcher.get(f"/v1/cases/{case.id}").json["addresses"]
    url = f"/v1/addresses/{address['id']}"
    assert dispatcher.post(f"{url}/place-search").code == "conflict"
    assert dispatcher.get(f"{url}/place-search").json["stage"] == "unasked"
    organisation = admin.get("/v1/organisation").json
    assert organisation["may_geocode"] is False
    allowed = admin.patch("/v1/organisation", json={"may_geocode": True}, version=organisation["version"])
    assert allowed.json["may_geocode"] is True

    asked = dispatcher.post(f"{url}/place-search")
    assert (asked.status_code, asked.json["stage"]) == (202, "waiting"), asked.text
    assert dispatcher.get(f"{url}/place-search").json == asked.json

    told = {"lat": 31.2285, "lon": 121.4782, "crs": "gcj02", "reason": "The map and the collector agree."}
    pinned = dispatcher.post(f"{url}/pin", json=told, version=address["version"])
    assert (pinned.status_code, pinned.json["source_crs"]) == (200, "gcj02"), pinned.text
    assert dispatcher.post(f"{url}/pin", json=told, version=address["version"]).code == "stale"
