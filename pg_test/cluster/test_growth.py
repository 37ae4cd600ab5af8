"""An index that outgrows its one list, and then its lists: under load, through crashes, on a standby."""

import random
import threading
import time

import numpy as np
import psycopg
from answers import assert_exact, assert_healthy, fill, index, literal, make, nearest, vectors
from sessions import Sessions

QUERIES = vectors(5, seed=95)
SECONDS = 12

# An index keeps one list up to 20,000 rows.
NEARLY = 19_700


def lists_of(conn, name: str) -> int:
    return conn.execute("SELECT lists FROM qstore.index_info(%s)", (name,)).fetchone()[0]


def grown(conn, rows: int) -> str:
    make(conn)
    name = index(conn, lists=0)
    fill(conn, "t", vectors(rows, seed=1), first=1_000_000)
    return name


def test_grown_index_is_as_good_as_a_built_one(cluster):
    with cluster.connect() as conn:
        name = grown(conn, 26_000)
        assert lists_of(conn, name) > 50
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)
        assert conn.execute("SELECT measured FROM qstore.recall(%s::regclass, sample => 100)", (name,)).fetchone()[0] > 0.93
        # other rows take the place of all: their room is used again
        before = conn.execute("SELECT pages FROM qstore.index_info(%s)", (name,)).fetchone()[0]
        conn.execute("DELETE FROM t")
        conn.execute("VACUUM t")
        fill(conn, "t", vectors(26_000, seed=2), first=2_000_000)
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)
        assert conn.execute("SELECT pages FROM qstore.index_info(%s)", (name,)).fetchone()[0] < 1.5 * before


def test_searches_and_vacuums_while_lists_are_split(cluster):
    """Nothing is missing, nothing comes twice: neither for short searches nor for a cursor that stays open meanwhile."""
    with cluster.connect() as conn:
        name = grown(conn, NEARLY)
        assert lists_of(conn, name) == 1
        landmarks = 50 * np.eye(8, QUERIES.shape[1], dtype=np.float32)
        fill(conn, "t", landmarks, first=9_000_000)

    sessions = Sessions(cluster, SECONDS)
    work = sessions.work

    def inserter(first: int):
        def task(conn):
            rows = vectors(200_000, seed=first)
            for number in range(0, len(rows), 50):
                if not sessions.going():
                    return
                fill(conn, "t", rows[number : number + 50], first=first + number)
                work["inserted"] += 50

        return task

    def delete(conn):
        gone = conn.execute("DELETE FROM t WHERE id IN (SELECT id FROM t WHERE id < 9000000 ORDER BY random() LIMIT 200)")
        work["deleted"] += gone.rowcount

    def search(conn):
        which = random.randrange(len(landmarks))
        found = nearest(conn, "t", "<->", landmarks[which], 10, through=name)
        assert found[0] == (9_000_000 + which, 0.0), f"landmark {which} not found first: {found}"
        assert len({row[0] for row in found}) == len(found) == 10, f"rows missing or repeated: {found}"
        work["searched"] += 1

    def read(conn):
        """All rows that a snapshot sees, slowly, through the index; ordered by distance and in no order (by NULL)."""
        query = literal(QUERIES[0])
        ordered = work["read"] % 2 == 0
        operand = f"'{query}'::vector" if ordered else "(SELECT NULL::vector)"
        with conn.transaction():
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for setting in ("enable_seqscan = off", "enable_sort = off", "qstore.recall = 1.0"):
                conn.execute(f"SET LOCAL {setting}")
            sql = f"SELECT id, embedding <-> {operand} FROM t ORDER BY embedding <-> {operand}"
            plan = "\n".join(row[0] for row in conn.execute("EXPLAIN " + sql))
            assert f"Index Scan using {name} " in plan, plan
            conn.execute(f"DECLARE c NO SCROLL CURSOR FOR {sql}")
            found = []
            while rows := conn.execute("FETCH 2000 FROM c").fetchall():
                found += rows
                time.sleep(0.02)
            ids = [row[0] for row in found]
            assert len(set(ids)) == len(ids), f"{len(ids) - len(set(ids))} rows came twice"
            conn.execute("SET LOCAL enable_indexscan = off")
            conn.execute("SET LOCAL enable_seqscan = on")
            expected = {row[0] for row in conn.execute("SELECT id FROM t")}
            assert set(ids) == expected, f"{len(expected - set(ids))} rows missing, {len(set(ids) - expected)} too many"
            if ordered:
                distances = [row[1] for row in found]
                assert distances == sorted(distances)
            work["read"] += 1

    def vacuum(conn):
        conn.execute("VACUUM t")
        work["vacuumed"] += 1

    def reorganize(conn):
        conn.execute("SELECT * FROM qstore.reorganize(%s::regclass)", (name,))
        work["reorganized"] += 1

    inserters = [inserter(first) for first in (100_000, 300_000, 500_000)]
    again = sessions.again
    sessions.run(*inserters, again(delete, pause=0.2), again(search), again(read), again(vacuum), again(reorganize, pause=0.5))
    assert all(work[what] for what in ("inserted", "deleted", "searched", "read", "vacuumed", "reorganized")), work

    with cluster.connect() as conn:
        rows = conn.execute("SELECT count(*) FROM t").fetchone()[0]
        assert rows == NEARLY + len(landmarks) + work["inserted"] - work["deleted"]
        assert lists_of(conn, name) > 20
        assert_healthy(conn, name)
        assert_exact(conn, "t", name, QUERIES)
        conn.execute("VACUUM t")
        assert_healthy(conn, name)
        assert len(nearest(conn, "t", "<->", QUERIES[0], rows + 10, through=name)) == rows


