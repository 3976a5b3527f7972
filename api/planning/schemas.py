"""What the API says and takes of plans."""

from typing import Any

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import AwareTime, Choice, Day, Flag, Id, Integer, List, QuerySchema, Schema, Text, Version
from field_visits.planning.changes import Change, Why
from field_visits.planning.drafting import DEFAULT_BUDGET_S, MAX_BUDGET_S
from field_visits.planning.models import DayPlan, PlanDraft
from field_visits.planning.plan_json import Happening, Roads
from field_visits.workforce.runs import Stage
from field_visits.workforce.service import MAX_REASON


class _Instant(fields.String):
    """An instant as the plan keeps it."""

    def __init__(self) -> None:
        super().__init__(required=True, metadata={"format": "date-time"})


class PlanRunCreateSchema(Schema):
    """Which day to plan, how long to think, and from which draft to go on."""

    day = Day(required=True)
    budget_s = Integer(
        min=1,
        max=int(MAX_BUDGET_S),
        load_default=int(DEFAULT_BUDGET_S),
        metadata={"description": "Seconds that the solver may think."},
    )
    seed = Integer(min=0, max=2**31 - 1, load_default=0)
    from_draft = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "A draft of the day whose decisions by hand stay."},
    )


class BestSoFarSchema(Schema):
    """The best day that a run has found so far."""

    elapsed_s = Integer(required=True)
    planned = Integer(required=True)
    left_out = Integer(required=True)


class PlanRunFailureSchema(Schema):
    """Why a run made no draft."""

    code = Text(max=60, required=True)
    detail = Text(max=4000, required=True)


class PlanRunSchema(Schema):
    """The planning of a day: waiting, under way, or over."""

    id = Id(required=True)
    day = Day(required=True)
    stage = Choice(Stage, required=True)
    budget_s = Integer(required=True)
    seed = Integer(required=True)
    from_draft = Id(required=True, allow_none=True)
    asked_at = AwareTime(required=True)
    finished_at = AwareTime(required=True, allow_none=True)
    is_cancelled = Flag(required=True, metadata={"description": "Somebody asked it to stop."})
    best = fields.Nested(BestSoFarSchema, required=True, allow_none=True)
    draft_id = Id(required=True, allow_none=True)
    failure = fields.Nested(PlanRunFailureSchema, required=True, allow_none=True)


class PlanRunListSchema(Schema):
    """The runs of a day, the newest first."""

    items = List(fields.Nested(PlanRunSchema), required=True)


class MoveSchema(Schema):
    """Where a visit of a draft goes."""

    appointment_id = Id(required=True)
    crew = Text(
        max=300,
        required=True,
        allow_none=True,
        metadata={"description": "The name of a crew of the draft; null takes the visit out of the day."},
    )
    position = Integer(
        min=0,
        max=500,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "How many visits to make come before it; null is where it costs least travel."
        },
    )
    not_before = AwareTime(
        load_default=None, allow_none=True, metadata={"description": "It does not begin earlier."}
    )


class PinSchema(Schema):
    """Whether a visit of a draft stays with its crew."""

    appointment_id = Id(required=True)
    is_pinned = Flag(required=True)


class PublicationSchema(Schema):
    """Which draft becomes the day's plan."""

    draft_id = Id(required=True)
    version = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The draft's version that was looked at; another one answers 412."},
    )


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
    happened = Choice(
        Happening,
        required=True,
        allow_none=True,
        dump_default=None,
        metadata={"description": "Its hours are then those that happened; null is still to make."},
    )
    is_pinned = Flag(
        required=True,
        dump_default=False,
        metadata={"description": "A person named its crew; planning keeps to it."},
    )
    is_estimate = Flag(
        required=True,
        dump_default=False,
        metadata={"description": "The road map knows no way to it: the trip is an estimate."},
    )


class PlannedBreakSchema(Schema):
    """One rest of a route."""

    start_at = _Instant()
    end_at = _Instant()


