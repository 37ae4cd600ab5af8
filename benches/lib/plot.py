"""Recall against queries per second as SVG: text stays text, and shape tells the series apart without colour."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
from analysis import by_series, scale  # noqa: E402

# Marker, line, grey or colour. The order is fixed, so that a series looks the same in every plot.
STYLES = {
    "synaptic": ("o", "-", "#000000", 2.2),
    "synaptic, spill": ("o", (0, (1, 1)), "#000000", 1.4),
    "hnsw": ("s", "--", "#b2182b", 1.4),
    "ivfflat": ("^", ":", "#2166ac", 1.4),
    "vchordrq": ("D", "-.", "#1b7837", 1.4),
    "diskann": ("v", (0, (5, 1, 1, 1, 1, 1)), "#762a83", 1.4),
    "qstore exact": ("*", "", "#000000", 0),
    "pgvector exact": ("P", "", "#b2182b", 0),
    "stock exact": ("X", "", "#666666", 0),
}
TICKS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)


def save(raw: dict, file: Path) -> None:
    """Writes the plot of one data set."""
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "qstore", "font.family": "sans-serif", "font.size": 11})
    figure, axes = plt.subplots(figsize=(9, 5.6))
    series = by_series(raw["search"])
    lowest = min((p["recall"] for p in raw["search"] if p["recall"] is not None), default=0.5)
    for name, points in series.items():
        if name not in STYLES:
            continue
        marker, line, colour, width = STYLES[name]
        points = sorted(points, key=lambda p: p["recall"])
        x, y = [scale(p["recall"]) for p in points], [p["qps"] for p in points]
        axes.plot(x, y, marker=marker, linestyle=line or "none", color=colour, linewidth=width, markersize=7, label=name)
        # The name stands at the fast end of its curve.
        axes.annotate(name, (x[0], y[0]), textcoords="offset points", xytext=(-9, -4) if not line else (6, 8),
                      ha="right" if not line else "left", color=colour)  # fmt: skip
        if name == "synaptic":
            last = None
            for point, px, py in sorted(zip(points, x, y), key=lambda p: p[0]["declared"]):
                if last and abs(px - last[0]) < 0.12 and 0.75 < py / last[1] < 1.33:
                    continue  # it would lie on the label before
                last = (px, py)
                axes.annotate(point["point"].split()[-1], (px, py), textcoords="offset points", xytext=(-6, -15), fontsize=8.5, color=colour)
    floor = series.get("primary-key lookup")
    if floor:
        axes.axhline(floor[0]["qps"], color="#666666", linewidth=1, linestyle=(0, (1, 3)))
        axes.annotate("prepared primary-key lookup: the floor", (scale(lowest), floor[0]["qps"]), textcoords="offset points",
                      xytext=(0, 4), fontsize=9, color="#444444")  # fmt: skip
    axes.set_yscale("log")
    ticks = [t for t in TICKS if t >= lowest - 0.2]
    axes.set_xticks([scale(t) for t in ticks], [f"{t:g}" for t in ticks])
    axes.set_xlabel("recall@10 (scale: number of nines; 0.9999 and more stand at 1)")
    axes.set_ylabel("queries per second, one client, prepared")
    axes.set_title(raw["dataset"]["title"] + "; up and right is better", fontsize=11)
    axes.grid(True, which="major", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", frameon=False)
    figure.tight_layout()
    figure.savefig(file, format="svg", metadata={"Date": None})
    plt.close(figure)


FILTER_STYLES = {
    "synaptic, filter columns": ("o", "-", "#000000"),
    "synaptic, other columns": ("*", ":", "#000000"),
    "btree and sort": ("X", "--", "#666666"),
    "hnsw, iterative scan": ("s", "--", "#b2182b"),
    "vchordrq, prefilter": ("D", "-.", "#1b7837"),
    "diskann, labels": ("v", (0, (5, 1, 1, 1, 1, 1)), "#762a83"),
}


def save_filters(measured: dict, file: Path) -> None:
    """Queries per second by selectivity, one panel a column; a hollow marker where fewer rows came back than exist."""
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "qstore", "font.family": "sans-serif", "font.size": 11})
    figure, panels = plt.subplots(1, 2, figsize=(11, 5), sharey=True)
    for axes, (column, title) in zip(panels, (("u", "uncorrelated with distance"), ("c", "correlated with distance"))):
        for method, (marker, line, colour) in FILTER_STYLES.items():
            points = [p for p in measured["points"] if p["method"] == method and p["column"] == column]
            if not points:
                continue
            axes.plot([p["selectivity"] for p in points], [p["qps"] for p in points], linestyle=line, color=colour, label=method, linewidth=1.5)
            for p in points:
                full = p["rows"] >= min(10, int(p["selectivity"] * measured["rows"])) - 0.05
                axes.plot(p["selectivity"], p["qps"], marker=marker, color=colour, markerfacecolor=colour if full else "white", markersize=7)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.invert_xaxis()
        axes.set_xlabel("share of the rows that satisfy the condition")
        axes.set_title(title, fontsize=11)
        axes.grid(True, which="major", color="#dddddd", linewidth=0.7)
    panels[0].set_ylabel("queries per second, one client, prepared")
    panels[0].legend(loc="best", frameon=False, fontsize=9)
    figure.tight_layout()
    figure.savefig(file, format="svg", metadata={"Date": None})
    plt.close(figure)
