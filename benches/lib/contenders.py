"""Who takes part, and how each is asked: one database a contender, one series a way of searching it.

Every statement is prepared once and takes the query vector as its one binary parameter. A peer is only ever named here by its
extension, its access method and its settings.
"""

import math
import os
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Series:
    """One point of a comparison: statement and settings. `plan` is a word that EXPLAIN must show."""

    name: str
    point: str
    statement: str
    plan: str
    settings: dict[str, str] = field(default_factory=dict)
    kind: str = "approximate"  # or exact, floor
    declared: float | None = None  # recall asked for, where the index takes that


@dataclass(frozen=True)
class Contender:
    """A database with the table `items`; `index` is the statement that creates `items_v`, None where there is none."""

    name: str
    title: str
    extension: str | None
    kind: str  # type of the column: vector or float4[]
    index: str | None
    series: list[Series]
    columns: str = ""  # further columns of `items`, after v
    reads_table: bool = True  # whether a search reads more of the table than the rows that it returns


OPERATOR = {"l2": "<->", "cosine": "<=>"}
OPCLASS = {"l2": "vector_l2_ops", "cosine": "vector_cosine_ops"}
# The planner is not what is compared: each series says which way to take, and the plan is verified.
BY_SCAN = {"enable_indexscan": "off", "enable_seqscan": "on", "plan_cache_mode": "force_generic_plan"}
BY_INDEX = {"enable_indexscan": "on", "enable_seqscan": "off", "plan_cache_mode": "force_generic_plan"}
RECALLS = ["0.80", "0.90", "0.95", "0.98", "0.99", "0.995", "0.999", "1.0"]
# VectorChord trains its lists with one thread unless told otherwise.
BUILD_THREADS = min(255, os.cpu_count() or 1)
EF_SEARCH = [10, 20, 40, 80, 120, 200, 400]


def nearest(metric: str) -> str:
    return f"SELECT id FROM items ORDER BY v {OPERATOR[metric]} $1::vector LIMIT 10"


def exact(name: str, metric: str) -> Series:
    return Series(f"{name} exact", "", nearest(metric), "Seq Scan on items", BY_SCAN, "exact")


def stock(metric: str, rows: int, dim: int) -> Contender:
    """Exact search without any extension, the fastest way found: the inner product with every term written out.

    Stock PostgreSQL has no distance of arrays; unnest in a subquery takes five times as long, plpgsql longer still. With custom
    plans the components of the parameter become constants. L2 is ranked as |v|² - 2 v·q with |v|² in a stored generated column
    (half the work of summing squares); cosine by the inner product alone, the data have unit length.
    """
    floor = Series("primary-key lookup", "", "SELECT id FROM items WHERE id = $1::integer", "items_pkey", BY_INDEX, "floor")
    product = " + ".join(f"v[{i}] * ($1::float4[])[{i}]" for i in range(1, dim + 1))
    order, columns = f"-({product})", ""
    if metric == "l2":
        squares = " + ".join(f"v[{i}] * v[{i}]" for i in range(1, dim + 1))
        order, columns = f"norm - 2 * ({product})", f", norm float4 GENERATED ALWAYS AS ({squares}) STORED"
    scan = Series(
        "stock exact", "", f"SELECT id FROM items ORDER BY {order} LIMIT 10", "Seq Scan on items",
        BY_SCAN | {"plan_cache_mode": "force_custom_plan"}, "exact",
    )  # fmt: skip
    return Contender("stock", "PostgreSQL, float4[]", None, "float4[]", None, [floor, scan], columns)


def qstore(metric: str, rows: int, dim: int) -> Contender:
    create = f"CREATE INDEX items_v ON items USING synaptic (v {OPCLASS[metric]})"
    points = [
        Series("synaptic", f"recall {r}", nearest(metric), "items_v", BY_INDEX | {"qstore.recall": r}, declared=float(r)) for r in RECALLS
    ]
    return Contender("qstore", "qstore synaptic", "qstore", "vector", create, [exact("qstore", metric), *points])


def spill(metric: str, rows: int, dim: int) -> Contender:
    """The same with second entries, a database of its own: shown beside, not in place of the default."""
    base = qstore(metric, rows, dim)
    points = [replace(s, name="synaptic, spill") for s in base.series if s.declared in (0.9, 0.95, 0.98, 0.99, 0.995)]
    return replace(base, name="spill", title="qstore synaptic, spill = on", index=f"{base.index} WITH (spill = on)", series=points)


