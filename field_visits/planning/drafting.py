"""From a day's appointments and crews to a proposal: nothing is promised to anybody yet."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from field_visits.cases.judging import Rules
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import PlanId
from field_visits.planning.by_hand import ByHand
from field_visits.planning.day import KnownDay, read_day
from field_visits.planning.models import PlanDraft
from field_visits.planning.pace import own_pace
from field_visits.planning.plan_json import plan_json, problem_json
from field_visits.planning.problem import Posed, pose
from field_visits.planning.solving import Watch, insert, search
from field_visits.unit_of_work import UnitOfWork
from routing.distance import Travel
from routing.engines import Orders
from routing.model import Plan
from routing.roads.city import CityTravel

MAX_BUDGET_S = 60.0
DEFAULT_BUDGET_S = 2.0


@dataclass(frozen=True, slots=True)
class Thought:
    """A day as it was read, and the checked plan that was found for it. `travel` is what its times rest on."""

    posed: Posed
    plan: Plan
    travel: CityTravel


def draft(
    uow: UnitOfWork,
    rules: Rules,
    day: date,
    *,
    budget_s: float = DEFAULT_BUDGET_S,
    seed: int = 0,
    iterations: int | None = None,
    roads: Travel | None = None,
    from_draft: PlanDraft | None = None,
    watch: Watch | None = None,
) -> PlanDraft:
    """A checked proposal for `day` is kept as a draft: who visits whom and when, and why some are left out.

    What was done or is under way stays as it is, and its crew goes on from there. Planning today starts now.
    A visit that somebody was going to make already is moved only where the day gains by it. All in one
    transaction: whoever thinks for longer than a moment reads, thinks and writes apart, as `running` does.

    Args:
        uow: The unit of work.
        rules: The released packs.
        day: A day of the organisation's calendar.
        budget_s: How long the solver may think, in seconds of wall clock, up to 60.
        seed: The same seed and `iterations` propose the same plan, unless the budget ends first.
        iterations: How many steps the solver makes at most.
        roads: The road engine, where there is one; the organisation's own pace is fitted anyhow.
        from_draft: Another draft of the day to begin from: what people decided in it by hand stays.
        watch: Told how far it is; an exception of it ends the planning, and nothing is kept.

    Raises:
        InvalidError: The day is over, or the budget cannot be.
        UnavailableError: No plan passed the checker; the plan that is published still holds.
    """
    require_budget(budget_s)
    thought = think(
        read_day(uow, rules, day),
        CityTravel(roads, own_pace(uow)),
        budget_s=budget_s,
        seed=seed,
        iterations=iterations,
        from_draft=from_draft,
        watch=watch,
    )
    return keep(uow, thought, seed=seed, budget_s=budget_s)


def think(
    known: KnownDay,
    travel: CityTravel,
    *,
    budget_s: float,
    seed: int = 0,
    iterations: int | None = None,
    from_draft: PlanDraft | None = None,
    watch: Watch | None = None,
) -> Thought:
    """The best plan found for a day that was read; as `draft`, without the database.

    Raises:
        UnavailableError: No plan passed the checker.
    """
    by_hand = ByHand() if from_draft is None else ByHand.of_json(from_draft.problem["by_hand"])
    posed = pose(known, by_hand, travel=travel)
    start = orders_that_stand(known) if from_draft is None else orders_of(known, from_draft)
    plan = search(posed.problem, seconds=budget_s, seed=seed, iterations=iterations, start=start, watch=watch)
    return Thought(posed, plan, travel)


def think_again(known: KnownDay, before: Thought) -> Thought:
    """What was found, fitted at once into the day as it was read since: what still can be stays, the rest is put where it costs least.

    Raises:
        UnavailableError: No plan passed the checker.
    """
    posed = pose(known, before.posed.by_hand, travel=before.travel)
    still = {str(one.id) for one in known.appointments}
    orders = {
        route.vehicle: tuple(visit.stop for visit in route.visits if visit.stop in still)
        for route in before.plan.routes
        if route.vehicle in known.crews
    }
    return Thought(posed, insert(posed.problem, orders), before.travel)


def keep(uow: UnitOfWork, thought: Thought, *, seed: int = 0, budget_s: float = 0.0) -> PlanDraft:
    """A plan that passed the checker is kept as a draft of its day."""
    posed = thought.posed
    drafted = PlanDraft(
        id=PlanId(uow.new_id()),
        org_id=uow.actor.organisation,
        day=posed.known.day,
        version=uow.new_id(),
        made_at=uow.now,
        made_by=uow.actor.user,
        changed_at=uow.now,
        problem=problem_json(posed, seed=seed, budget_s=budget_s),
        plan=plan_json(thought.plan, posed, thought.travel),
    )
    uow.session.add(drafted)
    uow.session.flush()
    return drafted


def orders_that_stand(known: KnownDay) -> Orders:
    """The day as it stands: each crew's visits in the order of their hours."""
    found: dict[str, list[str]] = {}
    for one, standing in sorted(known.standing().items(), key=lambda pair: (pair[1].interval, pair[0])):
        crew = known.crew_of(standing.team, standing.interval)
        if crew is not None:
            found.setdefault(crew, []).append(str(one))
    return {crew: tuple(order) for crew, order in found.items()}


def orders_of(known: KnownDay, drafted: PlanDraft) -> Orders:
    """The orders of a draft, as far as its crews still work and its visits can still be made."""
    still = {str(one.id) for one in known.appointments}
    crews = {(name, str(crew.lead_id)) for name, crew in known.crews.items()}
    return {
        route["crew"]["name"]: tuple(
            visit["appointment_id"] for visit in route["visits"] if visit["appointment_id"] in still
        )
        for route in drafted.plan["routes"]
        if (route["crew"]["name"], route["crew"]["lead_id"]) in crews
    }


def require_budget(budget_s: float) -> None:
    """The solver may think for so long; InvalidError otherwise."""
    if not 0 < budget_s <= MAX_BUDGET_S:
        raise InvalidError(
            "Give the solver up to a minute.", faults=[Fault("/budget_s", f"above 0, up to {MAX_BUDGET_S:g}")]
        )


def former_of(drafted: PlanDraft) -> PlanId | None:
    """The plan that was published when the draft was made."""
    former = drafted.problem["former"]
    return None if former is None else PlanId(UUID(former))
