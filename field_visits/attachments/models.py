"""Files that prove something, named by the hash of their bytes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.attachments.lifecycle import ATTACHMENT
from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import AttachmentId, CaseId, UserId


class Attachment(Subject, Base):
    """One original file: a photo, a signature picture, a receipt. Its bytes are never rewritten."""

    __tablename__ = "attachments"
    __lifecycle__ = ATTACHMENT
    __table_args__ = (
        CheckConstraint("length > 0", name="not_empty"),
        # One exhibit is one row of what it is about, however often a phone announces it.
        UniqueConstraint("about_id", "sha256"),
        Index(None, "org_id", "state"),
        Index(None, "org_id", "sha256"),
    )
    id: Mapped[AttachmentId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId]
    about_table: Mapped[str]
    about_id: Mapped[UUID]
    kind: Mapped[str]
    sha256: Mapped[str]
    md5: Mapped[str]
    length: Mapped[int]
    content_type: Mapped[str]
    object_key: Mapped[str] = mapped_column(info={"secret": True})
    expected_from: Mapped[UserId | None]
    expected_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    # What the file's own metadata claims (EXIF): a claim, never proof.
    claims: Mapped[dict[str, Any] | None] = mapped_column(info={"personal": True})
    # The small copy without EXIF, an object of its own; None until verified, and for what is no picture.
    thumbnail_sha256: Mapped[str | None]
