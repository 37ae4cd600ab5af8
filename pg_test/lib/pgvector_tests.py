"""Runs the tests of a folder with pgvector's source against qstore and the shim extension `vector`, and reports each difference.

pgvector's tests are not part of this repository. What is known to differ, and why, stands in pg_test/pgvector/README.md; for
regression tests the known difference itself is pg_test/pgvector/deviations/TEST.diff.
"""

import difflib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from cluster import ROOT, STATE, Cluster, Server

HERE = ROOT / "pg_test" / "pgvector"
SECONDS = 900

# What passed, and how PostgreSQL::Test tells of the starts and stops of servers.
NOISE = re.compile(
    r"ok \d|# (Running|Checking|Backup|###)|### |Data directory|Connection string|Name: |Version: |Backup directory|Archive directory"
    r"|Log file|waiting for|server st| done"
)


def named_deviations() -> dict[str, str]:
    """What README.md's tables name as different: the first column of each row, and the second."""
    return dict(re.findall(r"^\| `([a-z0-9_]+)` \| ([^|]*) \|", (HERE / "README.md").read_text(), re.MULTILINE))


def surprise(test: str, found: str | set[int] | None, named: str | None) -> str | None:
    """What is not as README.md says: `found` is the difference of a regression test, or the lines of failed TAP assertions."""
    if not found:
        return "named in README.md, but not different" if named and not optional(named) else None
    if named is None:
        return "not named in README.md"
    if isinstance(found, str):
        stored = HERE / "deviations" / f"{test}.diff"
        return None if stored.exists() and stored.read_text() == found else f"differs otherwise than {stored.relative_to(ROOT)}"
    may, must = lines(named), lines(named) - optional(named)
    return None if must <= found <= may else f"fails in the lines {sorted(found)}, known are {named}"


def lines(named: str) -> set[int]:
    return {int(line) for line in re.findall(r"\d+", named)}


def optional(named: str) -> set[int]:
    """The lines with a question mark: recall of random data over a threshold, at times."""
    return {int(line) for line in re.findall(r"(\d+)\?", named)}


def run(folder: Path, names: list[str]) -> int:
    """Runs all tests of the folder, or those named; 0 if exactly those differ that are known to."""
    sql = sorted(file.stem for file in (folder / "test" / "sql").glob("*.sql"))
    tap = sorted(file.stem for file in (folder / "test" / "t").glob("*.pl"))
    if not sql or not tap:
        raise SystemExit(f"pg_test/run: {folder} is not pgvector's source: no test/sql/*.sql or no test/t/*.pl")
    unknown = set(names) - set(sql) - set(tap)
    if unknown:
        raise SystemExit(f"pg_test/run: {folder} has no test {', '.join(sorted(unknown))}")
    wanted = set(names or sql + tap)
    server = Server(shim=True)
    different: dict[str, str | set[int]] = {
        **regress(server, folder, [test for test in sql if test in wanted]),
        **perl(server, folder, [test for test in tap if test in wanted]),
    }
    named = named_deviations()
    surprises = {test: what for test in wanted if (what := surprise(test, different.get(test), named.get(test)))}
    print(f"\n{len(wanted)} tests: {len(wanted) - len(different)} as pgvector's, {len(different)} different, {len(surprises)} not as known")
    for test, what in sorted(surprises.items()):
        print(f"  {test}: {what}")
    return int(bool(surprises))


def regress(server: Server, folder: Path, tests: list[str]) -> dict[str, str]:
    """pg_regress over test/sql; prints the differences of each test that has some, and gives them."""
    different: dict[str, str] = {}
    if not tests:
        return different
    output = STATE / "pgvector"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    with Cluster(server, "pgvector") as cluster:
        cluster.initdb()
        cluster.start()
        # The tests write to results/ below where they run.
        done = server.pg_regress_run(
            cluster, folder / "test", output, "contrib_regression", ["--load-extension=qstore", "--load-extension=vector", *tests],
            cwd=output, stdout=subprocess.PIPE, text=True,
        )
    if len(list((output / "results").glob("*.out"))) < len(tests):
        raise SystemExit(f"pg_test/run: pg_regress failed:\n{done.stdout}")
    for test in tests:
        expected = (folder / "test" / "expected" / f"{test}.out").read_text().splitlines()
        result = (output / "results" / f"{test}.out").read_text(errors="replace").splitlines()
        accepted, more = without_more_words(expected, result)
        # Without the positions, which change with every line above.
        diff = [line for line in difflib.unified_diff(expected, accepted, "pgvector", "qstore", n=2, lineterm="")]
        diff = ["@@" if line.startswith("@@") else line.rstrip() for line in diff]
        if diff:
            different[test] = "\n".join(diff) + "\n"
            (output / f"{test}.diff").write_text(different[test])
        words = f" ({more} errors say more)" if more else ""
        print(f"{test} ... {'different' if diff else 'ok'}{words}")
        for line in diff:
            print("    " + line)
    return different


