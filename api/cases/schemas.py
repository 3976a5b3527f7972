"""What the API says and takes of customers, cases and what hangs on them.

Lists and files show names and telephone numbers masked or in part; `reveal` shows them, with a reason.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validate, validates_schema

from api.fields import (
    AwareTime,
    Choice,
    Day,
    Degrees,
    Dict,
    Flag,
    Id,
    Integer,
    List,
    Money,
    Nested,
    QuerySchema,
    Schema,
    Sha256,
    Text,
    Version,
)
from api.paging import PageQuery
from field_visits.cases.datum import Crs
from field_visits.cases.masking import masked_name, masked_phone
from field_visits.cases.owed import Owed
from field_visits.cases.places.searching import Stage
from field_visits.cases.words import (
    AddressKind,
    ContactResult,
    Direction,
    LegalEventKind,
    PaymentMethod,
    PersonMet,
)
from field_visits.compliance.facts import About, Channel, ConsentKind, Ground, HoldKind, Party
from field_visits.kernel.errors import InvalidError


class MaskedName(Text):
    """A name of which first letters show."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return masked_name(value)


class MaskedPhone(Text):
    """A telephone number of which the head and two digits show."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return masked_phone(value)


class CaseReason(Schema):
    """Why; it stands in the log."""

    reason = Text(max=500, required=True)


# -- customers and addresses ---------------------------------------------------------------------


class CustomerCreate(Schema):
    """A person who owes, by the creditor's reference."""

    reference = Text(max=100, required=True)
    name = Text(max=200, required=True)
    language = Text(max=20, required=True, metadata={"example": "zh"})
    phone = Text(max=40, load_default=None, allow_none=True)
    email = Text(max=254, load_default=None, allow_none=True)


class CustomerUpdate(Schema):
    """What changes; what is not named stays."""

    name = Text(max=200)
    language = Text(max=20)
    phone = Text(max=40, allow_none=True)
    email = Text(max=254, allow_none=True)


class CustomerSchema(Schema):
    """A customer, masked."""

    id = Id(required=True)
    reference = Text(max=100, required=True)
    name = MaskedName(max=200, required=True, allow_none=True)
    phone = MaskedPhone(max=40, required=True, allow_none=True)
    language = Text(max=20, required=True)
    state = Text(max=20, required=True)
    version = Version(required=True)


class RevealedCustomer(Schema):
    """A customer in full; that it was shown stands in the log."""

    id = Id(required=True)
    reference = Text(max=100, required=True)
    name = Text(max=200, required=True, allow_none=True)
    phone = Text(max=40, required=True, allow_none=True)
    email = Text(max=254, required=True, allow_none=True)
    language = Text(max=20, required=True)
    state = Text(max=20, required=True)
    version = Version(required=True)


class AddressCreate(Schema):
    """A door, with its position and the datum that it is told in."""

    kind = Choice(AddressKind, load_default=AddressKind.HOME)
    street = Text(max=200, required=True)
    house_number = Text(max=200, load_default=None, allow_none=True)
    unit = Text(max=200, load_default=None, allow_none=True)
    postcode = Text(max=200, load_default=None, allow_none=True)
    city = Text(max=200, required=True)
    country = Text(min=2, max=2, required=True, validate=validate.Regexp(r"^[A-Z]{2}\Z"))
    lat = Degrees(min=-90, max=90, required=True)
    lon = Degrees(min=-180, max=180, required=True)
    crs = Choice(Crs, required=True)
    is_approximate = Flag(load_default=False)


class AddressPin(Schema):
    """Where a door lies, in the datum that it is told in, and how that is known."""

    lat = Degrees(min=-90, max=90, required=True)
    lon = Degrees(min=-180, max=180, required=True)
    crs = Choice(Crs, required=True)
    is_approximate = Flag(load_default=False)
    reason = Text(max=500, required=True)


class PlaceSearchSchema(Schema):
    """What a geocoder said of an address: a proposal, in the datum of the provider, that nobody has to take."""

    address_id = Id(required=True)
    stage = Choice(Stage, required=True)
    asked_at = AwareTime(required=True, allow_none=True)
    provider = Text(max=40, required=True, allow_none=True)
    lat = Degrees(min=-90, max=90, required=True, allow_none=True)
    lon = Degrees(min=-180, max=180, required=True, allow_none=True)
    crs = Text(max=20, required=True, allow_none=True)
    confidence_percent = Integer(
        required=True,
        allow_none=True,
        metadata={"description": "100 is the very door; a street is about 50, a town about 20."},
    )
    label = Text(max=500, required=True, allow_none=True)
    failure = Text(max=40, required=True, allow_none=True)


