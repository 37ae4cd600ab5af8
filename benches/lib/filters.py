"""Nearest rows among those that satisfy a condition, at five selectivities, related to the distance and not.

The column `u` is a random permutation of the rows' numbers, `c` their rank along the first principal axis of the data: `c < n` cuts off a
region, near to some queries and far from others.
"""

import statistics

import numpy as np
import psycopg
from contenders import BY_INDEX, OPCLASS, OPERATOR
from data import COPY_HEADER, COPY_TRAILER, K, DataSet, binary
from measure import Statement, ids
from server import Server, prewarm

SELECTIVITIES = (0.5, 0.1, 0.01, 0.001, 0.0001)
QUERIES = 200

# name, extension, title, statement that creates the index, settings, word of the plan
METHODS = (
    ("synaptic, filter columns", "qstore", "CREATE INDEX items_v ON items USING synaptic (v {opclass}, u, c)", {}, "items_v"),
    ("synaptic, other columns", "qstore", "CREATE INDEX items_v ON items USING synaptic (v {opclass})", {}, "items_v"),
    ("btree and sort", "qstore", "CREATE INDEX items_u ON items (u); CREATE INDEX items_c ON items (c)", {"enable_sort": "on"}, "Sort"),
    ("hnsw, iterative scan", "vector", "CREATE INDEX items_v ON items USING hnsw (v {opclass})", {"hnsw.iterative_scan": "strict_order"}, "items_v"),
    (
        "vchordrq, prefilter",
        "vchord",
        "CREATE INDEX items_v ON items USING vchordrq (v {opclass}) WITH (options = $$residual_quantization = true\n[build.internal]\nlists = [{lists}]$$)",
        {"vchordrq.prefilter": "on", "vchordrq.probes": "20"},
        "items_v",
    ),
)


