"""What the rest costs: DNA storage beside TOAST, and a server that has the library loaded without using it."""

import json
import re
import shutil
import statistics
import tempfile
from pathlib import Path

import psycopg
from data import package_rows
from psycopg import Connection
from server import Server

# Tables of the join that is planned.
JOINED = 50


def documents() -> dict[str, list[str]]:
    """The package descriptions as values of three shapes; short ones, and documents of a section as text and as JSON."""
    rows = package_rows()
    sections: dict[str, list[list[str]]] = {}
    for row in rows:
        sections.setdefault(row[2], []).append(row)
    keys = ("name", "installed_kb", "priority", "description")
    as_json = [
        json.dumps({"section": name, "packages": [dict(zip(keys, (r[1], int(r[3] or 0), r[4], r[5]))) for r in of]}, ensure_ascii=False)
        for name, of in sections.items()
    ]
    return {
        "one description a value": [row[5] for row in rows],
        "descriptions of a section, text": ["\n".join(row[5] for row in of) for of in sections.values()],
        "packages of a section, JSON": as_json,
    }


def toast(server: Server) -> dict:
    """Sum of pg_column_size by content and way of storing; dna only where the extension has it."""
    server.create("storage")
    with server.connect("storage") as conn:
        conn.execute("CREATE EXTENSION qstore")
        lz4 = conn.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'").fetchone()[0]
        dna = conn.execute("SELECT to_regprocedure('dna_encode(bytea, integer, integer)') IS NOT NULL").fetchone()[0]
        columns = {"plain": "text", "pglz": "text COMPRESSION pglz"}
        columns |= {"lz4": "text COMPRESSION lz4"} if lz4 else {}
        columns |= {"dna": "dna"} if dna else {}
        rows = [stored(conn, content, values, columns) for content, values in documents().items()]
    server.drop("storage")
    skipped = [] if dna else ["dna_encode is not in this build: no column for dna."]
    return {"ways": list(columns), "rows": rows, "skipped": skipped + ([] if lz4 else ["This server was built without lz4."])}


def stored(conn: Connection, content: str, values: list[str], columns: dict[str, str]) -> dict:
    conn.execute("DROP TABLE IF EXISTS d")
    conn.execute("CREATE TABLE d (" + ", ".join(f"{name} {kind}" for name, kind in columns.items()) + ")")
    conn.execute("ALTER TABLE d ALTER plain SET STORAGE EXTERNAL")
    cells = ["dna_encode(convert_to(%(x)s, 'UTF8'))" if name == "dna" else "%(x)s" for name in columns]
    with conn.cursor() as cursor, conn.transaction():
        cursor.executemany(f"INSERT INTO d VALUES ({', '.join(cells)})", [{"x": value} for value in values])
    sums = conn.execute("SELECT " + ", ".join(f"sum(pg_column_size({name}))::bigint" for name in columns) + " FROM d").fetchone()
    raw = sum(len(value.encode()) for value in values)
    return {"content": content, "values": len(values), "raw": raw, **dict(zip(columns, sums))}


def idle(server: Server, rounds: int, seconds: int, scale: int, say) -> dict:
    """pgbench -S, and planning a join of 50 tables, one client, with the library loaded into the session and without, in turn; the
    extension is not created."""
    server.create("idle")
    server.pgbench("-i", "-q", "-s", str(scale), "idle")
    with server.connect("idle") as conn:
        conn.execute("CREATE EXTENSION pg_prewarm")
        for number in range(JOINED):
            conn.execute(f"CREATE TABLE joined_{number} (id integer PRIMARY KEY, value integer)")
        conn.execute("SELECT pg_prewarm('pgbench_accounts'), pg_prewarm('pgbench_accounts_pkey')")
    names = {
        "without": "dbname=idle",
        "with": "dbname=idle options='-c session_preload_libraries=qstore'",
    }
    with psycopg.connect(f"host={server.host} port={server.port} user=postgres {names['with']}") as conn:
        # The setting's description is known only where the library has really been loaded.
        if not conn.execute("SELECT short_desc <> '' FROM pg_settings WHERE name = 'qstore.recall'").fetchone():
            raise RuntimeError("session_preload_libraries = qstore did not load the library")
    out = {"scale": scale, "seconds": seconds, "modes": {}}
    join = " ".join(f"JOIN joined_{number} USING (id)" for number in range(1, JOINED))
    script = Path(tempfile.mkdtemp()) / "join.sql"
    script.write_text(f"EXPLAIN SELECT count(*) FROM joined_0 {join};\n")
    script.parent.chmod(0o755)
    modes = {
        "pgbench -S -M simple": ["-S", "-M", "simple"],
        "pgbench -S -M prepared": ["-S", "-M", "prepared"],
        f"EXPLAIN of a join of {JOINED} tables": ["-f", str(script)],
    }
    for mode, arguments in modes.items():
        rates: dict[str, list[float]] = {name: [] for name in names}
        for turn in range(rounds):
            say(f"{mode}, round {turn + 1} of {rounds}")
            # Who goes first changes: the first of a pair would have the drift of the pair to itself.
            for name in list(names)[:: 1 if turn % 2 else -1]:
                text = server.pgbench("-n", "-c", "1", "-T", str(seconds), *arguments, names[name])
                rates[name].append(float(re.search(r"tps = ([\d.]+)", text)[1]))
        medians = {name: statistics.median(values) for name, values in rates.items()}
        out["modes"][mode] = {
            "tps": medians,
            "tps_rounds": rates,
            "ratio": medians["with"] / medians["without"],
            "spread": max(rates["without"]) / min(rates["without"]),
        }
    shutil.rmtree(script.parent)
    server.drop("idle")
    return out
