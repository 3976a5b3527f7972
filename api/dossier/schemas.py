"""What the API says and takes of timelines and exports."""

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import (
    AwareTime,
    Choice,
    Day,
    Dict,
    Flag,
    Id,
    Integer,
    List,
    Nested,
    QuerySchema,
    Schema,
    Sha256,
    Text,
    Version,
)
from api.paging import PageQuery
from field_visits.compliance.clocks.clock import Alarm, ClockState, Note, Title, What, Why
from field_visits.compliance.clocks.facts import Unrecorded
from field_visits.dossier.lifecycle import EXPORT


class TimelineQuery(PageQuery):
    """Which page of a story."""


class ClockQuery(QuerySchema):
    """As of when."""

    as_of = Text(
        max=40,
        load_default=None,
        metadata={
            "description": "A day (its end, where the organisation is) or an instant with its offset; now if left out."
        },
    )


class ClockRuleSchema(Schema):
    """A rule that a clock rests on."""

    rule_id = Text(max=50, required=True)
    source = Text(max=500, required=True)
    confidence = Text(
        max=5, required=True, metadata={"description": "How sure the source is: H, M+, M, L+ or L."}
    )


class ClockStepSchema(Schema):
    """One event on a clock's way."""

    on = Day(required=True)
    what = Choice(What, required=True)
    evidence_id = Id(required=True, allow_none=True, metadata={"description": "The entry that tells it."})
    is_counted = Flag(required=True)
    why_not = Choice(Why, required=True, allow_none=True)


class LegalClockSchema(Schema):
    """One legal clock. What is not recorded is said in its notes, never guessed."""

    id = Text(max=100, required=True)
    title = Choice(Title, required=True)
    state = Choice(ClockState, required=True)
    since = Day(required=True, allow_none=True)
    due = Day(required=True, allow_none=True, metadata={"description": "Its last day."})
    days_left = Integer(required=True, allow_none=True)
    alarm = Choice(Alarm, required=True)
    rules = List(Nested(ClockRuleSchema), required=True)
    steps = List(Nested(ClockStepSchema), required=True)
    notes = List(Choice(Note), required=True)


class CaseClocksSchema(Schema):
    """The legal clocks of a case as of an instant."""

    as_of = AwareTime(required=True)
    clocks = List(Nested(LegalClockSchema), required=True)
    not_recorded = List(Choice(Unrecorded), required=True)


class RefusalQuery(PageQuery):
    """Which refusals."""

    since = AwareTime(load_default=None, metadata={"description": "Received at or after it."})
    until = AwareTime(load_default=None, metadata={"description": "Received before it."})


class SentenceSchema(Schema):
    """What happened, in both languages."""

    zh = Text(max=20_000, multiline=True, required=True)
    en = Text(max=20_000, multiline=True, required=True)


class WhoSchema(Schema):
    """In whose name it was done."""

    kind = Text(max=20, required=True, metadata={"description": "user, system, customer or service."})
    id = Id(required=True, allow_none=True)
    badge = Text(max=50, required=True, allow_none=True)
    name = Text(
        max=200,
        required=True,
        allow_none=True,
        metadata={"description": "Only for roles that may see people's names."},
    )
    sweep = Text(
        max=200, required=True, allow_none=True, metadata={"description": "Which part of the system acted."}
    )


class SubjectSchema(Schema):
    """What it is about."""

    table = Text(max=100, required=True)
    id = Id(required=True)


class BracketSchema(Schema):
    """Between which instants of the server's clock it can have happened."""

    not_before = AwareTime(required=True, allow_none=True)
    not_after = AwareTime(required=True)


class NamedObjectSchema(Schema):
    """A file that the entry names by its hash, and the state of its proof."""

    sha256 = Sha256(required=True)
    state = Text(
        max=20,
        required=True,
        metadata={"description": "expected, received, verified, mismatched, lost, stored, built or unknown."},
    )
    kind = Text(max=50, required=True, allow_none=True)
    attachment = Id(required=True, allow_none=True, attribute="attachment_id")


class TimelineEntrySchema(Schema):
    """One entry of a case's story."""

    id = Id(required=True)
    code = Text(max=100, required=True)
    kind = fields.String(required=True, validate=OneOf(("change", "fact")))
    text = Nested(SentenceSchema, required=True)
    subject = Nested(SubjectSchema, required=True)
    who = Nested(WhoSchema, required=True)
    occurred_at = AwareTime(required=True, metadata={"description": "As claimed by who told it."})
    bracket = Nested(BracketSchema, required=True)
    received_at = AwareTime(required=True, metadata={"description": "When the server wrote it."})
    decision = Dict(
        required=True,
        allow_none=True,
        metadata={"description": "What the rules said: each reason with rule id, source and figure."},
    )
    is_breach = Flag(required=True, metadata={"description": "It happened although the rules forbade it."})
    is_refusal = Flag(required=True)
    is_erased = Flag(required=True, metadata={"description": "Its contents were erased as law asks."})
    objects = List(Nested(NamedObjectSchema), required=True)
    cause = Id(required=True, allow_none=True, metadata={"description": "The entry from which it follows."})
    receipt = Sha256(required=True, metadata={"description": "The hash of the entry's exact bytes."})
    index = Integer(
        required=True, allow_none=True, metadata={"description": "Its place in the log; null while it waits."}
    )
    no = Integer(required=True, allow_none=True, metadata={"description": "Its number within the case."})


class RefusalSchema(Schema):
    """An intent that the rules or the state of things refused."""

    id = Id(required=True)
    at = AwareTime(required=True)
    code = Text(max=100, required=True)
    case_id = Id(required=True)
    reference = Text(max=100, required=True, metadata={"description": "The case's."})
    collector_id = Id(required=True, allow_none=True, metadata={"description": "Whose case it is."})
    text = Nested(SentenceSchema, required=True)
    who = Nested(WhoSchema, required=True)
    decision = Dict(
        required=True,
        allow_none=True,
        metadata={"description": "What the rules said; none if a state refused."},
    )


class ReadingQuery(PageQuery):
    """Which page of readings."""


class ReadingSchema(Schema):
    """Somebody looked at what belongs to a case."""

    id = Id(required=True)
    at = AwareTime(required=True)
    code = Text(max=100, required=True)
    text = Nested(SentenceSchema, required=True)
    who = Nested(WhoSchema, required=True)


class ExportRequestSchema(Schema):
    """Why a bundle is asked for; its cover says so."""

    reason = Text(max=4000, multiline=True, required=True)


class ExportSchema(Schema):
    """A bundle of one case. Fetch it once its state is `built`."""

    id = Id(required=True)
    case = Id(required=True, attribute="case_id")
    state = fields.String(required=True, validate=OneOf(EXPORT.states))
    requested_by = Id(required=True)
    requested_at = AwareTime(required=True)
    reason = Text(max=4000, multiline=True, required=True)
    sha256 = Sha256(required=True, allow_none=True, metadata={"description": "Of the zip, once built."})
    length = Integer(required=True, allow_none=True, metadata={"description": "Bytes of the zip."})
    failure = Text(max=4000, required=True, allow_none=True)
    version = Version(required=True)


class ExportListSchema(Schema):
    """The exports of a case, newest first."""

    items = List(Nested(ExportSchema), required=True)
