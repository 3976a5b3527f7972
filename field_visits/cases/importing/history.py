"""Files that were taken in, each with whoever asked for it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from field_visits.cases.models import Import
from field_visits.evidence.codes import Code
from field_visits.evidence.log import actors_of
from field_visits.identity.models import ServiceAccount, User
from field_visits.kernel.ids import EntryId
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
    actors = actors_of(uow.session, Code.IMPORT_APPLIED, [one.id for one in imports])
    wanted = set(actors.values())
    names: dict[UUID, str | None] = {}
    for cls in (User, ServiceAccount):
        named = uow.session.execute(select(cls.id, cls.name).where(cls.id.in_(wanted)))
        names |= {UUID(str(who)): name for who, name in named}
    return [
        PastImport(one, By(actors[one.id], names.get(actors[one.id])) if one.id in actors else None)
        for one in imports
    ]
