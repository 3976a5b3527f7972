"""Limitation that is about to run out opens an alert, once for each level, and never twice."""

from datetime import timedelta

from sqlalchemy import select

from field_visits.cases.models import Case
from field_visits.cases.service.payments import report_payment, verify_payment
from field_visits.dossier.clock_alarms import LIMITATION_SOON, LIMITATION_URGENT, alarm_limitation
from field_visits.kernel.money import Money
from field_visits.messages.models import Alert
from field_visits.unit_of_work import Born
from tests.world import World, applied


def paid(world: World, case: Case) -> None:
    with world.work(world.dispatcher) as uow:
        made = report_payment(uow, case.id, amount=Money(100, "CNY"), paid_at=uow.now, method="bank_transfer")
    assert isinstance(made, Born)
    with world.work(world.dispatcher) as uow:
        applied(verify_payment(uow, made.row.id, source="ledger"))


def alerts(world: World) -> list[str]:
    with world.work() as uow:
        return list(uow.session.scalars(select(Alert.kind).order_by(Alert.id)))


def test_each_level_alarms_once(world: World) -> None:
    case = world.case()
    paid(world, case)
    term = case.placed_on.replace(year=case.placed_on.year + 3) - case.placed_on

    opened = [alarm_limitation(world.work)]
    for days in (term.days - 91, 1, 59, 1, 31):
        world.clock.advance(timedelta(days=days))
        opened += [alarm_limitation(world.work), alarm_limitation(world.work)]

    assert opened == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    assert alerts(world) == [LIMITATION_SOON, LIMITATION_URGENT]
    with world.work() as uow:
        assert {one.case_id for one in uow.session.scalars(select(Alert))} == {case.id}


def test_a_term_that_began_anew_alarms_anew(world: World) -> None:
    case = world.case()
    paid(world, case)
    world.clock.advance(timedelta(days=3 * 365 - 60))
    assert alarm_limitation(world.work) == 1
    paid(world, case)
    assert alarm_limitation(world.work) == 0
    world.clock.advance(timedelta(days=3 * 365 - 60))

    assert alarm_limitation(world.work) == 1


def test_a_closed_case_raises_no_alarm(world: World) -> None:
    case = world.case()
    paid(world, case)
    with world.work(world.legal) as uow:
        applied(uow.apply(uow.session.get_one(Case, case.id), "close", facts={"reason": "paid"}))
    world.clock.advance(timedelta(days=3 * 365 - 10))

    assert alarm_limitation(world.work) == 0
