"""What the API says and takes of plans."""

from typing import Any

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import AwareTime, Day, Flag, Id, Integer, List, QuerySchema, Schema, Text, Version
from field_visits.planning.models import DayPlan, PlanDraft


class _Instant(fields.String):
    """An instant as the plan keeps it."""

    def __init__(self) -> None:
        super().__init__(required=True, metadata={"format": "date-time"})


class DraftRequestSchema(Schema):
    """Which day to plan, and how long to think."""

    day = Day(required=True)
    budget_s = Integer(
        min=1, max=60, load_default=2, metadata={"description": "Seconds that the solver may think."}
    )
    seed = Integer(min=0, max=2**31 - 1, load_default=0)


class PublicationSchema(Schema):
    """Which draft becomes the day's plan."""

    draft_id = Id(required=True)


class PlanQuery(QuerySchema):
    """Which day of the organisation's calendar."""

    day = Day(required=True)


class PlanCrewSchema(Schema):
    """Who goes together."""

    name = Text(max=300, required=True)
    lead_id = Id(required=True)
    partner_id = Id(required=True, allow_none=True)


class PlannedVisitSchema(Schema):
    """One visit of a route; the travel is the trip that leads to it."""

    appointment_id = Id(required=True)
    arrive_at = _Instant()
    start_at = _Instant()
    end_at = _Instant()
    travel_s = Integer(required=True)
    travel_m = Integer(required=True)


class PlannedBreakSchema(Schema):
    """One rest of a route."""

    start_at = _Instant()
    end_at = _Instant()


class RouteSchema(Schema):
    """The day of one crew."""

    crew = fields.Nested(PlanCrewSchema, required=True)
    depart_at = _Instant()
    return_at = _Instant()
    travel_s = Integer(required=True)
    travel_m = Integer(required=True)
    visits = List(fields.Nested(PlannedVisitSchema), required=True)
    breaks = List(fields.Nested(PlannedBreakSchema), required=True)


class LeftOutSchema(Schema):
    """An appointment that the plan leaves out, and why."""

    appointment_id = Id(required=True)
    reason = Text(max=60, required=True)
    sentence = Text(max=4000, required=True)
    decision = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What the rules say, where law forbids it."}
    )


class TravelSchema(Schema):
    """What the travel times rest on."""

    source = Text(max=300, required=True)
    is_estimate = Flag(required=True)
    basis = Text(max=600, required=True)
    travel_s = Integer(required=True)
    travel_m = Integer(required=True)


class _Laid(Schema):
    """What drafts and plans have in common."""

    id = Id(required=True)
    day = Day(required=True)
    routes = List(fields.Nested(RouteSchema), required=True)
    dropped = List(fields.Nested(LeftOutSchema), required=True)
    travel = fields.Nested(TravelSchema, required=True)
    engine = Text(max=100, required=True, metadata={"description": "Which solver proposed it."})
    notes = List(Text(max=1000), required=True)


class DraftSchema(_Laid):
    """A proposal that nobody was promised."""

    made_at = AwareTime(required=True)

    def laid_out(self, obj: Any) -> Any:
        """A draft as it is shown."""
        if not isinstance(obj, PlanDraft):
            return obj
        return _laid_out(obj.plan) | {"id": obj.id, "day": obj.day, "made_at": obj.made_at}


class PlanSchema(_Laid):
    """A published plan: what a caller may see of it."""

    timezone = Text(max=64, required=True)
    state = fields.String(required=True, validate=OneOf(["published", "superseded"]))
    published_at = AwareTime(required=True)
    version = Version(required=True)

    def laid_out(self, obj: Any) -> Any:
        """A plan as it is shown."""
        return plan_laid_out(obj) if isinstance(obj, DayPlan) else obj


class PlanListSchema(Schema):
    """Every plan of a day: the one that holds, then the others, the newest first."""

    items = List(fields.Nested(PlanSchema), required=True)


def plan_laid_out(plan: DayPlan) -> dict[str, Any]:
    """A plan as PlanSchema shows it."""
    names = ("id", "day", "timezone", "state", "published_at", "evidence_id")
    return _laid_out(plan.routes) | {name: getattr(plan, name) for name in names}


def _laid_out(plan: dict[str, Any]) -> dict[str, Any]:
    return {name: plan[name] for name in ("routes", "dropped", "travel", "notes")} | {
        "engine": plan["made_by"]
    }
