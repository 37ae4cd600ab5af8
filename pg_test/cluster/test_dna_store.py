"""The strand store under concurrency, over a crash, and through a dump."""

import threading

import psycopg
import pytest

CONTENT = "SELECT string_agg(sha512((%s || i)::bytea), '' ORDER BY i) FROM generate_series(1, 2000) AS i"
COUNT = "SELECT count(*), count(DISTINCT address) FROM _qstore.dna_strand"


def content(conn, seed: str) -> bytes:
    return conn.execute(CONTENT, (seed,)).fetchone()[0]


@pytest.mark.parametrize("first_commits", [True, False])
def test_the_same_content_at_once(cluster, first_commits):
    with cluster.connect() as conn:
        conn.execute("CREATE EXTENSION qstore")
        data = content(conn, "a")
        conn.execute("SELECT dna_store(%s)", (content(conn, "b"),))
    refs = []

    def second() -> None:
        with cluster.connect() as conn:
            refs.append(conn.execute("SELECT dna_store(%s)", (data,)).fetchone()[0])

    with cluster.connect() as conn, cluster.connect() as watch:
        conn.execute("BEGIN")
        refs.append(conn.execute("SELECT dna_store(%s)", (data,)).fetchone()[0])
        other = threading.Thread(target=second)
        other.start()
        while not watch.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)").fetchone()[0]:
            assert other.is_alive()
        conn.execute("COMMIT" if first_commits else "ROLLBACK")
        other.join()
        stored, addresses = watch.execute(COUNT).fetchone()
        assert stored == addresses
        assert watch.execute("SELECT count(*) FROM _qstore.dna_chunks(%s)", (data,)).fetchone()[0] < stored
        assert watch.execute("SELECT dna_retrieve(%s)", (refs[1],)).fetchone()[0] == data
        if first_commits:
            assert watch.execute("SELECT dna_retrieve(%s)", (refs[0],)).fetchone()[0] == data
        else:
            with pytest.raises(psycopg.errors.NoDataFound):
                watch.execute("SELECT dna_retrieve(%s)", (refs[0],))


def test_garbage_waits_for_a_store(cluster):
    with cluster.connect() as conn, cluster.connect() as watch:
        conn.execute("CREATE EXTENSION qstore")
        data = content(conn, "a")
        first = conn.execute("SELECT dna_store(%s)", (data,)).fetchone()[0]
        conn.execute("SELECT dna_delete(%s)", (first,))
        # Nothing uses the strands now; a transaction is about to use them again.
        conn.execute("BEGIN")
        again = conn.execute("SELECT dna_store(%s)", (data,)).fetchone()[0]
        freed = []

        def collect() -> None:
            with cluster.connect() as other:
                freed.append(other.execute("SELECT strands FROM dna_collect_garbage()").fetchone()[0])

        collector = threading.Thread(target=collect)
        collector.start()
        while not watch.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)").fetchone()[0]:
            assert collector.is_alive()
        conn.execute("COMMIT")
        collector.join()
        assert freed == [0]
        assert conn.execute("SELECT dna_retrieve(%s)", (again,)).fetchone()[0] == data


def test_dump_and_crash(cluster):
    with cluster.connect() as conn:
        conn.execute("CREATE EXTENSION qstore")
        data = content(conn, "a")
        ref = conn.execute("SELECT dna_store(%s)", (data,)).fetchone()[0]
        conn.execute("CREATE DATABASE other")
    cluster.stop("immediate")
    cluster.start()
    dump = cluster.socket / "dump"
    cluster.client("pg_dump", "-Fc", "-d", "postgres", "-f", dump)
    cluster.client("pg_restore", "--exit-on-error", "-d", "other", dump)
    for database in ("postgres", "other"):
        with cluster.connect(database) as conn:
            assert conn.execute("SELECT dna_retrieve(%s)", (ref,)).fetchone()[0] == data
            # References go on where they were.
            assert conn.execute("SELECT dna_store('more')").fetchone()[0] > ref
