"""Messages to customers and alerts to the people who run the day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import AlertId, CaseId, MessageId
from field_visits.messages.lifecycle import ALERT, MESSAGE


class Message(Subject, Base):
    """One text to one person; it says nothing of a debt to a stranger. A sweep sends what is queued."""

    __tablename__ = "messages"
    __lifecycle__ = MESSAGE
    __table_args__ = (Index(None, "org_id", "state"),)

    id: Mapped[MessageId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId | None]
    about_table: Mapped[str]
    about_id: Mapped[UUID]
    channel: Mapped[str]
    template: Mapped[str]
    language: Mapped[str]
    recipient: Mapped[str | None] = mapped_column(info={"personal": True})
    text: Mapped[str | None] = mapped_column(info={"personal": True})
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    failure_code: Mapped[str | None]


class Alert(Subject, Base):
    """Something a dispatcher must look at: a breach, a late collector, a photo that does not match."""

    __tablename__ = "alerts"
    __lifecycle__ = ALERT
    __table_args__ = (Index(None, "org_id", "state"),)

    id: Mapped[AlertId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId | None]
    kind: Mapped[str]
    about_table: Mapped[str]
    about_id: Mapped[UUID]
    detail: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
