"""The list of errors that people mend a file by: CSV that Excel opens right, and that can run nothing in it."""

import csv
import io
from collections.abc import Iterable

from field_visits.cases.importing.report import RowError

# What makes a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HEADER = ("row", "column", "value", "code", "problem")


def write_errors(errors: Iterable[RowError]) -> io.BytesIO:
    """One line an error. UTF-8 with its mark: without it Excel reads Chinese as something else."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for error in errors:
        told = error.as_json()
        writer.writerow(
            [error.row or "", *(_plain(str(told[name])) for name in ("column", "value", "code", "detail"))]
        )
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def _plain(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
