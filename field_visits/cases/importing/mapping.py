"""Which field each column of a file tells: by its header, by what was chosen for this source before, or now. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from field_visits.cases.importing.columns import COLUMNS, Kind, required_of
from field_visits.cases.importing.report import RowError

# Header as `folded` -> field, or None for a column that is left out on purpose.
Choices = Mapping[str, str | None]
_FILLING = re.compile(r"[\s_\-./:：()（）【】\[\]*#\"'“”]+")


class FoundBy(StrEnum):
    """Why a column tells its field."""

    CHOSEN = "chosen"
    REMEMBERED = "remembered"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one column of a file tells. `field` None: nothing that is taken in."""

    position: int
    header: str
    field: str | None
    found_by: FoundBy | None


def folded(header: str) -> str:
    """What stays of a header when width, case, spaces and punctuation do not matter."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", header)).casefold()


_KNOWN: Mapping[Kind, Mapping[str, str]] = {
    kind: {folded(header): column.name for column in reversed(columns) for header in reversed(column.headers)}
    # A field's own name is its own, whatever another one is also called.
    | {folded(column.name): column.name for column in columns}
    for kind, columns in COLUMNS.items()
}


def propose(
    headers: Sequence[str], kind: Kind, *, chosen: Choices | None = None, remembered: Choices | None = None
) -> list[Proposal]:
    """The field of each column: what was chosen now, else what was chosen before, else what the header says.

    Of several columns whose headers say the same field, the one with the field's own name has it, else the
    first; what somebody chose is never moved aside.
    """
    told: list[tuple[str | None, FoundBy | None]] = []
    for header in headers:
        key = folded(header)
        if chosen is not None and key in chosen:
            told.append((chosen[key], FoundBy.CHOSEN))
        elif remembered is not None and key in remembered:
            told.append((remembered[key], FoundBy.REMEMBERED))
        else:
            field = _KNOWN[kind].get(key) if key else None
            told.append((field, FoundBy.HEADER if field else None))
    taken = {field for field, by in told if by is not FoundBy.HEADER}
    own = {
        field: position
        for position, (field, by) in reversed(list(enumerate(told)))
        if field and by is FoundBy.HEADER
    }
    own |= {
        field: position
        for position, (field, by) in enumerate(told)
        if field and by is FoundBy.HEADER and folded(headers[position]) == folded(field)
    }
    return [
        Proposal(position, header, field, by)
        if by is not FoundBy.HEADER or (field not in taken and own.get(field or "") == position)
        else Proposal(position, header, None, None)
        for position, (header, (field, by)) in enumerate(zip(headers, told, strict=True))
    ]


def faults_of(proposals: Sequence[Proposal], kind: Kind, *, row: int) -> list[RowError]:
    """What keeps a file with these columns from being read: a field told twice, or one that is missing."""
    told = Counter(proposal.field for proposal in proposals if proposal.field is not None)
    faults = [
        RowError(row, field, f"Two columns tell {field}; choose which one it is.", "column-twice")
        for field, times in told.items()
        if times > 1
    ]
    return faults + [
        RowError(
            row,
            field,
            f"The column {field} is missing; every file of {kind} needs it. Add it, or say which column tells it.",
            "column-missing",
        )
        for field in required_of(kind)
        if field not in told
    ]


def guess_kind(headers: Sequence[str]) -> Kind:
    """The kind whose needed fields these headers name best; cases where none does."""

    def fit(kind: Kind) -> tuple[float, int]:
        found = {_KNOWN[kind].get(folded(header)) for header in headers}
        needed = required_of(kind)
        return sum(field in found for field in needed) / len(needed), len(found)

    return max(Kind, key=fit)
