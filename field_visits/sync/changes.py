"""What a phone must learn: its own stops of today and the two days after, and what became of them.

A cursor names the day and the size of the log up to which the phone knows everything. Another day, or none, means
a full load; otherwise only stops come whose case or crew an entry has touched since.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from field_visits.agreements.queries import Offer, offers_for
from field_visits.appointments.lawfulness import verdicts_of
from field_visits.appointments.models import FORMER, Appointment, AppointmentCrew
from field_visits.appointments.queries import AppointmentFile, day_of
from field_visits.cases.hold_kinds import PERSONAL_KINDS
from field_visits.cases.judging import Rules
from field_visits.cases.models import Case, Contact, ContactHold
from field_visits.cases.queries import outstanding
from field_visits.compliance.decide import VerdictSpan
from field_visits.evidence.feed import news_for, size_of
from field_visits.identity.models import Device
from field_visits.identity.tokens import TokenKeys
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AppointmentId, CaseId
from field_visits.kernel.money import Money
from field_visits.notices.models import Notice
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.models import Visit
from field_visits.workforce.queries import day_hours, organisation_zone

DAYS = 3
LAST_CONTACTS = 3
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One appointment with all that its door asks for, also without signal.

    `door_secret` makes the codes by which the customer knows that this collector is genuine; `visit` is the newest one
    of this collector for it.
    """

    file: AppointmentFile
    day: date
    position: int
    verdicts: tuple[VerdictSpan, ...]
    case: Case
    owed: Money | None
    contacts: tuple[Contact, ...]
    holds: tuple[str, ...]
    offers: tuple[Offer, ...]
    notices: tuple[Notice, ...]
    visit: Visit | None
    door_secret: bytes


@dataclass(frozen=True, slots=True)
class Removed:
    """A stop that the phone is to forget, and why: reassigned, cancelled, suspended, or over."""

    appointment_id: AppointmentId
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The delta. `is_full` says that the phone forgets every stop that is not in it."""

    stops: tuple[Stop, ...]
    removed: tuple[Removed, ...]
    cursor: str
    is_full: bool
    has_more: bool
    day: date


def changes_for(
    uow: UnitOfWork, rules: Rules, device: Device, *, cursor: str | None, keys: TokenKeys
) -> Changes:
    """What the phone's person must learn since `cursor`; everything, where there is none or it is of another day.

    Raises:
        InvalidError: the cursor is none of ours.
    """
    today = uow.now.astimezone(organisation_zone(uow)).date()
    known = _read(cursor)
    size = size_of(uow.session, uow.actor.organisation)
    files = _slice(uow, device, today)
    if known is None or known[0] != today or known[1] > size:
        stops = _stops(uow, rules, files, device, keys=keys)
        return Changes(stops, (), _written(today, size), is_full=True, has_more=False, day=today)
    cases = {file.appointment.case_id for _, _, file in files}
    news = news_for(uow.session, uow.actor.organisation, device.user_id, since=known[1], streams=cases)
    touched = {case for _, _, case in news.subjects if case is not None}
    changed = [one for one in files if one[2].appointment.case_id in touched]
    present = {file.appointment.id for _, _, file in files}
    return Changes(
        _stops(uow, rules, changed, device, keys=keys),
        _removed(uow, device, touched, present, today),
        _written(today, news.until),
        is_full=False,
        has_more=not news.is_all,
        day=today,
    )


def _read(cursor: str | None) -> tuple[date, int] | None:
    """What the phone knows; None where it knows nothing yet."""
    if cursor in (None, "", "0"):
        return None
    found = _CURSOR.fullmatch(cursor or "")
    if found is not None:
        with suppress(ValueError):
            return date.fromisoformat(found[1]), int(found[2])
    raise InvalidError(
        "This cursor is none of ours.", faults=[Fault("/cursor", "the newest one that came back, or none")]
    )


def _written(day: date, size: int) -> str:
    return f"{day.isoformat()}.{size}"


def _slice(uow: UnitOfWork, device: Device, today: date) -> list[tuple[date, int, AppointmentFile]]:
    """The stops of the days that a phone carries, each with its place in its day."""
    found = []
    for offset in range(DAYS):
        day = today + timedelta(days=offset)
        hours = day_hours(uow, day)
        own = day_of(uow, device.user_id, hours.start, hours.end)
        found += [(day, position, file) for position, file in enumerate(own)]
    return found


def _removed(
    uow: UnitOfWork,
    device: Device,
    touched: Collection[UUID],
    present: Collection[AppointmentId],
    today: date,
) -> tuple[Removed, ...]:
    """Appointments of these cases that once were the person's and are not in their days any more."""
    since = day_hours(uow, today - timedelta(days=1)).start
    rows = uow.session.execute(
        select(Appointment.id, Appointment.state, AppointmentCrew.role)
        .join(AppointmentCrew, AppointmentCrew.appointment_id == Appointment.id)
        .where(
            Appointment.case_id.in_(list(touched)),
            AppointmentCrew.collector_id == device.user_id,
            Appointment.window_to > since,
        )
        .order_by(Appointment.id)
    )
    return tuple(
        Removed(appointment, _why(state, role))
        for appointment, state, role in rows
        if appointment not in present
    )


