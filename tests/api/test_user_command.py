"""`doorstep user create`, on the tests' database by DATABASE_URL."""

import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.server.composing import open_house
from api.server.process import Process
from api.server.secrets import Secrets
from api.settings import read_settings
from field_visits.identity import sign_in as sign_in_steps
from field_visits.identity.sign_in import Caller
from field_visits.identity.tokens import TokenKind
from tests.api.signing_in import PASSWORD, choose_password, sign_in
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
    first = sign_in(api, world, password=password)

    assert made.exit_code == 0, made.output
    assert first.code == "password-change-required"
    assert choose_password(api, first.json["step"]).status_code == 200


def test_a_password_typed_by_its_owner_is_theirs(
    environment: dict[str, str], api: ApiClient, world: World
) -> None:
    made = run(environment, world, "--username", "𠮷田", "--ask-password", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert made.exit_code == 0, made.output
    assert sign_in(api, world, "𠮷田").status_code == 200


def test_a_reset_from_the_terminal_prints_a_link(
    environment: dict[str, str], api: ApiClient, world: World
) -> None:
    run(environment, world, "--username", "li.na", "--ask-password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    command = ["user", "reset-password", "--organisation", world.slug, "--username"]
    reset = CliRunner().invoke(main, [*command, "Li.Na"], env=environment)
    nobody = CliRunner().invoke(main, [*command, "nobody"], env=environment)
    step = reset.output.partition("/new-password#")[2].partition("\n")[0]
    before = sign_in(api, world)
    secrets_of_house = Secrets.open(Path(environment["DATA_DIR"]) / "secrets")
    house = open_house(Process(read_settings(environment), secrets_of_house, environment))
    chosen = sign_in_steps.choose_password(
        house.door, step=step, password=PASSWORD, caller=Caller("192.0.2.1", "a browser")
    )
    house.database.close()

    assert reset.exit_code == 0, reset.output
    assert before.code == "sign-in-failed"
    assert chosen.access.kind is TokenKind.ACCESS
    assert (nobody.exit_code, "There is nobody called" in nobody.output) == (1, True)


def test_an_organisation_founded_in_the_terminal_takes_its_administrator(
    environment: dict[str, str], api: ApiClient
) -> None:
    slug = f"h{secrets.token_hex(6)}"
    told = ["--name", "House", "--country", "CN", "--timezone", "Asia/Shanghai", "--currency", "CNY"]
    found = ["organisation", "found", "--slug", slug, *told, "--pack"]
    unknown = CliRunner().invoke(main, [*found, "atlantis"], env=environment)
    founded = CliRunner().invoke(main, [*found, "cn"], env=environment)
    again = CliRunner().invoke(main, [*found, "cn"], env=environment)
    create = [
        "user",
        "create",
        "--organisation",
        slug,
        "--username",
        "ada",
        "--name",
        "Ada",
        "--role",
        "admin",
    ]
    made = CliRunner().invoke(
        main, [*create, "--ask-password"], env=environment, input=f"{PASSWORD}\n{PASSWORD}\n"
    )
    body = {"organisation": slug, "username": "ada", "password": PASSWORD}

    assert (unknown.exit_code, "There is no rule pack 'atlantis'" in unknown.output) == (1, True)
    assert founded.exit_code == 0, founded.output
    assert again.exit_code == 1
    assert made.exit_code == 0, made.output
    assert api.anonymous.post("/v1/sign-in", json=body, key="").status_code == 200


def test_a_name_that_is_taken_is_told(environment: dict[str, str], world: World) -> None:
    taken = run(environment, world, "--username", "collector")

    assert taken.exit_code == 1
    assert "This user name is taken" in taken.output


def test_what_cannot_be_a_name_is_told_with_its_fault(environment: dict[str, str], world: World) -> None:
    wrong = run(environment, world, "--username", "Li Na")

    assert wrong.exit_code == 1
    assert "username: Use letters and digits" in wrong.output


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
