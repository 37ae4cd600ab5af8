"""pgvector-node's own tests, see node/README.md."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cluster import STATE

HERE = Path(__file__).resolve().parent
INSTALLED = STATE / "node"
SUITES = sorted(file.name.removesuffix(".test.mjs") for file in (HERE / "node" / "tests").glob("*.test.mjs"))

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")), reason="node and npm are not installed (Debian: apt-get install nodejs npm)"
)


@pytest.fixture(scope="module")
def tests() -> None:
    """A copy of the tests beside the packages, where node looks for these."""
    assert (INSTALLED / "installed.json").exists(), "no Node packages: run scripts/bootstrap --python"
    shutil.rmtree(INSTALLED / "tests", ignore_errors=True)
    shutil.copytree(HERE / "node" / "tests", INSTALLED / "tests")
    shutil.copy(HERE / "node" / "server_under_test.mjs", INSTALLED / "tests")


@pytest.fixture(scope="module")
def environment(suite_environment):
    return suite_environment("pgvector_node_test")


@pytest.mark.parametrize("suite", SUITES)
def test_suite(tests, environment, suite):
    # Not `node --test`: that starts another process, which would outlive it. A test that fails leaves its connection open and
    # so never ends by itself.
    node = subprocess.Popen(
        ["node", "--import", "./tests/server_under_test.mjs", f"tests/{suite}.test.mjs"],
        cwd=INSTALLED, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    try:
        output, _ = node.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        node.kill()
        output, _ = node.communicate()
    assert node.returncode == 0, output
