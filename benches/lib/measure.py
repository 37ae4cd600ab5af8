"""Measuring: passes of queries in rounds, recall, builds and inserts.

The machine drifts, so nothing is measured in one piece: every series has its turn in every round (A B C, A B C, …), each
figure is the median over the rounds, and each ratio is the median of the ratios inside one round. The client is libpq through
psycopg's thin layer: server-side prepared, binary both ways; a query's time is from sending to the complete answer.
"""

import os
import statistics
import struct
import time
from dataclasses import dataclass, field

import numpy as np
import psycopg
from data import DataSet, binary, copy_binary
from contenders import Contender, Series
from processor import Tied
from psycopg.pq import ExecStatus
from server import Server, build, load, prewarm, size

WARM_UP = 10  # untimed queries at the head of each pass: the caches held another series' data
RECALL_TURNS = 15  # the first pass of a series, for recall over all queries, may take as long as this many turns


class Statement:
    """A prepared statement of one integer or vector parameter on a connection of its own."""

    def __init__(self, conn: psycopg.Connection, name: str, text: str):
        self.conn, self.pgconn, self.name = conn, conn.pgconn, name.encode()
        self._check(self.pgconn.prepare(self.name, text.encode()))

    def _check(self, result):
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise RuntimeError(f"{self.name.decode()}: {result.error_message.decode().strip()}")
        return result

    def __call__(self, *parameters: bytes):
        return self._check(self.pgconn.exec_prepared(self.name, parameters, [1] * len(parameters), 1))

    def timed(self, *parameters: bytes) -> tuple[float, object]:
        start = time.perf_counter_ns()
        result = self.pgconn.exec_prepared(self.name, parameters, [1] * len(parameters), 1)
        seconds = (time.perf_counter_ns() - start) / 1e9
        return seconds, self._check(result)


def ids(result) -> list[int]:
    return [struct.unpack(">i", result.get_value(row, 0))[0] for row in range(result.ntuples)]


@dataclass
class Run:
    """One series being measured: where its next pass starts, and what it has seen."""

    contender: Contender
    series: Series
    statement: Statement
    parameters: list[bytes]
    position: int = 0
    rates: list[float] = field(default_factory=list)  # queries per second, one a round
    latencies: list[float] = field(default_factory=list)  # seconds, all rounds
    answered: dict[int, int] = field(default_factory=dict)  # query -> hits

    def apply(self) -> None:
        self.statement.conn.execute("RESET ALL")
        for name, value in self.series.settings.items():
            self.statement.conn.execute("SELECT set_config(%s, %s, false)", (name, value))

    def check_plan(self) -> None:
        """The statement must run as the series says; an index that the planner ignores must not be measured by accident."""
        name, kind = self.statement.name.decode(), "integer" if self.series.kind == "floor" else self.contender.kind
        value = "1" if kind == "integer" else "NULL::" + kind
        plan = "\n".join(row[0] for row in self.statement.conn.execute(f"EXPLAIN (COSTS off) EXECUTE {name}({value})"))
        if self.series.plan not in plan:
            raise RuntimeError(f"{self.series.name} {self.series.point}: the plan has no {self.series.plan!r}:\n{plan}")

    def turn(self, budget: float, data: DataSet, kth: np.ndarray) -> None:
        """One pass: every query once, or as many as fit into `budget` seconds; the next pass goes on where this one ended."""
        self.apply()
        with Tied(self.statement.conn):
            self._pass(budget, data, kth)

    def _pass(self, budget: float, data: DataSet, kth: np.ndarray) -> None:
        count = len(self.parameters)
        if self.series.kind != "exact":
            for i in range(WARM_UP):
                self.statement(self.parameters[(self.position - 1 - i) % count])
        spent, done = 0.0, 0
        while done < count and (spent < budget or done == 0):
            query = self.position % count
            seconds, result = self.statement.timed(self.parameters[query])
            spent, done, self.position = spent + seconds, done + 1, self.position + 1
            self.latencies.append(seconds)
            if self.series.kind != "floor" and query not in self.answered:
                self.answered[query] = data.hits(query, ids(result), kth)
        self.rates.append(done / spent)

    def answer_all(self, limit: float, data: DataSet, kth: np.ndarray) -> None:
        """Every query once, as far as `limit` seconds reach, not counted in any rate: recall, and a warm cache."""
        self.apply()
        end = time.perf_counter() + limit
        for query, parameter in enumerate(self.parameters):
            self.answered[query] = data.hits(query, ids(self.statement(parameter)), kth)
            if time.perf_counter() > end:
                break

    def result(self) -> dict:
        milliseconds = np.array(self.latencies) * 1e3
        recall = None if self.series.kind == "floor" else sum(self.answered.values()) / (10 * len(self.answered))
        return {
            "contender": self.contender.name,
            "series": self.series.name,
            "point": self.series.point,
            "kind": self.series.kind,
            "declared": self.series.declared,
            "settings": self.series.settings,
            "recall": recall,
            "recall_queries": len(self.answered),
            "qps": statistics.median(self.rates),
            "qps_rounds": self.rates,
            "p50_ms": float(np.percentile(milliseconds, 50)),
            "p99_ms": float(np.percentile(milliseconds, 99)),
            "timed_queries": len(self.latencies),
        }


