"""What runs the examples of one page: a fresh database with a psql session in it, and an empty directory."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cluster import ROOT, Cluster
from pages import Example, examples
from stand_in import stand_in

SECONDS = 120


class Page:
    """The place where the examples of a page run."""

    def __init__(self, cluster: Cluster, page: Path, directory: Path):
        self.cluster = cluster
        self.directory = directory
        self.database = "docs_" + page.stem.lower().replace("-", "_")
        cluster.psql(f"CREATE DATABASE {self.database}")
        # A page that shows how the extension is created does that itself.
        if not any("CREATE EXTENSION qstore" in example.code and not example.no_run for example in examples(page)):
            cluster.psql("CREATE EXTENSION qstore", self.database)
        self.environment = {
            **cluster.server.environment(),
            "PATH": f"{cluster.server.bin}:{os.environ['PATH']}",
            "PGHOST": str(cluster.socket),
            "PGPORT": str(cluster.port),
            "PGUSER": "postgres",
            "PGDATABASE": self.database,
            "QSTORE": str(ROOT),
        }
        self.session = subprocess.Popen(
            [cluster.server.bin / "psql", "-X", "-q", "-P", "footer=off", "-P", "pager=off"],
            env=self.environment, cwd=directory, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )

    def run(self, example: Example) -> tuple[str, bool]:
        """What the example prints, and whether it failed."""
        if example.language == "sql":
            output = self.sql(example.code)
            return output, any(line.startswith(("ERROR:", "FATAL:", "invalid command", "\\")) for line in output.splitlines())
        program = ["bash", "-euo", "pipefail", "-c"] if example.language == "sh" else [sys.executable, "-c"]
        done = subprocess.run(
            [*program, example.code], env=self.environment, cwd=self.directory, text=True, timeout=SECONDS,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        return done.stdout, done.returncode != 0

    def sql(self, code: str) -> str:
        """Sends the lines to the session and reads what it prints up to an end mark."""
        mark = b"--- end of example ---\n"
        self.session.stdin.write(code.encode() + b"\n\\echo '" + mark.strip() + b"'\n")
        self.session.stdin.flush()
        output = b""
        end = time.monotonic() + SECONDS
        while not output.endswith(mark):
            ready, _, _ = select.select([self.session.stdout], [], [], max(0, end - time.monotonic()))
            more = os.read(self.session.stdout.fileno(), 65536) if ready else b""
            output += more
            if not more:
                self.session.kill()
                raise AssertionError(f"psql {'ended' if ready else f'said nothing for {SECONDS} s'}:\n{output.decode()}")
        return output.removesuffix(mark).decode()

    def close(self) -> None:
        self.session.stdin.close()
        self.session.stdout.close()
        self.session.wait()


@pytest.fixture(scope="session")
def run(server, tmp_path_factory):
    """A function that runs an example where those before it on its page ran."""
    # One page is about a database that has pgvector, too.
    with Cluster(stand_in(server), "docs") as cluster:
        cluster.initdb()
        cluster.start()
        pages: dict[Path, Page] = {}

        def run(example: Example) -> tuple[str, bool]:
            if example.page not in pages:
                pages[example.page] = Page(cluster, example.page, tmp_path_factory.mktemp(example.page.stem))
            return pages[example.page].run(example)

        yield run
        for page in pages.values():
            page.close()
