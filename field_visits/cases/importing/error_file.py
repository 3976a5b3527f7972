"""The list of errors that people mend a file by: CSV that Excel opens right, and that can run nothing in it.

A run keeps its errors as they were found; the file is written for whoever fetches it, in their language.
"""

import csv
import io
import json
from collections.abc import Iterable
from enum import StrEnum

from field_visits.cases.importing.columns import COLUMNS, Kind
from field_visits.cases.importing.fault_words import fault_in_chinese
from field_visits.cases.importing.report import RowError

# What makes a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Language(StrEnum):
    """In which the file of errors is written."""

    EN = "en"
    ZH = "zh"


_HEADERS = {
    Language.EN: ("row", "column", "value", "code", "problem"),
    Language.ZH: ("行", "列", "内容", "代码", "问题"),
}


def keep_errors(errors: Iterable[RowError]) -> io.BytesIO:
    """The errors as a run keeps them."""
    return io.BytesIO(json.dumps([error.as_json() for error in errors], ensure_ascii=False).encode())


def kept_errors(content: bytes) -> list[RowError]:
    """The errors that `keep_errors` wrote."""
    return [RowError(**told) for told in json.loads(content)]


def write_errors(errors: Iterable[RowError], kind: Kind, language: Language) -> bytes:
    """One line an error; codes are the same in every language. UTF-8 with its mark, which Excel needs for Chinese."""
    labels = {column.name: column.label_zh for column in COLUMNS[kind]} if language is Language.ZH else {}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADERS[language])
    for error in errors:
        told = error.as_json()
        problem = error.detail if language is Language.EN else fault_in_chinese(error.code, error.detail)
        cells = (labels.get(error.column, error.column), told["value"], error.code, problem)
        writer.writerow([error.row or "", *map(_plain, cells)])
    return text.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
