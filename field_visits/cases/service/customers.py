"""Verbs on the person who owes."""

from collections.abc import Callable
from typing import Any

from field_visits.cases import words
from field_visits.cases.loading import require_customer
from field_visits.cases.models import Customer
from field_visits.kernel.ids import CustomerId
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork

_READERS: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: words.line(value, "/name", longest=words.MAX_NAME),
    "phone": words.phone,
    "email": words.email,
    "language": words.language,
}


def record_customer(
    uow: UnitOfWork,
    *,
    reference: str,
    name: str,
    language: str,
    phone: str | None = None,
    email: str | None = None,
) -> Born[Customer] | Refused:
    """The person is known by the creditor's reference.

    Raises:
        InvalidError: A text is empty, too long or not what its field holds.
    Evidence: customer:record:recorded, refused when the reference is taken.
    """
    customer = Customer(
        id=CustomerId(uow.new_id()),
        reference=words.reference(reference),
        name=words.line(name, "/name", longest=words.MAX_NAME),
        phone=words.phone(phone),
        email=words.email(email),
        language=words.language(language),
    )
    return uow.bear(customer, "record")


def update_customer(uow: UnitOfWork, customer_id: CustomerId, **changes: Any) -> Applied | Refused:
    """The named details are as given: name, phone, email, language; others stay.

    Raises:
        NotFoundError: There is no such customer.
        InvalidError: Nothing is to be changed, or a text is not what its field holds.
    Evidence: customer:details:updated.
    """
    customer = require_customer(uow, customer_id)
    if unknown := set(changes) - set(_READERS):
        raise TypeError(f"A customer has no changeable {', '.join(sorted(unknown))}.")
    if not changes:
        raise words.invalid("Nothing is to be changed.", "", "name at least one field")
    told = {name: _READERS[name](value) for name, value in changes.items()}
    return uow.apply(customer, "update", changes=told)


def withdraw_customer(uow: UnitOfWork, customer_id: CustomerId, *, reason: str) -> Applied | Refused:
    """The customer was recorded by mistake; the reference is free again.

    Raises:
        NotFoundError: There is no such customer.
        InvalidError: No reason is given.
    Evidence: customer:record:withdrawn.
    """
    customer = require_customer(uow, customer_id)
    return uow.apply(customer, "withdraw", facts={"reason": words.prose(reason, "/reason")})