def test_crashes_while_lists_are_split(cluster):
    """Every row that was acknowledged is there afterwards, and the index goes on growing."""
    with cluster.connect() as conn:
        name = grown(conn, NEARLY)
    acknowledged: set[int] = set()
    for round_ in range(3):
        crashed = threading.Event()
        errors: list[BaseException] = []

        def insert(first: int) -> None:
            rows = vectors(100_000, seed=first)
            try:
                with cluster.connect() as conn:
                    for number in range(0, len(rows), 20):
                        fill(conn, "t", rows[number : number + 20], first=first + number)
                        acknowledged.update(range(first + number, first + number + 20))
            except psycopg.OperationalError:
                # Only the crash may end an insert.
                assert crashed.wait(30)

        def guarded(first: int) -> None:
            try:
                insert(first)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=guarded, args=(2_000_000 + round_ * 1_000_000 + w * 500_000,)) for w in range(2)]
        for thread in threads:
            thread.start()
        start = len(acknowledged)
        deadline = time.monotonic() + 90
        while len(acknowledged) < start + 1500 and time.monotonic() < deadline and not errors:
            time.sleep(0.01)
        time.sleep(random.Random(round_).random())
        cluster.crash()
        crashed.set()
        for thread in threads:
            thread.join(60)
        assert not errors, errors
        cluster.start()
        with cluster.connect() as conn:
            present = {row[0] for row in conn.execute("SELECT id FROM t")}
            assert acknowledged <= present
            assert_healthy(conn, name)
            assert_exact(conn, "t", name, QUERIES)
    with cluster.connect() as conn:
        assert lists_of(conn, name) > 20


def test_standby_follows_growth(new_cluster):
    """The standby compares every page that it replays, and answers right while lists die under its searches."""
    primary = new_cluster("primary", wal_consistency_checking="all", max_wal_size="4GB")
    with primary.connect() as conn:
        name = grown(conn, NEARLY)
        standby = primary.standby()
        new_cluster.adopt(standby)
        standby.start()
        primary.wait_for_replay(standby)
        errors: list[BaseException] = []
        done = threading.Event()
        read = []

        def search():
            try:
                with standby.connect() as there:
                    while not done.is_set():
                        # those of the first load are all there, whatever is replayed meanwhile
                        found = nearest(there, "t", "<->", QUERIES[0], 3000, through=name)
                        assert len({row[0] for row in found}) == len(found) == 3000
                        distances = [row[1] for row in found]
                        assert distances == sorted(distances)
                        read.append(len(found))
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=search)
        thread.start()
        for part in range(10):
            fill(conn, "t", vectors(600, seed=10 + part), first=10_000 * part)
        done.set()
        thread.join(60)
        assert not errors, errors
        assert read
        assert lists_of(conn, name) > 20
        primary.wait_for_replay(standby)
        with standby.connect() as there:
            assert_healthy(there, name)
            assert assert_exact(there, "t", name, QUERIES) == assert_exact(conn, "t", name, QUERIES)
    assert "inconsistent page" not in standby.log_text()
