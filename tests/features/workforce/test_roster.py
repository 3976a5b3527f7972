"""Teams, shifts, absences, skills and crews through their verbs, on a real database."""

from datetime import date, datetime, timedelta

import pytest

from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.ids import ShiftId, TeamId, UserId, new_id
from field_visits.kernel.points import Point
from field_visits.unit_of_work import Born, Refused
from field_visits.workforce import queries, service
from field_visits.workforce.duty import Break, Interval
from field_visits.workforce.models import Crew, Shift
from tests.world import World, applied, refused

TODAY = date(2026, 11, 25)
TOWN = Point(31.23, 121.47)


def user(actor: Actor) -> UserId:
    assert actor.user is not None
    return actor.user


def plan(world: World, actor: Actor, *, start: int = 0, hours: int = 8, rest: Break | None = None) -> Shift:
    with world.work(world.dispatcher) as uow:
        begin = uow.now + timedelta(hours=start)
        born = service.plan_shift(
            uow, user(actor), starts_at=begin, ends_at=begin + timedelta(hours=hours), start=TOWN, rest=rest
        )
    assert isinstance(born, Born)
    return born.row


def faults(error: pytest.ExceptionInfo[InvalidError]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.detail) for fault in error.value.faults]


class TestTeams:
    def test_a_team_is_born_with_its_members(self, world: World) -> None:
        with world.work(world.admin) as uow:
            born = service.create_team(uow, name="  North  ", members=[user(world.collector)])
            assert isinstance(born, Born)
            assert born.row.name == "North"
            assert set(queries.members_of(uow, born.row.id)) == {user(world.collector)}

    def test_a_second_team_of_one_name_is_refused_and_leaves_a_trace(self, world: World) -> None:
        with world.work(world.admin) as uow:
            outcome = service.create_team(uow, name="Team A")
        assert refused(outcome).detail == "A team of this name exists already."

    def test_those_who_leave_a_team_stay_on_record(self, world: World) -> None:
        with world.work(world.admin) as uow:
            applied(service.set_members(uow, world.team_id, members=[user(world.collector)]))
        with world.work() as uow:
            team = queries.get_team(uow, world.team_id)
            left = {member.user_id for member in team.members if member.left_at is not None}
            assert set(queries.members_of(uow, world.team_id)) == {user(world.collector)}
        assert left == {user(world.other_collector), user(world.supervisor)}

    def test_an_unknown_member_is_named_by_its_place(self, world: World) -> None:
        stranger = UserId(new_id(world.clock.now()))
        with pytest.raises(InvalidError) as error, world.work(world.admin) as uow:
            service.create_team(uow, name="B", members=[user(world.collector), stranger])
        assert faults(error) == [("/members/1", "there is no such active person")]

    def test_a_team_of_another_organisation_is_not_there(self, world: World) -> None:
        other = World.found(world.database, world.clock)
        with pytest.raises(NotFoundError), world.work(world.admin) as uow:
            queries.get_team(uow, other.team_id)
        with pytest.raises(NotFoundError), world.work(world.admin) as uow:
            service.set_members(uow, TeamId(other.team_id), members=[])


