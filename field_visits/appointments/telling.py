"""Texts to the customer about an appointment: a reminder of it, and who comes instead of whom.

The notice itself is in `service`. What no text is about: an hour that moves inside the promised window. The
window is what the customer was promised and what they stay at home for; only `service.reschedule` changes it, and
that needs a notice and an answer of theirs anew.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from field_visits.appointments import queries
from field_visits.appointments.crews import Rows, lead_of
from field_visits.appointments.lawfulness import judge_sending
from field_visits.appointments.locking import hold
from field_visits.appointments.models import Appointment
from field_visits.appointments.purposes import words_for
from field_visits.cases.judging import Rules
from field_visits.cases.models import Address, Customer
from field_visits.compliance.facts import Channel
from field_visits.compliance.zones import load_zone
from field_visits.identity.models import Organisation, User
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AppointmentId, EntryId
from field_visits.messages.service import queue_message
from field_visits.unit_of_work import Applied, Refused, UnitOfWork

CHANNELS = {"sms": Channel.MESSAGE, "email": Channel.EMAIL}
# The badge of a crew that is not named yet, as the customer reads it.
_LATER = {"zh": "另行告知", "en": "to be told"}


def remind(uow: UnitOfWork, rules: Rules, appointment_id: AppointmentId) -> Applied | Refused:
    """The customer is reminded of a visit of which they were told already.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: The customer has neither telephone nor e-mail.
    Evidence: appointment:reminder:sent; refused when a text may not be sent now.
    """
    appointment = hold(uow, appointment_id)
    customer = uow.session.get_one(Customer, appointment.customer_id)
    reached = reach(customer)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    outcome = uow.apply(
        appointment,
        "remind",
        changes={"reminded_at": uow.now, "told_lead_id": lead_of(rows)},
        facts={"channel": reached[0]},
        decision=judge_sending(uow, rules, appointment, CHANNELS[reached[0]]),
    )
    if isinstance(outcome, Applied):
        cause = outcome.receipt.entry_id
        tell(uow, appointment, "appointment_reminder", reached=reached, rows=rows, cause=cause)
    return outcome


def may_be_told(uow: UnitOfWork, rules: Rules, appointment: Appointment) -> bool:
    """Whether a text can reach a customer who was told of the visit, and is lawful now; a sweep asks before it tries."""
    customer = uow.session.get_one(Customer, appointment.customer_id)
    if appointment.state not in {"noticed", "confirmed"} or not (customer.phone or customer.email):
        return False
    channel = CHANNELS[reach(customer)[0]]
    return not judge_sending(uow, rules, appointment, channel).is_refused


def tell_crew(uow: UnitOfWork, rules: Rules, appointment_id: AppointmentId) -> Applied | Refused:
    """The customer, who was told whose badge to expect, is told that somebody else comes; the hours stay.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: The customer has neither telephone nor e-mail.
    Evidence: appointment:crew:told with message:delivery:queued as its consequence; refused when a text may not be
        sent now.
    """
    appointment = hold(uow, appointment_id)
    customer = uow.session.get_one(Customer, appointment.customer_id)
    reached = reach(customer)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    lead = lead_of(rows)
    outcome = uow.apply(
        appointment,
        "tell_crew",
        changes={"told_lead_id": lead},
        facts={"channel": reached[0], "lead": lead, "former": appointment.told_lead_id},
        decision=judge_sending(uow, rules, appointment, CHANNELS[reached[0]]),
    )
    if isinstance(outcome, Applied):
        cause = outcome.receipt.entry_id
        tell(uow, appointment, "appointment_crew_changed", reached=reached, rows=rows, cause=cause)
    return outcome


def expects_another(appointment: Appointment, rows: Rows) -> bool:
    """Whether the customer expects another badge than comes, or was reminded while nobody was named yet."""
    lead = lead_of(rows)
    is_told = appointment.told_lead_id is not None or appointment.reminded_at is not None
    return lead is not None and is_told and lead != appointment.told_lead_id


def reach(customer: Customer) -> tuple[str, str]:
    """Where a text goes: channel and recipient."""
    if customer.phone:
        return "sms", customer.phone
    if customer.email:
        return "email", customer.email
    raise InvalidError(
        "The customer has neither telephone nor e-mail: serve a letter, or confirm by another way.",
        faults=[Fault("/customer", "no telephone and no e-mail")],
    )


def tell(
    uow: UnitOfWork,
    appointment: Appointment,
    template: str,
    *,
    reached: tuple[str, str],
    rows: Rows,
    cause: EntryId,
    blanks: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """A text about the appointment waits to be sent. It names time, purpose and badge, and no debt."""
    customer = uow.session.get_one(Customer, appointment.customer_id)
    language = customer.language.partition("-")[0]
    queue_message(
        uow,
        appointment,
        template=template,
        language=language,
        channel=reached[0],
        recipient=reached[1],
        blanks={
            "organisation": uow.session.get_one(Organisation, uow.actor.organisation).name,
            "purpose": words_for(appointment.purpose, language),
            "badge": _badge(uow, rows) or _LATER.get(language, _LATER["en"]),
            **_hours(uow, appointment),
            **blanks,
        },
        cause=cause,
    )


def _badge(uow: UnitOfWork, rows: Rows) -> str | None:
    lead = lead_of(rows)
    return None if lead is None else uow.session.get_one(User, lead).badge


def _hours(uow: UnitOfWork, appointment: Appointment) -> dict[str, str]:
    """Day and hours by the clock at the door."""
    address = uow.session.get_one(Address, appointment.address_id)
    opens, closes = (
        _local(instant, address.zones) for instant in (appointment.window_from, appointment.window_to)
    )
    return {"date": f"{opens:%Y-%m-%d}", "from": f"{opens:%H:%M}", "to": f"{closes:%H:%M}"}


def _local(instant: datetime, zones: list[str]) -> datetime:
    return instant.astimezone(load_zone(zones[0]).info) if zones else instant
