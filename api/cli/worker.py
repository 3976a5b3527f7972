"""`doorstep worker`."""

import click

from api import logs
from api.server.job_tools import open_tools
from api.server.process import this_process
from field_visits.jobs.queue import WORKERS, open_queue, register
from field_visits.jobs.sweeps import sweep_everywhere


@click.command()
def command() -> None:
    """Do what is due: send messages, check files, seal agreements, build bundles, end holds."""
    process = this_process()
    logs.configure(process.settings.log_format)
    tools = open_tools(process)
    queue = open_queue(process.required("DATABASE_URL", "the worker"), valkey_url=process.settings.valkey_url)
    register(queue, lambda wake: sweep_everywhere(tools, wake))
    queue.create_consumer(workers=WORKERS, periodic=True).run()
