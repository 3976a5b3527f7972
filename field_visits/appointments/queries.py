"""Reads of appointments: one, many, and a collector's day. Free slots are in `slots`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select, true, tuple_

from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import FORMER, Appointment, AppointmentCrew
from field_visits.cases.models import Address, Case, Customer
from field_visits.identity.models import User
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AppointmentId, CaseId, UserId
from field_visits.unit_of_work import UnitOfWork

MAX_PAGE = 201
Position = tuple[datetime, AppointmentId]


@dataclass(frozen=True, slots=True)
class Member:
    """One collector in a crew now."""

    collector_id: UserId
    role: str
    name: str | None
    badge: str | None


@dataclass(frozen=True, slots=True)
class AppointmentFile:
    """An appointment with whom it is for, where, and who goes."""

    appointment: Appointment
    customer: Customer
    address: Address
    crew: tuple[Member, ...]


def visible_to(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    """The condition that an appointment lies within `scope`: by its case, or because one goes there."""
    if scope is Scope.ORGANISATION:
        return true()
    if actor.user is None:
        return false()
    goes = (
        select(AppointmentCrew.id)
        .where(
            AppointmentCrew.appointment_id == Appointment.id,
            AppointmentCrew.collector_id == actor.user,
            AppointmentCrew.role != FORMER,
        )
        .exists()
    )
    reach = Case.collector_id == actor.user
    if scope is Scope.TEAM:
        reach = or_(reach, Case.team_id.in_(list(actor.teams)))
    return or_(goes, select(Case.id).where(Case.id == Appointment.case_id, reach).exists())


def get_appointment(
    uow: UnitOfWork, appointment_id: AppointmentId, *, scope: Scope = Scope.ORGANISATION
) -> AppointmentFile:
    """The appointment, if it lies within `scope` of the actor.

    Raises:
        NotFoundError: It does not exist, or is out of scope.
    """
    found = uow.session.scalars(
        select(Appointment).where(Appointment.id == appointment_id, visible_to(uow.actor, scope))
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such appointment.")
    return files_of(uow, [found])[0]


def list_appointments(
    uow: UnitOfWork,
    *,
    scope: Scope = Scope.ORGANISATION,
    since: datetime | None = None,
    until: datetime | None = None,
    case_id: CaseId | None = None,
    collector_id: UserId | None = None,
    states: Collection[str] = (),
    after: Position | None = None,
    limit: int = 50,
) -> list[AppointmentFile]:
    """Appointments in order of their window's start, then of id.

    Args:
        uow: The unit of work.
        scope: How far the actor may see.
        since: Windows that end after it.
        until: Windows that begin before it.
        case_id: Those of one case.
        collector_id: Those whose crew this collector is in.
        states: Any of these states; all where empty.
        after: The position of the last row had.
        limit: At most so many, up to 201.
    """
    query = (
        select(Appointment)
        .where(visible_to(uow.actor, scope))
        .order_by(Appointment.window_from, Appointment.id)
        .limit(min(limit, MAX_PAGE))
    )
    if since is not None:
        query = query.where(Appointment.window_to > since)
    if until is not None:
        query = query.where(Appointment.window_from < until)
    if case_id is not None:
        query = query.where(Appointment.case_id == case_id)
    if collector_id is not None:
        query = query.where(_goes(collector_id))
    if states:
        query = query.where(Appointment.state.in_(list(states)))
    if after is not None:
        query = query.where(tuple_(Appointment.window_from, Appointment.id) > after)
    return files_of(uow, uow.session.scalars(query).all())


def day_of(uow: UnitOfWork, collector_id: UserId, since: datetime, until: datetime) -> list[AppointmentFile]:
    """The planned appointments of one collector in `[since, until)`, in the order in which they are made.

    Those that are over (kept, missed) stay in the day; cancelled and suspended ones do not.
    """
    planned = uow.session.scalars(
        select(Appointment)
        .where(
            _goes(collector_id),
            Appointment.state.in_((*BINDING, "kept", "missed")),
            Appointment.planned_from < until,
            Appointment.planned_to > since,
        )
        .order_by(Appointment.planned_from, Appointment.id)
    ).all()
    return files_of(uow, planned)


def binding_between(uow: UnitOfWork, since: datetime, until: datetime) -> Sequence[Appointment]:
    """The appointments of a day that still stand: those whose window begins in `[since, until)`, by id."""
    return uow.session.scalars(
        select(Appointment)
        .where(
            Appointment.state.in_(BINDING),
            Appointment.window_from >= since,
            Appointment.window_from < until,
        )
        .order_by(Appointment.id)
    ).all()


def busy_between(
    uow: UnitOfWork, collectors: Collection[UserId], since: datetime, until: datetime
) -> list[tuple[UserId, Appointment]]:
    """Whose time is taken by which planned appointment within `[since, until)`, in order of time."""
    rows = uow.session.execute(
        select(AppointmentCrew.collector_id, Appointment)
        .join(Appointment, Appointment.id == AppointmentCrew.appointment_id)
        .where(
            AppointmentCrew.collector_id.in_(list(collectors)),
            AppointmentCrew.is_binding,
            Appointment.planned_from < until,
            Appointment.planned_to > since,
        )
        .order_by(Appointment.planned_from, Appointment.id)
    )
    return [(collector, appointment) for collector, appointment in rows]


def crews_of(
    uow: UnitOfWork, appointment_ids: Collection[AppointmentId]
) -> dict[AppointmentId, list[AppointmentCrew]]:
    """The crew rows of each appointment, former members included."""
    rows: dict[AppointmentId, list[AppointmentCrew]] = defaultdict(list)
    for row in uow.session.scalars(
        select(AppointmentCrew)
        .where(AppointmentCrew.appointment_id.in_(list(appointment_ids)))
        .order_by(AppointmentCrew.id)
        .execution_options(populate_existing=True)
    ):
        rows[row.appointment_id].append(row)
    return rows


def files_of(uow: UnitOfWork, appointments: Iterable[Appointment]) -> list[AppointmentFile]:
    """These appointments with customer, door and crew, in the order given. Three queries, however many."""
    wanted = list(appointments)
    if not wanted:
        return []
    customers = {
        customer.id: customer
        for customer in uow.session.scalars(
            select(Customer).where(Customer.id.in_({one.customer_id for one in wanted}))
        )
    }
    addresses = {
        address.id: address
        for address in uow.session.scalars(
            select(Address).where(Address.id.in_({one.address_id for one in wanted}))
        )
    }
    members: dict[AppointmentId, list[Member]] = defaultdict(list)
    for row, user in uow.session.execute(
        select(AppointmentCrew, User)
        .join(User, User.id == AppointmentCrew.collector_id)
        .where(AppointmentCrew.appointment_id.in_([one.id for one in wanted]), AppointmentCrew.role != FORMER)
        .order_by(AppointmentCrew.role, AppointmentCrew.id)
    ):
        members[row.appointment_id].append(Member(row.collector_id, row.role, user.name, user.badge))
    return [
        AppointmentFile(one, customers[one.customer_id], addresses[one.address_id], tuple(members[one.id]))
        for one in wanted
    ]


def _goes(collector_id: UserId) -> ColumnElement[bool]:
    return (
        select(AppointmentCrew.id)
        .where(
            AppointmentCrew.appointment_id == Appointment.id,
            AppointmentCrew.collector_id == collector_id,
            AppointmentCrew.role != FORMER,
        )
        .exists()
    )
