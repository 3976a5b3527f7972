"""The database's own catalogue against what the house says of its tables."""

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.base import ischema_names

from field_visits.evidence.records import WORKING_TABLES, evidenced_classes
from field_visits.evidence.tables import Xid8
from field_visits.kernel.db import Database
from field_visits.migrations.metadata import METADATA

TRIGGERS = {"guard", "kept", "not_truncated"}


def catalogue(database: Database, sql: str) -> set[tuple[str, ...]]:
    with database.transaction(None) as session:
        return {tuple(row) for row in session.execute(text(sql))}


def tables(database: Database) -> set[str]:
    rows = catalogue(
        database,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')",
    )
    return {name for (name,) in rows}


def test_every_table_is_evidenced_or_named_as_working_rows(app_database: Database) -> None:
    evidenced = {cls.__tablename__ for cls in evidenced_classes()}

    assert evidenced & set(WORKING_TABLES) == set()
    assert tables(app_database) == evidenced | set(WORKING_TABLES)


def test_every_evidenced_table_has_its_three_guards(app_database: Database) -> None:
    found = catalogue(
        app_database,
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND t.tgenabled = 'O'",
    )
    wanted = {
        (cls.__tablename__, f"{cls.__tablename__}_{guard}")
        for cls in evidenced_classes()
        for guard in TRIGGERS
    }

    assert wanted - found == set()


def test_every_tenant_table_is_isolated_by_organisation(app_database: Database) -> None:
    forced = catalogue(
        app_database, "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    )
    tenant = {(table.name,) for table in METADATA.tables.values() if "org_id" in table.c}

    assert tenant - forced == set()


def test_no_evidenced_row_references_a_working_row(app_database: Database) -> None:
    del app_database
    allowed = {"entries"}
    offenders = [
        f"{cls.__tablename__}.{key.parent.name}"
        for cls in evidenced_classes()
        for key in METADATA.tables[cls.__tablename__].foreign_keys
        if key.column.table.name in set(WORKING_TABLES) - allowed
    ]
    assert offenders == []


def test_entries_reference_no_business_row() -> None:
    assert [key.target_fullname for key in METADATA.tables["entries"].foreign_keys] == []


def test_personal_columns_can_be_blanked() -> None:
    offenders = [
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.c
        if column.info.get("personal") and not column.nullable
    ]
    assert offenders == []


def test_migrations_build_exactly_what_the_classes_say(
    app_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLAlchemy's reflection does not know the type of transaction ids.
    monkeypatch.setitem(ischema_names, "xid8", Xid8)
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
        del thing
        return not (kind == "table" and name in WORKING_TABLES and name not in METADATA.tables)

    with app_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": False})
        differences = compare_metadata(context, METADATA)
    assert differences == []
