"""The strand store and compressed columns on a streaming standby and through logical replication."""

import time

import psycopg
import pytest

# A document, and versions of it: chunks that are shared, and chunks that are kept as differences.
DOCUMENT = "SELECT string_agg(sha512(i::text::bytea), '' ORDER BY i) FROM generate_series(1, 3000) AS i"
EDITED = f"SELECT overlay(({DOCUMENT}) PLACING 'an edit' FROM %s)"
DOCS = """
    CREATE TABLE docs (id integer PRIMARY KEY, doc jsonb NOT NULL);
    INSERT INTO docs SELECT i, jsonb_build_object('id', i, 'source', 'sensor ' || i % 97, 'unit', 'degrees celsius', 'state', 'calibrated in the laboratory')
    FROM generate_series(1, 2000) AS i
"""
CONTENT = "SELECT md5(string_agg(id || doc::text, ',' ORDER BY id)) FROM docs"
WITH_DICTIONARY = "SELECT count(*) FILTER (WHERE (dna_column_stats(doc)).dictionary > 0) FROM docs"


def store(conn: psycopg.Connection, versions: int, first: int = 1) -> dict[int, bytes]:
    """Stores versions of the document; their references and contents."""
    stored = {}
    for version in range(first, first + versions):
        data = conn.execute(EDITED, (1000 + 700 * version,)).fetchone()[0]
        stored[conn.execute("SELECT dna_store(%s)", (data,)).fetchone()[0]] = data
    return stored


def retrieved(conn: psycopg.Connection, refs) -> dict[int, bytes]:
    return {ref: conn.execute("SELECT dna_retrieve(%s)", (ref,)).fetchone()[0] for ref in refs}


def test_standby_with_wal_consistency_checking(new_cluster):
    primary = new_cluster("primary", wal_consistency_checking="all")
    with primary.connect() as conn:
        conn.execute("CREATE EXTENSION qstore")
        stored = store(conn, 5)
        assert conn.execute("SELECT similar_strands > 0 FROM dna_storage_stats()").fetchone()[0]
        conn.execute(DOCS)
        standby = primary.standby()
        new_cluster.adopt(standby)
        standby.start()
        conn.execute("SELECT FROM qstore.compress_table('docs')")
        stored |= store(conn, 5, first=6)
        gone = min(stored)
        del stored[gone]
        conn.execute("SELECT dna_delete(%s)", (gone,))
        conn.execute("SELECT dna_collect_garbage()")
        conn.execute("VACUUM")
        primary.wait_for_replay(standby)
        with standby.connect() as there:
            assert there.execute("SELECT pg_is_in_recovery()").fetchone()[0]
            assert retrieved(there, stored) == stored
            with pytest.raises(psycopg.errors.NoDataFound):
                retrieved(there, [gone])
            assert there.execute(CONTENT).fetchone() == conn.execute(CONTENT).fetchone()
            assert there.execute(WITH_DICTIONARY).fetchone() == (2000,)
            # The session that read while it was a standby's has the dictionary at hand; one more is trained meanwhile.
            conn.execute("SELECT dna_train('docs', 'doc')")
            conn.execute("INSERT INTO docs SELECT id + 5000, doc FROM docs")
            primary.wait_for_replay(standby)
            assert there.execute(CONTENT).fetchone() == conn.execute(CONTENT).fetchone()
        told = conn.execute(CONTENT).fetchone()

    # The former standby goes on alone: no reference and no strand is numbered a second time.
    primary.stop()
    standby.server.run("pg_ctl", "-D", standby.data, "-w", "promote")
    with standby.connect() as conn:
        assert conn.execute(CONTENT).fetchone() == told
        more = store(conn, 2, first=30)
        assert not set(more) & set(stored)
        assert retrieved(conn, {**stored, **more}) == {**stored, **more}
    assert "inconsistent page" not in standby.log_text()


def test_logical_replication(new_cluster):
    publisher, subscriber = new_cluster("publisher", wal_level="logical"), new_cluster("subscriber", wal_level="logical")
    with publisher.connect() as conn, subscriber.connect() as there:
        conn.execute("CREATE EXTENSION qstore")
        there.execute("CREATE EXTENSION qstore")
        before = store(conn, 3)
        conn.execute(DOCS)
        conn.execute("SELECT FROM qstore.compress_table('docs')")
        kind = conn.execute("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'docs'::regclass AND attname = 'doc'").fetchone()[0]
        there.execute(f"CREATE TABLE docs (id integer PRIMARY KEY, doc {kind} NOT NULL)")
        # The dictionaries first: values that come before theirs are compressed without.
        conn.execute("CREATE PUBLICATION dictionaries FOR TABLE _qstore.dna_dictionary")
        conn.execute("CREATE PUBLICATION others FOR TABLE docs, _qstore.dna_strand, _qstore.dna_object")

        def caught_up() -> None:
            end = time.monotonic() + 60
            lsn = conn.execute("SELECT pg_current_wal_flush_lsn()").fetchone()[0]
            ready = "SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel"
            replayed = "SELECT bool_and(latest_end_lsn >= %s::pg_lsn) FROM pg_stat_subscription WHERE relid IS NULL"
            while not (there.execute(ready).fetchone()[0] and there.execute(replayed, (lsn,)).fetchone()[0]):
                assert time.monotonic() < end, subscriber.log_tail()
                conn.execute("SELECT pg_log_standby_snapshot()" if publisher.server.major >= 16 else "SELECT txid_current()")
                time.sleep(0.1)

        for name in ("dictionaries", "others"):
            there.execute(f"CREATE SUBSCRIPTION {name} CONNECTION '{publisher.dsn()}' PUBLICATION {name}")
            caught_up()
        assert retrieved(there, before) == before
        assert there.execute(CONTENT).fetchone() == conn.execute(CONTENT).fetchone()
        assert there.execute(WITH_DICTIONARY).fetchone() == (2000,)

        after = store(conn, 3, first=10)
        gone = min(before)
        del before[gone]
        conn.execute("SELECT dna_delete(%s)", (gone,))
        conn.execute("SELECT dna_collect_garbage()")
        conn.execute("UPDATE docs SET doc = doc || '{\"seen\": true}' WHERE id % 7 = 0")
        caught_up()
        assert retrieved(there, {**before, **after}) == {**before, **after}
        assert there.execute(CONTENT).fetchone() == conn.execute(CONTENT).fetchone()
        strands = "SELECT count(*), md5(string_agg(id || ' ' || strand::text, ',' ORDER BY id)) FROM _qstore.dna_strand"
        assert there.execute(strands).fetchone() == conn.execute(strands).fetchone()
        # The slots are the publisher's: they go with the subscriptions, before the clusters do.
        for name in ("dictionaries", "others"):
            there.execute(f"DROP SUBSCRIPTION {name}")
        # Numbers of sequences are not replicated: who writes here from now on sets them first, as with any table.
        for sequence, table, column in (("dna_strand_id", "dna_strand", "id"), ("dna_object_ref", "dna_object", "ref")):
            there.execute(f"SELECT setval('_qstore.{sequence}', (SELECT max({column}) FROM _qstore.{table}))")
        more = store(there, 2, first=20)
        assert retrieved(there, {**after, **more}) == {**after, **more}
