"""Files that were taken in: who asked for each, and which cases it reached. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from field_visits.cases import queries
from field_visits.cases.models import Import
from field_visits.cases.queries import CaseLine
from field_visits.evidence.causes import cases_reached_by
from field_visits.evidence.codes import Code
from field_visits.evidence.log import entries_of
from field_visits.identity.models import ServiceAccount, User
from field_visits.kernel.ids import CaseId, EntryId
from field_visits.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class By:
    """A person or program; `name` is None where it was erased."""

    id: UUID
    name: str | None


@dataclass(frozen=True, slots=True)
class PastImport:
    """A file that was taken in. `applied_by` is None where it was done at the terminal."""

    imported: Import
    applied_by: By | None

    @property
    def evidence_id(self) -> EntryId:
        """The entry that explains this version of the import."""
        return self.imported.evidence_id


def with_actors(uow: UnitOfWork, imports: Sequence[Import]) -> list[PastImport]:
    """Each of `imports` with who applied it, as its entry says."""
    applied = entries_of(uow.session, Code.IMPORT_APPLIED, [one.id for one in imports])
    actors = {about: actor for about, (_, actor) in applied.items() if actor is not None}
    wanted = set(actors.values())
    names: dict[UUID, str | None] = {}
    for cls in (User, ServiceAccount):
        named = uow.session.execute(select(cls.id, cls.name).where(cls.id.in_(wanted)))
        names |= {UUID(str(who)): name for who, name in named}
    return [
        PastImport(one, By(actors[one.id], names.get(actors[one.id])) if one.id in actors else None)
        for one in imports
    ]


def list_lines(
    uow: UnitOfWork, imported: Import, *, after: CaseId | None = None, limit: int = 50
) -> tuple[CaseLine, ...]:
    """The cases that the import opened, or told something new of: a balance, a contact, a payment."""
    applied = entries_of(uow.session, Code.IMPORT_APPLIED, [imported.id])
    entry_id, _ = applied[imported.id]
    reached = cases_reached_by(entry_id, imported.applied_at)
    return queries.list_lines(uow, among=reached, after=after, limit=limit)