def hnsw(metric: str, rows: int, dim: int) -> Contender:
    create = f"CREATE INDEX items_v ON items USING hnsw (v {OPCLASS[metric]}) WITH (m = 16, ef_construction = 64)"
    points = [Series("hnsw", f"ef_search {ef}", nearest(metric), "items_v", BY_INDEX | {"hnsw.ef_search": str(ef)}) for ef in EF_SEARCH]
    return Contender("hnsw", "pgvector hnsw (m 16, ef_construction 64)", "vector", "vector", create, [exact("pgvector", metric), *points])


def ivfflat(metric: str, rows: int, dim: int) -> Contender:
    lists = max(1, round(math.sqrt(rows)))
    create = f"CREATE INDEX items_v ON items USING ivfflat (v {OPCLASS[metric]}) WITH (lists = {lists})"
    probes = [p for p in (1, 4, 8, 16, 32, 64, 128) if p < lists / 2]
    points = [Series("ivfflat", f"probes {p}", nearest(metric), "items_v", BY_INDEX | {"ivfflat.probes": str(p)}) for p in probes]
    return Contender("ivfflat", f"pgvector ivfflat ({lists} lists)", "vector", "vector", create, points, reads_table=False)


def vchordrq(metric: str, rows: int, dim: int) -> Contender:
    # Its manual: no lists below 128,000 rows, then about one for 500 rows. Without lists the bound is the only knob.
    lists = rows // 500 if rows >= 128_000 else 0
    residual = "true" if metric == "l2" else "false"
    spherical = "false" if metric == "l2" else "true"
    options = ""
    if lists:
        options = f" WITH (options = $$residual_quantization = {residual}\n[build.internal]\nlists = [{lists}]\nspherical_centroids = {spherical}\nbuild_threads = {BUILD_THREADS}$$)"
    create = f"CREATE INDEX items_v ON items USING vchordrq (v {OPCLASS[metric]}){options}"
    if lists:
        steps = [{"vchordrq.probes": str(p), "vchordrq.epsilon": "1.9"} for p in (2, 5, 10, 20, 40, 80, 160, 320) if p < lists / 2]
    else:
        steps = [{"vchordrq.probes": "", "vchordrq.epsilon": e} for e in ("0.5", "1.0", "1.5", "1.9", "2.5")]
    points = [
        Series("vchordrq", f"probes {s['vchordrq.probes'] or '–'}, epsilon {s['vchordrq.epsilon']}", nearest(metric), "items_v", BY_INDEX | s)
        for s in steps
    ]
    title = f"VectorChord vchordrq ({lists or 'no'} lists)"
    return Contender("vchordrq", title, "vchord", "vector", create, points, reads_table=False)


def diskann(metric: str, rows: int, dim: int) -> Contender:
    create = f"CREATE INDEX items_v ON items USING diskann (v {OPCLASS[metric]})"
    points = [
        Series("diskann", f"list {n}, rescore {r}", nearest(metric), "items_v",
               BY_INDEX | {"diskann.query_search_list_size": str(n), "diskann.query_rescore": str(r)})
        for n, r in ((10, 20), (20, 30), (50, 50), (100, 50), (100, 100), (200, 200), (400, 400))
    ]  # fmt: skip
    return Contender("diskann", "pgvectorscale diskann", "vectorscale", "vector", create, points)


ALL = {"stock": stock, "qstore": qstore, "spill": spill, "hnsw": hnsw, "ivfflat": ivfflat, "vchordrq": vchordrq, "diskann": diskann}
PROJECT = {"hnsw": "pgvector", "ivfflat": "pgvector", "vchordrq": "VectorChord", "diskann": "pgvectorscale"}
EXTENSIONS = ["qstore", "vector", "vchord", "vectorscale"]


def choose(only: list[str] | None, available: set[str], metric: str, rows: int, dim: int) -> tuple[list[Contender], list[str]]:
    """Contenders that the server has, and a sentence for each that it has not."""
    chosen, skipped = [], []
    for name, make in ALL.items():
        if only and name not in only:
            continue
        contender = make(metric, rows, dim)
        if contender.extension and contender.extension not in available:
            if contender.extension == "qstore":
                raise SystemExit("bench: the server has no qstore")
            skipped.append(f"{PROJECT[name]} ({name}) is not installed in this server.")
        else:
            chosen.append(contender)
    return chosen, skipped
