"""Runs: work that somebody asks for and a sweep carries out, in their name, watched and stopped by whoever may.

What a run does is its own; here stands what all of them have: who asked, how far it is, that somebody wants it to
stop, and that a worker which is killed leaves all or nothing. Its lock ends with its connection, and the next sweep
begins the run anew. Progress is written in short transactions beside the work's own.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Mapped

from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import ConflictError, DomainError, UnavailableError
from field_visits.kernel.ids import OrganisationId
from field_visits.unit_of_work import UnitOfWork, Work
from field_visits.workforce.asking import actor_of, told_of

_LOG = logging.getLogger(__name__)
# What ends its worker so often ends the next one too.
MAX_ATTEMPTS = 3

# Opens a unit of work in somebody's name.
WorkAs = Callable[[Actor], AbstractContextManager[UnitOfWork]]


class Stage(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STAGES = (Stage.WAITING.value, Stage.RUNNING.value)


class Run:
    """What a row of any run tells; a mixin of working rows. `asked_by` names who asked: it is done in their name."""

    id: Mapped[Any]
    org_id: Mapped[OrganisationId]
    stage: Mapped[str]
    asked_by: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int]
    is_cancelled: Mapped[bool]
    failure: Mapped[dict[str, Any] | None]


RunT = TypeVar("RunT", bound=Run)


class StoppedError(Exception):
    """Somebody cancelled the run, or another process has ended it."""


@dataclass(frozen=True, slots=True)
class RunKind(Generic[RunT]):
    """One kind of run.

    Attributes:
        row: Its rows.
        permission: What whoever asked must still be allowed when it is carried out.
        over: What is told to whoever stops one that is over.
        worn_out: What is told of one that ended its worker too often.
        defect: What is told of one that failed by a defect of ours.
    """

    row: type[RunT]
    permission: Callable[[RunT], str]
    over: str
    worn_out: str
    defect: str


def asked(uow: UnitOfWork) -> dict[str, Any]:
    """The columns of a run that the actor asks for now."""
    return {
        "org_id": uow.actor.organisation,
        "stage": Stage.WAITING.value,
        "asked_by": told_of(uow.actor),
        "asked_at": uow.now,
        "finished_at": None,
        "attempts": 0,
        "is_cancelled": False,
        "failure": None,
    }


def cancel_run(uow: UnitOfWork, kind: RunKind[RunT], run: RunT) -> None:
    """A run that waits is over; one under way stops the next time it tells how far it is, and nothing of it stays.

    Raises:
        ConflictError: It is over already.
    """
    uow.session.refresh(run, with_for_update=True)
    if run.stage not in OPEN_STAGES:
        raise ConflictError(kind.over)
    run.is_cancelled = True
    if run.stage == Stage.WAITING.value:
        run.stage, run.finished_at = Stage.CANCELLED.value, uow.now


def open_runs(work: Work, kind: RunKind[RunT], *where: ColumnElement[bool]) -> Sequence[UUID]:
    """Runs that wait, or whose worker ended, the oldest first."""
    row: Any = kind.row
    with work() as uow:
        return uow.session.scalars(
            select(row.id).where(row.stage.in_(OPEN_STAGES), *where).order_by(row.id)
        ).all()


class Progress(Generic[RunT]):
    """Writes how far a run is, in transactions of its own, and stops it when somebody cancelled it."""

    def __init__(self, work: Work, kind: RunKind[RunT], run_id: UUID) -> None:
        self._work, self._kind, self._run_id = work, kind, run_id

    def begin(self) -> None:
        """The run is under way.

        Raises:
            StoppedError: It is over already.
            ConflictError: It has ended its worker too often.
        """
        with self._work() as uow:
            run = uow.session.get_one(self._kind.row, self._run_id, with_for_update=True)
            if run.stage not in OPEN_STAGES or run.is_cancelled:
                raise StoppedError
            run.attempts += 1
            run.stage = Stage.RUNNING.value
            attempts = run.attempts
        if attempts > MAX_ATTEMPTS:
            raise ConflictError(self._kind.worn_out)

    def tell(self, **values: Any) -> None:
        """These columns of the run are so now.

        Raises:
            StoppedError: Somebody cancelled it, or it is gone.
        """
        row: Any = self._kind.row
        with self._work() as uow:
            told = update(row).where(row.id == self._run_id).values(**values).returning(row.is_cancelled)
            is_cancelled = uow.session.scalar(told)
        if is_cancelled is not False:
            raise StoppedError


def carry_out_run(
    work: Work, kind: RunKind[RunT], run_id: UUID, do: Callable[[Actor, Progress[RunT]], bool]
) -> bool:
    """The run is over: done, failed or cancelled. False if another process is at it, or a part does not answer.

    Args:
        work: Opens units of work of the organisation.
        kind: Which kind of run.
        run_id: Which run.
        do: Does it in the name of the actor: takes the lock of the run first and gives False where it is taken,
            then begins, works, and writes the end into the transaction of the work itself.
    """
    with work() as uow:
        run = uow.session.get(kind.row, run_id)
        if run is None or run.stage not in OPEN_STAGES:
            return False
        try:
            actor = actor_of(uow, run.asked_by, kind.permission(run))
        except DomainError as error:
            _end(work, kind, run_id, Stage.FAILED, error)
            return True
    try:
        return do(actor, Progress(work, kind, run_id))
    except StoppedError:
        _end(work, kind, run_id, Stage.CANCELLED, None)
    except UnavailableError:
        _LOG.warning("A part gave way during the run %s; the next sweep begins it anew.", run_id)
        return False
    except DomainError as error:
        _end(work, kind, run_id, Stage.FAILED, error)
    except Exception:  # noqa: BLE001 - logged whole; one run must not keep the others waiting
        _LOG.exception("The run %s failed by a defect of ours.", run_id)
        _end(work, kind, run_id, Stage.FAILED, DomainError(kind.defect))
    return True


def _end(work: Work, kind: RunKind[RunT], run_id: UUID, stage: Stage, error: DomainError | None) -> None:
    row: Any = kind.row
    failure = None if error is None else {"code": error.code, "detail": error.sentence}
    with work() as uow:
        uow.session.execute(
            update(row)
            .where(row.id == run_id, row.stage.in_(OPEN_STAGES))
            .values(stage=stage.value, failure=failure, finished_at=uow.now)
        )
