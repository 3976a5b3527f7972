"""Verbs on the doors of a customer."""

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.loading import audience, require_address, require_customer
from field_visits.cases.models import Address, Case
from field_visits.cases.placement import Placement
from field_visits.kernel.ids import AddressId, CustomerId, UserId
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork


def add_address(
    uow: UnitOfWork,
    customer_id: CustomerId,
    *,
    placement: Placement,
    country: str,
    street: str,
    kind: str = "home",
    house_number: str | None = None,
    unit: str | None = None,
    postcode: str | None = None,
    city: str | None = None,
) -> Born[Address] | Refused:
    """The customer can be visited at this door (see `placement.place` for its position).

    Raises:
        NotFoundError: There is no such customer.
        InvalidError: A text is empty, too long, or the kind is none of home, work, other.
    Evidence: address:record:added; the audience is the collectors of the customer's open cases.
    """
    require_customer(uow, customer_id)
    address = Address(
        id=AddressId(uow.new_id()),
        customer_id=customer_id,
        kind=words.word(kind, words.AddressKind, "/kind").value,
        street=words.line(street, "/street"),
        house_number=words.optional_line(house_number, "/house_number"),
        unit=words.optional_line(unit, "/unit"),
        postcode=words.optional_line(postcode, "/postcode"),
        city=words.optional_line(city, "/city"),
        country=country,
        lat=placement.point.lat,
        lon=placement.point.lon,
        source_crs=placement.crs.value,
        source_lat=placement.source_lat,
        source_lon=placement.source_lon,
        is_approximate=placement.is_approximate,
        zones=list(placement.zones),
    )
    return uow.bear(address, "add", audience=_collectors(uow, customer_id))


def pin_address(
    uow: UnitOfWork, address_id: AddressId, *, placement: Placement, reason: str
) -> Applied | Refused:
    """The door lies where somebody who knows it says (see `placement.place`); its time zones follow.

    Raises:
        NotFoundError: There is no such address.
        InvalidError: No reason is given: how the place is known.
    Evidence: address:position:pinned, with the figures of before and as they were told, and their datum.
    """
    address = require_address(uow, address_id)
    return uow.apply(
        address,
        "pin",
        changes={
            "lat": placement.point.lat,
            "lon": placement.point.lon,
            "source_crs": placement.crs.value,
            "source_lat": placement.source_lat,
            "source_lon": placement.source_lon,
            "is_approximate": placement.is_approximate,
            "zones": list(placement.zones),
        },
        facts={"reason": words.prose(reason, "/reason")},
        audience=_collectors(uow, address.customer_id),
    )


def invalidate_address(uow: UnitOfWork, address_id: AddressId, *, reason: str) -> Applied | Refused:
    """Nobody goes to this door again: moved away, or no such place (outcomes MOVED, WRONG_ADDR).

    Raises:
        NotFoundError: There is no such address.
        InvalidError: No reason is given.
    Evidence: address:validity:invalidated.
    """
    return _end(uow, address_id, "invalidate", reason)


def withdraw_address(uow: UnitOfWork, address_id: AddressId, *, reason: str) -> Applied | Refused:
    """The address was recorded by mistake.

    Raises:
        NotFoundError: There is no such address.
        InvalidError: No reason is given.
    Evidence: address:record:withdrawn.
    """
    return _end(uow, address_id, "withdraw", reason)


def _end(uow: UnitOfWork, address_id: AddressId, verb: str, reason: str) -> Applied | Refused:
    address = require_address(uow, address_id)
    facts = {"reason": words.prose(reason, "/reason")}
    return uow.apply(address, verb, facts=facts, audience=_collectors(uow, address.customer_id))


def _collectors(uow: UnitOfWork, customer_id: CustomerId) -> list[UserId]:
    rows = uow.session.scalars(
        select(Case.collector_id).where(Case.customer_id == customer_id, Case.state == "open")
    )
    return audience(*rows)
