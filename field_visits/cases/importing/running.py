"""Runs: a check, an import or an undoing is asked for, carried out by a sweep or a command, watched, stopped.

A run's work is one transaction in the name of whoever asked; progress is written by other, short ones. So
a worker that is killed leaves all or nothing: its lock ends with its connection, and the next sweep begins
the run anew.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import select, update

from field_visits.cases.importing import staging
from field_visits.cases.importing.applying import Outcome, Watch, check_file, import_file
from field_visits.cases.importing.error_file import keep_errors, kept_errors
from field_visits.cases.importing.models import OPEN_STAGES, ImportFile, ImportRun, Stage, Task
from field_visits.cases.importing.report import RowError
from field_visits.cases.importing.undoing import undo_import
from field_visits.cases.models import Import
from field_visits.kernel.actor import Actor
from field_visits.kernel.db import try_lock
from field_visits.kernel.errors import (
    ConflictError,
    DomainError,
    NotFoundError,
    UnavailableError,
)
from field_visits.kernel.ids import ImportRunId
from field_visits.unit_of_work import Refused, UnitOfWork, Wake, Work
from field_visits.workforce.asking import actor_of, told_of

_LOG = logging.getLogger(__name__)
# A file that ends its worker so often ends the next one too.
MAX_ATTEMPTS = 3
_PERMISSIONS = {Task.CHECK: "import:apply", Task.APPLY: "import:apply", Task.UNDO: "import:undo"}

# Opens a unit of work in somebody's name.
WorkAs = Callable[[Actor], AbstractContextManager[UnitOfWork]]


class _StoppedError(Exception):
    """Somebody cancelled the run, or another process has ended it."""


def ask(
    uow: UnitOfWork,
    task: Task,
    *,
    file: ImportFile | None = None,
    imported: Import | None = None,
    is_attended: bool = False,
) -> ImportRun:
    """The run is asked for, in the actor's name; a sweep takes it up unless a command attends to it.

    Raises:
        ConflictError: A run over this file or import is under way.
    """
    about = (
        ImportRun.file_id == file.id if file else ImportRun.import_id == (imported.id if imported else None)
    )
    if uow.session.scalar(select(ImportRun.id).where(about, ImportRun.stage.in_(OPEN_STAGES)).limit(1)):
        raise ConflictError("A run over this is under way; wait until it is over, or cancel it.")
    run = ImportRun(
        id=ImportRunId(uow.new_id()),
        org_id=uow.actor.organisation,
        file_id=file.id if file else None,
        import_id=imported.id if imported else None,
        task=task.value,
        stage=Stage.WAITING.value,
        phase=None,
        rows_done=0,
        rows_total=None,
        asked_by=told_of(uow.actor),
        asked_at=uow.now,
        finished_at=None,
        attempts=0,
        is_attended=is_attended,
        is_cancelled=False,
        has_errors=False,
        report=None,
        failure=None,
        receipt=None,
    )
    if file is not None:
        file.touched_at = uow.now
    uow.session.add(run)
    uow.session.flush()
    uow.wake(Wake.IMPORTS)
    return run


def get_run(uow: UnitOfWork, run_id: ImportRunId) -> ImportRun:
    """The run; NotFoundError if there is none, or none any more."""
    run = uow.session.get(ImportRun, run_id)
    if run is None:
        raise NotFoundError("There is no such run; what ended some days ago is not kept.")
    return run


def errors_of(uow: UnitOfWork, run: ImportRun) -> list[RowError]:
    """The errors of the run's file, the first 20,000.

    Raises:
        NotFoundError: It found none.
    """
    if not run.has_errors:
        raise NotFoundError("This run found no errors.")
    return kept_errors(b"".join(staging.chunks_of(uow.session, run.id)))


def cancel(uow: UnitOfWork, run: ImportRun) -> None:
    """A run that waits is over; one under way stops at its next batch, and nothing of it stays.

    Raises:
        ConflictError: It is over already; an import that was applied can be undone.
    """
    uow.session.refresh(run, with_for_update=True)
    if run.stage not in OPEN_STAGES:
        raise ConflictError("This run is over; an import that was applied can be undone instead.")
    run.is_cancelled = True
    if run.stage == Stage.WAITING.value:
        run.stage, run.finished_at = Stage.CANCELLED.value, uow.now


def carry_out_waiting(work: Work, work_as: WorkAs) -> int:
    """Every run that waits, or whose worker ended, was carried out; returns how many.

    Evidence: of the imports themselves.
    """
    with work() as uow:
        waiting = uow.session.scalars(
            select(ImportRun.id)
            .where(ImportRun.stage.in_(OPEN_STAGES), ImportRun.is_attended.is_(False))
            .order_by(ImportRun.id)
        ).all()
    return sum(carry_out(work, work_as, run_id) for run_id in waiting)


def carry_out(work: Work, work_as: WorkAs, run_id: ImportRunId, *, watch: Watch | None = None) -> bool:
    """The run is over: done, failed or cancelled. False if another process is at it, or a part does not answer.

    Args:
        work: Opens units of work of the organisation.
        work_as: Opens one in somebody's name.
        run_id: Which run.
        watch: Told how far it is.
    """
    with work() as uow:
        run = uow.session.get(ImportRun, run_id)
        if run is None or run.stage not in OPEN_STAGES:
            return False
        try:
            actor = actor_of(uow, run.asked_by, _PERMISSIONS[Task(run.task)])
        except DomainError as error:
            _end(work, run_id, Stage.FAILED, error)
            return True
    try:
        with work_as(actor) as uow:
            if not try_lock(uow.session, run_id):
                return False
            progress = _Progress(work, run_id, watch)
            progress.begin()
            _do(uow, run_id, progress)
    except _StoppedError:
        _end(work, run_id, Stage.CANCELLED, None)
    except UnavailableError:
        _LOG.warning("The database gave way during an import; the next sweep begins it anew.")
        return False
    except DomainError as error:
        _end(work, run_id, Stage.FAILED, error)
    except Exception:  # noqa: BLE001 - logged whole; one file must not keep the others waiting
        _LOG.exception("The import run %s failed by a defect of ours.", run_id)
        detail = "A defect of ours kept this from being done; nothing was changed. The server's log has it; report it."
        _end(work, run_id, Stage.FAILED, DomainError(detail))
    return True


class _Progress:
    """Writes how far a run is, in transactions of its own, and stops it when somebody cancelled it."""

    def __init__(self, work: Work, run_id: ImportRunId, watch: Watch | None) -> None:
        self._work, self._run_id, self._watch = work, run_id, watch

    def begin(self) -> None:
        """The run is under way.

        Raises:
            _StoppedError: it is over already.
            ConflictError: it has ended its worker too often.
        """
        with self._work() as uow:
            run = uow.session.get_one(ImportRun, self._run_id, with_for_update=True)
            if run.stage not in OPEN_STAGES or run.is_cancelled:
                raise _StoppedError
            run.attempts += 1
            run.stage = Stage.RUNNING.value
            attempts = run.attempts
        if attempts > MAX_ATTEMPTS:
            raise ConflictError(
                f"The worker ended {MAX_ATTEMPTS} times during this file; nothing was changed. Split it and try again."
            )

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        if self._watch is not None:
            self._watch(phase, done, total)
        with self._work() as uow:
            told = (
                update(ImportRun)
                .where(ImportRun.id == self._run_id)
                .values(phase=phase, rows_done=done, rows_total=total)
                .returning(ImportRun.is_cancelled)
            )
            is_cancelled = uow.session.scalar(told)
        if is_cancelled is not False:
            raise _StoppedError


def _do(uow: UnitOfWork, run_id: ImportRunId, progress: _Progress) -> None:
    run = uow.session.get_one(ImportRun, run_id)
    task = Task(run.task)
    if task is Task.UNDO:
        _undo(uow, run, progress)
        return
    file = uow.session.get(ImportFile, run.file_id)
    if file is None:
        raise NotFoundError("The file waited too long and is gone; upload it again.")
    with staging.opened(uow, file) as incoming:
        if task is Task.CHECK:
            outcome = check_file(uow, incoming, watch=progress)
        else:
            outcome = import_file(uow, incoming, watch=progress)
            if outcome.import_id is not None:
                staging.remember(uow, incoming)
                staging.forget_file(uow, file)
    _conclude(uow, run_id, task, outcome)


def _undo(uow: UnitOfWork, run: ImportRun, progress: _Progress) -> None:
    undone = undo_import(uow, uow.session.get_one(Import, run.import_id), watch=progress)
    outcome = undone.outcome
    failure = None
    if isinstance(outcome, Refused):
        blocking = [blocker.as_json() for blocker in undone.blocking]
        failure = {
            "code": "import-built-on" if blocking else "illegal",
            "detail": outcome.detail,
            "blocking": blocking,
        }
    values: dict[str, Any] = {
        "stage": (Stage.DONE if failure is None else Stage.FAILED).value,
        "failure": failure,
        "receipt": outcome.receipt.hash,
        "finished_at": uow.now,
    }
    uow.session.execute(update(ImportRun).where(ImportRun.id == run.id).values(values))


def _conclude(uow: UnitOfWork, run_id: ImportRunId, task: Task, outcome: Outcome) -> None:
    """What came of it stands in the run, in the transaction of the work itself."""
    if outcome.errors:
        staging.keep_chunks(uow, run_id, keep_errors(outcome.errors))
    is_done = task is Task.CHECK or outcome.import_id is not None
    failure = None
    if not is_done:
        detail = f"The file has {outcome.report.error_count} errors; nothing was applied. Mend them and send it again."
        failure = {"code": "file-has-errors", "detail": detail, "blocking": []}
    values: dict[str, Any] = {
        "stage": (Stage.DONE if is_done else Stage.FAILED).value,
        "import_id": outcome.import_id,
        "report": outcome.report.as_json(),
        "failure": failure,
        "has_errors": bool(outcome.errors),
        "receipt": None if outcome.receipt is None else outcome.receipt.hash,
        "finished_at": uow.now,
    }
    uow.session.execute(update(ImportRun).where(ImportRun.id == run_id).values(values))


def _end(work: Work, run_id: ImportRunId, stage: Stage, error: DomainError | None) -> None:
    failure = None if error is None else {"code": error.code, "detail": error.sentence, "blocking": []}
    with work() as uow:
        uow.session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id, ImportRun.stage.in_(OPEN_STAGES))
            .values(stage=stage.value, failure=failure, finished_at=uow.now)
        )
