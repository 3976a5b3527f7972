"""Fixtures of every suite. The cluster is started at most once a run, and stopped with it."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster import Cluster, temporary_cluster

_resources = pytest.StashKey[contextlib.ExitStack]()
_shared = pytest.StashKey[Cluster]()


def _start_shared(config: pytest.Config) -> Cluster:
    if _shared not in config.stash:
        config.stash[_resources] = contextlib.ExitStack()
        # 16 workers with a pool each must fit.
        cluster = config.stash[_resources].enter_context(
            temporary_cluster(settings={"max_connections": "300"})
        )
        config.stash[_shared] = cluster
    return config.stash[_shared]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """With xdist, the controller owns the cluster (it outlives every worker) and tells each where it is."""
    node.workerinput["cluster"] = _start_shared(node.config).to_worker()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _resources in config.stash:
        config.stash[_resources].close()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The run's cluster: the controller's, or without xdist one that is started when first asked for."""
    sent = getattr(request.config, "workerinput", None)
    return Cluster.in_worker(sent["cluster"]) if sent else _start_shared(request.config)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The name of an empty database of one's own."""
    name = cluster.clone()
    yield name
    cluster.drop(name)
