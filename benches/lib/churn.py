"""What becomes of the index when its rows are replaced, and when it grew from empty by inserts alone, beside a fresh build."""

import statistics
import time

import numpy as np
from contenders import BY_INDEX, OPCLASS, OPERATOR
from data import K, DataSet, binary, copy_binary
from measure import Statement, ids
from processor import Tied
from server import Server, prewarm

QUERIES = 300
RECALLS = ("0.95", "0.99")


def kth_of(vectors: np.ndarray, queries: np.ndarray) -> np.ndarray:
    """Squared distance of each query's K-th nearest among the vectors."""
    norms = (vectors**2).sum(axis=1)
    out = np.empty(len(queries))
    for i, query in enumerate(queries):
        rough = norms - 2 * (vectors @ query)
        near = vectors[np.argpartition(rough, 8 * K)[: 8 * K]].astype(np.float64)
        out[i] = np.sort(((near - query) ** 2).sum(axis=1))[K - 1]
    return out


def measure(server: Server, of: DataSet, rounds: int, say) -> dict:
    """Recall and median milliseconds after each step, of the index as it is and of one built anew on the same rows.

    `of.extra` must have as many rows as `of.base`: they replace them. L2 only.
    """
    if of.metric != "l2" or len(of.extra) < of.rows:
        raise ValueError("churn is measured by L2, with as many further rows as rows")
    server.create("churn")
    conn = server.connect("churn")
    conn.execute("CREATE EXTENSION qstore")
    everything = np.concatenate([of.base, of.extra[: of.rows]])
    conn.execute(f"CREATE TABLE staging (id integer, v vector({of.dim}))")
    with conn.cursor() as cursor, cursor.copy("COPY staging (id, v) FROM STDIN (FORMAT binary)") as copy:
        for chunk in copy_binary("vector", everything):
            copy.write(chunk)
    conn.execute(f"CREATE TABLE items (id integer PRIMARY KEY, v vector({of.dim}) NOT NULL)")
    create = f"CREATE INDEX items_{{}} ON items USING synaptic (v {OPCLASS[of.metric]})"
    order = f"SELECT id FROM items ORDER BY v {OPERATOR[of.metric]} $1::vector LIMIT {K}"
    parameters = [binary("vector", q) for q in of.queries[:QUERIES]]
    for name, value in BY_INDEX.items():
        conn.execute("SELECT set_config(%s, %s, false)", (name, value))

    def turn(name: str, kth: np.ndarray) -> dict[str, tuple[float, float]]:
        out = {}
        for recall in RECALLS:
            conn.execute("SELECT set_config('qstore.recall', %s, false)", (recall,))
            # a name of its own each time: the plan must see which indexes there are
            statement = Statement(conn, f"{name}_{time.perf_counter_ns()}", order)
            for parameter in parameters[:20]:
                statement(parameter)
            times, hits = [], 0
            with Tied(conn):
                for i, parameter in enumerate(parameters):
                    seconds, result = statement.timed(parameter)
                    times.append(seconds * 1e3)
                    found = everything[ids(result)].astype(np.float64)
                    hits += int((((found - of.queries[i]) ** 2).sum(axis=1) <= kth[i] + 1e-6 * max(kth[i], 1e-3)).sum())
            out[recall] = (hits / (K * len(parameters)), statistics.median(times))
        return out

    states = []

    def compare(title: str, rows: np.ndarray, rate: float | None) -> None:
        """The index items_v beside items_w, which is built now; each seen alone by dropping the other in a transaction that is rolled back."""
        say(f"churn: {title}")
        kth = kth_of(everything[rows], of.queries[:QUERIES])
        start = time.perf_counter()
        conn.execute(create.format("w"))
        build = time.perf_counter() - start
        conn.execute("ANALYZE items")
        sizes = [conn.execute("SELECT pg_relation_size(%s::regclass)", (f"items_{x}",)).fetchone()[0] for x in "vw"]
        prewarm(conn)
        turns: dict[str, list] = {"v": [], "w": []}
        for _ in range(rounds):
            for keep, drop in (("v", "w"), ("w", "v")):
                conn.execute("BEGIN")
                conn.execute(f"DROP INDEX items_{drop}")
                turns[keep].append(turn(keep, kth))
                conn.execute("ROLLBACK")
        conn.execute("DROP INDEX items_w")
        for recall in RECALLS:
            now, fresh = ([t[recall] for t in turns[x]] for x in "vw")
            states.append(
                {
                    "state": title, "declared": float(recall), "rows": len(rows), "inserts_per_second": rate, "build_seconds": build,
                    "recall": now[0][0], "fresh_recall": fresh[0][0],
                    "ms": statistics.median(t[1] for t in now), "fresh_ms": statistics.median(t[1] for t in fresh),
                    "ratio": statistics.median(a[1] / b[1] for a, b in zip(now, fresh)),
                    "bytes": sizes[0], "fresh_bytes": sizes[1],
                }
            )  # fmt: skip

    def insert(condition: str) -> float:
        start = time.perf_counter()
        count = conn.execute(f"INSERT INTO items SELECT id, v FROM staging WHERE {condition}").rowcount
        return count / (time.perf_counter() - start)

    half = of.rows // 2
    say("churn: growing from empty")
    conn.execute(create.format("v"))
    rate = insert(f"id < {of.rows}")
    compare("grown from empty by inserts", np.arange(of.rows), rate)
    conn.execute("REINDEX INDEX items_v")
    for share, keep in (("50 %", range(half, of.rows)), ("100 %", range(0))):
        low, high = (0, half) if share == "50 %" else (half, of.rows)
        say(f"churn: replacing {share}")
        conn.execute(f"DELETE FROM items WHERE id >= {low} AND id < {high}")
        conn.execute("VACUUM items")
        rate = insert(f"id >= {of.rows + low} AND id < {of.rows + high}")
        rows = np.concatenate([np.array(keep, int), np.arange(of.rows, of.rows + high)])
        compare(f"{share} of the rows replaced", rows, rate)
    conn.close()
    server.drop("churn")
    return {"queries": QUERIES, "rounds": rounds, "states": states}
