"""VACUUM hands each index of a table to a worker of its own; what is left is the same."""

from answers import OPERATORS, assert_exact, assert_healthy, fill, index, make, vectors

QUERIES = vectors(5, seed=96)


def test_each_index_by_a_worker(new_cluster):
    cluster = new_cluster(min_parallel_index_scan_size="0", max_parallel_maintenance_workers="3")
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(3000, seed=1))
        names = [index(conn, opclass=opclass) for opclass in OPERATORS]
        conn.execute("DELETE FROM t WHERE id % 2 = 0")
        notices: list[str] = []
        conn.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
        conn.execute("VACUUM (PARALLEL 3, VERBOSE) t")
        # the primary key takes part as well; the leader does one index
        assert any(text.startswith("launched ") and "parallel vacuum worker" in text and "launched 0" not in text for text in notices), notices
        for name in names:
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
            assert conn.execute("SELECT reltuples FROM pg_class WHERE relname = %s", (name,)).fetchone()[0] == 1500
        fill(conn, "t", vectors(1500, seed=2), first=10_000)
        for name in names:
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
