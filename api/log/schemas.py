"""What the API says of the log: sizes, hashes and times; never what an entry tells."""

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import AwareTime, Integer, List, QuerySchema, Schema, Sha256, Text
from api.paging import PageQuery
from field_visits.evidence.merkle import MAX_SIZE

MAX_NOTE = 4_000


class ProofQuery(QuerySchema):
    """Under which checkpoint; the newest by default."""

    size = Integer(min=1, max=MAX_SIZE, load_default=None, allow_none=True)


class ConsistencyQuery(QuerySchema):
    """From which size to which."""

    size1 = Integer(min=1, max=MAX_SIZE, data_key="from", required=True)
    size2 = Integer(min=1, max=MAX_SIZE, data_key="to", required=True)


class CheckpointQuery(PageQuery):
    """Which page of checkpoints, the newest first."""


class CheckpointSchema(Schema):
    """A signed tree head; `note` is the C2SP text to keep and to hand on."""

    size = Integer(required=True)
    root = Sha256(required=True)
    note = Text(max=MAX_NOTE, required=True)
    created_at = AwareTime(required=True)


class ConsistencySchema(Schema):
    """The path that shows that the larger log begins with the smaller one (RFC 9162 §2.1.4)."""

    size1 = Integer(required=True)
    size2 = Integer(required=True)
    path = List(Sha256(), required=True)


class LagSchema(Schema):
    """Entries that wait for their place, and since when the oldest does."""

    pending = Integer(required=True)
    oldest = AwareTime(required=True, allow_none=True)


class LogKeySchema(Schema):
    """A public key that signs checkpoints (`log`) or bundles (`export`). Trust it only after comparing it with one from outside."""

    purpose = fields.String(required=True, validate=OneOf(["log", "export"]))
    vkey = Text(max=400, required=True)
    fingerprint = Text(max=200, required=True)
    since = AwareTime(required=True, allow_none=True)
