"""Compressed columns survive a dump with their dictionaries, and a cancelled compression leaves the table as it was."""

import threading
import time
from pathlib import Path

import psycopg
import pytest

FILL = """
    INSERT INTO docs
    SELECT i, jsonb_build_object('id', i, 'source', 'sensor ' || i % 97, 'unit', 'degrees celsius', 'state', 'calibrated in the laboratory', 'readings', jsonb_build_array(i * 31 %% 1000, i * 37 %% 1000))
    FROM generate_series(1, %s) AS i
"""
CONTENT = "SELECT md5(string_agg(id || doc::text, ',' ORDER BY id)) FROM docs"
DICTIONARIES = "SELECT count(*), count(*) FILTER (WHERE (dna_column_stats(doc)).dictionary > 0), count(DISTINCT (dna_column_stats(doc)).dictionary) FROM docs"


def make(conn, rows: int) -> None:
    conn.execute("CREATE EXTENSION IF NOT EXISTS qstore")
    conn.execute("CREATE TABLE docs (id integer PRIMARY KEY, doc jsonb NOT NULL)")
    conn.execute(FILL.replace("% 97", "%% 97"), (rows,))


def test_dump_carries_dictionaries(cluster):
    with cluster.connect() as conn:
        make(conn, 2000)
        conn.execute("SELECT FROM qstore.compress_table('docs')")
        # A second dictionary in the codebook, and values of both.
        conn.execute("SELECT dna_train('docs', 'doc')")
        conn.execute("UPDATE docs SET doc = doc::jsonb || '{\"seen\": true}' WHERE id % 2 = 0")
        assert conn.execute(DICTIONARIES).fetchone() == (2000, 2000, 2)
        told = conn.execute(CONTENT).fetchone()
        size = conn.execute("SELECT sum(pg_column_size(doc)) FROM docs").fetchone()[0]
        conn.execute("CREATE DATABASE other")

    dump = cluster.socket / "dump"
    cluster.client("pg_dump", "-Fc", "-d", "postgres", "-f", dump)
    cluster.client("pg_restore", "--exit-on-error", "-d", "other", dump)

    with cluster.connect("other") as conn:
        assert conn.execute(CONTENT).fetchone() == told
        # The dictionaries came first: every value was written with the newest.
        assert conn.execute(DICTIONARIES).fetchone() == (2000, 2000, 1)
        assert conn.execute("SELECT sum(pg_column_size(doc)) FROM docs").fetchone()[0] < 1.2 * size
        # Numbers go on where they were: none is given a second time.
        highest = conn.execute("SELECT max(id) FROM _qstore.dna_dictionary").fetchone()[0]
        conn.execute("SELECT dna_train('docs', 'doc')")
        assert conn.execute("SELECT max(id) FROM _qstore.dna_dictionary").fetchone()[0] > highest
        assert conn.execute(CONTENT).fetchone() == told


def test_dictionaries_of_a_recreated_extension(cluster):
    """One session, two extensions: numbers begin anew, and what was kept of the first is not used for the second."""
    with cluster.connect() as conn:
        for rows in (1500, 2500):
            make(conn, rows)
            told = conn.execute(CONTENT).fetchone()
            conn.execute("SELECT FROM qstore.compress_table('docs')")
            assert conn.execute(DICTIONARIES).fetchone() == (rows, rows, 1)
            assert conn.execute(CONTENT).fetchone() == told
            conn.execute("DROP TABLE docs")
            conn.execute("DROP EXTENSION qstore")


def test_cancelled_compression(cluster):
    with cluster.connect() as conn:
        make(conn, 60_000)
        told = conn.execute(CONTENT).fetchone()
        cancel = threading.Thread(target=lambda: (time.sleep(0.7), conn.cancel()))
        cancel.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            conn.execute("SELECT FROM qstore.compress_table('docs', level => 19)")
        cancel.join()
        assert conn.execute("SELECT DISTINCT pg_typeof(doc)::text FROM docs").fetchall() == [("jsonb",)]
        assert conn.execute("SELECT count(*) FROM _qstore.dna_dictionary").fetchone() == (0,)
        assert conn.execute(CONTENT).fetchone() == told


def test_cancelled_training(cluster):
    """Training runs in a thread that the backend does not wait for once it is cancelled."""
    with cluster.connect() as conn:
        conn.execute("CREATE EXTENSION qstore")
        conn.execute("CREATE TABLE samples AS SELECT array_agg((SELECT string_agg(sha512((i * j)::text::bytea), '') FROM generate_series(1, 60) AS j)) AS samples FROM generate_series(1, 20000) AS i")
        pid = conn.info.backend_pid
        training = []

        def cancel() -> None:
            # As soon as the thread is there; then it is long from ready.
            while not training:
                training.extend(task for task in threads(pid) if task == "qstore-apart")
                time.sleep(0.01)
            conn.cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            conn.execute("SELECT length(_qstore.dna_train_content(samples, 1048576)) FROM samples")
        assert "qstore-apart" in threads(pid)
        canceller.join()
        # The session goes on, and so does training in it.
        assert conn.execute("SELECT 1").fetchone() == (1,)
        make(conn, 1000)
        assert conn.execute("SELECT dna_train('docs', 'doc') > 0").fetchone() == (True,)


def threads(pid: int) -> list[str]:
    """Names of the threads of a process."""
    return [task.read_text().strip() for task in Path(f"/proc/{pid}/task").glob("*/comm")]


def test_progress_of_a_long_compression(cluster):
    with cluster.connect() as conn:
        told = []
        conn.add_notice_handler(lambda notice: told.append(notice.message_primary))
        # Every five seconds: as many rows as it takes.
        for rows in (60_000, 240_000, 960_000):
            make(conn, rows)
            conn.execute("SELECT FROM qstore.compress_table('docs', level => 19)")
            assert conn.execute("SELECT DISTINCT pg_typeof(doc)::text FROM docs").fetchall() == [("dna_jsonb",)]
            if any(notice.startswith("compressed ") and f" of {rows} values (" in notice for notice in told):
                return
            conn.execute("DROP TABLE docs")
        pytest.fail(f"no progress was told: {told}")


def test_dump_of_values_in_frames(cluster):
    """Long values, their table of frames and their slices, after a dump and restore."""
    facts = "SELECT length(note), md5(note), substring(note FROM 600000 FOR 30), (dna_column_stats(note)).version FROM notes"
    with cluster.connect() as conn:
        conn.execute("CREATE EXTENSION qstore")
        conn.execute("CREATE TABLE notes (note dna_text)")
        conn.execute("INSERT INTO notes SELECT string_agg('größer ' || md5(i::text), E'\\n') FROM generate_series(1, 20000) AS i")
        told = conn.execute(facts).fetchone()
        assert told[3] == 4
        conn.execute("CREATE DATABASE other")
    dump = cluster.socket / "dump"
    cluster.client("pg_dump", "-Fc", "-d", "postgres", "-f", dump)
    cluster.client("pg_restore", "--exit-on-error", "-d", "other", dump)
    with cluster.connect("other") as conn:
        assert conn.execute(facts).fetchone() == told
