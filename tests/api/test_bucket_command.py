"""`doorstep bucket`, at a real S3 server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.simulators.s3_server import S3Server, s3_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


def bucket(server: S3Server, folder: Path, **changes: str | None) -> Result:
    secret = folder / "secret"
    secret.write_text(server.secret_key + "\n", encoding="utf-8")
    told: dict[str, str | None] = {
        "DATA_DIR": str(folder / "data"),
        "S3_ENDPOINT": server.endpoint_url,
        "S3_BUCKET": "visits",
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY": server.access_key,
        "S3_SECRET_KEY_FILE": str(secret),
    }
    return CliRunner().invoke(main, ["bucket"], env=told | changes)


def test_a_bucket_is_made_once_and_a_store_that_replaces_files_is_refused(
    server: S3Server, tmp_path: Path
) -> None:
    made, again = bucket(server, tmp_path), bucket(server, tmp_path)

    # rclone ignores If-None-Match: it is told, and no evidence is put there.
    assert [made.exit_code, again.exit_code] == [1, 1]
    assert made.output.startswith("The bucket visits was made.\n")
    assert again.output.startswith("The bucket visits is there.\n")
    assert "a second upload may replace the first" in made.output
    assert server.secret_key not in made.output


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"S3_SECRET_KEY": "a wrong secret", "S3_SECRET_KEY_FILE": None}, "turns our credentials away"),
        ({"S3_ENDPOINT": "http://127.0.0.1:1"}, "does not answer"),
        (
            dict.fromkeys(
                ("S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY_FILE"), None
            ),
            "No S3 store is set",
        ),
    ],
)
def test_what_stands_in_the_way_is_said(
    server: S3Server, tmp_path: Path, changes: dict[str, str | None], sentence: str
) -> None:
    told = bucket(server, tmp_path, **changes)

    assert told.exit_code == 1
    assert sentence in told.output
