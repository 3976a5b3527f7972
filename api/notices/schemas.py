"""What the API says and takes of notices."""

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import AwareTime, Choice, Flag, Id, List, Nested, Schema, Sha256, Text, Version
from field_visits.notices.lifecycle import NOTICE
from field_visits.notices.words import Grade, Mode, NoticeKind, Recipient


class NoticeCreate(Schema):
    """Which document is to be served."""

    kind = Choice(NoticeKind, required=True)
    title = Text(max=200, required=True)
    document_sha256 = Sha256(required=True, metadata={"description": "Of the document's exact bytes."})


class NoticeSchema(Schema):
    """A notice, and what became of it."""

    id = Id(required=True)
    case_id = Id(required=True)
    kind = Choice(NoticeKind, required=True)
    title = fields.String(required=True)
    document_sha256 = Sha256(required=True)
    state = fields.String(required=True, validate=OneOf(NOTICE.states))
    prepared_at = AwareTime(required=True)
    visit_id = Id(required=True, allow_none=True)
    mode = Choice(Mode, required=True, allow_none=True)
    recipient = Choice(Recipient, required=True, allow_none=True)
    relationship = fields.String(required=True, allow_none=True)
    has_capacity = Flag(required=True, allow_none=True)
    is_signed = Flag(required=True, allow_none=True)
    photos = List(Sha256(), required=True, allow_none=True)
    grade = Choice(
        Grade,
        required=True,
        allow_none=True,
        metadata={"description": "How strongly its arrival is proved."},
    )
    ended_at = AwareTime(required=True, allow_none=True)
    ended_note = fields.String(required=True, allow_none=True)
    version = Version(required=True)


class NoticesSchema(Schema):
    """The notices of a case, oldest first."""

    items = List(Nested(NoticeSchema), required=True)


class NoticeService(Schema):
    """Into whose hands it came, and how."""

    visit_id = Id(required=True, metadata={"description": "The visit at which, under way."})
    mode = Choice(Mode, required=True)
    recipient = Choice(Recipient, required=True)
    relationship = Text(max=200, load_default=None, allow_none=True)
    has_capacity = Flag(load_default=None, allow_none=True)
    is_signed = Flag(required=True)
    occurred_at = AwareTime(load_default=None, allow_none=True)


class NoticeRefusal(Schema):
    """It was not taken."""

    visit_id = Id(required=True)
    note = Text(max=4000, multiline=True, load_default=None, allow_none=True)
    occurred_at = AwareTime(load_default=None, allow_none=True)


class NoticeReturn(Schema):
    """Why it will not be served."""

    reason = Text(max=500, required=True)
