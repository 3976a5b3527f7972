"""First answers, so that a request sent twice is done once (Idempotency-Key).

The key is claimed by inserting it in the transaction of the work itself: of two requests at once the
second waits on the unique key until the first has committed, and then finds its answer. If the first
rolled back, the second does the work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from field_visits.identity.models import IdempotencyKey
from field_visits.kernel.errors import DomainError
from field_visits.unit_of_work import UnitOfWork


class KeyReusedError(DomainError):
    """The key came before with another request: a program mixes up its keys."""

    code = "idempotency-key-reused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def claim(uow: UnitOfWork, key: str, request_hashes: Sequence[bytes]) -> Answer | None:
    """The first answer under this key, or None: then the caller does the work and calls `keep`.

    Args:
        uow: The unit of work of the request.
        key: The caller's Idempotency-Key.
        request_hashes: What makes two requests the same, under each key in use; the first is kept.

    Raises:
        KeyReusedError: the key was used for another request.
    """
    who = _who(uow)
    claimed = uow.session.execute(
        insert(IdempotencyKey)
        .values(
            org_id=uow.actor.organisation,
            actor=who,
            key=key,
            request_hash=request_hashes[0],
            status=0,
            headers={},
            body=b"",
            created_at=uow.now,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).first()
    if claimed is not None:
        return None
    found = uow.session.execute(
        select(
            IdempotencyKey.request_hash, IdempotencyKey.status, IdempotencyKey.headers, IdempotencyKey.body
        ).where(
            IdempotencyKey.org_id == uow.actor.organisation,
            IdempotencyKey.actor == who,
            IdempotencyKey.key == key,
        )
    ).one()
    if found.request_hash not in request_hashes:
        raise KeyReusedError("This Idempotency-Key came with another request. Make a fresh one for each.")
    return Answer(found.status, found.headers, found.body)


def keep(uow: UnitOfWork, key: str, answer: Answer) -> None:
    """The answer will be given again to whoever repeats the request. Commits with the work."""
    uow.session.execute(
        update(IdempotencyKey)
        .where(
            IdempotencyKey.org_id == uow.actor.organisation,
            IdempotencyKey.actor == _who(uow),
            IdempotencyKey.key == key,
        )
        .values(status=answer.status, headers=dict(answer.headers), body=answer.body)
    )


def forget(uow: UnitOfWork, *, before: datetime) -> int:
    """Answers given before `before` are gone and their keys may be used anew; returns how many."""
    gone = uow.session.execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.org_id == uow.actor.organisation, IdempotencyKey.created_at < before)
        .returning(IdempotencyKey.key)
    )
    return len(gone.all())


def _who(uow: UnitOfWork) -> str:
    return str(uow.actor.user or uow.actor.service or uow.actor.link or uow.actor.name)