def _why(state: str, role: str) -> str:
    if state in {"cancelled", "suspended"}:
        return state
    return "reassigned" if role == FORMER else "over"


def _stops(
    uow: UnitOfWork,
    rules: Rules,
    files: Collection[tuple[date, int, AppointmentFile]],
    device: Device,
    *,
    keys: TokenKeys,
) -> tuple[Stop, ...]:
    """What hangs on these appointments, in a handful of queries however many they are."""
    if not files:
        return ()
    appointments = [file.appointment for _, _, file in files]
    ids = {one.case_id for one in appointments}
    verdicts = verdicts_of(uow, rules, appointments)
    cases = {case.id: case for case in uow.session.scalars(select(Case).where(Case.id.in_(ids)))}
    owed = outstanding(uow, ids)
    contacts, holds = _contacts(uow, ids), _holds(uow, ids)
    notices = _notices(uow, ids)
    visits = _visits(uow, device, [one.id for one in appointments])
    return tuple(
        Stop(
            file=file,
            day=day,
            position=position,
            verdicts=verdicts[file.appointment.id],
            case=cases[file.appointment.case_id],
            owed=owed.get(file.appointment.case_id),
            contacts=tuple(contacts[file.appointment.case_id]),
            holds=holds[file.appointment.case_id],
            offers=offers_for(uow, file.appointment.case_id),
            notices=tuple(notices[file.appointment.case_id]),
            visit=visits.get(file.appointment.id),
            door_secret=keys.door_secrets(file.appointment.id, device.user_id)[0],
        )
        for day, position, file in files
    )


def _contacts(uow: UnitOfWork, cases: Collection[CaseId]) -> dict[CaseId, list[Contact]]:
    found: dict[CaseId, list[Contact]] = defaultdict(list)
    rows = uow.session.scalars(
        select(Contact)
        .where(Contact.case_id.in_(list(cases)), Contact.state != "withdrawn")
        .order_by(Contact.at.desc(), Contact.id.desc())
    )
    for row in rows:
        if len(found[row.case_id]) < LAST_CONTACTS:
            found[row.case_id].append(row)
    return found


def _holds(uow: UnitOfWork, cases: Collection[CaseId]) -> dict[CaseId, tuple[str, ...]]:
    """The kinds of hold that bind: on the case, and those that protect the person in any other case of theirs."""
    theirs = select(Case.id, Case.customer_id).where(Case.id.in_(list(cases))).subquery()
    rows = uow.session.execute(
        select(theirs.c.id, ContactHold.kind)
        .join(Case, Case.customer_id == theirs.c.customer_id)
        .join(ContactHold, ContactHold.case_id == Case.id)
        .where(
            ContactHold.state == "active",
            or_(ContactHold.expires_at.is_(None), ContactHold.expires_at > uow.now),
            or_(Case.id == theirs.c.id, ContactHold.kind.in_([kind.value for kind in PERSONAL_KINDS])),
        )
    )
    found: dict[CaseId, set[str]] = defaultdict(set)
    for case, kind in rows:
        found[case].add(kind)
    return defaultdict(tuple, {case: tuple(sorted(kinds)) for case, kinds in found.items()})


def _notices(uow: UnitOfWork, cases: Collection[CaseId]) -> dict[CaseId, list[Notice]]:
    found: dict[CaseId, list[Notice]] = defaultdict(list)
    rows = uow.session.scalars(
        select(Notice).where(Notice.case_id.in_(list(cases)), Notice.state == "prepared").order_by(Notice.id)
    )
    for row in rows:
        found[row.case_id].append(row)
    return found


def _visits(
    uow: UnitOfWork, device: Device, appointments: Collection[AppointmentId]
) -> dict[AppointmentId, Visit]:
    rows = uow.session.scalars(
        select(Visit)
        .where(
            Visit.appointment_id.in_(list(appointments)),
            or_(Visit.lead_id == device.user_id, Visit.partner_id == device.user_id),
        )
        .ext(distinct_on(Visit.appointment_id))
        .order_by(Visit.appointment_id, Visit.departed_at.desc(), Visit.id.desc())
    )
    return {visit.appointment_id: visit for visit in rows}
