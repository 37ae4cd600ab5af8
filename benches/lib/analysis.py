"""From rounds to ratios: rates at equal recall, and the sentences that say where qstore loses."""

import math
import statistics

LEVELS = (0.90, 0.95, 0.99, 0.999)
OURS = "synaptic"
OTHER_OF_OURS = ("synaptic, spill", "spill")  # a series and a contender beside: no peer, and not what is compared with peers
TOLERANCE = 0.01  # a declared recall is met when it is missed by no more than this


def median_ratio(rates: list[float], others: list[float]) -> float:
    """Median of the ratios inside the rounds: both saw the same drift of the machine."""
    return statistics.median(a / b for a, b in zip(rates, others))


def by_series(search: list[dict]) -> dict[str, list[dict]]:
    """Points of each series, in the order measured."""
    out: dict[str, list[dict]] = {}
    for point in search:
        out.setdefault(point["series"], []).append(point)
    return out


def frontier(points: list[dict]) -> list[dict]:
    """Points of a series that no other beats in recall and speed at once, by rising recall."""
    best: list[dict] = []
    for point in sorted(points, key=lambda p: (-p["recall"], -p["qps"])):
        if not best or point["qps"] > best[-1]["qps"]:
            best.append(point)
    return best[::-1]


def scale(recall: float) -> float:
    """Recall on the axis that the curves are straight on: the number of nines, ending at four."""
    return -math.log10(max(1 - recall, 1e-4))


def rates_at(points: list[dict], recall: float) -> list[float] | None:
    """Queries per second of each round at a recall, between two settings by interpolation; None where no setting reaches it.

    Below the lowest recall measured the fastest setting counts: it gives more than was asked for.
    """
    edge = frontier(points)
    if not edge or edge[-1]["recall"] < recall:
        return None
    above = next(i for i, p in enumerate(edge) if p["recall"] >= recall)
    high = edge[above]
    if above == 0 or scale(high["recall"]) == scale(edge[above - 1]["recall"]):
        return high["qps_rounds"]
    low = edge[above - 1]
    share = (scale(recall) - scale(low["recall"])) / (scale(high["recall"]) - scale(low["recall"]))
    share = min(max(share, 0.0), 1.0)
    return [a ** (1 - share) * b**share for a, b in zip(low["qps_rounds"], high["qps_rounds"])]


def equal_recall(search: list[dict]) -> dict[float, dict[str, list[float] | None]]:
    """Of each level the rates of every approximate series."""
    series = {name: points for name, points in by_series(search).items() if points[0]["kind"] == "approximate"}
    return {level: {name: rates_at(points, level) for name, points in series.items()} for level in LEVELS}


def take_ours(rates: dict) -> list[float] | None:
    """Our rates; what is left are the peers'."""
    for name in OTHER_OF_OURS:
        rates.pop(name, None)
    return rates.pop(OURS, None)


def indexes_of(raw: dict) -> dict[str, dict]:
    """The indexes that are compared, by contender."""
    return {f["contender"]: f for f in raw["indexes"] if f["index"] and f["contender"] not in OTHER_OF_OURS}


def losses(raw: dict) -> list[str]:
    """Every figure in which something else is ahead of qstore, or qstore misses what it declares. Empty when there is none."""
    found = []
    for level, rates in equal_recall(raw["search"]).items():
        ours = take_ours(rates)
        if ours is None and OURS in by_series(raw["search"]):
            found.append(f"At recall@10 {level} no setting of qstore.recall gets there.")
        for name, theirs in rates.items():
            if ours and theirs and (ratio := median_ratio(ours, theirs)) < 1:
                found.append(f"At recall@10 {level} {name} is faster: {1 / ratio:.2f} times our queries per second.")
    for point in raw["search"]:
        declared, recall = point["declared"], point["recall"]
        if declared is not None and (recall < declared - TOLERANCE or (declared == 1 and recall < 1)):
            whose = "" if point["series"] == OURS else f" ({point['series']})"
            found.append(f"qstore.recall = {declared}{whose} gives recall@10 {recall:.4f}.")
    exact = {p["series"]: p for p in raw["search"] if p["kind"] == "exact"}
    if (ours := exact.get("qstore exact")) is not None:
        for name, point in exact.items():
            if (ratio := median_ratio(ours["qps_rounds"], point["qps_rounds"])) < 1:
                found.append(f"{name}: exact search is faster, {1 / ratio:.2f} times our queries per second.")
    if (scan := exact.get("qstore exact")) is not None:
        for point in by_series(raw["search"]).get(OURS, []):
            if (ratio := median_ratio(scan["qps_rounds"], point["qps_rounds"])) > 1:
                found.append(f"At qstore.recall = {point['declared']} the index is slower than our sequential scan, {ratio:.2f} times.")
    indexes = indexes_of(raw)
    inserts = {i["contender"]: i for i in raw["inserts"]}
    for name, other in indexes.items():
        if (ours := indexes.get("qstore")) is None or name == "qstore":
            continue
        if other["build_seconds"] < ours["build_seconds"]:
            found.append(f"{name} builds faster: {other['build_seconds']:.1f} s, ours {ours['build_seconds']:.1f} s.")
        if other["index_bytes"] < ours["index_bytes"]:
            found.append(f"{name} is smaller: {other['index_bytes'] / 1e6:,.1f} MB, ours {ours['index_bytes'] / 1e6:,.1f} MB.")
        if name in inserts and "qstore" in inserts:
            if (ratio := median_ratio(inserts["qstore"]["rate_rounds"], inserts[name]["rate_rounds"])) < 1:
                found.append(f"{name} takes inserts faster: {1 / ratio:.2f} times our rows per second.")
    return found