class SlackSchema(Schema):
    """How much may go wrong in a route before somebody waits in vain."""

    slack_s = Integer(
        required=True, metadata={"description": "A delay of so many seconds makes nobody late."}
    )
    at_risk = Id(
        required=True,
        allow_none=True,
        metadata={"description": "The visit that would be late first; null is the shift's end, or a break."},
    )


class RouteSchema(Schema):
    """The day of one crew."""

    crew = fields.Nested(PlanCrewSchema, required=True)
    depart_at = _Instant()
    return_at = _Instant()
    travel_s = Integer(required=True)
    travel_m = Integer(required=True)
    visits = List(fields.Nested(PlannedVisitSchema), required=True)
    breaks = List(fields.Nested(PlannedBreakSchema), required=True)
    slack = fields.Nested(
        SlackSchema,
        required=True,
        allow_none=True,
        dump_default=None,
        metadata={"description": "Null where nothing is left to do."},
    )


class CrewOfDaySchema(PlanCrewSchema):
    """A crew of the day and when it works, whether it has visits or none."""

    works_from = _Instant()
    works_to = _Instant()
    skills = List(Text(max=50), required=True)


class PlaceInDaySchema(Schema):
    """Who makes a visit, and from when."""

    crew = Text(
        max=300,
        required=True,
        allow_none=True,
        metadata={"description": "Null: it does not work then any more."},
    )
    start_at = _Instant()


class PlanChangeSchema(Schema):
    """A visit that a plan moves, adds or leaves out, against the day as it stood, and why."""

    appointment_id = Id(required=True)
    change = Choice(Change, required=True)
    reason = Choice(Why, required=True)
    sentence = Text(max=4000, required=True)
    was = fields.Nested(PlaceInDaySchema, required=True, allow_none=True)
    now = fields.Nested(PlaceInDaySchema, required=True, allow_none=True)
    price_s = Integer(
        required=True,
        dump_default=0,
        metadata={
            "description": "What it had to save, in seconds of travel, to be moved at all; 0 where a person decided."
        },
    )


class LeftOutSchema(Schema):
    """An appointment that the plan leaves out, and why."""

    appointment_id = Id(required=True)
    reason = Text(max=60, required=True)
    sentence = Text(max=4000, required=True)
    decision = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What the rules say, where law forbids it."}
    )


class PaceSchema(Schema):
    """How fast this organisation's crews were seen to get on in some hours, with the margin that is planned for."""

    from_hour = Integer(required=True)
    to_hour = Integer(required=True)
    speed_m_h = Integer(required=True, metadata={"description": "Metres an hour, margin included."})
    per_trip_s = Integer(required=True, metadata={"description": "For parking and walking, at every trip."})
    margin_percent = Integer(
        required=True, metadata={"description": "So much longer is planned than half of the trips took."}
    )
    trips = Integer(
        required=True, metadata={"description": "On how many it rests; under 30 the whole day's are taken."}
    )
    late_percent = Integer(
        required=True, metadata={"description": "Of those trips took longer all the same."}
    )


class TravelSchema(Schema):
    """What the travel times rest on."""

    source = Text(max=300, required=True)
    is_estimate = Flag(required=True)
    roads = Choice(
        Roads,
        required=True,
        dump_default=Roads.NONE,
        metadata={"description": "Whether a road map answered; silent and none are estimates."},
    )
    estimated_trips = Integer(
        required=True, dump_default=0, metadata={"description": "Trips that the road map does not know."}
    )
    pace = List(fields.Nested(PaceSchema), required=True, dump_default=list)
    basis = Text(max=600, required=True)
    travel_s = Integer(required=True)
    travel_m = Integer(required=True)


class FiguresSchema(Schema):
    """A plan summed up."""

    planned = Integer(required=True)
    left_out = Integer(required=True)
    travel_s = Integer(required=True)
    travel_m = Integer(required=True)
    spread_s = Integer(
        required=True,
        metadata={"description": "Between the longest and the shortest working time of those who go out."},
    )


