"""DNA storage on real corpora beside what the server has itself: sizes, inserts, point reads, scans; versions in the strand store."""

import json
import lzma
import os
import re
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from costs import documents
from data import HERE, package_rows
from server import ROOT, Server

DATABASE = "dna"
LEVEL = 12  # of qstore.compress_table, its default
VERSIONS = 1000
DOCUMENT = 1 << 20


@dataclass(frozen=True)
class Corpus:
    """Values of one type; `point` and `scan` are what is asked of `doc`."""

    name: str
    kind: str
    values: list[str]
    point: str
    scan: str


def records() -> list[str]:
    """Debian's package records, a JSON document each."""
    return lzma.decompress((HERE / "data" / "records.jsonl.xz").read_bytes()).decode().splitlines()


def log_of_a_run(server: Server) -> list[str]:
    """The server's own log, a JSON document an entry: that of the extension's regression tests with every statement and its duration logged."""
    with server.connect() as conn:
        if int(conn.execute("SHOW server_version_num").fetchone()[0]) < 150_000:
            return []
        folder = Path(conn.execute("SHOW data_directory").fetchone()[0]) / "dna_log"
        on = {"logging_collector": "on", "log_destination": "jsonlog", "log_directory": folder.name, "log_statement": "all", "log_duration": "on",
              "log_rotation_age": "0", "log_rotation_size": "0"}  # fmt: skip
        for name, value in on.items():
            conn.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    server.restart()
    server.create("log")
    with server.connect("log") as conn:
        conn.execute("CREATE EXTENSION qstore")
    for file in sorted((ROOT / "pg_test" / "regress" / "sql").glob("*.sql")):
        if not file.name.startswith("synaptic"):  # they take as long as all others together, and log less
            server.psql("log", file)
    lines = [line for part in sorted(folder.glob("*.json")) for line in part.read_text(errors="replace").splitlines()]
    with server.connect() as conn:
        for name in on:
            conn.execute(f"ALTER SYSTEM RESET {name}")
    server.restart()
    server.drop("log")
    # Test files leave statements of megabytes, and jsonb knows no NUL.
    return [line for line in lines if line.startswith("{") and "\\u0000" not in line and len(line) < 100_000]


