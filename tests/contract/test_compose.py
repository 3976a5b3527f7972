"""compose.yaml holds to the repository: no engine runs here, so what can be held without one is held."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Context
from psycopg import sql

from api import settings
from api.cli import main
from api.server import installation
from api.server.logins import DATABASE, LOGINS, ensure_logins
from api.server.programs import programs
from api.server.reaching import URL_SETTINGS
from api.server.secrets import FILE_SETTINGS, Secrets
from tests.cluster import temporary_cluster

REPOSITORY = Path(__file__).parents[2]
TOLD: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: Mapping[str, dict[str, Any]] = TOLD["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "doorstep"}
# What each process may know (docs/settings.md): its login of the database, and its keys.
LOGIN_OF = {
    "api-1": {"DATABASE_URL"},
    "api-2": {"DATABASE_URL"},
    "worker": {"DATABASE_URL"},
    "sequencer": {"DATABASE_SEQUENCER_URL"},
    "migration": {"DATABASE_OWNER_URL"},
    "bucket": set(),
}
_SERVING = {"TOKEN_PEPPER_FILE", "TICKET_KEY_FILE", "EXPORT_KEY_FILE"}
KEYS_OF = {
    "api-1": _SERVING,
    "api-2": _SERVING,
    # It seals what was signed, and derives the links and codes of the messages that it sends.
    "worker": {*_SERVING, "SEAL_KEY_FILE"},
    "sequencer": {"LOG_KEY_FILE"},
    "migration": set(),
    "bucket": set(),
}
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed.")


def setting(name: str) -> str:
    return name.removesuffix("_FILE") if name not in FILE_SETTINGS.values() else name


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder that deploy/secrets.sh makes."""
    folder = tmp_path / "secrets"
    made = subprocess.run(
        [REPOSITORY / "deploy" / "secrets.sh", folder], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return folder


def test_our_services_are_all_there_and_start_commands_that_exist() -> None:
    assert OURS.keys() == LOGIN_OF.keys()
    for name, service in OURS.items():
        command, *options = service["command"]
        found = main.get_command(Context(main), command)
        assert found is not None, name
        known = {
            option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert [each for each in options if each.startswith("-") and each not in known] == []


def test_every_variable_is_a_setting_that_the_code_reads() -> None:
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (settings, installation)]
    read = {
        *re.findall(r'"([A-Z][A-Z0-9_]+)"', "".join(sources)),
        *URL_SETTINGS.values(),
        *FILE_SETTINGS.values(),
    }

    for name, service in OURS.items():
        assert {setting(each) for each in service["environment"]} - read == set(), name


def test_each_process_has_its_own_login_and_the_keys_it_needs_and_no_other() -> None:
    for name, service in OURS.items():
        given = service["environment"]
        assert {setting(each) for each in given} & set(URL_SETTINGS.values()) == LOGIN_OF[name], name
        mounted = {Path(value).name for value in given.values() if value.startswith("/run/secrets/")}
        assert mounted == set(service.get("secrets", ())), name
        assert set(given) & set(FILE_SETTINGS.values()) == KEYS_OF[name], name


def test_only_the_front_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["front"]
    assert TOLD["networks"]["inside"]["internal"] is True
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {
        "front",
        "worker",
    }


def test_our_processes_may_do_little() -> None:
    for name, service in OURS.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        # The image's own check asks the API's address.
        assert (service["healthcheck"] == {"disable": True}) == (name not in {"api-1", "api-2"}), name


def test_what_is_mounted_is_there_and_every_image_has_a_version() -> None:
    mounted = [
        place.split(":")[0]
        for service in SERVICES.values()
        for place in service.get("volumes", ())
        if place.startswith(".")
    ]
    named = {place.split(":")[0] for each in SERVICES.values() for place in each.get("volumes", ())} - set(
        mounted
    )

    assert mounted
    assert [place for place in mounted if not (REPOSITORY / place).is_file()] == []
    assert named == set(TOLD["volumes"])
    assert [
        each["image"] for name, each in SERVICES.items() if name not in OURS and ":" not in each["image"]
    ] == []


def test_a_service_waits_for_services_that_can_become_what_it_waits_for() -> None:
    for name, service in SERVICES.items():
        for other, told in service.get("depends_on", {}).items():
            awaited = SERVICES[other]
            if told["condition"] == "service_healthy":
                assert "test" in awaited["healthcheck"], (name, other)
            else:
                assert (told["condition"], awaited["restart"]) == ("service_completed_successfully", "no")


@needs_openssl
def test_the_secrets_that_are_made_are_those_that_are_handed_out(secrets: Path) -> None:
    files = {name: Path(told["file"]) for name, told in TOLD["secrets"].items()}

    assert {str(path.parent) for path in files.values()} == {"deploy/secrets"}
    assert {path.name for path in files.values()} - {path.name for path in secrets.iterdir()} == set()
    used = {name for service in SERVICES.values() for name in service.get("secrets", ())}
    assert used == files.keys()
    assert secrets.stat().st_mode & 0o077 == 0
    values = [path.read_bytes() for path in secrets.iterdir()]
    assert len(set(values)) == len(values)


@needs_openssl
def test_secrets_are_never_made_anew_over_others(secrets: Path) -> None:
    before = (secrets / "log-key").read_bytes()

    again = subprocess.run(
        [REPOSITORY / "deploy" / "secrets.sh", secrets], capture_output=True, text=True, check=False
    )

    assert (again.returncode, (secrets / "log-key").read_bytes()) == (1, before)
    assert "nothing was touched" in again.stderr


@needs_openssl
def test_each_process_can_read_its_settings_and_keys(secrets: Path, tmp_path: Path) -> None:
    for name, service in OURS.items():
        environment = {
            each: value.replace("/run/secrets", str(secrets)).replace("${SITE:?the name under which it is reached, "
            "such as visits.example.org}", "visits.example.org")
            for each, value in service["environment"].items()
        }  # fmt: skip
        read = settings.read_settings(environment)
        keys = Secrets.open(tmp_path / "none", environment)

        assert read.public_url in {"https://visits.example.org", settings.DEFAULT_PUBLIC_URL}
        for login in LOGIN_OF[name]:
            url = settings.value_of(environment, login)
            assert url is not None
            assert re.fullmatch(r"postgresql://doorstep_\w+:[0-9a-f]{48}@database:5432/doorstep", url)
        for secret, variable in FILE_SETTINGS.items():
            if variable in environment:
                assert keys.keyring(secret), (name, secret)


@needs_openssl
def test_the_database_gets_the_logins_that_the_embedded_one_has(secrets: Path) -> None:
    with temporary_cluster() as cluster:
        running = cluster.running
        with cluster.superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(DATABASE)))
            for login in LOGINS.values():
                role = sql.Identifier(login.role)
                connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
                connection.execute(sql.SQL("DROP ROLE {}").format(role))
        (secrets / "database-superuser").write_text(running.passwords["superuser"], encoding="utf-8")
        made = subprocess.run(
            [REPOSITORY / "deploy" / "database.sh"],
            env={
                "PATH": f"{programs()}:{os.environ['PATH']}",
                "SECRETS": str(secrets),
                "PGHOST": str(running.socket_dir),
                "PGPORT": str(running.port),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        passwords = {key: (secrets / f"database-{key}").read_text(encoding="utf-8") for key in LOGINS}
        with cluster.superuser() as connection:
            assert ensure_logins(connection, passwords) == []
