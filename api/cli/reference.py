"""`doorstep reference`."""

from pathlib import Path

import click

from api.reference import lifecycles, rules


@click.command()
@click.option("--write", type=click.Path(file_okay=False, path_type=Path), default="docs", show_default=True)
def command(*, write: Path) -> None:
    """Write the pages that are made from data: docs/lifecycles.md and docs/rules.md."""
    for name, page in (("lifecycles.md", lifecycles.page), ("rules.md", rules.page)):
        (write / name).write_text(page(), encoding="utf-8")
        print(f"Wrote {write / name}.")
