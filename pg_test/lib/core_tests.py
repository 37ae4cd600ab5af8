"""Runs PostgreSQL's own regression tests on a server that has the library preloaded, and on one that has not.

The tests are not part of this repository: `apt-get source postgresql-15`, or the archive of any release of the same major version.
What fails with the library and passes without it is qstore's doing. The hook is the only part of it that such a server runs, since
its databases do not have the extension.
"""

import filecmp
import os
import re
import shutil
import subprocess
from pathlib import Path

from cluster import STATE, Cluster, Server

# Libraries that the tests load besides their own; the server brings them.
MODULES = ("refint", "autoinc")


def failed_tests(output: str) -> set[str]:
    """From pg_regress's report: `test x ... FAILED` up to 15, `not ok 1 - x` from 16 on."""
    lines = re.findall(r"^(?:test|\s{4,})\s*(\w+)\s+\.\.\. FAILED", output, re.MULTILINE)
    return set(lines) | set(re.findall(r"^not ok \d+\s+[-+] (\w+)", output, re.MULTILINE))


def build(source: Path, server: Server, output: Path) -> None:
    """The tests' own library, and those of the server, in one folder."""
    config = server.bin / "pg_config"
    ask = lambda option: subprocess.run([config, option], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    include = [f"-I{ask('--includedir-server')}", f"-I{source}"]
    if not Path(ask("--includedir-server"), "postgres.h").exists():
        include[0] = f"-I{server.headers()}"
    subprocess.run(
        ["cc", "-O1", "-fPIC", "-shared", "-w", *include, str(source / "regress.c"), "-o", str(output / "regress.so")], check=True
    )
    for module in MODULES:
        shutil.copy(Path(ask("--pkglibdir")) / f"{module}.so", output)


def once(source: Path, server: Server, preload: bool) -> tuple[set[str], int]:
    """The tests that failed, and the number of tests that ran."""
    name = "core-preloaded" if preload else "core-plain"
    output = STATE / name
    shutil.rmtree(output, ignore_errors=True)
    (output / "results").mkdir(parents=True)
    build(source, server, output)
    for folder in (output, output / "results"):
        os.chown(folder, server.user.pw_uid, server.user.pw_gid)
    config = {"shared_preload_libraries": "qstore"} if preload else {}
    with Cluster(server, name) as cluster:
        cluster.initdb("--no-locale", **config)
        cluster.start()
        done = server.pg_regress_run(
            cluster, source, output, "regression",
            [f"--dlpath={output}", f"--schedule={source / 'parallel_schedule'}", "--max-connections=4"],
            stdout=subprocess.PIPE, text=True,
        )
        cluster.keep_log(name)
    (output / "report.txt").write_text(done.stdout)
    ran = len(re.findall(r"\.\.\. (?:ok|FAILED)|^(?:not )?ok \d", done.stdout, re.MULTILINE))
    return failed_tests(done.stdout), ran


def run(folder: Path) -> int:
    """0 if the library makes no test fail."""
    source = folder / "src" / "test" / "regress"
    if not (source / "parallel_schedule").exists():
        raise SystemExit(f"pg_test/run: {folder} is not PostgreSQL's source: no src/test/regress")
    server = Server()
    plain, _ = once(source, server, preload=False)
    loaded, ran = once(source, server, preload=True)
    print(f"{ran} tests; {len(plain)} fail without the library: {', '.join(sorted(plain)) or 'none'}")
    print(f"with it {len(loaded)} fail, of them only with it: {', '.join(sorted(loaded - plain)) or 'none'}")
    folders = [STATE / name / "results" for name in ("core-plain", "core-preloaded")]
    names = {file.name for folder in folders for file in folder.glob("*.out")}
    _, unequal, missing = filecmp.cmpfiles(*folders, names, shallow=False)
    differing = sorted(unequal + missing)
    print(f"{len(differing)} of {len(names)} outputs differ between the two: {', '.join(differing) or 'none'}")
    print(f"The reports and differences are in {STATE / 'core-preloaded'} and {STATE / 'core-plain'}.")
    return 1 if loaded - plain or not ran else 0
