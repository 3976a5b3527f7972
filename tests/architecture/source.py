"""The product's source as syntax trees, for the tests that hold the walls."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "field_visits", "gateways", "media", "routing")
Node = TypeVar("Node", bound=ast.AST)


@cache
def modules() -> dict[str, ast.Module]:
    """Path from the root -> tree, for every module that ships; migrations are history, not source."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/versions/" not in name:
                found[name] = ast.parse(path.read_text("utf-8"), filename=name)
    return found


def nodes(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Every node of one kind with the module it stands in."""
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield name, node


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call, with the dotted text of what is called."""
    for name, node in nodes(ast.Call):
        yield name, node, ast.unparse(node.func)
