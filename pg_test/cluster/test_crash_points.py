"""A crash after the first and the last page change of every step: what was committed stays, the index is sound and goes on.

The settings that end the server and that count its steps exist in development builds only (src/synaptic/failpoint.rs); the steps are
those of the engine (crates/synapse/src/step.rs). Here the postmaster restarts by itself, as in production.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import pytest
from answers import DIMENSIONS, assert_exact, assert_healthy, fill, index, literal, make, vectors

# So many that lists are short, and a page has few centroids; so many that codes do not fit on a page beside their block.
LONG, WIDE = 512, 4000
QUERIES = {DIMENSIONS: vectors(2, seed=97)} | {d: vectors(1, seed=97, dimensions=d) for d in (LONG, WIDE)}


def steps_of(conn) -> dict[str, int]:
    """How often this session's process has made a page change of each step."""
    conn.execute("LOAD 'qstore'")
    return {name: int(count) for name, count in (step.split("=") for step in conn.execute("SHOW qstore.debug_steps").fetchone()[0].split())}


# --- situations -------------------------------------------------------------------------------------------------------


def table(conn, definition: str = "", first: int = 1000, rows=()) -> None:
    conn.execute("CREATE EXTENSION qstore")
    conn.execute(f"CREATE TABLE t (id bigint, embedding {definition or f'vector({DIMENSIONS})'})")
    if len(rows):
        fill(conn, "t", rows, first)


def source(conn, rows, definition: str = f"vector({DIMENSIONS})") -> None:
    """Rows that the statement inserts."""
    conn.execute(f"CREATE TABLE source (id bigint, embedding {definition})")
    fill(conn, "source", rows)


def one_list(conn) -> None:
    table(conn)
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops, id)")
    # three pages, of rows and of refinement records more
    source(conn, vectors(1000, seed=2))


def several_lists(conn) -> None:
    table(conn, rows=vectors(3000, seed=1))
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops) WITH (lists = 5)")
    source(conn, vectors(100, seed=2))


def wide(conn) -> None:
    """Codes that do not fit on a page beside their block."""
    table(conn, f"vector({WIDE})")
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops)")
    source(conn, vectors(70, seed=3, dimensions=WIDE), f"vector({WIDE})")


def without_dimensions(conn) -> None:
    table(conn, "vector")
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops)")
    source(conn, QUERIES[DIMENSIONS])


def chain(opclass: str, value: str) -> Callable:
    def prepare(conn) -> None:
        table(conn, rows=vectors(20, seed=4))
        conn.execute(f"CREATE INDEX i ON t USING synaptic (embedding {opclass})")
        # three pages of row identifiers
        conn.execute(f"CREATE TABLE source AS SELECT n AS id, {value}::vector AS embedding FROM generate_series(1, 3000) n")

    return prepare


def too_long_list(conn) -> None:
    """Eight lists, in one of which the statement puts all its rows, and then in those that come of it: further splits find free
    pages, notice that a calibration is due, and need a further page of centroids."""
    table(conn, f"vector({LONG})", rows=vectors(500, seed=5, dimensions=LONG))
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops) WITH (lists = 8)")
    source(conn, vectors(1, seed=6, dimensions=LONG) + 0.01 * vectors(500, seed=7, dimensions=LONG), f"vector({LONG})")


def evenly_full_lists(conn) -> None:
    """Lists beside each other that the statement makes too long: rows move between them."""
    table(conn, rows=vectors(4000, seed=16))
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops) WITH (lists = 12)")
    source(conn, vectors(3000, seed=15))


def starved_lists(conn) -> None:
    """Lists of which few rows are left, more than one VACUUM merges."""
    table(conn, rows=vectors(6000, seed=16))
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops) WITH (lists = 100)")
    conn.execute("DELETE FROM t WHERE id % 9 > 0")


def starved_lists_left(conn) -> None:
    """Those that are left by a VACUUM."""
    starved_lists(conn)
    conn.execute("VACUUM (PARALLEL 0) t")


def full_one_list(conn) -> None:
    """The next page of the one list takes it beyond the rows that one list may have."""
    table(conn, rows=vectors(19_950, seed=8))
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops)")
    source(conn, vectors(440, seed=9))


def keeping(conn) -> None:
    """Full vectors in the index, each on two pages or three."""
    table(conn, f"vector({WIDE})")
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops) WITH (vectors = on)")
    source(conn, vectors(40, seed=13, dimensions=WIDE), f"vector({WIDE})")


def keeping_too_long_list(conn) -> None:
    """As too_long_list(), with full vectors, so that pages of vectors are used again."""
    too_long_list(conn)
    conn.execute("ALTER INDEX i SET (vectors = on)")
    conn.execute("REINDEX INDEX i")


