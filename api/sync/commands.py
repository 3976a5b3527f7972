"""A command as it came over the wire: read by the same schemas as the online routes, or told why it cannot be.

Nothing here turns a request away: what cannot be read is handed on with its fault, so that its bytes are kept and
the queue of the phone goes on.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from api.agreements.schemas import SignatureSchema
from api.attachments.schemas import AnnouncementSchema
from api.bodies import parse_json
from api.cases.schemas import ContactCreate, PaymentCreate
from api.complaints.schemas import ComplaintCreate
from api.fields import (
    MAX_INT,
    AwareTime,
    Choice,
    Degrees,
    Flag,
    Id,
    Integer,
    List,
    Nested,
    Schema,
    Sha256,
    Text,
)
from api.notices.schemas import NoticeRefusal, NoticeService
from api.problems import ApiError, faults_of
from api.visits.schemas import AbortSchema, ArrivalSchema, FixSchema, NoteSchema, OutcomeSchema, PersonSchema
from field_visits.attachments.contents import MAX_BYTES
from field_visits.kernel.errors import Fault
from field_visits.kernel.ids import AppointmentId, DeviceId, VisitId
from field_visits.sync.envelope import MAX_COMMAND_BYTES, VERSION, Envelope, Reason, Sent
from field_visits.visits.words import PhotoSource

MAX_FIXES = 60
MAX_TRACK_POINTS = 320


class _EnvelopeSchema(Schema):
    """What stands around every command, whatever it tells."""

    v = Integer(min=0, required=True)
    id = Id(required=True)
    device_id = Id(required=True)
    seq = Integer(min=1, required=True)
    prev_hash = Sha256(required=True)
    type = Text(max=60, required=True)
    appointment_id = Id(required=True, allow_none=True)
    visit_id = Id(required=True, allow_none=True)
    base_version = Id(required=True, allow_none=True)
    occurred_at = AwareTime(required=True)
    elapsed_ms = Integer(min=0, required=True, allow_none=True)
    skew_ms = Integer(min=-MAX_INT, required=True, allow_none=True)
    rtt_ms = Integer(min=0, required=True, allow_none=True)
    nonce = Text(max=100, required=True, allow_none=True)
    app_build = Text(max=100, required=True)
    salt = Text(max=100, required=True)
    payload = fields.Dict(required=True)


class DepartPayload(Schema):
    """Nothing more: where to stands in the envelope."""


class ArrivePayload(ArrivalSchema):
    """The best reading, and every one that was had."""

    class Meta:
        exclude = ("occurred_at",)

    fixes = List(Nested(FixSchema), load_default=list, validate=validate.Length(max=MAX_FIXES))


class SmallCopySchema(Schema):
    """A small copy of a photo, which is sent before the original."""

    sha256 = Sha256(required=True)
    md5 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{32}\Z"))
    length = Integer(min=1, max=max(MAX_BYTES.values()), required=True)
    content_type = fields.String(required=True, validate=validate.OneOf(["image/jpeg"]))


class PhotographPayload(AnnouncementSchema):
    """A photo with where it came from: the camera of the page, or the phone's own gallery."""

    class Meta:
        exclude = ("occurred_at",)

    taken_at = AwareTime(load_default=None, allow_none=True)
    source = Choice(PhotoSource, load_default=PhotoSource.CAMERA)
    small = Nested(SmallCopySchema, load_default=None, allow_none=True)


class MeetPayload(PersonSchema):
    """Who was met."""

    class Meta:
        exclude = ("occurred_at",)


class NotePayload(NoteSchema):
    """Something worth keeping."""

    class Meta:
        exclude = ("occurred_at",)


class FinishPayload(OutcomeSchema):
    """What came of the visit."""

    class Meta:
        exclude = ("occurred_at",)


class AbortPayload(AbortSchema):
    """Why it was broken off."""

    class Meta:
        exclude = ("occurred_at",)


class SignPayload(SignatureSchema):
    """A signature on an offer that the phone carried."""

    class Meta:
        exclude = ("occurred_at", "visit_id")

    agreement_id = Id(required=True)


class ContactPayload(ContactCreate):
    """An attempt to reach somebody."""

    case_id = Id(required=True)


class PaymentPayload(PaymentCreate):
    """A payment that somebody says was made."""

    case_id = Id(required=True)


class ComplaintPayload(ComplaintCreate):
    """What the customer objected to."""

    case_id = Id(required=True)


class ServePayload(NoticeService):
    """Into whose hands a notice came."""

    class Meta:
        exclude = ("occurred_at", "visit_id")

    notice_id = Id(required=True)


class RefuseNoticePayload(NoticeRefusal):
    """A notice that was not taken."""

    class Meta:
        exclude = ("occurred_at", "visit_id")

    notice_id = Id(required=True)


class ClockPayload(Schema):
    """The phone's clock was set."""

    jump_ms = Integer(min=-MAX_INT, required=True)


class HealthPayload(Schema):
    """What the phone says of itself."""

    storage_free_mb = Integer(min=0, required=True, allow_none=True)
    is_persisted = Flag(required=True, allow_none=True)
    unsent = Integer(min=0, required=True)
    battery_percent = Integer(min=0, max=100, load_default=None, allow_none=True)