def ranks(of: DataSet) -> dict[str, np.ndarray]:
    """The two columns."""
    rows = of.rows
    sample = of.base[:: max(1, rows // 20_000)].astype(np.float64)
    centre = sample.mean(axis=0)
    _, axes = np.linalg.eigh((sample - centre).T @ (sample - centre))
    along = (of.base - centre.astype(np.float32)) @ axes[:, -1].astype(np.float32)
    ranked = np.empty(rows, np.int32)
    ranked[np.argsort(along)] = np.arange(rows)
    return {"u": np.random.default_rng(4).permutation(rows).astype(np.int32), "c": ranked}


def load(conn: psycopg.Connection, of: DataSet, columns: dict[str, np.ndarray]) -> None:
    """`items` with both columns."""
    conn.execute(f"CREATE TABLE items (id integer PRIMARY KEY, v vector({of.dim}) NOT NULL, u integer NOT NULL, c integer NOT NULL)")
    record = np.dtype(
        [("fields", ">i2"), ("l1", ">i4"), ("id", ">i4"), ("l2", ">i4"), ("dim", ">i2"), ("unused", ">i2"), ("x", ">f4", of.dim)]
        + [("l3", ">i4"), ("u", ">i4"), ("l4", ">i4"), ("c", ">i4")]
    )
    with conn.cursor() as cursor, cursor.copy("COPY items FROM STDIN (FORMAT binary)") as copy:
        copy.write(COPY_HEADER)
        for start in range(0, of.rows, 5000):
            part = of.base[start : start + 5000]
            out = np.zeros(len(part), record)
            out["fields"], out["l1"], out["l2"], out["l3"], out["l4"] = 4, 4, 4 + 4 * of.dim, 4, 4
            out["id"], out["dim"], out["x"] = np.arange(start, start + len(part)), of.dim, part
            out["u"], out["c"] = columns["u"][start : start + 5000], columns["c"][start : start + 5000]
            copy.write(out.tobytes())
        copy.write(COPY_TRAILER)
    conn.execute("VACUUM (FREEZE, ANALYZE) items")


def truth(of: DataSet, ranked: np.ndarray, limit: int) -> np.ndarray:
    """Distance of each query's K-th nearest among the rows below the limit; of its last where there are fewer."""
    rows = np.flatnonzero(ranked < limit)
    kth = np.empty(len(of.queries[:QUERIES]))
    base = of.base[rows]
    norms = (base**2).sum(axis=1)
    for i, query in enumerate(of.queries[:QUERIES]):
        rough = norms - 2 * (base @ query)
        near = rows[np.argpartition(rough, min(8 * K, len(rows) - 1))[: 8 * K]]
        kth[i] = np.sort(of.distances(query, near))[min(K, len(near)) - 1]
    return kth


def measure(server: Server, of: DataSet, rounds: int, seconds: float, say) -> dict:
    """Recall, rows returned and queries per second of every method, column and selectivity; a method's points in turn within a round."""
    columns = ranks(of)
    shares = [s for s in SELECTIVITIES if s * of.rows >= 1]
    kths = {(name, s): truth(of, columns[name], int(s * of.rows)) for name in columns for s in shares}
    parameters = [binary("vector", q) for q in of.queries[:QUERIES]]
    skipped, runs = [], []
    for number, (method, extension, create, settings, plan) in enumerate(METHODS):
        if extension not in server.available:
            skipped.append(f"{method}: {extension} is not installed in this server.")
            continue
        say(f"filters: loading and building {method}")
        database = f"filters_{number}"
        server.create(database)
        conn = server.connect(database)
        conn.execute(f"CREATE EXTENSION {extension} CASCADE")
        load(conn, of, columns)
        try:
            # braces of the options stand as they are: only these two are replaced
            conn.execute(create.replace("{opclass}", OPCLASS[of.metric]).replace("{lists}", str(max(10, of.rows // 500))))
            prewarm(conn)
            for name, value in (BY_INDEX | settings).items():
                conn.execute("SELECT set_config(%s, %s, false)", (name, value))
            for column in columns:
                for s in shares:
                    text = f"SELECT id FROM items WHERE {column} < {int(s * of.rows)} ORDER BY v {OPERATOR[of.metric]} $1::vector LIMIT {K}"
                    name = f"{column}_{int(s * 1e6)}"
                    statement = Statement(conn, name, text)
                    lines = "\n".join(row[0] for row in conn.execute(f"EXPLAIN (COSTS off) EXECUTE {name}(NULL)"))
                    if plan not in lines:
                        skipped.append(f"{method}, {column}, {s:.2%}: not measured, the plan is another ({lines.splitlines()[-1].strip()}).")
                        continue
                    runs.append({"method": method, "column": column, "selectivity": s, "statement": statement, "qps_rounds": [], "found": {}, "at": 0})
        except psycopg.Error as error:
            skipped.append(f"{method} could not be measured: {str(error).splitlines()[0]}.")
    for turn in range(rounds):
        say(f"filters, round {turn + 1} of {rounds}")
        for run in runs:
            statement, found = run["statement"], run["found"]
            for i in range(3):
                statement(parameters[i])
            spent, done = 0.0, 0
            while done < len(parameters) and spent < seconds:
                query = run["at"] % len(parameters)
                took, result = statement.timed(parameters[query])
                spent, done, run["at"] = spent + took, done + 1, run["at"] + 1
                if query not in found:
                    answer = ids(result)
                    found[query] = (of.hits(query, answer, kths[run["column"], run["selectivity"]]), len(answer))
            run["qps_rounds"].append(done / spent)
    points = []
    for run in runs:
        possible = min(K, int(run["selectivity"] * of.rows))
        hits, rows = (statistics.mean(x) for x in zip(*run["found"].values()))
        points.append(
            {k: run[k] for k in ("method", "column", "selectivity", "qps_rounds")}
            | {"qps": statistics.median(run["qps_rounds"]), "recall": hits / possible, "rows": rows, "queries": len(run["found"])}
        )
    for run in runs:
        run["statement"].conn.close()
    for number in range(len(METHODS)):
        server.drop(f"filters_{number}")
    return {"rows": of.rows, "rounds": rounds, "points": points, "skipped": skipped}
