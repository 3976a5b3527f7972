"""What the rules say of an appointment: cases' facts, and what else the customer was promised."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import Appointment
from field_visits.cases.judging import Bench, Question, Rules, Span
from field_visits.cases.models import Case
from field_visits.compliance.decide import VerdictSpan
from field_visits.compliance.facts import Action, Channel, PastContact
from field_visits.kernel.decision import Decision
from field_visits.kernel.ids import AppointmentId, CustomerId
from field_visits.unit_of_work import UnitOfWork

# No frequency rule looks further than 366 days; what is over by a day is a contact or never happened.
_OVER = timedelta(days=1)


class Promises:
    """The windows promised to some customers and still open: each counts as a visit (CN-FREQ-3)."""

    def __init__(self, windows: dict[CustomerId, list[tuple[AppointmentId, datetime]]]) -> None:
        self._windows = windows

    @classmethod
    def load(cls, uow: UnitOfWork, customers: Iterable[CustomerId]) -> "Promises":
        uow.session.flush()
        windows: dict[CustomerId, list[tuple[AppointmentId, datetime]]] = defaultdict(list)
        for customer, appointment, start in uow.session.execute(
            select(Appointment.customer_id, Appointment.id, Appointment.window_from).where(
                Appointment.customer_id.in_(set(customers)),
                Appointment.state.in_(BINDING),
                Appointment.window_to > uow.now - _OVER,
            )
        ):
            windows[customer].append((appointment, start))
        return cls(windows)

    def to(self, customer: CustomerId, *, without: AppointmentId | None = None) -> list[PastContact]:
        """What `customer` was promised, the appointment being judged left out."""
        return [
            PastContact(start, Channel.VISIT)
            for appointment, start in self._windows.get(customer, ())
            if appointment != without
        ]


def question(
    appointment: Appointment,
    promises: Promises,
    *,
    action: Action,
    window: Span | None = None,
    crew_size: int | None = None,
    at: datetime | None = None,
) -> Question:
    """What to ask about `appointment`; without a `window` the promised one is meant."""
    return Question(
        action=action,
        window=window or (appointment.window_from, appointment.window_to),
        address_id=appointment.address_id,
        crew_size=crew_size or appointment.crew_size,
        notice_at=appointment.notice_at,
        acknowledged_at=appointment.confirmed_at,
        promised=promises.to(appointment.customer_id, without=appointment.id),
        at=at,
    )


def judge_appointment(
    uow: UnitOfWork,
    rules: Rules,
    appointment: Appointment,
    *,
    action: Action,
    window: Span | None = None,
    crew_size: int | None = None,
    at: datetime | None = None,
    leaving_out: Collection[UUID] = (),
) -> Decision:
    """Whether `action` on the appointment may be done. For a visit pass what is known of it.

    Args:
        uow: The unit of work.
        rules: The released packs.
        appointment: Its case, door, notice and customer speak.
        action: Asked (depart) or witnessed (arrive, outcome).
        window: Presence at the door; the promised window by default.
        crew_size: How many really go; the size promised by default.
        at: A phone command's claimed time; the unit of work's by default.
        leaving_out: Ids of visits whose contact rows do not count: the one being judged.
    """
    promises = Promises.load(uow, [appointment.customer_id])
    asked = question(appointment, promises, action=action, window=window, crew_size=crew_size, at=at)
    return _answer(uow, rules, appointment, asked, leaving_out)


def judge_window(
    uow: UnitOfWork,
    rules: Rules,
    appointment: Appointment,
    *,
    action: Action,
    window: Span | None = None,
    notice_at: datetime | None = None,
) -> Decision:
    """As `judge_appointment`, for a window of which the customer was not told before `notice_at`."""
    promises = Promises.load(uow, [appointment.customer_id])
    asked = question(appointment, promises, action=action, window=window)
    return _answer(uow, rules, appointment, replace(asked, notice_at=notice_at, acknowledged_at=None))


def judge_sending(uow: UnitOfWork, rules: Rules, appointment: Appointment, channel: Channel) -> Decision:
    """Whether a text about the appointment may be sent to the customer now."""
    asked = Question(action=Action.NOTIFY, channel=channel, address_id=appointment.address_id)
    return _answer(uow, rules, appointment, asked)


def _answer(
    uow: UnitOfWork,
    rules: Rules,
    appointment: Appointment,
    asked: Question,
    leaving_out: Collection[UUID] = (),
) -> Decision:
    case = uow.session.get_one(Case, appointment.case_id)
    return Bench.load(uow, rules, [case], leaving_out=leaving_out).judge(case.id, asked)


def bench_of(uow: UnitOfWork, rules: Rules, appointments: Sequence[Appointment]) -> tuple[Bench, Promises]:
    """What is needed to judge many appointments, in a handful of queries."""
    cases = uow.session.scalars(
        select(Case).where(Case.id.in_({appointment.case_id for appointment in appointments}))
    ).all()
    promises = Promises.load(uow, [appointment.customer_id for appointment in appointments])
    return Bench.load(uow, rules, cases), promises


def verdicts_of(
    uow: UnitOfWork, rules: Rules, appointments: Sequence[Appointment], *, days: int = 3
) -> dict[AppointmentId, tuple[VerdictSpan, ...]]:
    """For each appointment, what a phone without signal may start when: see `decide.verdicts`.

    Judged is an arrival at the door, for the length of the visit and with the crew that is promised.
    """
    bench, promises = bench_of(uow, rules, appointments)
    spans = {}
    for one in appointments:
        length = timedelta(minutes=one.service_minutes)
        asked = question(one, promises, action=Action.ARRIVE, window=(uow.now, uow.now + length))
        spans[one.id] = bench.verdicts(one.case_id, asked, days)
    return spans