def deleted(conn) -> None:
    """Several pages a list, and of the chain of NULLs, with dead rows."""
    table(conn, rows=vectors(3000, seed=10))
    conn.execute("INSERT INTO t SELECT 10000 + n FROM generate_series(1, 3000) n")
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops) WITH (lists = 2)")
    conn.execute("DELETE FROM t WHERE id % 3 = 0")


def vacuumed(conn) -> None:
    """Room in the middle of the pages."""
    deleted(conn)
    conn.execute("VACUUM t")
    source(conn, vectors(600, seed=11))


def no_index(conn) -> None:
    table(conn, rows=vectors(1500, seed=12))
    conn.execute("INSERT INTO t SELECT 10000 + n FROM generate_series(1, 1500) n")


def built(conn) -> None:
    no_index(conn)
    conn.execute("CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops) WITH (lists = 20)")


# --- what is crashed where ----------------------------------------------------------------------------------------------

INSERT = "INSERT INTO t SELECT * FROM source"
CREATE = "CREATE INDEX i ON t USING synaptic (embedding vector_l2_ops)"


@dataclass
class Scenario:
    prepare: Callable
    statement: str
    steps: str
    operator: str = "<->"
    dimensions: int = DIMENSIONS


CHAINS = "ChainBegun ChainRow ChainExtended ChainInsertion"
SCENARIOS = {
    "insert-one-list": Scenario(one_list, INSERT, "ListExtended Rows RecordsAdded Records Insertion"),
    "insert-several-lists": Scenario(several_lists, INSERT, "Rows Records"),
    "insert-wide-codes": Scenario(wide, INSERT, "SliceAdded Slice ListExtended RecordsAdded Rows", dimensions=WIDE),
    "insert-first-vector": Scenario(without_dimensions, INSERT, "Dimensions Rows"),
    "insert-nulls": Scenario(chain("vector_l2_ops", "NULL"), INSERT, CHAINS),
    "insert-undefined": Scenario(chain("vector_cosine_ops", f"array_fill(0, '{{{DIMENSIONS}}}')"), INSERT, CHAINS, "<=>"),
    "insert-outliers": Scenario(chain("vector_l2_ops", f"array_fill(1e30::real, '{{{DIMENSIONS}}}')"), INSERT, CHAINS),
    "split": Scenario(
        too_long_list, INSERT,
        "ListBegun ListBegunReused ListExtendedReused RunExtended Centroids DirectoryEntry ListsReplaced ListFreed Calibration",
        dimensions=LONG,
    ),
    "split-and-move": Scenario(evenly_full_lists, INSERT, "RowsMoved Records ListsReplaced"),
    "first-split": Scenario(full_one_list, INSERT, "ListsReplaced"),
    "insert-vectors": Scenario(keeping, INSERT, "VectorsAdded Vectors Rows", dimensions=WIDE),
    "split-vectors": Scenario(keeping_too_long_list, INSERT, "VectorsAdded Vectors ListExtendedReused ListsReplaced", dimensions=LONG),
    "vacuum": Scenario(deleted, "VACUUM (PARALLEL 0) t", "RowsRemoved Insertion ChainRowsRemoved ChainInsertion"),
    "vacuum-starved-lists": Scenario(starved_lists, "VACUUM (PARALLEL 0) t", "RowsMoved ListsReplaced ListFreed"),
    "reorganize": Scenario(starved_lists_left, "SELECT * FROM qstore.reorganize('i')", "RowsMoved ListsReplaced ListFreed Calibration"),
    "insert-freed-slots": Scenario(vacuumed, INSERT, "Records Rows"),
    "build": Scenario(
        no_index, f"{CREATE} WITH (lists = 70)",
        "BuildHead BuildCentroids BuildDirectory ListBegun Rows ChainBegun ChainExtended BuildEntries BuildMeta BuildLogged",
    ),
    "build-without-rows": Scenario(table, CREATE, "EmptyIndex BuildLogged"),
    "reindex": Scenario(built, "REINDEX INDEX i", "BuildHead BuildMeta BuildLogged"),
}


@pytest.fixture
def cluster(lasting_cluster):
    with lasting_cluster.connect() as conn:
        conn.execute("LOAD 'qstore'")
        if conn.execute("SELECT current_setting('qstore.debug_crash_at', true)").fetchone()[0] is None:
            pytest.skip("a release build has no crash points")
    return lasting_cluster


def test_every_step_is_crashed_at(cluster):
    with cluster.connect() as conn:
        steps = steps_of(conn)
    covered = {step for scenario in SCENARIOS.values() for step in scenario.steps.split()}
    assert covered == set(steps)


