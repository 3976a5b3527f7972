"""The database base: mapped base class, column types, and the only place where transactions open and end.

Row-level security binds every transaction to one organisation: `app.org` is set at its begin, and a
transaction without an organisation sees no tenant row at all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, ClassVar, NewType
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Engine,
    Float,
    MetaData,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    sessionmaker,
)

from field_visits.kernel import ids
from field_visits.kernel.errors import UnavailableError
from field_visits.kernel.ids import OrganisationId

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as timestamptz and handed back in UTC. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("A time without its zone cannot be kept.")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every mapped class. Type annotations choose the columns, one way for all."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        **{typed_id: Uuid() for typed_id in vars(ids).values() if isinstance(typed_id, NewType)},
        UUID: Uuid(),
        datetime: UtcDateTime(),
        date: Date(),
        int: BigInteger(),
        float: Float(53),
        str: Text(),
        dict[str, Any]: JSONB(),
        list[str]: ARRAY(Text()),
        list[UUID]: ARRAY(Uuid()),
    }


class EvidenceAwareSession(Session):
    """The session class of the house; `evidence.guards` listens on it.

    `write_first` is called before anything is asked or flushed, so that nobody sees the database behind what was
    told. What goes through `connection()` does not see it: a lock, what is asked before any change.
    """

    write_first: Callable[[], None] | None = None
    held: list[Any] | None = None  # what was read stays at hand, where somebody asked for that


class Database:
    """One login to one database. `transaction` is the only way in.

    Args:
        url: `postgresql+psycopg://…` of the login this process may use, and no other.
        pool_size: Connections kept; threads beyond it wait up to ten seconds.
        is_frozen: Every transaction sees the moment of its first statement until it ends.
    """

    def __init__(self, url: str, *, pool_size: int = 10, is_frozen: bool = False) -> None:
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=False,
            pool_use_lifo=True,
            hide_parameters=True,  # an error's words may reach a log: rows do not
            isolation_level="REPEATABLE READ" if is_frozen else "READ COMMITTED",
        )
        self._sessions = sessionmaker(self.engine, class_=EvidenceAwareSession, expire_on_commit=False)

    @contextmanager
    def transaction(self, organisation: OrganisationId | None) -> Iterator[EvidenceAwareSession]:
        """A session whose one transaction commits at the end of the block, or leaves nothing behind.

        Args:
            organisation: Whose rows are visible; None shows only what every login may read.

        Raises:
            UnavailableError: the database stopped, gave way to another transaction, or has no connection
                free. Cut at the very commit, it may have been done: repeat under the same idempotency key.
        """
        session = self._sessions()
        session.info["app.org"] = "" if organisation is None else str(organisation)
        try:
            yield session
            session.commit()
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise UnavailableError(
                "The database does not answer just now. Nothing is half done; try again in a moment."
            ) from error
        finally:
            # After a commit this is a no-op; after an exception it rolls back.
            session.close()

    def close(self) -> None:
        """Give every connection back to the server."""
        self.engine.dispose()


@event.listens_for(EvidenceAwareSession, "do_orm_execute")
def write_before_asking(execute_state: ORMExecuteState) -> None:
    """Write what waits, for the question in hand may be about it."""
    _write_first(execute_state.session)


@event.listens_for(EvidenceAwareSession, "before_flush")
def write_before_flushing(session: Session, context: UOWTransaction, instances: Any) -> None:
    """Write entries and older changes before the rows that come after them."""
    del context, instances
    _write_first(session)


def _write_first(session: Session) -> None:
    write_first = session.write_first if isinstance(session, EvidenceAwareSession) else None
    if write_first is not None:
        write_first()


@event.listens_for(EvidenceAwareSession, "after_begin")
def bind_organisation(session: Session, transaction: SessionTransaction, connection: Any) -> None:
    """Bind the transaction to its organisation before its first statement."""
    if transaction.nested:
        return
    # Once in every transaction: as the driver's own statement, which nothing has to build or compile.
    connection.exec_driver_sql("SELECT set_config('app.org', %s, true)", (session.info["app.org"],))


def lock(session: Session, *subjects: UUID) -> None:
    """Nobody else holds any of `subjects` until this transaction ends.

    Taken before a check that a second writer could overtake (a double booking, two shifts at once), always
    in one order, so that two transactions never wait for each other in a ring.
    """
    # `unnest` hands the keys out in their order.
    keys = [_lock_key(subject) for subject in sorted(set(subjects))]
    if keys:
        taken = "SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"
        session.connection().execute(text(taken), {"keys": keys})


@contextmanager
def alone_at(session: Session, subject: UUID) -> Iterator[bool]:
    """Whether nobody else is at work on `subject`; then nobody else gets at it until the end of the block.

    For long work that must not hold a transaction: the lock belongs to a connection of its own, on which
    nothing else is done and no transaction is open. It ends with that connection, and so with the process. Only
    `session`'s database counts; its transaction may be over by then.
    """
    key = {"key": _lock_key(subject)}
    engine = session.get_bind().engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_alone = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one())
        try:
            yield is_alone
        finally:
            if is_alone:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def try_lock(session: Session, subject: UUID) -> bool:
    """Whether nobody else held `subject`; then nobody else gets it until this transaction ends."""
    key = _lock_key(subject)
    return bool(session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key}).scalar_one())


def _lock_key(subject: UUID) -> int:
    """The last eight bytes of a UUIDv7: its random part."""
    return int.from_bytes(subject.bytes[8:], signed=True)
