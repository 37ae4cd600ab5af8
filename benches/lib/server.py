"""The private cluster: settings, databases, loading, indexes, and facts of the machine."""

import os
import platform
import shutil
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".qstore"
GB = 1 << 30


def memory() -> int:
    """Bytes of RAM."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def settings(preload: list[str], other: dict[str, str]) -> dict[str, str]:
    """The same for all: everything in shared buffers, one process a query, no checkpoint or autovacuum in the middle. `other` wins."""
    ram = memory()
    return {
        "shared_buffers": f"{min(6 * GB, ram // 4) >> 20}MB",
        "maintenance_work_mem": f"{min(2 * GB, ram // 8) >> 20}MB",
        "work_mem": "64MB",
        "effective_cache_size": f"{ram // 2 >> 20}MB",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "max_parallel_maintenance_workers": "2",
        "autovacuum": "off",
        "synchronous_commit": "off",
        "max_wal_size": "16GB",
        "checkpoint_timeout": "1h",
        "random_page_cost": "1.1",
    } | ({"shared_preload_libraries": ",".join(preload)} if preload else {}) | other


class Server:
    """The cluster, from `scripts/server`. A context manager that leaves nothing behind, unless `keep` or after an error: the log tells.

    With `resume` it goes on with the cluster that an earlier run kept. `other` are settings of the server beside those of `settings`.
    """

    def __init__(self, keep: bool = False, resume: bool = False, cluster: str = "bench", other: dict[str, str] | None = None):
        self.keep, self.resume, self.cluster, self.other = keep, resume, cluster, other or {}
        self.config = Path(self._script("config", "release").strip())

    @staticmethod
    def _script(*words: str, **options) -> str:
        return subprocess.run([str(ROOT / "scripts/server"), *words], check=True, text=True, stdout=subprocess.PIPE, **options).stdout

    def __enter__(self) -> "Server":
        if not self.resume:
            self._script("remove", self.cluster)
        try:
            self._start()
            with self.connect() as conn:
                available = {row[0] for row in conn.execute("SELECT name FROM pg_available_extensions")}
            # VectorChord insists on being preloaded; nothing else is.
            self.settings = settings(["vchord"] if "vchord" in available else [], self.other)
            with self.connect() as conn:
                for name, value in self.settings.items():
                    conn.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value))
            self._script("stop", self.cluster)
            self._start()
        except BaseException:
            self._script("stop", self.cluster)
            raise
        self.available = available
        return self

    def __exit__(self, error, *_) -> None:
        self._script("stop" if self.keep or error else "remove", self.cluster)

    def _start(self) -> None:
        words = self._script("start", self.cluster, "release").split()
        self.host, self.port = words[words.index("-h") + 1], words[words.index("-p") + 1]

    def restart(self, between=lambda: None) -> None:
        """Stops the server, calls `between`, and starts it again."""
        self._script("stop", self.cluster)
        between()
        self._start()

    def dsn(self, database: str) -> str:
        return f"host={self.host} port={self.port} user=postgres dbname={database}"

    def psql(self, database: str, file: Path) -> None:
        """Runs a file, errors and all; what it says is not looked at."""
        words = [str(ROOT / "scripts/server"), "psql", self.cluster, "-Xq", "-d", database, "-f", str(file)]
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=self.host, port=self.port, user="postgres", dbname=database, autocommit=True)

    def pgbench(self, *arguments: str) -> str:
        return self._script("pgbench", self.cluster, *arguments, stderr=subprocess.STDOUT)

    def create(self, database: str) -> None:
        with self.connect() as conn:
            name = sql.Identifier(database)
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            conn.execute(sql.SQL("CREATE DATABASE {}").format(name))

    def drop(self, database: str) -> None:
        with self.connect() as conn:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def versions(self, extensions: list[str]) -> dict[str, str]:
        """Versions of the server and of the extensions, and the bytes of each library."""
        with self.connect() as conn:
            found = {"PostgreSQL": conn.execute("SHOW server_version").fetchone()[0]}
            for name, version in conn.execute("SELECT name, default_version FROM pg_available_extensions"):
                if name in extensions:
                    found[name] = version
        return found

    def libraries(self, extensions: list[str]) -> dict[str, dict[str, int]]:
        """Bytes of each extension's library, as installed and without symbols and debug information."""
        folder = Path(subprocess.run([self.config, "--pkglibdir"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip())
        sizes = {}
        for name in extensions:
            for file in [folder / f"{name}.so", *sorted(folder.glob(f"{name}-*.so"))]:
                if file.exists():
                    sizes[file.name] = {"installed": file.stat().st_size, "stripped": stripped(file)}
        return sizes


def stripped(file: Path) -> int | None:
    """Bytes of a library after `strip`, or None without binutils."""
    if not shutil.which("strip"):
        return None
    copy = STATE / "bench" / "stripped.so"
    copy.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["strip", "-o", copy, file], check=True)
    size = copy.stat().st_size
    copy.unlink()
    return size


def load(conn: psycopg.Connection, kind: str, columns: str, dim: int, chunks) -> float:
    """Creates `items` and fills it with COPY BINARY, then the primary key and statistics; seconds of the COPY."""
    column = f"vector({dim})" if kind == "vector" else "float4[]"
    conn.execute(f"CREATE TABLE items (id integer NOT NULL, v {column} NOT NULL{columns})")
    start = time.perf_counter()
    with conn.cursor() as cursor, cursor.copy("COPY items (id, v) FROM STDIN (FORMAT binary)") as copy:
        for chunk in chunks:
            copy.write(chunk)
    seconds = time.perf_counter() - start
    conn.execute("ALTER TABLE items ADD PRIMARY KEY (id)")
    conn.execute("VACUUM (FREEZE, ANALYZE) items")
    return seconds


def build(conn: psycopg.Connection, statement: str) -> float:
    """Runs CREATE INDEX of `items_v` after a checkpoint; seconds."""
    conn.execute("DROP INDEX IF EXISTS items_v")
    conn.execute("CHECKPOINT")
    start = time.perf_counter()
    conn.execute(statement)
    return time.perf_counter() - start


def prewarm(conn: psycopg.Connection, table: bool = True) -> None:
    """Reads the indexes of `items`, and unless told otherwise the table, into shared buffers."""
    conn.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    conn.execute(
        "SELECT pg_prewarm(c.oid) FROM pg_class c WHERE (%s AND c.oid = 'items'::regclass)"
        " OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'items'::regclass)",
        (table,),
    )


def size(conn: psycopg.Connection, relation: str) -> int:
    return conn.execute("SELECT pg_relation_size(%s::regclass)", (relation,)).fetchone()[0]


def machine() -> dict[str, object]:
    """What the numbers were measured on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0] if names else cpu
    try:
        commit = subprocess.run(
            ["git", "-C", ROOT, "describe", "--always", "--dirty", "--abbrev=12"], check=True, text=True, stdout=subprocess.PIPE
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "ram_gb": round(memory() / GB, 1),
        "kernel": platform.release(),
        "load_at_start": round(os.getloadavg()[0], 2),
        "qstore_commit": commit,
    }
