"""The promise to the customer: book it, tell it, confirm it, move it, take it back.

Who goes and when is in `dispatching`, how it ended in `endings`.
"""

from datetime import datetime, timedelta

from field_visits.appointments import queries
from field_visits.appointments.crews import freed, idle, lead_of, members_of, staffed, team_of
from field_visits.appointments.lawfulness import judge_appointment, judge_sending, judge_window
from field_visits.appointments.locking import hold
from field_visits.appointments.models import Appointment
from field_visits.appointments.purposes import Purpose
from field_visits.appointments.telling import CHANNELS, reach, tell
from field_visits.cases.judging import Rules, Span
from field_visits.cases.models import Case, Customer
from field_visits.cases.queries import list_addresses
from field_visits.compliance.facts import Action, Channel
from field_visits.identity.customer_links import (
    LIFE_AFTER,
    CustomerPages,
    LinkPurpose,
    page_blank,
    revoke_links,
)
from field_visits.identity.models import CustomerLink
from field_visits.kernel.db import lock
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import AddressId, AppointmentId, CaseId, CustomerId, EntryId, HoldId
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Applied, Born, Move, Refused, UnitOfWork

MAX_WINDOW = timedelta(hours=14)
MAX_AHEAD = timedelta(days=366)
MIN_SERVICE, MAX_SERVICE = 5, 240
MAX_CREW = 2
MAX_REASON = 500


def book(
    uow: UnitOfWork,
    rules: Rules,
    case_id: CaseId,
    *,
    window: Span,
    purpose: str,
    service_minutes: int,
    crew_size: int = 1,
    address_id: AddressId | None = None,
) -> Born[Appointment] | Refused:
    """A visit within `window` is proposed; the whole window is lawful at the door.

    Args:
        uow: The unit of work.
        rules: The released packs.
        case_id: What it is about.
        window: What the customer will be promised: the visit lies inside it.
        purpose: A `Purpose`.
        service_minutes: How long the visit lasts, at the door.
        crew_size: How many collectors go, one or two.
        address_id: Which door; needed only where the customer has several usable ones.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: Window, length, crew size or door cannot be true.
    Evidence: appointment:booking:recorded; refused with the decision and the next lawful instant, when the
        case is not open, or when the customer has another appointment in this window.
    """
    case = uow.session.get(Case, case_id)
    if case is None:
        raise NotFoundError("There is no such case.")
    _require_window(uow, window, service_minutes)
    if not 1 <= crew_size <= MAX_CREW:
        raise _invalid("One or two collectors go.", "/crew_size", "1 or 2")
    lock(uow.session, case.customer_id)
    appointment = Appointment(
        id=AppointmentId(uow.new_id()),
        case_id=case.id,
        customer_id=case.customer_id,
        address_id=_door(uow, case.customer_id, address_id),
        purpose=_purpose(purpose).value,
        window_from=window[0],
        window_to=window[1],
        service_minutes=service_minutes,
        crew_size=crew_size,
        is_pinned=False,
        planned_from=None,
        planned_to=None,
        notice_at=None,
        confirmed_at=None,
        reminded_at=None,
        told_lead_id=None,
        ended_reason=None,
        missed_by=None,
    )
    asked = {"from": window[0], "to": window[1], "purpose": appointment.purpose}
    if case.state != "open":
        return uow.refuse(
            Move(appointment, "book", facts=asked), f"The case is {case.state}; nobody is visited for it."
        )
    decision = judge_appointment(uow, rules, appointment, action=Action.BOOK)
    return uow.bear(appointment, "book", decision=decision, facts=asked)


def notice(
    uow: UnitOfWork, rules: Rules, appointment_id: AppointmentId, *, pages: CustomerPages | None = None
) -> Applied | Refused:
    """The customer is told of the window and the purpose, in neutral words, by text or else by e-mail.

    With `pages` the text leads to the customer's page (`portal`); older links of the visit open nothing then.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: The customer has neither telephone nor e-mail.
    Evidence: appointment:notice:sent with message:delivery:queued as its consequence; refused when a text
        may not be sent now (its hours, a hold) or when the notice comes too late for this window.
    """
    appointment = hold(uow, appointment_id)
    customer = uow.session.get_one(Customer, appointment.customer_id)
    reached = reach(customer)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    sending = judge_sending(uow, rules, appointment, CHANNELS[reached[0]])
    decision = sending
    if not sending.is_refused:
        decision = judge_window(uow, rules, appointment, action=Action.BOOK, notice_at=uow.now)
    outcome = uow.apply(
        appointment,
        "notice",
        changes={"notice_at": uow.now, "told_lead_id": lead_of(rows)},
        facts={"channel": reached[0], "sending": sending.as_json()},
        decision=decision,
        audience=members_of(rows),
    )
    if isinstance(outcome, Applied):
        page = {} if pages is None else {"page": page_blank(_fresh_link(uow, appointment, pages))}
        tell(
            uow,
            appointment,
            "appointment_notice_with_page" if page else "appointment_notice",
            reached=reached,
            rows=rows,
            cause=outcome.receipt.entry_id,
            blanks=page,
        )
    return outcome


