"""What the API says and takes of messages and alerts."""

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import AwareTime, Choice, Dict, Id, Integer, List, Nested, Schema, Text, Version
from api.house import current_house
from api.paging import PageQuery
from field_visits.cases.masking import masked_phone
from field_visits.identity.customer_links import hide_blanks
from field_visits.messages.lifecycle import ALERT, MESSAGE
from field_visits.messages.models import Message
from gateways.errors import Reason


def _masked(message: Message) -> str | None:
    """Head and tail of a number; the first letter and the host of an e-mail address."""
    recipient = message.recipient
    if recipient is None or "@" not in recipient:
        return masked_phone(recipient)
    name, _, host = recipient.rpartition("@")
    return f"{name[:1]}***@{host}"


def _as_sent(message: Message) -> str | None:
    """Where a gateway carries messages, nobody in the house has a customer's link or code."""
    house = current_house()
    if message.text is None:
        return None
    if house.settings.has_gateway:
        return hide_blanks(message.text)
    return house.pages.fill(message.org_id, message.text)


class MessageQuery(PageQuery):
    """Which messages."""

    state = fields.String(load_default=None, validate=OneOf(MESSAGE.states))
    case_id = Id(load_default=None)


class TemplatePreviewSchema(Schema):
    """One message in one language, with examples in its blanks."""

    name = fields.String(required=True)
    language = fields.String(required=True)
    text = fields.String(required=True)
    encoding = fields.String(required=True, validate=OneOf(["gsm7", "ucs2"]))
    units = Integer(required=True, metadata={"description": "Characters as a telephone network counts them."})
    parts = Integer(required=True, metadata={"description": "SMS parts; each is charged."})


class TemplatePreviewsSchema(Schema):
    """Every message that is sent, in every language."""

    items = List(Nested(TemplatePreviewSchema), required=True)


class AlertQuery(PageQuery):
    """Which alerts."""

    state = fields.String(load_default=None, validate=OneOf(ALERT.states))
    case_id = Id(load_default=None)
    kind = Text(max=60, load_default=None)


class MessageSchema(Schema):
    """One text to one person; the recipient is masked."""

    id = Id(required=True)
    case_id = Id(required=True, allow_none=True)
    state = fields.String(required=True, validate=OneOf(MESSAGE.states))
    channel = fields.String(required=True)
    template = fields.String(required=True)
    language = fields.String(required=True)
    recipient = fields.Function(
        _masked,
        required=True,
        metadata={"type": ["string", "null"], "description": "Masked."},
    )
    text = fields.Function(
        _as_sent,
        required=True,
        metadata={
            "type": ["string", "null"],
            "description": "As it is sent. Links and codes show only where this page is the only way out.",
        },
    )
    queued_at = AwareTime(required=True)
    sent_at = AwareTime(required=True, allow_none=True)
    failure = fields.String(required=True, allow_none=True)
    failure_code = Choice(
        Reason, required=True, allow_none=True, metadata={"description": "Why it failed. Stable."}
    )
    version = Version(required=True)


class AlertSchema(Schema):
    """Something somebody who runs the day must look at. It names rules and figures, never a person."""

    id = Id(required=True)
    case_id = Id(required=True, allow_none=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf(ALERT.states))
    about_table = fields.String(required=True)
    about_id = Id(required=True)
    detail = Dict(required=True)
    opened_at = AwareTime(required=True)
    version = Version(required=True)


class ClosingSchema(Schema):
    """How the alert was dealt with."""

    note = Text(max=4000, multiline=True, required=True)
