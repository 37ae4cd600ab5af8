"""The comparison of qstore with stock PostgreSQL and the peers that the server has. Started by scripts/bench.

The results are FOLDER/packages, FOLDER/synthetic, FOLDER/distances, FOLDER/dna and FOLDER/costs, each .md and .json, plots .svg.
"""

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))
import contenders  # noqa: E402
import costs  # noqa: E402
import data  # noqa: E402
import distances  # noqa: E402
import dna  # noqa: E402
import measure  # noqa: E402
import report  # noqa: E402
from server import STATE, Server, machine  # noqa: E402

SETS = ("packages", "synthetic")
PARTS = ("search", "inserts", "distances", "toast", "idle", "dna")
QUICK = {"rows": 4000, "queries": 60, "rounds": 2, "seconds": 0.1, "inserts": 60, "pgbench_seconds": 1, "pgbench_scale": 1, "distance_scale": 0.02, "dna_scale": 0.02}
FULL = {"rows": 500_000, "queries": 1000, "rounds": 7, "seconds": 2.0, "inserts": 2800, "pgbench_seconds": 5, "pgbench_scale": 10, "distance_scale": 1.0, "dna_scale": 1.0}


def options() -> argparse.Namespace:
    a = argparse.ArgumentParser(prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def some(of: tuple[str, ...]):
        def parse(text: str) -> list[str]:
            if unknown := set(text.split(",")) - set(of):
                raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(of)}")
            return text.split(",")

        return parse

    a.add_argument("--quick", action="store_true", help="small everything: a check of the tool; results go to .qstore/bench/quick")
    a.add_argument("--sets", type=some(SETS), default=list(SETS), metavar="A,B", help=f"of {', '.join(SETS)}")
    a.add_argument("--parts", type=some(PARTS), default=list(PARTS), metavar="A,B", help=f"of {', '.join(PARTS)}; the indexes are built for the first two")
    a.add_argument("--only", type=some(tuple(contenders.ALL)), metavar="A,B", help=f"contenders, of {', '.join(contenders.ALL)}")
    a.add_argument("--rows", type=int, help=f"rows of the synthetic set ({FULL['rows']:,})")
    a.add_argument("--queries", type=int, help=f"queries of a set ({FULL['queries']}; packages has 400)")
    a.add_argument("--rounds", type=int, help=f"rounds ({FULL['rounds']})")
    a.add_argument("--seconds", type=float, help=f"longest turn of a series in a round ({FULL['seconds']})")
    a.add_argument("--inserts", type=int, help=f"rows inserted into each index ({FULL['inserts']})")
    a.add_argument("--builds", type=int, default=1, help="times each index is built, in turn; the last one is searched (1)")
    a.add_argument("--note", action="append", default=[], help="a sentence for the results, such as how a peer was compiled; again for more")
    a.add_argument("--output", type=Path, help="folder of the results (benches/results)")
    a.add_argument("--keep", action="store_true", help="leave the cluster and its databases for a look: scripts/server start bench")
    chosen = a.parse_args()
    for name, value in (QUICK if chosen.quick else FULL).items():
        if getattr(chosen, name, None) is None:
            setattr(chosen, name, value)
    chosen.output = chosen.output or (STATE / "bench" / "quick" if chosen.quick else HERE / "results")
    for name in ("rows", "queries", "rounds", "seconds", "inserts", "builds"):
        if getattr(chosen, name) <= 0:
            a.error(f"--{name} must be above 0")
    if chosen.rows < 1000:
        a.error("--rows must be 1000 or more: below that there is nothing to search")
    return chosen


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def compare(server: Server, o: argparse.Namespace, name: str, head: dict) -> None:
    """One data set: load, build, search, insert; the page is written after each step that took long."""
    say(f"{name}: data and exact answers")
    inserted = o.inserts // o.rounds * o.rounds if "inserts" in o.parts else 0
    if name == "synthetic":
        of = data.synthetic(o.rows, o.queries, inserted)
    else:
        of = data.demo(min(o.rows, 10_000), o.queries, inserted)
    kth = of.truth(STATE / "bench")
    chosen, skipped = contenders.choose(o.only, server.available, of.metric, of.rows, of.dim)
    for sentence in skipped:
        say(sentence)
    raw = head | {
        "dataset": {"name": name, "title": of.title, "rows": of.rows, "dim": of.dim, "metric": of.metric, "queries": len(of.queries)},
        "skipped": skipped,
        "search": [],
        "inserts": [],
    }
    raw["indexes"], failed = measure.prepare(server, chosen, of, o.builds, say)
    raw["skipped"] += failed
    chosen = [c for c in chosen if c.name in {f["contender"] for f in raw["indexes"]}]
    if "search" in o.parts:
        raw["search"], failed = measure.search(server, chosen, of, kth, o.rounds, o.seconds, say)
        raw["skipped"] += failed
        report.write(raw, o.output, name)
    if inserted:
        raw["inserts"] = measure.inserts(server, chosen, of, o.rounds, say)
    report.write(raw, o.output, name)
    if not o.keep:
        for contender in chosen:
            server.drop(contender.name)


def main() -> None:
    o = options()
    facts = machine()
    if facts["load_at_start"] > 0.3 * facts["cores"]:
        say(f"the load average is {facts['load_at_start']}: the numbers will be worth little")
    with Server(keep=o.keep) as server:
        head = {
            "machine": facts,
            "versions": server.versions(contenders.EXTENSIONS),
            "settings": server.settings,
            "notes": o.note + (["A check of the tool: the numbers mean nothing"] if o.quick else []),
            "options": {n: getattr(o, n) for n in ("rows", "queries", "rounds", "seconds", "inserts", "builds", "only")},
            "skipped": [],
        }
        if {"search", "inserts"} & set(o.parts):
            for name in o.sets:
                compare(server, o, name, head)
        if "distances" in o.parts:
            if "vector" in server.available:
                report.write(head | {"distances": distances.measure(server, o.rounds, o.distance_scale, say)}, o.output, "distances")
            else:
                say("pgvector is not installed in this server: there is nothing to compare the distance functions with")
        if "dna" in o.parts:
            report.write(head | {"dna": dna.measure(server, o.rounds, min(o.seconds, 0.25), o.dna_scale, say)}, o.output, "dna")
        raw = head | {"libraries": server.libraries(contenders.EXTENSIONS)}
        if "toast" in o.parts:
            say("DNA storage beside TOAST")
            raw["toast"] = costs.toast(server)
        if "idle" in o.parts:
            raw["idle"] = costs.idle(server, o.rounds, o.pgbench_seconds, o.pgbench_scale, say)
        if {"toast", "idle"} & set(o.parts):
            report.write(raw, o.output, "costs")
    say(f"results: {o.output}")


main()
