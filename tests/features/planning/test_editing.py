"""A draft is changed by hand: hours follow, breaches are named, and the next run keeps to it."""

import pytest

from field_visits.appointments.models import Appointment
from field_visits.cases.service.holds import place_hold
from field_visits.identity.models import Evenness
from field_visits.kernel.errors import InvalidError
from field_visits.planning.breaches import BreachError
from field_visits.planning.editing import move, pin
from field_visits.planning.models import PlanDraft
from field_visits.unit_of_work import Born
from tests.features.appointments.days import RULES, at, booked, crew_is, now_is
from tests.features.planning.days import drafted, newest, on_duty, published, shared, starts, who_makes
from tests.world import World

NEAR, FAR = (31.2304, 121.4737), (31.40, 121.90)


def moved(world: World, draft: PlanDraft, one: Appointment, **told: object) -> PlanDraft:
    with world.work(world.dispatcher) as uow:
        row = uow.session.get_one(PlanDraft, draft.id)
        move(uow, RULES, row, one.id, **told)  # type: ignore[arg-type]  # as each test names it
    return newest(world, draft.id)


def breach_of(world: World, draft: PlanDraft, one: Appointment, **told: object) -> dict[str, object]:
    before = newest(world, draft.id)
    with pytest.raises(BreachError) as error:
        moved(world, draft, one, **told)
    after = newest(world, draft.id)
    assert (after.plan, after.version) == (before.plan, before.version), "nothing changed"
    return dict(error.value.extra["breaches"][0])


def test_a_visit_goes_to_another_crew_and_all_hours_follow(world: World) -> None:
    shared(world, Evenness.FREE)
    on_duty(world, world.collector, world.other_collector)
    one, other = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    draft = drafted(world)
    (crew,) = set(who_makes(draft.plan).values())
    free = "B-other_collector" if crew == "B-collector" else "B-collector"

    after = moved(world, draft, one, crew=free)

    assert who_makes(after.plan) == {str(one.id): free, str(other.id): crew}
    assert after.version != draft.version
    assert starts(after.plan)[str(one.id)] == starts(after.plan)[str(other.id)] == "2026-11-27T02:00:00Z"
    (visit,) = next(route["visits"] for route in after.plan["routes"] if route["crew"]["name"] == free)
    assert visit["is_pinned"] is True
    (change,) = [change for change in after.plan["changes"] if change["appointment_id"] == str(one.id)]
    assert (change["change"], change["now"]["crew"]) == ("added", free)

    again = drafted(world, from_draft=after)
    assert who_makes(again.plan)[str(one.id)] == free, "the next run keeps to it"
    published(world, again.id)
    assert now_is(world, one.id).is_pinned is True
    assert [row.collector_id for row in crew_is(world, one.id)] == [
        world.other_collector.user if free == "B-other_collector" else world.collector.user
    ]


def test_a_visit_is_made_in_another_turn_and_not_before_an_hour(world: World) -> None:
    on_duty(world, world.collector)
    one, other = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    draft = drafted(world)
    first = min(starts(draft.plan), key=starts(draft.plan).__getitem__)
    late = one if str(one.id) == first else other

    turned = moved(world, draft, late, crew="B-collector", position=1)
    assert max(starts(turned.plan), key=starts(turned.plan).__getitem__) == first
    later = moved(world, turned, late, crew="B-collector", position=1, not_before=at(14))
    assert starts(later.plan)[first] == "2026-11-27T06:00:00Z"
    assert later.plan["routes"][0]["visits"][0]["is_pinned"] is False, "the same crew needs no pin"


def test_a_visit_is_taken_out_and_stays_out(world: World) -> None:
    on_duty(world, world.collector)
    one = booked(world, at(10), hours=6)
    out = moved(world, drafted(world), one, crew=None)
    (drop,) = out.plan["dropped"]
    assert (drop["appointment_id"], drop["reason"]) == (str(one.id), "by-hand")
    assert who_makes(drafted(world, from_draft=out).plan) == {}
    back = moved(world, out, one, crew="B-collector")
    assert who_makes(back.plan) == {str(one.id): "B-collector"}