def confirm(uow: UnitOfWork, appointment_id: AppointmentId, *, by: str) -> Applied | Refused:
    """The customer has agreed to the window.

    Args:
        uow: The unit of work.
        appointment_id: Which one.
        by: How the customer said so: call, message, visit or online.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: `by` is no channel.
    Evidence: appointment:reply:confirmed.
    """
    if by not in set(Channel):
        raise _invalid("How did the customer answer?", "/by", f"one of {', '.join(Channel)}")
    appointment = hold(uow, appointment_id)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    return uow.apply(
        appointment,
        "confirm",
        changes={"confirmed_at": uow.now},
        facts={"by": by},
        audience=members_of(rows),
    )


def reschedule(
    uow: UnitOfWork, rules: Rules, appointment_id: AppointmentId, *, window: Span, reason: str
) -> Applied | Refused:
    """Another window is proposed; notice, confirmation and plan of the old one are void.

    A crew that planning chose is let go, one that a dispatcher named stays.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: The window cannot be true, or no reason is given.
    Evidence: appointment:window:rescheduled; refused as `book`.
    """
    appointment = hold(uow, appointment_id)
    _require_window(uow, window, appointment.service_minutes)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    kept = team_of(rows) if appointment.is_pinned else None
    decision = judge_window(uow, rules, appointment, action=Action.RESCHEDULE, window=window)
    return uow.apply(
        appointment,
        "reschedule",
        changes=_moved_to(window),
        rows=staffed(uow, appointment, rows, kept, None),
        facts={"reason": _reason(reason), "from": window[0], "to": window[1]},
        decision=decision,
        audience=members_of(rows),
    )


def counter(
    uow: UnitOfWork, rules: Rules, appointment_id: AppointmentId, *, window: Span, reason: str | None
) -> Applied | Refused:
    """The customer proposes another window; the office tells and plans it anew, or says why not.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: The window cannot be true.
    Evidence: appointment:window:countered; refused as `book`. A dispatcher is alerted.
    """
    appointment = hold(uow, appointment_id)
    _require_window(uow, window, appointment.service_minutes)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    kept = team_of(rows) if appointment.is_pinned else None
    told = None if reason is None or not reason.strip() else _reason(reason)
    outcome = uow.apply(
        appointment,
        "counter",
        changes=_moved_to(window),
        rows=staffed(uow, appointment, rows, kept, None),
        facts={"reason": told, "from": window[0], "to": window[1]},
        decision=judge_window(uow, rules, appointment, action=Action.RESCHEDULE, window=window),
        audience=members_of(rows),
    )
    if isinstance(outcome, Applied):
        detail = {"from": window[0].isoformat(), "to": window[1].isoformat()}
        open_alert(uow, appointment, kind="customer_countered", detail=detail, cause=outcome.receipt.entry_id)
    return outcome


def suspend(
    uow: UnitOfWork,
    appointment_id: AppointmentId,
    *,
    reason: str,
    hold_id: HoldId | None = None,
    cause: EntryId | None = None,
) -> Applied | Refused:
    """Nobody goes until it is resumed; the crew's time is free.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: No reason is given.
    Evidence: appointment:hold:suspended; the audience is the crew.
    """
    appointment = hold(uow, appointment_id)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    return uow.apply(
        appointment,
        "suspend",
        changes={"planned_from": None, "planned_to": None},
        rows=idle(rows, is_binding=False),
        facts={"reason": _reason(reason), "hold": hold_id},
        cause=cause,
        audience=members_of(rows),
    )


def resume(uow: UnitOfWork, rules: Rules, appointment_id: AppointmentId) -> Applied | Refused:
    """The appointment is proposed again in its window; it needs a new notice and a new place in a plan.

    Raises:
        NotFoundError: There is no such appointment.
    Evidence: appointment:hold:resumed; refused while a hold binds, and when the window is no longer lawful.
    """
    appointment = hold(uow, appointment_id)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    window = (appointment.window_from, appointment.window_to)
    if window[0] <= uow.now:
        return uow.refuse(
            Move(appointment, "resume"), "Its window has begun meanwhile; cancel it and book another one."
        )
    return uow.apply(
        appointment,
        "resume",
        changes={"notice_at": None, "confirmed_at": None, "told_lead_id": None},
        rows=idle(rows, is_binding=True),
        decision=judge_window(uow, rules, appointment, action=Action.RESCHEDULE, window=window),
        audience=members_of(rows),
    )


