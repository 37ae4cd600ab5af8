"""A stand-in for pgvector, where the server has none: an extension `vector` with types of its own, of pgvector's names and bytes.

Its functions are those of qstore's library under a second set of SQL names. That is enough to stand beside qstore, be adopted and
be left; it has no index access methods.
"""

import copy
import os
import shutil
import subprocess

from cluster import ROOT, Server

CONTROL = """comment = 'test only: stands in for pgvector'
default_version = '0'
module_pathname = '$libdir/qstore'
relocatable = true
"""


def extension_folder(server: Server):
    """Where the control files are."""
    done = subprocess.run([server.bin / "pg_config", "--sharedir"], stdout=subprocess.PIPE, text=True, check=True)
    return type(server.bin)(done.stdout.strip()) / "extension"


def has_pgvector(server: Server) -> bool:
    return (extension_folder(server) / "vector.control").exists()


def stand_in(server: Server) -> Server:
    """A copy of the server, of hard links, with the stand-in installed."""
    folder = extension_folder(server)
    root = type(folder)(os.path.commonpath([server.bin, folder]))
    other = root.with_name(root.name + "-stand-in")
    shutil.rmtree(other, ignore_errors=True)
    subprocess.run(["cp", "-al", root, other], check=True)
    folder = other / folder.relative_to(root)
    # Unlinked first: written through a hard link, the original would change, too.
    for file in [folder / "vector.control", *folder.glob("vector--*.sql")]:
        file.unlink(missing_ok=True)
    (folder / "vector.control").write_text(CONTROL)
    script = "".join((ROOT / "sql" / f"{part}.sql").read_text() for part in ("vector", "halfvec", "sparsevec", "bit"))
    (folder / "vector--0.sql").write_text(script)
    beside = copy.copy(server)
    beside.bin = other / server.bin.relative_to(root)
    return beside
