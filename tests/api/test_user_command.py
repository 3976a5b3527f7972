"""`doorstep user create`, on the tests' database by DATABASE_URL."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.server.secrets import Secrets
from tests.client import ApiClient
from tests.cluster import Cluster
from tests.world import World


@pytest.fixture
def environment(cluster: Cluster, app_database_name: str, tmp_path: Path) -> dict[str, str]:
    Secrets.open(tmp_path / "secrets").create_missing()
    return {"DATA_DIR": str(tmp_path), "DATABASE_URL": cluster.url("app", app_database_name)}


def run(environment: dict[str, str], world: World, *arguments: str, typed: str = "") -> Result:
    fixed = ["user", "create", "--organisation", world.slug, "--name", "Li Na", "--role", "legal"]
    return CliRunner().invoke(main, [*fixed, *arguments], env=environment, input=typed)


def test_a_person_made_in_the_terminal_can_sign_in(
    environment: dict[str, str], api: ApiClient, world: World
) -> None:
    made = run(environment, world, "--username", "li.na")
    password = made.output.partition("Password: ")[2].partition("\n")[0]
    told = {"organisation": world.slug, "username": "li.na", "password": password}

    assert made.exit_code == 0, made.output
    assert api.anonymous.post("/v1/sign-in", json=told).status_code == 200


def test_a_name_that_is_taken_is_told(environment: dict[str, str], world: World) -> None:
    taken = run(environment, world, "--username", "collector")

    assert taken.exit_code == 1
    assert "This user name is taken" in taken.output


def test_what_cannot_be_a_name_is_told_with_its_fault(environment: dict[str, str], world: World) -> None:
    wrong = run(environment, world, "--username", "Li Na")

    assert wrong.exit_code == 1
    assert "username: Use 2 to 64 lower-case letters" in wrong.output


def test_a_weak_password_is_told(environment: dict[str, str], world: World) -> None:
    weak = run(environment, world, "--username", "li.na", "--ask-password", typed="short\nshort\n")

    assert weak.exit_code == 1
    assert "password: Choose 12 to 200 characters" in weak.output


def test_an_organisation_that_does_not_exist_is_told(environment: dict[str, str], world: World) -> None:
    unknown = run(environment, world, "--username", "li.na", "--organisation", "no-such-house")

    assert unknown.exit_code == 1
    assert "There is no organisation 'no-such-house'" in unknown.output


def test_without_a_database_it_says_how_to_get_one(world: World, tmp_path: Path) -> None:
    Secrets.open(tmp_path / "secrets").create_missing()
    lost = run({"DATA_DIR": str(tmp_path)}, world, "--username", "li.na")

    assert lost.exit_code == 1
    assert "Start `doorstep serve`" in lost.output
