"""Nearest rows among those that satisfy a condition, at five selectivities, related to the distance and not.

The column `u` is a random permutation of the rows' numbers, `c` their rank along the first principal axis of the data: `c < n` cuts off a
region, near to some queries and far from others. For pgvectorscale, whose index takes labels alone, `labels` has a number for each of the
conditions that a row satisfies.
"""

import statistics
from dataclasses import dataclass, field

import numpy as np
import psycopg
from contenders import BY_INDEX, OPCLASS, OPERATOR
from data import COPY_HEADER, COPY_TRAILER, K, DataSet, binary
from measure import Statement, ids
from processor import Tied
from server import Server, prewarm

SELECTIVITIES = (0.5, 0.1, 0.01, 0.001, 0.0001)
QUERIES = 200



@dataclass(frozen=True)
class Method:
    """A database with the table `items`, and how it is asked."""

    name: str
    database: str
    contender: str
    extension: str
    create: str  # {opclass}, {lists} and {residual} are replaced
    settings: dict[str, str] = field(default_factory=dict)
    plan: str = "items_v"  # a word of the plan
    labels: bool = False  # whether the condition is one on the labels


VCHORD = "CREATE INDEX items_v ON items USING vchordrq (v {opclass}) WITH (options = $$residual_quantization = {residual}\n[build.internal]\nlists = [{lists}]$$)"
METHODS = (
    Method("synaptic, filter columns", "filters_columns", "qstore", "qstore", "CREATE INDEX items_v ON items USING synaptic (v {opclass}, u, c)"),
    Method("synaptic, other columns", "filters_others", "qstore", "qstore", "CREATE INDEX items_v ON items USING synaptic (v {opclass})"),
    Method("btree and sort", "filters_btree", "stock", "qstore", "CREATE INDEX items_u ON items (u); CREATE INDEX items_c ON items (c)", {"enable_sort": "on"}, "Sort"),
    Method("hnsw, iterative scan", "filters_hnsw", "hnsw", "vector", "CREATE INDEX items_v ON items USING hnsw (v {opclass})", {"hnsw.iterative_scan": "strict_order"}),
    Method("vchordrq, prefilter", "filters_vchordrq", "vchordrq", "vchord", VCHORD, {"vchordrq.prefilter": "on", "vchordrq.probes": "20"}),
    Method("diskann, labels", "filters_diskann", "diskann", "vectorscale", "CREATE INDEX items_v ON items USING diskann (v {opclass}, labels)", labels=True),
)
COLUMNS = ("u", "c")


def label(column: str, share: float) -> int:
    """The label of the rows whose `column` is below the share of all rows."""
    return 1 + COLUMNS.index(column) * len(SELECTIVITIES) + SELECTIVITIES.index(share)


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


def load(conn: psycopg.Connection, of: DataSet, columns: dict[str, np.ndarray], labels: bool) -> None:
    """`items` with both columns, and the labels where they are asked for."""
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
    if labels:
        # One statement that writes the table anew: an UPDATE would leave it twice as large.
        cells = ", ".join(f"CASE WHEN {c} < {int(s * of.rows)} THEN {label(c, s)}::smallint END" for c in COLUMNS for s in SELECTIVITIES)
        conn.execute(f"ALTER TABLE items ADD labels smallint[]; ALTER TABLE items ALTER labels TYPE smallint[] USING array_remove(ARRAY[{cells}], NULL)")
    conn.execute("VACUUM (FREEZE, ANALYZE) items")


def truth(of: DataSet, ranked: np.ndarray, limit: int) -> np.ndarray:
    """Distance of each query's K-th nearest among the rows below the limit; of its last where there are fewer."""
    rows = np.flatnonzero(ranked < limit)
    kth = np.empty(len(of.queries[:QUERIES]))
    base = of.base[rows]
    # Cosine's sets have unit length: the order is the same.
    norms = (base**2).sum(axis=1)
    for i, query in enumerate(of.queries[:QUERIES]):
        rough = norms - 2 * (base @ query)
        near = rows[np.argpartition(rough, min(8 * K, len(rows) - 1))[: 8 * K]]
        kth[i] = np.sort(of.distances(query, near))[min(K, len(near)) - 1]
    return kth


