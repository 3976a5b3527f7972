"""Whether each log is the one whose newest checkpoint was given away: a restored older copy is noticed here."""

from collections.abc import Callable, Sequence

from api.server.errors import StartError
from api.server.log_keys import log_verifiers
from api.server.process import Process
from field_visits.evidence.epochs import OutsideCheckpoints, difference, newest_size, organisations_by_slug
from field_visits.evidence.notes import VerifierKey
from field_visits.kernel.db import Database


def trusted_by(process: Process) -> Callable[[str], Sequence[VerifierKey]]:
    """The log keys that this process holds, under the name of an origin."""
    return lambda origin: log_verifiers(process.secrets, origin)


def refuse_other_past(process: Process, database: Database) -> list[str]:
    """Every log is the one whose newest checkpoint lies outside; returns what is worth telling.

    Raises:
        StartError: a log is an older copy, or took another course. Nothing may be appended to it.
    """
    outside = OutsideCheckpoints(process.settings.checkpoints_dir)
    with database.transaction(None) as session:
        slugs = organisations_by_slug(session)
    told, faults = [], []
    for organisation in sorted({*slugs, *outside.logs()}):
        slug = slugs.get(organisation, str(organisation))
        with database.transaction(organisation) as session:
            found = difference(session, organisation, outside, trusted_by(process))
            is_kept = outside.read(organisation) is not None
            if found is None and not is_kept and newest_size(session, organisation):
                told.append(
                    f"{slug}: no checkpoint lies in {outside.folder}, so nobody can tell whether this "
                    "database is an older copy. The next one will be kept there."
                )
        if found is not None:
            faults.append(
                f"{slug}: {found}.\n  If somebody restored a backup on purpose, run: doorstep evidence open-epoch "
                f"--organisation {slug} --reason '…'\n  If nobody did, change nothing and find the right database: "
                f"the checkpoint outside is in {outside.folder}."
            )
    if faults:
        raise StartError("Nothing is appended to a log with another past.\n" + "\n".join(faults))
    return told
