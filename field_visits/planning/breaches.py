"""What stands against a day that somebody wishes for: each breach with its rule, its visit and its size."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from field_visits.kernel.errors import DomainError
from field_visits.planning.instants import instant
from field_visits.planning.problem import Posed, judge_start
from routing.check import Rule, Violation, check
from routing.model import MAX_INSTANT_S, Break, Plan, Vehicle, Window
from routing.schedule import Day

#: What a window breach is: the law's, or the promise's to the customer.
LAW, PROMISE = "law", "promise"
# One wish may upset a whole round: the first few say enough.
_MAX_SHOWN = 10


class BreachError(DomainError):
    """The wish breaks rules of the day or of the law; `extra` names each. Nothing was changed."""

    code = "plan-breach"

    def __init__(self, breaches: Sequence[dict[str, Any]]) -> None:
        super().__init__(" ".join(str(breach["sentence"]) for breach in breaches[:3]))
        self.extra = {"breaches": list(breaches)}


def breaches_of_round(posed: Posed, vehicle: Vehicle, order: Sequence[str]) -> list[dict[str, Any]]:
    """What is wrong with a round that cannot be made: it is timed as if nobody minded being late, and judged."""
    problem = posed.problem
    hopeless = [_hopeless(posed, stop.id) for stop in problem.stops if stop.id in order and not stop.windows]
    if hopeless:
        return hopeless
    late = tuple(replace(stop, windows=_open_ended(stop.windows)) for stop in problem.stops)
    tireless = replace(
        vehicle,
        shift_to_s=MAX_INSTANT_S,
        breaks=tuple(_any_time(pause) for pause in vehicle.breaks),
        max_visits=None,
        max_duration_s=None,
        max_travel_s=None,
        max_load=None,
    )
    crews = tuple(tireless if one.id == vehicle.id else one for one in problem.vehicles)
    route = Day.of(replace(problem, stops=late, vehicles=crews)).route(tireless, order)
    return [] if route is None else breaches_of(posed, Plan((route,), (), problem.travel.source, "a wish"))


def breaches_of(posed: Posed, plan: Plan) -> list[dict[str, Any]]:
    """Every breach of the rounds that the plan has, in words and figures; the first few."""
    violations = [one for one in check(posed.problem, plan) if one.vehicle is not None]
    return [_told(posed, plan, one) for one in violations[:_MAX_SHOWN]]


def _told(posed: Posed, plan: Plan, violation: Violation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule": str(violation.rule),
        "crew": violation.vehicle,
        "appointment_id": violation.stop,
        "size": violation.size,
        "start_at": None,
        "sentence": violation.sentence,
        "decision": None,
    }
    if violation.rule is Rule.WINDOW and violation.stop is not None:
        told |= _untimely(posed, plan, violation.stop)
    return told


def _untimely(posed: Posed, plan: Plan, stop: str) -> dict[str, Any]:
    """Whose hours they are that the visit misses: the law's, or those that the customer was promised."""
    known = posed.known
    one = next(one for one in known.appointments if str(one.id) == stop)
    start = known.epoch + timedelta(seconds=next(_starts(plan, stop)))
    crew = next(route.vehicle for route in plan.routes if any(visit.stop == stop for visit in route.visits))
    decision = judge_start(known, one, start, known.crews[crew].size)
    if decision.is_refused:
        words = " ".join(reason.detail for reason in decision.reasons)
        return {"rule": LAW, "start_at": instant(start), "sentence": words, "decision": decision.as_json()}
    sentence = (
        f"{crew} would begin at {instant(start)}; the customer was promised "
        f"{instant(one.window_from)} to {instant(one.window_to)}."
    )
    return {"rule": PROMISE, "start_at": instant(start), "sentence": sentence}


def _hopeless(posed: Posed, stop: str) -> dict[str, Any]:
    """A visit that has no hour at all on this day."""
    bar = posed.barred.get(stop, {"sentence": "No hour of this day is left for it.", "decision": None})
    return {
        "rule": LAW if bar["decision"] else PROMISE,
        "crew": None,
        "appointment_id": stop,
        "size": 1,
        "start_at": None,
        "sentence": bar["sentence"],
        "decision": bar["decision"],
    }


def _starts(plan: Plan, stop: str) -> Iterator[int]:
    for route in plan.routes:
        for visit in route.visits:
            if visit.stop == stop:
                yield visit.start_s


def _open_ended(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    return ((windows[0][0], MAX_INSTANT_S),) if windows else ()


def _any_time(pause: Break) -> Break:
    return replace(pause, windows=((pause.windows[0][0], MAX_INSTANT_S),))
