"""Reads of a case's story and of exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from field_visits.agreements.models import Agreement
from field_visits.attachments.models import Attachment
from field_visits.cases.models import Case
from field_visits.cases.scope import within
from field_visits.dossier.models import Export
from field_visits.dossier.timeline import (
    NamedObject,
    Person,
    Telling,
    TimelineEntry,
    objects_of,
    people_of,
)
from field_visits.evidence.codes import Code
from field_visits.evidence.log import (
    LoggedEntry,
    StoryPosition,
    entries_of_case,
    entries_with,
    refusals_about,
)
from field_visits.identity.models import Organisation, User
from field_visits.identity.permissions import Scope, scope_of
from field_visits.kernel.actor import Role
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import CaseId, ExportId
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce import membership

# Reads that are evidence, of what belongs to a case.
READINGS = frozenset(
    {
        Code.CASE_VIEWED,
        Code.CASE_TIMELINE_VIEWED,
        Code.CASE_CLOCKS_VIEWED,
        Code.CUSTOMER_REVEALED,
        Code.ATTACHMENT_OPENED,
        Code.AGREEMENT_OPENED,
        Code.EXPORT_FETCHED,
    }
)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One entry of a story, and the position from which to read on after it."""

    entry: TimelineEntry
    position: StoryPosition


@dataclass(frozen=True, slots=True)
class Refusal:
    """An intent that was refused, told, and the case that it was about."""

    entry: TimelineEntry
    case: Case


def read_timeline(
    uow: UnitOfWork,
    case: Case,
    *,
    after: StoryPosition | None = None,
    limit: int | None = None,
) -> list[StoryLine]:
    """One page of a case's story; that legal began to read it stands in the log.

    A page that goes on where another ended is the same reading.

    Evidence: case:timeline:viewed, for the role legal.
    """
    entries = entries_of_case(uow.session, case.id, after=after, limit=limit)
    told = map(telling_for(uow, entries).tell, entries)
    lines = list(map(StoryLine, told, _positions(entries, after)))
    if after is None and Role.LEGAL in uow.actor.roles:
        uow.record(Code.CASE_TIMELINE_VIEWED, case)
    return lines


def list_refusals(
    uow: UnitOfWork,
    *,
    scope: Scope,
    since: datetime | None = None,
    until: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Refusal]:
    """What was refused about the cases within `scope`, newest first, each with its case."""
    seen = select(Case.id).where(within(uow.actor, scope))
    entries = refusals_about(uow.session, seen, since=since, until=until, after=after, limit=limit)
    wanted = {entry.case_id for entry in entries}
    cases = {case.id: case for case in uow.session.scalars(select(Case).where(Case.id.in_(wanted)))}
    telling = telling_for(uow, entries)
    return [
        Refusal(telling.tell(entry), cases[CaseId(entry.case_id)])
        for entry in entries
        if entry.case_id is not None
    ]


def list_readings(
    uow: UnitOfWork, case: Case, *, after: UUID | None = None, limit: int = 50
) -> list[TimelineEntry]:
    """Who looked at the case, at its customer's details, its files or its bundles, newest first."""
    entries = entries_with(
        uow.session, READINGS, case_id=case.id, subjects=[case.customer_id], after=after, limit=limit
    )
    return list(map(telling_for(uow, entries).tell, entries))


def get_export(uow: UnitOfWork, export_id: ExportId) -> Export:
    """An export, whatever its state.

    Raises:
        NotFoundError: There is no such export.
    """
    export = uow.session.get(Export, export_id)
    if export is None:
        raise NotFoundError("There is no such export.")
    return export


def list_exports(uow: UnitOfWork, case_id: CaseId) -> Sequence[Export]:
    """The exports of a case, newest first."""
    return uow.session.scalars(
        select(Export).where(Export.case_id == case_id).order_by(Export.id.desc()).limit(1000)
    ).all()


def telling_for(uow: UnitOfWork, entries: Sequence[LoggedEntry], *, zone: ZoneInfo | None = None) -> Telling:
    """How these entries are told to the actor: in the organisation's time zone, with the names they may see."""
    if zone is None:
        zone = ZoneInfo(uow.session.get_one(Organisation, uow.actor.organisation).timezone)
    return Telling(zone, _people(uow, entries), _objects(uow, objects_of(entries)))


def _positions(entries: Sequence[LoggedEntry], after: StoryPosition | None) -> list[StoryPosition]:
    last = -1 if after is None else after.index
    positions = []
    for entry in entries:
        last = last if entry.place is None else entry.place.index
        positions.append(StoryPosition(last, entry.id if entry.place is None else None))
    return positions


def _people(uow: UnitOfWork, entries: Sequence[LoggedEntry]) -> dict[UUID, Person]:
    """Those who act, with names only as far as the actor may read people."""
    scope = scope_of(uow.actor, "user:read")
    own = {uow.actor.user}
    if scope is Scope.TEAM:
        own |= membership.people_of(uow.session, uow.actor.teams, at=uow.now)
    users = uow.session.scalars(select(User).where(User.id.in_(people_of(entries))))
    return {
        user.id: Person(
            user.id, user.badge, user.name if scope is Scope.ORGANISATION or user.id in own else None
        )
        for user in users
    }


def _objects(uow: UnitOfWork, hashes: Sequence[str]) -> dict[str, NamedObject]:
    found: dict[str, NamedObject] = {}
    if not hashes:
        return found
    for export in uow.session.scalars(select(Export).where(Export.sha256.in_(hashes))):
        found[str(export.sha256)] = NamedObject(str(export.sha256), export.state, "bundle")
    for agreement in uow.session.scalars(
        select(Agreement).where(Agreement.document_sha256.in_(hashes) | Agreement.sealed_sha256.in_(hashes))
    ):
        for sha256, kind in (
            (agreement.document_sha256, "document"),
            (agreement.sealed_sha256, "sealed_document"),
        ):
            if sha256 is not None:
                found[sha256] = NamedObject(sha256, "stored", kind)
    for one in uow.session.scalars(select(Attachment).where(Attachment.sha256.in_(hashes))):
        found[one.sha256] = NamedObject(one.sha256, one.state, one.kind, one.id)
    return found
