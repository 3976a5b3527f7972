"""The object store: whether it answers, and what it was seen to do."""

from api.doctor.findings import Findings, bad, note, ok
from api.server.composing import open_store
from api.server.errors import StartError
from api.server.process import Process
from media.errors import StoreUnavailableError


def objects(process: Process) -> Findings:
    """Probed as at a start; the probe leaves nothing behind."""
    if process.settings.s3 is None and not process.settings.data_dir.exists():
        yield note("files", "No file was ever stored here.", "`doorstep serve` makes the folder.")
        return
    try:
        found = open_store(process).abilities()
    except (StoreUnavailableError, StartError, OSError) as error:
        yield bad("files", f"The store does not answer: {error}", "See the S3_… settings, or the disk.")
        return
    if not found.conditional_put:
        yield bad("files", f"{found.store}: a second upload may replace the first.", "Use another store.")
    elif not found.binds_tickets:
        yield note("files", f"{found.store}: phones upload through us.", "Nothing: it is slower, and safe.")
    else:
        yield ok("files", f"{found.store}: writes once, binds tickets, retention: {found.retention.value}.")
