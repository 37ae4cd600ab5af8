"""A row's vector that is stored out of line vanishes between the moment a split finds the row and the moment it reads the vector."""

import threading
import time

import pytest

# 600 numbers are stored out of line. The last one says what a row is.
DIMENSIONS = 600
DELETED, KEPT, INSERTED = 1, 2, 3


def rows(first: int, last: int, what: int) -> str:
    return f"""SELECT i, (array_fill(i % 7, '{{{DIMENSIONS - 2}}}') || ARRAY[sin(i), {what}])::vector FROM generate_series({first}, {last}) i"""


def waiting(conn) -> bool:
    return conn.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone()[0] > 0


@pytest.mark.parametrize("deleted", ["committed", "aborted"])
def test_vector_vanishes_during_a_split(cluster, deleted):
    with cluster.connect() as conn, cluster.connect() as old, cluster.connect() as gate, cluster.connect() as inserter:
        conn.execute("CREATE EXTENSION qstore")
        conn.execute(f"CREATE TABLE t (id int, v vector({DIMENSIONS}))")
        conn.execute("ALTER TABLE t ALTER v SET STORAGE EXTERNAL")
        # the place between finding a row and reading its vector: an expression that waits at the gate (with a path of its own: CREATE INDEX
        # evaluates expressions with a path without `public` from 17 on)
        conn.execute(
            f"""CREATE FUNCTION gated(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE SET search_path = public AS $$
            BEGIN
                IF subvector(v, {DIMENSIONS}, 1) = '[{DELETED}]' THEN
                    PERFORM pg_advisory_lock_shared(1);
                    PERFORM pg_advisory_unlock_shared(1);
                END IF;
                RETURN v;
            END $$"""
        )
        conn.execute(f"INSERT INTO t {rows(1, 30, KEPT)}")
        conn.execute("CREATE INDEX i ON t USING synaptic (gated(v)) WITH (lists = 2)")
        if deleted == "committed":
            conn.execute(f"INSERT INTO t {rows(101, 120, DELETED)}")
            # a snapshot older than the deletion: the rows stay
            old.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            old.execute("SELECT count(*) FROM t")
            conn.execute("DELETE FROM t WHERE id > 100")
        else:
            # a transaction that may yet abort: the rows are there
            old.execute("BEGIN")
            old.execute(f"INSERT INTO t {rows(101, 120, DELETED)}")
        gate.execute("SELECT pg_advisory_lock(1)")

        errors: list[BaseException] = []

        def insert() -> None:
            try:
                # as many as it takes for the list to be split
                inserter.execute(f"INSERT INTO t {rows(1001, 1400, INSERTED)}")
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=insert)
        thread.start()
        end = time.monotonic() + 60
        while not waiting(conn) and thread.is_alive() and time.monotonic() < end:
            time.sleep(0.01)
        assert waiting(conn), f"no split looked at the rows: {errors}"
        old.execute("COMMIT" if deleted == "committed" else "ROLLBACK")
        toast = conn.execute("SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 't'").fetchone()[0]
        before = conn.execute(f"SELECT pg_relation_size('{toast}')").fetchone()[0]
        conn.execute(f"VACUUM (VERBOSE) {toast}")
        assert before > 0
        gate.execute("SELECT pg_advisory_unlock(1)")
        thread.join(60)
        assert not errors, errors
        assert not thread.is_alive()
        # the rows that nobody sees any more are forgotten, the others are there
        assert conn.execute("SELECT invariant, detail FROM qstore.check_index('i', heap => true)").fetchall() == []
        conn.execute("SET enable_seqscan = off")
        conn.execute("SET qstore.recall = 1.0")
        found = conn.execute(f"SELECT id FROM t ORDER BY gated(v) <-> array_fill(3, '{{{DIMENSIONS}}}')::vector LIMIT 1000").fetchall()
        assert sorted(row[0] for row in found) == [*range(1, 31), *range(1001, 1401)]
