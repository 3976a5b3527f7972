"""How an appointment ended: kept, missed, or past without anybody saying. Visits tell the first two."""

from datetime import datetime, timedelta
from enum import StrEnum

from field_visits.appointments import queries
from field_visits.appointments.crews import freed, members_of
from field_visits.appointments.locking import hold
from field_visits.kernel.decision import Decision
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AppointmentId, EntryId
from field_visits.unit_of_work import Applied, Move, Refused, UnitOfWork

# A phone that was without signal may still tell of a visit; after this nobody is expected to.
EXPIRES_AFTER = timedelta(hours=12)


class MissedBy(StrEnum):
    """Who did not keep the appointment."""

    CUSTOMER = "customer"
    COLLECTOR = "collector"
    NOBODY = "nobody"  # a closed road, an alarm: no fault


def keep(
    uow: UnitOfWork,
    appointment_id: AppointmentId,
    *,
    occurred_at: datetime | None = None,
    cause: EntryId | None = None,
    decision: Decision | None = None,
) -> Applied | Refused:
    """The visit was made; the crew's time is free. A witness verb: it applies from every state.

    Args:
        uow: The unit of work.
        appointment_id: Which one.
        occurred_at: When it is claimed to have happened.
        cause: The entry of the visit from which this follows.
        decision: What the rules said; a refusal is kept as breach.

    Raises:
        NotFoundError: There is no such appointment.
    Evidence: appointment:promise:kept.
    """
    appointment = hold(uow, appointment_id)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    return uow.apply(
        appointment,
        "keep",
        rows=freed(rows),
        occurred_at=occurred_at,
        cause=cause,
        decision=decision,
        audience=members_of(rows),
    )


def miss(
    uow: UnitOfWork,
    appointment_id: AppointmentId,
    *,
    by: str,
    reason: str = "",
    occurred_at: datetime | None = None,
    cause: EntryId | None = None,
) -> Applied | Refused:
    """The visit did not take place, by whom says `by`; the crew's time is free. A witness verb.

    Raises:
        NotFoundError: There is no such appointment.
        InvalidError: `by` is not one of `MissedBy`.
    Evidence: appointment:promise:missed.
    """
    if by not in set(MissedBy):
        raise InvalidError(
            "Who missed the appointment?", faults=[Fault("/by", f"one of {', '.join(MissedBy)}")]
        )
    appointment = hold(uow, appointment_id)
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    return uow.apply(
        appointment,
        "miss",
        changes={"missed_by": by},
        rows=freed(rows),
        facts={"by": by, "reason": reason},
        occurred_at=occurred_at,
        cause=cause,
        audience=members_of(rows),
    )


def expire(uow: UnitOfWork, appointment_id: AppointmentId) -> Applied | Refused:
    """Its window is over by twelve hours and nobody told of a visit; the crew's time is free.

    Raises:
        NotFoundError: There is no such appointment.
    Evidence: appointment:promise:expired; refused before that time.
    """
    appointment = hold(uow, appointment_id)
    if appointment.window_to + EXPIRES_AFTER > uow.now:
        return uow.refuse(Move(appointment, "expire"), "Its window is not over by twelve hours yet.")
    rows = queries.crews_of(uow, [appointment.id])[appointment.id]
    return uow.apply(appointment, "expire", rows=freed(rows), audience=members_of(rows))
