"""What a customer objects to: somebody's conduct (a complaint), or the debt (a dispute)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.complaints.lifecycle import COMPLAINT
from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import CaseId, ComplaintId, UserId


class Complaint(Subject, Base):
    """One complaint or dispute, with the days by which it is acknowledged and answered."""

    __tablename__ = "complaints"
    __lifecycle__ = COMPLAINT
    __root__ = ("cases", "case_id")
    __table_args__ = (Index(None, "case_id"), Index(None, "org_id", "state", "answer_by"))

    id: Mapped[ComplaintId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    channel: Mapped[str]
    said: Mapped[str | None] = mapped_column(info={"personal": True})
    # Whose conduct it is about, where that is known.
    collector_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    about_table: Mapped[str | None]
    about_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    rule_id: Mapped[str]
    acknowledge_by: Mapped[date]
    answer_by: Mapped[date]
    is_complex: Mapped[bool]
    is_extended: Mapped[bool]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(info={"personal": True})
    finding: Mapped[str | None]
    closed_at: Mapped[datetime | None]
