"""People who owe, and their doors."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.cases.blueprint import blueprint
from api.cases.schemas import (
    AddressCreate,
    AddressPin,
    AddressSchema,
    CaseReason,
    CustomerCreate,
    CustomerSchema,
    CustomerUpdate,
    PlaceSearchSchema,
    RevealedCustomer,
)
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.cases import queries
from field_visits.cases.placement import place
from field_visits.cases.places import searching
from field_visits.cases.service import addresses, customers, views
from field_visits.kernel.ids import AddressId, CustomerId


@blueprint.resource("/customers")
class Customers(MethodView):
    @writes("customer:record")
    @blueprint.takes(CustomerCreate)
    @blueprint.gives(201, CustomerSchema)
    def post(self, customer: dict[str, Any]) -> Any:
        """A person is known by the creditor's reference."""
        return settle(customers.record_customer(current_uow(), **customer)).row


@blueprint.resource("/customers/<uuid:customer_id>")
class OneCustomer(MethodView):
    @reads("customer:read")
    @blueprint.gives(200, CustomerSchema)
    def get(self, customer_id: UUID) -> Any:
        """A customer, masked."""
        return queries.get_customer(current_uow(), CustomerId(customer_id), scope=current_scope())

    @writes("customer:update", versioned=True)
    @blueprint.takes(CustomerUpdate)
    @blueprint.gives(200, CustomerSchema)
    def patch(self, changes: dict[str, Any], customer_id: UUID) -> Any:
        """The named details are as given."""
        customer = queries.get_customer(current_uow(), CustomerId(customer_id), scope=current_scope())
        check_version(customer, CustomerSchema)
        settle(customers.update_customer(current_uow(), customer.id, **changes))
        return customer


@blueprint.resource("/customers/<uuid:customer_id>/revelation")
class Revelation(MethodView):
    @writes("customer:reveal")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, RevealedCustomer)
    def post(self, told: dict[str, Any], customer_id: UUID) -> Any:
        """The customer in full; who asked and why stands in the log."""
        return views.reveal_customer(current_uow(), CustomerId(customer_id), scope=current_scope(), **told)


@blueprint.resource("/customers/<uuid:customer_id>/addresses")
class Addresses(MethodView):
    @writes("address:add")
    @blueprint.takes(AddressCreate)
    @blueprint.gives(201, AddressSchema)
    def post(self, told: dict[str, Any], customer_id: UUID) -> Any:
        """The customer can be visited at this door."""
        placement = place(
            told.pop("lat"),
            told.pop("lon"),
            told.pop("crs"),
            country=told["country"],
            is_approximate=told.pop("is_approximate"),
        )
        born = addresses.add_address(current_uow(), CustomerId(customer_id), placement=placement, **told)
        return settle(born).row


@blueprint.resource("/addresses/<uuid:address_id>/place-search")
class PlaceLookUp(MethodView):
    @reads("address:pin")
    @blueprint.gives(200, PlaceSearchSchema)
    def get(self, address_id: UUID) -> Any:
        """What a geocoder said of this address."""
        address = queries.get_address(current_uow(), AddressId(address_id), scope=current_scope())
        return searching.get_search(current_uow(), address.id)

    @writes("address:pin")
    @blueprint.gives(202, PlaceSearchSchema)
    def post(self, address_id: UUID) -> Any:
        """Ask a geocoder where this door is, if the organisation lets addresses be told to one. Then pin the door."""
        address = queries.get_address(current_uow(), AddressId(address_id), scope=current_scope())
        return searching.ask(current_uow(), address)


@blueprint.resource("/addresses/<uuid:address_id>/pin")
class Pin(MethodView):
    @writes("address:pin", versioned=True)
    @blueprint.takes(AddressPin)
    @blueprint.gives(200, AddressSchema)
    def post(self, told: dict[str, Any], address_id: UUID) -> Any:
        """The door lies here, says somebody who knows it; its time zones follow."""
        address = queries.get_address(current_uow(), AddressId(address_id), scope=current_scope())
        check_version(address, AddressSchema)
        reason = told.pop("reason")
        placement = place(**told, country=address.country)
        settle(addresses.pin_address(current_uow(), address.id, placement=placement, reason=reason))
        return address


@blueprint.resource("/addresses/<uuid:address_id>/invalidation")
class Invalidation(MethodView):
    @writes("address:invalidate")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, AddressSchema)
    def post(self, told: dict[str, Any], address_id: UUID) -> Any:
        """Nobody goes to this door again."""
        address = queries.get_address(current_uow(), AddressId(address_id), scope=current_scope())
        settle(addresses.invalidate_address(current_uow(), address.id, **told))
        return address
