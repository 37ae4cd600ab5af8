"""The data sets, their exact answers, and their binary COPY form.

A data set is rows to load, queries held out from them, and rows to insert later, all float32. Everything is a pure function of
the parameters, so that any run on any machine searches the same vectors; only the exact answers are kept on disk.
"""

import hashlib
import lzma
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parents[1]
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, flags, length of the header extension
COPY_TRAILER = b"\xff\xff"
FLOAT4_OID = 700
K = 10  # neighbours asked for, everywhere


@dataclass(frozen=True)
class DataSet:
    """`base` (rows × dim) is loaded, `queries` are searched, `extra` is inserted at the end; `metric` is l2 or cosine."""

    name: str
    title: str
    metric: str
    base: np.ndarray
    queries: np.ndarray
    extra: np.ndarray

    @property
    def rows(self) -> int:
        return self.base.shape[0]

    @property
    def dim(self) -> int:
        return self.base.shape[1]

    def beginning(self, rows: int) -> "DataSet":
        """The same set with the first rows only."""
        rows = min(rows, self.rows)
        return DataSet(self.name, self.title, self.metric, self.base[:rows], self.queries, self.extra)

    def distances(self, query: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """True distances of rows to one query in double precision (L2 squared: the order is the same)."""
        x, q = self.base[ids].astype(np.float64), query.astype(np.float64)
        if self.metric == "l2":
            return ((x - q) ** 2).sum(axis=1)
        return 1 - (x @ q) / (np.linalg.norm(x, axis=1) * np.linalg.norm(q))

    def truth(self, cache: Path) -> np.ndarray:
        """Distance of each query's K-th true neighbour. Computed once, then read from `cache`."""
        digest = hashlib.sha256(self.metric.encode() + self.base.tobytes() + self.queries.tobytes()).hexdigest()[:16]
        file = cache / f"truth-{self.name}-{digest}.npy"
        if file.exists():
            return np.load(file)
        kth = np.empty(len(self.queries))
        norms = (self.base**2).sum(axis=1)
        unit = self.base / np.sqrt(norms)[:, None] if self.metric == "cosine" else None
        for start in range(0, len(self.queries), 64):
            block = self.queries[start : start + 64]
            rough = norms - 2 * (block @ self.base.T) if unit is None else -(block @ unit.T)
            # Single precision picks candidates, double precision decides among them.
            width = min(8 * K, self.rows - 1)
            near = np.argpartition(rough, width, axis=1)[:, : width + 1]
            for i, query in enumerate(block):
                kth[start + i] = np.sort(self.distances(query, near[i]))[K - 1]
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, kth)
        return kth

    def hits(self, query: int, ids: list[int], kth: np.ndarray) -> int:
        """How many of the answers are among the K nearest. Rows as near as the K-th count too: equal texts have equal vectors."""
        found = np.fromiter(set(ids), int)
        if not len(found):
            return 0
        limit = kth[query] + 1e-6 * max(abs(kth[query]), 1e-3)
        return int((self.distances(self.queries[query], found) <= limit).sum())


# --- (b) synthetic -----------------------------------------------------------------------------------------------------

LATENT = 24
LARGE_LATENT = 64  # of the set of 384 dimensions: local intrinsic dimension about that of sentence embeddings
BLOCK = 10_000  # rows drawn from one stream, so that a smaller set is the beginning of a larger one
NOISE = 0.02


def synthetic(
    rows: int, queries: int, extra: int, dim: int = 128, clusters: int = 2000, seed: int = 1, latent_dim: int = LATENT, name: str = "synthetic"
) -> DataSet:
    """A mixture of clusters on a low-dimensional sheet, as embeddings of text or images are.

    In a latent space of `latent_dim` dimensions: `clusters` centres, normal; weights log-normal, so that some clusters are twenty times
    as full as others; each cluster has a spread of its own (log-normal) and each of its axes another. A random matrix
    whose rows shrink like i^-1/2 maps that to the visible space, where a little white noise is added. Queries and the rows for
    inserting come from the same distribution and are not among the rows.
    """
    rng = np.random.default_rng([seed, 0])
    centres = rng.normal(size=(clusters, latent_dim))
    weights = rng.lognormal(sigma=0.75, size=clusters)
    weights /= weights.sum()
    spread = 0.55 * rng.lognormal(sigma=0.25, size=(clusters, 1)) * rng.lognormal(sigma=0.35, size=(clusters, latent_dim))
    embed = rng.normal(size=(latent_dim, dim)) / np.sqrt(np.arange(1, latent_dim + 1))[:, None]

    def draw(stream: int, count: int) -> np.ndarray:
        out = np.empty((count, dim), np.float32)
        for block, start in enumerate(range(0, count, BLOCK)):
            rng = np.random.default_rng([seed, stream, block])
            kind = rng.choice(clusters, size=BLOCK, p=weights)
            latent = centres[kind] + spread[kind] * rng.normal(size=(BLOCK, latent_dim))
            visible = latent @ embed + NOISE * rng.normal(size=(BLOCK, dim))
            out[start : start + BLOCK] = visible[: count - start]
        return out

    title = f"Synthetic, {rows:,} × {dim}, L2"
    return DataSet(name, title, "l2", draw(1, rows), draw(2, queries), draw(3, extra))


