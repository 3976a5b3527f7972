"""What the rows of a file ask of the law is told with its rule, and stops nothing."""

from datetime import date
from typing import Any

import pytest

from field_visits.cases.importing.report import ImportReport
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from tests.features.appointments.days import entries
from tests.features.cases.test_importing import GOOD, send, table, tried
from tests.world import World

COLUMNS = (*GOOD, "email", "kind", "packs", "due_on", "born_on")
BOSTON = {
    "city": "Boston",
    "country": "US",
    "lat": "42.3601",
    "lon": "-71.0589",
    "currency": "USD",
    "packs": "us;us-ma",
    "phone": "+16175550100",
    "email": "jo@example.com",
    "team": "",
}


def asked(report: ImportReport) -> list[tuple[int, str, str, str]]:
    return [(one.row, one.column, one.rule_id, one.code) for one in report.questions]


def told(world: World, **row: str) -> list[tuple[int, str, str, str]]:
    report = tried(world, table(row, columns=COLUMNS))
    assert report.is_sound, report.errors
    assert report.question_count == len(report.questions)
    return asked(report)


@pytest.fixture
def america(app_database: Database, clock: SteppedClock) -> World:
    return World.found(app_database, clock, country="US")


def test_an_ordinary_row_asks_nothing(world: World) -> None:
    assert told(world) == []


def test_a_workplace_in_massachusetts_is_barred(america: World) -> None:
    assert (2, "kind", "US-MA-2", "place-barred") in told(america, **BOSTON, kind="work")
    assert told(america, **BOSTON) == []


def test_a_minor_is_to_be_left_alone_and_the_day_of_birth_is_not_kept(world: World) -> None:
    today = world.clock.now().date()
    young = date(today.year - 17, today.month, today.day).isoformat()
    assert told(world, born_on=young) == [(2, "born_on", "CN-HOLD-4", "customer-minor")]
    assert told(world, born_on="1990-01-01") == []


def test_nobody_can_be_told_without_telephone_and_mail(world: World) -> None:
    assert told(world, phone="") == [(2, "phone", "CN-NOTICE-1", "no-way-to-notify")]
    assert told(world, phone="", email="wang@example.com") == []


def test_a_telephone_alone_is_no_way_to_write_in_the_united_states(america: World) -> None:
    assert told(america, **BOSTON | {"email": ""}) == [(2, "email", "US-SEND-1", "no-written-way")]


def test_a_debt_whose_limitation_may_be_over_needs_legal(world: World) -> None:
    assert told(world, due_on="2023-01-31") == [(2, "due_on", "CN-LIM-6", "debt-expired")]
    assert told(world, due_on="2024-01-31") == []


def test_a_door_under_a_law_that_nobody_chose_is_told(world: World) -> None:
    there: dict[str, Any] = BOSTON | {"packs": ""}
    assert told(world, **there) == [(2, "country", "DS-PACK-1", "law-not-chosen")]


def test_the_file_is_taken_in_all_the_same_and_its_questions_stand_in_the_log(world: World) -> None:
    report = send(world, table({"phone": "", "due_on": "2023-01-31"}, columns=COLUMNS))

    assert (report.created, report.error_count, report.question_count) == (1, 0, 2)
    assert report.as_json()["questions"][0]["rule_id"] == "CN-NOTICE-1"
    assert len(entries(world, "import:file:applied")) == 1
