"""`doorstep openapi`: write the description of the API."""

from pathlib import Path

import click


@click.command("openapi")
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("openapi.yaml"),
    show_default=True,
    help="Where to write it.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is not in step.")
def command(write: Path, check: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Write openapi.yaml, the same bytes whenever the API is the same."""
    from api.docs import as_yaml

    text = as_yaml()
    if not check:
        write.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {write}.")
    elif not write.exists() or write.read_text(encoding="utf-8") != text:
        raise click.ClickException(f"{write} is not in step with the API. Run: make openapi")
