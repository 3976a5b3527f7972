"""Typed ids: time-ordered UUIDs that mypy keeps apart. Nothing sequential is ever shown."""

from datetime import datetime
from typing import NewType
from uuid import UUID

import uuid_utils.compat

OrganisationId = NewType("OrganisationId", UUID)
EntryId = NewType("EntryId", UUID)
UserId = NewType("UserId", UUID)
SessionId = NewType("SessionId", UUID)
TeamId = NewType("TeamId", UUID)
ShiftId = NewType("ShiftId", UUID)
AbsenceId = NewType("AbsenceId", UUID)
CrewId = NewType("CrewId", UUID)
CustomerId = NewType("CustomerId", UUID)
AddressId = NewType("AddressId", UUID)
CaseId = NewType("CaseId", UUID)
HoldId = NewType("HoldId", UUID)
ContactId = NewType("ContactId", UUID)
PaymentId = NewType("PaymentId", UUID)
PromiseId = NewType("PromiseId", UUID)
ImportId = NewType("ImportId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
AppointmentId = NewType("AppointmentId", UUID)
AgreementId = NewType("AgreementId", UUID)
VisitId = NewType("VisitId", UUID)
PlanId = NewType("PlanId", UUID)
MessageId = NewType("MessageId", UUID)
AlertId = NewType("AlertId", UUID)
ExportId = NewType("ExportId", UUID)


def new_id(at: datetime) -> UUID:
    """A UUIDv7 (RFC 9562) whose time is `at`, so that ids sort by the unit of work's clock.

    Args:
        at: An aware instant; a naive one is refused by the conversion below.
    """
    if at.tzinfo is None:
        raise ValueError("An id needs an aware time.")
    millis = int(at.timestamp() * 1000)
    return uuid_utils.compat.uuid7(timestamp=millis // 1000, nanos=(millis % 1000) * 1_000_000)
