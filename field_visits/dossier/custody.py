"""Audit of the files that the rows name: each is read back from the store and hashed again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from field_visits.agreements.models import Agreement
from field_visits.attachments.models import Attachment
from field_visits.dossier.models import Export
from field_visits.identity.models import Portrait
from media.errors import ObjectMissingError
from media.store import ObjectStore


@dataclass(slots=True)
class Custody:
    """What the audit found: how many files were read back, and each that is not as its row says."""

    objects: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults


class Kept(NamedTuple):
    """A file that must be in the store, as a row names it."""

    name: str
    key: str
    sha256: str


def audit_objects(
    session: Session, store: ObjectStore, *, progress: Callable[[int], None] | None = None
) -> Custody:
    """Every file whose bytes have once been here was read back and hashed.

    Files that are announced and have not come, and those already known to be lost or other than announced,
    are no news: their rows say so.

    Args:
        session: Any login that may read, bound to the organisation.
        store: Where files lie.
        progress: Told the number of files read so far.

    Raises:
        StoreUnavailableError: The store does not answer; try again later.
    """
    custody = Custody()
    for kept in list_kept(session):
        try:
            is_same = store.read_digest(kept.key).sha256 == kept.sha256
        except ObjectMissingError:
            custody.faults.append(f"{kept.name}: the store has no such file ({kept.sha256})")
        else:
            if not is_same:
                custody.faults.append(f"{kept.name}: the stored bytes do not have the hash {kept.sha256}")
        custody.objects += 1
        if progress is not None:
            progress(custody.objects)
    return custody


def list_kept(session: Session, *, attachment_states: Sequence[str] = ("verified",)) -> Iterator[Kept]:
    """Every file that a row visible to `session` names, attachments in these states only."""
    attachments = select(Attachment).where(Attachment.state.in_(attachment_states)).order_by(Attachment.id)
    for attachment in session.scalars(attachments.execution_options(yield_per=500)):
        yield Kept(f"{attachment.kind} {attachment.id}", attachment.object_key, attachment.sha256)
    for agreement in session.scalars(
        select(Agreement).order_by(Agreement.id).execution_options(yield_per=500)
    ):
        if agreement.document_key and agreement.document_sha256:
            yield Kept(
                f"document of agreement {agreement.id}", agreement.document_key, agreement.document_sha256
            )
        if agreement.sealed_key and agreement.sealed_sha256:
            yield Kept(
                f"sealed document of agreement {agreement.id}", agreement.sealed_key, agreement.sealed_sha256
            )
    for portrait in session.scalars(
        select(Portrait).where(Portrait.state == "current").order_by(Portrait.id)
    ):
        yield Kept(f"portrait {portrait.id}", portrait.object_key, portrait.sha256)
    for export in session.scalars(select(Export).where(Export.sha256.is_not(None)).order_by(Export.id)):
        if export.object_key and export.sha256:
            yield Kept(f"bundle {export.id}", export.object_key, export.sha256)
