"""What the API says and takes of visits."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from marshmallow import fields
from marshmallow.validate import OneOf

from api.attachments.schemas import AttachmentSchema, ExpectedSchema
from api.fields import (
    AwareTime,
    Choice,
    Day,
    Degrees,
    Dict,
    Flag,
    Id,
    Integer,
    List,
    Money,
    Point,
    Schema,
    Text,
    Version,
)
from api.paging import PageQuery
from api.work import current_uow
from field_visits.appointments.endings import MissedBy
from field_visits.cases.words import MAX_TEXT, PersonMet
from field_visits.compliance.facts import HoldKind
from field_visits.visits.lifecycle import VISIT
from field_visits.visits.models import Visit
from field_visits.visits.outcomes import OUTCOMES, Chip, End, FollowUp, IdentityProof, Need
from field_visits.visits.placement import Doubt
from field_visits.visits.proof import ProofState
from field_visits.visits.queries import VisitFile, Whereabouts, files_of
from routing.geofence import Fence

_MAX_ACCURACY_M = 100_000


class _Told(Schema):
    """What a witness command may carry."""

    occurred_at = AwareTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "When it happened, as claimed; now by default, never in the future."},
    )


class DepartureSchema(Schema):
    """A crew sets out."""

    id = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The visit's id where the phone minted one (UUIDv7)."},
    )
    appointment_id = Id(required=True)


class FixSchema(Schema):
    """What the phone's receiver said."""

    point = Point(required=True)
    accuracy_m = Degrees(min=0, max=_MAX_ACCURACY_M, required=True, allow_none=True)
    taken_at = AwareTime(required=True, allow_none=True)
    is_mock = Flag(load_default=None, allow_none=True)


class ArrivalSchema(_Told):
    """The crew stands at the door. Send null where the receiver gave nothing in time."""

    fix = fields.Nested(FixSchema, required=True, allow_none=True)
    away_reason = Text(
        max=MAX_TEXT,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "Why the position lies elsewhere, where it does."},
    )


class PersonSchema(_Told):
    """Who was met, and how their identity was proved. Nothing is assumed."""

    person_met = Choice(PersonMet, required=True)
    identity_proof = Choice(IdentityProof, required=True)


class NoteSchema(_Told):
    """Something worth keeping."""

    text = Text(max=MAX_TEXT, multiline=True, required=True)


class PromiseMadeSchema(Schema):
    """What was promised, and by when."""

    amount = Money(required=True)
    due_on = Day(required=True)


class OutcomeSchema(_Told):
    """What came of the visit. Who was met and how identity was proved are never assumed."""

    outcome = fields.String(required=True, validate=OneOf(list(OUTCOMES)))
    person_met = Choice(PersonMet, required=True)
    identity_proof = Choice(IdentityProof, required=True)
    note = Text(max=MAX_TEXT, multiline=True, load_default=None, allow_none=True)
    promise = fields.Nested(PromiseMadeSchema, load_default=None, allow_none=True)
    agreement_id = Id(load_default=None, allow_none=True)


class AbortSchema(_Told):
    """Why the visit was broken off before anybody could be met."""

    reason = Text(max=MAX_TEXT, multiline=True, required=True)
    missed_by = Choice(MissedBy, load_default=MissedBy.NOBODY)


class VisitQuery(PageQuery):
    """Which visits."""

    since = AwareTime(load_default=None, metadata={"description": "Departed at or after it."})
    until = AwareTime(load_default=None, metadata={"description": "Departed before it."})
    case_id = Id(load_default=None)
    collector_id = Id(load_default=None, metadata={"description": "Led or joined by this collector."})
    state = fields.String(load_default=None, validate=OneOf(VISIT.states))


class ProofSchema(Schema):
    """What the visit's files prove together: `whole` once each was read back from the store."""

    state = Choice(ProofState, required=True)
    files = Integer(required=True)
    verified = Integer(required=True)


