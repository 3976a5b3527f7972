"""The planning of a day as a run: asked for, carried out by a sweep, watched, stopped; see `workforce.runs`.

A run reads the day in the name of whoever asked, thinks while no transaction is open, and keeps its draft in
another one if the day still is as it was read: else what was found is fitted into the day as it is, and that is
seldom needed twice. One run a day is open at a time, so that two planners do not work against each other
without knowing.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import delete, select, update

from field_visits.cases.judging import Rules
from field_visits.kernel.actor import Actor
from field_visits.kernel.db import alone_at, lock
from field_visits.kernel.errors import ConflictError, NotFoundError
from field_visits.kernel.ids import PlanId, PlanRunId
from field_visits.planning import queries
from field_visits.planning.day import read_day
from field_visits.planning.drafting import Thought, keep, require_budget, think, think_again
from field_visits.planning.models import PlanDraft, PlanRun
from field_visits.planning.pace import own_pace
from field_visits.planning.solving import BestSoFar
from field_visits.unit_of_work import UnitOfWork, Wake, Work
from field_visits.workforce.queries import day_hours
from field_visits.workforce.runs import (
    MAX_ATTEMPTS,
    OPEN_STAGES,
    Progress,
    RunKind,
    Stage,
    StoppedError,
    WorkAs,
    asked,
    cancel_run,
    carry_out_run,
    open_runs,
)
from routing.distance import Travel
from routing.roads.city import CityTravel

PERMISSION = "plan:draft"
MAX_SHOWN = 20
# A day is fitted anew in well under a second: who finds it changed so often meets a machine.
_READINGS = 5
# How long a run is kept after its end, and a draft after its day.
KEPT = timedelta(days=2)

RUNS = RunKind(
    PlanRun,
    permission=lambda _: PERMISSION,
    over="This run is over already; its draft promises nothing to anybody.",
    worn_out=f"The worker ended {MAX_ATTEMPTS} times during this day. Plan it by hand, and report it.",
    defect="A defect of ours kept this day from being planned. The server's log has it; report it.",
)


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
        **asked(uow),
        day=day,
        budget_s=budget_s,
        seed=seed,
        from_draft=from_draft,
        best=None,
        draft_id=None,
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
    """The run stops, and nothing of it stays; ConflictError if it is over: its draft promises nothing to anybody."""
    cancel_run(uow, RUNS, run)


def carry_out_waiting(work: Work, work_as: WorkAs, rules: Rules, roads: Travel | None = None) -> int:
    """Every run that waits, or whose worker ended, was carried out; returns how many."""
    waiting = open_runs(work, RUNS)
    return sum(carry_out(work, work_as, rules, PlanRunId(run_id), roads) for run_id in waiting)


def carry_out(
    work: Work, work_as: WorkAs, rules: Rules, run_id: PlanRunId, roads: Travel | None = None
) -> bool:
    """The run is over: done with its draft, failed or cancelled. False if another process is at it, or a part does not answer."""

    def do(actor: Actor, progress: Progress[PlanRun]) -> bool:
        with work() as uow:
            alone = alone_at(uow.session, run_id)
        with alone as is_alone:
            if not is_alone:
                return False
            progress.begin()
            _do(lambda: work_as(actor), rules, run_id, roads, progress)
        return True

    return carry_out_run(work, RUNS, run_id, do)


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


def _do(
    work: Work, rules: Rules, run_id: PlanRunId, roads: Travel | None, progress: Progress[PlanRun]
) -> None:
    def tell(best: BestSoFar) -> None:
        progress.tell(best={**asdict(best), "elapsed_s": int(best.elapsed_s)})

    with work() as uow:
        run = uow.session.get_one(PlanRun, run_id)
        _require_not_over(uow, run)
        before = None if run.from_draft is None else queries.get_draft(uow, run.from_draft)
        known = read_day(uow, rules, run.day)
        travel = CityTravel(roads, own_pace(uow))
    thought = think(known, travel, budget_s=float(run.budget_s), seed=run.seed, from_draft=before, watch=tell)
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
        raise StoppedError
