"""A check, an import or an undoing as a run: asked for, carried out by a sweep or a command, watched, stopped.

Its work is one transaction; see `workforce.runs`.
"""

from typing import Any

from sqlalchemy import select, update

from field_visits.cases.importing import staging
from field_visits.cases.importing.applying import Outcome, Watch, check_file, import_file
from field_visits.cases.importing.error_file import keep_errors, kept_errors
from field_visits.cases.importing.models import ImportFile, ImportRun, Task
from field_visits.cases.importing.report import RowError
from field_visits.cases.importing.undoing import undo_import
from field_visits.cases.models import Import
from field_visits.kernel.actor import Actor
from field_visits.kernel.db import try_lock
from field_visits.kernel.errors import ConflictError, NotFoundError
from field_visits.kernel.ids import ImportRunId
from field_visits.unit_of_work import Refused, UnitOfWork, Wake, Work
from field_visits.workforce.runs import (
    MAX_ATTEMPTS,
    OPEN_STAGES,
    Progress,
    RunKind,
    Stage,
    WorkAs,
    asked,
    cancel_run,
    carry_out_run,
    open_runs,
)

_PERMISSIONS = {Task.CHECK: "import:apply", Task.APPLY: "import:apply", Task.UNDO: "import:undo"}
RUNS = RunKind(
    ImportRun,
    permission=lambda run: _PERMISSIONS[Task(run.task)],
    over="This run is over; an import that was applied can be undone instead.",
    worn_out=f"The worker ended {MAX_ATTEMPTS} times during this file; nothing was changed. Split it and try again.",
    defect="A defect of ours kept this from being done; nothing was changed. The server's log has it; report it.",
)


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
        **asked(uow),
        file_id=file.id if file else None,
        import_id=imported.id if imported else None,
        task=task.value,
        phase=None,
        rows_done=0,
        rows_total=None,
        is_attended=is_attended,
        has_errors=False,
        report=None,
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
    """The run stops, and nothing of it stays; ConflictError if it is over: what was applied can be undone."""
    cancel_run(uow, RUNS, run)


def carry_out_waiting(work: Work, work_as: WorkAs) -> int:
    """Every run that waits, or whose worker ended, was carried out; returns how many.

    Evidence: of the imports themselves.
    """
    waiting = open_runs(work, RUNS, ImportRun.is_attended.is_(False))
    return sum(carry_out(work, work_as, ImportRunId(run_id)) for run_id in waiting)


def carry_out(work: Work, work_as: WorkAs, run_id: ImportRunId, *, watch: Watch | None = None) -> bool:
    """The run is over; False if another process is at it, or a part does not answer.

    Args:
        work: Opens units of work of the organisation.
        work_as: Opens one in somebody's name.
        run_id: Which run.
        watch: Told how far it is.
    """

    def do(actor: Actor, progress: Progress[ImportRun]) -> bool:
        def tell(phase: str, done: int, total: int | None) -> None:
            if watch is not None:
                watch(phase, done, total)
            progress.tell(phase=phase, rows_done=done, rows_total=total)

        with work_as(actor) as uow:
            if not try_lock(uow.session, run_id):
                return False
            progress.begin()
            _do(uow, run_id, tell)
        return True

    return carry_out_run(work, RUNS, run_id, do)


def _do(uow: UnitOfWork, run_id: ImportRunId, progress: Watch) -> None:
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


def _undo(uow: UnitOfWork, run: ImportRun, progress: Watch) -> None:
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
