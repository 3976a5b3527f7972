"""Plans of a day: published ones are promises, drafts and the runs that make them are not."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.evidence.records import Revised, Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import OrganisationId, PlanId, PlanRunId, UserId
from field_visits.planning.lifecycle import PLAN
from field_visits.workforce.runs import Run


class DayPlan(Subject, Base):
    """Who goes where and when on one day, as published."""

    __tablename__ = "plans"
    __lifecycle__ = PLAN
    __table_args__ = (
        Index("uq_plans_day", "org_id", "day", unique=True, postgresql_where=text("state = 'published'")),
    )
    __refusals__ = {"uq_plans_day": "This day has a newer published plan; load it and plan again."}  # noqa: RUF012

    id: Mapped[PlanId] = mapped_column(primary_key=True)
    day: Mapped[date]
    timezone: Mapped[str]
    routes: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class PlanDraft(Revised, Base):
    """A proposal for one day, computed and then changed by hand. Working row: publishing it is what counts."""

    __tablename__ = "plan_drafts"
    __table_args__ = (Index(None, "org_id", "day"),)

    id: Mapped[PlanId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    day: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[UserId | None]
    changed_at: Mapped[datetime]
    problem: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]


class PlanRun(Run, Base):
    """The planning of one day: asked for, under way, or over. Working row; one a day is open at most.

    `best` tells the best day found so far.
    """

    __tablename__ = "plan_runs"
    __table_args__ = (
        Index(None, "org_id", "day"),
        Index(
            "uq_plan_runs_open",
            "org_id",
            "day",
            unique=True,
            postgresql_where=text("stage IN ('waiting', 'running')"),
        ),
    )

    id: Mapped[PlanRunId] = mapped_column(primary_key=True)
    day: Mapped[date]
    budget_s: Mapped[int]
    seed: Mapped[int]
    from_draft: Mapped[PlanId | None]
    best: Mapped[dict[str, Any] | None]
    draft_id: Mapped[PlanId | None]
