"""What the customer's page is told and says. Nothing of a debt stands here."""

from marshmallow import fields

from api.fields import AwareTime, Choice, Flag, Id, List, Nested, Schema, Text
from field_visits.compliance.facts import ConsentKind
from field_visits.portal.statements import Statement


class VisitorSchema(Schema):
    """Who comes."""

    badge = fields.String(required=True, allow_none=True)
    role = fields.String(required=True)
    has_portrait = Flag(
        required=True, metadata={"description": "Whether there is one to compare the face with."}
    )


class GivenConsentSchema(Schema):
    """Something the customer once agreed to, which can be taken back."""

    id = Id(required=True)
    kind = Choice(ConsentKind, required=True)
    given_at = AwareTime(required=True)
    until = AwareTime(required=True, allow_none=True)


class CustomerPageSchema(Schema):
    """The visit, by the clock at the door, and what can be done now."""

    organisation = fields.String(required=True)
    public_phone = fields.String(
        required=True, allow_none=True, metadata={"description": "Published by the institution."}
    )
    state = fields.String(required=True)
    window_from = AwareTime(required=True)
    window_to = AwareTime(required=True)
    timezone = fields.String(required=True)
    purpose_zh = fields.String(required=True)
    purpose_en = fields.String(required=True)
    visitors = List(Nested(VisitorSchema), required=True)
    consents = List(Nested(GivenConsentSchema), required=True)
    language = fields.String(required=True)
    may_confirm = Flag(required=True)
    may_move = Flag(required=True)
    is_proved = Flag(required=True)
    phone_ending = fields.String(
        required=True, allow_none=True, metadata={"description": "The last two digits on file."}
    )
    can_be_reached = Flag(required=True, metadata={"description": "Whether a code can be sent anywhere."})
    expires_at = AwareTime(required=True)


class CustomerWindowSchema(Schema):
    """Hours in which somebody can come."""

    window_from = AwareTime(required=True)
    window_to = AwareTime(required=True)


class CustomerWindowsSchema(Schema):
    """Hours to which the visit can be moved."""

    timezone = fields.String(required=True)
    windows = List(Nested(CustomerWindowSchema), required=True)


class CounterSchema(Schema):
    """The hours that suit the customer better."""

    window_from = AwareTime(required=True)
    window_to = AwareTime(required=True)
    reason = Text(max=500, load_default=None, allow_none=True)


class StatementSchema(Schema):
    """What the customer says."""

    statement = Choice(Statement, required=True)
    text = Text(max=4000, multiline=True, load_default=None, allow_none=True)


class SaidSchema(Schema):
    """The proof of having said it: keep the hash, and anybody can check it against the log."""

    statement = Choice(Statement, required=True)
    entry_id = Id(required=True)
    entry_hash = fields.String(required=True)
    at = AwareTime(required=True)


class PersonCheckSchema(Schema):
    """The code, and the badge, that the person at the door shows."""

    code = Text(max=12, required=True)
    badge = Text(max=60, load_default=None, allow_none=True)


class CheckedSchema(Schema):
    """Whether that is the person who was sent."""

    is_genuine = Flag(required=True)
    is_due = Flag(required=True, metadata={"description": "Whether anybody of ours is due at the door now."})
    role = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Which of the visitors it is: lead or partner."},
    )
    badge = fields.String(required=True, allow_none=True)


class PageCodeSchema(Schema):
    """The one-time code from the message."""

    code = Text(max=12, required=True, metadata={"writeOnly": True})


class ProvedSchema(Schema):
    """Whether the code was right; then a token for half an hour that opens what was signed. Keep it in memory."""

    is_proved = Flag(required=True)
    token = fields.String(required=True, allow_none=True)
    expires_at = AwareTime(required=True, allow_none=True)


class CopySchema(Schema):
    """Something the customer signed."""

    id = Id(required=True)
    state = fields.String(required=True)
    signed_at = AwareTime(required=True, allow_none=True)
    is_sealed = Flag(required=True)


class CopiesSchema(Schema):
    """What the customer signed, oldest first."""

    items = List(Nested(CopySchema), required=True)


class DoorCodeSchema(Schema):
    """What the collector shows at the door."""

    code = fields.String(
        required=True, allow_none=True, metadata={"description": "None while nobody of the crew is due."}
    )
    changes_at = AwareTime(required=True, allow_none=True)
    shown_from = AwareTime(required=True)
    shown_until = AwareTime(required=True)
