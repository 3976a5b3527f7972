"""Organisations, people and how they sign in."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.evidence.records import Evidenced, Subject
from field_visits.identity.lifecycle import DEVICE, ORGANISATION, PORTRAIT, SERVICE_ACCOUNT, SERVICE_KEY, USER
from field_visits.kernel.actor import Role
from field_visits.kernel.db import Base
from field_visits.kernel.ids import (
    AppointmentId,
    CaseId,
    CustomerId,
    CustomerLinkId,
    DeviceId,
    OrganisationId,
    PortraitId,
    ServiceAccountId,
    ServiceKeyId,
    SessionId,
    UserId,
)


class Evenness(StrEnum):
    """How far the working times of a day's crews may differ before the planner drives a little more to even them."""

    FREE = "free"
    EVEN = "even"
    STRICT = "strict"


class Organisation(Subject, Base):
    """A tenant: a bank or an agency. Its `org_id` is its own id; its name may be read before sign-in."""

    __tablename__ = "organisations"
    __lifecycle__ = ORGANISATION

    id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    country: Mapped[str]
    timezone: Mapped[str]
    currency: Mapped[str]
    packs: Mapped[list[str]]
    # Where a customer can ask by voice whether a visit is genuine; as published, None while none is.
    public_phone: Mapped[str | None]
    # The organisation's own way to be paid, shown at a door instead of cash in a hand; None while none is set.
    pay_to: Mapped[str | None]
    pay_url: Mapped[str | None]
    # Whether a customer's address may be told to a geocoder outside the house.
    may_geocode: Mapped[bool] = mapped_column(default=False)
    # How much an even day is worth to the planner: an `Evenness`.
    evenness: Mapped[str] = mapped_column(default="even")
    object_prefix: Mapped[str] = mapped_column(info={"secret": True})


