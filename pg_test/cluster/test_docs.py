"""The manual's examples do what the manual says."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Pages whose ```sql blocks are statements, each followed by its output as psql prints it, without the count of rows.
PAGES = ["types"]

END = "-- end of block --"

BLOCK = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATEMENT = re.compile(r"^(?:SELECT|CREATE|INSERT|UPDATE|DELETE|ALTER|DROP|SET|COPY)\b.*?;$", re.MULTILINE | re.DOTALL)


def lines(text: str) -> list[str]:
    """Without empty lines and trailing blanks."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("page", PAGES)
def test_examples(cluster, page):
    blocks = BLOCK.findall((ROOT / "docs" / f"{page}.md").read_text())
    assert blocks
    script = "CREATE EXTENSION qstore;\n" + "".join("\n".join(STATEMENT.findall(block)) + f"\n\\echo {END}\n" for block in blocks)
    done = subprocess.run(
        [cluster.server.bin / "psql", "-Xqe", "-P", "footer=off", "-d", cluster.dsn()],
        input=script, env=cluster.server.environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    printed = done.stdout.removeprefix("CREATE EXTENSION qstore;\n").split(END + "\n")
    for block, output in zip(blocks, printed):
        assert lines(output) == lines(block)
    assert len(printed) == len(blocks) + 1
