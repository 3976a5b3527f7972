"""Holding an appointment still while it is changed.

Advisory locks on people come first, row locks after them, both in the order of their ids: booking,
assigning and publishing then never wait for each other in a ring (design §3).
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from field_visits.appointments import queries
from field_visits.appointments.models import Appointment
from field_visits.kernel.db import lock
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AppointmentId, UserId
from field_visits.unit_of_work import UnitOfWork


def hold(uow: UnitOfWork, appointment_id: AppointmentId, *collectors: UserId) -> Appointment:
    """The newest version of the appointment, which nobody else changes until this transaction ends.

    Args:
        uow: The unit of work.
        appointment_id: Which one.
        collectors: Those who are about to be added to its crew.

    Raises:
        NotFoundError: There is no such appointment here.
    """
    found = hold_all(uow, [appointment_id], collectors)
    if not found:
        raise NotFoundError("There is no such appointment.")
    return found[0]


def hold_all(
    uow: UnitOfWork, appointment_ids: Sequence[AppointmentId], collectors: Iterable[UUID] = ()
) -> list[Appointment]:
    """As `hold`, for several at once, in the order of their ids; unknown ids are left out."""
    customers = uow.session.scalars(
        select(Appointment.customer_id).where(Appointment.id.in_(appointment_ids))
    ).all()
    crews = queries.crews_of(uow, appointment_ids)
    present = {row.collector_id for rows in crews.values() for row in rows}
    lock(uow.session, *customers, *present, *collectors)
    return list(
        uow.session.scalars(
            select(Appointment)
            .where(Appointment.id.in_(appointment_ids))
            .order_by(Appointment.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
