"""The page for people says what the tables of columns say, and no header of a kind means two fields."""

from pathlib import Path

import pytest

from field_visits.cases.importing.columns import COLUMNS, Column, Kind
from field_visits.cases.importing.mapping import folded, propose

DOCS = Path(__file__).parents[4] / "docs"


def english(column: Column) -> str:
    others = ", ".join(f"`{header}`" for header in (column.label_zh, *column.aliases))
    return f"| `{column.name}` | {'yes' if column.required else ''} | {column.meaning} | {others} |"


@pytest.mark.parametrize("kind", Kind)
def test_docs_import_md_has_every_column_as_the_code_has_it(kind: Kind) -> None:
    page = (DOCS / "import.md").read_text(encoding="utf-8")
    section = page.partition(f"### `{kind}`")[2].partition("\n### ")[0].partition("\n## ")[0]
    told = [line for line in section.splitlines() if line.startswith("| `")]
    assert told == [english(column) for column in COLUMNS[kind]]


@pytest.mark.parametrize("kind", Kind)
def test_no_header_of_a_kind_means_two_fields(kind: Kind) -> None:
    told: dict[str, str] = {}
    for column in COLUMNS[kind]:
        for header in column.headers:
            assert told.setdefault(folded(header), column.name) == column.name, header


@pytest.mark.parametrize("kind", Kind)
def test_every_header_in_the_table_is_known_by_itself(kind: Kind) -> None:
    for column in COLUMNS[kind]:
        for header in column.headers:
            (proposal,) = propose([f" {header.upper()} "], kind)
            assert proposal.field == column.name, header
