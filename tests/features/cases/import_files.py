"""Files for import tests: written to disk as people would save them, and taken in by the ordinary verbs."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from field_visits.cases.importing import Outcome, check_file, import_file
from field_visits.cases.importing.staging import incoming_from
from tests.world import World


@contextmanager
def as_file(content: str | bytes) -> Iterator[Path]:
    """A file with these bytes while the block lasts."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content if isinstance(content, bytes) else content.encode())
        file.flush()
        yield Path(file.name)


def check(world: World, content: str | bytes, *, filename: str = "file.csv", **options: Any) -> Outcome:
    """What taking the file in would do, asked by the dispatcher."""
    with world.work(world.dispatcher) as uow, as_file(content) as path:
        return check_file(uow, incoming_from(path, filename=filename, **options))


def take_in(world: World, content: str | bytes, *, filename: str = "file.csv", **options: Any) -> Outcome:
    """The file taken in, or refused, in the dispatcher's name."""
    with world.work(world.dispatcher) as uow, as_file(content) as path:
        return import_file(uow, incoming_from(path, filename=filename, **options))
