"""What the API says and takes of agreements."""

from typing import Any

from marshmallow import fields, validate

from api.fields import (
    AwareTime,
    Choice,
    Day,
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
from field_visits.agreements.lifecycle import AGREEMENT
from field_visits.agreements.strokes import (
    EDGE_SHARE,
    MAX_CANVAS_PX,
    MAX_DURATION_MS,
    MAX_POINTS,
    MAX_STROKES,
    MIN_CANVAS_PX,
)
from field_visits.agreements.terms import MAX_ANNUAL_RATE_BP, MAX_COUNT, Cycle, Method
from field_visits.agreements.wording import LABELS
from field_visits.compliance.facts import Channel
from field_visits.kernel.money import MAX_MINOR, MINOR_DIGITS

MAX_GRACE_DAYS = 60
# The widest canvas and the edge that a finger may slide over; the narrower bound is the canvas that came.
_PIXELS = {
    "type": "number",
    "minimum": -int(EDGE_SHARE * MAX_CANVAS_PX),
    "maximum": int((1 + EDGE_SHARE) * MAX_CANVAS_PX),
}
_LANGUAGE = validate.OneOf(sorted(LABELS))


class Number(fields.Raw):
    """A JSON number kept as it came: a signature's hash is over what the phone drew."""


class AffordabilitySchema(Schema):
    """A month of the customer's own figures, in minor units of one currency."""

    income_minor = Integer(max=MAX_MINOR, required=True)
    essential_minor = Integer(
        max=MAX_MINOR,
        required=True,
        metadata={"description": "What housing, food, health, schooling and care take."},
    )
    other_debts_minor = Integer(max=MAX_MINOR, load_default=0)
    kept_bp = Integer(
        max=9_999,
        load_default=2_000,
        metadata={"description": "Basis points of what is left that stay with the customer."},
    )
    currency = fields.String(required=True, validate=validate.OneOf(sorted(MINOR_DIGITS)))


class AgreementDraft(Schema):
    """The affordability form and the plan that was asked for."""

    affordability = Nested(AffordabilitySchema, required=True)
    is_willing = Flag(required=True, metadata={"description": "The customer wants a plan (CN-PLAN-1)."})
    first_due_on = Day(required=True)
    method = Choice(Method, required=True)
    pay_to = Text(max=200, required=True)
    cycle = Choice(Cycle, load_default=Cycle.MONTHLY)
    count = Integer(
        min=1,
        max=MAX_COUNT,
        load_default=None,
        allow_none=True,
        metadata={"description": "Instalments; without it the shortest plan that can be afforded."},
    )
    annual_rate_bp = Integer(max=MAX_ANNUAL_RATE_BP, load_default=0)
    fees_continue = Flag(load_default=False)
    grace_days = Integer(max=MAX_GRACE_DAYS, load_default=10)
    languages = List(
        fields.String(validate=_LANGUAGE),
        load_default=lambda: ["zh", "en"],
        validate=validate.Length(min=1, max=len(LABELS)),
    )
    visit_id = Id(load_default=None, allow_none=True)


class SubmissionSchema(Schema):
    """Why somebody with more authority should offer it."""

    note = Text(max=500, load_default=None, allow_none=True)


class OfferSchema(Schema):
    """How it reaches the customer, and until when it may be signed."""

    channel = fields.String(
        load_default=Channel.VISIT.value,
        validate=validate.OneOf([Channel.VISIT.value, Channel.ONLINE.value]),
    )
    expires_at = AwareTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "By default 14 days, or the first due date if that is sooner."},
    )


class StrokePointSchema(Schema):
    """One sample of the pen: canvas pixels, milliseconds since the first sample, pressure 0 to 1."""

    x = Number(required=True, metadata=_PIXELS)
    y = Number(required=True, metadata=_PIXELS)
    t_ms = Integer(max=MAX_DURATION_MS, required=True)
    pressure = Number(required=True, metadata={"type": "number", "minimum": 0, "maximum": 1})