def test_a_wish_against_the_promised_window_names_the_promise(world: World) -> None:
    on_duty(world, world.collector)
    early, late = booked(world, at(10), hours=1), booked(world, at(15), hours=1)
    breach = breach_of(world, drafted(world), late, crew="B-collector", position=0)
    assert (breach["rule"], breach["appointment_id"]) == ("promise", str(early.id))
    assert "promised" in str(breach["sentence"])
    assert breach["size"] > 4 * 3600  # type: ignore[operator]  # seconds that it comes late


def test_a_wish_against_the_law_names_the_rule(world: World) -> None:
    on_duty(world, world.collector)
    case = world.case()
    one = booked(world, at(10), case=case)
    draft = moved(world, drafted(world), one, crew=None)
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="dispute"), Born)
    breach = breach_of(world, draft, one, crew="B-collector")
    assert breach["rule"] == "law"
    decision = breach["decision"]
    assert isinstance(decision, dict)
    assert "CN-DISP-1" in {reason["rule_id"] for reason in decision["reasons"]}


def test_an_hour_that_the_law_closes_names_the_rule(world: World) -> None:
    on_duty(world, world.collector, start=8, hours=12)
    first = booked(world, at(10), hours=10, case=world.case(zones=("Asia/Shanghai",), place=NEAR))
    draft = drafted(world)
    breach = breach_of(world, draft, first, crew="B-collector", position=0, not_before=at(20))
    assert breach["rule"] in {"law", "promise"}
    assert breach["appointment_id"] == str(first.id)


def test_a_wish_beyond_the_shift_and_without_the_skill_is_named(world: World) -> None:
    on_duty(world, world.collector, hours=4)
    late = booked(world, at(12), hours=3)
    draft = moved(world, drafted(world), late, crew=None)
    shift = breach_of(world, draft, late, crew="B-collector", position=0, not_before=at(13))
    assert shift["rule"] == "shift"

    trained = booked(world, at(10), case=world.case(skills=["cantonese"]))
    skill = breach_of(world, draft, trained, crew="B-collector")
    assert (skill["rule"], skill["appointment_id"]) == ("skill", str(trained.id))


def test_what_is_none_of_the_day_cannot_be_moved(world: World) -> None:
    on_duty(world, world.collector)
    one, tomorrow = booked(world, at(10)), booked(world, at(34))
    draft = drafted(world)
    with pytest.raises(InvalidError, match="does not stand"):
        moved(world, draft, tomorrow, crew="B-collector")
    with pytest.raises(InvalidError, match="does not work"):
        moved(world, draft, one, crew="nobody")


def test_a_pin_is_taken_off_and_that_is_published(world: World) -> None:
    on_duty(world, world.collector, world.other_collector)
    one = booked(world, at(10), hours=6)
    draft = drafted(world)
    crew = who_makes(draft.plan)[str(one.id)]
    free = "B-other_collector" if crew == "B-collector" else "B-collector"
    published(world, moved(world, draft, one, crew=free).id)
    assert now_is(world, one.id).is_pinned is True

    again = drafted(world)
    with world.work(world.dispatcher) as uow:
        pin(uow, RULES, uow.session.get_one(PlanDraft, again.id), one.id, is_pinned=False)
    published(world, again.id)
    assert now_is(world, one.id).is_pinned is False
    out = moved(world, drafted(world), one, crew=None)
    with world.work(world.dispatcher) as uow, pytest.raises(InvalidError, match="give it to a crew"):
        pin(uow, RULES, uow.session.get_one(PlanDraft, out.id), one.id, is_pinned=True)


def test_a_draft_follows_what_happened_since(world: World) -> None:
    on_duty(world, world.collector)
    one = booked(world, at(10), hours=6)
    draft = drafted(world)
    new = booked(world, at(10), hours=6)
    after = moved(world, draft, new, crew="B-collector")
    assert set(who_makes(after.plan)) == {str(one.id), str(new.id)}
    published(world, after.id)


def test_one_edit_leaves_the_other_rounds_alone_and_fills_nothing_in(world: World) -> None:
    on_duty(world, world.collector, world.other_collector)
    one, other = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    out = moved(world, drafted(world), one, crew=None)
    twice = moved(world, out, other, crew=None)
    back = moved(world, twice, one, crew="B-collector")
    assert who_makes(back.plan) == {str(one.id): "B-collector"}
