"""`doorstep plan`: a day is planned, or a plan judged, from files alone; no database, no organisation."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from routing.solve import Progress

_Read = TypeVar("_Read")
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.group()
def command() -> None:
    """Plan a day from a file, or judge a plan (docs/planning-format.md)."""


@command.command()
@click.argument("problem", type=_FILE)
@click.option("--seconds", type=click.FloatRange(0, 3_600, min_open=True), default=5.0, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--iterations", type=click.IntRange(1), help="Steps of each engine; the same plan again.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the plan goes; else here."
)
@click.option("--quiet", is_flag=True, help="Tell nothing on the way.")
def solve(
    *, problem: Path, seconds: float, seed: int, iterations: int | None, out: Path | None, quiet: bool
) -> None:
    """Plan PROBLEM (JSON; - reads standard input). Ctrl-C ends the search and gives the best plan so far."""
    from routing import solve as solving
    from routing.form.reading import read_problem
    from routing.form.writing import plan_document

    asked = _read(problem, read_problem)
    with _until_interrupted() as is_stopped:
        try:
            plan = solving.solve(
                asked,
                seconds=seconds,
                seed=seed,
                iterations=iterations,
                progress=None if quiet else _tell,
                is_stopped=is_stopped,
            )
        except solving.PlanningError as error:
            raise click.ClickException(str(error)) from error
    document = plan_document(asked, plan)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
    if not quiet:
        planned = len(asked.stops) - len(plan.dropped)
        click.echo(
            f"{planned} visits planned, {len(plan.dropped)} left out; costs {document['cost']['total_s']} s.",
            err=True,
        )


@command.command()
@click.argument("problem", type=_FILE)
@click.argument("plan", type=_FILE)
def check(*, problem: Path, plan: Path) -> None:
    """Judge PLAN, whoever made it, against PROBLEM: each breach with its rule, size and sentence."""
    from routing.check import check as judge
    from routing.form.reading import read_plan, read_problem

    violations = judge(_read(problem, read_problem), _read(plan, read_plan))
    for violation in violations:
        click.echo(f"{violation.rule}\t{violation.size}\t{violation.sentence}")
    if violations:
        sys.exit(1)
    click.echo("The plan keeps every rule.", err=True)


def _read(path: Path, read: Callable[[Any], _Read]) -> _Read:
    from routing.form.nodes import FormError

    name = "standard input" if str(path) == "-" else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return read(json.loads(content))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise click.ClickException(f"{name} is no JSON: {error}") from error
    except FormError as error:
        raise click.ClickException(f"{name} at {error}") from error


def _tell(progress: "Progress") -> None:
    click.echo(
        f"{progress.elapsed_s:7.2f} s  {progress.stage}: costs {progress.cost_s} s, {progress.left_out} left out",
        err=True,
    )


@contextmanager
def _until_interrupted() -> Iterator[Callable[[], bool]]:
    """While this lasts, Ctrl-C only raises a flag."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted.is_set
        return
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        yield interrupted.is_set
    finally:
        signal.signal(signal.SIGINT, before)
