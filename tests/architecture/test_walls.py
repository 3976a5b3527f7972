"""House rules that guard the law, the money and the evidence. Each names the place that may."""

import ast
from pathlib import PurePosixPath

from tests.architecture.source import calls, modules, nodes

# Who may open or end a transaction: the database base, and the migrations' own runner.
TRANSACTIONS = {
    "field_visits/kernel/db.py",
    "field_visits/migrations/migrate.py",
    "field_visits/migrations/env.py",
}


def test_transactions_open_and_commit_only_in_the_database_base() -> None:
    offenders = [
        f"{name}:{node.lineno} {called}"
        for name, node, called in calls()
        if called.split(".")[-1] in {"commit", "rollback"} or called.endswith((".begin", "sessionmaker"))
        if name not in TRANSACTIONS and ("session" in called or "engine" in called or "connection" in called)
    ]
    assert offenders == []


def test_wall_clock_is_read_only_in_the_clock_module() -> None:
    forbidden = {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.time_ns",
    }
    offenders = [
        f"{name}:{node.lineno} {called}"
        for name, node, called in calls()
        if called.removeprefix("datetime.") in forbidden | {"now", "utcnow"}
        and name != "field_visits/kernel/clock.py"
    ]
    assert offenders == []


def test_states_are_set_only_by_the_unit_of_work() -> None:
    offenders = [
        f"{name}:{node.lineno}"
        for name, node in nodes(ast.Attribute)
        if node.attr == "state" and isinstance(node.ctx, ast.Store) and name != "field_visits/unit_of_work.py"
    ]
    named = [
        f"{name}:{node.lineno}"
        for name, node, called in calls()
        if called == "setattr" and name != "field_visits/unit_of_work.py"
    ]
    assert offenders + named == []


def test_money_knows_no_float() -> None:
    places = {"field_visits/kernel/money.py", "field_visits/agreements/terms.py"}
    offenders = [
        f"{name}:{node.lineno}" for name, node, called in calls() if called == "float" and name in places
    ] + [
        f"{name}:{node.lineno}"
        for name, node in nodes(ast.Constant)
        if name in places and isinstance(node.value, float)
    ]
    assert offenders == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
    assert [name for name in modules() if drawers & set(PurePosixPath(name).with_suffix("").parts)] == []


def test_nothing_reads_outside_the_repository() -> None:
    assert [
        name
        for name, node in nodes(ast.Constant)
        if isinstance(node.value, str) and "../shared" in node.value
    ] == []
