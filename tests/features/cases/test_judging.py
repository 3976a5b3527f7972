"""Asking the rules about a case: whose rows speak, and under which packs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event, select

from field_visits.cases.judging import Bench, Question, Rules, judge, lawful_starts, verdicts
from field_visits.cases.models import Address, Case, Contact, ContactHold
from field_visits.cases.service.consents import record_consent
from field_visits.compliance.facts import Action
from field_visits.identity.models import Organisation, RuleSetting
from field_visits.kernel.decision import Decision, Verdict
from field_visits.kernel.errors import InvalidError
from field_visits.kernel.ids import CaseId, ContactId, HoldId
from field_visits.unit_of_work import Change
from tests.world import World, applied

RULES = Rules()
TOMORROW_10 = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rules_of(decision: Decision, verdict: Verdict = Verdict.REFUSE) -> list[str]:
    return [reason.rule_id for reason in decision.reasons if reason.verdict is verdict]


def ask(world: World, case: Case, start: datetime = TOMORROW_10, action: Action = Action.BOOK) -> Decision:
    with world.work(world.dispatcher) as uow:
        return judge(uow, RULES, case, action=action, window=(start, start + HOUR), crew_size=1)


def place_hold(world: World, case: Case, kind: str, *, expires_at: datetime | None = None) -> None:
    with world.work(world.legal) as uow:
        hold = ContactHold(
            id=HoldId(uow.new_id()),
            case_id=case.id,
            kind=kind,
            cause=None,
            since=uow.now,
            expires_at=expires_at,
            review_on=None if expires_at else uow.now.date() + timedelta(days=30),
            lifted_by_role="legal",
            about_table=None,
            about_id=None,
        )
        applied(uow.apply(hold, "place"))


def second_case(world: World, case: Case) -> Case:
    with world.work() as uow:
        other = Case(
            id=CaseId(uow.new_id()),
            customer_id=case.customer_id,
            reference=f"{case.reference}-2",
            creditor="示例银行",
            packs=["cn"],
            team_id=world.team_id,
            collector_id=None,
            skills=[],
            priority=50,
            placed_on=uow.now.date(),
            recall_on=None,
        )
        applied(uow.apply(other, "open"))
    return other


def test_a_lawful_hour_with_a_day_of_notice_is_allowed(world: World) -> None:
    decision = ask(world, world.case(), TOMORROW_10 + HOUR)
    assert decision.verdict is Verdict.ALLOW
    assert {"cn", "settings", "tzdata"} <= decision.packs.keys()


def test_night_at_the_door_is_refused_with_the_next_lawful_instant(world: World) -> None:
    night = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    decision = ask(world, world.case(), night)
    assert rules_of(decision) == ["CN-HOUR-1"]
    assert decision.next_lawful_at == datetime(2026, 11, 27, 0, 0, tzinfo=UTC)


def test_every_possible_zone_of_the_door_must_agree(world: World) -> None:
    urumqi = world.case(place=(43.8256, 87.6168), zones=("Asia/Shanghai", "Asia/Urumqi"))
    at_nine_in_shanghai = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
    decision = ask(world, urumqi, at_nine_in_shanghai)
    assert decision.next_lawful_at == datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


def test_a_dispute_binds_its_own_case_and_not_another_debt(world: World) -> None:
    case = world.case()
    other = second_case(world, case)
    place_hold(world, case, "dispute")
    assert rules_of(ask(world, case, TOMORROW_10 + HOUR)) == ["CN-DISP-1"]
    assert ask(world, other, TOMORROW_10 + HOUR).verdict is Verdict.ALLOW


def test_a_vulnerable_person_is_left_alone_for_every_debt(world: World) -> None:
    case = world.case()
    other = second_case(world, case)
    place_hold(world, case, "vulnerable")
    assert rules_of(ask(world, other, TOMORROW_10 + HOUR)) == ["CN-HOLD-3"]


def test_a_hold_that_ends_gives_the_next_lawful_instant(world: World) -> None:
    case = world.case()
    end = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
    place_hold(world, case, "hardship", expires_at=end)
    assert ask(world, case, TOMORROW_10 + HOUR).next_lawful_at == end


def test_a_visit_last_week_counts_and_the_customers_own_does_not(world: World) -> None:
    case = world.case()
    with world.work() as uow:
        for channel, direction in (("visit", "out"), ("visit", "in")):
            contact = Contact(
                id=ContactId(uow.new_id()),
                case_id=case.id,
                channel=channel,
                direction=direction,
                at=uow.now - timedelta(days=3),
                result="nobody",
                person_met=None,
                about_table=None,
                about_id=None,
                note=None,
            )
            applied(uow.apply(contact, "record"))
    assert rules_of(ask(world, case, TOMORROW_10 + HOUR)) == ["CN-FREQ-3"]


def test_recorded_consent_lifts_the_hours_and_the_decision_says_so(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        record_consent(
            uow,
            case.id,
            kind="odd_hours",
            channel="call",
            given_at=uow.now,
            words_given="Comes home at ten.",
        )
    decision = ask(world, case, datetime(2026, 11, 26, 15, 0, tzinfo=UTC))
    assert decision.verdict is Verdict.ALLOW
    assert rules_of(decision, Verdict.ALLOW) == ["CN-HOUR-1"]


def test_the_organisations_own_figure_is_the_one_applied(world: World) -> None:
    case = world.case()
    with world.work(world.legal) as uow:
        organisation = uow.session.get_one(Organisation, world.organisation)
        row = RuleSetting(
            id=uow.new_id(),
            rule_id="CN-NOTICE-1",
            figure={"figure": 48},
            signed_off_by=None,
            signed_off_at=None,
            note="two days",
        )
        applied(uow.apply(organisation, "set_rule", rows=[Change(row)]))
    assert rules_of(ask(world, case, TOMORROW_10 + HOUR)) == ["CN-NOTICE-1"]


def test_a_case_without_any_law_is_not_judged_lawful(world: World) -> None:
    case = world.case(packs=["fr"])
    with world.work(world.dispatcher) as uow, pytest.raises(InvalidError, match="administrator"):
        judge(uow, RULES, case, action=Action.BOOK, window=(TOMORROW_10, TOMORROW_10 + HOUR))


def test_a_door_found_wrong_meanwhile_still_tells_its_time(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        address = uow.session.scalars(select(Address).where(Address.customer_id == case.customer_id)).one()
        applied(uow.apply(address, "invalidate"))
        night = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
        decision = judge(uow, RULES, case, action=Action.OUTCOME, address_id=address.id, at=night)
    assert rules_of(decision) == ["CN-HOUR-1"]


def test_many_cases_are_judged_with_a_handful_of_queries(world: World) -> None:
    cases = [world.case() for _ in range(12)]
    statements: list[str] = []
    with world.work(world.dispatcher) as uow:
        connection = uow.session.connection()

        def count(*told: object) -> None:
            statements.append(str(told[2]))

        event.listen(connection, "before_cursor_execute", count)
        bench = Bench.load(uow, RULES, cases)
        asked = Question(action=Action.BOOK, window=(TOMORROW_10 + HOUR, TOMORROW_10 + 2 * HOUR))
        assert all(not bench.judge(case.id, asked).is_refused for case in cases)
        event.remove(connection, "before_cursor_execute", count)
    assert len(statements) <= 8


def test_lawful_starts_leave_room_for_the_whole_visit(world: World) -> None:
    case = world.case()
    asked = Question(action=Action.BOOK, window=(TOMORROW_10, TOMORROW_10 + HOUR))
    midnight = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    with world.work(world.dispatcher) as uow:
        spans = lawful_starts(uow, RULES, case, asked, since=midnight, until=midnight + timedelta(days=1))
    assert spans == ((midnight + 8 * HOUR, midnight + 21 * HOUR),)


def test_verdicts_cover_three_days_without_a_gap(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        asked = Question(action=Action.ARRIVE, notice_at=uow.now - 2 * 24 * HOUR, crew_size=2)
        spans = verdicts(uow, RULES, case, asked)
    assert spans[0].start == world.clock.now()
    assert spans[-1].end == world.clock.now() + timedelta(days=3)
    assert all(one.end == other.start for one, other in pairwise(spans))
    assert {span.verdict for span in spans} == {Verdict.ALLOW, Verdict.REFUSE}
