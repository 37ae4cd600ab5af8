"""The examples of a Markdown page.

The convention, for every page that pg_test/docs runs:

* A block fenced as sql, sh or python is an example. The examples of a page run in order: sql in one psql session (without
  row-count footers), sh and python in processes of their own, all in one database and one directory made for the page.
* A block fenced as text that follows an example with nothing but blank lines between is what the example prints, word for
  word except for blanks at the ends of lines. An example without one may print anything but an error.
* ```` ```sql no-run: REASON ```` is shown and not run; such examples are counted as skipped.
* An HTML comment that begins with `<!-- sql` or `<!-- sh` on a line of its own and ends with `-->` is run and not shown. It
  is for what a reader has and a test has not, such as a damaged row.
"""

import re
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("sql", "sh", "python")
FENCE = re.compile(r"^(`{3,})([^`]*)$")
HIDDEN = re.compile(r"^<!-- (sql|sh)$")


@dataclass
class Example:
    """One block: `line` is that of its first line in the page, `output` what the page says it prints."""

    page: Path
    line: int
    language: str
    code: str
    output: str | None = None
    no_run: str | None = None

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def examples(page: Path) -> list[Example]:
    """The examples of the page, in order; ValueError for a block that does not end or an unknown word behind a language."""
    found: list[Example] = []
    lines = page.read_text().splitlines()
    follows = False  # whether an output may follow: nothing but blank lines since the last example
    at = 0
    while at < len(lines):
        fence, hidden = FENCE.match(lines[at]), HIDDEN.match(lines[at])
        if not fence and not hidden:
            follows = follows and not lines[at].strip()
            at += 1
            continue
        last = fence[1] if fence else "-->"
        end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == last), None)
        if end is None:
            raise ValueError(f"{page}:{at + 1}: block without an end")
        body = "\n".join(lines[at + 1 : end]) + "\n"
        language, _, remark = (fence[2] if fence else hidden[1]).strip().partition(" ")
        if language in LANGUAGES:
            if remark and not re.match(r"no-run: \S", remark):
                raise ValueError(f"{page}:{at + 1}: expected 'no-run: REASON' behind {language}, found {remark!r}")
            found.append(Example(page, at + 2, language, body, no_run=remark.removeprefix("no-run: ") or None))
        elif language == "text" and follows:
            found[-1].output = body
        follows = language in LANGUAGES
        at = end + 1
    return found


def normalised(output: str) -> list[str]:
    """Lines without blanks at their ends and without blank lines around."""
    return "\n".join(line.rstrip() for line in output.splitlines()).strip("\n").splitlines()
