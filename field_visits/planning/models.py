"""Plans of a day: published ones are promises, drafts are not."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import OrganisationId, PlanId, UserId
from field_visits.planning.lifecycle import PLAN


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


class PlanDraft(Base):
    """A computed proposal for one day. Working row: publishing it is what counts."""

    __tablename__ = "plan_drafts"
    __table_args__ = (Index(None, "org_id", "day"),)

    id: Mapped[PlanId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    day: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[UserId | None]
    problem: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