def goals(raw: dict) -> list[tuple[str, str, bool]]:
    """Goal, what was measured, and whether that meets it; only those that the run has numbers for."""
    found: list[tuple[str, str, bool]] = []
    search = raw["search"]
    floor = by_series(search).get("primary-key lookup", [None])[0]
    for level, lookups in ((0.95, 3), (0.99, 5)):
        rates = equal_recall(search)[level]
        ours = take_ours(rates)
        peers = {name: median_ratio(ours, theirs) for name, theirs in rates.items() if ours and theirs}
        if peers:
            name = min(peers, key=peers.get)
            found.append((f"recall {level}: 3 times the queries per second of the fastest peer", f"{peers[name]:.2f} times ({name})", peers[name] >= 3))
        if ours and floor:
            ratio = median_ratio(floor["qps_rounds"], ours)
            found.append((f"recall {level}: a query at most {lookups} primary-key lookups (1M × 384)", f"{ratio:.1f}", ratio <= lookups))
    indexes = indexes_of(raw)
    inserts = {i["contender"]: i for i in raw["inserts"]}
    if (ours := indexes.pop("qstore", None)) and indexes:
        fastest = min(indexes.values(), key=lambda f: f["build_seconds"])
        text = f"{ours['build_seconds']:.1f} s; {fastest['contender']} {fastest['build_seconds']:.1f} s"
        found.append(("builds faster than every peer", text, ours["build_seconds"] < fastest["build_seconds"]))
        if "hnsw" in indexes:
            share = ours["index_bytes"] / indexes["hnsw"]["index_bytes"]
            found.append(("a quarter of hnsw's size", f"{share:.2f}", share <= 0.25))
    if "qstore" in inserts and "hnsw" in inserts:
        ratio = median_ratio(inserts["qstore"]["rate_rounds"], inserts["hnsw"]["rate_rounds"])
        found.append(("inserts five times hnsw's", f"{ratio:.1f} times", ratio >= 5))
    missed = [p["declared"] - p["recall"] for p in search if p["declared"] is not None]
    if missed:
        found.append(("declared recall met within 0.01", f"missed by {max(0.0, *missed):.4f} at most", max(missed) <= TOLERANCE))
    return found


def cost_losses(costs: dict) -> list[str]:
    """The same for what is measured without a vector index."""
    found = []
    if (storage := costs.get("toast")) is not None and "dna" in storage["ways"]:
        for row in storage["rows"]:
            for way in storage["ways"]:
                if way != "dna" and row[way] < row["dna"]:
                    found.append(f"{row['content']}: {way} is smaller than dna, {row[way]:,} to {row['dna']:,} bytes.")
    for mode, figures in costs.get("idle", {}).get("modes", {}).items():
        if figures["ratio"] < 1:
            cost, noise = 100 * (1 - figures["ratio"]), 100 * (figures["spread"] - 1)
            found.append(f"{mode}: {cost:.1f} % fewer transactions with the library loaded; turns without it differ by {noise:.1f} %.")
    return found


def distance_losses(measured: dict) -> list[str]:
    """The same for the distance functions."""
    return [
        f"{row['distance']} of {row['type']}({row['dims']}), {row['storage']}: {100 * (1 - row['ratio']):.0f} % slower than pgvector's."
        for row in measured["rows"]
        if row["operator"] and row["ratio"] < 1
    ]
