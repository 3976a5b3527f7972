from pathlib import Path

from click.testing import CliRunner

from api.cli import main
from api.docs import as_yaml

ROOT = Path(__file__).parents[2]


def test_the_committed_description_is_in_step_with_the_code() -> None:
    assert (ROOT / "openapi.yaml").read_text("utf-8") == as_yaml(), "run: make openapi"


def test_the_description_is_the_same_whenever_it_is_written() -> None:
    assert as_yaml() == as_yaml()


def test_the_command_writes_the_description_and_checks_it(tmp_path: Path) -> None:
    target = tmp_path / "openapi.yaml"

    missing = CliRunner().invoke(main, ["openapi", "--write", str(target), "--check"])
    written = CliRunner().invoke(main, ["openapi", "--write", str(target)])
    checked = CliRunner().invoke(main, ["openapi", "--write", str(target), "--check"])

    assert missing.exit_code == 1
    assert "not in step" in missing.output
    assert (written.exit_code, checked.exit_code) == (0, 0)
    assert target.read_text("utf-8") == as_yaml()


def test_every_operation_says_what_it_does() -> None:
    from api.app import build_app
    from api.docs import describe

    silent = [
        f"{method} {path}"
        for path, methods in describe(build_app())["paths"].items()
        for method, operation in methods.items()
        if method != "parameters" and not operation.get("summary")
    ]

    assert silent == []
