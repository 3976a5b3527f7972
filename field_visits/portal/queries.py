"""What the page shows: the visit and the house, and nothing of a debt; after proof, what was signed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from field_visits.agreements.models import Agreement
from field_visits.agreements.queries import list_agreements
from field_visits.appointments.lawfulness import bench_of, question
from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import Appointment
from field_visits.appointments.purposes import words_for
from field_visits.appointments.queries import AppointmentFile, get_appointment
from field_visits.appointments.slots import FreeSlot, free_slots
from field_visits.cases.judging import Rules, Span
from field_visits.cases.models import Address, Case, Consent
from field_visits.cases.queries import list_consents
from field_visits.compliance.facts import Action
from field_visits.compliance.zones import load_zone
from field_visits.evidence.codes import Code
from field_visits.identity.customer_links import own_link
from field_visits.identity.models import Organisation, Portrait
from field_visits.identity.portraits import portraits_of
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AgreementId
from field_visits.portal.hours import is_expected
from field_visits.unit_of_work import UnitOfWork

# Windows that are offered for moving a visit: two hours, on the hour, within a week.
WINDOW: Final = timedelta(hours=2)
AHEAD: Final = timedelta(days=7)
MOST_OFFERED: Final = 24
_GRID: Final = timedelta(hours=1)
_SIGNED: Final = ("signed", "sealed", "running", "completed", "broken")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes: the badge, whether there is a portrait to know them by, and no more of a person than that."""

    badge: str | None
    role: str
    has_portrait: bool


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What a link shows.

    `consents` is what the customer waived and can take back; `timezone` is the clock at the door; `language` what the customer reads; `may_*` say what can be done now.
    """

    organisation: str
    public_phone: str | None
    state: str
    window_from: datetime
    window_to: datetime
    timezone: str
    purpose_zh: str
    purpose_en: str
    visitors: tuple[Visitor, ...]
    consents: tuple[Consent, ...]
    language: str
    may_confirm: bool
    may_move: bool
    is_proved: bool
    phone_ending: str | None
    can_be_reached: bool
    expires_at: datetime


def page(uow: UnitOfWork) -> CustomerPage:
    """The page of the link that the actor holds. That it was opened for the first time is an entry.

    Raises:
        NotFoundError: the actor holds no link.
    Evidence: appointment:page:opened, once for each link.
    """
    link = own_link(uow)
    file = get_appointment(uow, link.appointment_id)
    appointment, customer = file.appointment, file.customer
    if link.opened_at is None:
        link.opened_at = uow.now
        uow.record(Code.APPOINTMENT_PAGE_OPENED, appointment)
    organisation = uow.session.get_one(Organisation, uow.actor.organisation)
    seen = portraits_at_door(uow, file)
    # Once nobody will come any more, who would have is nobody's business.
    crew = file.crew if appointment.state in (*BINDING, "kept") else ()
    is_standing = appointment.state in BINDING and appointment.window_from > uow.now
    return CustomerPage(
        organisation=organisation.name,
        public_phone=organisation.public_phone,
        state=appointment.state,
        window_from=appointment.window_from,
        window_to=appointment.window_to,
        timezone=zone_at(file.address),
        purpose_zh=words_for(appointment.purpose, "zh"),
        purpose_en=words_for(appointment.purpose, "en"),
        visitors=tuple(Visitor(member.badge, member.role, member.role in seen) for member in crew),
        consents=tuple(list_consents(uow, customer.id, given_only=True)),
        language=customer.language.partition("-")[0],
        may_confirm=is_standing and appointment.state != "confirmed",
        may_move=is_standing,
        is_proved="page:read_copies" in uow.actor.scopes,
        phone_ending=None if customer.phone is None else customer.phone[-2:],
        can_be_reached=bool(customer.phone or customer.email),
        expires_at=link.expires_at,
    )


def portraits_at_door(uow: UnitOfWork, file: AppointmentFile) -> dict[str, Portrait]:
    """The portraits of those who are named for the visit, by role, while one of them may still come.

    Before a crew is named there is nobody to show; once nobody will come any more, a face is nobody's business.
    """
    if not is_expected(file.appointment, uow.now):
        return {}
    found = portraits_of(uow, [member.collector_id for member in file.crew])
    return {member.role: found[member.collector_id] for member in file.crew if member.collector_id in found}


def portrait(uow: UnitOfWork, role: str) -> Portrait:
    """The portrait of the visitor in this role of the visit that the actor's link is about.

    Raises:
        NotFoundError: the actor holds no link, or nobody in this role is shown now.
    """
    file = get_appointment(uow, own_link(uow).appointment_id)
    found = portraits_at_door(uow, file).get(role)
    if found is None:
        raise NotFoundError("There is no portrait to show.")
    return found


def windows(uow: UnitOfWork, rules: Rules) -> tuple[Span, ...]:
    """Windows to which the visit can be moved: somebody is free in each, and each is lawful as a whole.

    Raises:
        NotFoundError: the actor holds no link, or the door cannot be visited any more.
    """
    appointment = own_appointment(uow)
    if appointment.state not in BINDING:
        return ()
    case = uow.session.get_one(Case, appointment.case_id)
    free = free_slots(
        uow,
        rules,
        case,
        since=uow.now,
        until=uow.now + AHEAD,
        service_minutes=appointment.service_minutes,
        crew_size=appointment.crew_size,
        address_id=appointment.address_id,
        moving=appointment.id,
    ).free
    zone = load_zone(own_zone(uow)).info
    bench, promises = bench_of(uow, rules, [appointment])
    found: list[Span] = []
    # On even hours by the clock at the door, so that windows do not overlap.
    start = (uow.now.astimezone(zone) + _GRID).replace(minute=0, second=0, microsecond=0)
    start += timedelta(hours=start.hour % 2)
    while start < uow.now + AHEAD and len(found) < MOST_OFFERED:
        window = (start, start + WINDOW)
        if window[0] != appointment.window_from and _has_room(free, window, appointment.service_minutes):
            asked = question(appointment, promises, action=Action.RESCHEDULE, window=window)
            untold = replace(asked, notice_at=None, acknowledged_at=None)
            if not bench.judge(case.id, untold).is_refused:
                found.append(window)
        start += WINDOW
    return tuple(found)


def copies(uow: UnitOfWork) -> Sequence[Agreement]:
    """What the customer signed in this matter, oldest first.

    Raises:
        NotFoundError: the actor holds no link.
    """
    return [one for one in list_agreements(uow, own_link(uow).case_id) if one.state in _SIGNED]


def copy(uow: UnitOfWork, agreement_id: AgreementId) -> Agreement:
    """One of `copies`; NotFoundError otherwise."""
    for one in copies(uow):
        if one.id == agreement_id:
            return one
    raise NotFoundError("There is no such document.")


def own_appointment(uow: UnitOfWork) -> Appointment:
    """The visit that the actor's link is about; NotFoundError if it holds none."""
    return uow.session.get_one(Appointment, own_link(uow).appointment_id)


def own_zone(uow: UnitOfWork) -> str:
    """The clock at the door of the visit that the actor's link is about."""
    return zone_at(uow.session.get_one(Address, own_appointment(uow).address_id))


def zone_at(address: Address) -> str:
    """The clock by which a door is told the time; UTC where nobody knows one any more."""
    return address.zones[0] if address.zones else "UTC"


def _has_room(free: Sequence[FreeSlot], window: Span, service_minutes: int) -> bool:
    latest = window[1] - timedelta(minutes=service_minutes)
    return any(slot.first <= latest and slot.last >= window[0] for slot in free)
