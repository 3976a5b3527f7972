"""10,000 cases by file, in every encoding and as a workbook: seconds and memory, each in a process of its own.

Bars: 60 s and 300 MB. The files are `tests/benchmarks/import_files.py`'s; each process checks,
takes in, takes in again, which changes nothing, and undoes it all.
"""

import multiprocessing
import resource
import time
from pathlib import Path

from sqlalchemy import select

from benchmarks.ground import Ground
from field_visits.cases.importing import check_file, import_file
from field_visits.cases.importing.staging import incoming_from
from field_visits.cases.importing.undoing import undo_import
from field_visits.cases.models import Import
from field_visits.kernel.actor import system_actor
from field_visits.kernel.clock import SystemClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from field_visits.unit_of_work import Refused, unit_of_work
from tests.benchmarks.import_files import write_cases

ROWS = 10_000
FORMS = ("utf-8-sig", "utf-16", "gb18030", "xlsx")


def run(ground: Ground) -> None:
    """Print what each form of the file costs."""
    print(f"{ROWS:,} cases by file (bars: 60 s, 300 MB)")
    for form in FORMS:
        path = write_cases(ground.folder / f"cases-{form}", rows=ROWS, form=form, prefix=form.upper())
        told = multiprocessing.get_context("spawn").Queue()
        arguments = (ground.app_url, ground.organisation, path, told)
        process = multiprocessing.get_context("spawn").Process(target=_take_in, args=arguments)
        process.start()
        checked, taken, again, undone, peak = told.get()
        process.join()
        print(
            f"  {form:<10} check {checked:5.1f} s   take in {taken:5.1f} s   again {again:5.1f} s"
            f"   undo {undone:5.1f} s   peak {peak / 1024:4.0f} MB",
            flush=True,
        )


def _take_in(
    url: str, organisation: OrganisationId, path: Path, told: "multiprocessing.Queue[object]"
) -> None:
    database, clock = Database(url, pool_size=2), SystemClock()
    took = []
    for verb, expected in ((check_file, (ROWS, 0)), (import_file, (ROWS, 0)), (import_file, (0, ROWS))):
        begun = time.perf_counter()
        with unit_of_work(database, clock, system_actor(organisation, "benchmarks")) as uow:
            report = verb(uow, incoming_from(path, filename=path.name)).report
        took.append(time.perf_counter() - begun)
        if (report.created, report.unchanged) != expected:
            raise RuntimeError(f"{path.name}: {report}")
    begun = time.perf_counter()
    with unit_of_work(database, clock, system_actor(organisation, "benchmarks")) as uow:
        first = uow.session.scalars(
            select(Import).where(Import.filename == path.name, Import.created == ROWS)
        ).one()
        outcome = undo_import(uow, first, watch=lambda *_: None).outcome
        assert not isinstance(outcome, Refused), outcome.detail
    took.append(time.perf_counter() - begun)
    database.close()
    told.put((*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
