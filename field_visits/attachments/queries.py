"""Reads of files: one, within reach; and whose store a key belongs to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from field_visits.attachments.models import Attachment
from field_visits.cases.models import Case
from field_visits.identity.models import Organisation
from field_visits.identity.permissions import Scope, reach
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AttachmentId, OrganisationId
from field_visits.unit_of_work import UnitOfWork


def get_attachment(uow: UnitOfWork, attachment_id: AttachmentId, *, scope: Scope) -> Attachment:
    """The file, if it lies within `scope` of the actor: announced by them, or of a case in their reach.

    Raises:
        NotFoundError: It does not exist, or is out of scope.
    """
    attachment = uow.session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFoundError("There is no such file.")
    case = uow.session.get_one(Case, attachment.case_id)
    reach(uow.actor, scope, people=[attachment.expected_from, case.collector_id], teams=[case.team_id])
    return attachment


def find_organisation(session: Session, prefix: str) -> OrganisationId | None:
    """Whose objects have this secret prefix, or None. Readable before anybody has signed in."""
    return session.scalars(select(Organisation.id).where(Organisation.object_prefix == prefix)).one_or_none()
