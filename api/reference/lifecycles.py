"""The page of lifecycles: a diagram and a table of verbs for every subject, from the tables in the rooms."""

import importlib
import pkgutil
from collections.abc import Iterator

import field_visits
from field_visits.kernel.lifecycle import Lifecycle, VerbKind

_HEAD = """\
# Lifecycles

Made from the `lifecycle.py` of each room by `make reference`; a difference fails the build.
*Intent* verbs may be refused, and the refusal is kept. *Witness* verbs tell what already happened: they apply from
every state and move a subject only forward.
"""


def every_lifecycle() -> list[Lifecycle]:
    """Every lifecycle of every room, in order of subject."""
    return sorted(_found(), key=lambda lifecycle: lifecycle.subject)


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([_HEAD, *map(_section, every_lifecycle())])


def _found() -> Iterator[Lifecycle]:
    for room in pkgutil.iter_modules(field_visits.__path__):
        if not room.ispkg or room.name == "kernel":
            continue
        package = importlib.import_module(f"field_visits.{room.name}")
        if "lifecycle" in {module.name for module in pkgutil.iter_modules(package.__path__)}:
            module = importlib.import_module(f"field_visits.{room.name}.lifecycle")
            yield from (value for value in vars(module).values() if isinstance(value, Lifecycle))


def _section(lifecycle: Lifecycle) -> str:
    lines = [f"## {lifecycle.subject}", "", "```mermaid", "stateDiagram-v2"]
    rows = ["| verb | kind | from | to | evidence |", "|---|---|---|---|---|"]
    for step in lifecycle.transitions:
        lines += [
            f"    {source} --> {step.target or source}: {step.verb}" for source in step.sources or ("[*]",)
        ]
        kind = "witness" if step.kind is VerbKind.WITNESS else "intent"
        sources = "any" if step.kind is VerbKind.WITNESS and step.sources else ", ".join(step.sources) or "–"
        codes = f"`{step.code}`" + (f", `{step.refused}`" if step.refused else "")
        rows.append(f"| {step.verb} | {kind} | {sources} | {step.target or 'stays'} | {codes} |")
    return "\n".join([*lines, "```", "", *rows, ""])
