"""What older versions kept is still there after a migration, with the entry that proves it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from alembic import command
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine

from field_visits.migrations.migrate import _config, ensure_roles, migrate
from tests.cluster import Cluster

# Something of each type, for columns that this test does not care about.
_ANY: dict[str, Callable[[], Any]] = {
    "uuid": uuid4,
    "text": lambda: "x",
    "integer": lambda: 1,
    "bigint": lambda: 1,
    "boolean": lambda: False,
    "date": lambda: "2026-11-01",
    "timestamp with time zone": lambda: "2026-11-24T09:00:00Z",
    "bytea": lambda: bytes(32),
    "jsonb": lambda: Jsonb({}),
    "ARRAY": lambda: ["x"],
}


def insert(connection: psycopg.Connection[Any], table: str, **told: Any) -> None:
    """A row with these values; whatever else it must have is made up."""
    needed = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER'",
        (table,),
    ).fetchall()
    values = {name: _ANY[kind]() for name, kind in needed} | told
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        ),
        list(values.values()),
    )


def test_a_consent_to_odd_hours_keeps_its_words_and_its_entry(cluster: Cluster) -> None:
    name = cluster.clone()
    engine = create_engine(cluster.url("owner", name))
    with engine.begin() as older:
        ensure_roles(older)
        config = _config()
        config.attributes["connection"] = older
        command.upgrade(config, "0016")
    engine.dispose()
    org, entry, customer, case, silent = (uuid4() for _ in range(5))
    with cluster.superuser(name) as connection:
        # As they were written once: what guards new rows does not guard these.
        connection.execute("SET session_replication_role = replica")
        insert(connection, "entries", id=entry, org_id=org, kind="change")
        insert(
            connection, "customers", id=customer, org_id=org, evidence_id=entry, odd_hours_consent="letter 7"
        )
        insert(connection, "customers", id=silent, org_id=org, evidence_id=entry, reference="K2")
        insert(connection, "cases", id=case, org_id=org, customer_id=customer)
        insert(connection, "cases", id=uuid4(), org_id=org, customer_id=silent, reference="C2")

    assert migrate(cluster.url("owner", name))[0] == "0017"

    with cluster.superuser(name) as connection:
        kept = connection.execute(
            "SELECT case_id, kind, words, is_written, state, evidence_id, org_id FROM consents"
        ).fetchall()
        forced = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relname IN ('customers', 'cases', 'entries', 'consents')"
            " AND relrowsecurity AND relforcerowsecurity"
        ).fetchone()
    assert kept == [(case, "odd_hours", "letter 7", False, "given", entry, org)]
    assert forced == (4,)
    cluster.drop(name)
