"""A crash at any moment (`pg_ctl stop -m immediate`: no checkpoint, WAL replay at the next start) costs no committed row."""

import threading
import time

import psycopg
import pytest
from answers import OPERATORS, assert_exact, assert_healthy, fill, index, make, vectors

QUERIES = vectors(10, seed=99)


@pytest.mark.parametrize("lists", [1, 20])
@pytest.mark.parametrize("opclass", OPERATORS)
def test_right_after_a_build(cluster, opclass, lists):
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(5000, seed=1))
        conn.execute("CHECKPOINT")
        name = index(conn, opclass=opclass, lists=lists)
        assert conn.execute("SELECT lists FROM qstore.index_info(%s)", (name,)).fetchone()[0] == lists
        before = assert_exact(conn, "t", name, QUERIES)
    cluster.crash()
    cluster.start()
    with cluster.connect() as conn:
        assert_healthy(conn, name)
        assert assert_exact(conn, "t", name, QUERIES) == before


@pytest.mark.parametrize(("built_on", "lists"), [("empty", 0), ("full", 1), ("full", 20)])
def test_during_inserts(cluster, built_on, lists):
    """Several crashes in a row, each while two sessions insert; every row that was acknowledged is there afterwards."""
    with cluster.connect() as conn:
        make(conn)
        if built_on == "full":
            fill(conn, "t", vectors(3000, seed=2), first=1_000_000)
        name = index(conn, lists=lists)

    acknowledged: list[set[int]] = [set(), set()]

    def insert(worker: int, first: int, crashed: threading.Event) -> None:
        rows = vectors(20_000, seed=first)
        try:
            with cluster.connect() as conn:
                for number, vector in enumerate(rows, first):
                    conn.execute("INSERT INTO t VALUES (%s, %s::real[]::vector)", (number, vector.tolist()))
                    acknowledged[worker].add(number)
        except psycopg.OperationalError:
            # Only the crash may end an insert.
            assert crashed.wait(30)

    for round_ in range(3):
        crashed = threading.Event()
        errors: list[BaseException] = []

        def guarded(worker: int, first: int) -> None:
            try:
                insert(worker, first, crashed)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=guarded, args=(w, round_ * 100_000 + w * 50_000)) for w in range(2)]
        for thread in threads:
            thread.start()
        start = sum(map(len, acknowledged))
        deadline = time.monotonic() + 60
        while sum(map(len, acknowledged)) < start + 200 and time.monotonic() < deadline and not errors:
            time.sleep(0.01)
        cluster.crash()
        crashed.set()
        for thread in threads:
            thread.join(60)
        assert not errors, errors
        cluster.start()
        with cluster.connect() as conn:
            present = {row[0] for row in conn.execute("SELECT id FROM t WHERE id < 1000000")}
            assert acknowledged[0] | acknowledged[1] <= present
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
    assert sum(map(len, acknowledged)) >= 600


def test_during_vacuum_and_after(cluster):
    """Deleted rows stay away and reused space holds the right rows."""
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(4000, seed=3))
        name = index(conn)
        conn.execute("DELETE FROM t WHERE id % 2 = 0")

    def vacuum() -> None:
        try:
            with cluster.connect() as conn:
                conn.execute("VACUUM t")
        except psycopg.OperationalError:
            pass

    thread = threading.Thread(target=vacuum)
    thread.start()
    time.sleep(0.02)
    cluster.crash()
    thread.join(60)
    cluster.start()
    with cluster.connect() as conn:
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)
        conn.execute("VACUUM t")
        fill(conn, "t", vectors(2000, seed=4), first=10_000)
    cluster.crash()
    cluster.start()
    with cluster.connect() as conn:
        assert conn.execute("SELECT count(*) FROM t").fetchone()[0] == 4000
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)


def test_unlogged_index_is_empty_and_usable_after_a_crash(cluster):
    with cluster.connect() as conn:
        make(conn, kind="UNLOGGED")
        fill(conn, "t", vectors(2000, seed=5))
        name = index(conn)
        assert_exact(conn, "t", name, QUERIES)
    cluster.crash()
    cluster.start()
    with cluster.connect() as conn:
        assert conn.execute("SELECT count(*) FROM t").fetchone()[0] == 0
        assert_healthy(conn, name)
        assert assert_exact(conn, "t", name, QUERIES) == [[]] * len(QUERIES)
        fill(conn, "t", vectors(500, seed=6))
        assert_healthy(conn, name)
        assert len(assert_exact(conn, "t", name, QUERIES)[0]) == 10


def test_unlogged_index_survives_a_clean_restart(cluster):
    with cluster.connect() as conn:
        make(conn, kind="UNLOGGED")
        fill(conn, "t", vectors(2000, seed=5))
        name = index(conn)
        before = assert_exact(conn, "t", name, QUERIES)
    cluster.restart()
    with cluster.connect() as conn:
        assert_healthy(conn, name)
        assert assert_exact(conn, "t", name, QUERIES) == before
