"""Typed ids: time-ordered UUIDs that mypy keeps apart. Nothing sequential is ever shown."""

import secrets
from datetime import datetime
from typing import NewType
from uuid import UUID

_COUNTER_BITS = 12

OrganisationId = NewType("OrganisationId", UUID)
EntryId = NewType("EntryId", UUID)
UserId = NewType("UserId", UUID)
PortraitId = NewType("PortraitId", UUID)
SessionId = NewType("SessionId", UUID)
DeviceId = NewType("DeviceId", UUID)
CommandId = NewType("CommandId", UUID)
ServiceAccountId = NewType("ServiceAccountId", UUID)
ServiceKeyId = NewType("ServiceKeyId", UUID)
TeamId = NewType("TeamId", UUID)
ShiftId = NewType("ShiftId", UUID)
AbsenceId = NewType("AbsenceId", UUID)
CrewId = NewType("CrewId", UUID)
CustomerId = NewType("CustomerId", UUID)
AddressId = NewType("AddressId", UUID)
CaseId = NewType("CaseId", UUID)
HoldId = NewType("HoldId", UUID)
ContactId = NewType("ContactId", UUID)
ConsentId = NewType("ConsentId", UUID)
LegalEventId = NewType("LegalEventId", UUID)
PaymentId = NewType("PaymentId", UUID)
PromiseId = NewType("PromiseId", UUID)
ImportId = NewType("ImportId", UUID)
ImportFileId = NewType("ImportFileId", UUID)
ImportRunId = NewType("ImportRunId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
AppointmentId = NewType("AppointmentId", UUID)
AgreementId = NewType("AgreementId", UUID)
SealCertificateId = NewType("SealCertificateId", UUID)
VisitId = NewType("VisitId", UUID)
PlanId = NewType("PlanId", UUID)
PlanRunId = NewType("PlanRunId", UUID)
MessageId = NewType("MessageId", UUID)
AlertId = NewType("AlertId", UUID)
NoticeId = NewType("NoticeId", UUID)
ComplaintId = NewType("ComplaintId", UUID)
CustomerLinkId = NewType("CustomerLinkId", UUID)
ExportId = NewType("ExportId", UUID)


class IdMint:
    """Mints UUIDv7 (RFC 9562) that sort in the order in which they were minted.

    The 12 bits after the time are a counter (its method 1), so that the entries of one transaction keep
    their order in the log; the rest is random.
    """

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("An id needs an aware time.")
        self._tick = int(at.timestamp() * 1000) << _COUNTER_BITS

    def mint(self) -> UUID:
        """The next id; past 4,096 of one millisecond the id's time runs ahead by one."""
        millis, counter = divmod(self._tick, 1 << _COUNTER_BITS)
        self._tick += 1
        return UUID(int=millis << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | secrets.randbits(62))


def new_id(at: datetime) -> UUID:
    """One UUIDv7 whose time is `at`."""
    return IdMint(at).mint()
