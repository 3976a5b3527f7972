"""The page for people says what the table of columns says."""

from pathlib import Path

from field_visits.cases.importing.columns import BY_HEADER, COLUMNS

PAGE = Path(__file__).parents[4] / "docs" / "import.md"


def test_docs_import_md_has_every_column_as_the_code_has_it() -> None:
    told = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    expected = [
        f"| `{column.name}` | {'yes' if column.required else ''}"
        f" | {', '.join(f'`{alias}`' for alias in column.aliases)} | {column.meaning} |"
        for column in COLUMNS
    ]
    assert told == expected


def test_no_header_means_two_columns() -> None:
    assert len(BY_HEADER) == sum(1 + len(column.aliases) for column in COLUMNS)
