"""Making a plan: engines propose, our clock settles, the judge decides. No unchecked plan leaves here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from time import perf_counter

from routing.check import Violation, check
from routing.cost import cost_of
from routing.engines import Effort, Engine, EngineError, Orders
from routing.engines.apart import Apart
from routing.engines.own import LocalSearch, Recombination, prepare
from routing.engines.pyvrp import PyVrp
from routing.engines.vroom import Vroom
from routing.explain import explain
from routing.insertion import settle
from routing.model import Objective, Plan, Problem, ProblemError, Route
from routing.quick import Quick
from routing.schedule import Day
from routing.search.pool import Pool
from routing.search.state import State, numbers_of
from routing.watch import StoppedError, ask

#: An engine that is not the last gets this share of what is left, and never more than a second, if nothing
#: else is said of it.
_SHARE = 0.4
_MOST_S = 1.0
#: Progress is told at most so often while an engine is at work.
_TELL_EVERY_S = 0.05


class PlanningError(RuntimeError):
    """Every plan that was made breaks a rule: a fault of ours, or facts that contradict the problem.

    `violations` are those of the cheapest plan. Nothing was planned; the old plan still holds.
    """

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        listed = " ".join(violation.sentence for violation in violations[:5])
        super().__init__(f"No plan passed the check ({len(violations)} breaches). {listed}")
        self.violations = violations


@dataclass(frozen=True, slots=True)
class Progress:
    """How a plan is coming on: the best day so far, before it is checked."""

    elapsed_s: float
    stage: str
    cost_s: int
    planned: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Stage:
    """An engine's turn: which share of the time that is left, and at most how long."""

    engine: Engine
    share: float
    most_s: float = 3_600.0


@dataclass(frozen=True, slots=True)
class _Candidate:
    orders: Orders
    made_by: str
    cost_s: int


def line_for(problem: Problem) -> tuple[Stage, ...]:
    """Say who works in turn, each from the best day so far.

    Our own search knows the whole model and its exact price, and finds more than any engine does before it; its routes are put
    together anew at the end. Where it cannot be compiled, VROOM builds and PyVRP polishes. Where travel alone counts nothing
    is better than PyVRP, which needs no plan to begin with, and goes on from what its routes make together.
    """
    if problem.objective is Objective.TRAVEL:
        return (
            Stage(PyVrp(), 0.6),
            Stage(Recombination(), 0.25),
            Stage(PyVrp(), 0.85),
            Stage(Recombination(), 1.0),
        )
    if find_spec("numba") is None:
        return (Stage(Apart(Vroom()), 0.25, 1.5 + len(problem.stops) / 50), Stage(PyVrp(), 1.0))
    return (Stage(LocalSearch(), 0.9), Stage(Recombination(), 1.0))