class AddressSchema(Schema):
    """A door in WGS-84, with every time zone that is possible there."""

    id = Id(required=True)
    customer_id = Id(required=True)
    kind = Text(max=20, required=True)
    state = Text(max=20, required=True)
    street = Text(max=200, required=True, allow_none=True)
    house_number = Text(max=200, required=True, allow_none=True)
    unit = Text(max=200, required=True, allow_none=True)
    postcode = Text(max=200, required=True, allow_none=True)
    city = Text(max=200, required=True, allow_none=True)
    country = Text(max=2, required=True)
    lat = Degrees(min=-90, max=90, required=True, allow_none=True)
    lon = Degrees(min=-180, max=180, required=True, allow_none=True)
    source_crs = Text(max=20, required=True)
    is_approximate = Flag(required=True)
    zones = List(Text(max=64), required=True)
    version = Version(required=True)


# -- cases ---------------------------------------------------------------------------------------


class OwedSchema(Schema):
    """What is owed, in three parts of one currency."""

    principal = Money(required=True)
    interest = Money(required=True)
    fees = Money(required=True)

    @post_load
    def make(self, data: Mapping[str, Any], **kwargs: Any) -> Owed:
        del kwargs
        principal, interest, fees = data["principal"], data["interest"], data["fees"]
        if len({principal.currency, interest.currency, fees.currency}) > 1:
            raise ValidationError("The three parts of a debt are in one currency.")
        try:
            return Owed(principal.amount_minor, interest.amount_minor, fees.amount_minor, principal.currency)
        except InvalidError as error:
            raise ValidationError(error.detail) from None


class BalanceSchema(Schema):
    """What was owed at a time."""

    as_of = AwareTime(required=True)
    principal = Money(required=True)
    interest = Money(required=True)
    fees = Money(required=True)
    total = Money(required=True)


class CaseCreate(Schema):
    """A debt that a creditor places with the organisation."""

    customer_id = Id(required=True)
    reference = Text(max=100, required=True)
    creditor = Text(max=200, required=True)
    packs = List(Text(max=20), required=True, validate=validate.Length(min=1, max=10))
    owed = Nested(OwedSchema, required=True)
    placed_on = Day(required=True)
    recall_on = Day(load_default=None, allow_none=True)
    due_on = Day(
        load_default=None, allow_none=True, metadata={"description": "When the debt fell due, if known."}
    )
    team_id = Id(load_default=None, allow_none=True)
    collector_id = Id(load_default=None, allow_none=True)
    skills = List(Text(max=50), load_default=list, validate=validate.Length(max=20))
    priority = Integer(min=0, max=100, load_default=50)


class CaseUpdate(Schema):
    """What changes; what is not named stays. `owed` adds a balance beside the older ones."""

    creditor = Text(max=200)
    packs = List(Text(max=20), validate=validate.Length(min=1, max=10))
    skills = List(Text(max=50), validate=validate.Length(max=20))
    priority = Integer(min=0, max=100)
    recall_on = Day(allow_none=True)
    due_on = Day(allow_none=True)
    owed = Nested(OwedSchema)


class AssignmentSchema(Schema):
    """Whose the case is from now on; both null for nobody's."""

    team_id = Id(required=True, allow_none=True)
    collector_id = Id(required=True, allow_none=True)


class CaseSchema(Schema):
    """A case by itself."""

    id = Id(required=True)
    customer_id = Id(required=True)
    reference = Text(max=100, required=True)
    creditor = Text(max=200, required=True)
    state = Text(max=20, required=True)
    packs = List(Text(max=20), required=True)
    team_id = Id(required=True, allow_none=True)
    collector_id = Id(required=True, allow_none=True)
    skills = List(Text(max=50), required=True)
    priority = Integer(min=0, max=100, required=True)
    placed_on = Day(required=True)
    recall_on = Day(required=True, allow_none=True)
    due_on = Day(required=True, allow_none=True)
    expired_approved_at = AwareTime(
        required=True,
        allow_none=True,
        metadata={"description": "When legal last approved going on with the debt although it had expired."},
    )
    version = Version(required=True)


