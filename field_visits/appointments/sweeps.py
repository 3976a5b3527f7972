"""What follows for appointments from rows that stand already: holds that hit them, and time that passes."""

from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from field_visits.appointments.endings import EXPIRES_AFTER, expire
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.locking import hold
from field_visits.appointments.models import LEAD, Appointment, AppointmentCrew
from field_visits.appointments.queries import crews_of
from field_visits.appointments.service import suspend
from field_visits.appointments.telling import expects_another, may_be_told, remind, tell_crew
from field_visits.cases.hold_kinds import PERSONAL_KINDS
from field_visits.cases.judging import Rules
from field_visits.cases.models import Case, ContactHold
from field_visits.identity.models import User
from field_visits.kernel.ids import AppointmentId, EntryId, HoldId
from field_visits.unit_of_work import Applied, UnitOfWork, Work

_REMIND_WITHIN = timedelta(hours=24)
_REMIND_LEAST = timedelta(hours=2)
_REMIND_AFTER_NOTICE = timedelta(hours=6)


def suspend_held(work: Work, *, limit: int = 500) -> int:
    """Every standing appointment that a contact hold hits is suspended; returns how many were.

    A hold hits if it lasts into the window: one of the case, or one that protects the person in any case of
    the customer. One transaction each, so that one that fails keeps none of the others.
    """
    with work() as uow:
        hit = _held(uow, limit)
    suspended = 0
    for appointment_id, hold_id, kind, cause in hit:
        with work() as uow:
            if hold(uow, appointment_id).state not in BINDING or not _is_active(uow, hold_id):
                continue
            outcome = suspend(
                uow, appointment_id, reason=f"contact hold: {kind}", hold_id=hold_id, cause=cause
            )
            suspended += isinstance(outcome, Applied)
    return suspended


def expire_past(work: Work, *, limit: int = 500) -> int:
    """Every appointment whose window is over by twelve hours has expired; returns how many did."""
    with work() as uow:
        past = uow.session.scalars(
            select(Appointment.id)
            .where(Appointment.state.in_(BINDING), Appointment.window_to <= uow.now - EXPIRES_AFTER)
            .order_by(Appointment.id)
            .limit(limit)
        ).all()
    expired = 0
    for appointment_id in past:
        with work() as uow:
            if hold(uow, appointment_id).state in BINDING:
                expired += isinstance(expire(uow, appointment_id), Applied)
    return expired


def remind_of_visits(work: Work, rules: Rules, *, limit: int = 500) -> int:
    """Whoever was told of a visit that begins within a day is reminded of it once; returns how many were.

    Not of one that begins within two hours, and not within six hours after the notice: that was reminder
    enough. Where a text may not be sent now (its hours, a hold), a later sweep looks again.
    """
    with work() as uow:
        due = uow.session.scalars(
            select(Appointment.id)
            .where(
                Appointment.state.in_(("noticed", "confirmed")),
                Appointment.reminded_at.is_(None),
                Appointment.window_from > uow.now + _REMIND_LEAST,
                Appointment.window_from <= uow.now + _REMIND_WITHIN,
                Appointment.notice_at <= uow.now - _REMIND_AFTER_NOTICE,
            )
            .order_by(Appointment.window_from, Appointment.id)
            .limit(limit)
        ).all()
    reminded = 0
    for appointment_id in due:
        with work() as uow:
            appointment = hold(uow, appointment_id)
            if appointment.reminded_at is None and may_be_told(uow, rules, appointment):
                reminded += isinstance(remind(uow, rules, appointment_id), Applied)
    return reminded


def tell_who_comes(work: Work, rules: Rules, *, limit: int = 500) -> int:
    """Whoever expects another collector than will come to a planned visit is told so; returns how many were.

    Not once the hours are over. Where a text may not be sent now, a later sweep looks again.
    """
    with work() as uow:
        due = uow.session.scalars(
            select(Appointment.id)
            .join(AppointmentCrew, AppointmentCrew.appointment_id == Appointment.id)
            .join(User, User.id == AppointmentCrew.collector_id)
            .where(
                Appointment.state.in_(("noticed", "confirmed")),
                Appointment.planned_from.is_not(None),
                Appointment.window_to > uow.now,
                AppointmentCrew.role == LEAD,
                or_(
                    Appointment.told_lead_id != AppointmentCrew.collector_id,
                    and_(Appointment.told_lead_id.is_(None), Appointment.reminded_at.is_not(None)),
                ),
                User.badge.is_not(None),
            )
            .order_by(Appointment.window_from, Appointment.id)
            .limit(limit)
        ).all()
    told = 0
    for appointment_id in due:
        with work() as uow:
            appointment = hold(uow, appointment_id)
            rows = crews_of(uow, [appointment.id])[appointment.id]
            if expects_another(appointment, rows) and may_be_told(uow, rules, appointment):
                told += isinstance(tell_crew(uow, rules, appointment_id), Applied)
    return told


def _held(uow: UnitOfWork, limit: int) -> list[tuple[AppointmentId, HoldId, str, EntryId]]:
    """Each standing appointment once, with the oldest hold that hits it."""
    held = aliased(Case)
    rows = uow.session.execute(
        select(Appointment.id, ContactHold.id, ContactHold.kind, ContactHold.evidence_id)
        .join(held, held.customer_id == Appointment.customer_id)
        .join(ContactHold, ContactHold.case_id == held.id)
        .where(
            Appointment.state.in_(BINDING),
            ContactHold.state == "active",
            or_(
                held.id == Appointment.case_id, ContactHold.kind.in_([kind.value for kind in PERSONAL_KINDS])
            ),
            or_(ContactHold.expires_at.is_(None), ContactHold.expires_at > Appointment.window_from),
        )
        .ext(distinct_on(Appointment.id))
        .order_by(Appointment.id, ContactHold.since, ContactHold.id)
        .limit(limit)
    )
    return [(one, held_by, kind, entry) for one, held_by, kind, entry in rows]


def _is_active(uow: UnitOfWork, hold_id: HoldId) -> bool:
    return (
        uow.session.scalar(
            select(ContactHold.id).where(ContactHold.id == hold_id, ContactHold.state == "active")
        )
        is not None
    )
