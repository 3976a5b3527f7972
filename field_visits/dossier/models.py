"""Exports of court bundles."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.dossier.lifecycle import EXPORT
from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import CaseId, ExportId, UserId


class Export(Subject, Base):
    """One bundle of one case: who asked for it and why, and, once built, its hash."""

    __tablename__ = "exports"
    __lifecycle__ = EXPORT

    id: Mapped[ExportId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), index=True)
    requested_by: Mapped[UserId]
    requested_at: Mapped[datetime]
    reason: Mapped[str]
    sha256: Mapped[str | None]
    length: Mapped[int | None]
    object_key: Mapped[str | None] = mapped_column(info={"secret": True})
    failure: Mapped[str | None]
