"""Import files over HTTP: uploaded, looked at, checked, taken in, cancelled, remembered."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from field_visits.cases.importing.models import ImportRun
from field_visits.cases.importing.reading.table import MAX_BYTES
from field_visits.cases.importing.running import carry_out_waiting
from field_visits.identity.models import User
from field_visits.kernel.actor import Role
from tests.client import Answer, ApiClient
from tests.world import World, applied

HEADER = "reference,name,street,city,country,lat,lon,crs,creditor,currency,principal\n"
ROW = "K{n},王小明,南京西路,上海,CN,31.2304,121.4737,wgs84,示例银行,CNY,100.50\n"


def upload(
    api: ApiClient, content: str | bytes, *, name: str = "C:/Users/x/cases.csv", **query: str
) -> Answer:
    return api.as_(api.world.dispatcher).post(
        "/v1/import-files",
        data=content if isinstance(content, bytes) else content.encode(),
        content_type="text/csv",
        query_string={"filename": name, **query},
    )


def sweep(world: World) -> int:
    """What the worker does."""
    return carry_out_waiting(world.work, world.work)


def run(api: ApiClient, file: str, task: str) -> Any:
    """The run once a worker has carried it out."""
    dispatcher = api.as_(api.world.dispatcher)
    asked = dispatcher.post(f"/v1/import-files/{file}/runs", json={"task": task})
    assert (asked.status_code, asked.json["stage"]) == (202, "waiting"), asked.text
    assert sweep(api.world) == 1
    return dispatcher.get(f"/v1/import-runs/{asked.json['id']}").json


def references(api: ApiClient) -> list[str]:
    return [one["case"]["reference"] for one in api.as_(api.world.dispatcher).get("/v1/cases").json["items"]]


class TestTheWholeWay:
    def test_a_file_is_looked_at_checked_taken_in_and_remembered(self, api: ApiClient, world: World) -> None:
        file = upload(api, HEADER + ROW.format(n=1) + ROW.format(n=2), source="示例银行").json
        assert (file["filename"], file["kind"], file["format"], file["encoding"], file["separator"]) == (
            "cases.csv", "cases", "csv", "UTF-8", ",",
        )  # fmt: skip
        assert (file["faults"], file["header_row"], len(file["columns"])) == ([], 1, 11)
        assert file["columns"][1] == {"position": 1, "header": "name", "field": "name", "found_by": "header"}
        assert file["preview"][0]["cells"][:3] == ["K1", "王小明", "南京西路"]

        checked = run(api, file["id"], "check")
        assert (checked["stage"], checked["report"]["created"], checked["import_id"]) == ("done", 2, None)
        assert references(api) == []

        applied = run(api, file["id"], "apply")

        assert (applied["stage"], applied["rows_done"], applied["rows_total"]) == ("done", 2, 2)
        assert references(api) == ["K1", "K2"]
        kept = api.as_(world.legal).get(f"/v1/imports/{applied['import_id']}").json
        assert (kept["state"], kept["source"], kept["filename"]) == ("applied", "示例银行", "cases.csv")
        assert [one["id"] for one in api.as_(world.dispatcher).get("/v1/imports").json["items"]] == [
            kept["id"]
        ]
        assert kept["applied_by"] == {"id": str(world.dispatcher.user), "name": "Dispatcher"}
        # Taken in, its bytes are kept no longer.
        assert api.as_(world.dispatcher).get(f"/v1/import-files/{file['id']}").code == "not-found"
        assert api.as_(world.dispatcher).get("/v1/import-sources").json["items"][0]["source"] == "示例银行"

    def test_the_cases_that_a_file_opened_or_told_of_are_listed(self, api: ApiClient, world: World) -> None:
        first = run(api, upload(api, HEADER + ROW.format(n=1) + ROW.format(n=2)).json["id"], "apply")
        paid = "reference,case_reference,amount,paid_at,method\nP1,K2,50.00,2026-11-01,bank_transfer\n"
        second = run(api, upload(api, paid, kind="payments").json["id"], "apply")

        def reached(applied: dict[str, Any], **query: str) -> Any:
            return (
                api.as_(world.legal).get(f"/v1/imports/{applied['import_id']}/cases", query_string=query).json
            )

        page = reached(first, limit="1")
        assert [one["case"]["reference"] for one in page["items"]] == ["K1"]
        rest = reached(first, limit="1", cursor=page["next_cursor"])
        assert [one["case"]["reference"] for one in rest["items"]] == ["K2"]
        assert [one["case"]["reference"] for one in reached(second)["items"]] == ["K2"]

    def test_the_same_file_twice_changes_nothing(self, api: ApiClient) -> None:
        for counts in ((1, 0), (0, 1)):
            report = run(api, upload(api, HEADER + ROW.format(n=1)).json["id"], "apply")["report"]
            assert (report["created"], report["unchanged"]) == counts

    def test_entries_name_who_asked_and_not_the_worker(self, api: ApiClient, world: World) -> None:
        run(api, upload(api, HEADER + ROW.format(n=1)).json["id"], "apply")
        with world.work() as uow:
            told = text("SELECT count(*) FROM entries WHERE code = 'case:record:opened' AND actor_id = :who")
            assert uow.session.scalar(told, {"who": world.dispatcher.user}) == 1


class TestColumns:
    FOREIGN = HEADER.replace("reference", "Vertragsnummer").replace("name", "Schuldner")

    def test_unknown_headers_are_named_chosen_and_remembered(self, api: ApiClient, world: World) -> None:
        content = self.FOREIGN + ROW.format(n=1)
        file = upload(api, content, kind="cases", source="Bank A").json
        assert [(one["code"], one["column"]) for one in file["faults"]] == [
            ("column-missing", "reference"),
            ("column-missing", "name"),
        ]
        columns = [
            {"header": "Vertragsnummer", "field": "reference"},
            {"header": "Schuldner", "field": "name"},
            {"header": "city", "field": "city"},
        ]

        chosen = api.as_(world.dispatcher).patch(f"/v1/import-files/{file['id']}", json={"columns": columns})

        assert (chosen.json["faults"], chosen.json["columns"][0]["found_by"]) == ([], "chosen")
        assert run(api, file["id"], "apply")["stage"] == "done"
        again = upload(api, content, kind="cases", source="bank a").json
        assert (again["faults"], again["columns"][0]["found_by"]) == ([], "remembered")
        assert len(upload(api, content, kind="cases", source="Bank B").json["faults"]) == 2

    def test_a_column_can_be_left_out(self, api: ApiClient, world: World) -> None:
        file = upload(
            api, HEADER.replace("\n", ",phone\n") + ROW.format(n=1).replace("\n", ",nonsense\n")
        ).json
        url = f"/v1/import-files/{file['id']}"
        api.as_(world.dispatcher).patch(url, json={"columns": [{"header": "phone", "field": None}]})
        report = run(api, file["id"], "check")["report"]
        assert (report["error_count"], report["ignored_columns"]) == (0, ["phone"])

    @pytest.mark.parametrize(
        "told",
        [
            {"columns": [{"header": "no such", "field": "name"}]},
            {"columns": [{"header": "name", "field": "no such"}]},
            {"sheet": "no such"},
        ],
    )
    def test_what_the_file_has_not_cannot_be_chosen(self, api: ApiClient, told: dict[str, Any]) -> None:
        file = upload(api, HEADER).json
        answer = api.as_(api.world.dispatcher).patch(f"/v1/import-files/{file['id']}", json=told)
        assert answer.code == "invalid"

    def test_two_columns_that_tell_one_field_are_a_fault(self, api: ApiClient, world: World) -> None:
        file = upload(api, HEADER + ROW.format(n=1)).json
        told = [{"header": "street", "field": "city"}]
        chosen = (
            api.as_(world.dispatcher).patch(f"/v1/import-files/{file['id']}", json={"columns": told}).json
        )
        assert [one["code"] for one in chosen["faults"]] == ["column-missing"]
        told.append({"header": "city", "field": "city"})
        chosen = (
            api.as_(world.dispatcher).patch(f"/v1/import-files/{file['id']}", json={"columns": told}).json
        )
        assert [one["code"] for one in chosen["faults"]] == ["column-twice", "column-missing"]

    def test_kinds_tell_their_fields_in_both_languages(self, api: ApiClient) -> None:
        kinds = {
            one["kind"]: one["fields"]
            for one in api.as_(api.world.legal).get("/v1/import-kinds").json["items"]
        }
        assert kinds["cases"][0]["label_zh"] == "案件编号"


class TestErrors:
    def test_a_file_with_errors_changes_nothing_and_its_errors_can_be_downloaded(
        self, api: ApiClient
    ) -> None:
        bad = ROW.format(n=2).replace("31.2304", "=north()")
        file = upload(api, HEADER + ROW.format(n=1) + bad).json

        failed = run(api, file["id"], "apply")

        assert (failed["stage"], failed["failure"]["code"], failed["import_id"]) == (
            "failed",
            "file-has-errors",
            None,
        )
        (error,) = failed["report"]["errors"]
        assert (error["row"], error["column"], error["value"]) == (3, "lat", "=north()")
        assert failed["receipt"]
        assert references(api) == []
        errors = api.as_(api.world.dispatcher).get(f"/v1/import-runs/{failed['id']}/errors")
        assert errors.data.startswith(b"\xef\xbb\xbfrow,column,value,code,problem\r\n3,lat,'=north(),")

    def test_the_file_of_errors_is_in_the_readers_language(self, api: ApiClient) -> None:
        bad = ROW.format(n=2).replace("31.2304", "=north()")
        failed = run(api, upload(api, HEADER + bad).json["id"], "check")
        url = f"/v1/import-runs/{failed['id']}/errors"
        by = api.as_(api.world.dispatcher)

        english = by.get(url, headers={"Accept-Language": "fr, en-GB;q=0.8, zh;q=0.5"})
        chinese = by.get(url, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
        chosen = by.get(f"{url}?language=zh", headers={"Accept-Language": "en"})

        assert english.data.decode("utf-8-sig").startswith("row,column,value,code,problem")
        assert chinese.data.decode("utf-8-sig").splitlines()[1].startswith("2,纬度,'=north(),value-invalid,")
        assert chosen.data == chinese.data
        assert english.headers["Vary"] == "Accept-Language"
        assert by.get(f"{url}?language=tlh").status_code == 422

    def test_what_law_asks_of_a_row_is_in_the_report_and_stops_nothing(self, api: ApiClient) -> None:
        head = HEADER.rstrip("\n") + ",到期日\n"
        done = run(
            api, upload(api, head + ROW.format(n=1).rstrip("\n") + ",2020-01-01\n").json["id"], "apply"
        )

        assert (done["stage"], done["report"]["question_count"]) == ("done", len(done["report"]["questions"]))
        codes = {one["code"]: (one["row"], one["rule_id"]) for one in done["report"]["questions"]}
        assert codes["debt-expired"] == (2, "CN-LIM-6")

    def test_a_run_without_errors_has_no_file_of_them(self, api: ApiClient) -> None:
        done = run(api, upload(api, HEADER + ROW.format(n=1)).json["id"], "check")
        assert done["has_errors"] is False
        assert api.as_(api.world.dispatcher).get(f"/v1/import-runs/{done['id']}/errors").code == "not-found"

    def test_a_file_that_is_no_table_is_turned_away_with_its_own_code(self, api: ApiClient) -> None:
        answer = upload(api, b"%PDF-1.7 ...")
        assert (answer.status_code, answer.code) == (422, "file-pdf")
        assert api.as_(api.world.dispatcher).get("/v1/import-files").json["items"] == []


class TestUploads:
    def test_a_file_that_is_too_large_is_refused(self, api: ApiClient) -> None:
        assert upload(api, b"x" * (MAX_BYTES + 1)).status_code == 413

    def test_a_cut_upload_leaves_nothing_and_says_so(self, api: ApiClient) -> None:
        caller = api.as_(api.world.dispatcher)
        answer = caller.post(
            "/v1/import-files",
            query_string={"filename": "a.csv"},
            input_stream=_Cut(HEADER.encode(), announced=100_000),
        )
        assert (answer.status_code, answer.code) == (400, "unreadable")
        assert caller.get("/v1/import-files").json["items"] == []

    def test_the_same_upload_twice_gets_the_first_answer(self, api: ApiClient) -> None:
        key, caller = secrets.token_hex(16), api.as_(api.world.dispatcher)
        first, second, other = (
            caller.post("/v1/import-files", data=body, query_string={"filename": "a.csv"}, key=key)
            for body in (HEADER.encode(), HEADER.encode(), b"other,bytes\n")
        )
        assert first.json["id"] == second.json["id"]
        assert other.code == "idempotency-key-reused"

    def test_who_may_not_import_is_turned_away_before_the_file_is_read(
        self, api: ApiClient, world: World
    ) -> None:
        for person in (world.collector, world.legal, world.admin):
            stream = _Cut(b"", announced=1000)
            answer = api.as_(person).post(
                "/v1/import-files",
                query_string={"filename": "a.csv"},
                input_stream=stream,
            )
            assert (answer.code, stream.asked) == ("forbidden", 0)

    def test_a_file_can_be_forgotten(self, api: ApiClient) -> None:
        caller, file = api.as_(api.world.dispatcher), upload(api, HEADER).json
        assert caller.delete(f"/v1/import-files/{file['id']}").status_code == 204
        assert caller.get("/v1/import-files").json["items"] == []


class TestRuns:
    def test_one_that_waits_can_be_cancelled_and_is_not_carried_out(
        self, api: ApiClient, world: World
    ) -> None:
        caller, file = api.as_(world.dispatcher), upload(api, HEADER + ROW.format(n=1)).json
        asked = caller.post(f"/v1/import-files/{file['id']}/runs", json={"task": "apply"}).json
        again = caller.post(f"/v1/import-files/{file['id']}/runs", json={"task": "apply"})
        assert again.code == "conflict"

        cancelled = caller.post(f"/v1/import-runs/{asked['id']}/cancel").json

        assert (cancelled["stage"], sweep(world), references(api)) == ("cancelled", 0, [])
        assert caller.post(f"/v1/import-runs/{asked['id']}/cancel").code == "conflict"
        assert run(api, file["id"], "apply")["stage"] == "done"

    def test_a_role_taken_away_meanwhile_ends_it(self, api: ApiClient, world: World) -> None:
        caller, file = api.as_(world.dispatcher), upload(api, HEADER + ROW.format(n=1)).json
        asked = caller.post(f"/v1/import-files/{file['id']}/runs", json={"task": "apply"}).json
        with world.work() as uow:
            user = uow.session.get_one(User, world.dispatcher.user)
            applied(uow.apply(user, "change", changes={"roles": [Role.COLLECTOR.value]}))
        assert sweep(world) == 1
        with world.work() as uow:
            ended = uow.session.get_one(ImportRun, UUID(asked["id"]))
        assert ended.failure is not None
        assert (ended.stage, ended.failure["code"]) == ("failed", "forbidden")
        assert ended.report is None


class TestUndo:
    def test_an_import_is_undone_as_a_whole(self, api: ApiClient, world: World) -> None:
        caller = api.as_(world.dispatcher)
        applied = run(api, upload(api, HEADER + ROW.format(n=1)).json["id"], "apply")
        asked = caller.post(f"/v1/imports/{applied['import_id']}/undo")
        assert (asked.status_code, asked.json["task"], asked.json["stage"]) == (202, "undo", "waiting")
        assert sweep(world) == 1
        done = caller.get(f"/v1/import-runs/{asked.json['id']}").json
        assert (done["stage"], done["rows_done"], done["rows_total"]) == ("done", 3, 3)
        assert caller.get(f"/v1/imports/{applied['import_id']}").json["state"] == "undone"

    def test_one_that_was_built_on_stays_and_says_what_stands_on_it(
        self, api: ApiClient, world: World
    ) -> None:
        caller = api.as_(world.dispatcher)
        applied = run(api, upload(api, HEADER + ROW.format(n=1)).json["id"], "apply")
        case = caller.get("/v1/cases").json["items"][0]["case"]["id"]
        world.clock.advance(timedelta(seconds=1))
        caller.post(f"/v1/cases/{case}/holds", json={"kind": "hardship"})
        asked = caller.post(f"/v1/imports/{applied['import_id']}/undo").json
        sweep(world)
        failed = caller.get(f"/v1/import-runs/{asked['id']}").json
        assert (failed["stage"], failed["failure"]["code"]) == ("failed", "import-built-on")
        assert failed["failure"]["blocking"] == [
            {
                "reference": "K1",
                "case_id": case,
                "subject": "contact_hold",
                "what": "a contact hold (contact_hold:record:placed)",
            }
        ]
        assert caller.get(f"/v1/imports/{applied['import_id']}").json["state"] == "applied"


class _Cut:
    """A sender that announces more than comes. `asked` counts how often it was read."""

    def __init__(self, content: bytes, *, announced: int) -> None:
        self._content, self._announced, self.asked, self._at = content, announced, 0, 0

    def read(self, size: int = -1) -> bytes:
        self.asked += 1
        piece, self._content = self._content[:size], self._content[size:]
        return piece

    def seek(self, offset: int, whence: int = 0) -> None:
        """By this the test client learns how long it is."""
        self._at = self._announced if whence else offset

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        """Nothing is open."""
