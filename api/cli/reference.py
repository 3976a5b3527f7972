"""`doorstep reference`."""

from pathlib import Path

import click

from api.reference import import_faults, lifecycles, rule_words, rules

PAGES = {
    "docs/lifecycles.md": lifecycles.page,
    "docs/rules.md": rules.page,
    "web/dispatch/import/words/faults.json": import_faults.page,
    "web/ui/i18n/ruleWords.json": rule_words.page,
}


@click.command()
@click.option("--write", type=click.Path(file_okay=False, path_type=Path), default=".", show_default=True)
def command(*, write: Path) -> None:
    """Write what is made from data: docs/lifecycles.md, docs/rules.md, and the screens' words for rules and faults of files."""
    for name, page in PAGES.items():
        (write / name).write_text(page(), encoding="utf-8")
        print(f"Wrote {write / name}.")
