"""What the API says and takes of complaints and disputes."""

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import (
    AwareTime,
    Choice,
    Day,
    Flag,
    Id,
    Integer,
    List,
    Nested,
    QuerySchema,
    Schema,
    Text,
    Version,
)
from api.paging import PageQuery
from field_visits.complaints.lifecycle import COMPLAINT
from field_visits.complaints.words import ComplaintKind, Finding
from field_visits.compliance.facts import Channel


class ComplaintQuery(PageQuery):
    """Which complaints."""

    state = fields.String(load_default=None, validate=OneOf(COMPLAINT.states))
    kind = Choice(ComplaintKind, load_default=None)
    case_id = Id(load_default=None)
    overdue = Flag(load_default=False, metadata={"description": "Only unanswered ones whose time is over."})


class ComplaintCreate(Schema):
    """What the customer said, and how."""

    kind = Choice(ComplaintKind, required=True)
    channel = Choice(Channel, required=True)
    said = Text(max=4000, multiline=True, required=True)
    collector_id = Id(load_default=None, allow_none=True)


class ComplaintSchema(Schema):
    """A complaint or dispute, with the days that bind us."""

    id = Id(required=True)
    case_id = Id(required=True)
    kind = Choice(ComplaintKind, required=True)
    state = fields.String(required=True, validate=OneOf(COMPLAINT.states))
    channel = Choice(Channel, required=True)
    said = fields.String(required=True, allow_none=True)
    collector_id = Id(required=True, allow_none=True)
    received_at = AwareTime(required=True)
    received_on = Day(required=True)
    rule_id = fields.String(required=True, metadata={"description": "Whose figures the days are."})
    acknowledge_by = Day(required=True)
    answer_by = Day(required=True)
    is_complex = Flag(required=True)
    is_extended = Flag(required=True)
    acknowledged_at = AwareTime(required=True, allow_none=True)
    answered_at = AwareTime(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    finding = Choice(Finding, required=True, allow_none=True)
    closed_at = AwareTime(required=True, allow_none=True)
    version = Version(required=True)


class ProlongationSchema(Schema):
    """Why the answer takes longer."""

    reason = Text(max=500, required=True)
    is_approved = Flag(
        load_default=False,
        metadata={"description": "Legal approves the extension beyond the term of a complex complaint."},
    )


class AnswerSchema(Schema):
    """What the customer is told, and what was found."""

    text = Text(max=4000, multiline=True, required=True)
    finding = Choice(Finding, required=True)


class ComplaintClosing(Schema):
    """Why nothing is left to do."""

    reason = Text(max=500, required=True)


class ConductQuery(QuerySchema):
    """Over which days."""

    since = Day(load_default=None, metadata={"description": "By default 90 days ago."})
    until = Day(load_default=None, metadata={"description": "The last day; today by default."})


class CollectorConductSchema(Schema):
    """How one collector treats people. No money stands here, on purpose (CN-KPI-1)."""

    collector_id = Id(required=True)
    name = fields.String(required=True, allow_none=True)
    badge = fields.String(required=True, allow_none=True)
    visits = Integer(required=True, metadata={"description": "Visits that ended, as lead or partner."})
    in_breach = Integer(required=True, metadata={"description": "Of these, with an entry in breach."})
    broken_off_for_safety = Integer(required=True)
    complaints = Integer(required=True)
    upheld = Integer(required=True, metadata={"description": "Complaints upheld, wholly or in part."})
    disputes = Integer(required=True)


class ConductSchema(Schema):
    """Conduct by collector."""

    since = Day(required=True)
    until = Day(required=True)
    collectors = List(Nested(CollectorConductSchema), required=True)