def source_code() -> list[str]:
    """The files of this repository that hold text."""
    names = subprocess.run(["git", "ls-files", "*.rs", "*.py", "*.sql", "*.md"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return [text for name in names if (text := (ROOT / name).read_text(errors="replace")) and "\0" not in text]


def corpora(server: Server) -> list[Corpus]:
    log = log_of_a_run(server)
    keys = ("package", "section", "installed_kb", "priority", "description")
    packages = [json.dumps(dict(zip(keys, (r[1], r[2], int(r[3] or 0), r[4], r[5]))), ensure_ascii=False) for r in package_rows()]
    of_sections = documents()["descriptions of a section, text"]
    text = ("length(doc)", "doc LIKE '%qjzx%'")
    found = [
        Corpus("package records, JSON", "jsonb", records(), "doc->>'Package'", "doc->>'Section' = 'none'"),
        Corpus("server log, JSON", "jsonb", log, "doc->>'message'", "doc->>'error_severity' = 'none'"),
        Corpus("server log of 0.3 to 2 kB, JSON", "jsonb", [v for v in log if 300 <= len(v.encode()) <= 2048], "doc->>'message'", "doc->>'error_severity' = 'none'"),
        Corpus("package descriptions, JSON", "jsonb", packages, "doc->>'package'", "doc->>'section' = 'none'"),
        Corpus("server log, text of 100 entries", "text", ["\n".join(log[i : i + 100]) for i in range(0, len(log), 100)], *text),
        Corpus("source code, files over 10 kB", "text", [v for v in source_code() if len(v) > 10_000], *text),
        Corpus("descriptions of a section over 10 kB", "text", [v for v in of_sections if len(v) > 10_000], *text),
    ]
    return [corpus for corpus in found if corpus.values]


def seconds(action) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def processor_time(conn: psycopg.Connection) -> float:
    """Seconds that the connection's backend has run."""
    return int(Path(f"/proc/{conn.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9


def on_one_core(conn: psycopg.Connection) -> bool:
    """Puts this client and its backend on one core, where that is allowed: a core that sleeps between two requests takes longer to wake than a
    point read takes."""
    core = {min(os.sched_getaffinity(0))}
    try:
        os.sched_setaffinity(conn.info.backend_pid, core)
        os.sched_setaffinity(0, core)
    except OSError:
        return False
    return True


def measure_corpus(conn: psycopg.Connection, corpus: Corpus, lz4: bool, rounds: int, turn: float) -> dict:
    """A table a way, filled from the same rows; then each round gives each way its turn."""
    conn.execute(f"CREATE TABLE source (id integer PRIMARY KEY, doc {corpus.kind})")
    # Uncompressed, so that each way compresses for itself: a compressed value would be copied as it is.
    conn.execute("ALTER TABLE source ALTER doc SET STORAGE external")
    with conn.cursor() as cursor, cursor.copy("COPY source FROM STDIN") as copy:
        for row in enumerate(corpus.values):
            copy.write_row(row)
    kinds = {"plain": corpus.kind, "pglz": f"{corpus.kind} COMPRESSION pglz"} | ({"lz4": f"{corpus.kind} COMPRESSION lz4"} if lz4 else {})
    for way, kind in kinds.items():
        conn.execute(f"CREATE TABLE of_{way} (id integer PRIMARY KEY, doc {kind})")
        if way == "plain":
            conn.execute("ALTER TABLE of_plain ALTER doc SET STORAGE external")
        conn.execute(f"INSERT INTO of_{way} SELECT * FROM source")
    conn.execute(f"CREATE TABLE of_dna (id integer PRIMARY KEY, doc {corpus.kind})")
    conn.execute("INSERT INTO of_dna SELECT * FROM source")
    compressing = seconds(lambda: conn.execute(f"SELECT FROM qstore.compress_table('of_dna', '{{doc}}', level => {LEVEL})"))
    kinds["dna"] = conn.execute("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'of_dna'::regclass AND attname = 'doc'").fetchone()[0]
    book = int(re.search(r"\d+|$", kinds["dna"].partition("(")[2]).group() or 0)
    result = {
        "content": corpus.name, "kind": corpus.kind, "values": len(corpus.values), "point": corpus.point, "scan": corpus.scan,
        "raw": sum(len(value.encode()) for value in corpus.values), "compress_s": compressing,
        "dictionary": conn.execute("SELECT _qstore.dna_codebook_bytes(%s)", (book,)).fetchone()[0],
        "zstd9": conn.execute("SELECT sum(pg_column_size(dna_encode(convert_to(doc::text, 'UTF8'), 9)))::bigint FROM source").fetchone()[0],
        "ways": {},
    }  # fmt: skip
    for way, kind in kinds.items():
        conn.execute(f"VACUUM (ANALYZE, FREEZE) of_{way}")
        conn.execute(f"CREATE TABLE new_{way} (LIKE of_{way} INCLUDING ALL)")
        column, total = conn.execute(f"SELECT sum(pg_column_size(doc))::bigint, pg_total_relation_size('of_{way}') FROM of_{way}").fetchone()
        result["ways"][way] = {"column": column, "table": total, "insert": [], "point_us": [], "point_cpu_us": [], "point_all_us": [], "point_all_cpu_us": [], "scan_ms": []}
        for name, what in (("point", corpus.point), ("all", "doc")):
            conn.pgconn.prepare(f"{way}_{name}".encode(), f"SELECT {what} FROM of_{way} WHERE id = $1::integer".encode())
    ids = [str(i * 7919 % len(corpus.values)).encode() for i in range(3000)]

    def reads(statement: str) -> tuple[float, float]:
        """Microseconds a prepared point read, of the clock and of the server's processor time, as long as the turn takes."""
        name, done, began, processor = statement.encode(), 0, time.perf_counter(), processor_time(conn)
        while (passed := time.perf_counter() - began) < turn:
            for key in ids[done % 3000 : done % 3000 + 50]:
                conn.pgconn.exec_prepared(name, [key])
            done += 50
        return 1e6 * passed / done, 1e6 * (processor_time(conn) - processor) / done

    for r in range(-1, rounds):  # the first is not counted
        for way in kinds:
            conn.execute(f"TRUNCATE new_{way}")
            of_part, of_all = reads(f"{way}_point"), reads(f"{way}_all")
            figures = {
                "insert": len(corpus.values) / seconds(lambda: conn.execute(f"INSERT INTO new_{way} SELECT id, doc FROM source")),
                "point_us": of_part[0], "point_cpu_us": of_part[1], "point_all_us": of_all[0], "point_all_cpu_us": of_all[1],
                "scan_ms": 1e3 * seconds(lambda: conn.execute(f"SELECT count(*) FROM of_{way} WHERE {corpus.scan}")),
            }  # fmt: skip
            if r >= 0:
                for figure, value in figures.items():
                    result["ways"][way][figure].append(value)
    conn.execute("DEALLOCATE ALL")
    for way in kinds:
        conn.execute(f"DROP TABLE of_{way}, new_{way}")
    conn.execute("DROP TABLE source")
    return result


def versions(conn: psycopg.Connection, count: int) -> dict:
    """A document of 1 MiB, package descriptions as JSON lines, and versions of it, each with one edit more; in the store and in plain columns."""
    keys = ("package", "section", "installed_kb", "priority", "description")
    body = "\n".join(json.dumps(dict(zip(keys, (r[1], r[2], int(r[3] or 0), r[4], r[5])))) for r in package_rows()).encode()[:DOCUMENT]
    conn.execute("CREATE TABLE versions (n integer PRIMARY KEY, ref dna_ref)")
    points, began = [], time.perf_counter()
    for n in range(1, count + 1):
        at = n * 2_654_435_761 % (len(body) - 20)
        body = body[:at] + f"{n * 7919:010x}".encode() + body[at + 5 :]
        conn.execute("INSERT INTO versions SELECT %s, dna_store(%b)", (n, body))
        if n in (1, 10, 100) or n % 200 == 0:
            stats = conn.execute("SELECT raw_bytes::bigint, strands, similar_strands, strand_bytes, total_bytes, ratio::float8 FROM dna_storage_stats()").fetchone()
            points.append({"versions": n, **dict(zip(("raw", "strands", "similar", "strand_bytes", "total", "ratio"), stats))})
    storing = time.perf_counter() - began
    reading = [seconds(lambda n=n: conn.execute("SELECT length(dna_retrieve(ref)) FROM versions WHERE n = %s", (n,))) for n in range(1, count + 1, max(1, count // 100))]
    last = conn.execute("SELECT dna_retrieve(ref) FROM versions WHERE n = %s", (count,)).fetchone()[0]
    assert bytes(last) == body, "the last version came back as another"
    conn.execute("CREATE TEMP TABLE one (body bytea)")
    conn.execute("INSERT INTO one VALUES (%b)", (body,))
    one = {}
    for way in ("pglz", "lz4"):
        try:
            conn.execute(f"CREATE TEMP TABLE one_{way} (body bytea COMPRESSION {way})")
            conn.execute(f"INSERT INTO one_{way} SELECT body || '' FROM one")
            one[way] = conn.execute(f"SELECT pg_column_size(body) FROM one_{way}").fetchone()[0]
        except psycopg.errors.FeatureNotSupported:
            continue
    one["zstd -9"] = conn.execute("SELECT pg_column_size(dna_encode(body, 9)) FROM one").fetchone()[0]
    return {"points": points, "document": len(body), "store_s": storing / count, "retrieve_s": statistics.median(reading), "one": one}


def codec(texts: dict[str, str]) -> list[dict]:
    """What the codec alone does, by crates/helix/examples/throughput; nothing without cargo."""
    rows = []
    for name, text in texts.items():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(text)
            file.flush()
            try:
                done = subprocess.run(["cargo", "run", "--quiet", "--release", "-p", "helix", "--example", "throughput", file.name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            except FileNotFoundError:
                return []
        levels = re.findall(r"level (\d+): (\d+) bytes; encode ([\d.]+) GB/s, decode ([\d.]+) GB/s", done.stdout)
        small = re.search(r"with a dictionary: (\d+) bytes each on average; encode ([\d.]+) µs, decode ([\d.]+) µs", done.stdout)
        packing = re.search(r"pack ([\d.]+), unpack ([\d.]+) GB/s", done.stdout)
        rows.append({
            "content": name, "raw": len(text.encode()),
            "levels": [{"level": int(a), "bytes": int(b), "encode": float(c), "decode": float(d)} for a, b, c, d in levels],
            "small": [float(x) for x in small.groups()] if small else None, "packing": [float(x) for x in packing.groups()] if packing else None,
        })  # fmt: skip
    return rows


def measure(server: Server, rounds: int, turn: float, scale: float, say) -> dict:
    found = corpora(server)
    server.create(DATABASE)
    rows = []
    with server.connect(DATABASE) as conn:
        conn.execute("CREATE EXTENSION qstore")
        conn.prepare_threshold = None  # statements are prepared here by name alone
        conn.execute("SET plan_cache_mode = force_generic_plan")
        conn.execute("SET client_min_messages = warning")
        lz4 = conn.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'").fetchone()[0]
        cores = os.sched_getaffinity(0)
        one_core = on_one_core(conn)
        for corpus in found:
            say(f"DNA storage: {corpus.name}")
            small = Corpus(corpus.name, corpus.kind, corpus.values[: max(10, int(scale * len(corpus.values)))], corpus.point, corpus.scan)
            rows.append(measure_corpus(conn, small, lz4, rounds, turn))
        say("DNA storage: versions in the strand store")
        os.sched_setaffinity(0, cores)
        of_versions = versions(conn, max(10, int(scale * VERSIONS)))
    server.drop(DATABASE)
    say("DNA storage: the codec")
    texts = {corpus.name: "\n".join(corpus.values) for corpus in found if corpus.name.startswith(("source", "package records", "server log, JSON"))}
    return {"rounds": rounds, "one_core": one_core, "turn": turn, "rows": rows, "versions": of_versions, "codec": codec(texts)}
