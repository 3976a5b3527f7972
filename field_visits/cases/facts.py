"""What `compliance.decide` is told about a case: contacts, holds, consents, zones and laws, read in one go."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from field_visits.cases.hold_kinds import PERSONAL_KINDS
from field_visits.cases.models import Address, Case, Contact, ContactHold, Customer
from field_visits.cases.models import Consent as ConsentRow
from field_visits.cases.queries import usable_addresses
from field_visits.cases.words import EFFECTIVE, AddressKind, ContactResult, Direction
from field_visits.compliance.facts import (
    Action,
    ActiveHold,
    Approach,
    Channel,
    Consent,
    ConsentKind,
    Facts,
    HoldKind,
    Limitation,
    NoticeFact,
    PastContact,
    Place,
    Terms,
    Window,
)
from field_visits.compliance.packs import load_packs
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AddressId, CaseId, CustomerId
from field_visits.unit_of_work import UnitOfWork

# No released rule counts contacts over more than a year (`compliance.kinds.frequency`).
LOOK_BACK = timedelta(days=367)
PLACES = {
    AddressKind.HOME: Place.HOME,
    AddressKind.WORK: Place.WORKPLACE,
    AddressKind.OTHER: Place.OTHER,
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of one case, as far as rules ask. `question` makes it one question to them."""

    case_id: CaseId
    customer_id: CustomerId
    zones: dict[AddressId, tuple[str, ...]]
    places: dict[AddressId, Place]
    jurisdictions: tuple[str, ...]
    contacts: tuple[PastContact, ...]
    holds: tuple[ActiveHold, ...]
    consents: tuple[Consent, ...]

    def question(
        self,
        action: Action,
        channel: Channel,
        *,
        address_id: AddressId | None = None,
        window: Window | None = None,
        notice: NoticeFact | None = None,
        crew_size: int | None = None,
        terms: Terms | None = None,
        approach: Approach | None = None,
        limitation: Limitation | None = None,
        also: Iterable[PastContact] = (),
    ) -> Facts:
        """The facts of one action on this case.

        `address_id` names the door; without it the zones of every usable door apply. `also` adds what this
        room does not know: other appointments already promised, each at its window's start.

        Raises:
            NotFoundError: The door is none of the customer's usable ones.
        """
        if address_id is None:
            zones = tuple(sorted({zone for one in self.zones.values() for zone in one}))
        elif address_id in self.zones:
            zones = self.zones[address_id]
        else:
            raise NotFoundError("The customer has no such usable address.")
        return Facts(
            action=action,
            channel=channel,
            zones=zones,
            jurisdictions=self.jurisdictions,
            window=window,
            contacts=(*self.contacts, *also),
            holds=self.holds,
            consents=self.consents,
            notice=notice,
            crew_size=crew_size,
            place=None if address_id is None else self.places.get(address_id),
            terms=terms or Terms(),
            approach=approach,
            limitation=limitation,
        )


def facts_for(
    uow: UnitOfWork,
    case_ids: Collection[CaseId],
    *,
    at: datetime | None = None,
    leaving_out: Collection[object] = (),
) -> dict[CaseId, CaseFacts]:
    """The facts of each case that exists, as known at `at` (now by default).

    Contacts are those of the customer in every case, outgoing ones alone: the rules protect a person, and
    one door with two debts is still one door (CN-FREQ-1). Holds are the case's own and, of the kinds that
    protect a person, those of the customer's other cases; consents are the person's. `leaving_out` names rows (visits, appointments)
    whose own contact is being judged.
    """
    at = at or uow.now
    rows = uow.session.execute(
        select(Case, Customer)
        .join(Customer, Customer.id == Case.customer_id)
        .where(Case.id.in_(list(case_ids)))
    ).all()
    customers = {customer.id for _, customer in rows}
    doors = usable_addresses(uow, customers)
    siblings = _cases_of(uow, customers)
    contacts = _contacts(uow, siblings, at, leaving_out)
    holds = _holds(uow, siblings, at)
    consents = _consents(uow, siblings)
    return {
        case.id: CaseFacts(
            case.id,
            customer.id,
            {address.id: _zones(address) for address in doors[customer.id]},
            {address.id: PLACES[AddressKind(address.kind)] for address in doors[customer.id]},
            jurisdictions_of(case.packs),
            tuple(contacts[customer.id]),
            tuple(
                hold for owner, hold in holds[customer.id] if owner == case.id or hold.kind in PERSONAL_KINDS
            ),
            tuple(consents[customer.id]),
        )
        for case, customer in rows
    }