class CaseLineSchema(Schema):
    """A case as lists show it."""

    case = Nested(CaseSchema, required=True)
    customer = Nested(CustomerSchema, required=True)
    balance = Nested(BalanceSchema, required=True, allow_none=True)


class CaseLineList(Schema):
    """Found cases; exact references first."""

    items = List(Nested(CaseLineSchema), required=True)


class CaseQuery(PageQuery):
    """Which cases, in order of their opening."""

    state = Text(
        max=20, load_default=None, validate=validate.OneOf(["open", "closed", "recalled", "withdrawn"])
    )
    team_id = Id(load_default=None)
    collector_id = Id(load_default=None)


class SearchQuery(QuerySchema):
    """What to look for: a reference, part of a name, digits of a telephone number."""

    q = Text(min=2, max=100, required=True)
    limit = Integer(min=1, max=200, load_default=50)


# -- what hangs on a case ------------------------------------------------------------------------


class HoldCreate(Schema):
    """A reason not to contact. Without an end or a review date the kind's own is taken."""

    kind = Choice(HoldKind, required=True)
    cause = Text(max=4000, multiline=True, load_default=None, allow_none=True)
    expires_at = AwareTime(load_default=None, allow_none=True)
    review_on = Day(load_default=None, allow_none=True)


class HoldExtension(Schema):
    """A later end or review date."""

    expires_at = AwareTime(load_default=None, allow_none=True)
    review_on = Day(load_default=None, allow_none=True)
    reason = Text(max=500, required=True)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        del kwargs
        if data["expires_at"] is None and data["review_on"] is None:
            raise ValidationError("Give expires_at or review_on.")


class ContactHoldSchema(Schema):
    """A contact hold; only `lifted_by_role` lifts it."""

    id = Id(required=True)
    case_id = Id(required=True)
    kind = Text(max=30, required=True)
    state = Text(max=20, required=True)
    cause = Text(max=4000, required=True, allow_none=True)
    since = AwareTime(required=True)
    expires_at = AwareTime(required=True, allow_none=True)
    review_on = Day(required=True, allow_none=True)
    lifted_by_role = Text(max=20, required=True)
    version = Version(required=True)


class ConsentCreate(Schema):
    """What the customer waives, how and when they said so."""

    kind = Choice(ConsentKind, required=True)
    channel = Choice(Channel, required=True)
    given_at = AwareTime(required=True)
    is_written = Flag(
        load_default=None,
        allow_none=True,
        metadata={"description": "Whether it is in writing; what the channel says, if nobody tells."},
    )
    since = AwareTime(load_default=None, allow_none=True)
    until = AwareTime(load_default=None, allow_none=True)
    words_given = Text(
        max=4000,
        multiline=True,
        required=True,
        data_key="words",
        metadata={"description": "What was agreed, and where it is recorded."},
    )


class ConsentSchema(Schema):
    """A consent of the customer. It holds in every case of theirs until it ends or is withdrawn."""

    id = Id(required=True)
    case_id = Id(required=True)
    kind = Choice(ConsentKind, required=True)
    state = Text(max=20, required=True)
    channel = Choice(Channel, required=True)
    is_written = Flag(required=True)
    given_at = AwareTime(required=True)
    since = AwareTime(required=True, allow_none=True)
    until = AwareTime(required=True, allow_none=True)
    words = Text(max=4000, required=True, allow_none=True)
    withdrawn_at = AwareTime(required=True, allow_none=True)
    version = Version(required=True)


class ConsentWithdrawal(Schema):
    """Why, if the customer said."""

    reason = Text(max=500, load_default=None, allow_none=True)


class LegalEventCreate(Schema):
    """What happened elsewhere and a legal clock counts from; who did it, and where it can be seen."""

    kind = Choice(LegalEventKind, required=True)
    at = AwareTime(required=True)
    party = Text(
        max=200, required=True, metadata={"description": "Who sent it, agreed to it or certified it."}
    )
    proof = Text(
        max=4000,
        multiline=True,
        required=True,
        metadata={
            "description": "Where it can be seen: the number of a letter or a recording, a certificate."
        },
    )
    proof_sha256 = Sha256(load_default=None, allow_none=True)


class LegalEventSchema(Schema):
    """A fact from which a legal clock counts, unless it was withdrawn."""

    id = Id(required=True)
    case_id = Id(required=True)
    kind = Choice(LegalEventKind, required=True)
    state = Text(max=20, required=True)
    at = AwareTime(required=True)
    party = Text(max=200, required=True, allow_none=True)
    proof = Text(max=4000, required=True, allow_none=True)
    proof_sha256 = Sha256(required=True, allow_none=True)
    version = Version(required=True)


