"""Appointments and who goes.

The database itself refuses double booking: no two binding appointments of one customer overlap, and no
two planned service intervals of one collector. Both are deferrable, so that a publish may swap two.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from field_visits.appointments.lifecycle import APPOINTMENT
from field_visits.evidence.records import Evidenced, Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import AddressId, AppointmentId, CaseId, CustomerId, UserId

LEAD, PARTNER, FORMER = "lead", "partner", "former"

CUSTOMER_OVERLAP = "excl_appointments_customer"
COLLECTOR_OVERLAP = "excl_appointment_crew_collector"


class Appointment(Subject, Base):
    """A window promised to a customer, and, once planned, the interval in which the visit is meant."""

    __tablename__ = "appointments"
    __lifecycle__ = APPOINTMENT
    __table_args__ = (
        CheckConstraint("window_from < window_to", name="window_opens_before_it_closes"),
        CheckConstraint("(planned_from IS NULL) = (planned_to IS NULL)", name="planned_whole"),
        Index(None, "org_id", "window_from"),
        Index(None, "case_id"),
    )
    __refusals__ = {  # noqa: RUF012
        CUSTOMER_OVERLAP: "The customer has another appointment in this window.",
    }

    id: Mapped[AppointmentId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    customer_id: Mapped[CustomerId] = mapped_column(ForeignKey("customers.id"))
    address_id: Mapped[AddressId] = mapped_column(ForeignKey("addresses.id"))
    purpose: Mapped[str]
    window_from: Mapped[datetime]
    window_to: Mapped[datetime]
    service_minutes: Mapped[int]
    crew_size: Mapped[int]
    # A dispatcher named the crew: planning keeps to it.
    is_pinned: Mapped[bool]
    planned_from: Mapped[datetime | None]
    planned_to: Mapped[datetime | None]
    notice_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    # Whose badge the customer was told last; None while nobody was named to them.
    told_lead_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    ended_reason: Mapped[str | None]
    missed_by: Mapped[str | None]

    crew: Mapped[list["AppointmentCrew"]] = relationship(lazy="raise", viewonly=True)


class AppointmentCrew(Evidenced, Base):
    """One collector's part in an appointment; its role is lead or partner, or former.

    `is_binding` follows the appointment's state: what is over no longer takes the collector's time.
    """

    __tablename__ = "appointment_crew"
    __root__ = ("appointments", "appointment_id")
    __table_args__ = (Index(None, "collector_id"), Index(None, "appointment_id"))
    __refusals__ = {  # noqa: RUF012
        COLLECTOR_OVERLAP: "The collector has another visit planned in this interval.",
    }

    id: Mapped[UUID] = mapped_column(primary_key=True)
    appointment_id: Mapped[AppointmentId] = mapped_column(ForeignKey("appointments.id"))
    collector_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(Text())
    # Planned service interval; None while only the window is promised.
    during: Mapped[Range[datetime] | None] = mapped_column(TSTZRANGE())
    is_binding: Mapped[bool]


# Range types of ids need no extension (btree_gist is not in the embedded server): design §3.
EXCLUSIONS = f"""
ALTER TABLE public.appointments ADD CONSTRAINT {CUSTOMER_OVERLAP} EXCLUDE USING gist (
    public.uuidrange(customer_id, customer_id, '[]') WITH &&, tstzrange(window_from, window_to) WITH &&
) WHERE (state IN ('proposed', 'noticed', 'confirmed')) DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE public.appointment_crew ADD CONSTRAINT {COLLECTOR_OVERLAP} EXCLUDE USING gist (
    public.uuidrange(collector_id, collector_id, '[]') WITH &&, during WITH &&
) WHERE (is_binding AND during IS NOT NULL) DEFERRABLE INITIALLY IMMEDIATE;
"""