class RuleSetting(Evidenced, Base):
    """A figure that the organisation tightened, or loosened with a recorded sign-off of legal."""

    __tablename__ = "rule_settings"
    __root__ = ("organisations", "org_id")
    __table_args__ = (UniqueConstraint("org_id", "rule_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule_id: Mapped[str]
    figure: Mapped[dict[str, Any]]
    signed_off_by: Mapped[UserId | None]
    signed_off_at: Mapped[datetime | None]
    note: Mapped[str]


class LogEpoch(Evidenced, Base):
    """The log goes on from `from_size` under a new origin: it had contradicted the checkpoint in `outside`."""

    __tablename__ = "log_epochs"
    __root__ = ("organisations", "org_id")
    __table_args__ = (UniqueConstraint("org_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    from_size: Mapped[int]
    outside: Mapped[str]
    reason: Mapped[str]


class User(Subject, Base):
    """A person who works in the organisation.

    `password_given_at` is when somebody else chose the password, None once the person chose their own: a
    given one opens nothing but its change. `totp_secret` is sealed, None without a second factor.
    """

    __tablename__ = "users"
    __lifecycle__ = USER
    __table_args__ = (UniqueConstraint("org_id", "username"),)
    __refusals__ = {"uq_users_org_id_username": "This user name is taken; choose another one."}  # noqa: RUF012

    id: Mapped[UserId] = mapped_column(primary_key=True)
    username: Mapped[str]
    name: Mapped[str | None] = mapped_column(info={"personal": True})
    badge: Mapped[str | None]
    roles: Mapped[list[str]]
    language: Mapped[str | None]
    password_hash: Mapped[str] = mapped_column(info={"secret": True})
    password_given_at: Mapped[datetime | None]
    totp_secret: Mapped[bytes | None] = mapped_column(BYTEA, info={"secret": True})

    @property
    def has_second_factor(self) -> bool:
        return self.totp_secret is not None

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.roles)


class Portrait(Subject, Base):
    """One picture of a person, by which a customer knows who is at the door; the newest that was taken is current.

    What is withdrawn is shown to nobody, and its bytes leave the store.
    """

    __tablename__ = "portraits"
    __lifecycle__ = PORTRAIT
    __table_args__ = (
        Index("uq_portraits_current", "user_id", unique=True, postgresql_where=text("state = 'current'")),
        Index(None, "org_id", "state"),
    )

    id: Mapped[PortraitId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    sha256: Mapped[str]
    length: Mapped[int]
    object_key: Mapped[str] = mapped_column(info={"secret": True})
    taken_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class SignInSession(Base):
    """A sign-in on one device: revoked as a whole. Working row."""

    __tablename__ = "sessions"

    id: Mapped[SessionId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), index=True)
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    refresh_hash: Mapped[bytes] = mapped_column(BYTEA)
    previous_refresh_hash: Mapped[bytes | None] = mapped_column(BYTEA)
    user_agent: Mapped[str]


class Device(Subject, Base):
    """A phone of one person, by its own key: a shared phone is enrolled once for each who uses it.

    `public_key` is the SubjectPublicKeyInfo (DER) of its P-256 key, whose private half cannot leave the phone.
    """

    __tablename__ = "devices"
    __lifecycle__ = DEVICE

    id: Mapped[DeviceId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    public_key: Mapped[bytes] = mapped_column(BYTEA)
    token_hash: Mapped[bytes] = mapped_column(BYTEA, unique=True, info={"secret": True})
    enrolled_at: Mapped[datetime]
    pin_reset_at: Mapped[datetime | None]


class DevicePresence(Base):
    """What a phone last told of itself, and when it was last heard. Working row."""

    __tablename__ = "device_presence"

    device_id: Mapped[DeviceId] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    org_id: Mapped[OrganisationId]
    last_seen_at: Mapped[datetime]
    pin_set_at: Mapped[datetime | None]
    app_build: Mapped[str | None]
    unsent: Mapped[int | None]
    storage_free_mb: Mapped[int | None]
    is_persisted: Mapped[bool | None]
    battery_percent: Mapped[int | None]
    skew_ms: Mapped[int | None]
    # When its person said they would be heard again; None while nobody waits for a word.
    word_due_at: Mapped[datetime | None]


class CustomerLink(Base):
    """What opens the page of a customer who is visited; only the token's hash is kept. Working row.

    `code_number` counts the one-time codes that were sent, of which the newest is good until
    `code_expires_at`; `failures` and `sendings` are counted since `counted_since`, and no further than a limit.
    """

    __tablename__ = "customer_links"
    __table_args__ = (Index(None, "org_id", "appointment_id"),)

    id: Mapped[CustomerLinkId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    hash: Mapped[bytes] = mapped_column(BYTEA, unique=True)
    purpose: Mapped[str]
    case_id: Mapped[CaseId]
    customer_id: Mapped[CustomerId]
    appointment_id: Mapped[AppointmentId]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    code_number: Mapped[int]
    code_expires_at: Mapped[datetime | None]
    counted_since: Mapped[datetime]
    failures: Mapped[int]
    sendings: Mapped[int]


class AccessToken(Base):
    """A short-lived key to a session, kept as a hash. Working row."""

    __tablename__ = "access_tokens"

    hash: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    org_id: Mapped[OrganisationId]
    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class CodePurpose(StrEnum):
    """What a one-time code opens."""

    SECOND_FACTOR = "second_factor"  # the step after the password
    PASSWORD = "password"  # noqa: S105 - the choice of a new one: after a reset, or in place of a given one
    FOUNDING = "founding"  # the account of the first administrator
    ENROLMENT = "enrolment"  # a phone of one person
    RECOVERY = "recovery"  # a sign-in without the code generator


class OneTimeCode(Base):
    """Something that opens once, kept as a hash and gone once used. Working row.

    `user_id` is None for the first administrator, `expires_at` None for a recovery code.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (Index(None, "org_id", "user_id", "purpose"), Index(None, "expires_at"))

    hash: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    org_id: Mapped[OrganisationId]
    user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str]
    expires_at: Mapped[datetime | None]
    failures: Mapped[int]


class TotpProgress(Base):
    """What a person's code generator needs beside its secret. Working row.

    A secret that waits for its first code, and the newest step whose code was used: none is good twice.
    """

    __tablename__ = "totp_progress"

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    org_id: Mapped[OrganisationId]
    pending_secret: Mapped[bytes | None] = mapped_column(BYTEA)
    pending_until: Mapped[datetime | None]
    last_step: Mapped[int]


class ServiceAccount(Subject, Base):
    """A program that works in the organisation: it may do what its scopes name, and signs in with keys."""

    __tablename__ = "service_accounts"
    __lifecycle__ = SERVICE_ACCOUNT
    __table_args__ = (UniqueConstraint("org_id", "name"),)
    __refusals__ = {"uq_service_accounts_org_id_name": "This name is taken; choose another one."}  # noqa: RUF012

    id: Mapped[ServiceAccountId] = mapped_column(primary_key=True)
    name: Mapped[str]
    scopes: Mapped[list[str]]


class ServiceKey(Subject, Base):
    """One key of a service account, kept as a hash. `hint` is its end, by which people tell keys apart."""

    __tablename__ = "service_keys"
    __lifecycle__ = SERVICE_KEY

    id: Mapped[ServiceKeyId] = mapped_column(primary_key=True)
    account_id: Mapped[ServiceAccountId] = mapped_column(ForeignKey("service_accounts.id"), index=True)
    hash: Mapped[bytes] = mapped_column(BYTEA, unique=True, info={"secret": True})
    hint: Mapped[str]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ServiceKeyUse(Base):
    """When a service key was last used, to the minute. Working row."""

    __tablename__ = "service_key_uses"

    key_id: Mapped[ServiceKeyId] = mapped_column(ForeignKey("service_keys.id"), primary_key=True)
    org_id: Mapped[OrganisationId]
    last_used_at: Mapped[datetime]


class SignInFailure(Base):
    """How often one name failed to sign in from one place in one minute. Working row.

    `source` is a keyed hash of the place (see `throttling`), `user_id` None where nobody has that name, `told` whether the
    minute's total stands in the log.
    """

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "org_id", "minute"), Index(None, "org_id", "source", "minute"))

    org_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    user_id: Mapped[UserId | None]
    times: Mapped[int]
    last_at: Mapped[datetime]
    told: Mapped[bool]


class IdempotencyKey(Base):
    """The first answer to a request, so that a repeat gets the same one. Working row."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    org_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(BYTEA)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(BYTEA)
    created_at: Mapped[datetime]
