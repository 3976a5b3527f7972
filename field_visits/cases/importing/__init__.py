"""Files of a creditor: read, checked as a whole, and taken in as a whole or not at all.

`columns` is the table of columns, `reading` turns bytes into cells, `parsing` cells into checked values,
`comparing` finds what differs from the records, `applying` writes it. docs/import.md tells it to people.
"""

from field_visits.cases.importing.applying import import_file
from field_visits.cases.importing.report import ImportReport, RowError, RowUpdate

__all__ = ["ImportReport", "RowError", "RowUpdate", "import_file"]
