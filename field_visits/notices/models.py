"""A notice on its way to somebody's hands, and how that ended."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import CaseId, NoticeId
from field_visits.notices.lifecycle import NOTICE


class Notice(Subject, Base):
    """One document for one customer. `document_sha256` says which; its bytes lie with who wrote it.

    `recipient`, `mode` and `grade` are of the service, None before; `refused_by` of a refusal.
    """

    __tablename__ = "notices"
    __lifecycle__ = NOTICE
    __root__ = ("cases", "case_id")
    __table_args__ = (Index(None, "case_id"), Index(None, "org_id", "state"))

    id: Mapped[NoticeId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    title: Mapped[str]
    document_sha256: Mapped[str]
    prepared_at: Mapped[datetime]
    # The visit at which it was served or refused; no foreign key, since visits stand above notices.
    visit_id: Mapped[UUID | None]
    mode: Mapped[str | None]
    recipient: Mapped[str | None]
    relationship: Mapped[str | None] = mapped_column(info={"personal": True})
    has_capacity: Mapped[bool | None]
    is_signed: Mapped[bool | None]
    photos: Mapped[list[str] | None]
    grade: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_note: Mapped[str | None] = mapped_column(info={"personal": True})
