"""The mark of a restore that was cut: whoever serves looks for it first, and knows nothing else of backups."""

from pathlib import Path
from typing import Final

from api.server.errors import StartError

MARK: Final = "restore.unfinished"


def is_unfinished(data_dir: Path) -> bool:
    """Whether a restore into `data_dir` was cut."""
    return (data_dir / MARK).exists()


def refuse_if_unfinished(data_dir: Path) -> None:
    """Raise StartError if a restore into `data_dir` was cut."""
    if is_unfinished(data_dir):
        raise StartError(
            f"A restore into {data_dir} was cut before its end, so nothing is served from it. "
            "Run `doorstep reset`, then `doorstep restore` again."
        )
