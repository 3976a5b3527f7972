"""`doorstep sequencer`."""

import signal
import threading

import click

from api import logs
from api.server.errors import StartError
from api.server.log_keys import log_signers
from api.server.log_past import refuse_other_past
from api.server.process import this_process
from field_visits.evidence import sequencer
from field_visits.evidence.epochs import OtherPastError, OutsideCheckpoints
from field_visits.kernel.clock import SystemClock
from field_visits.kernel.db import Database


@click.command()
def command() -> None:
    """Give entries their place in the log and sign it. Needs DATABASE_SEQUENCER_URL and the log key."""
    process = this_process()
    logs.configure(process.settings.log_format)
    database = Database(process.required("DATABASE_SEQUENCER_URL", "the sequencer"), pool_size=2)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        for line in refuse_other_past(process, database):
            click.echo(line)
        outside = OutsideCheckpoints(process.settings.checkpoints_dir)
        sequencer.run(database, log_signers(process.secrets), SystemClock(), stop, outside=outside)
    except OtherPastError as error:
        raise StartError(str(error)) from error
    finally:
        database.close()
