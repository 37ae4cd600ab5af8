"""The comparison of qstore with stock PostgreSQL and the peers that the server has. Started by scripts/bench.

The results are FOLDER/packages, FOLDER/synthetic, FOLDER/distances, FOLDER/dna and FOLDER/costs, each .md and .json, plots .svg.
"""

import argparse
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))
import churn  # noqa: E402
import clients  # noqa: E402
import contenders  # noqa: E402
import costs  # noqa: E402
import data  # noqa: E402
import distances  # noqa: E402
import dna  # noqa: E402
import filters  # noqa: E402
import measure  # noqa: E402
import report  # noqa: E402
from server import STATE, Server, machine  # noqa: E402

SETS = ("packages", "synthetic", "large")
ON_SETS = ("build", "search", "clients", "cold", "inserts", "filters", "churn")
PARTS = (*ON_SETS, "distances", "toast", "idle", "dna")
QUICK = {"rows": 4000, "filter_rows": 4000, "queries": 60, "rounds": 2, "seconds": 0.1, "inserts": 60, "pgbench_seconds": 1, "pgbench_scale": 1, "distance_scale": 0.02, "dna_scale": 0.02}
FULL = {"rows": 500_000, "filter_rows": 200_000, "queries": 1000, "rounds": 7, "seconds": 2.0, "inserts": 2800, "pgbench_seconds": 5, "pgbench_scale": 10, "distance_scale": 1.0, "dna_scale": 1.0}


def options() -> argparse.Namespace:
    a = argparse.ArgumentParser(prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def some(of: tuple[str, ...]):
        def parse(text: str) -> list[str]:
            if unknown := set(text.split(",")) - set(of):
                raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(of)}")
            return text.split(",")

        return parse

    def setting(text: str) -> tuple[str, str]:
        name, equals, value = text.partition("=")
        if not equals:
            raise argparse.ArgumentTypeError(f"{text}: a setting is NAME=VALUE")
        return name, value

    a.add_argument("--quick", action="store_true", help="small everything: a check of the tool; results go to .qstore/bench/quick")
    a.add_argument("--sets", type=some(SETS), default=["packages", "synthetic"], metavar="A,B", help=f"of {', '.join(SETS)}")
    a.add_argument("--parts", type=some(PARTS), default=[p for p in PARTS if p not in ("build", "churn")], metavar="A,B", help=f"of {', '.join(PARTS)}; all by default but build and churn")
    a.add_argument("--only", type=some(tuple(contenders.ALL)), metavar="A,B", help=f"contenders, of {', '.join(contenders.ALL)}")
    a.add_argument("--rows", type=int, help=f"rows of the synthetic set ({FULL['rows']:,})")
    a.add_argument("--filter-rows", type=int, help=f"rows of the part filters ({FULL['filter_rows']:,})")
    a.add_argument("--queries", type=int, help=f"queries of a set ({FULL['queries']}; packages has 400)")
    a.add_argument("--rounds", type=int, help=f"rounds ({FULL['rounds']})")
    a.add_argument("--cold-rounds", type=int, default=3, help="restarts of the server a line of the part cold (3)")
    a.add_argument("--seconds", type=float, help=f"longest turn of a series in a round ({FULL['seconds']})")
    a.add_argument("--inserts", type=int, help=f"rows inserted into each index ({FULL['inserts']})")
    a.add_argument("--builds", type=int, default=1, help="times each index is built, in turn; the last one is searched (1)")
    a.add_argument("--packages", type=Path, metavar="FOLDER", help="more package embeddings than the repository has, see data.demo")
    a.add_argument("--continue", dest="resume", action="store_true", help="go on with what an earlier run with --keep left: its databases and its page")
    a.add_argument("--note", action="append", default=[], help="a sentence for the results, such as how a peer was compiled; again for more")
    a.add_argument("--output", type=Path, help="folder of the results (benches/results)")
    a.add_argument("--rebuild", type=some(tuple(contenders.ALL)), default=[], metavar="A,B", help="with --continue: contenders that are loaded and built anew")
    a.add_argument("--cluster", default="bench", metavar="NAME", help="name of the private cluster: several can be kept beside each other (bench)")
    a.add_argument("--setting", type=setting, action="append", default=[], metavar="NAME=VALUE", help="a setting of the server, in place of the tool's; again for more")
    a.add_argument("--keep", action="store_true", help="leave the cluster and its databases for a look: scripts/server start NAME")
    chosen = a.parse_args()
    for name, value in (QUICK if chosen.quick else FULL).items():
        if getattr(chosen, name, None) is None:
            setattr(chosen, name, value)
    chosen.output = chosen.output or (STATE / "bench" / "quick" if chosen.quick else HERE / "results")
    for name in ("rows", "queries", "rounds", "cold_rounds", "seconds", "inserts", "builds"):
        if getattr(chosen, name) <= 0:
            a.error(f"--{name} must be above 0")
    if chosen.rows < 1000:
        a.error("--rows must be 1000 or more: below that there is nothing to search")
    return chosen


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def prepare_filters(server: Server, o: argparse.Namespace, of: data.DataSet, raw: dict) -> dict:
    """The databases of the part filters, those of an earlier run where it goes on with that."""
    before = raw.get("filters", {}) if o.resume else {}
    return filters.prepare(server, of.beginning(o.filter_rows), o.only, o.rebuild, before, say)


