"""Runs of large files: progress, cancel, and a worker that is killed in the middle."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from field_visits.cases.importing import running, staging
from field_visits.cases.importing.models import ImportFile, ImportRun, Task
from field_visits.cases.importing.running import carry_out, carry_out_waiting
from field_visits.kernel.actor import Actor
from field_visits.kernel.clock import SystemClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import ImportRunId
from field_visits.unit_of_work import unit_of_work
from field_visits.workforce.runs import MAX_ATTEMPTS
from tests.benchmarks.import_files import write_cases
from tests.cluster import Cluster
from tests.features.cases.import_files import take_in
from tests.world import World


def asked(world: World, path: Path, task: Task = Task.APPLY) -> ImportRunId:
    with world.work(world.dispatcher) as uow:
        file = staging.stage_file(uow, path, filename=path.name, sha256="0" * 64)
        return running.ask(uow, task, file=file).id


def run_of(world: World, run_id: ImportRunId) -> ImportRun:
    with world.work() as uow:
        return uow.session.get_one(ImportRun, run_id)


def cases_of(world: World) -> int:
    with world.work() as uow:
        query = text("SELECT count(*) FROM cases WHERE org_id = :org")
        return int(uow.session.scalar(query, {"org": world.organisation}) or 0)


@pytest.mark.parametrize("form", ["utf-16", "gb18030", "xlsx"])
def test_every_form_of_a_file_tells_the_same(world: World, tmp_path: Path, form: str) -> None:
    first = write_cases(tmp_path / "first", rows=300, form="utf-8-sig")
    assert take_in(world, first.read_bytes()).report.created == 300
    other = write_cases(tmp_path / "other", rows=300, form=form)
    assert take_in(world, other.read_bytes(), filename=other.name).report.unchanged == 300


@pytest.mark.timeout(240)
def test_ten_thousand_cases_come_in_and_again_change_nothing(world: World, tmp_path: Path) -> None:
    path = write_cases(tmp_path / "cases", rows=10_000, form="utf-8-sig")
    told: list[tuple[str, int, int | None]] = []
    run_id = asked(world, path)
    assert carry_out(world.work, world.work, run_id, watch=lambda *step: told.append(step))

    run = run_of(world, run_id)
    assert (run.stage, run.report["created"] if run.report else None, cases_of(world)) == (
        "done",
        10_000,
        10_000,
    )
    assert [step[0] for step in told if step[1] == 10_000] == ["reading", "comparing", "writing"]
    again = asked(world, path, Task.CHECK)
    assert carry_out(world.work, world.work, again)
    report = run_of(world, again).report
    assert report is not None
    assert (report["created"], report["unchanged"]) == (0, 10_000)


def test_a_run_that_is_cancelled_in_the_middle_leaves_nothing(world: World, tmp_path: Path) -> None:
    run_id = asked(world, write_cases(tmp_path / "cases", rows=1500, form="utf-8-sig"))

    def cancel(phase: str, done: int, total: int | None) -> None:
        if (phase, done) == ("writing", 500):
            with world.work() as uow:
                running.cancel(uow, running.get_run(uow, run_id))

    carry_out(world.work, world.work, run_id, watch=cancel)

    run = run_of(world, run_id)
    assert (run.stage, run.phase, run.rows_done, cases_of(world)) == ("cancelled", "writing", 500, 0)


def test_a_worker_that_is_killed_leaves_nothing_and_the_next_one_does_all(
    world: World, tmp_path: Path, cluster: Cluster, app_database_name: str
) -> None:
    run_id = asked(world, write_cases(tmp_path / "cases", rows=1500, form="utf-8-sig"))
    process = multiprocessing.get_context("spawn").Process(
        target=_die_while_writing, args=(cluster.url("app", app_database_name), world.dispatcher, run_id)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    left = run_of(world, run_id)
    assert (left.stage, left.phase, cases_of(world)) == ("running", "writing", 0)

    deadline = time.monotonic() + 20  # the server notices the lost connection
    while run_of(world, run_id).stage != "done" and time.monotonic() < deadline:
        carry_out_waiting(world.work, world.work)

    run = run_of(world, run_id)
    assert (run.stage, run.attempts, cases_of(world)) == ("done", 2, 1500)
    with world.work() as uow:
        assert uow.session.query(ImportFile).filter(ImportFile.org_id == world.organisation).count() == 0


def test_a_file_that_kills_every_worker_is_given_up(world: World, tmp_path: Path) -> None:
    run_id = asked(world, write_cases(tmp_path / "cases", rows=3, form="utf-8-sig"))
    with world.work() as uow:
        uow.session.get_one(ImportRun, run_id).attempts = MAX_ATTEMPTS
    assert carry_out_waiting(world.work, world.work) == 1
    run = run_of(world, run_id)
    assert run.failure is not None
    assert (run.stage, run.failure["code"], cases_of(world)) == ("failed", "conflict", 0)


def test_what_nobody_touched_for_two_days_is_forgotten(world: World, tmp_path: Path) -> None:
    run_id = asked(world, write_cases(tmp_path / "cases", rows=3, form="utf-8-sig"), Task.CHECK)
    carry_out_waiting(world.work, world.work)
    with world.work() as uow:
        assert staging.forget_old(uow) == 0
    world.clock.advance(staging.KEPT * 1.1)
    with world.work() as uow:
        assert staging.forget_old(uow) == 2
        assert uow.session.get(ImportRun, run_id) is None
        query = text("SELECT count(*) FROM import_chunks WHERE org_id = :org")
        assert uow.session.scalar(query, {"org": world.organisation}) == 0


def _die_while_writing(url: str, actor: Actor, run_id: ImportRunId) -> None:
    """A worker whose process is killed, without a word, after the first rows were written."""
    database, clock = Database(url, pool_size=4), SystemClock()

    def die(phase: str, done: int, total: int | None) -> None:
        if (phase, done) == ("writing", 1000):
            os.kill(os.getpid(), signal.SIGKILL)

    carry_out(
        lambda: unit_of_work(database, clock, actor),
        lambda somebody: unit_of_work(database, clock, somebody),
        run_id,
        watch=die,
    )
