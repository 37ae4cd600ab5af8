"""What a process remembers of an index, its model and where its pages are, while the index gets other files and others get its name."""

import pytest
from answers import assert_exact, assert_healthy, fill, index, make, vectors

QUERIES = vectors(4, seed=93)
NAME = "t_vector_l2_ops"


def file_of(conn, name: str = NAME) -> str:
    return conn.execute("SELECT pg_relation_filepath(%s)", (name,)).fetchone()[0]


def replaced(conn, how: str) -> None:
    if how == "drop":
        conn.execute(f"DROP INDEX {NAME}")
        index(conn, lists=7)
    elif how == "drop table":
        conn.execute("DROP TABLE t")
        make(conn)
        fill(conn, "t", vectors(3000, seed=2))
        index(conn)
    elif how == "truncate":
        conn.execute("TRUNCATE t")
        fill(conn, "t", vectors(900, seed=2))
    elif how == "reindex":
        fill(conn, "t", vectors(900, seed=2), first=10_000)
        conn.execute(f"REINDEX INDEX {NAME}")
    elif how == "reindex concurrently":
        conn.execute(f"REINDEX INDEX CONCURRENTLY {NAME}")
    elif how == "cluster":
        conn.execute("CLUSTER t USING t_pkey")
    elif how == "vacuum full":
        conn.execute("DELETE FROM t WHERE id % 3 = 0")
        conn.execute("VACUUM FULL t")


HOW = ["drop", "drop table", "truncate", "reindex", "reindex concurrently", "cluster", "vacuum full"]


@pytest.mark.parametrize("who", ["the same session", "another session"])
def test_answers_after_the_file_changed(cluster, who):
    """A session that has seen all pages goes on searching and inserting, in whatever way the index got another file."""
    with cluster.connect() as conn, cluster.connect() as other:
        make(conn)
        fill(conn, "t", vectors(3000, seed=1))
        index(conn)
        assert_exact(conn, "t", NAME, QUERIES)
        for turn, how in enumerate(HOW):
            before = file_of(conn)
            replaced(conn if who == "the same session" else other, how)
            assert file_of(conn) != before
            assert_exact(conn, "t", NAME, QUERIES)
            fill(conn, "t", vectors(500, seed=100 + turn), first=100_000 * (turn + 1))
            assert_exact(conn, "t", NAME, QUERIES)
            assert_healthy(conn, NAME)


def test_answers_after_a_rollback(cluster):
    """The index is as it was before; what was seen of the one that is gone does not count."""
    with cluster.connect(autocommit=False) as conn:
        make(conn)
        fill(conn, "t", vectors(3000, seed=1))
        index(conn)
        conn.commit()
        before = assert_exact(conn, "t", NAME, QUERIES)
        for statement in ("TRUNCATE t", f"DROP INDEX {NAME}", f"REINDEX INDEX {NAME}", "TRUNCATE t"):
            conn.execute(statement)
            if not statement.startswith("DROP"):
                fill(conn, "t", vectors(700, seed=3), first=50_000)
                assert_exact(conn, "t", NAME, QUERIES)
                conn.execute("SAVEPOINT s")
                fill(conn, "t", vectors(200, seed=4), first=60_000)
                conn.execute("ROLLBACK TO SAVEPOINT s")
                assert_exact(conn, "t", NAME, QUERIES)
            conn.rollback()
            assert assert_exact(conn, "t", NAME, QUERIES) == before
            assert_healthy(conn, NAME)
        conn.rollback()


def test_buffers_that_went_to_other_pages(new_cluster):
    """With few buffers a page is soon elsewhere than where it was seen, and another one is there."""
    cluster = new_cluster()
    cluster.configure(shared_buffers="1MB")
    cluster.restart()
    with cluster.connect() as conn:
        for table in ("t", "u"):
            make(conn, table)
            fill(conn, table, vectors(4000, seed=5))
            index(conn, table)
        for turn in range(3):
            for table in ("t", "u"):
                assert_exact(conn, table, f"{table}_vector_l2_ops", QUERIES)
                fill(conn, table, vectors(100, seed=200 + turn), first=10_000 * (turn + 1))
                assert_healthy(conn, f"{table}_vector_l2_ops")