def compare(server: Server, o: argparse.Namespace, name: str, head: dict) -> None:
    """One data set: load, build, search, insert and what else is asked for; the page is written after each step that took long.

    With the part `build` nothing is measured but the builds.
    """
    say(f"{name}: data and exact answers")
    inserted = o.inserts // o.rounds * o.rounds if "inserts" in o.parts else 0
    extra = max(inserted, o.rows if "churn" in o.parts else 0)
    if name == "packages":
        of = data.demo(min(o.rows, 10_000), o.queries, inserted, o.packages)
    elif name == "synthetic":
        of = data.synthetic(o.rows, o.queries, extra)
    else:
        of = data.synthetic(o.rows, o.queries, extra, dim=384, latent_dim=data.LARGE_LATENT, name=name)
    raw = head | {
        "dataset": {"name": name, "title": of.title, "rows": of.rows, "dim": of.dim, "metric": of.metric, "queries": len(of.queries)},
        "indexes": [],
        "search": [],
        "inserts": [],
    }
    file = o.output / f"{name}.json"
    if o.resume and file.exists():
        before = json.loads(file.read_text())
        head = {k: head[k] for k in ("machine", "versions", "settings", "options")} | {"dataset": raw["dataset"]}
        raw = raw | before | head | {"notes": list(dict.fromkeys([*before["notes"], *raw["notes"]]))}
    when = {"date": raw["machine"]["date"], "commit": raw["machine"]["qstore_commit"]}
    raw["measured"] = dict(raw.get("measured", {}))

    def done(part: str) -> None:
        raw["measured"][part] = when
        report.write(raw, o.output, name)

    chosen, skipped = contenders.choose(o.only, server.available, of.metric, of.rows, of.dim)
    raw["indexes"] = [f for f in raw["indexes"] if f["contender"] not in o.rebuild]
    built = {f["contender"] for f in raw["indexes"]}
    if {"build", "search", "clients", "cold", "inserts"} & set(o.parts):
        for sentence in skipped:
            say(sentence)
        facts, failed = measure.prepare(server, [c for c in chosen if c.name not in built], of, o.builds, raw["machine"]["date"], say)
        order = list(contenders.ALL)
        raw["indexes"] = sorted(raw["indexes"] + facts, key=lambda f: order.index(f["contender"]))
        raw["skipped"] = list(dict.fromkeys([*raw["skipped"], *skipped, *failed]))
        chosen = [c for c in chosen if c.name in {f["contender"] for f in raw["indexes"]}]
        report.write(raw, o.output, name)
    if "build" in o.parts:
        if "filters" in o.parts:
            raw["filters"] = prepare_filters(server, o, of, raw)
            report.write(raw, o.output, name)
        return
    if o.resume and {"search", "clients", "cold"} & set(o.parts):
        raw["notes"] += measure.clean(server, chosen, of.rows)
    if "search" in o.parts:
        kth = of.truth(STATE / "bench")
        raw["search"], failed = measure.search(server, chosen, of, kth, o.rounds, o.seconds, say)
        raw["skipped"] += failed
        done("search")
    runs = clients.chosen(raw["search"], chosen)
    if "clients" in o.parts:
        if "search" not in o.parts:
            measure.warm(server, chosen)
        raw["clients"] = clients.concurrent(server, runs, of, o.rounds, o.seconds, say)
        done("clients")
    if inserted:
        raw["inserts"] = measure.inserts(server, chosen, of, o.rounds, say)
        done("inserts")
    # After the inserts, not before: they need warm caches.
    if "cold" in o.parts:
        raw["cold"] = clients.cold(server, runs, of, min(o.rounds, o.cold_rounds), say)
        done("cold")
    if "filters" in o.parts:
        prepared = prepare_filters(server, o, of, raw)
        raw["filters"] = filters.measure(server, of.beginning(o.filter_rows), prepared, o.rounds, o.seconds, o.keep, say)
        done("filters")
    if "churn" in o.parts and of.metric == "l2":
        raw["churn"] = churn.measure(server, of, o.rounds, say)
        done("churn")
    report.write(raw, o.output, name)
    if not o.keep:
        for contender in chosen:
            server.drop(contender.name)


def main() -> None:
    o = options()
    facts = machine()
    if facts["load_at_start"] > 0.3 * facts["cores"]:
        say(f"the load average is {facts['load_at_start']}: the numbers will be worth little")
    with Server(o.keep, o.resume, o.cluster, dict(o.setting)) as server:
        head = {
            "machine": facts,
            "versions": server.versions(contenders.EXTENSIONS),
            "settings": server.settings,
            "notes": o.note + (["A check of the tool: the numbers mean nothing"] if o.quick else []),
            "options": {n: getattr(o, n) for n in ("rows", "queries", "rounds", "seconds", "inserts", "builds", "only")},
            "skipped": [],
        }
        if set(ON_SETS) & set(o.parts):
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
