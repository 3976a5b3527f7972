"""What hangs on a case: holds, contacts, payments, promises."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.cases.blueprint import blueprint
from api.cases.schemas import (
    CaseReason,
    ContactCreate,
    ContactHoldSchema,
    ContactSchema,
    HoldCreate,
    HoldExtension,
    PaymentCreate,
    PaymentSchema,
    PaymentSource,
    PromiseCreate,
    PromiseSchema,
    RetentionHoldSchema,
)
from api.house import current_house
from api.requests import settle, writes
from api.work import current_scope, current_uow
from field_visits.cases import queries
from field_visits.cases.models import ContactHold, Payment, Promise, RetentionHold
from field_visits.cases.service import contacts, holds, payments, promises, retention
from field_visits.kernel.ids import CaseId


@blueprint.resource("/cases/<uuid:case_id>/holds")
class Holds(MethodView):
    @writes("contact_hold:place")
    @blueprint.takes(HoldCreate)
    @blueprint.gives(201, ContactHoldSchema)
    def post(self, hold: dict[str, Any], case_id: UUID) -> Any:
        """Nobody contacts the customer until it is lifted or ends."""
        return settle(holds.place_hold(current_uow(), _case(case_id), **hold)).row


@blueprint.resource("/holds/<uuid:hold_id>/extension")
class Extension(MethodView):
    @writes("contact_hold:extend")
    @blueprint.takes(HoldExtension)
    @blueprint.gives(200, ContactHoldSchema)
    def post(self, told: dict[str, Any], hold_id: UUID) -> Any:
        """The hold ends, or is looked at again, later."""
        hold = queries.get_of_case(current_uow(), ContactHold, hold_id, scope=current_scope())
        settle(holds.extend_hold(current_uow(), hold.id, **told))
        return hold


@blueprint.resource("/holds/<uuid:hold_id>/lifting")
class Lifting(MethodView):
    @writes("contact_hold:lift")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, ContactHoldSchema)
    def post(self, told: dict[str, Any], hold_id: UUID) -> Any:
        """The hold binds no longer; only the role that the hold names may lift it."""
        hold = queries.get_of_case(current_uow(), ContactHold, hold_id, scope=current_scope())
        settle(holds.lift_hold(current_uow(), hold.id, **told))
        return hold


@blueprint.resource("/cases/<uuid:case_id>/retention-holds")
class RetentionHolds(MethodView):
    @writes("retention_hold:place")
    @blueprint.takes(CaseReason)
    @blueprint.gives(201, RetentionHoldSchema)
    def post(self, told: dict[str, Any], case_id: UUID) -> Any:
        """Nothing of the case is disposed of until the hold is lifted."""
        return settle(retention.place_retention_hold(current_uow(), _case(case_id), **told)).row


@blueprint.resource("/retention-holds/<uuid:retention_hold_id>/lifting")
class RetentionLifting(MethodView):
    @writes("retention_hold:lift")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, RetentionHoldSchema)
    def post(self, told: dict[str, Any], retention_hold_id: UUID) -> Any:
        """Disposal may go on by its own terms."""
        hold = queries.get_of_case(current_uow(), RetentionHold, retention_hold_id, scope=current_scope())
        settle(retention.lift_retention_hold(current_uow(), hold.id, **told))
        return hold


@blueprint.resource("/cases/<uuid:case_id>/contacts")
class Contacts(MethodView):
    @writes("contact:record")
    @blueprint.takes(ContactCreate)
    @blueprint.gives(201, ContactSchema)
    def post(self, contact: dict[str, Any], case_id: UUID) -> Any:
        """An attempt that was made, lawful or not; what the rules forbade is kept as breach and alarmed."""
        return settle(
            contacts.record_contact(current_uow(), _case(case_id), rules=current_house().rules, **contact)
        ).row


@blueprint.resource("/cases/<uuid:case_id>/payments")
class Payments(MethodView):
    @writes("payment:report")
    @blueprint.takes(PaymentCreate)
    @blueprint.gives(201, PaymentSchema)
    def post(self, payment: dict[str, Any], case_id: UUID) -> Any:
        """Somebody says that this was paid."""
        return settle(payments.report_payment(current_uow(), _case(case_id), **payment)).row


@blueprint.resource("/payments/<uuid:payment_id>/verification")
class Verification(MethodView):
    @writes("payment:verify")
    @blueprint.takes(PaymentSource)
    @blueprint.gives(200, PaymentSchema)
    def post(self, told: dict[str, Any], payment_id: UUID) -> Any:
        """The money was seen; it counts from now on."""
        payment = queries.get_of_case(current_uow(), Payment, payment_id, scope=current_scope())
        settle(payments.verify_payment(current_uow(), payment.id, **told))
        return payment


@blueprint.resource("/payments/<uuid:payment_id>/rejection")
class Rejection(MethodView):
    @writes("payment:reject")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, PaymentSchema)
    def post(self, told: dict[str, Any], payment_id: UUID) -> Any:
        """The money was not found."""
        payment = queries.get_of_case(current_uow(), Payment, payment_id, scope=current_scope())
        settle(payments.reject_payment(current_uow(), payment.id, **told))
        return payment


@blueprint.resource("/cases/<uuid:case_id>/promises")
class Promises(MethodView):
    @writes("promise:record")
    @blueprint.takes(PromiseCreate)
    @blueprint.gives(201, PromiseSchema)
    def post(self, promise: dict[str, Any], case_id: UUID) -> Any:
        """Somebody promised to pay."""
        return settle(promises.record_promise(current_uow(), _case(case_id), **promise)).row


@blueprint.resource("/promises/<uuid:promise_id>/release")
class Release(MethodView):
    @writes("promise:release")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, PromiseSchema)
    def post(self, told: dict[str, Any], promise_id: UUID) -> Any:
        """The promise binds no longer, without blame."""
        promise = queries.get_of_case(current_uow(), Promise, promise_id, scope=current_scope())
        settle(promises.release_promise(current_uow(), promise.id, **told))
        return promise


def _case(case_id: UUID) -> CaseId:
    """The case, if it is in the caller's scope."""
    return queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope()).id
