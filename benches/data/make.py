#!/usr/bin/env python3
"""Makes the demo data of this folder from the full set (see README.md for both layouts).

    make.py SOURCE [--rows 10000] [--queries 200] [--out .]

SOURCE is a folder with base.f16.npy, packages.tsv, queries.f16.npy, queries_ood.f16.npy and queries.tsv.
The output is a pure function of the input: same files, same bytes (for one version of xz). Needs numpy and xz.
"""

import argparse
import csv
import subprocess
from pathlib import Path

import numpy as np

LIMIT = 8_000_000  # bytes, all files of the folder together

# Floats repeat every 4 bytes: `lp`/`pb` make the coder model each of the four byte positions by itself. It gets
# within 7 % of the order-0 entropy of the half-precision values; the text form of the same data does not.
XZ = ["xz", "--threads=1", "--format=xz", "--lzma2=preset=9e,lp=2,lc=2,pb=2", "--stdout"]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, flags, length of the header extension
TRAILER = b"\xff\xff"


def copy_binary(vectors: np.ndarray) -> bytes:
    """COPY BINARY of (id smallint, embedding vector); id is the row number."""
    rows, dim = vectors.shape
    assert rows <= 32767, "id is a smallint, which keeps every record a multiple of four bytes long"
    record = np.dtype(
        [("fields", ">i2"), ("id_len", ">i4"), ("id", ">i2"), ("vec_len", ">i4"), ("dim", ">i2"), ("unused", ">i2"), ("x", ">f4", dim)]
    )
    out = np.zeros(rows, record)
    out["fields"], out["id_len"], out["id"] = 2, 2, np.arange(rows)
    out["vec_len"], out["dim"], out["x"] = 4 + 4 * dim, dim, vectors
    return HEADER + out.tobytes() + TRAILER


def write(path: Path, data: bytes) -> int:
    path.write_bytes(subprocess.run(XZ, input=data, stdout=subprocess.PIPE, check=True).stdout)
    print(f"{path.name:28} {len(data):>11,} -> {path.stat().st_size:>10,} bytes")
    return path.stat().st_size


def tsv(path: Path) -> list[list[str]]:
    """Rows without the header. COPY's text format gives a meaning to backslashes: there must be none."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    assert not any("\\" in cell for row in rows for cell in row)
    return rows


def text(rows: list[list[str]]) -> bytes:
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def main() -> None:
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("source", type=Path)
    arg.add_argument("--rows", type=int, default=10_000)
    arg.add_argument("--queries", type=int, default=200, help="of each kind")
    arg.add_argument("--out", type=Path, default=Path(__file__).parent)
    a = arg.parse_args()

    base = np.load(a.source / "base.f16.npy", mmap_mode="r")[: a.rows]
    packages = tsv(a.source / "packages.tsv")[: a.rows]
    assert [int(row[0]) for row in packages] == list(range(a.rows))

    inside = np.load(a.source / "queries.f16.npy")[: a.queries]
    outside = np.load(a.source / "queries_ood.f16.npy")[: a.queries]
    queries = [row for row in tsv(a.source / "queries.tsv") if int(row[0]) < a.queries]
    assert [row[1] for row in queries] == ["description"] * a.queries + ["name"] * a.queries
    queries = [[str(i), kind, words] for i, (_, kind, words) in enumerate(queries)]

    total = write(a.out / "packages.tsv.xz", text(packages))
    total += write(a.out / "embeddings.copy.xz", copy_binary(base))
    total += write(a.out / "queries.tsv.xz", text(queries))
    total += write(a.out / "query_embeddings.copy.xz", copy_binary(np.concatenate([inside, outside])))
    print(f"{'total':28} {'':>11}    {total:>10,} bytes")
    assert total < LIMIT, "too large for the repository"


if __name__ == "__main__":
    main()
