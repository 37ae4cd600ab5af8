"""Sections of a data set's page about clients, cold caches, filters and churn; each only where it was measured."""

from contenders import OPERATOR


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table, all but the first two columns to the right."""
    rule = ["---", "---"] + ["---:"] * (len(head) - 2)
    return ["| " + " | ".join(line) + " |" for line in [head, rule, *rows]] + [""]


def clients(found: list[dict]) -> list[str]:
    """One and two clients."""
    lines = ["## One and two clients", "", "Each client a process of its own, on a processor that it shares with its server process alone. Of each method the fastest setting that reached "
        "the recall.", ""]
    rows, ones = [], {(f["series"], f["point"]): f for f in found if f["clients"] == 1}
    for f in found:
        if f["clients"] == 2:
            one = ones[f["series"], f["point"]]
            level = "–" if f["level"] is None else f"{f['level']:g}"
            rows.append([f"{f['series']} {f['point']}".strip(), level, *(f"{x['qps']:,.0f}" for x in (one, f)), *(f"{x['p99_ms']:.3f}" for x in (one, f))])
    return lines + table(["method", "recall", "queries/s, 1 client", "2 clients", "p99 ms, 1 client", "2 clients"], rows)


def cold(measured: dict) -> list[str]:
    """After a restart."""
    how = "the kernel's page cache emptied" if measured["kernel_cache_emptied"] else "the kernel's page cache as it was: emptying it was not permitted"
    lines = ["## Cold cache", "", f"After a restart of the server, {how}: the first query and the mean of the first {measured['queries']}, ms; medians of {measured['rounds']} restarts.", ""]
    rows = [[f"{r['series']} {r['point']}", f"{r['level']:g}", f"{r['first_ms']:.1f}", f"{r['mean_ms']:.2f}"] for r in measured["rows"]]
    return lines + table(["method", "recall", "first query", "mean"], rows)


def filters(measured: dict, name: str) -> list[str]:
    """Conditions on columns."""
    lines = ["## Filters", "", f"![queries per second by selectivity]({name}-filters.svg)", ""]
    lines += [
        f"`WHERE column < n ORDER BY v {OPERATOR[measured.get('metric', 'l2')]} $1 LIMIT 10` on the first {measured['rows']:,} rows; `u` is random, `c` the rank along the first principal axis. In each cell queries a "
        "second, recall@10 among the rows that satisfy the condition, and in brackets the rows returned where they are fewer than there are.",
        "",
    ]
    shares = sorted({p["selectivity"] for p in measured["points"]}, reverse=True)
    rows = []
    for column in ("u", "c"):
        for method in dict.fromkeys(p["method"] for p in measured["points"]):
            cells = []
            for share in shares:
                p = next((p for p in measured["points"] if (p["method"], p["column"], p["selectivity"]) == (method, column, share)), None)
                if p is None:
                    cells.append("–")
                    continue
                few = f" ({p['rows']:.1f} rows)" if p["rows"] < min(10, int(share * measured["rows"])) - 0.05 else ""
                cells.append(f"{p['qps']:,.0f}; {p['recall']:.3f}{few}")
            rows.append([method, {"u": "random", "c": "principal axis"}[column], *cells])
    lines += table(["method", "column", *(f"{100 * s:g} %" for s in shares)], rows)
    if any(p["method"] == "diskann, labels" for p in measured["points"]):
        lines += ["*diskann, labels*: `WHERE labels && ARRAY[k]`, where a row's `smallint[]` has the number of each of the ten conditions of this table that it satisfies.", ""]
    return [*lines, *measured["skipped"], ""]


def filter_losses(measured: dict) -> list[str]:
    """Where the index with filter columns misses its default recall of 0.95 by more than 0.01, or another is as good and faster."""
    sentences = []
    ours = [p for p in measured["points"] if p["method"] == "synaptic, filter columns"]
    for p in ours:
        where = f"{100 * p['selectivity']:g} % of the rows, {'random' if p['column'] == 'u' else 'principal axis'}"
        if p["recall"] < 0.94:
            sentences.append(f"Filters, {where}: recall {p['recall']:.3f}, declared 0.95.")
        for other in measured["points"]:
            same = (other["column"], other["selectivity"]) == (p["column"], p["selectivity"])
            if same and other["qps"] > p["qps"] and other["recall"] >= p["recall"] - 0.01:
                sentences.append(f"Filters, {where}: {other['method']} is {other['qps'] / p['qps']:.1f} times as fast at recall {other['recall']:.3f}.")
    return sentences


def churn_losses(measured: dict) -> list[str]:
    """Where the index after a change misses the goal beside a fresh one."""
    return [
        f"{s['state']}, declared {s['declared']:g}: recall {s['recall']:.4f} beside {s['fresh_recall']:.4f}, time {s['ratio']:.2f} times a fresh build's."
        for s in measured["states"]
        if s["recall"] < s["fresh_recall"] - 0.01 or s["ratio"] > 1.3
    ]


def losses(raw: dict) -> list[str]:
    """Sentences for the section that a page is not complete without."""
    return (filter_losses(raw["filters"]) if raw.get("filters") else []) + (churn_losses(raw["churn"]) if raw.get("churn") else [])


def churn(measured: dict) -> list[str]:
    """Replaced rows and growth."""
    lines = ["## Churn and growth", ""]
    lines += [
        f"The index after the change beside one built anew on the same rows; {measured['queries']} queries, {measured['rounds']} turns of each, median ms. Goal: recall within 0.01, time "
        "within 1.3. Rows are inserted by one statement; after the deletion the table is vacuumed.",
        "",
    ]
    rows = []
    for s in measured["states"]:
        rate = "–" if s["inserts_per_second"] is None else f"{s['inserts_per_second']:,.0f}"
        rows.append(
            [s["state"], f"{s['declared']:g}", f"{s['recall']:.4f}", f"{s['fresh_recall']:.4f}", f"{s['ms']:.3f}", f"{s['fresh_ms']:.3f}", f"{s['ratio']:.2f}"]
            + [f"{s['bytes'] / 1e6:,.1f}", f"{s['fresh_bytes'] / 1e6:,.1f}", rate, f"{s['build_seconds']:.1f}"]
        )
    return lines + table(["state", "declared", "recall", "fresh", "ms", "fresh", "ratio", "MB", "fresh", "inserts/s", "fresh build s"], rows)


def sections(raw: dict) -> list[str]:
    """All of them, in the order of the page."""
    lines: list[str] = []
    if raw.get("clients"):
        lines += clients(raw["clients"])
    if raw.get("cold"):
        lines += cold(raw["cold"])
    if raw.get("filters", {}).get("points"):
        lines += filters(raw["filters"], raw["dataset"]["name"])
    if raw.get("churn"):
        lines += churn(raw["churn"])
    return lines
