"""What the API says and takes of files."""

from marshmallow import fields
from marshmallow.validate import OneOf, Regexp

from api.fields import AwareTime, Choice, Dict, Id, Integer, List, Schema, Sha256, Text, Version
from field_visits.attachments.contents import MAX_BYTES, Kind
from field_visits.attachments.lifecycle import ATTACHMENT


class AttachmentSchema(Schema):
    """One original file. It counts once its state is `verified`: then its bytes were read back."""

    id = Id(required=True)
    case_id = Id(required=True)
    kind = Choice(Kind, required=True)
    state = fields.String(required=True, validate=OneOf(ATTACHMENT.states))
    sha256 = Sha256(required=True)
    length = Integer(required=True)
    content_type = fields.String(required=True, validate=OneOf(list(MAX_BYTES)))
    expected_at = AwareTime(required=True)
    received_at = AwareTime(required=True, allow_none=True)
    claims = Dict(
        required=True,
        allow_none=True,
        metadata={"description": "What the file's own metadata claims (EXIF): never proof."},
    )
    thumbnail_sha256 = Sha256(required=True, allow_none=True)
    version = Version(required=True)


class AnnouncementSchema(Schema):
    """A file that was made, by its hashes; its bytes follow by the ticket that comes back."""

    kind = Choice(Kind, load_default=Kind.PHOTO)
    sha256 = Sha256(required=True)
    md5 = fields.String(
        required=True,
        validate=Regexp(r"^[0-9a-f]{32}\Z", error="Send an MD5 as 32 lower-case hex digits."),
        metadata={"description": "Only to bind the upload to its ticket; nothing trusts it."},
    )
    length = Integer(min=1, max=max(MAX_BYTES.values()), required=True)
    content_type = fields.String(required=True, validate=OneOf(list(MAX_BYTES)))
    occurred_at = AwareTime(load_default=None, allow_none=True)


class TicketSchema(Schema):
    """The right to upload these bytes once: send `method` to `url` with exactly these headers."""

    url = Text(max=4000, required=True)
    method = fields.String(required=True, validate=OneOf(["PUT"]))
    headers = Dict(keys=fields.String(), values=fields.String(), required=True)
    expires_at = AwareTime(required=True, attribute="terms.expires_at")


class ExpectedSchema(Schema):
    """An announced file. Without a ticket its bytes are there already."""

    attachment = fields.Nested(AttachmentSchema, required=True)
    ticket = fields.Nested(TicketSchema, required=True, allow_none=True)


class UploadedSchema(Schema):
    """Which files these bytes were awaited for."""

    attachments = List(Id(), required=True)