class LegalEventWithdrawal(Schema):
    """Why it should not have been recorded."""

    reason = Text(max=500, required=True)


class ApproachCreate(Schema):
    """Whom somebody is about to contact, of what, and why it is not the customer."""

    party = Choice(Party, required=True)
    channel = Choice(Channel, required=True)
    about = Choice(About, load_default=About.DEBT)
    ground = Choice(Ground, load_default=None, allow_none=True)
    times_asked = Integer(
        min=0, max=100, load_default=0, metadata={"description": "How often this person was asked before."}
    )
    has_declined = Flag(load_default=False, metadata={"description": "This person wants no part in it."})
    person = Text(
        max=200, load_default=None, allow_none=True, metadata={"description": "Who it is to the customer."}
    )
    at = AwareTime(load_default=None, allow_none=True, metadata={"description": "When; now if left out."})


class ApproachSchema(Schema):
    """It may be done; the decision has whatever the rules said, warnings too."""

    case_id = Id(required=True)
    decision = Dict(
        required=True, metadata={"description": "Verdict, every rule that spoke, and its source."}
    )


class RetentionHoldSchema(Schema):
    """Legal's freeze of a case's records."""

    id = Id(required=True)
    case_id = Id(required=True)
    state = Text(max=20, required=True)
    reason = Text(max=4000, required=True)
    since = AwareTime(required=True)
    version = Version(required=True)


class ContactCreate(Schema):
    """An attempt that was made, in whatever channel."""

    channel = Choice(Channel, required=True)
    direction = Choice(Direction, load_default=Direction.OUT)
    at = AwareTime(required=True)
    result = Choice(ContactResult, required=True)
    person_met = Choice(PersonMet, load_default=None, allow_none=True)
    note = Text(max=4000, multiline=True, load_default=None, allow_none=True)


class ContactSchema(Schema):
    """A recorded attempt."""

    id = Id(required=True)
    case_id = Id(required=True)
    channel = Text(max=20, required=True)
    direction = Text(max=10, required=True)
    at = AwareTime(required=True)
    result = Text(max=20, required=True)
    person_met = Text(max=20, required=True, allow_none=True)
    note = Text(max=4000, required=True, allow_none=True)
    version = Version(required=True)


class PaymentCreate(Schema):
    """Money that somebody says was paid."""

    amount = Money(required=True)
    paid_at = AwareTime(required=True)
    method = Choice(PaymentMethod, required=True)
    reference = Text(min=0, max=100, load_default="")


class PaymentSource(Schema):
    """Where the money was seen."""

    source = Text(max=200, required=True)


class PaymentSchema(Schema):
    """A payment; it counts once it is verified."""

    id = Id(required=True)
    case_id = Id(required=True)
    state = Text(max=20, required=True)
    reference = Text(min=0, max=100, required=True)
    amount = Money(required=True)
    paid_at = AwareTime(required=True)
    method = Text(max=20, required=True)
    version = Version(required=True)


class PromiseCreate(Schema):
    """What was promised, by whom and when."""

    amount = Money(required=True)
    due_on = Day(required=True)
    promised_by = Choice(PersonMet, required=True)
    promised_at = AwareTime(required=True)


class PromiseSchema(Schema):
    """A promise to pay."""

    id = Id(required=True)
    case_id = Id(required=True)
    state = Text(max=20, required=True)
    amount = Money(required=True)
    due_on = Day(required=True)
    promised_by = Text(max=20, required=True)
    promised_at = AwareTime(required=True)
    version = Version(required=True)


class CaseFileSchema(Schema):
    """A case with everything that hangs on it, newest first."""

    case = Nested(CaseSchema, required=True)
    customer = Nested(CustomerSchema, required=True)
    addresses = List(Nested(AddressSchema), required=True)
    balances = List(Nested(BalanceSchema), required=True)
    contact_holds = List(Nested(ContactHoldSchema), required=True)
    consents = List(Nested(ConsentSchema), required=True)
    legal_events = List(Nested(LegalEventSchema), required=True)
    retention_holds = List(Nested(RetentionHoldSchema), required=True)
    contacts = List(Nested(ContactSchema), required=True)
    payments = List(Nested(PaymentSchema), required=True)
    promises = List(Nested(PromiseSchema), required=True)
