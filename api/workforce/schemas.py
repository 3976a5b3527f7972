"""What the API says and takes of teams, shifts, absences, skills and crews."""

from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from api.fields import AwareTime, Day, Id, Integer, List, Nested, Point, QuerySchema, Schema, Text, Version


class TeamCreate(Schema):
    """A new team."""

    name = Text(max=100, required=True)
    members = List(Id(), load_default=list, validate=validate.Length(max=200))


class TeamMembers(Schema):
    """Who belongs to a team from now on."""

    members = List(Id(), required=True, validate=validate.Length(max=200))


class TeamSchema(Schema):
    """People who work an area together."""

    id = Id(required=True)
    name = Text(max=100, required=True)
    members = List(Id(), attribute="present_members", required=True)
    version = Version(required=True)


class TeamList(Schema):
    """All teams in the caller's scope, by name."""

    items = List(Nested(TeamSchema), required=True)


class ShiftBreak(Schema):
    """A rest to be taken somewhere within a window."""

    window_from = AwareTime(required=True)
    window_to = AwareTime(required=True)
    minutes = Integer(min=1, max=600, required=True)


class ShiftCreate(Schema):
    """When and from where a collector works."""

    collector_id = Id(required=True)
    starts_at = AwareTime(required=True)
    ends_at = AwareTime(required=True)
    start = Point(required=True)
    end = Point(load_default=None, allow_none=True)
    rest = Nested(ShiftBreak, load_default=None, allow_none=True)


class ShiftSchema(Schema):
    """A planned or withdrawn shift."""

    id = Id(required=True)
    collector_id = Id(required=True)
    state = Text(max=20, required=True)
    starts_at = AwareTime(required=True)
    ends_at = AwareTime(required=True)
    start = Point(required=True)
    end = Point(required=True)
    break_from = AwareTime(required=True, allow_none=True)
    break_to = AwareTime(required=True, allow_none=True)
    break_minutes = Integer(required=True)
    version = Version(required=True)


class ShiftList(Schema):
    """Shifts of a range of time, by start."""

    items = List(Nested(ShiftSchema), required=True)


class DutyWithdrawal(Schema):
    """Why a shift or an absence no longer counts."""

    reason = Text(max=500, required=True)


class DutyRangeQuery(QuerySchema):
    """A range of time of at most 62 days, and perhaps one collector."""

    since = AwareTime(required=True)
    until = AwareTime(required=True)
    collector_id = Id(load_default=None)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        del kwargs
        if data["since"] >= data["until"]:
            raise ValidationError("Must be after since.", "until")


class AbsenceCreate(Schema):
    """A time in which a collector does not work."""

    collector_id = Id(required=True)
    starts_at = AwareTime(required=True)
    ends_at = AwareTime(required=True)
    reason = Text(max=500, required=True)


class AbsenceSchema(Schema):
    """A recorded or withdrawn absence."""

    id = Id(required=True)
    collector_id = Id(required=True)
    state = Text(max=20, required=True)
    starts_at = AwareTime(required=True)
    ends_at = AwareTime(required=True)
    reason = Text(max=500, required=True)
    version = Version(required=True)


class AbsenceList(Schema):
    """Absences of a range of time, by start."""

    items = List(Nested(AbsenceSchema), required=True)


class SkillCreate(Schema):
    """What a collector can do."""

    collector_id = Id(required=True)
    name = Text(max=50, required=True)
    granted_on = Day(required=True)
    expires_on = Day(load_default=None, allow_none=True)


class SkillSchema(Schema):
    """A granted skill."""

    id = Id(required=True)
    collector_id = Id(required=True)
    name = Text(max=50, required=True)
    granted_on = Day(required=True)
    expires_on = Day(required=True, allow_none=True)
    version = Version(required=True)


class SkillQuery(QuerySchema):
    """Whose skills."""

    collector_id = Id(load_default=None)


class SkillList(Schema):
    """Skills by collector and name."""

    items = List(Nested(SkillSchema), required=True)


class CrewCreate(Schema):
    """Who goes together on one day of the organisation's calendar."""

    day = Day(required=True)
    lead_id = Id(required=True)
    partner_id = Id(load_default=None, allow_none=True)


class CrewSchema(Schema):
    """One or two collectors; the lead's phone leads."""

    id = Id(required=True)
    day = Day(required=True)
    lead_id = Id(required=True)
    partner_id = Id(required=True, allow_none=True)
    version = Version(required=True)


class CrewDayQuery(QuerySchema):
    """A day of the organisation's calendar."""

    day = Day(required=True)


class DutyHoursSchema(Schema):
    """From `start` up to and without `end`."""

    start = AwareTime(required=True)
    end = AwareTime(required=True)


class DutyBreakSchema(Schema):
    """A rest of `minutes` within `window`."""

    window = Nested(DutyHoursSchema, required=True)
    minutes = Integer(required=True)


class CrewOnDutySchema(Schema):
    """A crew as the planner sees it; `crew_id` is null for somebody who goes alone."""

    crew_id = Id(required=True, allow_none=True)
    lead_id = Id(required=True)
    partner_id = Id(required=True, allow_none=True)
    size = Integer(min=1, max=2, required=True)
    hours = Nested(DutyHoursSchema, required=True)
    start = Point(required=True)
    end = Point(required=True)
    breaks = List(Nested(DutyBreakSchema), required=True)
    skills = List(Text(max=50), required=True)


class CrewOnDutyList(Schema):
    """Who goes out on a day, by start."""

    items = List(Nested(CrewOnDutySchema), required=True)
