"""The page of DNA storage."""

import statistics

from analysis import median_ratio
from report import behind, conditions, rate, table, times


def middle(values: list[float]) -> float:
    return statistics.median(values)


def losses(raw: dict) -> list[str]:
    """Every figure in which a dna column is behind the best of the others by more than a twentieth."""
    found = []
    for row in raw["rows"]:
        ways = row["ways"]
        ours, others = ways["dna"], {way: of for way, of in ways.items() if way != "dna"}
        for figure, what in (("insert", "inserts"), ("point_cpu_us", "point reads of one part"), ("point_all_cpu_us", "point reads of the whole"), ("scan_ms", "scans")):
            ratios = {}
            for way, of in others.items():
                ratio = median_ratio(ours[figure], of[figure])
                ratios[way] = ratio if figure == "insert" else 1 / ratio
            way, worst = min(ratios.items(), key=lambda item: item[1])
            if worst < 0.95:
                found.append(f"{row['content']}: {what} go at {worst:.2f} of the rate of {way}" + (" (processor time)." if "cpu" in figure else "."))
        if ours["column"] * 5 > others.get("lz4", others["pglz"])["column"] and row["kind"] == "jsonb":
            found.append(f"{row['content']}: {others.get('lz4', others['pglz'])['column'] / ours['column']:.2f} times smaller than lz4, not 5 times.")
        if row["kind"] == "text" and ours["column"] > row["zstd9"]:
            found.append(f"{row['content']}: larger than at zstd level 9, by {ours['column'] / row['zstd9'] - 1:.1%}.")
    return found


def page(raw: dict) -> str:
    m = raw["dna"]
    lines = ["# DNA storage on real corpora", ""]
    lines += [
        f"Columns compressed by `qstore.compress_table` (level 12, a trained dictionary) beside plain columns and the server's own compression. {m['rounds']} rounds, in each of which "
        f"every way had its turn ({m['turn']:g} s for each kind of point read); medians of the rounds, ratios medians of the ratios inside a round. Stock PostgreSQL of this version has no zstd for "
        "columns: *zstd -9* is the size of each value by the codec of `dna` at that level without a dictionary. Where the corpora come from: [benches/README.md](../README.md)."
        + (" Client and server shared a core, so that neither waits for a sleeping one to wake." if m["one_core"] else ""),
        "",
        "![sizes](dna-sizes.svg) ![versions](dna-versions.svg)",
        "",
        *behind(losses(m)),
        "## Sizes",
        "",
        "Bytes of the column (`pg_column_size`, all values) and, in brackets, of the table with its primary key and TOAST. The dictionary is not in them. TOAST compresses rows over 2 kB only.",
        "",
    ]
    ways = list(m["rows"][0]["ways"])
    head = ["content", "values", "bytes as text", *ways, "zstd -9", "dictionary", "× smaller than lz4", "than plain"]
    rows = []
    for r in m["rows"]:
        column = {way: of["column"] for way, of in r["ways"].items()}
        rows.append([
            r["content"], f"{r['values']:,}", f"{r['raw']:,}", *(f"{of['column']:,} ({of['table']:,})" for of in r["ways"].values()), f"{r['zstd9']:,}",
            f"{r['dictionary']:,}", times(column["lz4"] / column["dna"]) if "lz4" in column else "–", times(column["plain"] / column["dna"]),
        ])  # fmt: skip
    lines += table(head, rows)
    for title, figure, text in (
        ("Inserts", "insert", "Rows a second of one `INSERT … SELECT` of all values into an empty table with a primary key, in one process."),
        ("Point reads of one part", "point_us", "Microseconds a prepared `SELECT` by primary key over a socket, to the client: of a key of the document (`->>`), or the length of the text; behind the semicolon microseconds of processor time in the server, which other programs on the machine disturb less. Where TOAST compresses nothing, `plain`, `pglz` and `lz4` are the same rows: what they differ by is noise."),
        ("Point reads of the whole value", "point_all_us", "The same, of the whole value as text."),
        ("Scans", "scan_ms", "Milliseconds of a sequential scan that looks into every value, in one process."),
    ):
        lines += [f"## {title}", "", text + " In brackets, times of the plain column's.", ""]
        rows = []
        processor = figure.replace("_us", "_cpu_us")
        for r in m["rows"]:
            plain = r["ways"]["plain"]
            cells = [f"{rate(middle(of[figure]))} ({median_ratio(of[figure], plain[figure]):.2f})" for of in r["ways"].values()]
            if processor != figure:
                cells = [f"{cell}; {middle(of[processor]):.1f} ({median_ratio(of[processor], plain[processor]):.2f})" for cell, of in zip(cells, r["ways"].values())]
            rows.append([r["content"], *cells])
        lines += table(["content", *ways], rows)
    v = m["versions"]
    last = v["points"][-1]
    lines += [
        "## Versions of a document in the strand store",
        "",
        f"{last['versions']:,} versions of a document of {v['document']:,} bytes (package descriptions as lines of JSON), each with one edit of ten bytes more than the one before, by `dna_store` with its "
        "defaults (20 % parity, level 9). Bytes are those of the store's tables with indexes and TOAST.",
        "",
    ]
    rows = [
        [f"{p['versions']:,}", f"{p['raw']:,}", f"{p['strands']:,}", f"{p['similar']:,}", f"{p['strand_bytes']:,}", f"{p['total']:,}", f"{times(p['ratio'])} : 1"]
        for p in v["points"]
    ]
    lines += table(["versions", "bytes stored", "strands", "of them differences", "bytes of strands", "bytes of the tables", "ratio"], rows)
    lines += [
        f"Storing took {1e3 * v['store_s']:.1f} ms a version, retrieving and checking one {1e3 * v['retrieve_s']:.1f} ms (median). One version by itself: "
        + ", ".join(f"{way} {size:,}" for way, size in v["one"].items()) + " bytes.",
        "",
    ]  # fmt: skip
    if m["codec"]:
        lines += ["## The codec alone", "", "`cargo run --release -p helix --example throughput`, the fastest of seven repetitions; GB/s of raw bytes. Pieces of 1 kB with a dictionary trained on the other half of the pieces.", ""]
        rows = [
            [c["content"], f"{c['raw']:,}", *(f"{x['bytes']:,}; {x['encode']:g}; {x['decode']:g}" for x in c["levels"]),
             f"{c['small'][0]:g}; {c['small'][1]:g}; {c['small'][2]:g}" if c["small"] else "–"]
            for c in m["codec"]
        ]  # fmt: skip
        levels = [f"level {x['level']}: bytes; encode; decode" for x in m["codec"][0]["levels"]]
        lines += table(["content", "raw", *levels, "a piece: bytes; encode µs; decode µs"], rows)
    return "\n".join([*lines, *conditions(raw)])