def without_more_words(expected: list[str], result: list[str]) -> tuple[list[str], int]:
    """The result without the DETAIL and HINT that an error has beyond pgvector's, and how many errors have such.

    More words are a line DETAIL or HINT where pgvector has none, or one that goes on where pgvector's ends.
    """
    accepted, more = [], 0
    for kind, a, b, c, d in difflib.SequenceMatcher(None, expected, result, autojunk=False).get_opcodes():
        theirs, ours = expected[a:b], result[c:d]
        is_more = kind in ("insert", "replace") and all(line.startswith(("DETAIL:", "HINT:")) for line in ours)
        if is_more and all(any(line.startswith(said.rstrip(".")) for line in ours) for said in theirs):
            accepted += theirs
            more += 1
        else:
            accepted += ours
    return accepted, more


def perl(server: Server, folder: Path, tests: list[str]) -> dict[str, set[int]]:
    """The TAP files of test/t, each in a process as the server's user; prints what failed, and gives its lines in the files."""
    failed: dict[str, set[int]] = {}
    if not tests:
        return failed
    if subprocess.run(["perl", "-MIPC::Run", "-e", "1"], stderr=subprocess.DEVNULL).returncode:
        raise SystemExit("pg_test/run: the TAP files need perl and its IPC::Run (Debian: apt-get install libipc-run-perl)")
    modules = server.pg_regress.parents[1] / "perl"
    if not modules.exists():
        raise SystemExit(f"pg_test/run: no {modules}: this server has not installed PostgreSQL::Test")
    with tempfile.TemporaryDirectory(prefix="qstore.", dir="/tmp") as name:
        place = Path(name)
        shutil.copytree(folder / "test" / "t", place / "t")
        shutil.copy(HERE / "initdb", place / "initdb")
        as_user = {}
        if os.getuid() == 0:
            as_user = {"user": server.user.pw_uid, "group": server.user.pw_gid, "extra_groups": []}
            os.chown(place, server.user.pw_uid, server.user.pw_gid)
        environment = {
            **server.environment(),
            "PATH": f"{place}:{server.bin}:{os.environ['PATH']}",
            "HOME": str(place),
            "QSTORE_BIN": str(server.bin),
            "PG_REGRESS": str(server.pg_regress),
            "TESTDIR": str(place),
            "TESTLOGDIR": str(place / "log"),
            "TESTDATADIR": str(place / "tmp_check"),
        }
        for test in tests:
            try:
                done = subprocess.run(
                    ["perl", "-I", modules, f"t/{test}.pl"], cwd=place, env=environment, text=True, errors="replace", timeout=SECONDS,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **as_user,
                )
                output, good = done.stdout, done.returncode == 0
            except subprocess.TimeoutExpired as late:
                output, good = f"no end after {SECONDS} s\n{late.stdout or ''}", False
            oks, nots = (len(re.findall(rf"^{word} \d", output, re.MULTILINE)) for word in ("ok", "not ok"))
            print(f"{test} ... {'ok' if good else 'different'} ({oks} ok, {nots} not)", flush=True)
            if not good:
                if not nots:
                    # It died: why stands in its own log.
                    log = place / "tmp_check" / "log" / f"regress_log_{test}"
                    output += "\n".join((log.read_text(errors="replace") if log.exists() else "no log").splitlines()[-12:])
                # 0 stands for a failure without a place in the file
                failed[test] = {int(line) for line in re.findall(rf"at t/{test}\.pl line (\d+)", output)} or {0}
                print("\n".join("    " + line for line in output.splitlines() if not NOISE.match(line)))
            shutil.rmtree(place / "tmp_check", ignore_errors=True)
    return failed
