"""Agreements, their instalments, and the certificates that seal them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.agreements.lifecycle import AGREEMENT, SEAL_CERTIFICATE
from field_visits.evidence.records import Evidenced, Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import AgreementId, CaseId, SealCertificateId, UserId, VisitId
from field_visits.kernel.money import Money


class Agreement(Subject, Base):
    """An instalment plan: exact terms, their hash, and how they were signed and sealed."""

    __tablename__ = "agreements"
    __lifecycle__ = AGREEMENT
    __table_args__ = (Index(None, "org_id", "state"),)

    id: Mapped[AgreementId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), index=True)
    # The visit at which it was agreed; no foreign key, since visits stand above agreements.
    visit_id: Mapped[VisitId | None]
    language: Mapped[str]
    terms: Mapped[dict[str, Any]]
    terms_hash: Mapped[str]
    currency: Mapped[str]
    total_minor: Mapped[int]
    # Days after a due date before the instalment counts as missed, as the fifth block says.
    grace_days: Mapped[int]
    offered_at: Mapped[datetime | None]
    offer_expires_at: Mapped[datetime | None]
    approved_by: Mapped[UserId | None]
    # What the signing phone's clock said: a claim. The bracket after it is what is proved.
    signed_at: Mapped[datetime | None]
    signing_not_before: Mapped[datetime | None]
    signing_received_at: Mapped[datetime | None]
    signing_zone: Mapped[str | None]
    witnessed_by: Mapped[UserId | None]
    signing_method: Mapped[str | None]
    signing_grade: Mapped[str | None]
    strokes: Mapped[dict[str, Any] | None] = mapped_column(info={"personal": True})
    strokes_hash: Mapped[str | None]
    document_sha256: Mapped[str | None]
    document_key: Mapped[str | None] = mapped_column(info={"secret": True})
    sealed_sha256: Mapped[str | None]
    sealed_key: Mapped[str | None] = mapped_column(info={"secret": True})
    sealed_at: Mapped[datetime | None]

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def languages(self) -> list[str]:
        return list(self.terms["languages"])

    @property
    def planned(self) -> list[dict[str, Any]]:
        """The instalments as the terms have them, in JSON."""
        return list(self.terms["instalments"])


class Instalment(Evidenced, Base):
    """One payment of a signed plan, and when it was met."""

    __tablename__ = "instalments"
    __root__ = ("agreements", "agreement_id")
    __table_args__ = (
        UniqueConstraint("agreement_id", "no"),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agreement_id: Mapped[AgreementId] = mapped_column(ForeignKey("agreements.id"))
    no: Mapped[int]
    due_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    met_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class SealCertificate(Subject, Base):
    """The public half of the organisation's seal, from one key of the secrets folder.

    A row with its entry, not a file beside the key: the log then proves which certificate sealed when, an
    outsider pins it from there, and certificates of older keys still check older documents.
    """

    __tablename__ = "seal_certificates"
    __lifecycle__ = SEAL_CERTIFICATE
    __table_args__ = (UniqueConstraint("org_id", "sha256"),)

    id: Mapped[SealCertificateId] = mapped_column(primary_key=True)
    key_id: Mapped[str]
    certificate_pem: Mapped[str]
    # Of the certificate in DER, as `openssl x509 -fingerprint -sha256` shows it.
    sha256: Mapped[str]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