def prepare(server: Server, contenders: list[Contender], data: DataSet, builds: int, date: str, say) -> tuple[list[dict], list[str]]:
    """Loads every contender's database and builds its index `builds` times, in turn. A peer that fails is left out, with a sentence."""
    facts, failed = {}, []
    for contender in contenders:
        say(f"loading {contender.title}")
        server.create(contender.name)
        with server.connect(contender.name) as conn:
            if contender.extension:
                conn.execute(f"CREATE EXTENSION {contender.extension} CASCADE")
            seconds = load(conn, contender.kind, contender.columns, data.dim, copy_binary(contender.kind, data.base))
            facts[contender.name] = {"contender": contender.name, "title": contender.title, "index": contender.index}
            facts[contender.name] |= {"copy_seconds": seconds, "table_bytes": size(conn, "items"), "build_rounds": [], "date": date}
    for turn in range(builds):
        for contender in contenders:
            if not contender.index or contender.name not in facts:
                continue
            say(f"building {contender.title}" + (f", {turn + 1} of {builds}" if builds > 1 else ""))
            facts[contender.name]["load"] = round(os.getloadavg()[0], 2)
            try:
                with server.connect(contender.name) as conn:
                    facts[contender.name]["build_rounds"].append(build(conn, contender.index))
            except psycopg.Error as error:
                if contender.name == "qstore":
                    raise
                failed.append(f"{contender.title} could not build its index: {str(error).splitlines()[0]}.")
                del facts[contender.name]
    for contender in contenders:
        if contender.name not in facts:
            continue
        with server.connect(contender.name) as conn:
            conn.execute("VACUUM ANALYZE items")
            if contender.index:
                facts[contender.name]["build_seconds"] = statistics.median(facts[contender.name]["build_rounds"])
                facts[contender.name]["index_bytes"] = size(conn, "items_v")
    return list(facts.values()), failed


def warm(server: Server, contenders: list[Contender]) -> None:
    """Reads into shared buffers what searches and inserts touch."""
    for contender in contenders:
        with server.connect(contender.name) as conn:
            prewarm(conn, contender.reads_table)


def clean(server: Server, contenders: list[Contender], rows: int) -> list[str]:
    """Deletes what the part `inserts` of an earlier run left, and vacuums; a sentence for each contender that it was needed for."""
    done = []
    for contender in contenders:
        with server.connect(contender.name) as conn:
            if count := conn.execute("DELETE FROM items WHERE id >= %s", (rows,)).rowcount:
                conn.execute("VACUUM ANALYZE items")
                done.append(f"{contender.title}: {count:,} rows inserted by an earlier run were deleted and vacuumed away before the search")
    return done


def search(server: Server, contenders: list[Contender], data: DataSet, kth: np.ndarray, rounds: int, budget: float, say) -> tuple[list[dict], list[str]]:
    """Recall and speed of every series of every contender, in rounds. A peer's series that fails is left out, with a sentence."""
    rng = np.random.default_rng(3)
    lookups = [struct.pack(">i", int(i)) for i in rng.integers(data.rows, size=max(1000, len(data.queries)))]
    vectors = {kind: [binary(kind, q) for q in data.queries] for kind in {c.kind for c in contenders}}
    runs, failed = [], []
    warm(server, contenders)
    for contender in contenders:
        conn = server.connect(contender.name)
        for number, series in enumerate(contender.series):
            parameters = lookups if series.kind == "floor" else vectors[contender.kind]
            say(f"first queries and recall: {series.name} {series.point}")
            try:
                run = Run(contender, series, Statement(conn, f"q{number}", series.statement), parameters)
                run.apply()
                run.check_plan()
                run.statement(parameters[0])
                if series.kind == "approximate":
                    run.answer_all(RECALL_TURNS * budget, data, kth)
                runs.append(run)
            except (psycopg.Error, RuntimeError) as error:
                if contender.extension in (None, "qstore"):
                    raise
                failed.append(f"{series.name} {series.point} could not be measured: {str(error).splitlines()[0]}.")
                say(failed[-1])
    try:
        for turn in range(rounds):
            say(f"search, round {turn + 1} of {rounds}")
            for run in runs:
                run.turn(budget, data, kth)
        return [run.result() for run in runs], failed
    finally:
        for run in runs:
            run.statement.conn.close()


def inserts(server: Server, contenders: list[Contender], data: DataSet, rounds: int, say) -> list[dict]:
    """Rows per second of single-row prepared inserts, a transaction each, into the loaded table with its index; in turn."""
    share = len(data.extra) // rounds
    warm(server, contenders)
    targets = []
    for contender in contenders:
        if contender.index:
            conn = server.connect(contender.name)
            targets.append((contender.name, contender.title, Statement(conn, "ins", "INSERT INTO items (id, v) VALUES ($1::integer, $2::vector)")))
    if targets:
        # The same without a vector index: what the heap and the primary key cost.
        base = next((c for c in contenders if c.name == "qstore"), None) or next(c for c in contenders if c.index)
        conn = server.connect(base.name)
        conn.execute("DROP TABLE IF EXISTS bare; CREATE TABLE bare (LIKE items INCLUDING ALL EXCLUDING INDEXES, PRIMARY KEY (id))")
        targets.insert(0, ("none", "no vector index", Statement(conn, "ins", "INSERT INTO bare (id, v) VALUES ($1::integer, $2::vector)")))
    rates: dict[str, list[float]] = {name: [] for name, _, _ in targets}
    try:
        for turn in range(rounds):
            say(f"inserts, round {turn + 1} of {rounds}")
            part = data.extra[turn * share : (turn + 1) * share]
            rows = [(struct.pack(">i", data.rows + turn * share + i), binary("vector", v)) for i, v in enumerate(part)]
            for name, _, insert in targets:
                with Tied(insert.conn):
                    spent = sum(insert.timed(*row)[0] for row in rows)
                rates[name].append(len(rows) / spent)
        return [
            {"contender": name, "title": title, "rows": share * rounds, "rate": statistics.median(rates[name]), "rate_rounds": rates[name]}
            for name, title, _ in targets
        ]
    finally:
        for _, _, insert in targets:
            insert.conn.close()
