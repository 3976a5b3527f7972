"""Every way to change a row without evidence that came to mind: all refused, by ORM, Core and raw SQL."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from field_visits.evidence.guards import ForgottenEvidenceError
from field_visits.identity.models import User
from field_visits.kernel.db import Database
from field_visits.kernel.ids import EntryId, UserId, new_id
from field_visits.messages.models import Alert
from field_visits.unit_of_work import UnitOfWork
from tests.world import World, applied

ENTRY = """
    INSERT INTO entries (id, org_id, code, kind, subject_table, subject_id, stream, occurred_at, received_at,
                         canonical, hash)
    VALUES (:id, :org, 'user:profile:changed', :kind, :tab, :row, :row, now(), now(), '{}', :hash)
"""


def add_entry(
    session: Session,
    world: World,
    row: UUID,
    *,
    kind: str = "change",
    tab: str = "users",
    org: UUID | None = None,
) -> EntryId:
    """An entry written by hand, as a program that bypasses the unit of work would."""
    entry = EntryId(new_id(world.clock.now()))
    session.execute(
        text(ENTRY),
        {
            "id": entry,
            "org": org or world.organisation,
            "kind": kind,
            "tab": tab,
            "row": row,
            "hash": b"\x00" * 32,
        },
    )
    return entry


def set_name(session: Session, row: UUID, entry: UUID | None, name: str = "x") -> int:
    assignment = "" if entry is None else ", evidence_id = :entry"
    result = session.execute(
        text(f"UPDATE users SET name = :name{assignment} WHERE id = :id"),
        {"name": name, "entry": entry, "id": row},
    )
    return result.rowcount  # type: ignore[attr-defined,no-any-return]  # text() yields a cursor result


def refused_with(codes: str | set[str], cheat: Callable[[Session], Any], world: World) -> None:
    """The database refuses `cheat` with this SQLSTATE (or one of these), and nothing of it remains."""
    with pytest.raises(DBAPIError) as caught, world.database.transaction(world.organisation) as session:
        cheat(session)
        session.commit()
    assert caught.value.orig.sqlstate in ({codes} if isinstance(codes, str) else codes)  # type: ignore[union-attr]  # psycopg's error


def bind(session: Session, organisation: UUID) -> None:
    session.execute(text("SELECT set_config('app.org', :org, true)"), {"org": str(organisation)})


def old_entry(world: World, row: UUID) -> EntryId:
    with world.database.transaction(world.organisation) as session:
        return session.scalars(select(User.evidence_id).where(User.id == row)).one()


@pytest.fixture
def user(world: World) -> UserId:
    assert world.collector.user is not None
    return world.collector.user


@pytest.fixture
def other(world: World) -> UserId:
    assert world.other_collector.user is not None
    return world.other_collector.user


class TestForgottenRecord:
    def test_orm_attribute_change_without_apply_is_refused_before_the_flush(
        self, world: World, user: UserId
    ) -> None:
        with pytest.raises(ForgottenEvidenceError, match="users"), world.work() as uow:
            uow.session.get_one(User, user).name = "x"

    def test_orm_new_row_without_apply_is_refused(self, world: World) -> None:
        with pytest.raises(ForgottenEvidenceError, match="users"), world.work() as uow:
            uow.session.add(User(id=UserId(uow.new_id()), org_id=world.organisation, state="active"))

    def test_orm_delete_is_refused(self, world: World, user: UserId) -> None:
        with pytest.raises(ForgottenEvidenceError, match="deleted"), world.work() as uow:
            uow.session.delete(uow.session.get_one(User, user))

    @pytest.mark.parametrize(
        "statement",
        [
            update(User).values(name="x"),
            delete(User),
            insert(User).values(name="x"),
            update(User.__table__).values(name="x"),  # type: ignore[arg-type]  # a table, typed as FromClause
        ],
        ids=["update-class", "delete-class", "insert-class", "update-table"],
    )
    def test_statement_on_an_evidenced_class_is_refused(self, world: World, statement: Any) -> None:
        with pytest.raises((ForgottenEvidenceError, DBAPIError)), world.work() as uow:
            uow.session.execute(statement)

    def test_bulk_mappings_are_refused(self, world: World, user: UserId) -> None:
        with pytest.raises(DBAPIError, match="fresh entry"), world.work() as uow:
            uow.session.bulk_update_mappings(User.__mapper__, [{"id": user, "name": "x"}])

    def test_statement_on_the_connection_itself_is_refused(self, world: World) -> None:
        with pytest.raises(DBAPIError, match="fresh entry"), world.work() as uow:
            uow.session.connection().execute(update(User.__table__).values(name="x"))  # type: ignore[arg-type]  # a table

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE users SET name = 'x'",
            "MERGE INTO users u USING (SELECT 1) s ON u.id = '{user}' WHEN MATCHED THEN UPDATE SET name = 'x'",
            "INSERT INTO users SELECT * FROM users WHERE id = '{user}' ON CONFLICT (id) DO UPDATE SET name = 'x'",
        ],
        ids=["update", "merge", "on-conflict"],
    )
    def test_raw_change_that_keeps_its_evidence_is_refused(
        self, world: World, user: UserId, sql: str
    ) -> None:
        with pytest.raises(DBAPIError) as caught, world.database.transaction(world.organisation) as session:
            session.execute(text(sql.format(user=user)))
        assert caught.value.orig.sqlstate in {"DE002", "DE003"}  # type: ignore[union-attr]  # psycopg's error


class TestBorrowedEntry:
    def test_old_entry_of_the_row_itself_is_refused(self, world: World, user: UserId) -> None:
        first = old_entry(world, user)
        with world.work() as uow:
            applied(uow.apply(uow.session.get_one(User, user), "change", changes={"name": "y"}))

        refused_with("DE003", lambda session: set_name(session, user, first), world)

    def test_old_entry_of_another_row_is_refused(self, world: World, user: UserId, other: UserId) -> None:
        refused_with("DE003", lambda session: set_name(session, user, old_entry(world, other)), world)

    def test_entry_that_does_not_exist_is_refused(self, world: World, user: UserId) -> None:
        refused_with("23503", lambda session: set_name(session, user, new_id(world.clock.now())), world)

    def test_entry_of_another_organisation_is_refused(
        self, world: World, user: UserId, app_database: Database
    ) -> None:
        stranger = World.found(app_database, world.clock)
        assert stranger.collector.user is not None
        theirs = old_entry(stranger, stranger.collector.user)

        refused_with("DE002", lambda session: set_name(session, user, theirs), world)

    def test_fresh_entry_of_another_organisation_is_refused(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            elsewhere = new_id(world.clock.now())
            bind(session, elsewhere)
            entry = add_entry(session, world, user, org=elsewhere)
            bind(session, world.organisation)
            set_name(session, user, entry)

        refused_with("DE002", cheat, world)

    def test_organisation_changed_before_the_commit_is_refused(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            set_name(session, user, add_entry(session, world, user))
            bind(session, new_id(world.clock.now()))

        refused_with({"42501", "DE007"}, cheat, world)

    def test_fresh_entry_about_another_row_is_refused(
        self, world: World, user: UserId, other: UserId
    ) -> None:
        refused_with(
            "DE006", lambda session: set_name(session, user, add_entry(session, world, other)), world
        )

    def test_fresh_entry_about_another_table_is_refused(self, world: World, user: UserId) -> None:
        refused_with(
            "DE006",
            lambda session: set_name(session, user, add_entry(session, world, user, tab="teams")),
            world,
        )

    def test_fresh_entry_of_kind_fact_is_refused(self, world: World, user: UserId) -> None:
        refused_with(
            "DE004",
            lambda session: set_name(session, user, add_entry(session, world, user, kind="fact")),
            world,
        )

    def test_entry_in_another_organisations_log_cannot_be_written(self, world: World, user: UserId) -> None:
        elsewhere = new_id(world.clock.now())
        refused_with("42501", lambda session: add_entry(session, world, user, org=elsewhere), world)

    def test_two_entries_then_the_first_again_on_one_row_is_refused(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            first, second = add_entry(session, world, user), add_entry(session, world, user)
            set_name(session, user, first, "a")
            set_name(session, user, second, "b")
            set_name(session, user, first, "c")

        refused_with("23505", cheat, world)

    def test_second_change_with_the_same_entry_is_refused(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            entry = add_entry(session, world, user)
            set_name(session, user, entry, "a")
            set_name(session, user, entry, "b")

        refused_with("DE002", cheat, world)

    def test_inserted_row_with_another_rows_entry_is_refused(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            session.execute(
                text(
                    "INSERT INTO users (id, org_id, evidence_id, username, roles, password_hash, state)"
                    " VALUES (gen_random_uuid(), :org, :entry, 'ghost', '{}', '', 'active')"
                ),
                {"org": world.organisation, "entry": add_entry(session, world, user)},
            )

        refused_with("DE006", cheat, world)

    def test_change_of_a_rows_id_is_refused(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            session.execute(
                text("UPDATE users SET id = gen_random_uuid(), evidence_id = :e WHERE id = :id"),
                {"e": add_entry(session, world, user), "id": user},
            )

        # Rows that reference this one may object before the guard does.
        refused_with({"DE001", "23503"}, cheat, world)

    def test_change_of_the_id_of_a_row_that_nothing_references_is_refused(self, world: World) -> None:
        team = world.team_id

        def cheat(session: Session) -> None:
            entry = add_entry(session, world, team, tab="teams")
            member = session.scalar(
                text("SELECT id FROM team_members WHERE team_id = :t LIMIT 1"), {"t": team}
            )
            session.execute(
                text("UPDATE team_members SET id = gen_random_uuid(), evidence_id = :e WHERE id = :id"),
                {"e": entry, "id": member},
            )

        refused_with("DE001", cheat, world)

    def test_change_of_a_rows_organisation_is_refused(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            session.execute(
                text("UPDATE users SET org_id = gen_random_uuid(), evidence_id = :e WHERE id = :id"),
                {"e": add_entry(session, world, user), "id": user},
            )

        # Row-level security speaks before the guard.
        refused_with("42501", cheat, world)

    def test_owner_cannot_change_a_rows_organisation_either(
        self, cluster: Any, app_database_name: str, world: World, user: UserId
    ) -> None:
        owner = Database(cluster.url("superuser", app_database_name))
        try:
            with pytest.raises(DBAPIError, match="never changes"), owner.transaction(world.organisation) as s:
                s.execute(
                    text("UPDATE users SET org_id = gen_random_uuid(), evidence_id = :e WHERE id = :id"),
                    {"e": add_entry(s, world, user), "id": user},
                )
        finally:
            owner.close()


class TestEntryWithoutChange:
    def test_change_entry_that_explains_nothing_is_refused_at_commit(
        self, world: World, user: UserId
    ) -> None:
        refused_with("DE007", lambda session: add_entry(session, world, user), world)

    def test_update_that_matches_no_row_is_refused_at_commit(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            entry = add_entry(session, world, user)
            assert set_name(session, UserId(new_id(world.clock.now())), entry) == 0

        refused_with("DE007", cheat, world)

    def test_fact_entry_alone_is_fine_and_waits_for_the_sequencer(self, world: World, user: UserId) -> None:
        with world.database.transaction(world.organisation) as session:
            entry = add_entry(session, world, user, kind="fact")

        with world.database.transaction(world.organisation) as session:
            assert session.scalar(text("SELECT 1 FROM pending WHERE entry_id = :e"), {"e": entry}) == 1


class TestPathsThatSkip:
    """Ways of writing in which a row is left out or taken by another road."""

    INSERT = (
        "INSERT INTO users (id, org_id, evidence_id, username, name, roles, password_hash, state)"
        " VALUES (:id, :org, :entry, :username, 'x', '{}', '!', 'active')"
    )

    def values(self, session: Session, world: World, row: UUID, username: str) -> dict[str, Any]:
        return {
            "id": row,
            "org": world.organisation,
            "entry": add_entry(session, world, row),
            "username": username,
        }

    def test_row_left_out_by_on_conflict_do_nothing_is_not_explained(
        self, world: World, user: UserId
    ) -> None:
        def cheat(session: Session) -> None:
            session.execute(
                text(f"{self.INSERT} ON CONFLICT DO NOTHING"), self.values(session, world, user, "collector")
            )

        refused_with("DE007", cheat, world)

    def test_on_conflict_do_update_needs_an_entry_about_the_row_that_was_there(
        self, world: World, user: UserId, other: UserId
    ) -> None:
        def cheat(session: Session) -> None:
            session.execute(
                text(f"{self.INSERT} ON CONFLICT (id) DO UPDATE SET name = 'x', evidence_id = :theirs"),
                {**self.values(session, world, user, "collector"), "theirs": old_entry(world, other)},
            )

        refused_with("DE003", cheat, world)

    def test_on_conflict_do_update_with_a_fresh_entry_is_a_change_like_any_other(
        self, world: World, user: UserId
    ) -> None:
        with world.database.transaction(world.organisation) as session:
            session.execute(
                text(
                    f"{self.INSERT} ON CONFLICT (id) DO UPDATE SET name = 'merged',"
                    " evidence_id = excluded.evidence_id"
                ),
                self.values(session, world, user, "collector"),
            )

        with world.work() as uow:
            assert uow.session.get_one(User, user).name == "merged"

    def test_merge_that_inserts_needs_an_entry_about_the_new_row(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            session.execute(
                text(
                    "MERGE INTO users u USING (SELECT gen_random_uuid() AS id) s ON u.id = s.id"
                    " WHEN NOT MATCHED THEN INSERT (id, org_id, evidence_id, username, roles, password_hash, state)"
                    " VALUES (s.id, :org, :entry, 'ghost', '{}', '!', 'active')"
                ),
                {"org": world.organisation, "entry": add_entry(session, world, user)},
            )

        refused_with("DE006", cheat, world)

    def test_copy_into_an_evidenced_table_is_refused(self, world: World) -> None:
        # PostgreSQL itself refuses COPY FROM into a table with row-level security.
        with (
            pytest.raises(Exception, match="row-level security"),
            world.database.transaction(world.organisation) as session,
        ):
            connection = session.connection().connection.driver_connection
            with connection.cursor().copy("COPY users (id) FROM STDIN") as copy:  # type: ignore[union-attr]  # psycopg's own
                copy.write(f"{new_id(world.clock.now())}\n")

    def test_child_with_the_entry_of_another_root_is_refused(self, world: World) -> None:
        first, second = world.case(), world.case()

        def cheat(session: Session) -> None:
            entry = add_entry(session, world, first.id, tab="cases")
            session.execute(
                text("UPDATE balances SET evidence_id = :e WHERE case_id = :c"), {"e": entry, "c": second.id}
            )

        refused_with("DE006", cheat, world)

    def test_immediate_constraints_do_not_let_an_empty_change_through(
        self, world: World, user: UserId
    ) -> None:
        def cheat(session: Session) -> None:
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            add_entry(session, world, user)

        refused_with("DE007", cheat, world)

    def test_row_security_switched_off_opens_nothing(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            session.execute(text("SET LOCAL row_security = off"))
            set_name(session, user, add_entry(session, world, user))

        refused_with("42501", cheat, world)

    def test_row_taken_back_in_a_savepoint_is_not_explained(self, world: World, user: UserId) -> None:
        def cheat(session: Session) -> None:
            entry = add_entry(session, world, user)
            savepoint = session.begin_nested()
            set_name(session, user, entry)
            savepoint.rollback()

        refused_with("DE007", cheat, world)


class TestRemoval:
    @pytest.mark.parametrize(
        "sql",
        [
            "DELETE FROM users",
            "TRUNCATE users CASCADE",
            "DELETE FROM entries",
            "TRUNCATE entries CASCADE",
            "UPDATE entries SET code = 'x'",
            "UPDATE evidence_link SET tab = 'x'",
            "INSERT INTO evidence_link VALUES (gen_random_uuid(), 'users', gen_random_uuid(), gen_random_uuid())",
            "DELETE FROM pending",
            "INSERT INTO pending VALUES (gen_random_uuid(), gen_random_uuid())",
            "UPDATE entry_bodies SET body = ''",
            "DELETE FROM entry_bodies",
            "DELETE FROM leaves",
            "INSERT INTO checkpoints VALUES (gen_random_uuid(), 1, '', '', now())",
        ],
    )
    def test_application_has_no_right_to_remove_or_rewrite(self, world: World, sql: str) -> None:
        refused_with("42501", lambda session: session.execute(text(sql)), world)

    @pytest.mark.parametrize(
        "sql",
        [
            "ALTER TABLE users DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
            "DROP TRIGGER users_guard ON users",
            "CREATE OR REPLACE FUNCTION public.guard_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "SET ROLE doorstep_owner",
            "CREATE TEMP TABLE entries (id uuid)",
            "CREATE TABLE public.mine (id uuid)",
            "SELECT pg_read_file('PG_VERSION')",
            "COPY users TO PROGRAM 'cat'",
            "ALTER POLICY users_read ON users USING (true)",
            "ALTER TABLE users NO FORCE ROW LEVEL SECURITY",
        ],
    )
    def test_application_cannot_switch_the_guards_off(self, world: World, sql: str) -> None:
        refused_with("42501", lambda session: session.execute(text(sql)), world)

    @pytest.mark.parametrize("column", ["txid", "written_at"])
    def test_application_cannot_supply_the_transaction_of_an_entry(self, world: World, column: str) -> None:
        value = "pg_current_xact_id()" if column == "txid" else "now()"
        refused_with(
            "42501",
            lambda session: session.execute(
                text(
                    f"INSERT INTO entries (id, org_id, code, kind, subject_table, subject_id, stream, occurred_at,"
                    f" received_at, canonical, hash, {column}) VALUES (gen_random_uuid(), :o, 'x', 'fact', 'users',"
                    f" gen_random_uuid(), gen_random_uuid(), now(), now(), '', '', {value})"
                ),
                {"o": world.organisation},
            ),
            world,
        )

    def test_owner_too_is_stopped_by_the_triggers(
        self, cluster: Any, app_database_name: str, world: World
    ) -> None:
        owner = Database(cluster.url("owner", app_database_name))
        try:
            for sql in ("DELETE FROM users", "UPDATE entries SET code = 'x'", "TRUNCATE entries CASCADE"):
                with (
                    pytest.raises(DBAPIError, match="never edited away"),
                    owner.transaction(world.organisation) as s,
                ):
                    s.execute(text(sql))
        finally:
            owner.close()


class TestOrganisations:
    def test_another_organisations_rows_are_not_seen(self, world: World, app_database: Database) -> None:
        stranger = World.found(app_database, world.clock)
        with stranger.work() as uow:
            assert uow.session.get(User, world.collector.user) is None
            assert len(uow.session.scalars(select(User)).all()) == 6

    def test_without_an_organisation_nothing_is_seen(self, world: World) -> None:
        with world.database.transaction(None) as session:
            assert session.scalars(select(User)).all() == []
            assert session.scalar(text("SELECT count(*) FROM entries")) == 0

    def test_setting_is_gone_after_the_transaction(self, world: World) -> None:
        with world.database.transaction(world.organisation) as session:
            assert session.scalar(text("SELECT count(*) FROM users")) == 6
        with world.database.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM users")) == 0


class TestLegalForms:
    def test_change_in_savepoints_is_accepted(self, world: World, user: UserId) -> None:
        with world.database.transaction(world.organisation) as session:
            with session.begin_nested():
                entry = add_entry(session, world, user)
            with session.begin_nested():
                set_name(session, user, entry, "in a savepoint")

        assert self._name(world, user) == "in a savepoint"

    def test_entry_and_change_in_one_statement_are_accepted(self, world: World, user: UserId) -> None:
        with world.database.transaction(world.organisation) as session:
            session.execute(
                text(
                    f"WITH e AS ({ENTRY} RETURNING id) UPDATE users SET name = 'cte', evidence_id = e.id FROM e"
                    " WHERE users.id = :row"
                ),
                {
                    "id": new_id(world.clock.now()),
                    "org": world.organisation,
                    "kind": "change",
                    "tab": "users",
                    "row": user,
                    "hash": b"\x00" * 32,
                },
            )

        assert self._name(world, user) == "cte"

    def test_one_entry_about_a_root_explains_its_children(self, world: World) -> None:
        case = world.case()
        with world.database.transaction(world.organisation) as session:
            linked = session.execute(
                text("SELECT tab FROM evidence_link WHERE entry_id = :e ORDER BY tab"),
                {"e": case.evidence_id},
            ).scalars()
            assert list(linked) == ["balances", "cases"]

    def test_row_can_be_locked_without_evidence(self, world: World, user: UserId) -> None:
        with world.work() as uow:
            assert uow.session.get_one(User, user, with_for_update=True).id == user

    def test_apply_changes_row_entry_link_and_pending_together(self, world: World, user: UserId) -> None:
        with world.work() as uow:
            receipt = applied(
                uow.apply(uow.session.get_one(User, user), "change", changes={"name": "新"})
            ).receipt

        with world.database.transaction(world.organisation) as session:
            found = session.execute(
                text(
                    "SELECT u.name, encode(e.hash, 'hex'), l.tab, p.entry_id IS NOT NULL FROM users u"
                    " JOIN entries e ON e.id = u.evidence_id JOIN evidence_link l ON l.entry_id = e.id"
                    " LEFT JOIN pending p ON p.entry_id = e.id WHERE u.id = :u"
                ),
                {"u": user},
            ).one()
        assert tuple(found) == ("新", receipt.hash, "users", True)

    @staticmethod
    def _name(world: World, user: UserId) -> str | None:
        with world.work() as uow:
            return uow.session.get_one(User, user).name


class TestSavepointRefusals:
    def test_constraint_becomes_a_recorded_refusal_and_earlier_work_stays(self, world: World) -> None:
        def newcomer(uow: UnitOfWork) -> User:
            return User(
                id=UserId(uow.new_id()), username="twin", name="T", badge=None, roles=[], password_hash="!"
            )

        with world.work() as uow:
            applied(uow.apply(newcomer(uow), "create"))
            second = uow.apply(newcomer(uow), "create")
            alert_count = len(uow.session.scalars(select(Alert)).all())

        assert getattr(second, "detail", None) == "This user name is taken; choose another one."
        assert alert_count == 0
        with world.work() as uow:
            assert len(uow.session.scalars(select(User).where(User.username == "twin")).all()) == 1
            refusals = uow.session.scalar(
                text("SELECT count(*) FROM entries WHERE code = 'user:record:refused'")
            )
            assert refusals == 1
