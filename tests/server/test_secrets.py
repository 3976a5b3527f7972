import multiprocessing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from api.server.errors import StartError
from api.server.secrets import DATABASE_PASSWORDS, EXPORT, LOG, SEAL, TICKET, TOKEN_PEPPER, Secrets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "secrets"


@pytest.fixture
def secrets(folder: Path) -> Secrets:
    made = Secrets.open(folder)
    made.create_missing()
    return made


def test_the_first_start_makes_every_secret_closed_to_others(folder: Path) -> None:
    made = Secrets.open(folder).create_missing(readable=["demo-admin"])

    assert set(made) == {*DATABASE_PASSWORDS, "demo-admin", TICKET, TOKEN_PEPPER, LOG, EXPORT, SEAL}
    assert {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert [path.name for path in folder.parent.iterdir()] == ["secrets"]


def test_a_second_start_changes_nothing(secrets: Secrets, folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    assert secrets.create_missing() == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_passwords_differ_and_a_demo_password_can_be_typed(folder: Path) -> None:
    secrets = Secrets.open(folder)
    secrets.create_missing(readable=["demo-admin"])

    assert len({secrets.text(name) for name in DATABASE_PASSWORDS}) == len(DATABASE_PASSWORDS)
    assert [len(group) for group in secrets.text("demo-admin").split("-")] == [4, 4, 4, 4]


def test_the_keys_are_what_they_sign_with(secrets: Secrets) -> None:
    [(_, seed)] = secrets.keyring(LOG)
    [(_, pem)] = secrets.keyring(SEAL)
    [(_, ticket)] = secrets.keyring(TICKET)

    assert len(Ed25519PrivateKey.from_private_bytes(seed).sign(b"x")) == 64
    assert isinstance(load_pem_private_key(pem, password=None), EllipticCurvePrivateKey)
    assert len(ticket) == 32


def test_a_rotated_ring_writes_with_the_new_key_and_reads_with_both(secrets: Secrets) -> None:
    [(old_id, old)] = secrets.keyring(TICKET)

    new_id = secrets.rotate(TICKET)

    ring = secrets.keyring(TICKET)
    assert [key_id for key_id, _ in ring] == [new_id, old_id]
    assert ring[1] == (old_id, old)
    assert ring[0][1] != old
    assert (old_id[:5], new_id[:5]) == ("0001-", "0002-")


@pytest.mark.parametrize("name", ["database-app", TICKET])
def test_a_lost_secret_is_not_invented_again(secrets: Secrets, folder: Path, name: str) -> None:
    (folder / name).rename(folder.parent / "lost")

    with pytest.raises(StartError, match=rf"«{name}» is not in .* backup"):
        secrets.create_missing()


def test_a_secret_that_a_newer_version_needs_is_added(secrets: Secrets) -> None:
    password = secrets.text("database-app")

    assert secrets.create_missing(texts=["demo-link"]) == ["demo-link"]
    assert secrets.create_missing(texts=["demo-link"]) == []
    assert secrets.text("database-app") == password


def test_what_a_killed_first_start_left_behind_is_not_believed(folder: Path) -> None:
    half = folder.parent / ".secrets-killed"
    half.mkdir(parents=True)
    (half / "database-app").write_text("")

    assert TICKET in Secrets.open(folder).create_missing()


@pytest.mark.parametrize(
    ("inside", "mode"),
    [(".", 0o750), ("database-app", 0o640), ("ticket", 0o705)],
    ids=["folder", "file", "ring"],
)
def test_reading_refuses_what_others_may_reach(
    secrets: Secrets, folder: Path, inside: str, mode: int
) -> None:
    (folder / inside).chmod(mode)

    with pytest.raises(StartError, match=r"Others on this machine .* Run: chmod [67]00"):
        [secrets.text("database-app"), secrets.keyring(TICKET)]


def test_opening_refuses_a_folder_that_others_may_reach(secrets: Secrets, folder: Path) -> None:
    folder.chmod(0o755)

    with pytest.raises(StartError, match=f"chmod 700 {folder}"):
        Secrets.open(folder)


def test_a_link_in_place_of_a_secret_is_refused(secrets: Secrets, folder: Path) -> None:
    (folder / "database-app").unlink()
    (folder / "database-app").symlink_to(folder / "database-owner")

    with pytest.raises(StartError, match="no link"):
        secrets.text("database-app")


def test_an_unknown_or_unmade_secret_says_what_to_do(secrets: Secrets) -> None:
    with pytest.raises(StartError, match="«nothing» is not in"):
        secrets.text("nothing")
    with pytest.raises(ValueError, match="no keyring «database-app»"):
        secrets.keyring("database-app")


def test_file_settings_point_elsewhere_and_are_not_made_here(folder: Path, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("from-the-vault\n")
    ring = tmp_path / "tickets"
    ring.mkdir()
    (ring / "2025").write_text("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n")
    (ring / "2026").write_text("QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI\n")
    log = tmp_path / "log.pem"
    key = Ed25519PrivateKey.generate()
    log.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    secrets = Secrets.open(
        folder,
        {"DATABASE_APP_PASSWORD_FILE": str(password), "TICKET_KEY_FILE": str(ring), "LOG_KEY_FILE": str(log)},
    )

    made = secrets.create_missing()

    assert {"database-app", TICKET, LOG}.isdisjoint(made)
    assert secrets.text("database-app") == "from-the-vault"
    assert secrets.keyring(TICKET) == [("2026", b"B" * 32), ("2025", b"A" * 32)]
    assert [seed for _, seed in secrets.keyring(LOG)] == [key.private_bytes_raw()]
    assert secrets.keyring(LOG) == secrets.keyring(LOG)
    with pytest.raises(StartError, match="add a key there"):
        secrets.rotate(TICKET)


def test_a_setting_that_names_nothing_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"TICKET_KEY_FILE names .*/absent, which does not exist"):
        Secrets.open(folder, {"TICKET_KEY_FILE": str(tmp_path / "absent")})


@pytest.mark.parametrize("content", ["", "short", "!" * 60, "a b"])
def test_a_key_that_is_too_short_or_unreadable_is_refused(folder: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content)

    with pytest.raises(StartError, match="at least 32 random bytes in base64url"):
        Secrets.open(folder, {"TICKET_KEY_FILE": str(path)}).keyring(TICKET)


def test_a_log_key_of_another_sort_is_refused(secrets: Secrets, folder: Path, tmp_path: Path) -> None:
    [(_, pem)] = secrets.keyring(SEAL)
    path = tmp_path / "key"
    path.write_bytes(pem)

    with pytest.raises(StartError, match="must be an Ed25519 private key"):
        Secrets.open(folder, {"LOG_KEY_FILE": str(path)}).keyring(LOG)


def test_a_file_that_everyone_may_write_is_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("x\n")
    path.chmod(0o666)

    with pytest.raises(StartError, match="chmod o-w"):
        Secrets.open(folder, {"DATABASE_APP_PASSWORD_FILE": str(path)}).text("database-app")


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"\xff\xfe"])
def test_a_password_must_be_one_line_of_text(folder: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "password"
    path.write_bytes(content)

    with pytest.raises(StartError, match="one line of UTF-8"):
        Secrets.open(folder, {"DATABASE_APP_PASSWORD_FILE": str(path)}).text("database-app")


def _start(folder: Path) -> str:
    secrets = Secrets.open(folder)
    secrets.create_missing()
    return secrets.text("database-app") + secrets.keyring(LOG)[0][0]


def test_starts_that_race_agree_on_the_secrets(folder: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        seen = pool.map(_start, [folder] * 8)

    assert len(set(seen)) == 1
    assert [path.name for path in folder.parent.iterdir()] == ["secrets"]
