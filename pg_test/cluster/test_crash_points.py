"""A crash after the n-th page change of a statement, for every n: what was committed stays, the index is sound and goes on.

The setting that ends the server exists in development builds only (src/synaptic/failpoint.rs). Here the postmaster restarts by
itself, as in production.
"""

import time

import psycopg
import pytest
from answers import DIMENSIONS, assert_exact, assert_healthy, fill, index, literal, make, vectors

SETTING = "qstore.debug_crash_after_change"
QUERIES = vectors(3, seed=97)


@pytest.fixture
def cluster(new_cluster):
    made = new_cluster()
    with made.connect() as conn:
        conn.execute("CREATE EXTENSION qstore")
        conn.execute("LOAD 'qstore'")
        if conn.execute("SELECT current_setting(%s, true)", (SETTING,)).fetchone()[0] is None:
            pytest.skip("a release build has no crash points")
    return made


def steps():
    """1, 2, 3, … and then larger and larger strides, so that long statements end."""
    n = 1
    while True:
        yield n
        n += max(1, n // 8)


def wait_for_restart(cluster, bystander) -> None:
    """The postmaster ends every session, recovers, and takes new ones."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            bystander.execute("SELECT 1")
        except psycopg.OperationalError:
            break
        time.sleep(0.01)
    while True:
        try:
            cluster.connect().close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)


def crashes(cluster, statement: str, points=None):
    """Runs the statement again and again, each time with a later crash, and yields after each restart; ends when it got through."""
    for n in points or steps():
        with cluster.connect() as bystander:
            try:
                with cluster.connect() as conn:
                    conn.execute("LOAD 'qstore'")
                    conn.execute(f"SET {SETTING} = {n}")
                    conn.execute(statement)
                    return
            except psycopg.OperationalError:
                wait_for_restart(cluster, bystander)
        yield n


def make_source(conn, rows, table: str = "source", dimensions: int = DIMENSIONS) -> None:
    conn.execute(f"CREATE TABLE {table} (id bigint, embedding vector({dimensions}))")
    fill(conn, table, rows)


@pytest.mark.parametrize(("rows", "lists"), [(0, 0), (2000, 1), (2000, 20)])
def test_insert(cluster, rows, lists):
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(rows, seed=1), first=1000)
        name = index(conn, lists=lists)
        # more than a page holds: the statement adds pages of every kind
        make_source(conn, vectors(300, seed=2))
    crashed = 0
    for crashed in crashes(cluster, "INSERT INTO t SELECT * FROM source"):
        with cluster.connect() as conn:
            assert conn.execute("SELECT count(*) FROM t").fetchone()[0] == rows
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
    assert crashed > 100
    with cluster.connect() as conn:
        assert conn.execute("SELECT count(*) FROM t").fetchone()[0] == rows + 300
        conn.execute("VACUUM t")
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)


def test_insert_of_codes_wider_than_a_page(cluster):
    wide = 4000
    with cluster.connect() as conn:
        conn.execute(f"CREATE TABLE t (id bigint, embedding vector({wide}))")
        name = index(conn, lists=0)
        make_source(conn, vectors(40, seed=3, dimensions=wide), dimensions=wide)
    crashed = 0
    for crashed in crashes(cluster, "INSERT INTO t SELECT * FROM source"):
        with cluster.connect() as conn:
            assert_healthy(conn, name)
            assert assert_exact(conn, "t", name, vectors(1, seed=4, dimensions=wide)) == [[]]
    assert crashed > 40
    with cluster.connect() as conn:
        assert_healthy(conn, name)
        assert len(assert_exact(conn, "t", name, vectors(2, seed=4, dimensions=wide))[0]) == 10


def test_first_vector_of_an_index_without_dimensions(cluster):
    with cluster.connect() as conn:
        conn.execute("CREATE TABLE t (id bigint, embedding vector)")
        name = index(conn, lists=0)
    crashed = []
    for n in crashes(cluster, f"INSERT INTO t VALUES (1, '{literal(QUERIES[0])}')"):
        crashed.append(n)
        with cluster.connect() as conn:
            assert_healthy(conn, name)
    # the dimensions, then the row, each in one change
    assert crashed[:2] == [1, 2]
    with cluster.connect() as conn:
        assert_healthy(conn, name)
        assert len(assert_exact(conn, "t", name, QUERIES)[0]) == 1


def test_rows_without_codes(cluster):
    """NULLs and, by cosine, zero vectors stand in chains of row identifiers; the crash is around the change that adds a page."""
    with cluster.connect() as conn:
        make(conn)
        name = index(conn, opclass="vector_cosine_ops", lists=0)
        conn.execute(f"CREATE TABLE source AS SELECT n AS id, CASE WHEN n % 2 = 0 THEN array_fill(0, '{{{DIMENSIONS}}}')::vector END AS v FROM generate_series(1, 4000) n")
    crashed = []
    for n in crashes(cluster, "INSERT INTO t SELECT * FROM source", [1, 2, 3, *range(2712, 2722), 1_000_000]):
        crashed.append(n)
        with cluster.connect() as conn:
            assert_healthy(conn, name)
            assert conn.execute("SELECT count(*) FROM t").fetchone()[0] == 0
    assert len(crashed) == 13
    with cluster.connect() as conn:
        assert_healthy(conn, name)
        conn.execute("SET enable_seqscan = off")
        conn.execute("SET enable_sort = off")
        order = f"EXPLAIN (COSTS off) SELECT * FROM t ORDER BY embedding <=> '{literal(QUERIES[0])}'"
        assert name in str(conn.execute(order).fetchall())
        assert conn.execute(f"SELECT count(*) FROM (SELECT * FROM t ORDER BY embedding <=> '{literal(QUERIES[0])}') s").fetchone()[0] == 4000


@pytest.mark.parametrize("lists", [1, 20])
def test_vacuum(cluster, lists):
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(3000, seed=5))
        name = index(conn, lists=lists)
        conn.execute("DELETE FROM t WHERE id % 3 = 0 OR id < 500")
        rows = conn.execute("SELECT count(*) FROM t").fetchone()[0]
    crashed = 0
    for crashed in crashes(cluster, "VACUUM (PARALLEL 0) t"):
        with cluster.connect() as conn:
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
            # freed room is used, although the vacuum did not end
            fill(conn, "t", vectors(10, seed=crashed), first=10_000 * crashed)
            rows += 10
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
    assert crashed >= 3
    with cluster.connect() as conn:
        assert conn.execute("SELECT count(*) FROM t").fetchone()[0] == rows
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)


@pytest.mark.parametrize("lists", [1, 20])
def test_build(cluster, lists):
    """A build that crashed leaves no index; one that was to replace another leaves the other."""
    statement = f"CREATE INDEX t_vector_ip_ops ON t USING synaptic (embedding vector_ip_ops) WITH (lists = {lists})"
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(3000, seed=6))
        conn.execute("INSERT INTO t SELECT 10000 + n FROM generate_series(1, 10) n")
        conn.execute("CHECKPOINT")
    crashed = 0
    for crashed in crashes(cluster, statement):
        with cluster.connect() as conn:
            assert conn.execute("SELECT to_regclass('t_vector_ip_ops')").fetchone()[0] is None
    assert crashed > 20
    with cluster.connect() as conn:
        assert_healthy(conn, "t_vector_ip_ops")
        before = assert_exact(conn, "t", "t_vector_ip_ops", QUERIES)
    again = 0
    for again in crashes(cluster, "REINDEX INDEX t_vector_ip_ops", [1, crashed // 2, crashed, 1_000_000]):
        with cluster.connect() as conn:
            assert_healthy(conn, "t_vector_ip_ops")
            assert assert_exact(conn, "t", "t_vector_ip_ops", QUERIES) == before
    assert again == crashed


def test_build_beside_writers(cluster):
    """After a crash CREATE INDEX CONCURRENTLY leaves an invalid index, as with every access method; REINDEX makes it whole."""
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(2000, seed=7))
    create = "CREATE INDEX CONCURRENTLY t_vector_l2_ops ON t USING synaptic (embedding vector_l2_ops)"
    assert list(crashes(cluster, create, [5])) == [5]
    with cluster.connect() as conn:
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_vector_l2_ops'::regclass"
        assert conn.execute(valid).fetchone()[0] is False
        fill(conn, "t", vectors(100, seed=8), first=5000)
        conn.execute("REINDEX INDEX CONCURRENTLY t_vector_l2_ops")
        assert conn.execute(valid).fetchone()[0] is True
        assert_healthy(conn, "t_vector_l2_ops")
        assert_exact(conn, "t", "t_vector_l2_ops", QUERIES)