class TestShifts:
    def test_overlapping_shifts_of_one_collector_are_refused(self, world: World) -> None:
        first = plan(world, world.collector)
        with pytest.raises(InvalidError) as error:
            plan(world, world.collector, start=7)
        assert faults(error) == [("/starts_at", f"overlaps the shift {first.id}")]

    def test_a_shift_right_after_another_and_one_after_a_withdrawal_are_planned(self, world: World) -> None:
        first = plan(world, world.collector)
        plan(world, world.collector, start=8)
        with world.work(world.dispatcher) as uow:
            applied(service.withdraw_shift(uow, first.id, reason="car broke"))
        plan(world, world.collector)

    def test_a_withdrawn_shift_cannot_be_withdrawn_again(self, world: World) -> None:
        shift = plan(world, world.collector)
        with world.work(world.dispatcher) as uow:
            applied(service.withdraw_shift(uow, shift.id, reason="ill"))
        with world.work(world.dispatcher) as uow:
            outcome = refused(service.withdraw_shift(uow, shift.id, reason="ill"))
        assert outcome.detail == "A shift that is withdrawn cannot «withdraw»."

    def test_a_person_who_is_no_collector_gets_no_shift(self, world: World) -> None:
        with pytest.raises(InvalidError) as error:
            plan(world, world.dispatcher)
        assert faults(error) == [("/collector_id", "this person is no collector")]

    @pytest.mark.parametrize(
        ("start", "hours", "pointer"),
        [(0, 0, "/ends_at"), (0, -1, "/ends_at"), (0, 17, "/ends_at"), (-9, 8, "/ends_at")],
        ids=["no-length", "backwards", "too-long", "over"],
    )
    def test_impossible_hours_are_refused(self, world: World, start: int, hours: int, pointer: str) -> None:
        with pytest.raises(InvalidError) as error:
            plan(world, world.collector, start=start, hours=hours)
        assert [where for where, _ in faults(error)] == [pointer]

    def test_a_break_lies_within_the_shift_and_fits_its_window(self, world: World) -> None:
        now = world.clock.now()
        with pytest.raises(InvalidError, match="outside the shift"):
            rest = Break(Interval(now - timedelta(hours=1), now + timedelta(hours=1)), 30)
            plan(world, world.collector, rest=rest)
        with pytest.raises(InvalidError, match="does not fit"):
            rest = Break(Interval(now, now + timedelta(minutes=30)), 31)
            plan(world, world.collector, rest=rest)

    def test_an_unknown_shift_is_not_found(self, world: World) -> None:
        with pytest.raises(NotFoundError), world.work(world.dispatcher) as uow:
            service.withdraw_shift(uow, ShiftId(new_id(uow.now)), reason="x")


class TestSkills:
    def test_a_skill_is_granted_once(self, world: World) -> None:
        def grant() -> Born | Refused:  # type: ignore[type-arg]  # of any row
            with world.work(world.admin) as uow:
                return service.grant_skill(uow, user(world.collector), name="Sichuanese", granted_on=TODAY)

        assert isinstance(grant(), Born)
        assert refused(grant()).detail == "This collector has the skill already."

    def test_a_skill_needs_a_name_and_does_not_expire_before_it_is_granted(self, world: World) -> None:
        with pytest.raises(InvalidError, match="no name"), world.work(world.admin) as uow:
            service.grant_skill(uow, user(world.collector), name="two words", granted_on=TODAY)
        with pytest.raises(InvalidError, match="expires before"), world.work(world.admin) as uow:
            service.grant_skill(
                uow,
                user(world.collector),
                name="mediation",
                granted_on=TODAY,
                expires_on=TODAY - timedelta(days=1),
            )


class TestOnDuty:
    def test_duty_is_shifts_less_absences_with_the_skills_of_that_day(self, world: World) -> None:
        plan(world, world.collector)
        now = world.clock.now()
        with world.work(world.dispatcher) as uow:
            who = user(world.collector)
            service.grant_skill(uow, who, name="mediation", granted_on=TODAY)
            service.grant_skill(
                uow, who, name="old", granted_on=date(2020, 1, 1), expires_on=date(2026, 11, 24)
            )
            service.record_absence(
                uow,
                who,
                starts_at=now + timedelta(hours=2),
                ends_at=now + timedelta(hours=3),
                reason="doctor",
            )
            duty = queries.on_duty(uow, now, now + timedelta(days=1))
        assert [(one.hours.start, one.hours.end) for one in duty] == [
            (now, now + timedelta(hours=2)),
            (now + timedelta(hours=3), now + timedelta(hours=8)),
        ]
        assert {one.skills for one in duty} == {frozenset({"mediation"})}

    def test_a_withdrawn_absence_leaves_the_shift_whole_and_is_not_withdrawn_again(
        self, world: World
    ) -> None:
        plan(world, world.collector)
        absence = world.absence(world.collector)
        with world.work(world.dispatcher) as uow:
            assert queries.on_duty(uow, uow.now, uow.now + timedelta(days=1)) == []
            applied(service.withdraw_absence(uow, absence.id, reason="well again"))
            assert len(queries.on_duty(uow, uow.now, uow.now + timedelta(days=1))) == 1
        with world.work(world.dispatcher) as uow:
            outcome = refused(service.withdraw_absence(uow, absence.id, reason="well again"))

        assert outcome.detail == "An absence that is withdrawn cannot «withdraw»."

    def test_an_absence_needs_a_reason(self, world: World) -> None:
        now = world.clock.now()
        with pytest.raises(InvalidError), world.work(world.dispatcher) as uow:
            service.record_absence(
                uow, user(world.collector), starts_at=now, ends_at=now + timedelta(hours=1), reason="  "
            )

    def test_an_endless_range_is_refused(self, world: World) -> None:
        with pytest.raises(InvalidError), world.work(world.dispatcher) as uow:
            queries.on_duty(uow, uow.now, uow.now + timedelta(days=63))


