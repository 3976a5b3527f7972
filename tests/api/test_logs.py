"""What a log and a scraper may know: routes, times, ids; nothing of a person."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from api import logs
from api.server.errors import StartError
from api.settings import read_settings
from field_visits.kernel.db import Database
from tests.api.test_imports import run, upload
from tests.client import ApiClient
from tests.world import World

NAME, PHONE, STREET, PASSWORD = "欧阳娜娜", "13912345678", "愚园路1088弄", "very secret indeed 77"
FILE = (
    "reference,name,phone,street,city,country,lat,lon,crs,creditor,currency,principal\n"
    f"PRIVATE-9,{NAME},{PHONE},{STREET},上海,CN,31.2304,121.4737,wgs84,示例银行,CNY,100.50\n"
)
PERSONAL = (NAME, PHONE, STREET, PASSWORD, "PRIVATE-9", "示例银行")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that this process logs, as JSON lines."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def drive(api: ApiClient, world: World) -> None:
    """A day's requests with personal data in bodies, queries, paths and headers, good and bad."""
    dispatcher, legal = api.as_(world.dispatcher), api.as_(world.legal)
    for text in (FILE, FILE.replace("31.2304", STREET)):
        file = upload(api, text, name=f"{NAME}.csv").json
        run(api, file["id"], "apply")
    assert upload(api, f"%PDF-1.7 {NAME}", name=f"{NAME}.csv").status_code == 422
    (case,) = dispatcher.get("/v1/cases").json["items"]
    for query in (NAME, PHONE, "PRIVATE-9"):
        dispatcher.get(f"/v1/cases/search?q={query}")
        api.anonymous.get(f"/v1/{query}")
    legal.get(f"/v1/cases/{case['case']['id']}/timeline")
    told = {"organisation": world.slug, "username": NAME, "password": PASSWORD}
    assert api.anonymous.post("/v1/sign-in", json=told).status_code == 401
    api.anonymous.post("/v1/sign-in", data=f"{{{PHONE}", content_type="application/json")
    api.anonymous.get("/v1/cases", headers={"User-Agent": NAME.encode().decode("latin-1")})


def test_nothing_of_a_person_reaches_the_log(api: ApiClient, world: World, log: io.StringIO) -> None:
    drive(api, world)

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    told = log.getvalue() + "".join(json.dumps(line, ensure_ascii=False) for line in lines)
    assert [word for word in PERSONAL if word in told] == []
    requests = [line for line in lines if line["event"] == "request"]
    search = [line for line in requests if line["route"] == "/v1/cases/search"]
    assert len(search) == 3
    assert search[0]["actor"] == str(world.dispatcher.user)
    assert search[0].keys() == {"at", "level", "logger", "event", "request_id", "method", "route", "status",
                                "ms", "actor"}  # fmt: skip
    assert {line["status"] for line in requests if line["route"] == "unmatched"} == {404}
    assert {"/v1/cases/<uuid:case_id>/timeline"} & {line["route"] for line in requests}


def fail(words: str) -> None:
    """A defect whose words repeat what a person sent, told as `api.problems` tells it."""
    try:
        dict[str, str]()[words]
    except KeyError:
        logging.getLogger("doorstep.api").exception("it failed")


def test_a_defect_is_told_by_kind_and_place_alone(log: io.StringIO) -> None:
    fail(f"Key (phone)=({PHONE}) already exists")

    line = json.loads(log.getvalue())
    assert PHONE not in log.getvalue()
    assert line["error"]["kind"] == "builtins.KeyError"
    assert "test_logs.py" in line["error"]["where"][-1]


def test_a_terminal_gets_words(api: ApiClient, log: io.StringIO) -> None:
    del log
    words = io.StringIO()
    logs.configure("text", words)
    api.anonymous.get("/v1/cases")
    fail(PHONE)

    first, second, *where = words.getvalue().splitlines()
    assert " 401 GET    /v1/cases " in first
    assert second.endswith("error doorstep.api: it failed")
    assert (where[0].strip(), PHONE in words.getvalue()) == ("builtins.KeyError", False)


def scraper(api: ApiClient, token: str | None) -> ApiClient:
    api.house.__dict__["settings"] = replace(api.house.settings, metrics_token=token)
    return api


def test_counts_are_for_whoever_bears_the_token(api: ApiClient) -> None:
    assert api.anonymous.get("/metrics").status_code == 404
    guarded = scraper(api, "t" * 24).anonymous
    assert guarded.get("/metrics").status_code == 401
    assert guarded.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401

    with pytest.raises(StartError, match="at least 24 characters"):
        read_settings({"METRICS_TOKEN": "short"})


def test_counts_name_routes_and_outcomes_and_nobody(
    api: ApiClient, world: World, sequencer_database: Database
) -> None:
    del sequencer_database
    scraper(api, "t" * 24)
    drive(api, world)

    answer = api.anonymous.get("/metrics", headers={"Authorization": f"Bearer {'t' * 24}"})

    assert answer.status_code == 200
    told = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    search = 'doorstep_request_seconds_count{method="GET",route="/v1/cases/search",status="200"}'
    assert float(told[search]) >= 3
    assert float(told['doorstep_sign_in_steps_total{outcome="turned_away"}']) >= 1
    assert float(told['doorstep_imports_total{outcome="faulty"}']) >= 1
    assert float(told["doorstep_log_pending_entries"]) > 0
    assert {"doorstep_log_lag_seconds", "doorstep_jobs_waiting", "doorstep_database_up"} <= told.keys()
    assert [word for word in (*PERSONAL, world.slug, str(world.organisation)) if word in answer.text] == []
