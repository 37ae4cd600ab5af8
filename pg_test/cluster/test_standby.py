"""A streaming standby replays every page as the primary wrote it, and answers the same."""

import psycopg
import pytest
from answers import assert_exact, assert_healthy, fill, index, literal, make, vectors

QUERIES = vectors(10, seed=98)


def test_standby_with_wal_consistency_checking(new_cluster):
    """With wal_consistency_checking = all every replayed page is compared with the primary's; a difference ends the standby."""
    primary = new_cluster("primary", wal_consistency_checking="all", max_wal_size="2GB")
    with primary.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(1000, seed=1))
        first = index(conn, opclass="vector_l2_ops")
        names = [first]

        standby = primary.standby()
        new_cluster.adopt(standby)
        standby.start()

        def same_on_both() -> None:
            primary.wait_for_replay(standby)
            with standby.connect() as there:
                assert there.execute("SELECT pg_is_in_recovery()").fetchone()[0]
                for name in names:
                    assert_healthy(there, name)
                    assert_exact(there, "t", name, QUERIES)
                    assert assert_exact(there, "t", name, QUERIES) == assert_exact(conn, "t", name, QUERIES)

        same_on_both()
        fill(conn, "t", vectors(2000, seed=2), first=10_000)
        same_on_both()
        conn.execute("DELETE FROM t WHERE id % 3 = 0")
        conn.execute("VACUUM t")
        same_on_both()
        names.append(index(conn, opclass="vector_ip_ops", lists=50, options=", vectors = on"))
        names.append(index(conn, opclass="vector_cosine_ops", lists=0))
        same_on_both()
        fill(conn, "t", vectors(1000, seed=3), first=20_000)
        conn.execute("UPDATE t SET embedding = (SELECT embedding FROM t s WHERE s.id = 20001) WHERE id % 7 = 0")
        conn.execute("VACUUM t")
        same_on_both()
        conn.execute(f"REINDEX INDEX {first}")
        same_on_both()

    # The former standby goes on alone: it can write to what it replayed.
    primary.stop()
    standby.server.run("pg_ctl", "-D", standby.data, "-w", "promote")
    with standby.connect() as conn:
        fill(conn, "t", vectors(500, seed=4), first=30_000)
        conn.execute("VACUUM t")
        for name in names:
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
    # PANIC would have ended it; an inconsistency must not have hidden behind a restart either.
    assert "inconsistent page" not in standby.log_text()


def test_conflict_with_recovery(new_cluster):
    """A vacuum of the primary ends a search on the standby that stands in its way; other sessions' next searches are right."""
    primary = new_cluster("primary")
    with primary.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(3000, seed=1))
        name = index(conn)
        standby = primary.standby()
        new_cluster.adopt(standby)
        standby.configure(max_standby_streaming_delay="0", hot_standby_feedback="off")
        standby.start()
        primary.wait_for_replay(standby)
        with standby.connect() as there, standby.connect() as reader:
            assert_exact(there, "t", name, QUERIES)
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            for setting in ("enable_seqscan = off", "enable_sort = off"):
                reader.execute(f"SET LOCAL {setting}")
            reader.execute(f"DECLARE c CURSOR FOR SELECT id FROM t ORDER BY embedding <-> '{literal(QUERIES[0])}'")
            assert len(reader.execute("FETCH 10 FROM c").fetchall()) == 10
            conn.execute("DELETE FROM t WHERE id % 2 = 0")
            conn.execute("VACUUM t")
            primary.wait_for_replay(standby)
            # the session is ended, because it was idle; in the middle of a statement the statement would be
            with pytest.raises(psycopg.OperationalError, match="conflict with recovery"):
                reader.execute("FETCH 100 FROM c")
            assert_exact(there, "t", name, QUERIES)
            # other files under the same name
            conn.execute(f"REINDEX INDEX {name}")
            fill(conn, "t", vectors(500, seed=2), first=10_000)
            primary.wait_for_replay(standby)
            assert_healthy(there, name)
            assert assert_exact(there, "t", name, QUERIES) == assert_exact(conn, "t", name, QUERIES)
