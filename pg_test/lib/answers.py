"""Vectors, tables and the one question every cluster test asks: does the index answer as a sequential scan does?"""

import math

import numpy as np
import psycopg

DIMENSIONS = 32
OPERATORS = {"vector_l2_ops": "<->", "vector_ip_ops": "<#>", "vector_cosine_ops": "<=>"}


def vectors(rows: int, seed: int, dimensions: int = DIMENSIONS) -> np.ndarray:
    """Clustered, as embeddings are: normal noise around 40 centres, single precision, reproducible."""
    centres = np.random.default_rng(7).normal(size=(40, dimensions))
    rng = np.random.default_rng(seed)
    return (centres[rng.integers(40, size=rows)] + 0.3 * rng.normal(size=(rows, dimensions))).astype(np.float32)


def literal(vector: np.ndarray) -> str:
    return "[" + ",".join(map(str, vector.tolist())) + "]"


def fill(conn: psycopg.Connection, table: str, data: np.ndarray, first: int = 0) -> None:
    """Appends rows (id, embedding), ids from `first`."""
    with conn.cursor() as cursor, cursor.copy(f"COPY {table} (id, embedding) FROM STDIN") as copy:
        for number, vector in enumerate(data, first):
            copy.write_row((number, literal(vector)))


def make(conn: psycopg.Connection, table: str = "t", kind: str = "") -> None:
    conn.execute("CREATE EXTENSION IF NOT EXISTS qstore")
    conn.execute(f"CREATE {kind} TABLE {table} (id bigint PRIMARY KEY, embedding vector({DIMENSIONS}))")


def index(conn: psycopg.Connection, table: str = "t", opclass: str = "vector_l2_ops", lists: int = 20, options: str = "") -> str:
    """Creates an index of several lists; by default a table this small would get one."""
    name = f"{table}_{opclass}"
    conn.execute(f"CREATE INDEX {name} ON {table} USING synaptic (embedding {opclass}) WITH (lists = {lists}{options})")
    return name


def nearest(conn: psycopg.Connection, table: str, operator: str, query: np.ndarray, k: int, through: str | None):
    """[(id, distance)] of the k nearest; through the index named, or by sequential scan. The plan is verified."""
    sql = f"SELECT id, embedding {operator} %s::vector FROM {table} ORDER BY embedding {operator} %s::vector LIMIT {k}"
    text = literal(query)
    with conn.transaction():
        conn.execute(f"SET LOCAL enable_seqscan = {'off' if through else 'on'}")
        conn.execute(f"SET LOCAL enable_sort = {'off' if through else 'on'}")
        conn.execute(f"SET LOCAL enable_indexscan = {'on' if through else 'off'}")
        conn.execute("SET LOCAL qstore.recall = 1.0")
        plan = "\n".join(row[0] for row in conn.execute("EXPLAIN " + sql, (text, text)))
        wanted = f"Index Scan using {through} " if through else "Seq Scan"
        assert wanted in plan, f"not the plan to be tested:\n{plan}"
        return conn.execute(sql, (text, text)).fetchall()


def assert_same(found: list, expected: list) -> None:
    """Same distances in the same order; ids may differ only where distances are equal."""
    assert len(found) == len(expected), f"{len(found)} rows, expected {len(expected)}"
    ids, distances = [r[0] for r in found], [r[1] for r in found]
    assert len(set(ids)) == len(ids), f"a row came twice: {ids}"
    for rank, (one, other) in enumerate(zip(distances, (r[1] for r in expected))):
        assert math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12), f"rank {rank}: distance {one}, expected {other}"
    last = expected[-1][1] if expected else 0
    assert {r[0] for r in found if r[1] < last} == {r[0] for r in expected if r[1] < last}


def assert_exact(conn, table: str, index: str, queries: np.ndarray, k: int = 10) -> list:
    """At qstore.recall = 1.0 the index answers exactly; the answers, for comparing servers."""
    operator = next(op for opclass, op in OPERATORS.items() if index.endswith(opclass))
    answers = []
    for query in queries:
        expected = nearest(conn, table, operator, query, k, through=None)
        assert_same(nearest(conn, table, operator, query, k, through=index), expected)
        answers.append(expected)
    return answers


def assert_healthy(conn, index: str) -> None:
    """No invariant of the index is broken."""
    broken = conn.execute("SELECT invariant, block, detail FROM qstore.check_index(%s::regclass, heap => true)", (index,)).fetchall()
    assert broken == [], f"{index}: {broken}"
