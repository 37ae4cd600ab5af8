"""Results as Markdown, made from the raw JSON alone: `report.py FILE.json` writes the page and the plot anew."""

import json
import sys
from pathlib import Path

import dna_plot
import further
import plot
from analysis import LEVELS, OURS, by_series, cost_losses, distance_losses, equal_recall, goals, losses, median_ratio, rates_at


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table, all but the first column to the right."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return ["| " + " | ".join(line) + " |" for line in [head, rule, *rows]] + [""]


def rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def times(value: float | None) -> str:
    """A ratio with as many digits as it is worth."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def megabytes(value: int) -> str:
    return f"{value / 1e6:,.1f}"


def conditions(raw: dict) -> list[str]:
    """Machine, versions and settings."""
    m = raw["machine"]
    lines = ["## Conditions", ""]
    lines.append(
        f"{m['date']}; {m['cpu']}, {m['cores']} cores, {m['ram_gb']} GB RAM, Linux {m['kernel']}; load average before the run {m['load_at_start']}."
    )
    lines.append(f"qstore at commit `{m['qstore_commit']}`; " + ", ".join(f"{name} {version}" for name, version in raw["versions"].items()) + ".")
    runs: dict[tuple[str, str], list[str]] = {}
    for part, when in raw.get("measured", {}).items():
        runs.setdefault((when["date"], when["commit"]), []).append(part)
    if len(runs) > 1:
        lines.append("Measured in several runs: " + "; ".join(f"{', '.join(parts)} {date} at `{commit}`" for (date, commit), parts in runs.items()) + ".")
    lines += [note.rstrip(".") + "." for note in raw["notes"]]
    lines.append("Settings: " + ", ".join(f"`{name} = {value}`" for name, value in raw["settings"].items() if value) + ".")
    return [*lines, *raw["skipped"], ""]


def behind(sentences: list[str], measured: bool = True) -> list[str]:
    """The section that a page is not complete without."""
    nowhere = "In this run nowhere." if measured else "qstore did not take part in this run."
    return ["## Where qstore loses", "", *([f"- {s}" for s in sentences] or [nowhere]), ""]


def dataset_page(raw: dict) -> str:
    d, o = raw["dataset"], raw["options"]
    search, series = raw["search"], by_series(raw["search"])
    today = raw["machine"]["date"]
    lines = [f"# {d['title']}", ""]
    lines.append(
        f"Ten nearest of {d['rows']:,} rows, {d['queries']} held-out queries, one client; {o['rounds']} rounds, in each of which every line "
        f"below had its turn (at most {o['seconds']:g} s). Rates are medians over the rounds, ratios medians of the ratios inside a round. "
        "What each column is: [benches/README.md](../README.md)."
    )
    lines += ["", f"![recall against queries per second]({d['name']}.svg)", "", *behind([*losses(raw), *further.losses(raw)], any(f["contender"] == "qstore" for f in raw["indexes"]))]
    lines += ["## At equal recall", "", "Queries per second, interpolated between the settings measured; in brackets ours as a multiple of theirs.", ""]
    levels = equal_recall(search)
    names = [n for n in next(iter(levels.values())) if n != OURS] if levels else []
    rows = []
    for level in LEVELS:
        ours = levels[level].get(OURS)
        cells = [f"{level:g}", rate(sorted(ours)[len(ours) // 2]) if ours else "not reached" if OURS in levels[level] else "–"]
        for name in names:
            theirs = levels[level][name]
            middle = rate(sorted(theirs)[len(theirs) // 2]) if theirs else "not reached"
            cells.append(f"{middle} ({times(median_ratio(ours, theirs))} ×)" if ours and theirs else middle)
        rows.append(cells)
    lines += table(["recall@10", OURS, *names], rows)

    if met := goals(raw):
        lines += ["## Goals", "", "What the design asks for, and what this run measured.", ""]
        lines += further.table(["goal", "measured", "met"], [[*row[:2], "yes" if row[2] else "**no**"] for row in met])

    lines += ["## All settings", ""]
    floor = series.get("primary-key lookup", [None])[0]
    scans = [series[n][0] for n in ("stock exact", "qstore exact") if n in series]
    head = ["series", "setting", "recall@10", "queries/s", "p50 ms", "p99 ms", "in lookups"]
    head += [f"× {s['series']}" for s in scans] + (["× hnsw at this recall"] if "hnsw" in series else [])
    rows = []
    for p in search:
        recall = "–" if p["recall"] is None else f"{p['recall']:.4f}" + (f" ({p['recall_queries']} queries)" if p["recall_queries"] < d["queries"] else "")
        row = [p["series"], p["point"] or "–", recall, rate(p["qps"]), f"{p['p50_ms']:.3f}", f"{p['p99_ms']:.3f}"]
        row.append(times(median_ratio(floor["qps_rounds"], p["qps_rounds"])) if floor else "–")
        row += [times(median_ratio(p["qps_rounds"], s["qps_rounds"])) for s in scans]
        if "hnsw" in series:
            there = rates_at(series["hnsw"], p["recall"]) if p["recall"] is not None else None
            row.append(times(median_ratio(p["qps_rounds"], there)) if there else "–")
        rows.append(row)
    lines += table(head, rows)

    lines += ["## Build, size, inserts", ""]
    inserts = {i["contender"]: i for i in raw["inserts"]}
    rows = []
    for f in raw["indexes"]:
        insert = inserts.get(f["contender"])
        build = f"{f['build_seconds']:.1f}" if f["index"] else "–"
        size = megabytes(f["index_bytes"]) if f["index"] else "–"
        rows.append([f["title"], build, size, megabytes(f["table_bytes"]), f"{f['copy_seconds']:.1f}", rate(insert["rate"]) if insert else "–"])
    if "none" in inserts:
        rows.append(["no vector index", "–", "–", "–", "–", rate(inserts["none"]["rate"])])
    lines += table(["contender", "build s", "index MB", "table MB", "COPY s", "inserts/s"], rows)
    earlier: dict[str, list[dict]] = {}
    for f in raw["indexes"]:
        if f["index"] and f.get("date", today) != today:
            earlier.setdefault(f["date"], []).append(f)
    for date, of in earlier.items():
        loads = f"{min(f['load'] for f in of)} to {max(f['load'] for f in of)}"
        remarks = "".join(f" {f['remark']}" for f in of if "remark" in f)
        lines += [f"Loaded and built in an earlier run, {date} (load average {loads}): {', '.join(f['title'] for f in of)}.{remarks}", ""]
    if inserts:
        count = next(iter(inserts.values()))["rows"]
        lines += [f"Inserts: {count:,} single rows, prepared, a transaction each (`synchronous_commit = off`), into the loaded table with its index.", ""]
    lines += further.sections(raw)
    lines += [f"`{f['index']}`".replace("\n", " ") + "  " for f in raw["indexes"] if f["index"]]
    return "\n".join([*lines, "", *conditions(raw)])


def costs_page(raw: dict) -> str:
    lines = ["# Storage, idle cost and library size", "", *behind(cost_losses(raw))]
    if (storage := raw.get("toast")) is not None:
        lines += ["## DNA storage beside TOAST", "", "Bytes stored (`pg_column_size`, all values together); in brackets the share of the raw bytes.", ""]
        rows = [
            [r["content"], f"{r['values']:,}", f"{r['raw']:,}", *(f"{r[way]:,} ({100 * r[way] / r['raw']:.0f} %)" for way in storage["ways"])]
            for r in storage["rows"]
        ]
        lines += [*table(["content", "values", "raw", *storage["ways"]], rows), *storage["skipped"], ""]
    if (idle := raw.get("idle")) is not None:
        lines += ["## Library loaded, not used", ""]
        lines += [f"Scale {idle['scale']}, one client, {idle['seconds']} s a turn, with `session_preload_libraries = qstore` and without, in turn.", ""]
        rows = [
            [mode, f"{f['tps']['without']:,.0f}", f"{f['tps']['with']:,.0f}", f"{f['ratio']:.4f}", f"{f['spread']:.2f}"]
            for mode, f in idle["modes"].items()
        ]
        lines += table(["statements", "a second without", "with", "with / without", "fastest / slowest turn without"], rows)
    lines += ["## Libraries", "", "Bytes, as installed and after `strip`.", ""]
    rows = [[name, f"{s['installed']:,}", f"{s['stripped']:,}" if s["stripped"] else "–"] for name, s in raw["libraries"].items()]
    return "\n".join([*lines, *table(["file", "installed", "stripped"], rows), *conditions(raw)])


def distances_page(raw: dict) -> str:
    measured = raw["distances"]
    lines = ["# Distance functions beside pgvector's", ""]
    lines += [
        "Nanoseconds a row of `SELECT sum(v <-> $const) FROM items`, a sequential scan in one process over a table in shared buffers, in time of a processor, and in "
        f"brackets how many times as fast as pgvector qstore is. Medians of {measured['rounds']} rounds, in each of which both had a turn on the "
        "same table; ratios are medians of the ratios inside a round. The scan itself is in all figures; the first column has no distance, `count(v)`. Storage: in the row (`plain`), or in the "
        "TOAST table (`external`, the default of `vector` and `halfvec` beyond 2 kB). A tenth of the components of a `sparsevec` is not zero.",
        "",
        *behind(distance_losses(measured)),
        "## All",
        "",
    ]
    groups: dict[tuple, dict[str, dict]] = {}
    for row in measured["rows"]:
        groups.setdefault((row["type"], row["dims"], row["storage"], row["rows"]), {})[row["distance"]] = row
    tables: dict[tuple, list] = {}
    for (kind, dims, storage, count), of in groups.items():
        cells = [f"{kind}({dims})", storage, f"{count:,}"]
        for found in of.values():
            ns = found["ns_a_row"]
            cells.append(f"{ns['qstore']:,.0f} : {ns['pgvector']:,.0f} ({times(found['ratio'])} ×)")
        tables.setdefault(tuple(of), []).append(cells)
    for names, rows in tables.items():
        lines += [*table(["type", "storage", "rows", *(f"{name}, ours : pgvector's" for name in names)], rows), ""]
    lines += [f"qstore has no type {name} in this build." for name in measured["missing"]]
    return "\n".join([*lines, "", *conditions(raw)])


def dna_page(raw: dict) -> str:
    from dna_report import page

    return page(raw)


PAGES = {"dataset": dataset_page, "distances": distances_page, "dna": dna_page}


def write(raw: dict, folder: Path, name: str) -> None:
    """`name`.json, `name`.md and, of a data set, `name`.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n")
    page = next((make for key, make in PAGES.items() if key in raw), costs_page)(raw)
    (folder / f"{name}.md").write_text(page.rstrip() + "\n")
    if "dataset" in raw:
        if raw["search"]:
            plot.save(raw, folder / f"{name}.svg")
        if raw.get("filters", {}).get("points"):
            plot.save_filters(raw["filters"], folder / f"{name}-filters.svg")
    if "dna" in raw:
        dna_plot.save(raw["dna"], folder)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        path = Path(argument)
        write(json.loads(path.read_text()), path.parent, path.stem)
