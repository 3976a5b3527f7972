"""The tables of the log. Importable by `evidence` and `unit_of_work` alone.

An entry is never edited: the sequencer puts its place in the log beside it (`Leaf`), and the eraser may
take its body and salt, which leaves every proof valid (design §4).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from field_visits.kernel.db import Base
from field_visits.kernel.ids import EntryId, OrganisationId

# The codes of intents that were refused.
REFUSED = "%:refused"


class Xid8(UserDefinedType[int]):
    """PostgreSQL's transaction id of 64 bits; only the database writes one."""

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        del kw
        return "xid8"


class Entry(Base):
    """One thing that happened: the exact canonical bytes, and columns to find it by."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("kind IN ('change', 'fact')", name="kind"),
        CheckConstraint("octet_length(hash) = 32", name="hash_is_sha256"),
        Index(None, "org_id", "case_id", "id"),
        Index(None, "org_id", "subject_id", "id"),
        Index("ix_entries_refusals", "org_id", "id", postgresql_where=text(f"code LIKE '{REFUSED}'")),
    )

    id: Mapped[EntryId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    code: Mapped[str]
    kind: Mapped[str]
    subject_table: Mapped[str]
    subject_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    stream: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    canonical: Mapped[bytes] = mapped_column(BYTEA)
    hash: Mapped[bytes] = mapped_column(BYTEA)
    audience: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'"))
    # Which transaction wrote it: no role may supply these two; the row guard compares them.
    txid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    written_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class EntryBody(Base):
    """What an entry's `body_hash` covers: erasable, with its salt, without breaking a proof."""

    __tablename__ = "entry_bodies"

    entry_id: Mapped[EntryId] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    org_id: Mapped[OrganisationId]
    salt: Mapped[bytes] = mapped_column(BYTEA)
    body: Mapped[bytes] = mapped_column(BYTEA)


class EvidenceLink(Base):
    """Which row an entry explains. Written by the database alone, from the entry itself: no foreign key."""

    __tablename__ = "evidence_link"

    entry_id: Mapped[EntryId] = mapped_column(primary_key=True)
    tab: Mapped[str] = mapped_column(Text(), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]


class Pending(Base):
    """An entry that waits for its place in the log. Written by the database, taken by the sequencer."""

    __tablename__ = "pending"

    entry_id: Mapped[EntryId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId] = mapped_column(index=True)


class Leaf(Base):
    """An entry's place: its index in the log, and its number and predecessor in its own stream."""

    __tablename__ = "leaves"
    __table_args__ = (
        Index("uq_leaves_stream_no", "org_id", "stream", "no", unique=True),
        CheckConstraint("octet_length(hash) = 32", name="hash_is_sha256"),
    )

    org_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    idx: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[EntryId] = mapped_column(unique=True)
    stream: Mapped[UUID]
    no: Mapped[int]
    prev: Mapped[bytes | None] = mapped_column(BYTEA)
    hash: Mapped[bytes] = mapped_column(BYTEA)
    audience: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'"))


class TreeNode(Base):
    """The hash of a complete subtree above the leaves (level 1 joins two leaves)."""

    __tablename__ = "tree_nodes"

    org_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    idx: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(BYTEA)


class Checkpoint(Base):
    """A signed tree head. Its key is the size, so that no two trees of one size can be published."""

    __tablename__ = "checkpoints"

    org_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    root: Mapped[bytes] = mapped_column(BYTEA)
    note: Mapped[str]
    created_at: Mapped[datetime]


class LogKey(Base):
    """The public half of a key that signed checkpoints of a log, written with the first one it signed.

    The application hands it to readers and checks with it; it proves nothing to an outsider, whose keys
    come from outside.
    """

    __tablename__ = "log_keys"

    org_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    vkey: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
