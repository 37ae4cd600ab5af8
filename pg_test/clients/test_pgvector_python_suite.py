"""pgvector-python's own tests, from its source archive, unchanged: they ask for an extension `vector`, which is the shim."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from cluster import STATE

HERE = Path(__file__).resolve().parent
# One process for each file: the modules connect and create their tables when they are imported.
SUITES = ["asyncpg", "django", "peewee", "pg8000", "psycopg", "psycopg2", "sqlalchemy", "sqlmodel"]
WITHOUT_A_SERVER = ["bit", "half_vector", "sparse_vector", "vector"]


@pytest.fixture(scope="module")
def tests(tmp_path_factory) -> Path:
    """The suite's folder, complete."""
    (archive,) = (STATE / "venv" / "sources").glob("pgvector-*.tar.gz")
    place = tmp_path_factory.mktemp("pgvector-python")
    with tarfile.open(archive) as tar:
        tar.extractall(place)  # its checksum was compared when it was fetched
    (folder,) = place.glob("pgvector-*/tests")
    (folder / "__init__.py").touch()
    shutil.copy(HERE / "pgvector_python_conftest.py", folder / "conftest.py")
    return folder


def test_every_file_is_run(tests):
    assert sorted(file.stem.removeprefix("test_") for file in tests.glob("test_*.py")) == sorted(SUITES + WITHOUT_A_SERVER)


@pytest.fixture(scope="module")
def environment(suite_environment):
    return suite_environment("pgvector_python_test")


@pytest.mark.parametrize("suite", SUITES)
def test_suite(tests, environment, suite):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rfEs", "-p", "no:cacheprovider", f"tests/test_{suite}.py"],
        cwd=tests.parent, env=environment, text=True, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    print(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout
