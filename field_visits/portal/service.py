"""What one tap of the customer starts: all of it in one transaction, with an entry that proves it was said."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from field_visits.appointments import service as appointments
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import Appointment
from field_visits.appointments.queries import AppointmentFile, Member, get_appointment
from field_visits.cases import words
from field_visits.cases.judging import Rules, Span
from field_visits.cases.models import Customer
from field_visits.cases.queries import list_consents
from field_visits.cases.service import consents
from field_visits.cases.service.holds import place_hold
from field_visits.complaints.service import receive
from field_visits.compliance.facts import Channel
from field_visits.evidence.codes import Code
from field_visits.identity.customer_links import (
    PROOF_LIFE,
    CustomerPages,
    LinkPurpose,
    code_blank,
    count_failure,
    is_newest_code,
    next_code,
    own_link,
    require_tries,
)
from field_visits.identity.models import Organisation
from field_visits.identity.tokens import Token
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import ConsentId, EntryId
from field_visits.messages.service import open_alert, queue_message
from field_visits.portal.hours import hours_at_door, is_due
from field_visits.portal.statements import STARTS, Statement
from field_visits.unit_of_work import Applied, Receipt, Refused, UnitOfWork

# A code is good for its own minute and the one before: two people read it to each other.
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Said:
    """The proof of having said something: the entry, its hash, and when."""

    statement: Statement
    receipt: Receipt
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking the person at the door found. `role` and `badge` are whose code it was, where genuine; `is_due` whether anybody is due now."""

    is_genuine: bool
    role: str | None
    badge: str | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class Proved:
    """Who they are is proved until `expires_at`; the token opens what was signed."""

    token: Token
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DoorCode:
    """What a collector shows at the door now, and when the next one takes its place; both None while not due."""

    code: str | None
    changes_at: datetime | None
    shown_from: datetime
    shown_until: datetime


def confirm(uow: UnitOfWork) -> Applied | Refused:
    """The customer agreed to the window, on their own page.

    Raises:
        NotFoundError: the actor holds no link.
    Evidence: appointment:reply:confirmed.
    """
    return appointments.confirm(uow, own_link(uow).appointment_id, by=Channel.ONLINE.value)


def move(uow: UnitOfWork, rules: Rules, *, window: Span, reason: str | None = None) -> Applied | Refused:
    """The customer proposed another window; see `appointments.service.counter`.

    Raises:
        NotFoundError: the actor holds no link.
        InvalidError: the window cannot be true.
    Evidence: appointment:window:countered.
    """
    return appointments.counter(uow, rules, own_link(uow).appointment_id, window=window, reason=reason)


def say(uow: UnitOfWork, statement: str, *, text: str | None = None) -> Said:
    """The customer said it, and what it starts has started: hold, complaint, suspended visit, alert.

    Never refused: it tells what was said.

    Raises:
        NotFoundError: the actor holds no link.
        InvalidError: the statement is unknown, or a complaint says nothing.
    Evidence: appointment:customer:said, and the entries of what it starts, which name it as their cause.
    """
    link = own_link(uow)
    told = words.word(statement, Statement, "/statement")
    said = None if text is None or not text.strip() else words.prose(text, "/text")
    if told is Statement.COMPLAINT and said is None:
        raise InvalidError("Say what happened.", faults=[Fault("/text", "1 to 4000 characters")])
    appointment = get_appointment(uow, link.appointment_id).appointment
    receipt = uow.record(
        Code.APPOINTMENT_CUSTOMER_SAID, appointment, facts={"statement": told.value, "said": said}
    )
    _start(uow, appointment, told, said, cause=receipt.entry_id)
    return Said(told, receipt, uow.now)


def check_person(uow: UnitOfWork, pages: CustomerPages, *, code: str, badge: str | None = None) -> Checked:
    """Whether whoever shows `code` (and wears `badge`) is one of those who were sent, now, and which of them.

    Each of a crew has codes of their own, so that a code under a colleague's badge is not believed.

    Raises:
        NotFoundError: the actor holds no link.
        ThrottledError: too many codes were wrong within the hour.
    Evidence: appointment:person:checked, or appointment:person:doubted with an alert.
    """
    link = own_link(uow)
    require_tries(uow, link)
    file = get_appointment(uow, link.appointment_id)
    is_due_now = is_due(file.appointment, uow.now)
    named = None if badge is None or not badge.strip() else badge.strip()
    found = _whose_code(pages, file, code.strip(), uow.now) if is_due_now else None
    if found is not None and (named is None or named.casefold() == (found.badge or "").casefold()):
        told = {"badge": found.badge, "collector": found.collector_id}
        uow.record(Code.APPOINTMENT_PERSON_CHECKED, file.appointment, facts=told)
        return Checked(is_genuine=True, role=found.role, badge=found.badge, is_due=True)
    if is_due_now:  # at another hour no code is right, so that none can be guessed
        count_failure(uow, link)
    receipt = uow.record(Code.APPOINTMENT_PERSON_DOUBTED, file.appointment, facts={"badge": named})
    open_alert(uow, file.appointment, kind="person_doubted", detail={}, cause=receipt.entry_id)
    return Checked(is_genuine=False, role=None, badge=None, is_due=is_due_now)


def door_code(uow: UnitOfWork, pages: CustomerPages, file: AppointmentFile) -> DoorCode:
    """What one of the crew shows at the door now; nobody else is shown a code, nor anybody too early."""
    appointment = file.appointment
    hours = hours_at_door(appointment)
    own = next((member for member in file.crew if member.collector_id == uow.actor.user), None)
    if own is None or not is_due(appointment, uow.now):
        return DoorCode(None, None, *hours)
    minute = _minute(uow.now)
    changes_at = datetime.fromtimestamp((minute + 1) * _MINUTE_S, tz=UTC)
    return DoorCode(pages.keys.door_codes(appointment.id, own.collector_id, minute)[0], changes_at, *hours)


def withdraw_consent(uow: UnitOfWork, consent_id: ConsentId) -> Applied | Refused:
    """What the customer agreed to binds them no longer; they are asked for no reason.

    Raises:
        NotFoundError: the actor holds no link, or it is no consent of theirs that still stands.
    Evidence: consent:record:withdrawn, in the customer's name.
    """
    link = own_link(uow)
    if consent_id not in {one.id for one in list_consents(uow, link.customer_id, given_only=True)}:
        raise NotFoundError("There is no such consent, or it was withdrawn already.")
    return consents.withdraw_consent(uow, consent_id)


def send_code(uow: UnitOfWork) -> None:
    """A one-time code goes to the number on file, by text or else by e-mail.

    Raises:
        NotFoundError: the actor holds no link.
        InvalidError: there is neither number nor address on file.
        ThrottledError: three were sent within the hour.
    Evidence: appointment:identity:code_sent, with message:delivery:queued as its consequence.
    """
    link = own_link(uow)
    customer = uow.session.get_one(Customer, link.customer_id)
    recipient = customer.phone or customer.email
    if recipient is None:
        raise InvalidError(
            "No telephone number is on file. Call the number that the institution publishes.",
            faults=[Fault("/customer", "no telephone and no e-mail")],
        )
    next_code(uow, link)
    appointment = get_appointment(uow, link.appointment_id).appointment
    receipt = uow.record(Code.APPOINTMENT_CODE_SENT, appointment)
    queue_message(
        uow,
        appointment,
        template="page_code",
        language=customer.language.partition("-")[0],
        channel="sms" if customer.phone else "email",
        recipient=recipient,
        blanks={
            "organisation": uow.session.get_one(Organisation, uow.actor.organisation).name,
            "code": code_blank(link),
        },
        cause=receipt.entry_id,
    )


def prove(uow: UnitOfWork, pages: CustomerPages, *, code: str) -> Proved | None:
    """Whoever has the newest code is the customer, for half an hour; None: it was another code.

    Raises:
        NotFoundError: the actor holds no link.
        ThrottledError: too many codes were wrong within the hour.
    Evidence: appointment:identity:proved, or appointment:identity:doubted.
    """
    link = own_link(uow)
    require_tries(uow, link)
    appointment = get_appointment(uow, link.appointment_id).appointment
    if not is_newest_code(uow, link, pages.keys, code.strip()):
        count_failure(uow, link)
        uow.record(Code.APPOINTMENT_IDENTITY_DOUBTED, appointment)
        return None
    proved = pages.issue(
        uow,
        LinkPurpose.PROVED,
        case_id=link.case_id,
        customer_id=link.customer_id,
        appointment_id=link.appointment_id,
        expires_at=uow.now + PROOF_LIFE,
    )
    uow.record(Code.APPOINTMENT_IDENTITY_PROVED, appointment)
    return Proved(pages.token_of(proved), proved.expires_at)


def _start(
    uow: UnitOfWork, appointment: Appointment, told: Statement, said: str | None, *, cause: EntryId
) -> None:
    starts = STARTS[told]
    about = (Appointment.__tablename__, appointment.id)
    if starts.hold is not None:
        place_hold(
            uow,
            appointment.case_id,
            kind=starts.hold.value,
            cause=said or starts.en,
            about=about,
            caused_by=cause,
        )
        if appointment.state in BINDING:
            appointments.suspend(uow, appointment.id, reason=f"the customer said: {told.value}", cause=cause)
    if starts.objection is not None:
        receive(
            uow,
            appointment.case_id,
            kind=starts.objection.value,
            channel=Channel.ONLINE.value,
            said=said or starts.en,
            about=about,
            has_hold=starts.hold is not None,
            caused_by=cause,
        )
    if starts.alert is not None:
        open_alert(uow, appointment, kind=starts.alert, detail={"statement": told.value}, cause=cause)


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // _MINUTE_S


def _whose_code(pages: CustomerPages, file: AppointmentFile, code: str, now: datetime) -> Member | None:
    minute = _minute(now)
    for member in file.crew:
        for each in (minute, minute - 1):
            if code in pages.keys.door_codes(file.appointment.id, member.collector_id, each):
                return member
    return None
