"""The image holds to the repository: no engine runs here, so what can be held without one is held."""

import json
import re
import tomllib
from pathlib import Path

from click import Context

from api.app import build_app
from api.cli import main

REPOSITORY = Path(__file__).parents[2]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_what_is_copied_from_the_repository_is_there() -> None:
    copied = [line.split() for line in instructions("COPY") if not line.startswith("--from=")]

    assert copied
    assert [
        source for *sources, _ in copied for source in sources if not (REPOSITORY / source).exists()
    ] == []


def test_the_image_starts_a_command_of_ours_with_options_that_it_has() -> None:
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["doorstep"]
    name, *options = json.loads(instructions("CMD")[-1])

    command = main.get_command(Context(main), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert [option for option in options if option.startswith("-") and option not in known] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.search(r"^USER (?!root|0\b)\w+$", last, re.MULTILINE)


def test_its_python_is_one_that_the_product_takes() -> None:
    told = re.search(r"^ARG PYTHON=(\d+)\.(\d+)", DOCKERFILE, re.MULTILINE)
    assert told is not None
    wanted = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["requires-python"]
    least = tuple(int(part) for part in wanted.removeprefix(">=").split("."))

    assert (int(told[1]), int(told[2])) >= least


def test_its_health_is_an_address_that_is_served() -> None:
    health = instructions("HEALTHCHECK")[0]
    paths = re.findall(r"http://127\.0\.0\.1:8000(/[\w/]+)", health)

    served = {rule.rule for rule in build_app().url_map.iter_rules()}
    assert paths
    assert set(paths) - served == set()
