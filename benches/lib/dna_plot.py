"""Plots of DNA storage as SVG: sizes of the corpora, and the ratio of the strand store over versions."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

# Grey or colour and hatching, so that the bars differ without colour, too.
STYLES = {"plain": ("#dddddd", ""), "pglz": ("#bbbbbb", "//"), "lz4": ("#92c5de", "\\\\"), "zstd -9": ("#f4a582", ".."), "dna": ("#000000", "")}


def save(measured: dict, folder: Path) -> None:
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "qstore", "font.family": "sans-serif", "font.size": 11})
    sizes(measured["rows"], folder / "dna-sizes.svg")
    versions(measured["versions"]["points"], folder / "dna-versions.svg")


def sizes(rows: list[dict], file: Path) -> None:
    figure, axes = plt.subplots(figsize=(9, 0.95 * len(rows) + 1.2))
    for place, row in enumerate(rows):
        columns = {way: of["column"] for way, of in row["ways"].items()}
        columns = {**{way: size for way, size in columns.items() if way != "dna"}, "zstd -9": row["zstd9"], "dna": columns["dna"]}
        for i, (way, size) in enumerate(columns.items()):
            colour, hatch = STYLES[way]
            share = 100 * size / columns["plain"]
            at = place + (i - (len(columns) - 1) / 2) * 0.16
            axes.barh(at, share, height=0.15, color=colour, hatch=hatch, edgecolor="#555555", linewidth=0.5, label=way if place == 0 else None)
            axes.annotate(f"{share:.0f}", (share, at), textcoords="offset points", xytext=(3, -3), fontsize=8)
    axes.set_yticks(range(len(rows)), [row["content"] for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("column size in percent of the plain column; shorter is better")
    axes.legend(loc="lower right", fontsize=9)
    finish(figure, axes, file)


def versions(points: list[dict], file: Path) -> None:
    figure, axes = plt.subplots(figsize=(9, 4.2))
    axes.plot([p["versions"] for p in points], [p["ratio"] for p in points], marker="o", color="#000000", linewidth=2, label="strand store")
    axes.set_xscale("log")
    axes.set_yscale("log")
    for p in points:
        axes.annotate(f"{p['ratio']:.0f}" if p["ratio"] >= 10 else f"{p['ratio']:.1f}", (p["versions"], p["ratio"]), textcoords="offset points", xytext=(-4, 8), ha="right", fontsize=9)
    axes.set_xlabel("versions of a document of 1 MB, each with one edit more")
    axes.set_ylabel("bytes stored : bytes taken, with parity and indexes")
    finish(figure, axes, file)


def finish(figure, axes, file: Path) -> None:
    axes.grid(True, which="major", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