def prepare(server: Server, of: DataSet, only: list[str] | None, rebuild: list[str], before: dict, say) -> dict:
    """Loads and builds the database of every method that the server has; `builds` of the answer are the statements, `skipped` the rest.

    `before` is what an earlier run that kept its databases found: a method is loaded and built anew where it found nothing, or its contender is to be rebuilt.
    """
    columns = ranks(of)
    same = (before.get("rows"), before.get("metric")) == (of.rows, of.metric)
    builds = dict(before.get("builds", {})) if same else {}
    skipped = []
    for method in METHODS:
        if method.extension not in server.available:
            skipped.append(f"{method.name}: {method.extension} is not installed in this server.")
            continue
        if only and not {method.contender, method.extension} & set(only):
            skipped.append(f"{method.name}: not among the contenders of this run.")
            builds.pop(method.name, None)
            continue
        if method.name in builds and not {method.contender, method.extension} & set(rebuild):
            continue
        say(f"filters: loading and building {method.name}")
        builds.pop(method.name, None)
        create = method.create
        values = {"opclass": OPCLASS[of.metric], "lists": str(max(10, of.rows // 500)), "residual": "true" if of.metric == "l2" else "false"}
        for name, value in values.items():
            create = create.replace(f"{{{name}}}", value)
        server.create(method.database)
        with server.connect(method.database) as conn:
            conn.execute(f"CREATE EXTENSION {method.extension} CASCADE")
            load(conn, of, columns, method.labels)
            try:
                conn.execute(create)
                builds[method.name] = create
            except psycopg.Error as error:
                skipped.append(f"{method.name} could not be built: {str(error).splitlines()[0]}.")
    return {"rows": of.rows, "metric": of.metric, "points": before.get("points", []) if same else [], "builds": builds, "skipped": skipped}


def measure(server: Server, of: DataSet, prepared: dict, rounds: int, seconds: float, keep: bool, say) -> dict:
    """Recall, rows returned and queries per second of every method, column and selectivity; a method's points in turn within a round."""
    columns = ranks(of)
    shares = [s for s in SELECTIVITIES if s * of.rows >= 1]
    kths = {(name, s): truth(of, columns[name], int(s * of.rows)) for name in columns for s in shares}
    parameters = [binary("vector", q) for q in of.queries[:QUERIES]]
    skipped, runs = list(prepared["skipped"]), []
    for method in METHODS:
        if method.name not in prepared["builds"]:
            continue
        conn = server.connect(method.database)
        try:
            prewarm(conn)
            for name, value in (BY_INDEX | method.settings).items():
                conn.execute("SELECT set_config(%s, %s, false)", (name, value))
            for column in columns:
                for s in shares:
                    condition = f"labels && ARRAY[{label(column, s)}]::smallint[]" if method.labels else f"{column} < {int(s * of.rows)}"
                    text = f"SELECT id FROM items WHERE {condition} ORDER BY v {OPERATOR[of.metric]} $1::vector LIMIT {K}"
                    name = f"{column}_{int(s * 1e6)}"
                    statement = Statement(conn, name, text)
                    lines = "\n".join(row[0] for row in conn.execute(f"EXPLAIN (COSTS off) EXECUTE {name}(NULL)"))
                    if method.plan not in lines:
                        skipped.append(f"{method.name}, {column}, {s:.2%}: not measured, the plan is another ({lines.splitlines()[-1].strip()}).")
                        continue
                    runs.append({"method": method.name, "column": column, "selectivity": s, "statement": statement, "qps_rounds": [], "found": {}, "at": 0})
        except (psycopg.Error, RuntimeError) as error:
            skipped.append(f"{method.name} could not be measured: {str(error).splitlines()[0]}.")
    for turn in range(rounds):
        say(f"filters, round {turn + 1} of {rounds}")
        for run in runs:
            statement, found = run["statement"], run["found"]
            for i in range(3):
                statement(parameters[i])
            spent, done = 0.0, 0
            with Tied(statement.conn):
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
    if not keep:
        for method in METHODS:
            server.drop(method.database)
    return prepared | {"rounds": rounds, "points": points, "skipped": skipped}
