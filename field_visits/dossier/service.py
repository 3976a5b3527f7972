"""Ask for a case's bundle, and fetch it. Building is a sweep (`building.py`), searching is `cases`' matter.

Every step of an export is an entry in the case's own story, so that the next bundle's custody log shows it.
"""

from field_visits.cases import words
from field_visits.cases.models import Case
from field_visits.dossier.models import Export
from field_visits.evidence.codes import Code
from field_visits.kernel.errors import ForbiddenError, NotFoundError, UnavailableError
from field_visits.kernel.ids import ExportId
from field_visits.unit_of_work import Born, Refused, UnitOfWork, Wake

BUNDLE_TYPE = "application/zip"


def request_export(uow: UnitOfWork, case: Case, *, reason: str) -> Born[Export] | Refused:
    """A bundle of the case is asked for and will be built once everything up to now is in the log.

    Args:
        uow: The unit of work, in a person's name.
        case: Which case.
        reason: Why it leaves the house, as its cover will say.

    Raises:
        InvalidError: No reason is given.
        ForbiddenError: Nobody in person asks: a bundle names who answers for it.
    Evidence: export:bundle:requested.
    """
    told = words.prose(reason, "/reason")
    if uow.actor.user is None:
        raise ForbiddenError("A bundle is asked for by a person, whom its cover names.")
    export = Export(
        id=ExportId(uow.new_id()),
        case_id=case.id,
        requested_by=uow.actor.user,
        requested_at=uow.now,
        reason=told,
        sha256=None,
        length=None,
        object_key=None,
        failure=None,
    )
    uow.wake(Wake.EXPORTS)
    return uow.bear(export, "request")


def fetch_bundle(uow: UnitOfWork, export: Export) -> str:
    """The bundle may be handed to the actor now; that it was is part of the case's story. Gives its object key.

    Raises:
        UnavailableError: It is not built yet; ask again soon.
        NotFoundError: It could not be built; `failure` says why.
    Evidence: export:bundle:fetched.
    """
    if export.state == "requested":
        raise UnavailableError("The bundle is not built yet. Ask for the export's state, and try again then.")
    if export.object_key is None or export.sha256 is None:
        raise NotFoundError("This bundle could not be built; the export says why. Ask for another one.")
    uow.record(
        Code.EXPORT_FETCHED,
        export,
        facts={"sha256": export.sha256, "length": export.length},
        objects=[export.sha256],
    )
    return export.object_key
