"""The logins of the embedded database, made by its superuser at each start where they are missing.

Each process of Doorstep connects as the role of its task; what a role may do to which table is granted
by the migrations. A database of your own gets the same roles from `doorstep migrate`.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

DATABASE: Final = "doorstep"
SUPERUSER: Final = "postgres"


@dataclass(frozen=True, slots=True)
class Login:
    """One role that may sign in, and the name of its password among the secrets."""

    role: str
    secret: str
    may_create_roles: bool = False
    sees_every_organisation: bool = False  # BYPASSRLS
    is_read_only: bool = False


LOGINS: Final[Mapping[str, Login]] = {
    "owner": Login("doorstep_owner", "database-owner", may_create_roles=True),
    "app": Login("doorstep_app", "database-app"),
    "sequencer": Login("doorstep_sequencer", "database-sequencer"),
    "eraser": Login("doorstep_eraser", "database-eraser"),
    "backup": Login("doorstep_backup", "database-backup", sees_every_organisation=True, is_read_only=True),
}


def ensure_logins(connection: psycopg.Connection[Any], passwords: Mapping[str, str]) -> list[str]:
    """Make the roles and the database what they should be; return what had to be changed.

    Each step is repeatable, so that a start that was killed half-way is finished by the next one.

    Args:
        connection: the superuser's, in autocommit, on any database.
        passwords: by key of `LOGINS`. The server gets a SCRAM verifier, never the password.
    """
    changes: list[str] = []
    for key, login in LOGINS.items():
        if _ensure_role(connection, login, passwords[key]):
            changes.append(login.role)
    known = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    if DATABASE not in known:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(DATABASE), sql.Identifier(LOGINS["owner"].role)
            )
        )
        changes.append(DATABASE)
    for database in (DATABASE, "postgres", "template1"):
        if _is_open_to_public(connection, database):
            grant_database(connection, database, to=() if database != DATABASE else LOGINS)
            changes.append(f"rights on {database}")
    return changes


def grant_database(connection: psycopg.Connection[Any], database: str, to: Iterable[str] = LOGINS) -> None:
    """Let the named logins connect to a database, and nobody else.

    `CREATE DATABASE … TEMPLATE` and a restore copy no rights: run it again after either.
    """
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for key in to:
        role = sql.Identifier(LOGINS[key].role)
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, role))


def _is_open_to_public(connection: psycopg.Connection[Any], database: str) -> bool:
    # A null list of rights means the defaults, and by default PUBLIC may connect; grantee 0 is PUBLIC.
    row = connection.execute(
        "SELECT datacl IS NULL OR EXISTS (SELECT FROM aclexplode(datacl) WHERE grantee = 0)"
        " FROM pg_database WHERE datname = %s",
        (database,),
    ).fetchone()
    return bool(row and row[0])


def _ensure_role(connection: psycopg.Connection[Any], login: Login, password: str) -> bool:
    wanted = (True, False, False, login.may_create_roles, False, login.sees_every_organisation)
    found = connection.execute(
        "SELECT rolpassword, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        " FROM pg_authid WHERE rolname = %s",
        (login.role,),
    ).fetchone()
    if found is not None and tuple(found[1:]) == wanted and _verifies(found[0], password):
        return False
    verifier = connection.pgconn.encrypt_password(password.encode(), login.role.encode(), b"scram-sha-256")
    role = sql.Identifier(login.role)
    with connection.transaction():
        connection.execute(
            sql.SQL(
                "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOREPLICATION {} {} PASSWORD {}",
            ).format(
                sql.SQL("CREATE" if found is None else "ALTER"),
                role,
                sql.SQL("CREATEROLE" if login.may_create_roles else "NOCREATEROLE"),
                sql.SQL("BYPASSRLS" if login.sees_every_organisation else "NOBYPASSRLS"),
                sql.Literal(verifier.decode()),
            )
        )
        if login.is_read_only:
            connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(role))
            connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role))
    return True


def _verifies(verifier: str | None, password: str) -> bool:
    """Tell whether a SCRAM verifier (RFC 5803, as PostgreSQL keeps it) is of this password."""
    match (verifier or "").split("$"):
        case ["SCRAM-SHA-256", cost, keys]:
            iterations, _, salt = cost.partition(":")
            stored, _, _ = keys.partition(":")
        case _:
            return False
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(iterations))
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    return hmac.compare_digest(hashlib.sha256(client_key).digest(), base64.b64decode(stored))
