"""Throughput of one and of two clients at a recall, and the first queries after a restart with empty caches."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
from contenders import Contender, Series
from data import DataSet, binary
from measure import Statement
from server import STATE, Server

LEVELS = (0.95, 0.99)
COLD_QUERIES = 100


def chosen(search: list[dict], contenders: list[Contender], levels=LEVELS) -> list[tuple[Contender, Series, float | None]]:
    """Of each contender the fastest setting that reached each level, and the floor; with the level, None for the floor."""
    out = []
    for contender in contenders:
        points = {(p["series"], p["point"]): p for p in search if p["contender"] == contender.name}
        for series in contender.series:
            if series.kind == "floor":
                out.append((contender, series, None))
        for level in levels:
            # what an index promises counts as reached when it is missed by no more than the tolerance of its promise
            reach = [p for p in points.values() if p["kind"] == "approximate" and p["recall"] >= level - (0.002 if p["declared"] == level else 0)]
            if reach:
                best = max(reach, key=lambda p: p["qps"])
                series = next(s for s in contender.series if (s.name, s.point) == (best["series"], best["point"]))
                out.append((contender, series, level))
    return out


def concurrent(server: Server, runs: list[tuple[Contender, Series, float | None]], of: DataSet, rounds: int, seconds: float, say) -> list[dict]:
    """Queries per second and latencies of 1 and 2 client processes, every series in turn."""
    STATE.joinpath("bench").mkdir(parents=True, exist_ok=True)
    queries = STATE / "bench" / "queries.npy"
    np.save(queries, of.queries)
    keys = np.random.default_rng(3).integers(of.rows, size=1000).tolist()
    found: dict[tuple[int, int], dict] = {}
    for turn in range(rounds):
        say(f"clients, round {turn + 1} of {rounds}")
        for number, (contender, series, level) in enumerate(runs):
            for count in (1, 2):
                spec = {
                    "dsn": server.dsn(contender.name), "settings": series.settings, "statement": series.statement, "seconds": seconds,
                    "kind": "integer" if series.kind == "floor" else contender.kind, "queries": str(queries), "keys": keys,
                }  # fmt: skip
                script = Path(__file__).with_name("client.py")
                workers = [subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]
                for i, worker in enumerate(workers):
                    worker.stdin.write(json.dumps(spec | {"start": 500 * i, "cpu": i}) + "\n")
                    worker.stdin.flush()
                for worker in workers:
                    if worker.stdout.readline().strip() != "ready":
                        raise RuntimeError(f"{series.name}: a client did not start")
                for worker in workers:
                    worker.stdin.write("go\n")
                    worker.stdin.flush()
                answers = [json.loads(worker.stdout.readline()) for worker in workers]
                for worker in workers:
                    worker.wait()
                entry = found.setdefault(
                    (number, count),
                    {"contender": contender.name, "series": series.name, "point": series.point, "level": level, "clients": count, "qps_rounds": [], "latencies": []},
                )
                entry["qps_rounds"].append(sum(len(a["latencies"]) / a["seconds"] for a in answers))
                entry["latencies"] += [x for a in answers for x in a["latencies"]]
    for entry in found.values():
        milliseconds = np.array(entry.pop("latencies")) * 1e3
        entry |= {"qps": statistics.median(entry["qps_rounds"]), "p50_ms": float(np.percentile(milliseconds, 50)), "p99_ms": float(np.percentile(milliseconds, 99))}
    return list(found.values())


def drop_caches() -> bool:
    """Empties the kernel's page cache, where that is allowed."""
    try:
        subprocess.run(["sync"], check=True)
        Path("/proc/sys/vm/drop_caches").write_text("1\n")
        return True
    except OSError:
        return False


def cold(server: Server, runs: list[tuple[Contender, Series, float | None]], of: DataSet, rounds: int, say) -> dict:
    """Milliseconds of the first queries after a restart of the server with empty caches, each once."""
    emptied, rows = True, []
    for contender, series, level in runs:
        if level is None:
            continue
        say(f"cold cache: {series.name} {series.point}")
        first, rest = [], []
        for turn in range(rounds):
            dropped: list[bool] = []
            server.restart(lambda: dropped.append(drop_caches()))
            emptied = emptied and dropped[0]
            conn = server.connect(contender.name)
            for name, value in series.settings.items():
                conn.execute("SELECT set_config(%s, %s, false)", (name, value))
            statement = Statement(conn, "q", series.statement)
            some = of.queries.take(range(turn * COLD_QUERIES, (turn + 1) * COLD_QUERIES), axis=0, mode="wrap")
            times = [statement.timed(binary(contender.kind, q))[0] * 1e3 for q in some]
            first.append(times[0])
            rest.append(sum(times) / len(times))
            conn.close()
        rows.append({"contender": contender.name, "series": series.name, "point": series.point, "level": level, "first_ms": statistics.median(first), "mean_ms": statistics.median(rest)})
    return {"queries": COLD_QUERIES, "rounds": rounds, "kernel_cache_emptied": emptied, "rows": rows}