class PriceSchema(Schema):
    """What a plan costs, in seconds of travel: the solver looks for the smallest sum."""

    travel_s = Integer(required=True)
    left_out_s = Integer(required=True)
    moved_s = Integer(required=True, metadata={"description": "For visits that stood otherwise before."})
    unfair_s = Integer(
        required=True, metadata={"description": "For crews that work more or less than others."}
    )


class _Laid(Schema):
    """What drafts and plans have in common."""

    id = Id(required=True)
    day = Day(required=True)
    crews = List(fields.Nested(CrewOfDaySchema), required=True)
    routes = List(fields.Nested(RouteSchema), required=True)
    dropped = List(fields.Nested(LeftOutSchema), required=True)
    travel = fields.Nested(TravelSchema, required=True)
    figures = fields.Nested(FiguresSchema, required=True, allow_none=True)
    figures_before = fields.Nested(
        FiguresSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Of the plan that was published when this one was made."},
    )
    price = fields.Nested(PriceSchema, required=True, allow_none=True)
    engine = Text(max=100, required=True, metadata={"description": "Which solver proposed it."})
    notes = List(Text(max=1000), required=True)
    changes = List(fields.Nested(PlanChangeSchema), required=True)


class DraftSchema(_Laid):
    """A proposal that nobody was promised."""

    made_at = AwareTime(required=True)
    changed_at = AwareTime(required=True)
    version = Id(required=True, metadata={"description": "Its ETag; every edit by hand gives it a new one."})

    def laid_out(self, obj: Any) -> Any:
        """A draft as it is shown."""
        if not isinstance(obj, PlanDraft):
            return obj
        names = ("id", "day", "made_at", "changed_at", "version")
        return _laid_out(obj.plan) | {name: getattr(obj, name) for name in names}


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


class HandoverCreateSchema(Schema):
    """Who cannot go on, on which day, and why."""

    collector_id = Id(required=True)
    day = Day(required=True)
    reason = Text(max=MAX_REASON, required=True)


class HandoverSchema(Schema):
    """The absence that is on record, and the day without them."""

    absence_id = Id(required=True, attribute="absence.id")
    plan = fields.Nested(
        PlanSchema,
        required=True,
        allow_none=True,
        metadata={
            "description": "Null where nobody was to be visited; `changes` says what became of each visit."
        },
    )


class ActualSchema(Schema):
    """A finished visit beside its plan; seconds and metres."""

    visit_id = Id(required=True, attribute="visit.id")
    appointment_id = Id(required=True, attribute="appointment.id")
    lead_id = Id(required=True, attribute="visit.lead_id")
    partner_id = Id(required=True, allow_none=True, attribute="visit.partner_id")
    planned_from = AwareTime(required=True, allow_none=True, attribute="appointment.planned_from")
    planned_to = AwareTime(required=True, allow_none=True, attribute="appointment.planned_to")
    departed_at = AwareTime(required=True, attribute="visit.departed_at")
    arrived_at = AwareTime(required=True)
    finished_at = AwareTime(required=True)
    late_s = Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Arrival after the planned start; negative is early."},
    )
    service_s = Integer(required=True)
    travel_s = Integer(
        required=True, allow_none=True, metadata={"description": "Null where nobody told the departure."}
    )
    straight_m = Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Straight line from the door before; null for the first of a day."},
    )


class ActualListSchema(Schema):
    """The finished visits of a day, by lead and time."""

    items = List(fields.Nested(ActualSchema), required=True)


def plan_laid_out(plan: DayPlan) -> dict[str, Any]:
    """A plan as PlanSchema shows it."""
    names = ("id", "day", "timezone", "state", "published_at", "evidence_id")
    return _laid_out(plan.routes) | {name: getattr(plan, name) for name in names}


def _laid_out(plan: dict[str, Any]) -> dict[str, Any]:
    names = ("crews", "routes", "dropped", "travel", "notes", "changes")
    figures = ("figures", "figures_before", "price")
    # Plans that were published before these were kept have none.
    return (
        {name: plan.get(name, []) for name in names}
        | {name: plan.get(name) for name in figures}
        | {"engine": plan["made_by"]}
    )
