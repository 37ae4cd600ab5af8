"""The distance functions beside pgvector's: sequential scans that do little else, both extensions in one database.

Both scan the same table, pgvector's functions through the binary-coercible casts of `qstore.adopt_pgvector()`, which cost nothing:
of two tables one may lie better in the caches. Every figure is the median of the rounds, in each of which both have a turn; every
ratio is the median of the ratios inside a round. Single process, no JIT. What is measured is the processor time of that process
where the kernel tells it (Linux), so that waiting for a processor does not count.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg
from data import copy_binary
from server import Server

DIMS = (128, 384, 768, 1536)
TYPES = {"vector": 4, "halfvec": 2}  # bytes of a component
OPERATORS = {"l2": "<->", "inner product": "<#>", "cosine": "<=>", "l1": "<+>"}
BIT_OPERATORS = {"hamming": "<~>", "jaccard": "<%>"}
OTHERS = {"sparsevec": (1000, 1536), "bit": (1536,)}  # dimensions
DENSITY = 0.1  # components of a sparsevec that are not zero
SCAN = "scan alone"
SIDES = {"qstore": "ours", "pgvector": "theirs"}  # schemas
TABLE_BYTES = 60_000_000  # of components, whatever the number of dimensions
TOASTED = 2000  # bytes: beyond about this much a value leaves its row, unless its storage is plain


def measure(server: Server, rounds: int, scale: float, say) -> dict:
    """All types, dimensions and operators; `scale` makes the tables smaller."""
    server.create("distances")
    with server.connect("distances") as conn:
        for name, extension in (("ours", "qstore"), ("theirs", "vector")):
            conn.execute(f"CREATE SCHEMA {name}")
            conn.execute(f"CREATE EXTENSION {extension} SCHEMA {name}")
        conn.execute("SELECT qstore.adopt_pgvector()")
        conn.execute("CREATE EXTENSION pg_prewarm")
        # qstore may still lack a type: then its rows are missing and the page says so.
        types = [t for t in TYPES if conn.execute("SELECT to_regtype('ours.' || %s) IS NOT NULL", (t,)).fetchone()[0]]
        rows = []
        for dims in DIMS:
            for kind in types:
                size = TYPES[kind] * dims
                for storage in ("plain", "external") if size > TOASTED else ("plain",):
                    say(f"distances: {kind}({dims}), {storage}")
                    rows += scan(conn, kind, dims, storage, int(scale * TABLE_BYTES / size), rounds)
        for kind, all_dims in OTHERS.items():
            for dims in all_dims:
                say(f"distances: {kind}({dims})")
                # they are made from dense vectors, which have to be loaded first
                rows += scan(conn, kind, dims, "plain", int(scale * TABLE_BYTES / (4 * dims)), rounds)
    server.drop("distances")
    return {"rounds": rounds, "rows": rows, "missing": [t for t in TYPES if t not in types]}


def clock(conn: psycopg.Connection) -> Callable[[], float]:
    """Seconds that the server's process has run, or of the clock on the wall."""
    file = Path(f"/proc/{conn.info.backend_pid}/schedstat")
    if file.exists():
        return lambda: int(file.read_text().split()[0]) / 1e9
    return time.perf_counter


def scan(conn: psycopg.Connection, kind: str, dims: int, storage: str, count: int, rounds: int) -> list[dict]:
    """One kind of table: all operators."""
    random = np.random.default_rng(dims)
    vectors = random.standard_normal((count + 1, dims), dtype=np.float32)
    if kind == "sparsevec":
        vectors[random.random(vectors.shape) >= DENSITY] = 0
    conn.execute("DROP TABLE IF EXISTS items, loaded")
    conn.execute("CREATE UNLOGGED TABLE loaded (id integer, v ours.vector)")
    with conn.cursor() as cursor, cursor.copy("COPY loaded FROM STDIN (FORMAT binary)") as copy:
        for chunk in copy_binary("vector", vectors[:-1]):
            copy.write(chunk)
    schema = {side: "pg_catalog" if kind == "bit" else schema for side, schema in SIDES.items()}
    made = "ours.binary_quantize(v)" if kind == "bit" else "v"
    conn.execute(f"CREATE TABLE items (id integer NOT NULL, v {schema['qstore']}.{kind}({dims}) NOT NULL)")
    conn.execute(f"ALTER TABLE items ALTER v SET STORAGE {storage}")
    conn.execute(f"INSERT INTO items SELECT id, {made}::{schema['qstore']}.{kind}({dims}) FROM loaded")
    conn.execute("DROP TABLE loaded")
    conn.execute("VACUUM (FREEZE, ANALYZE) items")
    conn.execute(
        "SELECT pg_prewarm(c.oid) FROM pg_class c WHERE c.oid = 'items'::regclass"
        " OR c.oid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'items'::regclass)"
    )
    stored = conn.execute("SELECT pg_relation_size('items')").fetchone()[0]
    if kind in TYPES and (stored > count * TYPES[kind] * dims) != (storage == "plain"):
        raise RuntimeError(f"{kind}({dims}), {storage}: {stored} bytes in the table itself")
    # What no function can save; both turns are the same.
    found = [{"distance": SCAN, "operator": None} | timed(conn, dict.fromkeys(SIDES, "SELECT count(v) FROM items"), count, rounds)]
    literal = text(kind, vectors[-1])
    for name, operator in (BIT_OPERATORS if kind == "bit" else OPERATORS).items():
        statements = {
            side: f"SELECT sum(v::{schema[side]}.{kind}({dims}) OPERATOR({functions}.{operator}) '{literal}'::{schema[side]}.{kind}({dims})) FROM items"
            for side, functions in SIDES.items()
        }
        # The same work on both sides, and a warm cache.
        sums = {side: conn.execute(statement).fetchone()[0] for side, statement in statements.items()}
        if abs(sums["qstore"] - sums["pgvector"]) > 1e-4 * max(abs(sums["pgvector"]), count):
            raise RuntimeError(f"{kind}({dims}) {operator}: the sums differ: {sums}")
        found.append({"distance": name, "operator": operator} | timed(conn, statements, count, rounds))
    return [{"type": kind, "dims": dims, "storage": storage, "rows": count} | row for row in found]


def text(kind: str, vector: np.ndarray) -> str:
    """The text form of the query."""
    if kind == "bit":
        return "".join("1" if x > 0 else "0" for x in vector)
    if kind == "sparsevec":
        return "{" + ",".join(f"{i + 1}:{x:.4f}" for i, x in enumerate(vector) if x) + f"}}/{len(vector)}"
    return "[" + ",".join(f"{x:.4f}" for x in vector) + "]"


def timed(conn: psycopg.Connection, statements: dict[str, str], count: int, rounds: int) -> dict:
    """Both sides in turn."""
    now = clock(conn)
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    for turn in range(rounds):
        # Who goes first changes: the first of a pair would have the drift of the pair to itself.
        for side in list(SIDES)[:: 1 if turn % 2 else -1]:
            start = now()
            conn.execute(statements[side]).fetchone()
            times[side].append(now() - start)
    return {
        "seconds": times,
        "ns_a_row": {side: 1e9 * statistics.median(of) / count for side, of in times.items()},
        "ratio": statistics.median(t / o for t, o in zip(times["pgvector"], times["qstore"])),
    }