class TestCrews:
    def form(self, world: World, lead: Actor, partner: Actor | None, day: date = TODAY) -> Crew:
        with world.work(world.dispatcher) as uow:
            born = service.form_crew(
                uow, day, lead_id=user(lead), partner_id=None if partner is None else user(partner)
            )
        assert isinstance(born, Born)
        return born.row

    def test_a_crew_goes_out_while_both_are_on_duty_and_a_partner_goes_nowhere_alone(
        self, world: World
    ) -> None:
        plan(world, world.collector)
        plan(world, world.other_collector, start=2)
        crew = self.form(world, world.collector, world.other_collector)
        with world.work() as uow:
            (out,) = queries.crews_on_duty(uow, TODAY)
        now = world.clock.now()
        assert (out.crew_id, out.size) == (crew.id, 2)
        assert out.hours == Interval(now + timedelta(hours=2), now + timedelta(hours=8))

    def test_whoever_stands_in_no_crew_goes_alone(self, world: World) -> None:
        plan(world, world.collector)
        with world.work() as uow:
            (out,) = queries.crews_on_duty(uow, TODAY)
        assert (out.crew_id, out.lead_id, out.size) == (None, user(world.collector), 1)

    def test_an_absent_partner_makes_no_crew(self, world: World) -> None:
        plan(world, world.collector)
        with pytest.raises(InvalidError) as error:
            self.form(world, world.collector, world.other_collector)
        assert faults(error) == [("/partner_id", "is not on duty on that day")]

    def test_partners_without_a_common_hour_make_no_crew(self, world: World) -> None:
        plan(world, world.collector, hours=4)
        plan(world, world.other_collector, start=4, hours=4)
        with pytest.raises(InvalidError, match="no hour on duty in common"):
            self.form(world, world.collector, world.other_collector)

    def test_nobody_belongs_to_two_crews_of_a_day_nor_to_one_twice(self, world: World) -> None:
        plan(world, world.collector)
        plan(world, world.other_collector)
        self.form(world, world.collector, world.other_collector)
        with pytest.raises(InvalidError) as error:
            self.form(world, world.other_collector, None)
        assert [where for where, _ in faults(error)] == ["/lead_id"]
        with pytest.raises(InvalidError, match="two people"):
            self.form(world, world.collector, world.collector)

    def test_crews_are_of_the_local_day(self, world: World) -> None:
        late = datetime(2026, 11, 25, 15, 30, tzinfo=world.clock.now().tzinfo)  # 23:30 in Shanghai
        with world.work(world.dispatcher) as uow:
            service.plan_shift(
                uow, user(world.collector), starts_at=late, ends_at=late + timedelta(hours=1), start=TOWN
            )
            today = queries.crews_on_duty(uow, TODAY)
            tomorrow = queries.crews_on_duty(uow, TODAY + timedelta(days=1))
        assert [one.hours.end - one.hours.start for one in (*today, *tomorrow)] == [timedelta(minutes=30)] * 2
