"""Runs: the planning of a day is asked for, carried out by a sweep, watched, stopped.

A run reads the day in the name of whoever asked, thinks while no transaction is open, and keeps its draft in
another one if the day still is as it was read: else what was found is fitted into the day as it is, and that is
seldom needed twice. How far it is is written by other, short ones. So a worker that is killed leaves no half: its
lock ends with its connection, and the next sweep begins the run anew. One run a day is open at a time, so that two planners do not work
against each other without knowing.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import delete, select, update

from field_visits.cases.judging import Rules
from field_visits.kernel.actor import Actor
from field_visits.kernel.db import alone_at, lock
from field_visits.kernel.errors import ConflictError, DomainError, NotFoundError
from field_visits.kernel.ids import PlanId, PlanRunId
from field_visits.planning import queries
from field_visits.planning.day import read_day
from field_visits.planning.drafting import Thought, keep, require_budget, think, think_again
from field_visits.planning.models import OPEN_STAGES, PlanDraft, PlanRun, Stage
from field_visits.planning.pace import own_pace
from field_visits.planning.solving import BestSoFar
from field_visits.unit_of_work import UnitOfWork, Wake, Work
from field_visits.workforce.asking import actor_of, told_of
from field_visits.workforce.queries import day_hours
from routing.distance import Travel
from routing.roads.city import CityTravel

_LOG = logging.getLogger(__name__)
PERMISSION = "plan:draft"
# A day that ends its worker so often ends the next one too.
MAX_ATTEMPTS = 3
MAX_SHOWN = 20
# A day is fitted anew in well under a second: who finds it changed so often meets a machine.
_READINGS = 5
# How long a run is kept after its end, and a draft after its day.
KEPT = timedelta(days=2)

# Opens a unit of work in somebody's name.
WorkAs = Callable[[Actor], AbstractContextManager[UnitOfWork]]


class _StoppedError(Exception):
    """Somebody cancelled the run, or another process has ended it."""


def ask(
    uow: UnitOfWork, day: date, *, budget_s: int, seed: int = 0, from_draft: PlanId | None = None
) -> PlanRun:
    """The day will be planned, in the actor's name.

    Args:
        uow: The unit of work.
        day: A day of the organisation's calendar, today or later.
        budget_s: How long the solver may think, in seconds.
        seed: Where it begins to search.
        from_draft: A draft of the day to go on from; what people decided in it stays.

    Raises:
        ConflictError: The day is being planned already, or the draft is of another day.
        InvalidError: The budget cannot be.
        NotFoundError: There is no such draft.
    """
    require_budget(budget_s)
    if from_draft is not None and queries.get_draft(uow, from_draft).day != day:
        raise ConflictError("This draft is of another day; begin from one of the day that is planned.")
    # The organisation stands for «its plans»: whoever asks second sees the first one's run.
    lock(uow.session, uow.actor.organisation)
    open_run = select(PlanRun.id).where(PlanRun.day == day, PlanRun.stage.in_(OPEN_STAGES)).limit(1)
    if uow.session.scalar(open_run):
        raise ConflictError("This day is being planned already; wait until that is over, or stop it.")
    run = PlanRun(
        id=PlanRunId(uow.new_id()),
        org_id=uow.actor.organisation,
        day=day,
        stage=Stage.WAITING.value,
        budget_s=budget_s,
        seed=seed,
        from_draft=from_draft,
        asked_by=told_of(uow.actor),
        asked_at=uow.now,
        finished_at=None,
        attempts=0,
        is_cancelled=False,
        best=None,
        draft_id=None,
        failure=None,
    )
    uow.session.add(run)
    uow.session.flush()
    uow.wake(Wake.PLANS)
    return run


def get_run(uow: UnitOfWork, run_id: PlanRunId) -> PlanRun:
    """The run; NotFoundError if there is none, or none any more."""
    run = uow.session.get(PlanRun, run_id)
    if run is None:
        raise NotFoundError("There is no such run; what ended some days ago is not kept.")
    return run


def runs_of_day(uow: UnitOfWork, day: date) -> Sequence[PlanRun]:
    """The runs of a day, the newest first; at most 20."""
    return uow.session.scalars(
        select(PlanRun).where(PlanRun.day == day).order_by(PlanRun.id.desc()).limit(MAX_SHOWN)
    ).all()


def cancel(uow: UnitOfWork, run: PlanRun) -> None:
    """A run that waits is over; one under way stops within moments, and nothing of it stays.

    Raises:
        ConflictError: It is over already; its draft promises nothing to anybody.
    """
    uow.session.refresh(run, with_for_update=True)
    if run.stage not in OPEN_STAGES:
        raise ConflictError("This run is over already; its draft promises nothing to anybody.")
    run.is_cancelled = True
    if run.stage == Stage.WAITING.value:
        run.stage, run.finished_at = Stage.CANCELLED.value, uow.now


def carry_out_waiting(work: Work, work_as: WorkAs, rules: Rules, roads: Travel | None = None) -> int:
    """Every run that waits, or whose worker ended, was carried out; returns how many."""
    with work() as uow:
        waiting = uow.session.scalars(
            select(PlanRun.id).where(PlanRun.stage.in_(OPEN_STAGES)).order_by(PlanRun.id)
        ).all()
    return sum(carry_out(work, work_as, rules, run_id, roads) for run_id in waiting)


def carry_out(
    work: Work, work_as: WorkAs, rules: Rules, run_id: PlanRunId, roads: Travel | None = None
) -> bool:
    """The run is over: done with its draft, failed or cancelled. False if another process is at it."""
    with work() as uow:
        run = uow.session.get(PlanRun, run_id)
        if run is None or run.stage not in OPEN_STAGES:
            return False
        try:
            actor = actor_of(uow, run.asked_by, PERMISSION)
        except DomainError as error:
            _end(work, run_id, Stage.FAILED, error)
            return True
        alone = alone_at(uow.session, run_id)
    try:
        with alone as is_alone:
            if not is_alone:
                return False
            progress = _Progress(work, run_id)
            progress.begin()
            _do(lambda: work_as(actor), rules, run_id, roads, progress)
    except _StoppedError:
        _end(work, run_id, Stage.CANCELLED, None)
    except DomainError as error:
        _end(work, run_id, Stage.FAILED, error)
    except Exception:  # noqa: BLE001 - logged whole; one day must not keep the others waiting
        _LOG.exception("The planning run %s failed by a defect of ours.", run_id)
        detail = "A defect of ours kept this day from being planned. The server's log has it; report it."
        _end(work, run_id, Stage.FAILED, DomainError(detail))
    return True


def forget_old(uow: UnitOfWork) -> int:
    """Runs that ended two days ago and drafts whose day is over as long are gone; returns how many."""
    before = uow.now - KEPT
    runs = uow.session.scalars(
        delete(PlanRun).where(PlanRun.finished_at < before).returning(PlanRun.id)
    ).all()
    drafts = uow.session.scalars(
        delete(PlanDraft)
        .where(PlanDraft.day < before.date(), PlanDraft.changed_at < before)
        .returning(PlanDraft.id)
    ).all()
    return len(runs) + len(drafts)


class _Progress:
    """Writes how far a run is, in transactions of its own, and stops it when somebody cancelled it."""

    def __init__(self, work: Work, run_id: PlanRunId) -> None:
        self._work, self._run_id = work, run_id

    def begin(self) -> None:
        """The run is under way.

        Raises:
            _StoppedError: It is over already.
            ConflictError: It has ended its worker too often.
        """
        with self._work() as uow:
            run = uow.session.get_one(PlanRun, self._run_id, with_for_update=True)
            if run.stage not in OPEN_STAGES or run.is_cancelled:
                raise _StoppedError
            run.attempts += 1
            run.stage = Stage.RUNNING.value
            attempts = run.attempts
        if attempts > MAX_ATTEMPTS:
            raise ConflictError(
                f"The worker ended {MAX_ATTEMPTS} times during this day. Plan it by hand, and report it."
            )

    def __call__(self, best: BestSoFar) -> None:
        with self._work() as uow:
            told = (
                update(PlanRun)
                .where(PlanRun.id == self._run_id)
                .values(best={**asdict(best), "elapsed_s": int(best.elapsed_s)})
                .returning(PlanRun.is_cancelled)
            )
            is_cancelled = uow.session.scalar(told)
        if is_cancelled is not False:
            raise _StoppedError


def _do(work: Work, rules: Rules, run_id: PlanRunId, roads: Travel | None, progress: _Progress) -> None:
    with work() as uow:
        run = uow.session.get_one(PlanRun, run_id)
        _require_not_over(uow, run)
        before = None if run.from_draft is None else queries.get_draft(uow, run.from_draft)
        known = read_day(uow, rules, run.day)
        travel = CityTravel(roads, own_pace(uow))
    thought = think(
        known, travel, budget_s=float(run.budget_s), seed=run.seed, from_draft=before, watch=progress
    )
    for _ in range(_READINGS):
        with work() as uow:
            _require_not_over(uow, run)
            # Whoever publishes, or asks for a run, waits this moment: the day is read and written as one.
            lock(uow.session, uow.actor.organisation)
            now = read_day(uow, rules, run.day)
            if now.facts() == thought.posed.known.facts():
                _finish(uow, run, thought)
                return
        thought = think_again(now, thought)
    raise ConflictError("The day changed faster than it could be planned. Plan it again.")


def _require_not_over(uow: UnitOfWork, run: PlanRun) -> None:
    if day_hours(uow, run.day).end <= uow.now:
        raise ConflictError("The day is over; it cannot be planned any more.")


def _finish(uow: UnitOfWork, run: PlanRun, thought: Thought) -> None:
    """The draft and the end of its run: the one is not there without the other."""
    drafted = keep(uow, thought, seed=run.seed, budget_s=float(run.budget_s))
    done = (
        update(PlanRun)
        .where(PlanRun.id == run.id, PlanRun.stage == Stage.RUNNING.value, PlanRun.is_cancelled.is_(False))
        .values(stage=Stage.DONE.value, draft_id=drafted.id, finished_at=uow.now)
        .returning(PlanRun.id)
    )
    if uow.session.scalar(done) is None:
        raise _StoppedError


def _end(work: Work, run_id: PlanRunId, stage: Stage, error: DomainError | None) -> None:
    failure = None if error is None else {"code": error.code, "detail": error.sentence}
    with work() as uow:
        uow.session.execute(
            update(PlanRun)
            .where(PlanRun.id == run_id, PlanRun.stage.in_(OPEN_STAGES))
            .values(stage=stage.value, failure=failure, finished_at=uow.now)
        )
