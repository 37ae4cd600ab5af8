"""Private servers for the tests: `Server` is the copy qstore is installed into, `Cluster` one data directory of it.

Started as root, server programs run as an unprivileged user (PostgreSQL insists), clients as the caller. Nothing outside a
cluster's own temporary directory is written.
"""

import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".qstore"

# Tests crash the server, never the machine: what the kernel holds survives. `enable_seqscan = off` is a cost for which every small query
# would be compiled (a minute of LLVM in one test alone). Everything else is as in production.
BASE_CONFIG = {
    "fsync": "off",
    "listen_addresses": "",
    "max_connections": "40",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "jit": "off",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %b ",
    "timezone": "UTC",
}

RESOURCE_WARNING = re.compile(r"WARNING:.*(don't own a lock|leak|not closed|still referenced|not freed)")


class Server:
    """The relocated PostgreSQL that `scripts/server prepare` made, or a copy of it that has the shim extension `vector`."""

    def __init__(self, profile: str | None = None, shim: bool = False):
        profile = profile or os.environ.get("QSTORE_TEST_PROFILE", "dev")
        script = [ROOT / "pg_test" / "shim" / "install", profile] if shim else [ROOT / "scripts" / "server", "config", profile]
        config = Path(subprocess.run(script, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())
        if not config.exists():
            raise SystemExit(f"no private server: run scripts/server prepare {profile}")
        self.bin = config.parent
        libdir = subprocess.run([config, "--pkglibdir"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        self.pg_regress = Path(libdir) / "pgxs" / "src" / "test" / "regress" / "pg_regress"
        version = subprocess.run([config, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.major = int(version.split()[1].split(".")[0])

    @property
    @cache
    def user(self) -> pwd.struct_passwd:
        """Who runs the server."""
        if os.getuid() != 0:
            return pwd.getpwuid(os.getuid())
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            return pwd.getpwnam("nobody")

    @staticmethod
    def headers() -> str:
        """The folder of the headers: those of the server that this copy was made from; a copy has none."""
        script = 'source "$1/scripts/lib.sh"; need_pg_config; "$PG_CONFIG" --includedir-server'
        return subprocess.run(["bash", "-euc", script, "-", str(ROOT)], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    @staticmethod
    def environment() -> dict[str, str]:
        """The caller's environment without what would leak into a server or a client."""
        unwanted = ("PG", "RUST_BACKTRACE", "RUST_LIB_BACKTRACE")
        return {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}

    def pg_regress_run(self, cluster: "Cluster", inputs: Path, output: Path, database: str, arguments: list[str], **kw):
        """Stock pg_regress over inputs/sql and inputs/expected on a running cluster; gives the finished process."""
        return subprocess.run(
            [
                self.pg_regress,
                f"--bindir={self.bin}",
                f"--inputdir={inputs}",
                # From 16 on a folder of its own; before, inputdir's.
                *([f"--expecteddir={inputs}"] if self.major >= 16 else []),
                f"--outputdir={output}",
                f"--host={cluster.socket}",
                f"--port={cluster.port}",
                "--user=postgres",
                f"--dbname={database}",
                *arguments,
            ],
            env=self.environment(), **kw,
        )

    def run(self, program: str, *args, check: bool = True, **kw) -> subprocess.CompletedProcess:
        """Runs a server program as the server's user and gives its output as text."""
        as_user = {}
        if os.getuid() == 0:
            as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [self.bin / program, *map(str, args)],
            cwd="/", env=self.environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **as_user, **kw,
        )
        if check and done.returncode:
            raise RuntimeError(f"{program} failed ({done.returncode}):\n{done.stdout}")
        return done


class Cluster:
    """One cluster in a temporary directory; as a context manager it stops and removes itself."""

    def __init__(self, server: Server, name: str):
        self.server = server
        self.name = name
        # Short, because the path of a socket is limited to 107 bytes; in /tmp, because every parent must be searchable.
        self.socket = Path(tempfile.mkdtemp(prefix="qstore.", dir="/tmp"))
        self.data = self.socket / "data"
        self.log = self.socket / "log"
        self.port = random.randrange(20000, 40000)  # only names the socket: no TCP
        if os.getuid() == 0:
            os.chown(self.socket, server.user.pw_uid, server.user.pw_gid)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_) -> None:
        self.destroy()

    # --- life ---------------------------------------------------------------------------------------------------------

    def initdb(self, *options: str, **config: str) -> None:
        """Creates the data directory; `config` goes on top of BASE_CONFIG."""
        self.server.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", *options)
        self.configure(**BASE_CONFIG, **config)

    def configure(self, **config: str) -> None:
        """Appends to the configuration; takes effect at the next start."""
        with (self.data / "postgresql.conf").open("a") as f:
            for name, value in config.items():
                f.write(f"{name.replace('__', '.')} = '{value}'\n")

    def listen(self) -> None:
        """Lets this cluster, not yet started, listen on localhost, too. Anyone may reach a port, so roles need a password there."""
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = probe.getsockname()[1]
        self.configure(listen_addresses="localhost")
        (self.data / "pg_hba.conf").write_text("local all all trust\nhost all all localhost scram-sha-256\n")

    def start(self) -> None:
        done = self.server.run(
            "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "-o", f"-p {self.port} -k {self.socket}", "start", check=False
        )
        if done.returncode:
            raise RuntimeError(f"{self.name} did not start:\n{self.log_tail()}")

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is the crash: no checkpoint, recovery at the next start."""
        self.server.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", mode, "stop")

    def crash(self) -> None:
        self.stop("immediate")

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def running(self) -> bool:
        return self.data.exists() and self.server.run("pg_ctl", "-D", self.data, "status", check=False).returncode == 0

    def destroy(self) -> None:
        if self.running():
            self.server.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop", check=False)
        if self.running():
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        shutil.rmtree(self.socket, ignore_errors=True)

    # --- use ----------------------------------------------------------------------------------------------------------

    def dsn(self, dbname: str = "postgres") -> str:
        return f"host={self.socket} port={self.port} user=postgres dbname={dbname}"

    def connect(self, dbname: str = "postgres", **kw) -> psycopg.Connection:
        """A psycopg connection, in autocommit mode unless told otherwise."""
        return psycopg.connect(self.dsn(dbname), **{"autocommit": True, **kw})

    def client(self, program: str, *args) -> str:
        """Runs a client program (psql, pg_dump, …) against this cluster; returns its output."""
        env = {**self.server.environment(), "PGHOST": str(self.socket), "PGPORT": str(self.port), "PGUSER": "postgres"}
        done = subprocess.run(
            [self.server.bin / program, *map(str, args)], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
        return done.stdout

    def psql(self, sql: str, dbname: str = "postgres") -> str:
        return self.client("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", dbname, "-c", sql)

    # --- replication --------------------------------------------------------------------------------------------------

    def standby(self, name: str = "standby") -> "Cluster":
        """A streaming standby of this running cluster, from pg_basebackup; not started."""
        other = Cluster(self.server, name)
        try:
            self.server.run(
                "pg_basebackup", "-D", other.data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", self.dsn("replication")
            )
        except BaseException:
            other.destroy()
            raise
        return other

    def wait_for_replay(self, standby: "Cluster", seconds: float = 60) -> None:
        """Returns when the standby has replayed all that this cluster has written so far."""
        with self.connect() as here:
            lsn = here.execute("SELECT pg_current_wal_flush_lsn()").fetchone()[0]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with standby.connect() as there:
                    if there.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (lsn,)).fetchone()[0]:
                        return
            except psycopg.OperationalError as error:
                # A failed consistency check is a PANIC: the standby is gone and its log says why.
                if not standby.running():
                    raise RuntimeError(f"the standby died:\n{standby.log_tail()}") from error
            time.sleep(0.05)
        raise TimeoutError(f"the standby did not reach {lsn}:\n{standby.log_tail()}")

    # --- logs ---------------------------------------------------------------------------------------------------------

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self.log_text().splitlines()[-lines:])

    def resource_warnings(self) -> list[str]:
        """What PostgreSQL's resource owners had to put right, such as a pin that nobody gave back."""
        return [line for line in self.log_text().splitlines() if RESOURCE_WARNING.search(line)]

    def keep_log(self, test: str) -> Path:
        """Saves the log where it outlives the cluster."""
        folder = STATE / "failed"
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / f"{test}-{self.name}.log"
        kept.write_text(self.log_text())
        return kept
