"""What the API says and takes of phones' commands, changes and tickets."""

from base64 import urlsafe_b64encode
from typing import Any

from marshmallow import fields, validate

from api.agreements.schemas import PlannedInstalmentSchema
from api.appointments.schemas import StopSchema, laid_out
from api.attachments.schemas import TicketSchema
from api.fields import (
    AwareTime,
    Choice,
    Day,
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
from field_visits.attachments.lifecycle import ATTACHMENT
from field_visits.compliance.facts import HoldKind
from field_visits.notices.words import NoticeKind
from field_visits.sync.changes import Changes, Stop
from field_visits.sync.envelope import MAX_BATCH, Outcome, Reason
from field_visits.sync.tickets import MAX_TICKETS
from field_visits.visits.lifecycle import VISIT

_BASE64URL = validate.Regexp(
    r"^[A-Za-z0-9_-]+\Z", error="Send bytes as base64url (RFC 4648 §5) without padding."
)


class SignedCommandSchema(Schema):
    """One command: its exact bytes, and the phone's signature over them (ECDSA P-256, SHA-256; r and s)."""

    told = fields.String(data_key="bytes", required=True, validate=_BASE64URL)
    signature = fields.String(data_key="sig", required=True, validate=[_BASE64URL, validate.Length(max=100)])


class BatchSchema(Schema):
    """Commands in the order in which they were written."""

    commands = List(Nested(SignedCommandSchema), required=True, validate=validate.Length(1, MAX_BATCH))


class CommandProblemSchema(Schema):
    """Why a command was not, or not quietly, applied."""

    code = Text(max=60, required=True)
    detail = fields.String(required=True)
    errors = List(Dict(), load_default=list)
    decision = Dict(allow_none=True)


class CommandVisitSchema(Schema):
    """The visit as it is now; `version` is the base of what the phone writes next."""

    id = Id(required=True)
    state = fields.String(required=True, validate=validate.OneOf(VISIT.states))
    version = Id(required=True)


class CommandFileSchema(Schema):
    """A file that the command announced."""

    id = Id(required=True)
    sha256 = Sha256(required=True)
    state = fields.String(required=True, validate=validate.OneOf(ATTACHMENT.states))


class CommandAnswerSchema(Schema):
    """What became of one command. Whatever it is, the command is kept and the next one follows it."""

    seq = Integer(required=True, allow_none=True)
    id = Id(required=True, allow_none=True)
    hash = Sha256(
        required=True,
        metadata={"description": "Of the bytes that we have: delete yours only if it is equal."},
    )
    outcome = Choice(Outcome, required=True)
    is_repeat = Flag(required=True)
    reason = Choice(Reason, required=True, allow_none=True)
    problem = Nested(CommandProblemSchema, required=True, allow_none=True)
    receipts = List(Sha256(), required=True, metadata={"description": "Hashes of the entries that it made."})
    stop = List(Choice(HoldKind), required=True)
    may_name_debt = Flag(required=True, allow_none=True)
    visit = Nested(CommandVisitSchema, required=True, allow_none=True)
    attachments = List(Nested(CommandFileSchema), required=True)


class ChainHeadSchema(Schema):
    """Where the phone's chain ends here."""

    seq = Integer(required=True)
    hash = Sha256(required=True)


class _Heard(Schema):
    """What every word with the server gives a phone."""

    nonce = Text(
        max=100, required=True, metadata={"description": "Put the newest one into every command you write."}
    )
    server_time = AwareTime(required=True)
    lease_until = AwareTime(
        required=True, metadata={"description": "Until then the phone opens its vault without signal."}
    )


class CommandAnswersSchema(_Heard):
    """The answers of a batch, in its order."""

    answers = List(Nested(CommandAnswerSchema), required=True)
    head = Nested(ChainHeadSchema, required=True)


class TicketsQuerySchema(Schema):
    """Which files are to be uploaded."""

    sha256 = List(Sha256(), required=True, validate=validate.Length(1, MAX_TICKETS))


class FileTicketSchema(Schema):
    """A file that was announced, and the ticket to send it by; none once its bytes are there."""

    sha256 = Sha256(required=True, attribute="attachment.sha256")
    attachment_id = Id(required=True, attribute="attachment.id")
    state = fields.String(
        required=True, validate=validate.OneOf(ATTACHMENT.states), attribute="attachment.state"
    )
    ticket = Nested(TicketSchema, required=True, allow_none=True)


class TicketsSchema(Schema):
    """Tickets for what was asked, and the hashes that nobody announced from this phone's person."""

    items = List(Nested(FileTicketSchema), required=True)
    not_announced = List(Sha256(), data_key="unknown", attribute="unknown", required=True)


class ChangesQuery(QuerySchema):
    """Since when; everything, without a cursor."""

    cursor = Text(max=100, load_default=None)


class StopCaseSchema(Schema):
    """The debt that the visit is about: for the customer's ears alone."""

    id = Id(required=True)
    reference = Text(max=100, required=True)
    creditor = Text(max=200, required=True)
    balance = Money(required=True, allow_none=True)
    due_on = Day(required=True, allow_none=True)


class StopPhoneSchema(Schema):
    """A number to call the customer on."""

    number = Text(max=40, required=True)


class StopContactSchema(Schema):
    """One of the last attempts to reach somebody."""

    at = AwareTime(required=True)
    channel = Text(max=20, required=True)
    result = Text(max=40, required=True)


class CarriedOfferSchema(Schema):
    """A plan that may be signed without signal: exact texts by language, which end in the hash."""

    agreement_id = Id(required=True)
    terms_hash = Sha256(required=True)
    expires_at = AwareTime(required=True)
    text = Dict(keys=fields.String(), values=fields.String(), required=True)
    instalments = List(Nested(PlannedInstalmentSchema), required=True)
    total = Money(required=True)


class StopNoticeSchema(Schema):
    """A document to be served at this door."""

    id = Id(required=True)
    kind = Choice(NoticeKind, required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)


class StopVisitSchema(CommandVisitSchema):
    """What already happened for this appointment."""

    departed_at = AwareTime(required=True)
    arrived_at = AwareTime(required=True, allow_none=True)
    finished_at = AwareTime(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)


class CarriedStopSchema(StopSchema):
    """One stop of one's own days, with all that its door asks for without signal."""

    day = Day(required=True)
    position = Integer(required=True, metadata={"description": "Its place in its day, from 0."})
    case = Nested(StopCaseSchema, required=True)
    phones = List(Nested(StopPhoneSchema), required=True)
    contacts = List(Nested(StopContactSchema), required=True)
    holds = List(Choice(HoldKind), required=True)
    offers = List(Nested(CarriedOfferSchema), required=True)
    notices = List(Nested(StopNoticeSchema), required=True)
    visit = Nested(StopVisitSchema, required=True, allow_none=True)
    door_secret = Text(
        max=60,
        required=True,
        metadata={"description": "Makes this collector's code of each minute, by HMAC-SHA-256."},
    )


class RemovedStopSchema(Schema):
    """A stop to forget."""

    appointment_id = Id(required=True)
    reason = fields.String(
        required=True, validate=validate.OneOf(["cancelled", "suspended", "reassigned", "over"])
    )


class PayToSchema(Schema):
    """The organisation's own way to be paid; what the QR code says."""

    label = Text(max=200, required=True)
    url = Text(max=500, required=True)


class ChangesSchema(_Heard):
    """What is new. After `is_full` the phone forgets every stop that is not in it."""

    stops = List(Nested(CarriedStopSchema), required=True)
    removed = List(Nested(RemovedStopSchema), required=True)
    cursor = Text(max=100, required=True)
    more = Flag(required=True)
    is_full = Flag(required=True)
    day = Day(required=True)
    timezone = Text(max=64, required=True)
    pay_to = Nested(PayToSchema, required=True, allow_none=True)
    pin_reset = Flag(
        required=True, metadata={"description": "The PIN was reset: ask for the password, then a new PIN."}
    )


class CommandQuery(PageQuery):
    """Whose, and what became of them."""

    user_id = Id(load_default=None)
    outcome = Choice(Outcome, load_default=None)


class CommandSchema(Schema):
    """One command that a phone handed in, and when it can have happened."""

    id = Id(required=True)
    device_id = Id(required=True)
    user_id = Id(required=True)
    seq = Integer(required=True)
    type = Text(max=60, required=True, allow_none=True)
    case_id = Id(required=True, allow_none=True)
    visit_id = Id(required=True, allow_none=True)
    claimed_at = AwareTime(
        required=True, allow_none=True, metadata={"description": "What the phone's clock said."}
    )
    estimated_at = AwareTime(required=True, allow_none=True)
    uncertainty_ms = Integer(required=True, allow_none=True)
    received_at = AwareTime(required=True)
    outcome = Choice(Outcome, required=True)
    reason = Choice(Reason, required=True, allow_none=True)
    problem = Nested(CommandProblemSchema, required=True, allow_none=True, attribute="answer.problem")
    version = Version(required=True)


def carried(stop: Stop) -> dict[str, Any]:
    """A stop as CarriedStopSchema shows it."""
    customer = stop.file.customer
    return laid_out(stop.file, is_masked=False) | {
        "verdicts": stop.verdicts,
        "day": stop.day,
        "position": stop.position,
        "case": {
            "id": stop.case.id,
            "reference": stop.case.reference,
            "creditor": stop.case.creditor,
            "balance": stop.owed,
            "due_on": stop.case.due_on,
        },
        "phones": [] if customer.phone is None else [{"number": customer.phone}],
        "contacts": stop.contacts,
        "holds": stop.holds,
        "offers": [
            {
                "agreement_id": offer.agreement_id,
                "terms_hash": offer.terms_hash,
                "expires_at": offer.expires_at,
                "text": offer.texts,
                "instalments": [
                    {"no": row.no, "due_on": row.due_on.isoformat(), "amount": row.amount}
                    for row in offer.rows
                ],
                "total": offer.total,
            }
            for offer in stop.offers
        ],
        "notices": stop.notices,
        "visit": None if stop.visit is None else _visit(stop.visit),
        "door_secret": urlsafe_b64encode(stop.door_secret).decode().rstrip("="),
    }


def _visit(visit: Any) -> dict[str, Any]:
    names = ("id", "state", "departed_at", "arrived_at", "finished_at", "outcome")
    return {name: getattr(visit, name) for name in names} | {"version": visit.evidence_id}


def delta(changes: Changes) -> dict[str, Any]:
    """Changes as ChangesSchema shows them, without what every word with the server gives."""
    return {
        "stops": [carried(stop) for stop in changes.stops],
        "removed": changes.removed,
        "cursor": changes.cursor,
        "more": changes.has_more,
        "is_full": changes.is_full,
        "day": changes.day,
    }
