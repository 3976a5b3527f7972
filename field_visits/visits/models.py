"""Visits: what happened on the way to a door and at it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.evidence.records import Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import AppointmentId, CaseId, UserId, VisitId
from field_visits.visits.lifecycle import VISIT


class Visit(Subject, Base):
    """One journey of a crew to one door. Its id is minted by who departs, on the phone when offline."""

    __tablename__ = "visits"
    __lifecycle__ = VISIT
    __table_args__ = (Index(None, "case_id"), Index(None, "org_id", "lead_id", "departed_at"))

    __refusals__ = {"pk_visits": "A visit with this id exists already; mint another id."}  # noqa: RUF012

    id: Mapped[VisitId] = mapped_column(primary_key=True)
    appointment_id: Mapped[AppointmentId] = mapped_column(ForeignKey("appointments.id"), index=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    lead_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    partner_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    departed_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # Where the arrival fix lay: inside, uncertain or outside, never a bare yes.
    placement: Mapped[str | None]
    # Why a person should look at the arrival (`placement.Doubt`); none of them stops work.
    arrival_doubts: Mapped[list[str] | None]
    arrival_lat: Mapped[float | None] = mapped_column(info={"personal": True})
    arrival_lon: Mapped[float | None] = mapped_column(info={"personal": True})
    arrival_accuracy_m: Mapped[float | None]
    arrival_distance_m: Mapped[float | None]
    # What the crew says of it where the position lay elsewhere.
    away_reason: Mapped[str | None] = mapped_column(info={"personal": True})
    person_met: Mapped[str | None]
    identity_proof: Mapped[str | None]
    outcome: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(info={"personal": True})