class PinSetPayload(Schema):
    """A new PIN was set."""


class SosPayload(Schema):
    """Help is needed."""

    fix = Nested(FixSchema, load_default=None, allow_none=True)


class CheckInPayload(Schema):
    """All is well; the next word is due then."""

    fix = Nested(FixSchema, load_default=None, allow_none=True)
    due_at = AwareTime(load_default=None, allow_none=True)


class TrackPayload(Schema):
    """Positions of five minutes: seconds since `from`, latitude and longitude in 1e-5 degrees, metres."""

    begins = AwareTime(data_key="from", required=True)
    ends = AwareTime(data_key="to", required=True)
    points = List(
        List(Degrees(min=-18_000_000, max=18_000_000), validate=validate.Length(equal=4)),
        required=True,
        validate=validate.Length(max=MAX_TRACK_POINTS),
    )


PAYLOADS: Mapping[str, type[Schema]] = {
    "visit.depart": DepartPayload,
    "visit.arrive": ArrivePayload,
    "visit.photograph": PhotographPayload,
    "visit.meet": MeetPayload,
    "visit.note": NotePayload,
    "visit.finish": FinishPayload,
    "visit.abort": AbortPayload,
    "agreement.sign": SignPayload,
    "contact.record": ContactPayload,
    "payment.report": PaymentPayload,
    "complaint.receive": ComplaintPayload,
    "notice.serve": ServePayload,
    "notice.refuse": RefuseNoticePayload,
    "clock.changed": ClockPayload,
    "device.health": HealthPayload,
    "device.pin_set": PinSetPayload,
    "safety.sos": SosPayload,
    "safety.check_in": CheckInPayload,
    "track.segment": TrackPayload,
}


def read_command(raw: bytes, signature: bytes | None) -> Sent:
    """What can be read of one command; its bytes stay as they are in any case."""
    if len(raw) > MAX_COMMAND_BYTES:
        detail = (
            f"A command has at most {MAX_COMMAND_BYTES} bytes. Shorten the note or draw a simpler signature."
        )
        return Sent(raw, signature, None, Reason.SCHEMA, detail)
    try:
        told: Any = parse_json(raw)
    except ApiError as error:
        return Sent(raw, signature, None, Reason.SCHEMA, error.detail)
    if not isinstance(told, dict):
        return Sent(raw, signature, None, Reason.SCHEMA, "The command is no JSON object.")
    if isinstance(version := told.get("v"), int) and version > VERSION:
        return _of_later(raw, signature, told)
    try:
        read = _ENVELOPE.load(told)
    except ValidationError as error:
        return Sent(raw, signature, None, Reason.SCHEMA, "The envelope cannot be read.", _faults(error))
    return _with_payload(raw, signature, read)


def _with_payload(raw: bytes, signature: bytes | None, read: dict[str, Any]) -> Sent:
    schema = _PAYLOADS.get(read["type"])
    if schema is None:
        detail = "We do not know this kind of command. Update the app."
        return Sent(raw, signature, _envelope(read, {}), Reason.VERSION, detail)
    try:
        payload = schema.load(read["payload"])
    except ValidationError as error:
        faults = _faults(error, "/payload")
        return Sent(
            raw, signature, _envelope(read, {}), Reason.SCHEMA, "Some values cannot be accepted.", faults
        )
    return Sent(raw, signature, _envelope(read, payload))


def _of_later(raw: bytes, signature: bytes | None, told: dict[str, Any]) -> Sent:
    """A command of a version to come: kept under its number, if it still says its number as we know it."""
    known = {name: told.get(name) for name in _ENVELOPE.fields} | {"v": VERSION, "payload": {}}
    detail = (
        "The phone's app is newer than this server. It is kept; ask your administrator to update the server."
    )
    try:
        envelope = _envelope(_ENVELOPE.load(known), {})
    except ValidationError:
        envelope = None
    return Sent(raw, signature, envelope, Reason.VERSION, detail)


def _envelope(read: Mapping[str, Any], payload: Mapping[str, Any]) -> Envelope:
    told = {name: read[name] for name in _PLAIN}
    return Envelope(
        **told,
        device_id=DeviceId(read["device_id"]),
        appointment_id=None if read["appointment_id"] is None else AppointmentId(read["appointment_id"]),
        visit_id=None if read["visit_id"] is None else VisitId(read["visit_id"]),
        payload=payload,
    )


def _faults(error: ValidationError, below: str = "") -> tuple[Fault, ...]:
    return tuple(Fault(below + fault["pointer"], fault["detail"]) for fault in faults_of(error.messages))


_ENVELOPE = _EnvelopeSchema()
_PAYLOADS = {name: schema() for name, schema in PAYLOADS.items()}
_PLAIN = (
    "id",
    "seq",
    "prev_hash",
    "type",
    "base_version",
    "occurred_at",
    "elapsed_ms",
    "skew_ms",
    "rtt_ms",
    "nonce",
    "app_build",
)
