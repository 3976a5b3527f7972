"""Import files over HTTP."""

import io
from typing import Any

from api.imports.resources import MAX_REQUEST_BYTES
from tests.client import Answer, ApiClient
from tests.world import World

HEADER = "reference,name,street,city,country,lat,lon,crs,creditor,currency,principal\n"
ROW = "K{n},王小明,南京西路,上海,CN,31.2304,121.4737,wgs84,示例银行,CNY,100.50\n"


def send(api: ApiClient, world: World, text: str | bytes, *, query: str = "", **options: Any) -> Answer:
    raw = text if isinstance(text, bytes) else text.encode()
    data = {"file": (io.BytesIO(raw), "C:/Users/x/cases.csv")}
    return api.as_(world.dispatcher).post(
        f"/v1/imports{query}", data=data, content_type="multipart/form-data", **options
    )


def test_a_file_is_looked_at_then_taken_in_then_remembered(api: ApiClient, world: World) -> None:
    text = HEADER + ROW.format(n=1) + ROW.format(n=2)
    dry = send(api, world, text, query="?dry_run=true")
    assert (dry.status_code, dry.json["created"], dry.json["is_applied"]) == (200, 2, False)
    assert api.as_(world.dispatcher).get("/v1/imports").json["items"] == []

    done = send(api, world, text)

    assert (done.status_code, done.json["is_applied"], done.json["source"]) == (200, True, "cases.csv")
    kept = api.as_(world.legal).get(f"/v1/imports/{done.json['import_id']}")
    assert (kept.json["created"], kept.json["state"]) == (2, "applied")
    (listed,) = api.as_(world.dispatcher).get("/v1/imports").json["items"]
    assert listed["id"] == done.json["import_id"]
    assert send(api, world, text).json["unchanged"] == 2


def test_a_file_with_errors_is_refused_whole_with_row_and_column(api: ApiClient, world: World) -> None:
    bad = ROW.format(n=2).replace("31.2304", "north")
    answer = send(api, world, HEADER + ROW.format(n=1) + bad)

    assert (answer.status_code, answer.code) == (422, "invalid")
    (error,) = answer.json["errors"]
    assert (error["pointer"], error["location"]) == ("/3/lat", "file")
    assert answer.json["report"]["error_count"] == 1
    assert answer.json["evidence_id"]
    assert api.as_(world.dispatcher).get("/v1/cases").json["items"] == []


def test_a_dry_run_of_a_bad_file_answers_with_its_report(api: ApiClient, world: World) -> None:
    answer = send(api, world, "a,b\n1,2\n", query="?dry_run=true")
    assert answer.status_code == 200
    assert {error["column"] for error in answer.json["errors"]} >= {"reference", "lat"}


def test_without_a_file_or_the_right_nothing_happens(api: ApiClient, world: World) -> None:
    nothing = api.as_(world.dispatcher).post("/v1/imports", data={}, content_type="multipart/form-data")
    assert nothing.code == "invalid"
    for person in (world.collector, world.legal, world.admin):
        assert api.as_(person).post("/v1/imports", data={}).code == "forbidden"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(api: ApiClient, world: World) -> None:
    answer = api.as_(world.dispatcher).post(
        "/v1/imports",
        data=b"x" * (MAX_REQUEST_BYTES + 1),
        content_type="multipart/form-data; boundary=b",
    )
    assert answer.status_code == 413


def test_the_same_upload_twice_gets_the_first_answer(api: ApiClient, world: World) -> None:
    body = (
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{HEADER}{ROW.format(n=1)}\r\n--b--\r\n"
    ).encode()
    answers = [
        api.as_(world.dispatcher).post(
            "/v1/imports", data=body, content_type="multipart/form-data; boundary=b", key="upload-once-1"
        )
        for _ in range(2)
    ]
    assert answers[0].json["created"] == 1
    assert answers[0].json == answers[1].json
