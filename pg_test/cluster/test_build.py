"""Building an index: with little shared memory, cancelled at any time, beside writers, and the same from the same rows."""

import os
import subprocess
import threading
import time

import numpy as np
import psycopg
import pytest
from answers import assert_exact, assert_healthy, fill, index, make, vectors
from sessions import Sessions

QUERIES = vectors(5, seed=94)

# Of the pages' bytes: PostgreSQL's header (place of the last change, checksum), and of the first page the epoch, which is random.
PAGE, HEADER, EPOCH = 8192, 24, slice(24 + 40, 24 + 48)


@pytest.fixture
def cluster_with_small_shm(server, new_cluster):
    """A cluster that sees a /dev/shm of 64 MB, as in a container."""
    if os.getuid() != 0 or subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("a mount namespace of its own needs root and CAP_SYS_ADMIN")
    cluster = new_cluster(maintenance_work_mem="512MB", max_parallel_maintenance_workers="2", dynamic_shared_memory_type="posix")
    cluster.stop()
    mount = 'mount -t tmpfs -o size=64m,mode=1777 tmpfs /dev/shm && exec setpriv --reuid="$0" --regid="$1" --clear-groups "${@:2}"'
    start = [server.bin / "pg_ctl", "-D", cluster.data, "-l", cluster.log, "-w", "-o", f"-p {cluster.port} -k {cluster.socket}", "start"]
    command = ["unshare", "-m", "bash", "-c", mount, str(server.user.pw_uid), str(server.user.pw_gid), *map(str, start)]
    subprocess.run(command, cwd="/", env=server.environment(), stdout=subprocess.DEVNULL, check=True)
    return cluster


def test_64_mb_of_shared_memory(cluster_with_small_shm):
    cluster = cluster_with_small_shm
    postmaster = (cluster.data / "postmaster.pid").read_text().split()[0]
    seen = os.statvfs(f"/proc/{postmaster}/root/dev/shm")
    assert seen.f_blocks * seen.f_frsize == 64 << 20
    with cluster.connect() as conn:
        conn.execute("CREATE EXTENSION qstore")
        # 72 MB of vectors, all of which the build may hold in memory
        conn.execute("CREATE TABLE t (id int, embedding vector(1000))")
        conn.execute(
            """INSERT INTO t SELECT i, (array_fill(i % 40, '{968}') || array_agg(hashint4(i * 32 + j) / 214748364.8))::vector
               FROM generate_series(1, 18000) i, generate_series(1, 32) j GROUP BY i"""
        )
        conn.execute("CREATE INDEX i ON t USING synaptic (embedding) WITH (lists = 20)")
        assert conn.execute("SELECT lists FROM qstore.index_info('i')").fetchone()[0] == 20
        assert_healthy(conn, "i")


def phases_of(conn) -> list[str]:
    return [row[0] for row in conn.execute("SELECT phase FROM pg_stat_progress_create_index")]


PHASES = ("sampling vectors", "clustering the sample", "calibrating recall", "coding rows", "writing lists")


def files_of(cluster, conn) -> set[str]:
    """Files of relations of this database; what was dropped vanishes with the checkpoint."""
    conn.execute("CHECKPOINT")
    oid = conn.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()[0]
    return {file.name for file in (cluster.data / "base" / str(oid)).iterdir() if file.name[:1].isdigit()}


def temporary_files(cluster) -> list:
    return [file for folder in cluster.data.glob("base/pgsql_tmp*") for file in folder.iterdir()]


@pytest.fixture
def large(cluster):
    """A table whose index takes long enough to be cancelled in every phase."""
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(60_000, seed=1))
        conn.execute("INSERT INTO t SELECT 100000 + n FROM generate_series(1, 5000) n")
    return cluster


CREATE = "CREATE INDEX i ON t USING synaptic (embedding) WITH (lists = 300)"


@pytest.mark.parametrize("phase", PHASES)
def test_cancelled(large, phase):
    """A cancel in this phase leaves no index, no file, no thread, and a session that goes on."""
    with large.connect() as conn, large.connect() as other:
        pid = conn.info.backend_pid
        before = files_of(large, other)

        def cancelled() -> bool:
            """Whether the cancel came in time."""
            outcome: list[BaseException] = []

            def build() -> None:
                try:
                    conn.execute(CREATE)
                except BaseException as error:
                    outcome.append(error)

            thread = threading.Thread(target=build)
            thread.start()
            while thread.is_alive():
                if f"building index: {phase}" in phases_of(other):
                    other.execute("SELECT pg_cancel_backend(%s)", (pid,))
                    break
            thread.join(60)
            if outcome:
                assert isinstance(outcome[0], psycopg.errors.QueryCanceled), outcome
                return True
            conn.execute("DROP INDEX i")
            return False

        # a short phase may be over before it is seen
        assert any(cancelled() for _ in range(20)), f"never cancelled in the phase {phase}"
        assert other.execute("SELECT count(*) FROM pg_class WHERE relname = 'i'").fetchone()[0] == 0
        assert files_of(large, other) == before
        assert temporary_files(large) == []
        end = time.monotonic() + 10
        while len(os.listdir(f"/proc/{pid}/task")) > 1:
            assert time.monotonic() < end, "threads of the build are still there"
            time.sleep(0.01)
        if phase == PHASES[-1]:
            conn.execute(CREATE)
            assert_healthy(conn, "i")
            assert conn.execute("SELECT count(*) FROM t WHERE embedding IS NOT NULL").fetchone()[0] == 60_000


