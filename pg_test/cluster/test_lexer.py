"""QSQL's lexer cuts a text where the server's own scanner (core_yylex) cuts it, and what QSQL becomes is SQL to the server's parser.

Over the SQL of this repository, over random mixtures of what is hard to cut, and, where QSTORE_CORE_SQL names the folder
src/test/regress/sql of PostgreSQL's source, over its regression tests.
"""

import os
import random
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]

# What begins, ends or looks like a token of more than one character.
PIECES = [
    "'", "''", "\"", "\"\"", "$$", "$a$", "$1", "$", "E'", "e'\\'", "U&'", "U&\"", "B'1'", "x'F'", "n'n'", "\\", "\\'", "--", "-- c\n", "/*", "*/",
    "/* a /* b */ c */", "\n", " ", "\t", "\f", ":", "::", ":=", ".", "..", "=>", "->", "->>", "<=", "<>", "!=", "@-", "+-", "*-", "-+", "%-", "~@+", "1",
    "1.5", ".5", "1e5", "1.", "1..2", "a", "_b1", "été", "😀", "SELECT", "e", "u", "&", "a$b", "(", ")", "[", "]", ",", ";", "{", "?", "'a'\n'b'", "'a' 'b'", "E'a'\n'\\''",
    "'a' -- c\n 'b'", "'a'--c\n--d\n'b'", "#", "^", "`",
]  # fmt: skip
# Errors that say where the text cannot be cut; others (a bad escape, letters behind a number) QSQL leaves to the server.
UNTERMINATED = "unterminated"


@pytest.fixture
def core(cluster, tmp_path):
    """A connection with the functions of core_tokens.c."""
    library = tmp_path / "core_tokens.so"
    headers = cluster.server.headers()
    source = ROOT / "pg_test" / "lexer" / "core_tokens.c"
    subprocess.run(["cc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", f"-I{headers}", "-o", str(library), str(source)], check=True)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    with cluster.connect() as conn:
        conn.execute(f"CREATE FUNCTION core_tokens(text) RETURNS int[] LANGUAGE c STRICT AS '{library}', 'core_tokens'")
        conn.execute(f"CREATE FUNCTION core_parse(text) RETURNS int LANGUAGE c STRICT AS '{library}', 'core_parse'")
        yield conn


@pytest.fixture
def core_tokens(core):
    """A function: the offsets by the server, or the message of its error."""

    def ask(text: str) -> list[int] | str:
        try:
            return core.execute("SELECT core_tokens(%s)", (text,)).fetchone()[0]
        except psycopg.errors.Error as error:
            return error.diag.message_primary

    return ask


def our_tokens(texts: list[str]) -> list[tuple[bool, list[int]]]:
    """Whether the lexer came to the end, and the offsets."""
    command = ["cargo", "run", "--quiet", "--package", "qsql", "--example", "tokens"]
    done = subprocess.run(command, input="".join(text + "\0" for text in texts), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(texts)
    return [(not line.startswith("error"), [int(word) for word in line.removeprefix("error").split()]) for line in lines]


def statements(folder: Path) -> list[str]:
    found = []
    for file in sorted(folder.glob("*.sql")):
        found += re.split(r"(?<=;)\n", file.read_text(encoding="utf-8", errors="ignore").replace("\0", ""))
    return found


def mixtures(count: int) -> list[str]:
    source = random.Random(15)
    return ["".join(source.choices(PIECES, k=source.randint(1, 14))) for _ in range(count)]


def joined(text: str, starts: list[int]) -> list[int]:
    """The server reads N'…' as a keyword and a string, QSQL as one string."""
    raw = text.encode()
    prefixes = {start + 1 for start in starts if raw[start : start + 2] in (b"n'", b"N'")}
    return [start for start in starts if start not in prefixes]


def test_lexer_agrees_with_the_server(core_tokens):
    texts = [*statements(ROOT / "pg_test" / "regress" / "sql"), *mixtures(20000)]
    if folder := os.environ.get("QSTORE_CORE_SQL"):
        texts += statements(Path(folder))
    compared = 0
    wrong = []
    for text, (complete, ours) in zip(texts, our_tokens(texts), strict=True):
        match core_tokens(text):
            case str(message) if not message.startswith(UNTERMINATED):
                continue
            case str(message):
                agree = not complete
            case theirs:
                agree = complete and ours == joined(text, theirs)
        compared += 1
        if not agree:
            wrong.append(text)
    assert compared > 15000, compared
    print(f"{compared} of {len(texts)} texts compared")
    assert not wrong, f"{len(wrong)} texts are cut otherwise, such as {wrong[:5]}"


def test_every_golden_file_is_sql(core):
    files = sorted((ROOT / "crates" / "qsql" / "tests" / "golden").glob("*.sql"))
    assert len(files) > 60
    wrong = {}
    for file in files:
        # What was no QSQL comes out as it was, broken or not.
        if file.read_text() == file.with_suffix(".qsql").read_text():
            continue
        try:
            core.execute("SELECT core_parse(%s)", (file.read_text(),))
        except psycopg.errors.Error as error:
            wrong[file.name] = error.diag.message_primary
    assert not wrong