class StrokesSchema(Schema):
    """A signature drawn by hand, as the phone recorded it."""

    width = Integer(min=MIN_CANVAS_PX, max=MAX_CANVAS_PX, required=True)
    height = Integer(min=MIN_CANVAS_PX, max=MAX_CANVAS_PX, required=True)
    strokes = List(
        List(Nested(StrokePointSchema), validate=validate.Length(min=1, max=MAX_POINTS)),
        required=True,
        validate=validate.Length(min=1, max=MAX_STROKES),
    )


class SignatureSchema(Schema):
    """The customer's signature on exactly the terms that `terms_hash` names."""

    terms_hash = Sha256(required=True)
    language = Text(max=10, required=True, metadata={"description": "In which the customer read the terms."})
    strokes = Nested(StrokesSchema, required=True)
    visit_id = Id(load_default=None, allow_none=True)
    occurred_at = AwareTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "What the phone's clock said; a claim. By default now."},
    )


class DeclineSchema(Schema):
    """Why the customer said no, if they said."""

    reason = Text(max=500, load_default=None, allow_none=True)


class AgreementReason(Schema):
    """Why; it stands in the log."""

    reason = Text(max=500, required=True)


class LanguageQuery(QuerySchema):
    """Which of the languages of the terms."""

    language = Text(max=10, load_default=None)


class PlannedInstalmentSchema(Schema):
    """One payment as the terms have it."""

    no = fields.Integer(required=True)
    due_on = fields.String(required=True, metadata={"format": "date"})
    amount = Money(required=True)


class AgreementSchema(Schema):
    """An instalment plan. The exact terms are its `text`; `terms_hash` is over them."""

    id = Id(required=True)
    version = Version()
    case_id = Id(required=True)
    visit_id = Id(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(AGREEMENT.states))
    languages = List(fields.String(), required=True)
    language = fields.String(
        required=True, metadata={"description": "In which it is read; after the signature, in which it was."}
    )
    terms_hash = Sha256(required=True)
    total = Money(required=True)
    grace_days = fields.Integer(required=True)
    instalments = List(Nested(PlannedInstalmentSchema), required=True, attribute="planned")
    offered_at = AwareTime(required=True, allow_none=True)
    offer_expires_at = AwareTime(required=True, allow_none=True)
    approved_by = Id(required=True, allow_none=True)
    signed_at = AwareTime(required=True, allow_none=True)
    signing_method = fields.String(required=True, allow_none=True)
    signing_grade = fields.String(required=True, allow_none=True)
    document_sha256 = fields.String(required=True, allow_none=True)
    sealed_sha256 = fields.String(required=True, allow_none=True)
    sealed_at = AwareTime(required=True, allow_none=True)


class InstalmentSchema(Schema):
    """One payment of a signed plan."""

    no = fields.Integer(required=True)
    due_on = Day(required=True)
    amount = Money(required=True)
    met_at = AwareTime(
        required=True, allow_none=True, metadata={"description": "When the payment that covers it was made."}
    )


class AgreementTextSchema(Schema):
    """The exact text of the terms in one language; its last line is their hash."""

    language = fields.String(required=True)
    terms_hash = Sha256(required=True)
    text = fields.String(required=True)


class SealCertificateSchema(Schema):
    """A certificate of the organisation's seal, to check documents with."""

    id = Id(required=True)
    version = Version()
    state = fields.String(required=True)
    key_id = fields.String(required=True)
    certificate_pem = fields.String(required=True)
    sha256 = Sha256(required=True)
    valid_from = AwareTime(required=True)
    valid_until = AwareTime(required=True)


def list_of(schema: type[Schema]) -> type[Schema]:
    """`{"items": […]}` of a list that is short by nature."""
    name = schema.__name__.removesuffix("Schema")
    told: dict[str, Any] = {
        "__doc__": f"All {name}s asked for.",
        "items": List(Nested(schema), required=True),
    }
    return type(f"{name}ListSchema", (Schema,), told)
