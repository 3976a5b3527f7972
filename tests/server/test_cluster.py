import psycopg
import pytest

from tests.cluster import Cluster

pytestmark = pytest.mark.slow


def test_a_clone_admits_our_logins_and_nobody_else(cluster: Cluster, database: str) -> None:
    with cluster.superuser() as connection:
        rights = connection.execute(
            "SELECT grantee::regrole::text, privilege_type FROM pg_database,"
            " aclexplode(datacl) WHERE datname = %s AND privilege_type <> 'CREATE' ORDER BY 1, 2",
            (database,),
        ).fetchall()

    assert rights == [
        ("doorstep_app", "CONNECT"),
        ("doorstep_backup", "CONNECT"),
        ("doorstep_eraser", "CONNECT"),
        ("doorstep_owner", "CONNECT"),
        ("doorstep_owner", "TEMPORARY"),
        ("doorstep_sequencer", "CONNECT"),
    ]


def test_a_template_is_built_once_and_copied_with_its_rows(cluster: Cluster) -> None:
    built: list[str] = []

    def build(name: str) -> None:
        built.append(name)
        with psycopg.connect(cluster.url("owner", name)) as connection:
            connection.execute("CREATE TABLE doors AS SELECT 7 AS number")

    cluster.template("doors", build)
    cluster.template("doors", build)
    name = cluster.clone("doors")

    with psycopg.connect(cluster.url("backup", name)) as connection:
        assert connection.execute("SELECT number FROM doors").fetchone() == (7,)
    assert len(built) == 1
    cluster.drop(name)
    cluster.drop("doors")


def test_a_template_whose_build_fails_is_not_believed(cluster: Cluster) -> None:
    def fail(name: str) -> None:
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        cluster.template("broken", fail)

    with cluster.superuser() as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = 'broken'").fetchone() is None
