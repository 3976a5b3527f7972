"""Which logins may serve: only one that could not change evidence."""

import pytest

from field_visits.evidence.rights import excessive_rights
from field_visits.kernel.db import Database
from tests.cluster import Cluster


def rights_of(cluster: Cluster, name: str, login: str) -> list[str]:
    database = Database(cluster.url(login, name))
    try:
        return excessive_rights(database)
    finally:
        database.close()


def test_application_login_has_no_excessive_right(cluster: Cluster, app_database_name: str) -> None:
    assert rights_of(cluster, app_database_name, "app") == []


@pytest.mark.parametrize(
    ("login", "says"),
    [
        ("superuser", "it is a superuser"),
        ("owner", "it owns the evidence tables or is a member of their owner"),
        ("backup", "it bypasses row-level security, so it sees every organisation"),
        ("sequencer", "it may DELETE on pending"),
    ],
)
def test_every_other_login_is_told_why_it_may_not_serve(
    cluster: Cluster, app_database_name: str, login: str, says: str
) -> None:
    assert says in rights_of(cluster, app_database_name, login)