def solve(
    problem: Problem,
    *,
    seconds: float = 2.0,
    seed: int = 0,
    iterations: int | None = None,
    engines: Sequence[Engine] | None = None,
    start: Plan | None = None,
    progress: Callable[[Progress], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Plan:
    """Plan a day: a plan that passes `check`, with a proved reason for every stop left out.

    Args:
        problem: what to plan.
        seconds: the time the engines get together. Settling, checking and explaining come on top.
        seed: the same seed and `iterations` give the same plan again, unless `seconds` end first; the
            plan's notes say so then.
        iterations: how many steps each engine makes at most; None lets it use all of its time.
        engines: who proposes, in turn, each from the best plan so far. An engine that fails, hangs or is not
            installed is named in the notes; with none left a plain insertion makes the plan.
        start: a plan to improve: a running day keeps most of its promises when it is planned from the old.
        progress: hears of every better day while it is searched, from another thread.
        is_stopped: once it says yes, the best day so far becomes the plan at once.

    Raises:
        ProblemError: `seconds` or `iterations` make no sense.
        PlanningError: no plan passes the check.
    """
    if not 0 < seconds <= 3_600:  # noqa: PLR2004 - an hour is said in the message
        raise ProblemError("Give the engines more than 0 and at most 3600 seconds.")
    if iterations is not None and iterations < 1:
        raise ProblemError("Give at least one iteration, or None for as many as the time allows.")
    line = line_for(problem) if engines is None else _stages(engines)
    if any(isinstance(stage.engine, LocalSearch) for stage in line):
        prepare(is_stopped)
    search = _Search(problem, progress, is_stopped)
    if start is not None:
        search.given(start)
    search.run(line, seconds=seconds, seed=seed, iterations=iterations)
    return search.plan()


def _stages(engines: Sequence[Engine]) -> tuple[Stage, ...]:
    *first, last = (*engines,) or (None,)
    stages = tuple(Stage(engine, _SHARE, _MOST_S) for engine in first)
    return stages if last is None else (*stages, Stage(last, 1.0))


class _Search:
    """One search for a plan: the candidates so far, and what is to be told of them."""

    def __init__(
        self, problem: Problem, progress: Callable[[Progress], None] | None, is_stopped: Callable[[], bool]
    ) -> None:
        self.day = Day.of(problem)
        self.quick = Quick(self.day)
        self.pool = Pool(self.quick)
        self.notes: list[str] = []
        self.candidates: list[_Candidate] = []
        self.is_stopped = is_stopped
        self._progress = progress
        self._began = self._told = perf_counter()
        self._heard: tuple[str, Orders] | None = None

    def given(self, start: Plan) -> None:
        orders = {
            route.vehicle: tuple(visit.stop for visit in route.visits if visit.stop not in self.day.done)
            for route in start.routes
        }
        self._settle(orders, "the given plan")

    def run(self, line: Sequence[Stage], *, seconds: float, seed: int, iterations: int | None) -> None:
        """Give each stage its turn; then there is a candidate at least."""
        ends = self._began + seconds
        for number, stage in enumerate(line):
            if self.is_stopped():
                break
            if number and not self.candidates:
                self._settle({}, "insertion")
            left = max(0.01, ends - perf_counter())
            share = left if iterations is not None else min(left * stage.share, stage.most_s)
            self._ask(
                stage.engine, Effort(share, seed, iterations, self._offered(stage.engine), pool=self.pool)
            )
        if not self.candidates:
            self._settle({}, "insertion")

    @property
    def _best(self) -> _Candidate | None:
        return min(self.candidates, key=lambda one: one.cost_s, default=None)

    def _ask(self, engine: Engine, effort: Effort) -> None:
        best = self._best
        self._heard = None
        try:
            proposal = ask(engine, self.day, effort, best.orders if best else None, self.is_stopped)
            refused = self._settle(proposal.orders, engine.name)
        except StoppedError:
            self._settle_heard()
            return
        except EngineError as error:
            self._settle_heard()
            self.notes.append(f"{error} The plan was made without it.")
            return
        except Exception as error:  # noqa: BLE001 - orders may be anything at all
            self.notes.append(
                f"{engine.name} failed ({type(error).__name__}: {error}). The plan was made without it."
            )
            return
        if refused:
            self.notes.append(
                f"{refused} visits of {engine.name}'s proposal did not hold and were placed anew."
            )
        if effort.iterations is not None and not proposal.complete:
            self.notes.append(f"{engine.name} ran out of time; another run may give another plan.")

    def _offered(self, engine: Engine) -> Callable[[Orders], None]:
        def offer(orders: Orders) -> None:
            self._heard = (engine.name, orders)
            now = perf_counter()
            if self._progress is not None and now - self._told >= _TELL_EVERY_S:
                state = State(self.quick, numbers_of(self.quick, orders))
                self._tell(engine.name, state.cost_s, len(state.absent))

        return offer

    def _settle_heard(self) -> None:
        """Keep what an engine offered before it was given up."""
        if self._heard is not None:
            name, orders = self._heard
            self._settle(orders, name)

    def _settle(self, proposed: Orders, made_by: str) -> int:
        """Make a candidate of a proposal; gives how many of its visits did not hold."""
        orders, refused = settle(self.quick, proposed)
        routes = _routes(self.day, orders)
        planned = {visit.stop for route in routes for visit in route.visits}
        left_out = [stop.id for stop in self.day.problem.stops if stop.id not in planned]
        cost = cost_of(self.day.problem, routes, left_out).total_s
        self.candidates.append(_Candidate(orders, made_by, cost))
        self._tell(made_by, cost, len(left_out))
        return refused

    def _tell(self, stage: str, cost_s: int, left_out: int) -> None:
        if self._progress is not None:
            self._told = perf_counter()
            planned = len(self.day.problem.stops) - left_out
            self._progress(Progress(self._told - self._began, stage, cost_s, planned, left_out))

    def plan(self) -> Plan:
        """Give the cheapest candidate that passes the check."""
        estimated = len(self.day.problem.travel.estimated)
        if estimated:
            self.notes.append(f"{estimated} trips are estimates: the source had no answer for them.")
        return _first_that_passes(self.quick, self.candidates, self.notes)


def _routes(day: Day, orders: Orders) -> tuple[Route, ...]:
    timed = (
        day.route(vehicle, orders.get(vehicle.id, ()))
        for vehicle in day.problem.vehicles
        if vehicle.id in day.locked or orders.get(vehicle.id)
    )
    return tuple(route for route in timed if route is not None)


def _first_that_passes(quick: Quick, candidates: Sequence[_Candidate], notes: Sequence[str]) -> Plan:
    problem = quick.day.problem
    found: tuple[Violation, ...] = ()
    said = list(notes)
    for candidate in sorted(candidates, key=lambda one: one.cost_s):
        routes = _routes(quick.day, candidate.orders)
        dropped = explain(quick, candidate.orders)
        plan = Plan(routes, dropped, problem.travel.source, candidate.made_by, tuple(said))
        violations = check(problem, plan)
        if not violations:
            return plan
        found = found or violations
        said.append(f"The plan of {candidate.made_by} broke {len(violations)} rules and was refused.")
    raise PlanningError(found)
