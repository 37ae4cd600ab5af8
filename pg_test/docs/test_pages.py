"""Every example of the README and of docs/ runs, and prints what its page shows. The convention stands in lib/pages.py."""

import difflib

import pytest
from cluster import ROOT
from pages import Example, examples, normalised

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("example", [example for page in PAGES for example in examples(page)], ids=str)
def test_example(run, example: Example):
    if example.no_run:
        pytest.skip(example.no_run)
    if example.language == "sql":
        last = example.code.rstrip().splitlines()[-1]
        assert last.endswith(";") or "\\" in last, "the last statement has no end"
    output, failed = run(example)
    # An error may be what is shown, but only that of a statement.
    if failed and (example.output is None or example.language != "sql"):
        pytest.fail(f"{example} fails:\n{output}", pytrace=False)
    if example.output is not None:
        shown, printed = normalised(example.output), normalised(output)
        if shown != printed:
            difference = "\n".join(difflib.unified_diff(shown, printed, "shown", "printed", lineterm=""))
            pytest.fail(f"{example} prints something else:\n{difference}", pytrace=False)


def test_pages_have_examples():
    """A page whose fences are all misspelt would pass unread."""
    assert [page.name for page in PAGES if not examples(page)] == []
