"""Who refuses a change without evidence: SQL of the triggers, and session listeners with the better message.

The triggers and grants are the proof; the listeners only speak earlier. What the owner of the tables and
a superuser can still do is found by the tree and its witnesses, not here (design §3, §4).

SQLSTATEs of our own class: DE001 identity changed, DE002 no fresh entry, DE003 entry of another
transaction, DE004 entry of kind fact, DE005 another organisation's entry, DE006 entry about something
else, DE007 a change entry that explains nothing, DE008 removal.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.base import PassiveFlag, instance_state

from field_visits.evidence.records import Evidenced
from field_visits.kernel.db import EvidenceAwareSession

# Whose rows this transaction may see; '' after the transaction, hence nullif.
CURRENT_ORG = "nullif(current_setting('app.org', true), '')::uuid"

_SAFE = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

# One trigger a row and one an entry, each with one statement on its way through: every further one costs
# as much as the row's own update (benchmarks/write_path.py). Why something is refused is found out only then.
FUNCTIONS = f"""
CREATE FUNCTION public.guard_row() RETURNS trigger {_SAFE} AS $$
DECLARE
    e record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id IS DISTINCT FROM OLD.id OR NEW.org_id IS DISTINCT FROM OLD.org_id THEN
            RAISE EXCEPTION 'A row of % never changes its id or organisation.', TG_TABLE_NAME
                USING ERRCODE = 'DE001';
        END IF;
        IF NEW.evidence_id IS NOT DISTINCT FROM OLD.evidence_id THEN
            RAISE EXCEPTION 'A change of % needs a fresh entry.', TG_TABLE_NAME USING ERRCODE = 'DE002';
        END IF;
    END IF;
    INSERT INTO public.evidence_link (entry_id, tab, row_id, org_id)
        SELECT x.id, TG_TABLE_NAME, NEW.id, x.org_id FROM public.entries x
        WHERE x.id = NEW.evidence_id AND x.txid = pg_current_xact_id() AND x.written_at = now()
            AND x.kind = 'change' AND x.org_id = NEW.org_id
            AND (x.subject_table = TG_TABLE_NAME AND x.subject_id = NEW.id
                OR x.subject_table = TG_ARGV[0] AND x.subject_id = (to_jsonb(NEW) ->> TG_ARGV[1])::uuid);
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT x.txid, x.written_at, x.kind, x.org_id INTO e FROM public.entries x WHERE x.id = NEW.evidence_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A row of % names an entry that does not exist here.', TG_TABLE_NAME
            USING ERRCODE = 'DE002';
    ELSIF e.txid <> pg_current_xact_id() OR e.written_at <> now() THEN
        RAISE EXCEPTION 'The entry named by a row of % is of another transaction.', TG_TABLE_NAME
            USING ERRCODE = 'DE003';
    ELSIF e.kind <> 'change' THEN
        RAISE EXCEPTION 'The entry named by a row of % tells a fact, not a change.', TG_TABLE_NAME
            USING ERRCODE = 'DE004';
    ELSIF e.org_id <> NEW.org_id THEN
        RAISE EXCEPTION 'The entry named by a row of % is of another organisation.', TG_TABLE_NAME
            USING ERRCODE = 'DE005';
    END IF;
    RAISE EXCEPTION 'The entry named by a row of % is about something else.', TG_TABLE_NAME
        USING ERRCODE = 'DE006';
END $$;

