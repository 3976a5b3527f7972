"""Making a plan: engines propose, our clock settles, the judge decides. No unchecked plan leaves here."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from routing.check import Violation, check
from routing.engines import Effort, Engine, EngineError, Orders
from routing.engines.pyvrp import PyVrp
from routing.engines.vroom import Vroom
from routing.explain import explain
from routing.insertion import fill, settle
from routing.model import Plan, Problem, ProblemError, Route
from routing.schedule import Day

#: The builder gets this share of the time and never more than a second: it ends by itself, and the rest is
#: better spent on polishing its plan. Where steps are counted it makes one search, however long that takes.
_BUILD_SHARE = 0.4
_BUILD_MOST_S = 1.0


class PlanningError(RuntimeError):
    """Every plan that was made breaks a rule: a fault of ours, or facts that contradict the problem.

    `violations` are those of the cheapest plan. Nothing was planned; the old plan still holds.
    """

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        listed = " ".join(violation.sentence for violation in violations[:5])
        super().__init__(f"No plan passed the check ({len(violations)} breaches). {listed}")
        self.violations = violations


@dataclass(frozen=True, slots=True)
class _Candidate:
    orders: Orders
    made_by: str
    cost_s: int


def default_engines() -> tuple[Engine, ...]:
    """VROOM builds, PyVRP polishes: together better than either alone in twice the time."""
    return Vroom(), PyVrp()


def solve(
    problem: Problem,
    *,
    seconds: float = 2.0,
    seed: int = 0,
    iterations: int | None = None,
    engines: Sequence[Engine] | None = None,
    start: Plan | None = None,
) -> Plan:
    """Plan a day: a plan that passes `check`, with a proved reason for every stop left out.

    Args:
        problem: what to plan.
        seconds: the time the engines get together. Settling, checking and explaining come on top.
        seed: the same seed and `iterations` give the same plan again, unless `seconds` end first; the
            plan's notes say so then.
        iterations: how many steps the polisher makes at most; None lets it use all of its time.
        engines: who proposes, in turn, each from the best plan so far. An engine that fails or is not
            installed is named in the notes; with none left a plain insertion makes the plan.
        start: a plan to improve: a running day keeps most of its promises when it is planned from the old.

    Raises:
        ProblemError: `seconds` or `iterations` make no sense.
        PlanningError: no plan passes the check.
    """
    if not 0 < seconds <= 3_600:  # noqa: PLR2004 - an hour is said in the message
        raise ProblemError("Give the engines more than 0 and at most 3600 seconds.")
    if iterations is not None and iterations < 1:
        raise ProblemError("Give at least one iteration, or None for as many as the time allows.")
    day = Day.of(problem)
    notes: list[str] = []
    candidates: list[_Candidate] = []
    if start is not None:
        orders, _ = settle(day, _orders_of(day, start))
        candidates.append(_candidate(day, orders, "the given plan"))
    ends = perf_counter() + seconds
    line = default_engines() if engines is None else tuple(engines)
    for number, engine in enumerate(line):
        left = max(0.01, ends - perf_counter())
        may_take_all = number == len(line) - 1 or iterations is not None
        share = left if may_take_all else min(_BUILD_MOST_S, left * _BUILD_SHARE)
        if number and not candidates:
            candidates.append(_inserted(day))
        best = min(candidates, key=lambda one: one.cost_s, default=None)
        effort = Effort(share, seed, iterations)
        candidate = _ask(engine, day, effort, best, notes)
        if candidate is not None:
            candidates.append(candidate)
    if not candidates:
        candidates.append(_inserted(day))
    if problem.travel.estimated:
        notes.append(
            f"{len(problem.travel.estimated)} trips are estimates: the source had no answer for them."
        )
    return _first_that_passes(day, candidates, notes)


def _orders_of(day: Day, plan: Plan) -> Orders:
    return {
        route.vehicle: tuple(visit.stop for visit in route.visits if visit.stop not in day.done)
        for route in plan.routes
    }


def _candidate(day: Day, orders: Orders, made_by: str) -> _Candidate:
    routes = _routes(day, orders)
    planned = {visit.stop for route in routes for visit in route.visits}
    left_out = sum(day.problem.price_s(stop) for stop in day.problem.stops if stop.id not in planned)
    return _Candidate(orders, made_by, sum(route.travel_s for route in routes) + left_out)


def _inserted(day: Day) -> _Candidate:
    return _candidate(day, fill(day, {}), "insertion")


def _ask(
    engine: Engine, day: Day, effort: Effort, best: _Candidate | None, notes: list[str]
) -> _Candidate | None:
    try:
        proposal = engine.propose(day, effort, best.orders if best else None)
        orders, refused = settle(day, proposal.orders)
    except EngineError as error:
        notes.append(f"{error} The plan was made without it.")
        return None
    except Exception as error:  # noqa: BLE001 - whatever a solver throws, the day is still planned
        notes.append(f"{engine.name} failed ({type(error).__name__}: {error}). The plan was made without it.")
        return None
    if refused:
        notes.append(f"{refused} visits of {engine.name}'s proposal did not hold and were placed anew.")
    if effort.iterations is not None and not proposal.complete:
        notes.append(f"{engine.name} ran out of time; another run may give another plan.")
    return _candidate(day, orders, engine.name)


def _routes(day: Day, orders: Orders) -> tuple[Route, ...]:
    timed = (
        day.route(vehicle, orders.get(vehicle.id, ()))
        for vehicle in day.problem.vehicles
        if vehicle.id in day.locked or orders.get(vehicle.id)
    )
    return tuple(route for route in timed if route is not None)


def _plan(day: Day, orders: Orders, made_by: str, notes: tuple[str, ...]) -> Plan:
    return Plan(_routes(day, orders), explain(day, orders), day.problem.travel.source, made_by, notes)


def _first_that_passes(day: Day, candidates: Sequence[_Candidate], notes: Sequence[str]) -> Plan:
    found: tuple[Violation, ...] = ()
    said = list(notes)
    for candidate in sorted(candidates, key=lambda one: one.cost_s):
        plan = _plan(day, candidate.orders, candidate.made_by, tuple(said))
        violations = check(day.problem, plan)
        if not violations:
            return plan
        found = found or violations
        said.append(f"The plan of {candidate.made_by} broke {len(violations)} rules and was refused.")
    raise PlanningError(found)
