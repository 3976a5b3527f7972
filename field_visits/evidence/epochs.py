"""Epochs of a log, and whether a database is still the one whose checkpoints were given away.

Whoever restores an old copy of the database, or a copy that went on elsewhere, has a log that contradicts
what was signed: the same log, at one size, with two roots. So each signed checkpoint is also kept outside
the database, and compared at the start. On a difference nothing is appended until an operator opens a new
epoch, which says so in the log itself: from there on the log signs under another origin.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from field_visits.evidence.checkpoints import Checkpoint, CheckpointError, open_checkpoint, parse_checkpoint
from field_visits.evidence.merkle import fold_root, root_nodes
from field_visits.evidence.nodes import load_nodes
from field_visits.evidence.notes import NoteError, VerifierKey, parse_vkey
from field_visits.kernel.ids import OrganisationId

FIRST_EPOCH: Final = 1
_SUFFIX: Final = ".checkpoint"
_EPOCHS = text("SELECT number, from_size, outside FROM public.log_epochs WHERE org_id = :org ORDER BY number")
_NEWEST = text("SELECT size, root FROM public.checkpoints WHERE org_id = :org ORDER BY size DESC LIMIT 1")
_KEYS = text("SELECT vkey FROM public.log_keys WHERE org_id = :org")


class OtherPastError(Exception):
    """The database's log is not the one whose checkpoint lies outside; nothing may be appended."""


def log_origin(organisation: OrganisationId, epoch: int = FIRST_EPOCH) -> str:
    """The origin line of an organisation's log; a new epoch is a new log (after a restored backup)."""
    return f"doorstep/{organisation}/{epoch}"


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch of a log: its leaves from `from_size` on. `outside` is the checkpoint that made it needed."""

    number: int
    from_size: int
    outside: str


@dataclass(frozen=True, slots=True)
class Epochs:
    """Every epoch of one log that was opened after the first."""

    organisation: OrganisationId
    later: tuple[Epoch, ...]

    @property
    def current(self) -> int:
        return self.later[-1].number if self.later else FIRST_EPOCH

    @property
    def origins(self) -> list[str]:
        """The origin of every epoch, the newest first."""
        numbers = [FIRST_EPOCH, *(epoch.number for epoch in self.later)]
        return [log_origin(self.organisation, number) for number in reversed(numbers)]

    def origin_of(self, size: int) -> str:
        """The origin under which a checkpoint of this size was signed."""
        numbers = [epoch.number for epoch in self.later if epoch.from_size < size]
        return log_origin(self.organisation, max(numbers, default=FIRST_EPOCH))


def epochs_of(session: Session, organisation: OrganisationId) -> Epochs:
    """The epochs of a log."""
    rows = session.execute(_EPOCHS, {"org": organisation})
    return Epochs(organisation, tuple(Epoch(row.number, row.from_size, row.outside) for row in rows))


class OutsideCheckpoints:
    """The newest checkpoint of every log, a file each, in a folder that no backup of the database holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        return self._folder

    def logs(self) -> list[OrganisationId]:
        """The logs of which a checkpoint is kept."""
        if not self._folder.is_dir():
            return []
        return [OrganisationId(UUID(path.stem)) for path in sorted(self._folder.glob(f"*{_SUFFIX}"))]

    def read(self, organisation: OrganisationId) -> str | None:
        """The note that is kept, or None."""
        try:
            return self._path(organisation).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def keep(self, organisation: OrganisationId, note: str) -> None:
        """The note is on the disk in place of the one before it.

        Raises:
            OtherPastError: the one before it is of the same epoch and larger: the database went back while
                we ran.
            OSError: the folder cannot be written; the checkpoint stands in the database all the same.
        """
        before = self.read(organisation)
        if before is not None:
            old, new = _text_of(before), _text_of(note)
            if old is not None and new is not None and old.origin == new.origin and old.size > new.size:
                raise OtherPastError(
                    f"The log was signed up to size {old.size} and now to {new.size}: the database went back "
                    "while the sequencer ran. Nothing more is signed."
                )
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(organisation)
        making = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)

    def _path(self, organisation: OrganisationId) -> Path:
        return self._folder / f"{organisation}{_SUFFIX}"


def difference(
    session: Session,
    organisation: OrganisationId,
    outside: OutsideCheckpoints,
    trusted: Callable[[str], Sequence[VerifierKey]],
) -> str | None:
    """Why the database's log is not the one whose checkpoint lies outside, or None if it is, or none lies there.

    Args:
        session: A login that may read the log.
        organisation: Whose log.
        outside: Where the newest checkpoints are kept.
        trusted: The keys of an origin that we hold ourselves; those in the database are tried too.
    """
    note = outside.read(organisation)
    epochs = epochs_of(session, organisation)
    if note is None or any(epoch.outside == note for epoch in epochs.later):
        return None  # nothing to compare, or an operator has seen this very one and opened an epoch on it
    told = _text_of(note)
    keys = [] if told is None else [*trusted(told.origin), *_keys_in(session, organisation)]
    try:
        kept = open_checkpoint(note.encode(), keys)
    except CheckpointError as error:
        return f"the checkpoint kept outside cannot be trusted: {error}"
    if kept.origin not in epochs.origins:
        return f"the checkpoint kept outside is of {kept.origin}, an epoch that this database has never seen"
    return _contradiction(session, organisation, kept)


def _contradiction(session: Session, organisation: OrganisationId, kept: Checkpoint) -> str | None:
    size = newest_size(session, organisation)
    if kept.size > size:
        return (
            f"this database is an older copy: its log ends at size {size}, and size {kept.size} was signed "
            "before. What came between is not in it"
        )
    nodes = root_nodes(kept.size)
    if fold_root(nodes, load_nodes(session, organisation, nodes)) != kept.root:
        return (
            f"this database took another course: at size {kept.size} its log has another root than the one "
            "that was signed"
        )
    return None


def newest_size(session: Session, organisation: OrganisationId) -> int:
    """How many leaves are signed."""
    row = session.execute(_NEWEST, {"org": organisation}).one_or_none()
    return 0 if row is None else int(row.size)


def organisations_by_slug(session: Session) -> dict[OrganisationId, str]:
    """What people call each organisation; the sequencer's login sees no more of them."""
    rows = session.execute(text("SELECT id, slug FROM public.organisations"))
    return {OrganisationId(row.id): row.slug for row in rows}


def _keys_in(session: Session, organisation: OrganisationId) -> list[VerifierKey]:
    found = []
    for vkey in session.scalars(_KEYS, {"org": organisation}):
        try:
            found.append(parse_vkey(vkey))
        except NoteError:
            continue
    return found


def _text_of(note: str) -> Checkpoint | None:
    try:
        return parse_checkpoint(note.partition("\n\n")[0] + "\n")
    except CheckpointError:
        return None