# --- (a) demo data -----------------------------------------------------------------------------------------------------


def read_copy(file: Path, dim: int = 384) -> np.ndarray:
    """Vectors of a file of benches/data (layout in its README), in the order of their ids."""
    raw = lzma.decompress(file.read_bytes())
    record = np.dtype([("head", ">i2"), ("id_len", ">i4"), ("id", ">i2"), ("len", ">i4"), ("dim", ">i4"), ("x", ">f4", dim)])
    table = np.frombuffer(raw, record, offset=len(COPY_HEADER), count=(len(raw) - len(COPY_HEADER) - 2) // record.itemsize)
    if (table["id"] != np.arange(len(table))).any():
        raise ValueError(f"{file.name}: ids are not 0, 1, 2, …")
    return table["x"].astype(np.float32)


def demo(rows: int, queries: int, extra: int, folder: Path | None = None) -> DataSet:
    """Package descriptions; half of the queries are descriptions, half are package names, which lie elsewhere.

    `folder` holds more of the same: `base.f16.npy`, `queries.f16.npy` and `queries_ood.f16.npy`. The rows for inserting are rows of the
    set with noise, scaled back to unit length: there are no others.
    """
    if folder:
        base = np.load(folder / "base.f16.npy").astype(np.float32)
        asked = np.concatenate([np.load(folder / f"{name}.f16.npy")[: queries // 2] for name in ("queries", "queries_ood")]).astype(np.float32)
    else:
        base = read_copy(HERE / "data" / "embeddings.copy.xz")[:rows]
        asked = read_copy(HERE / "data" / "query_embeddings.copy.xz")
    if queries < len(asked):
        asked = asked[np.linspace(0, len(asked) - 1, queries).astype(int)]
    rng = np.random.default_rng(2)
    more = base[rng.integers(len(base), size=extra)] + rng.normal(scale=0.02, size=(extra, base.shape[1]))
    more /= np.linalg.norm(more, axis=1, keepdims=True)
    title = f"Debian package descriptions, {len(base):,} × {base.shape[1]}, cosine"
    return DataSet("packages", title, "cosine", base, asked, more.astype(np.float32))


def package_rows() -> list[list[str]]:
    """(id, name, section, installed_kb, priority, description) of every package."""
    text = lzma.decompress((HERE / "data" / "packages.tsv.xz").read_bytes()).decode()
    return [line.split("\t") for line in text.splitlines()]


# --- binary forms ------------------------------------------------------------------------------------------------------


def binary(kind: str, vector: np.ndarray) -> bytes:
    """One vector as a binary parameter of type `vector` or `float4[]`."""
    if kind == "vector":
        return struct.pack(">hh", len(vector), 0) + vector.astype(">f4").tobytes()
    cells = np.zeros(len(vector), [("len", ">i4"), ("x", ">f4")])
    cells["len"], cells["x"] = 4, vector
    return struct.pack(">iiiii", 1, 0, FLOAT4_OID, len(vector), 1) + cells.tobytes()


def copy_binary(kind: str, vectors: np.ndarray, rows_a_chunk: int = 5000) -> Iterator[bytes]:
    """COPY BINARY of (id integer, v `kind`) in chunks; id is the row number."""
    dim = vectors.shape[1]
    if kind == "vector":
        value, size = [("dim", ">i2"), ("unused", ">i2"), ("x", ">f4", dim)], 4 + 4 * dim
    else:
        value = [("ndim", ">i4"), ("nulls", ">i4"), ("oid", ">i4"), ("dim", ">i4"), ("low", ">i4")]
        value += [("cells", [("len", ">i4"), ("x", ">f4")], dim)]
        size = 20 + 8 * dim
    record = np.dtype([("fields", ">i2"), ("id_len", ">i4"), ("id", ">i4"), ("len", ">i4"), *value])
    yield COPY_HEADER
    for start in range(0, len(vectors), rows_a_chunk):
        part = vectors[start : start + rows_a_chunk]
        out = np.zeros(len(part), record)
        out["fields"], out["id_len"], out["id"] = 2, 4, np.arange(start, start + len(part))
        out["len"], out["dim"] = size, dim
        if kind == "vector":
            out["x"] = part
        else:
            out["ndim"], out["oid"], out["low"] = 1, FLOAT4_OID, 1
            out["cells"]["len"], out["cells"]["x"] = 4, part
        yield out.tobytes()
    yield COPY_TRAILER
