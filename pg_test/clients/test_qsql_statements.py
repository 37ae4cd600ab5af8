"""Every statement of crates/qsql/tests/data, through the server: those that the language has run, the others are refused by name."""

from pathlib import Path

import psycopg
import pytest

DATA = Path(__file__).resolve().parents[2] / "crates" / "qsql" / "tests" / "data"

TABLES = """
CREATE TABLE users (id int, name text, email text, age int);
CREATE TABLE books (id int, title text, description text, author text, genre text, publication_year int);
CREATE TABLE products (id int, name text, price numeric, category text, description text);
CREATE TABLE customers (id int, name text, email text);
CREATE TABLE purchases (customer_id int, title text);
CREATE TABLE orders (id int, user_id int, amount numeric, remark text);
CREATE TABLE connections (source float8, target float8);
CREATE TABLE data (col1 float8, col2 float8);
CREATE TABLE sequences (dna_sequence dna);
CREATE TABLE quantum_data (id int, remark text);
CREATE TABLE graph_edges (a int, b int);
CREATE TABLE docs (id int, embedding vector(2), tenant int);
INSERT INTO users VALUES (1, 'John Test', 'john@example.com', 30), (2, 'User Two', 'test@example.com', 17);
INSERT INTO books VALUES (1, 'Magic for beginners', 'Fantasy Magie Abenteuer', 'A', 'Fantasy', 1997), (2, 'Tax law', 'dry', 'B', 'Law', 2001);
INSERT INTO products VALUES (1, 'Headphones', 99, 'electronics', 'premium wireless headphones'), (2, 'Coat', 20, 'clothes', 'winter jacket');
INSERT INTO customers VALUES (1, 'Smith', 's@example.com');
INSERT INTO purchases VALUES (1, 'Magic for beginners');
INSERT INTO orders VALUES (1, 1, 9.5, 'none');
INSERT INTO connections VALUES (1, 0.9);
INSERT INTO data VALUES (1, 2);
INSERT INTO sequences VALUES ('ATGC');
INSERT INTO graph_edges VALUES (0, 1), (1, 2), (2, 3), (3, 0);
INSERT INTO docs VALUES (1, '[1,0]', 1), (2, '[0,1]', 1), (3, '[1,1]', 2);
"""
COMPRESSED = ("empty_logs", "large_data", "logs", "nonexistent_table", "product_inventory")


def lines(file: str) -> list[tuple[str, str, str]]:
    """Status, mark and statement; variants have no mark of their own."""
    rows = [line.split("\t") for line in (DATA / file).read_text().splitlines() if not line.startswith("#")]
    return [(row[0], row[1] if len(row) == 3 else "", row[-1]) for row in rows]


@pytest.fixture(scope="module")
def language(client_cluster):
    with client_cluster.connect() as conn:
        conn.execute("CREATE DATABASE language")
    with client_cluster.connect("language") as conn:
        conn.execute("CREATE EXTENSION qstore")
        conn.execute(TABLES + "".join(f"CREATE TABLE {table} (id int, line text);" for table in COMPRESSED))
        conn.autocommit = False
        yield conn


def outcome(conn: psycopg.Connection, statement: str, extended: bool) -> str:
    """The SQLSTATE; 00000 where the statement ran. Nothing stays."""
    try:
        conn.execute(f"CALL qsql_exec($qsql${statement}$qsql$)", prepare=extended)
        return "00000"
    except psycopg.Error as error:
        return error.sqlstate
    finally:
        conn.rollback()


@pytest.mark.parametrize("extended", [False, True], ids=["simple", "extended"])
@pytest.mark.parametrize("file", ["statements.tsv", "variants.tsv"])
def test_statements(language, file, extended):
    wrong = []
    for status, mark, statement in lines(file):
        code = outcome(language, statement, extended)
        if mark == "accept":
            right = code == "00000"
        elif mark == "either":
            # It runs, is refused as not supported, or the server misses what the statement speaks of; a syntax error is none of these.
            right = code in ("00000", "0A000", "42P01", "42703", "42883")
        elif mark == "refuse":
            right = code in ("42601", "42P01", "0A000")
        elif status in ("rewritten", "sql"):
            right = code == "00000"
        else:
            right = code == "0A000" if status == "unsupported" else code.startswith("42")
        if not right:
            wrong.append(f"{code}: {status} {mark} {statement}")
    assert not wrong, "\n".join(wrong)
    assert len(lines(file)) >= 80


def test_pg_stat_statements(server):
    """What a text has become is counted, once for texts that differ in constants; without preloading qstore and with it, in either order."""
    from cluster import Cluster

    with Cluster(server, "statements") as cluster:
        cluster.initdb()
        for libraries in ("pg_stat_statements", "pg_stat_statements,qstore", "qstore,pg_stat_statements"):
            cluster.configure(shared_preload_libraries=libraries)
            cluster.start()
            with cluster.connect() as conn:
                conn.execute("CREATE EXTENSION IF NOT EXISTS qstore")
                conn.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
                conn.execute("CREATE TABLE IF NOT EXISTS books (id int, title text)")
                conn.execute("SELECT pg_stat_statements_reset()")
                for word in ("magic", "law", "tax"):
                    conn.execute(f"SELECT * FROM qsql($$ SELECT id FROM books NEUROMATCH (title, '{word}') STRENGTH > 0.5 $$)")
                conn.execute("SELECT * FROM qsql($$ SELECT title FROM books NEUROMATCH (title, 'magic') STRENGTH > 0.5 $$)", prepare=True)
                conn.execute("SELECT count(*) FROM books, qsql($$ SELECT id FROM books NEUROMATCH (title, 'magic') $$) q")
                conn.execute("CALL qsql_exec($$ COMMENT ON TABLE books IS 'x' $$)")
                rows = conn.execute(
                    "SELECT calls, query FROM pg_stat_statements WHERE query ~ 'qsql' AND query !~ 'pg_stat' AND calls > 0 ORDER BY query"
                ).fetchall()
            cluster.stop()
            found = sorted((calls, "SELECT id" in query, "SELECT title" in query, "count" in query, "COMMENT" in query) for calls, query in rows)
            assert found == sorted(
                [(3, True, False, False, False), (1, False, True, False, False), (1, True, False, True, False), (1, False, False, False, True)]
            ), (libraries, rows)
