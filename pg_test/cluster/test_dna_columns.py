"""Compressed columns survive a dump with their dictionaries, and a cancelled compression leaves the table as it was."""

import threading
import time

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