def cancel(
    uow: UnitOfWork,
    rules: Rules,
    appointment_id: AppointmentId,
    *,
    reason: str,
    cause: EntryId | None = None,
) -> Applied | Refused:
    """Nobody comes. A customer who was told of the visit is told so, where a text is lawful now.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: No reason is given.
    Evidence: appointment:booking:cancelled; its facts say whether the customer is told.
    """
    appointment = hold(uow, appointment_id)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    customer = uow.session.get_one(Customer, appointment.customer_id)
    channel = "sms" if customer.phone else "email" if customer.email else None
    is_told = False
    if appointment.notice_at is not None and channel is not None:
        is_told = not judge_sending(uow, rules, appointment, CHANNELS[channel]).is_refused
    outcome = uow.apply(
        appointment,
        "cancel",
        changes={"ended_reason": _reason(reason)},
        rows=freed(rows),
        facts={"reason": reason, "customer_told": is_told},
        cause=cause,
        audience=members_of(rows),
    )
    if isinstance(outcome, Applied) and is_told:
        tell(
            uow,
            appointment,
            "appointment_cancelled",
            reached=reach(customer),
            rows=rows,
            cause=outcome.receipt.entry_id,
        )
    return outcome


def _moved_to(window: Span) -> dict[str, datetime | None]:
    """Notice, confirmation, reminder and plan of the old window are void."""
    void = ("planned_from", "planned_to", "notice_at", "confirmed_at", "reminded_at", "told_lead_id")
    return {"window_from": window[0], "window_to": window[1], **dict.fromkeys(void)}


def _fresh_link(uow: UnitOfWork, appointment: Appointment, pages: CustomerPages) -> CustomerLink:
    link = pages.issue(
        uow,
        LinkPurpose.VISIT,
        case_id=appointment.case_id,
        customer_id=appointment.customer_id,
        appointment_id=appointment.id,
        expires_at=appointment.window_to + LIFE_AFTER,
    )
    revoke_links(uow, appointment.id, but=link.id)
    return link


def _require_window(uow: UnitOfWork, window: Span, service_minutes: int) -> None:
    opens, closes = window
    if opens.tzinfo is None or closes.tzinfo is None:
        raise _invalid("A window needs the offset of its times.", "/window_from", "an aware time")
    if opens >= closes:
        raise _invalid("The window closes before it opens.", "/window_to", "must be after window_from")
    if opens <= uow.now:
        raise _invalid("The window begins in the past.", "/window_from", "must be in the future")
    if opens > uow.now + MAX_AHEAD:
        raise _invalid("The window is too far ahead.", "/window_from", "within 366 days")
    if closes - opens > MAX_WINDOW:
        raise _invalid("Nobody waits that long.", "/window_to", "at most 14 hours after window_from")
    if not MIN_SERVICE <= service_minutes <= MAX_SERVICE:
        raise _invalid(
            "A visit lasts 5 to 240 minutes.", "/service_minutes", f"{MIN_SERVICE} to {MAX_SERVICE}"
        )
    if closes - opens < timedelta(minutes=service_minutes):
        raise _invalid(
            "The visit does not fit into its window.", "/service_minutes", "at most the window's length"
        )


def _door(uow: UnitOfWork, customer_id: CustomerId, address_id: AddressId | None) -> AddressId:
    usable = [one.id for one in list_addresses(uow, customer_id) if one.state == "usable"]
    if address_id is not None:
        if address_id not in usable:
            raise _invalid("The customer has no such usable address.", "/address_id", "a usable address")
        return address_id
    if not usable:
        raise _invalid("The customer has no usable address.", "/address_id", "add an address first")
    if len(usable) > 1:
        raise _invalid("Name one of the customer's doors.", "/address_id", f"one of {len(usable)} addresses")
    return usable[0]


def _purpose(value: str) -> Purpose:
    try:
        return Purpose(value)
    except ValueError:
        raise _invalid(
            "A purpose is said in agreed words.", "/purpose", f"one of {', '.join(Purpose)}"
        ) from None


def _reason(value: str) -> str:
    told = " ".join(value.split())
    if not 1 <= len(told) <= MAX_REASON:
        raise _invalid("Say why, in 1 to 500 characters.", "/reason", "1 to 500 characters")
    return told


def _invalid(detail: str, pointer: str, fault: str) -> InvalidError:
    return InvalidError(detail, faults=[Fault(pointer, fault)])
