"""Files of a creditor: read, checked as a whole, taken in as a whole or not at all, and undone as a whole.

`reading` turns bytes into cells, `columns` and `mapping` say what they are, the modules of each kind (`kinds`)
turn cells into values and values into moves, `applying` writes them. `staging` keeps files that wait,
`running` carries out what was asked. docs/import.md tells it to people.
"""

from field_visits.cases.importing.applying import Incoming, Outcome, check_file, import_file
from field_visits.cases.importing.columns import Kind
from field_visits.cases.importing.report import ImportReport, RowError, RowUpdate

__all__ = [
    "ImportReport",
    "Incoming",
    "Kind",
    "Outcome",
    "RowError",
    "RowUpdate",
    "check_file",
    "import_file",
]