def test_statement_timeout(large):
    with large.connect() as conn:
        before = files_of(large, conn)
        conn.execute("SET statement_timeout = 200")
        with pytest.raises(psycopg.errors.QueryCanceled):
            conn.execute(CREATE)
        # concurrently: what is left is the invalid index, as with every access method
        with pytest.raises(psycopg.errors.QueryCanceled):
            conn.execute(CREATE.replace("INDEX i", "INDEX CONCURRENTLY i"))
        conn.execute("SET statement_timeout = 0")
        assert conn.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass").fetchone()[0] is False
        conn.execute("DROP INDEX i")
        assert files_of(large, conn) == before


def test_rows_counted(cluster):
    """pg_class.reltuples right after each way to build, without ANALYZE."""
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(3000, seed=2))
        conn.execute("INSERT INTO t SELECT 5000 + n FROM generate_series(1, 100) n")
        conn.execute("DELETE FROM t WHERE id % 3 = 0")
        rows, even = conn.execute("SELECT count(*), count(*) FILTER (WHERE id % 2 = 0) FROM t").fetchone()
        conn.execute("CREATE INDEX whole ON t USING synaptic (embedding)")
        conn.execute("CREATE INDEX part ON t USING synaptic (embedding) WHERE id % 2 = 0")
        conn.execute("CREATE INDEX CONCURRENTLY whole_beside ON t USING synaptic (embedding)")
        conn.execute("CREATE INDEX CONCURRENTLY part_beside ON t USING synaptic (embedding) WHERE id % 2 = 0")

        def counts() -> dict[str, float]:
            return dict(conn.execute("SELECT relname, reltuples FROM pg_class c JOIN pg_am a ON a.oid = relam WHERE amname = 'synaptic'"))

        assert counts() == {"whole": rows, "whole_beside": rows, "part": even, "part_beside": even}
        conn.execute("DELETE FROM t WHERE id < 1000")
        rows, even = conn.execute("SELECT count(*), count(*) FILTER (WHERE id % 2 = 0) FROM t").fetchone()
        for name in ("whole", "part"):
            conn.execute(f"REINDEX INDEX {name}")
            conn.execute(f"REINDEX INDEX CONCURRENTLY {name}_beside")
        assert counts() == {"whole": rows, "whole_beside": rows, "part": even, "part_beside": even}


def test_concurrent_builds_beside_writers(cluster):
    """No row that comes, goes or changes during CREATE or REINDEX INDEX CONCURRENTLY is missing afterwards."""
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(5000, seed=3), first=1_000_000)
    sessions = Sessions(cluster, 90)
    work = sessions.work

    def change(conn):
        conn.execute("UPDATE t SET embedding = (SELECT embedding FROM t ORDER BY random() LIMIT 1) WHERE id IN (SELECT id FROM t ORDER BY random() LIMIT 20)")
        conn.execute("DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY random() LIMIT 5)")
        work["changed"] += 1

    def build(conn):
        name = index_concurrently(conn)
        for _ in range(2):
            conn.execute(f"REINDEX INDEX CONCURRENTLY {name}")
            assert_healthy(conn, name)
            work["rebuilt"] += 1
        sessions.finish()

    sessions.run(sessions.inserter(100_000), sessions.inserter(300_000), sessions.again(change, pause=0.01), build)
    assert all(work[what] for what in ("inserted", "changed", "rebuilt")), work
    with cluster.connect() as conn:
        assert_healthy(conn, "t_vector_l2_ops")
        assert_exact(conn, "t", "t_vector_l2_ops", QUERIES)
        # no remains of a rebuild
        assert conn.execute("SELECT count(*) FROM pg_class WHERE relname LIKE '%%_ccnew%%' OR relname LIKE '%%_ccold%%'").fetchone()[0] == 0


def index_concurrently(conn) -> str:
    conn.execute("CREATE INDEX CONCURRENTLY t_vector_l2_ops ON t USING synaptic (embedding vector_l2_ops) WITH (lists = 20)")
    return "t_vector_l2_ops"


def pages_of(cluster, conn, name: str) -> np.ndarray:
    """The pages of an index as they are on storage, without what differs from build to build."""
    conn.execute("CHECKPOINT")
    path = conn.execute("SELECT pg_relation_filepath(%s)", (name,)).fetchone()[0]
    pages = np.fromfile(cluster.data / path, dtype=np.uint8).reshape(-1, PAGE)
    assert pages[0, HEADER + 16 : HEADER + 20].tobytes() == b"QSYN"
    pages[0, EPOCH] = 0
    return pages[:, HEADER:]


def test_same_rows_same_pages(cluster):
    """Whatever the number of threads, and again by REINDEX."""
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(20_500, seed=4))
        conn.execute("INSERT INTO t SELECT 100000 + n FROM generate_series(1, 50) n")
        conn.execute("SET synchronize_seqscans = off")
        builds = []
        for threads in (0, 3):
            conn.execute(f"SET max_parallel_maintenance_workers = {threads}")
            name = index(conn, lists=0)
            builds.append(pages_of(cluster, conn, name))
            if threads:
                conn.execute(f"REINDEX INDEX {name}")
                builds.append(pages_of(cluster, conn, name))
            conn.execute(f"DROP INDEX {name}")
        assert all(np.array_equal(builds[0], other) for other in builds[1:])
        conn.execute("UPDATE t SET embedding = embedding * embedding WHERE id = 7")
        changed = pages_of(cluster, conn, index(conn, lists=0))
        assert not np.array_equal(builds[0], changed)
