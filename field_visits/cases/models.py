"""Customers, where they live, what they owe, and everything that happened in any channel."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.cases.lifecycle import (
    ADDRESS,
    CASE,
    CONSENT,
    CONTACT,
    CONTACT_HOLD,
    CUSTOMER,
    IMPORT,
    LEGAL_EVENT,
    PAYMENT,
    PROMISE,
    RETENTION_HOLD,
)
from field_visits.evidence.records import Evidenced, Subject
from field_visits.kernel.db import Base
from field_visits.kernel.ids import (
    AddressId,
    CaseId,
    ConsentId,
    ContactId,
    CustomerId,
    HoldId,
    ImportId,
    LegalEventId,
    PaymentId,
    PromiseId,
    TeamId,
    UserId,
)
from field_visits.kernel.money import Money


class Customer(Subject, Base):
    """A person who owes, by the creditor's reference."""

    __tablename__ = "customers"
    __lifecycle__ = CUSTOMER
    __table_args__ = (
        Index(
            "uq_customers_reference",
            "org_id",
            "reference",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )
    __refusals__ = {"uq_customers_reference": "A customer with this reference exists already."}  # noqa: RUF012

    id: Mapped[CustomerId] = mapped_column(primary_key=True)
    reference: Mapped[str]
    name: Mapped[str | None] = mapped_column(info={"personal": True})
    phone: Mapped[str | None] = mapped_column(info={"personal": True})
    email: Mapped[str | None] = mapped_column(info={"personal": True})
    language: Mapped[str]


class Address(Subject, Base):
    """A door, in WGS-84, with every time zone that is possible at its position."""

    __tablename__ = "addresses"
    __lifecycle__ = ADDRESS
    __table_args__ = (Index(None, "customer_id"),)
    __root__ = ("customers", "customer_id")

    id: Mapped[AddressId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str]
    street: Mapped[str | None] = mapped_column(info={"personal": True})
    house_number: Mapped[str | None] = mapped_column(info={"personal": True})
    unit: Mapped[str | None] = mapped_column(info={"personal": True})
    postcode: Mapped[str | None] = mapped_column(info={"personal": True})
    city: Mapped[str | None]
    country: Mapped[str]
    lat: Mapped[float | None] = mapped_column(info={"personal": True})
    lon: Mapped[float | None] = mapped_column(info={"personal": True})
    # The datum the source used and its figures as given: conversion can be checked later.
    source_crs: Mapped[str]
    source_lat: Mapped[str | None] = mapped_column(info={"personal": True})
    source_lon: Mapped[str | None] = mapped_column(info={"personal": True})
    is_approximate: Mapped[bool]
    zones: Mapped[list[str]]


class Case(Subject, Base):
    """One debt that a creditor placed with the organisation."""

    __tablename__ = "cases"
    __lifecycle__ = CASE
    __table_args__ = (
        Index(
            "uq_cases_reference",
            "org_id",
            "reference",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(None, "org_id", "collector_id"),
        Index(None, "customer_id"),
    )
    __refusals__ = {"uq_cases_reference": "A case with this reference exists already."}  # noqa: RUF012

    id: Mapped[CaseId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId] = mapped_column(ForeignKey("customers.id"))
    reference: Mapped[str]
    creditor: Mapped[str]
    packs: Mapped[list[str]]
    team_id: Mapped[TeamId | None] = mapped_column(ForeignKey("teams.id"))
    collector_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    skills: Mapped[list[str]]
    priority: Mapped[int]
    placed_on: Mapped[date]
    recall_on: Mapped[date | None]
    # When the debt fell due: where limitation begins (CN-LIM-1). None where the creditor did not say.
    due_on: Mapped[date | None]
    # When legal last approved going on although limitation had run out (CN-LIM-6).
    expired_approved_at: Mapped[datetime | None]

    @property
    def case_of(self) -> UUID | None:
        return self.id


class Balance(Evidenced, Base):
    """What was owed at a time, split as law asks. Never changed: a newer row stands beside it.

    `withdrawn_at` is when the import that told it was undone, None for every balance that counts.
    """

    __tablename__ = "balances"
    __root__ = ("cases", "case_id")
    __table_args__ = (
        CheckConstraint(
            "principal_minor >= 0 AND interest_minor >= 0 AND fees_minor >= 0", name="not_negative"
        ),
        Index(None, "case_id", "as_of"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    as_of: Mapped[datetime]
    currency: Mapped[str]
    principal_minor: Mapped[int]
    interest_minor: Mapped[int]
    fees_minor: Mapped[int]
    withdrawn_at: Mapped[datetime | None]

    @property
    def principal(self) -> Money:
        return Money(self.principal_minor, self.currency)

    @property
    def interest(self) -> Money:
        return Money(self.interest_minor, self.currency)

    @property
    def fees(self) -> Money:
        return Money(self.fees_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.principal_minor + self.interest_minor + self.fees_minor, self.currency)


class Import(Subject, Base):
    """A file that was taken in as a whole, and what it did."""

    __tablename__ = "imports"
    __lifecycle__ = IMPORT

    id: Mapped[ImportId] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    filename: Mapped[str]
    file_sha256: Mapped[str]
    rows: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    applied_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Contact(Subject, Base):
    """One attempt to reach someone about a case, in whatever channel, with the dates law counts from."""

    __tablename__ = "contacts"
    __lifecycle__ = CONTACT
    __root__ = ("cases", "case_id")
    __table_args__ = (Index(None, "case_id", "at"),)

    id: Mapped[ContactId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    channel: Mapped[str]
    direction: Mapped[str]
    at: Mapped[datetime]
    result: Mapped[str]
    person_met: Mapped[str | None]
    about_table: Mapped[str | None]
    about_id: Mapped[UUID | None]
    note: Mapped[str | None] = mapped_column(info={"personal": True})


class Consent(Subject, Base):
    """What the customer waives, as told in this case: it holds for the person, in every case of theirs.

    `since` and `until` bound the presence that it covers, None without a bound; `words` says what was agreed and
    where it is recorded.
    """

    __tablename__ = "consents"
    __lifecycle__ = CONSENT
    __root__ = ("cases", "case_id")
    __table_args__ = (Index(None, "case_id", "state"),)

    id: Mapped[ConsentId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    channel: Mapped[str]
    is_written: Mapped[bool]
    given_at: Mapped[datetime]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    words: Mapped[str | None] = mapped_column(info={"personal": True})
    withdrawn_at: Mapped[datetime | None]


class LegalEvent(Subject, Base):
    """Something that happened elsewhere and that a legal clock counts from.

    `party` is who did or said it, `proof` where it can be seen (a letter's number, a recording's), `proof_sha256`
    the hash of that file where there is one, `hold_id` the breathing space that a treatment's end is about.
    """

    __tablename__ = "legal_events"
    __lifecycle__ = LEGAL_EVENT
    __root__ = ("cases", "case_id")
    __table_args__ = (Index(None, "case_id", "state"),)

    id: Mapped[LegalEventId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    party: Mapped[str | None] = mapped_column(info={"personal": True})
    proof: Mapped[str | None] = mapped_column(info={"personal": True})
    proof_sha256: Mapped[str | None]
    hold_id: Mapped[HoldId | None] = mapped_column(ForeignKey("contact_holds.id"))


class ContactHold(Subject, Base):
    """A reason not to contact or visit; it binds by being read at every step."""

    __tablename__ = "contact_holds"
    __lifecycle__ = CONTACT_HOLD
    __root__ = ("cases", "case_id")
    __table_args__ = (
        CheckConstraint("expires_at IS NOT NULL OR review_on IS NOT NULL", name="ends_or_is_reviewed"),
        Index(None, "case_id", "state"),
    )

    id: Mapped[HoldId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    cause: Mapped[str | None] = mapped_column(info={"personal": True})
    since: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    lifted_by_role: Mapped[str]
    about_table: Mapped[str | None]
    about_id: Mapped[UUID | None]


class RetentionHold(Subject, Base):
    """Legal's freeze of a case's records: it binds disposal only, never visits."""

    __tablename__ = "retention_holds"
    __lifecycle__ = RETENTION_HOLD
    __root__ = ("cases", "case_id")

    id: Mapped[HoldId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), index=True)
    reason: Mapped[str]
    since: Mapped[datetime]


class Payment(Subject, Base):
    """Money reported or seen. No cash passes through private hands."""

    __tablename__ = "payments"
    __lifecycle__ = PAYMENT
    __root__ = ("cases", "case_id")
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        Index(
            "uq_payments_reference",
            "org_id",
            "reference",
            unique=True,
            postgresql_where=text("reference <> '' AND state <> 'withdrawn'"),
        ),
    )
    __refusals__ = {"uq_payments_reference": "A payment with this reference is recorded already."}  # noqa: RUF012

    id: Mapped[PaymentId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), index=True)
    reference: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    paid_at: Mapped[datetime]
    method: Mapped[str]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Promise(Subject, Base):
    """A customer's promise to pay an amount by a date; watched against the payments."""

    __tablename__ = "promises"
    __lifecycle__ = PROMISE
    __root__ = ("cases", "case_id")
    __table_args__ = (CheckConstraint("amount_minor > 0", name="positive"),)

    id: Mapped[PromiseId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    due_on: Mapped[date]
    promised_by: Mapped[str]
    promised_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