@pytest.mark.parametrize("name", SCENARIOS)
def test_crash(cluster, name):
    scenario = SCENARIOS[name]
    recreate(cluster, "situation")
    with cluster.connect("situation") as conn:
        scenario.prepare(conn)
        before = rows_of(conn)
    # how often the statement takes each step; a copy of the same pages takes as many
    recreate(cluster, "attempt", "situation")
    with cluster.connect("attempt") as conn:
        assert set(steps_of(conn).values()) == {0}
        conn.execute(scenario.statement)
        counts = steps_of(conn)
        print(name, {step: count for step, count in counts.items() if count})
        after = rows_of(conn)
        assert_sound(conn, scenario)
    for step in scenario.steps.split():
        assert counts[step], f"{name} does not take the step {step}: {counts}"
        for number in sorted({1, counts[step]}):
            recreate(cluster, "attempt", "situation")
            crash(cluster, scenario.statement, f"{step}:{number}")
            with cluster.connect("attempt") as conn:
                assert rows_of(conn) == before
                assert (conn.execute("SELECT to_regclass('i')").fetchone()[0] is None) == scenario.statement.startswith("CREATE")
                assert_sound(conn, scenario)
                if number == 1:
                    # the index goes on: where the crash left it the statement does all its work
                    conn.execute(scenario.statement)
                    assert rows_of(conn) == after
                    assert_sound(conn, scenario)


def test_build_beside_writers(cluster):
    """After a crash CREATE INDEX CONCURRENTLY leaves an invalid index, as with every access method; REINDEX makes it whole."""
    recreate(cluster, "attempt")
    with cluster.connect("attempt") as conn:
        make(conn)
        fill(conn, "t", vectors(2000, seed=7))
    crash(cluster, "CREATE INDEX CONCURRENTLY t_vector_l2_ops ON t USING synaptic (embedding vector_l2_ops)", "BuildMeta:1")
    with cluster.connect("attempt") as conn:
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_vector_l2_ops'::regclass"
        assert conn.execute(valid).fetchone()[0] is False
        fill(conn, "t", vectors(100, seed=8), first=5000)
        conn.execute("REINDEX INDEX CONCURRENTLY t_vector_l2_ops")
        assert conn.execute(valid).fetchone()[0] is True
        assert_healthy(conn, "t_vector_l2_ops")
        assert_exact(conn, "t", "t_vector_l2_ops", QUERIES[DIMENSIONS])


# --- how ----------------------------------------------------------------------------------------------------------------


def recreate(cluster, database: str, template: str = "template1") -> None:
    with cluster.connect() as conn:
        conn.execute(f"DROP DATABASE IF EXISTS {database}")
        conn.execute(f"CREATE DATABASE {database} TEMPLATE {template}")


def rows_of(conn) -> int:
    return conn.execute("SELECT count(*) FROM t").fetchone()[0]


def crash(cluster, statement: str, at: str) -> None:
    """Ends the server at a step of the statement, and returns when it is back."""
    with cluster.connect() as bystander:
        with pytest.raises(psycopg.OperationalError):
            with cluster.connect("attempt") as conn:
                conn.execute("LOAD 'qstore'")
                conn.execute("SELECT set_config('qstore.debug_crash_at', %s, false)", (at,))
                conn.execute(statement)
        wait_for_restart(cluster, bystander)


def wait_for_restart(cluster, bystander) -> None:
    """The postmaster ends every session, recovers, and takes new ones."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            bystander.execute("SELECT 1")
        except psycopg.OperationalError:
            break
        time.sleep(0.01)
    while True:
        try:
            cluster.connect().close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)


def assert_sound(conn, scenario: Scenario) -> None:
    """The invariants hold, and at recall 1.0 the index gives every row once, in the order of the distance."""
    if conn.execute("SELECT to_regclass('i')").fetchone()[0] is None:
        return
    assert_healthy(conn, "i")
    for query in QUERIES[scenario.dimensions]:
        found, expected = (ordered(conn, scenario.operator, query, through) for through in (True, False))
        assert {row[0] for row in found} == {row[0] for row in expected}
        assert len(found) == len(expected)
        for one, other in zip(found, expected):
            assert one[1] is other[1] is None or same(one[1], other[1])


def ordered(conn, operator: str, query, through: bool) -> list:
    with conn.transaction():
        for setting, value in (("enable_seqscan", not through), ("enable_sort", not through), ("enable_indexscan", through)):
            conn.execute(f"SET LOCAL {setting} = {value}")
        conn.execute("SET LOCAL qstore.recall = 1.0")
        sql = f"SELECT id, embedding {operator} '{literal(query)}' FROM t ORDER BY embedding {operator} '{literal(query)}'"
        assert ("Index Scan using i " in str(conn.execute("EXPLAIN " + sql).fetchall())) == through
        return conn.execute(sql).fetchall()


def same(one: float, other: float) -> bool:
    return one == other or math.isnan(one) and math.isnan(other) or math.isclose(one, other, rel_tol=1e-12)
