"""Everything of one case that goes into its bundle, gathered in one transaction: rows, entries, proofs.

Only reads of the database. Files are fetched afterwards (`service`), the report is written from this
(`report`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from field_visits.agreements.models import Agreement, Instalment
from field_visits.appointments import queries as appointments
from field_visits.appointments.models import Appointment
from field_visits.appointments.queries import AppointmentFile
from field_visits.attachments.models import Attachment
from field_visits.cases import queries as cases
from field_visits.cases.models import Case
from field_visits.cases.queries import CaseFile
from field_visits.dossier.clocks import CaseClocks, clocks_at
from field_visits.dossier.models import Export
from field_visits.dossier.queries import telling_for
from field_visits.dossier.timeline import Person, TimelineEntry, objects_of
from field_visits.evidence.log import (
    Head,
    LoggedEntry,
    consistency_paths,
    entries_of_case,
    heads_covering,
    inclusion_paths,
    log_keys,
    newest_head,
)
from field_visits.evidence.notes import VerifierKey
from field_visits.identity.models import Organisation, User
from field_visits.kernel.ids import CaseId
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits import queries as visits
from field_visits.visits.models import Visit
from field_visits.visits.queries import VisitFile


@dataclass(frozen=True, slots=True)
class Proven:
    """The log's side of the story: entries under one checkpoint, and what leads to it."""

    head: Head
    entries: tuple[LoggedEntry, ...]
    paths: Mapping[int, tuple[bytes, ...]]
    older: tuple[Head, ...]
    older_paths: Mapping[int, tuple[bytes, ...]]
    keys: tuple[VerifierKey, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One case, whole."""

    export: Export
    requested_by: Person
    organisation: Organisation
    zone: ZoneInfo
    gathered_at: datetime
    file: CaseFile
    appointments: tuple[AppointmentFile, ...]
    visits: tuple[VisitFile, ...]
    agreements: tuple[tuple[Agreement, tuple[Instalment, ...]], ...]
    attachments: tuple[Attachment, ...]
    earlier_exports: tuple[Export, ...]
    people: Mapping[UUID, Person]
    proven: Proven
    entries: tuple[TimelineEntry, ...]
    clocks: CaseClocks
    named: tuple[str, ...]


def gather(uow: UnitOfWork, export: Export) -> Story | None:
    """The whole story under the newest checkpoint, or None while some of it still waits for its place.

    Everything up to the request, the request's own entry among it, is in the log before a bundle is made.
    """
    proven = _prove(uow, export)
    if proven is None:
        return None
    organisation = uow.session.get_one(Organisation, uow.actor.organisation)
    zone = ZoneInfo(organisation.timezone)
    telling = telling_for(uow, proven.entries, zone=zone)
    visit_rows = uow.session.scalars(
        select(Visit).where(Visit.case_id == export.case_id).order_by(Visit.departed_at, Visit.id)
    ).all()
    appointment_rows = uow.session.scalars(
        select(Appointment)
        .where(Appointment.case_id == export.case_id)
        .order_by(Appointment.window_from, Appointment.id)
    ).all()
    requester = uow.session.get_one(User, export.requested_by)
    return Story(
        export=export,
        requested_by=Person(requester.id, requester.badge, requester.name),
        organisation=organisation,
        zone=zone,
        gathered_at=uow.now,
        file=cases.get_case(uow, export.case_id),
        appointments=tuple(appointments.files_of(uow, appointment_rows)),
        visits=tuple(visits.files_of(uow, visit_rows)),
        agreements=_agreements(uow, export.case_id),
        attachments=tuple(
            uow.session.scalars(
                select(Attachment)
                .where(Attachment.case_id == export.case_id)
                .order_by(Attachment.expected_at, Attachment.id)
            )
        ),
        earlier_exports=tuple(
            uow.session.scalars(
                select(Export).where(Export.case_id == export.case_id, Export.sha256.is_not(None))
            )
        ),
        people={**telling.people, **_crews(uow, visit_rows)},
        proven=proven,
        entries=tuple(map(telling.tell, proven.entries)),
        clocks=clocks_at(uow, uow.session.get_one(Case, export.case_id), export.requested_at),
        named=tuple(objects_of(proven.entries)),
    )


def _prove(uow: UnitOfWork, export: Export) -> Proven | None:
    session, organisation = uow.session, uow.actor.organisation
    # The head first: its leaves were committed with it, so the story below it is whole.
    head = newest_head(session, organisation)
    if head is None:
        return None
    entries = entries_of_case(session, export.case_id, up_to=head.size)
    known = {entry.id for entry in entries}
    waiting = [entry for entry in entries_of_case(session, export.case_id) if entry.id not in known]
    if export.evidence_id not in known or any(entry.id <= export.evidence_id for entry in waiting):
        return None
    indexes = [entry.place.index for entry in entries if entry.place is not None]
    older = [
        one for one in heads_covering(session, organisation, _milestones(entries)) if one.size < head.size
    ]
    return Proven(
        head=head,
        entries=tuple(entries),
        paths=inclusion_paths(session, organisation, indexes, head.size),
        older=tuple(older),
        older_paths=consistency_paths(session, organisation, [one.size for one in older], head.size),
        keys=tuple(one.key for one in log_keys(session, organisation)),
    )


def _milestones(entries: Sequence[LoggedEntry]) -> list[int]:
    """The last leaf of each day of the story: what was published then is shown to continue to the newest."""
    last = {entry.received_at.date(): entry.place.index for entry in entries if entry.place is not None}
    return sorted(last.values())


def _agreements(uow: UnitOfWork, case_id: CaseId) -> tuple[tuple[Agreement, tuple[Instalment, ...]], ...]:
    rows = uow.session.scalars(
        select(Agreement).where(Agreement.case_id == case_id).order_by(Agreement.id)
    ).all()
    instalments: dict[UUID, list[Instalment]] = {row.id: [] for row in rows}
    for one in uow.session.scalars(
        select(Instalment).where(Instalment.agreement_id.in_(list(instalments))).order_by(Instalment.no)
    ):
        instalments[one.agreement_id].append(one)
    return tuple((row, tuple(instalments[row.id])) for row in rows)


def _crews(uow: UnitOfWork, rows: Sequence[Visit]) -> dict[UUID, Person]:
    wanted = {person for row in rows for person in (row.lead_id, row.partner_id) if person is not None}
    users = uow.session.scalars(select(User).where(User.id.in_(wanted)))
    return {user.id: Person(user.id, user.badge, user.name) for user in users}
