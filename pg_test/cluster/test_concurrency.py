"""Sessions that insert, delete, search and vacuum at the same time neither fail nor lose a row."""

import random

import numpy as np
import pytest
from answers import assert_exact, assert_healthy, fill, index, make, nearest, vectors
from sessions import Sessions

QUERIES = vectors(10, seed=96)
SECONDS = 6


@pytest.mark.parametrize("lists", [1, 20])
def test_insert_search_and_vacuum(cluster, lists):
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(2000, seed=1))
        name = index(conn, lists=lists)
        # Never deleted, and far from everything else: a search for one of them must find it first, whatever else is going on.
        landmarks = 50 * np.eye(8, QUERIES.shape[1], dtype=np.float32)
        fill(conn, "t", landmarks, first=9_000_000)

    sessions = Sessions(cluster, SECONDS)
    work = sessions.work

    def delete(conn):
        gone = conn.execute("DELETE FROM t WHERE id IN (SELECT id FROM t WHERE id < 9000000 ORDER BY random() LIMIT 20)")
        work["deleted"] += gone.rowcount

    def search(conn):
        which = random.randrange(len(landmarks))
        found = nearest(conn, "t", "<->", landmarks[which], 10, through=name)
        assert found[0] == (9_000_000 + which, 0.0), f"landmark {which} not found first: {found}"
        assert len({row[0] for row in found}) == len(found) == 10, f"rows missing or repeated: {found}"
        assert [row[1] for row in found] == sorted(row[1] for row in found)
        work["searched"] += 1

    def vacuum(conn):
        conn.execute("VACUUM t")
        work["vacuumed"] += 1

    again = sessions.again
    sessions.run(sessions.inserter(100_000), sessions.inserter(300_000), again(delete, pause=0.05), again(search), again(search), again(vacuum))
    assert all(work[what] for what in ("inserted", "deleted", "searched", "vacuumed")), work

    with cluster.connect() as conn:
        rows = conn.execute("SELECT count(*) FROM t").fetchone()[0]
        assert rows == 2000 + len(landmarks) + work["inserted"] - work["deleted"]
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)
        conn.execute("VACUUM t")
        assert_healthy(conn, name)
        # All rows, not only the nearest ten: nothing is lost and nothing comes twice.
        assert len(nearest(conn, "t", "<->", QUERIES[0], rows + 10, through=name)) == rows