def _cases_of(uow: UnitOfWork, customers: Collection[CustomerId]) -> dict[CaseId, CustomerId]:
    rows = uow.session.execute(
        select(Case.id, Case.customer_id).where(
            Case.customer_id.in_(list(customers)), Case.state != "withdrawn"
        )
    )
    return {case: customer for case, customer in rows}  # noqa: C416 - typed pairs


def _contacts(
    uow: UnitOfWork, siblings: dict[CaseId, CustomerId], at: datetime, leaving_out: Collection[object]
) -> dict[CustomerId, list[PastContact]]:
    found: dict[CustomerId, list[PastContact]] = defaultdict(list)
    rows = uow.session.scalars(
        select(Contact)
        .where(Contact.case_id.in_(list(siblings)), Contact.direction == Direction.OUT.value)
        .where(Contact.at >= at - LOOK_BACK, Contact.state != "withdrawn")
        .order_by(Contact.at, Contact.id)
    )
    for contact in rows:
        if contact.about_id is None or contact.about_id not in leaving_out:
            effective = ContactResult(contact.result) in EFFECTIVE
            told = PastContact(contact.at, Channel(contact.channel), effective=effective)
            found[siblings[contact.case_id]].append(told)
    return found


def _holds(
    uow: UnitOfWork, siblings: dict[CaseId, CustomerId], at: datetime
) -> dict[CustomerId, list[tuple[CaseId, ActiveHold]]]:
    found: dict[CustomerId, list[tuple[CaseId, ActiveHold]]] = defaultdict(list)
    rows = uow.session.scalars(
        select(ContactHold)
        .where(ContactHold.case_id.in_(list(siblings)), ContactHold.state == "active")
        # One whose end has passed no longer binds, even before the sweep says so.
        .where(or_(ContactHold.expires_at.is_(None), ContactHold.expires_at > at))
        .order_by(ContactHold.since, ContactHold.id)
    )
    for hold in rows:
        told = ActiveHold(HoldKind(hold.kind), hold.since, hold.expires_at)
        found[siblings[hold.case_id]].append((hold.case_id, told))
    return found


def _consents(uow: UnitOfWork, siblings: dict[CaseId, CustomerId]) -> dict[CustomerId, list[Consent]]:
    found: dict[CustomerId, list[Consent]] = defaultdict(list)
    rows = uow.session.scalars(
        select(ConsentRow)
        .where(ConsentRow.case_id.in_(list(siblings)), ConsentRow.state == "given")
        .order_by(ConsentRow.given_at, ConsentRow.id)
    )
    for row in rows:
        told = Consent(
            ConsentKind(row.kind), str(row.evidence_id), row.since, row.until, is_written=row.is_written
        )
        found[siblings[row.case_id]].append(told)
    return found


def jurisdictions_of(packs: Sequence[str]) -> tuple[str, ...]:
    """Those of the case's packs; one that is no longer released keeps its id, so that nothing is allowed by it."""
    known = {pack.id: pack.jurisdiction for pack in load_packs()}
    return tuple(dict.fromkeys(known.get(pack, pack.upper()) for pack in packs))


def _zones(address: Address) -> tuple[str, ...]:
    return tuple(address.zones)
