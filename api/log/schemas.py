"""What the API says of a log."""

from api.fields import AwareTime, Flag, Integer, List, Nested, QuerySchema, Schema, Sha256, Text
from api.paging import PageQuery

_HASH = 44  # 32 bytes in base64


class CheckpointQuery(PageQuery):
    """Which checkpoints."""


class CheckpointSchema(Schema):
    """A signed head of the tree, as it was published."""

    size = Integer(required=True, metadata={"description": "How many leaves the log had."})
    root = Text(max=_HASH, required=True, metadata={"description": "Base64 of the tree's root."})
    note = Text(
        max=100_000,
        multiline=True,
        required=True,
        metadata={"description": "The signed note (C2SP tlog-checkpoint), exactly as it is signed."},
    )
    created_at = AwareTime(required=True)


class ProofQuery(QuerySchema):
    """Under which checkpoint."""

    size = Integer(
        min=1,
        load_default=None,
        metadata={"description": "A published checkpoint's size; the newest by default."},
    )


class ConsistencyQuery(QuerySchema):
    """Between which sizes."""

    first = Integer(min=1, required=True, data_key="from", metadata={"description": "The older size."})
    second = Integer(min=1, required=True, data_key="to", metadata={"description": "The newer size."})


class ConsistencySchema(Schema):
    """The proof that the log of one size begins with the log of another (RFC 9162 §2.1.4)."""

    first = Integer(required=True, data_key="from")
    second = Integer(required=True, data_key="to")
    path = List(Text(max=_HASH), required=True, metadata={"description": "Hashes in base64."})


class LagSchema(Schema):
    """How far the log is behind what was recorded."""

    pending = Integer(required=True, metadata={"description": "Entries that wait for their place."})
    oldest = AwareTime(
        required=True, allow_none=True, metadata={"description": "Since when the oldest waits."}
    )
    seconds = Integer(required=True, metadata={"description": "For how long; beyond 10 something is wrong."})
    is_late = Flag(required=True, metadata={"description": "Whether the alarm at 10 seconds is due."})


class KeySchema(Schema):
    """A public key to check with. Compare the fingerprint with one that came by another way."""

    key = Text(max=500, required=True, metadata={"description": "`name+8 hex digits+base64`, for --key."})
    name = Text(max=300, required=True)
    fingerprint = Sha256(required=True, metadata={"description": "SHA-256 of the public key."})


class LogKeySchema(KeySchema):
    """A key of the log, and since when it signs."""

    since = AwareTime(required=True)


class KeysSchema(Schema):
    """The keys of the log and of the bundles' seal, newest first."""

    origin = Text(max=300, required=True, metadata={"description": "The log's name in its checkpoints."})
    log = List(Nested(LogKeySchema), required=True)
    seal = List(Nested(KeySchema), required=True)
