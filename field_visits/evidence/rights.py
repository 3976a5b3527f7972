"""What a login could do to the evidence: `serve` refuses to start with one that could change it."""

from sqlalchemy import text

from field_visits.evidence.guards import FROZEN
from field_visits.kernel.db import Database

_ROLE = text("""
    SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole,
           pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = 'public.entries'::regclass), 'MEMBER')
    FROM pg_roles r WHERE r.rolname = session_user
""")
_TABLE = text("""
    SELECT string_agg(p, ', ') FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p
    WHERE has_table_privilege(session_user, CAST(:tab AS regclass), p)
""")


def excessive_rights(database: Database) -> list[str]:
    """Sentences that say what this login may do and must not; empty for the application's proper login.

    Raises:
        sqlalchemy.exc.OperationalError: the database does not answer.
    """
    found = []
    with database.transaction(None) as session:
        is_super, bypasses, creates, owns = session.execute(_ROLE).one()
        found += [
            sentence
            for has, sentence in (
                (is_super, "it is a superuser"),
                (bypasses, "it bypasses row-level security, so it sees every organisation"),
                (creates, "it may create roles"),
                (owns, "it owns the evidence tables or is a member of their owner"),
            )
            if has
        ]
        for table in (*FROZEN, "entry_bodies", "pending"):
            rights = session.scalar(_TABLE, {"tab": f"public.{table}"})
            if rights:
                found.append(f"it may {rights} on {table}")
    return found
