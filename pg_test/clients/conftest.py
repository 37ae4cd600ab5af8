"""One cluster for all client tests, a fresh connection for each."""

import psycopg
import pytest
from cluster import Cluster


@pytest.fixture(scope="session")
def client_cluster(server):
    with Cluster(server, "clients") as cluster:
        cluster.initdb()
        cluster.start()
        with cluster.connect() as conn:
            conn.execute("CREATE EXTENSION qstore")
        yield cluster


@pytest.fixture
def conn(client_cluster) -> psycopg.Connection:
    with client_cluster.connect() as connection:
        yield connection