CREATE FUNCTION public.log_entry() RETURNS trigger {_SAFE} AS $$
BEGIN
    INSERT INTO public.pending (entry_id, org_id) SELECT NEW.id, NEW.org_id
        WHERE NEW.kind = 'fact' OR EXISTS (SELECT FROM public.evidence_link l WHERE l.entry_id = NEW.id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A change entry explains no row.' USING ERRCODE = 'DE007';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.refuse_removal() RETURNS trigger {_SAFE} AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never edited away or removed.', TG_TABLE_NAME USING ERRCODE = 'DE008';
END $$;

REVOKE ALL ON FUNCTION public.guard_row(), public.log_entry(), public.refuse_removal() FROM PUBLIC;
"""

# At commit, when every row it explains is written.
ENTRY_TRIGGERS = """
CREATE CONSTRAINT TRIGGER entries_log AFTER INSERT ON public.entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.log_entry();
"""

# Tables of the log whose rows stay as written. Bodies are absent on purpose: the eraser may take them.
FROZEN = ("entries", "evidence_link", "leaves", "tree_nodes", "checkpoints", "log_keys")


def freeze(table: str) -> str:
    """SQL after which no row of `table` can be changed or removed, by whomever."""
    return f"""
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.refuse_removal();
CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON public.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();
"""


def guard(table: str, root: tuple[str, str] | None = None) -> str:
    """SQL after which every change of `table` needs a fresh entry about the row or about its root.

    The guard comes after the row, so that a row which an `ON CONFLICT DO NOTHING` leaves out is not linked.

    Args:
        table: An evidenced table.
        root: The aggregate root's table, and the column of `table` that holds its id.
    """
    arguments = "" if root is None else f"'{root[0]}', '{root[1]}'"
    return f"""
CREATE TRIGGER {table}_guard AFTER INSERT OR UPDATE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.guard_row({arguments});
CREATE TRIGGER {table}_kept BEFORE DELETE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.refuse_removal();
CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON public.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();
GRANT SELECT, INSERT, UPDATE ON public.{table} TO doorstep_app;
"""


def isolate(table: str, *, readable: bool = False) -> str:
    """SQL after which rows of `table` are seen and written only by their own organisation.

    Args:
        table: A tenant table with an `org_id`.
        readable: True where rows may be read before an organisation is known (sign-in).
    """
    using = "true" if readable else f"org_id = {CURRENT_ORG}"
    return f"""
ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_read ON public.{table} FOR SELECT USING ({using});
CREATE POLICY {table}_insert ON public.{table} FOR INSERT WITH CHECK (org_id = {CURRENT_ORG});
CREATE POLICY {table}_update ON public.{table} FOR UPDATE
    USING (org_id = {CURRENT_ORG}) WITH CHECK (org_id = {CURRENT_ORG});
CREATE POLICY {table}_delete ON public.{table} FOR DELETE USING (org_id = {CURRENT_ORG});
"""


class ForgottenEvidenceError(Exception):
    """A program tried to change an evidenced row outside `uow.apply`: a defect in the program."""


@event.listens_for(EvidenceAwareSession, "before_flush")
def refuse_forgotten_evidence(session: Session, context: UOWTransaction, instances: Any) -> None:
    """Say which row would change without a fresh entry, before the database says it less kindly."""
    del context, instances
    for row in session.deleted:
        if isinstance(row, Evidenced):
            raise ForgottenEvidenceError(f"A row of {row.__tablename__} cannot be deleted.")
    for row in session.new:
        if isinstance(row, Evidenced) and not _has_new_entry(row):
            raise ForgottenEvidenceError(f"A new row of {row.__tablename__} has no entry; use uow.apply.")
    for row in session.dirty:
        if isinstance(row, Evidenced) and session.is_modified(row) and not _has_new_entry(row):
            raise ForgottenEvidenceError(
                f"A change of {row.__tablename__} has no fresh entry; use uow.apply."
            )


def _has_new_entry(row: Evidenced) -> bool:
    history = instance_state(row).get_history("evidence_id", PassiveFlag.PASSIVE_NO_INITIALIZE)
    return bool(history.added)


@event.listens_for(EvidenceAwareSession, "do_orm_execute")
def refuse_bulk_changes(execute_state: ORMExecuteState) -> None:
    """Refuse UPDATE, DELETE and INSERT of evidenced classes by statement: they carry no entry."""
    if execute_state.is_select:
        return
    mapper = execute_state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Evidenced):
        raise ForgottenEvidenceError(f"{mapper.class_.__tablename__} changes row by row through uow.apply.")