class VisitSchema(Schema):
    """One journey of a crew to one door."""

    id = Id(required=True)
    appointment_id = Id(required=True)
    case_id = Id(required=True)
    state = fields.String(required=True, validate=OneOf(VISIT.states))
    lead_id = Id(required=True)
    partner_id = Id(required=True, allow_none=True)
    departed_at = AwareTime(required=True)
    arrived_at = AwareTime(required=True, allow_none=True)
    finished_at = AwareTime(required=True, allow_none=True)
    placement = Choice(Fence, required=True, allow_none=True)
    arrival_doubts = List(
        Choice(Doubt),
        required=True,
        allow_none=True,
        metadata={"description": "Why somebody should look at the arrival. None of them stops work."},
    )
    arrival_accuracy_m = Degrees(min=0, max=_MAX_ACCURACY_M, required=True, allow_none=True)
    arrival_distance_m = Degrees(min=0, max=21_000_000, required=True, allow_none=True)
    away_reason = Text(max=MAX_TEXT, multiline=True, required=True, allow_none=True)
    person_met = Choice(PersonMet, required=True, allow_none=True)
    identity_proof = Choice(IdentityProof, required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True, validate=OneOf(list(OUTCOMES)))
    note = fields.String(required=True, allow_none=True)
    proof = fields.Nested(ProofSchema, required=True)
    files = List(fields.Nested(AttachmentSchema), required=True)
    version = Version(required=True)

    def laid_out(self, obj: Visit | VisitFile) -> Mapping[str, Any]:
        """A visit with its files, whichever of the two is shown."""
        file = files_of(current_uow(), [obj])[0] if isinstance(obj, Visit) else obj
        return dict(zip(_OWN, _own_of(file.visit), strict=True)) | {
            "proof": file.proof,
            "files": file.attachments,
        }


_OWN = tuple(
    (field.attribute or name)
    for name, field in VisitSchema._declared_fields.items()  # noqa: SLF001 - marshmallow's own way to list them
    if name not in {"proof", "files"}
)
_own_of = attrgetter(*_OWN)


class ToldSchema(Schema):
    """What was told is on record, whatever the rules say of it."""

    visit = fields.Nested(VisitSchema, required=True)
    breach = Dict(
        required=True,
        allow_none=True,
        metadata={"description": "The decision that stood against it; a dispatcher was alerted."},
    )
    stop = List(
        Choice(HoldKind),
        required=True,
        metadata={"description": "Holds that bind now: if there are any, leave the door."},
    )
    may_name_debt = Flag(
        required=True, metadata={"description": "Whether the person last met may hear of the debt."}
    )


class PhotographedSchema(ExpectedSchema):
    """The file that is expected now, and the visit's proof so far."""

    visit = fields.Nested(VisitSchema, required=True)


class OutcomeStopSchema(Schema):
    """The contact hold that an outcome places."""

    kind = Choice(HoldKind, required=True)


class OutcomeKindSchema(Schema):
    """One of the 22 outcomes."""

    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    chip = Choice(Chip, required=True)
    met = List(Choice(PersonMet), required=True, metadata={"description": "Who can have been met."})
    needs = List(Choice(Need), required=True, metadata={"description": "What must come with it."})
    follow_up = Choice(FollowUp, required=True)
    end = Choice(End, required=True)
    stop = fields.Nested(OutcomeStopSchema, required=True, allow_none=True)


class OutcomeListSchema(Schema):
    """Every outcome that a visit can have."""

    items = List(fields.Nested(OutcomeKindSchema), required=True)


class LiveSchema(Schema):
    """What one collector does now."""

    collector_id = Id(required=True)
    name = fields.String(required=True, allow_none=True)
    badge = fields.String(required=True, allow_none=True)
    doing = Choice(Whereabouts, required=True)
    since = AwareTime(required=True, allow_none=True)
    visit_id = Id(required=True, allow_none=True)
    appointment_id = Id(required=True, allow_none=True)


class FieldSchema(Schema):
    """The field as it is now, by collector."""

    at = AwareTime(required=True)
    items = List(fields.Nested(LiveSchema), required=True)
