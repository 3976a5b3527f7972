"""What phones handed in: every command as it came, once, with the answer that it got."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import CaseId, CommandId, DeviceId, UserId, VisitId
from field_visits.sync.lifecycle import COMMAND


class Command(Subject, Base):
    """One link of a phone's chain. The exact bytes stand in the body of its entry, which is their first trace.

    `told_id` is the id that the phone minted, None where the bytes could not be read. `claimed_at` is the phone's
    clock and nothing else; `estimated_at` is when it can have been, `uncertainty_ms` either way.
    """

    __tablename__ = "commands"
    __lifecycle__ = COMMAND
    __table_args__ = (
        UniqueConstraint("device_id", "seq"),
        CheckConstraint("octet_length(hash) = 32", name="hash_is_sha256"),
        Index(None, "org_id", "told_id"),
        Index(None, "org_id", "user_id", "received_at"),
        Index(None, "case_id"),
    )

    id: Mapped[CommandId] = mapped_column(primary_key=True)
    device_id: Mapped[DeviceId] = mapped_column(ForeignKey("devices.id"))
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    seq: Mapped[int]
    told_id: Mapped[UUID | None]
    hash: Mapped[bytes] = mapped_column(BYTEA)
    signature: Mapped[bytes | None] = mapped_column(BYTEA)
    type: Mapped[str | None]
    case_id: Mapped[CaseId | None] = mapped_column(ForeignKey("cases.id"))
    visit_id: Mapped[VisitId | None]
    claimed_at: Mapped[datetime | None]
    estimated_at: Mapped[datetime | None]
    uncertainty_ms: Mapped[int | None]
    received_at: Mapped[datetime]
    outcome: Mapped[str]
    reason: Mapped[str | None]
    answer: Mapped[dict[str, Any]]
