"""The types that the screens have of the API are those of openapi.yaml."""

from pathlib import Path

import pytest

from api.cli.web import FOLDER
from api.server.errors import StartError
from api.web.building import Web


def test_the_screens_types_are_those_of_the_description(tmp_path: Path) -> None:
    web = Web(FOLDER)
    try:
        node = web.install()
    except StartError as error:
        pytest.skip(f"The types cannot be made here: {error}")
    fresh = tmp_path / "schema.d.ts"
    web.run(node, "run", "types", "--", str(fresh))

    committed = (FOLDER / "api" / "schema.d.ts").read_text(encoding="utf-8")
    assert fresh.read_text(encoding="utf-8") == committed, "Run `make openapi` and commit what it writes."
