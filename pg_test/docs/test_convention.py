"""The runner of the examples sees what it is there to see."""

import pytest
from pages import examples


@pytest.fixture
def page(tmp_path):
    """A function: the examples of a page with that text."""

    def make(text: str):
        path = tmp_path / "page.md"
        path.write_text(text)
        return examples(path)

    return make


def test_outputs_belong_to_the_block_before(page):
    found = page(
        "```sql\nSELECT 1;\n```\n\n```text\n 1\n```\n```text\nnothing's output\n```\n"
        "```sql\nSELECT 2;\n```\nA sentence between.\n```text\nan illustration\n```\n<!-- sql\nSELECT 3;\n-->\n```sh no-run: why\ntrue\n```\n"
    )
    assert [(one.line, one.language, one.code, one.output, one.no_run) for one in found] == [
        (2, "sql", "SELECT 1;\n", " 1\n", None),
        (12, "sql", "SELECT 2;\n", None, None),
        (19, "sql", "SELECT 3;\n", None, None),
        (22, "sh", "true\n", None, "why"),
    ]


@pytest.mark.parametrize("text", ["```sql\nSELECT 1;\n", "```sql no run\nSELECT 1;\n```\n", "```sql no-run:\nSELECT 1;\n```\n", "<!-- sql\nSELECT 1;\n"])
def test_bad_blocks(page, text):
    with pytest.raises(ValueError, match=r"page\.md:1: "):
        page(text)


def test_errors_are_seen(run, page):
    good, bad, after, meta, ended, shell, python = page(
        "".join(f"```{language}\n{code}\n```\n" for language, code in [
            ("sql", "SELECT 'ERROR:' AS a;"), ("sql", "SELECT 1/0;"), ("sql", "SELECT 1 AS a;"), ("sql", "\\nonsense"),
            ("sql", "SELECT pg_terminate_backend(pg_backend_pid());"), ("sh", "false | true"), ("python", "raise SystemExit(1)"),
        ])
    )  # fmt: skip
    assert run(good) == ("   a    \n--------\n ERROR:\n\n", False)
    assert run(bad) == ("ERROR:  division by zero\n", True)
    assert run(after) == (" a \n---\n 1\n\n", False)
    assert run(meta)[1]
    assert run(shell)[1]
    assert run(python)[1]
    with pytest.raises(AssertionError, match="psql ended"):
        run(ended)
