"""Fixtures: the server copy, and a cluster for each test. The log of a failed test is kept in .qstore/failed."""

import pytest
from cluster import Cluster, Server
from stand_in import has_pgvector, stand_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report


@pytest.fixture(scope="session")
def server() -> Server:
    return Server()


@pytest.fixture
def new_cluster(request, server):
    """A function that makes a started cluster with the settings given; all of them end with the test."""
    made: list[Cluster] = []

    def make(name: str = "primary", **config: str) -> Cluster:
        cluster = Cluster(server, name)
        made.append(cluster)
        cluster.initdb(**config)
        cluster.start()
        return cluster

    make.adopt = made.append
    yield make
    warnings = [line for cluster in made for line in cluster.resource_warnings()]
    for cluster in reversed(made):
        if warnings or getattr(request.node, "failed", False):
            print(f"log kept: {cluster.keep_log(request.node.name)}")
        cluster.destroy()
    assert warnings == []


@pytest.fixture
def cluster(new_cluster) -> Cluster:
    return new_cluster()


@pytest.fixture(scope="module")
def lasting_cluster(request, server):
    """A cluster for all tests of a file."""
    with Cluster(server, "lasting") as made:
        made.initdb()
        made.start()
        failed = request.session.testsfailed
        yield made
        warnings = made.resource_warnings()
        if warnings or request.session.testsfailed > failed:
            print(f"log kept: {made.keep_log(request.module.__name__)}")
        assert warnings == []


@pytest.fixture(scope="module", params=["pgvector", "stand-in"])
def beside(request, server):
    """A cluster that has an extension `vector` besides qstore: pgvector, where the server has it, and its stand-in."""
    genuine = request.param == "pgvector"
    if genuine and not has_pgvector(server):
        pytest.skip("pgvector is not installed in the server of PG_CONFIG (Debian 12 has no package of it)")
    with Cluster(server if genuine else stand_in(server), f"beside-{request.param}") as cluster:
        cluster.genuine = genuine
        cluster.initdb()
        cluster.start()
        yield cluster
