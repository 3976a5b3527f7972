"""Changes that wait in memory: written together they are the same as written one by one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from field_visits.evidence.codes import Code
from field_visits.evidence.tables import Entry
from field_visits.identity.models import User
from field_visits.kernel.db import Database
from field_visits.messages.models import Alert
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Move
from field_visits.visits.models import Visit
from field_visits.visits.service import meet, note
from field_visits.visits.telling import hold_visits
from tests.client import ApiClient
from tests.features.visits.door import at_door, gone, promised
from tests.simulators.phone import enrolled
from tests.world import World, applied


class Statements:
    """What a database was asked to do, in order."""

    def __init__(self, database: Database) -> None:
        self.seen: list[str] = []
        event.listen(database.engine, "before_cursor_execute", self._heard)

    def _heard(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.seen.append(statement)

    def of(self, beginning: str) -> int:
        return sum(one.startswith(beginning) for one in self.seen)


def under_way_to(world: World, count: int) -> list[Visit]:
    """Visits under way to so many doors at once."""
    return [
        gone(world, each, world.collector)
        for each in [promised(world, world.collector) for _ in range(count)]
    ]


def versions(world: World, visit: Visit) -> list[tuple[str, bool]]:
    """Every entry about the visit, and whether the database linked it to the row."""
    with world.work() as uow:
        rows = uow.session.execute(
            text(
                "SELECT e.code, l.row_id IS NOT NULL FROM entries e LEFT JOIN evidence_link l"
                " ON l.entry_id = e.id AND l.row_id = e.subject_id WHERE e.subject_id = :visit ORDER BY e.id"
            ),
            {"visit": visit.id},
        )
        return [tuple(row) for row in rows]


class TestGathering:
    def test_each_entry_explains_its_own_version_of_the_row(self, world: World) -> None:
        visit = at_door(world)
        before = len(versions(world, visit))
        world.clock.advance(timedelta(minutes=1))
        with world.work(world.collector) as uow, uow.gathering():
            for word in ("one", "two", "three"):
                note(uow, visit.id, text=word)

        added = versions(world, visit)[before:]
        assert added == [(Code.VISIT_NOTED.value, True)] * 3
        with world.work() as uow:
            assert uow.session.get_one(Visit, visit.id).note == "one\n\ntwo\n\nthree"

    def test_changes_of_many_rows_take_one_statement_for_each_turn(self, world: World) -> None:
        visits = under_way_to(world, 3)
        with world.work(world.collector) as uow:
            statements = Statements(world.database)
            with uow.gathering():
                hold_visits(uow, [visit.id for visit in visits])
                for turn in range(2):
                    for visit in visits:
                        note(uow, visit.id, text=f"turn {turn}")
                assert statements.of("UPDATE visits") == 0

        assert statements.of("UPDATE visits") == 2
        assert statements.of("INSERT INTO entries") == 1

    def test_a_question_finds_what_was_told_before_it(self, world: World) -> None:
        visit = at_door(world)
        with world.work(world.collector) as uow, uow.gathering():
            note(uow, visit.id, text="Told.")
            found = uow.session.scalars(select(Visit.note).where(Visit.id == visit.id)).one()

        assert found == "Told."

    def test_what_failed_is_gone_from_memory_too(self, world: World) -> None:
        visit = at_door(world)
        with world.work(world.collector) as uow, uow.gathering():
            row = uow.session.get_one(Visit, visit.id)
            note(uow, visit.id, text="Stays.")
            kept = len(uow.receipts)
            with pytest.raises(ZeroDivisionError), uow.all_or_nothing():
                meet(uow, visit.id, person_met="self", identity_proof="document")
                open_alert(uow, row, kind="collector_sos", detail={})
                raise ZeroDivisionError
            assert (row.note, row.person_met, len(uow.receipts)) == ("Stays.", None, kept)

        with world.work() as uow:
            row = uow.session.get_one(Visit, visit.id)
            assert (row.note, row.person_met) == ("Stays.", None)
            assert uow.session.scalars(select(Alert).where(Alert.org_id == world.organisation)).all() == []

    def test_what_was_asked_is_asked_again_once_it_may_have_changed(self, world: World) -> None:
        visit = at_door(world)
        with world.work(world.collector) as uow:
            row = uow.session.get_one(Visit, visit.id)
            uow.know("notes", (Visit,), ["none"])
            uow.know("people", (User,), ["somebody"])
            applied(uow.apply(row, "note", changes={"note": "New."}))

            assert uow.known("notes", list) is None
            assert uow.known("people", list) == ["somebody"]

    def test_what_happens_to_a_new_row_comes_after_its_birth(self, world: World) -> None:
        visit = at_door(world)
        with world.work(world.collector) as uow, uow.gathering():
            alert = open_alert(uow, uow.session.get_one(Visit, visit.id), kind="visit_breach", detail={})
            applied(uow.apply(alert, "acknowledge"))

        with world.work() as uow:
            kept = uow.session.get_one(Alert, alert.id)
            assert kept.state == "acknowledged"
            codes = select(Entry.code).where(Entry.subject_id == alert.id).order_by(Entry.id)
            assert uow.session.scalars(codes).all() == ["alert:record:opened", "alert:attention:acknowledged"]

    def test_a_batch_of_a_phone_takes_few_statements(self, api: ApiClient, world: World) -> None:
        phone = enrolled(api, world, world.collector)
        visits = under_way_to(world, 4)
        for visit in visits:
            for turn in range(6):
                phone.tell("visit.note", {"text": f"Turn {turn}."}, visit=visit.id)
                phone.tell("visit.meet", {"person_met": "self", "identity_proof": "document"}, visit=visit.id)
        statements = Statements(world.database)
        answers = phone.push()

        assert {answer["outcome"] for answer in answers} <= {"applied", "applied_with_breach"}
        assert len(answers) == 48
        assert len(statements.seen) < 48


class TestSets:
    """Every type of column travels in an array as it does alone."""

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize(
        "words", [None, [], ["a"], ["quote \" back\\slash, {brace} ' NULL", "", "换行\n"], ["NULL", "x"]]
    )
    def test_texts_in_a_list_come_back_as_they_were(
        self, world: World, count: int, words: list[str] | None
    ) -> None:
        visits = under_way_to(world, count)
        with world.work(world.collector) as uow:
            rows = [uow.session.get_one(Visit, visit.id) for visit in visits]
            moves = [
                Move(row, "note", changes={"arrival_doubts": words, "arrival_accuracy_m": 1.5})
                for row in rows
            ]
            assert isinstance(uow.apply_all(moves), list)

        with world.work() as uow:
            for visit in visits:
                row = uow.session.get_one(Visit, visit.id)
                assert (row.arrival_doubts, row.arrival_accuracy_m) == (words, 1.5)
