"""What every evidenced row carries, and the table of the rows that are not evidenced.

`Evidenced` is mixed into mapped classes of every feature; the database refuses a row of such a table
whose `evidence_id` is not a fresh entry about it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.kernel.db import Base
from field_visits.kernel.ids import EntryId, OrganisationId
from field_visits.kernel.lifecycle import Lifecycle


class Evidenced:
    """A row that changes only together with an entry that explains it.

    A root stands alone (`__root__` None). A child names its aggregate root's table and the own column
    that holds the root's id: an entry about the root may then explain the child too.
    """

    __tablename__: Any
    __root__: ClassVar[tuple[str, str] | None] = None
    # Constraint name -> what a person is told when the database refuses a row by it.
    __refusals__: ClassVar[Mapping[str, str]] = MappingProxyType({})

    id: Mapped[Any]
    evidence_id: Mapped[EntryId] = mapped_column(ForeignKey("entries.id"))
    org_id: Mapped[OrganisationId] = mapped_column()

    @property
    def case_of(self) -> UUID | None:
        """The case whose story an entry about this row belongs to."""
        case_id: UUID | None = getattr(self, "case_id", None)
        return case_id


class Subject(Evidenced):
    """An evidenced row with a life of its own: a lifecycle and a state that only `apply` sets."""

    __lifecycle__: ClassVar[Lifecycle]

    state: Mapped[str] = mapped_column()


class Revised:
    """A working row that people edit by turns: every edit gives it a new version, as an entry would."""

    version: Mapped[UUID] = mapped_column()


def version_of(row: Evidenced | Revised) -> UUID:
    """What a change has to be decided on: the entry that explains the row, or the version of a working row."""
    return row.evidence_id if isinstance(row, Evidenced) else row.version


def evidenced_classes() -> list[type[Evidenced]]:
    """Every mapped class whose rows need evidence, in order of table name."""
    classes = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Evidenced)}
    return sorted(classes, key=lambda cls: str(cls.__tablename__))


# Tables that are not evidenced, each with its reason. Tested against the catalogue.
WORKING_TABLES: dict[str, str] = {
    "alembic_version": "the migration tool's own mark",
    "entries": "is the evidence",
    "entry_bodies": "is the evidence, in its erasable part",
    "evidence_link": "written by the database for each entry",
    "pending": "what the sequencer has still to number",
    "leaves": "the log's order, derived from entries",
    "tree_nodes": "the tree over the leaves, derived",
    "checkpoints": "signed heads of the tree",
    "log_keys": "public halves of the keys that signed them",
    "sessions": "sign-ins; opening and closing one are entries",
    "device_presence": "what a phone last told of itself; what it did are entries",
    "access_tokens": "short-lived keys to a session",
    "customer_links": "keys to a customer's page, as hashes; sending one is part of a notice's entry",
    "one_time_codes": "good once or for minutes; issuing and using one is an entry, or opens a session that is",
    "totp_progress": "a secret that waits for its first code, and the newest step used",
    "service_key_uses": "when a key was last used; what it did are entries",
    "sign_in_failures": "counted per minute; the count becomes an entry",
    "idempotency_keys": "first answers, kept so that a repeat gets the same one",
    "import_files": "uploads that wait to be taken in; taking one in is an entry",
    "import_chunks": "their bytes, and those of lists of errors",
    "import_runs": "how far a check, an import or an undoing is; what it did are entries",
    "import_mappings": "how a source's columns were read last: a proposal, decided anew each time",
    "plan_drafts": "proposals nobody was promised; publishing one is an entry",
    "plan_runs": "how far the planning of a day is; publishing what came of it is an entry",
    "place_searches": "proposals of a geocoder; pinning a door is an entry",
    "huey_kv": "the job queue's own",
    "huey_schedule": "wake-ups for later",
    "huey_task": "wake-ups; a sweep finds the work from rows anyway",
    "huey_counter": "the job queue's own",
}
