"""One cluster for all client tests, a fresh connection for each; and one for test suites of others."""

from getpass import getuser

import psycopg
import pytest
from cluster import Cluster, Server


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


@pytest.fixture(scope="session")
def suite_cluster():
    """A cluster with the shim extension `vector`, for test suites of others: they connect by TCP or by environment."""
    with Cluster(Server(shim=True), "suites") as cluster:
        cluster.initdb()
        cluster.listen()
        cluster.start()
        yield cluster


@pytest.fixture(scope="session")
def suite_environment(suite_cluster):
    """A function: makes a database of that name with qstore in it and gives the environment that leads clients there."""

    def make(database: str) -> dict[str, str]:
        with suite_cluster.connect() as conn:
            # Some drivers take the user from the account that runs them, whatever the environment says.
            if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (getuser(),)).fetchone():
                conn.execute(f"CREATE ROLE \"{getuser()}\" SUPERUSER LOGIN PASSWORD 'qstore'")
            else:
                conn.execute(f"ALTER ROLE \"{getuser()}\" PASSWORD 'qstore'")
            conn.execute(f"CREATE DATABASE {database}")
        suite_cluster.psql("CREATE EXTENSION qstore", database)
        return {
            **suite_cluster.server.environment(),
            "PGHOST": "localhost",
            "PGPORT": str(suite_cluster.port),
            "PGUSER": getuser(),
            "PGPASSWORD": "qstore",
        }

    return make
