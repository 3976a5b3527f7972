"""What the API says of a case's story and of its bundles."""

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import AwareTime, Choice, Dict, Flag, Id, Integer, List, Schema, Sha256, Text, Version
from field_visits.dossier.lifecycle import EXPORT
from field_visits.evidence.codes import Code

MAX_SENTENCE = 4_000


class WhoSchema(Schema):
    """Who acted: a person (name only where the reader may see it), or the system by its sweep's name."""

    kind = Text(max=40, required=True)
    id = Id(required=True, allow_none=True)
    badge = Text(max=100, required=True, allow_none=True)
    name = Text(max=200, required=True, allow_none=True)


class NamedObjectSchema(Schema):
    """A file that an entry names by hash, and what is known of it now."""

    sha256 = Sha256(required=True)
    state = Text(max=40, required=True)
    kind = Text(max=40, required=True, allow_none=True)
    attachment_id = Id(required=True, allow_none=True)


class TimelineEntrySchema(Schema):
    """One entry, told. `occurred_at` is a claim; the bracket is proof; `receipt` asks for a proof later."""

    id = Id(required=True)
    code = Choice(Code, required=True)
    kind = fields.String(required=True, validate=OneOf(["change", "fact"]))
    subject_table = Text(max=60, required=True)
    subject_id = Id(required=True)
    sentence_zh = Text(max=MAX_SENTENCE, required=True)
    sentence_en = Text(max=MAX_SENTENCE, required=True)
    who = fields.Nested(WhoSchema, required=True)
    occurred_at = AwareTime(required=True)
    not_before = AwareTime(required=True, allow_none=True)
    not_after = AwareTime(required=True)
    received_at = AwareTime(required=True)
    decision = Dict(required=True, allow_none=True)
    is_breach = Flag(required=True)
    is_refusal = Flag(required=True)
    is_erased = Flag(required=True)
    objects = List(fields.Nested(NamedObjectSchema), required=True)
    cause = Id(required=True, allow_none=True)
    receipt = Sha256(required=True)
    index = Integer(required=True, allow_none=True)
    no = Integer(required=True, allow_none=True)


class ExportCreate(Schema):
    """Why the bundle leaves the house, as its cover will say."""

    reason = Text(min=1, max=2_000, required=True)


class ExportSchema(Schema):
    """One bundle of one case; `requested` until everything up to then is in the log and the bundle is verified."""

    id = Id(required=True)
    case_id = Id(required=True)
    state = fields.String(required=True, validate=OneOf(EXPORT.states))
    reason = Text(max=2_000, required=True)
    requested_by = Id(required=True)
    requested_at = AwareTime(required=True)
    sha256 = Sha256(required=True, allow_none=True)
    length = Integer(required=True, allow_none=True)
    failure = Text(max=1_000, required=True, allow_none=True)
    version = Version(required=True)
