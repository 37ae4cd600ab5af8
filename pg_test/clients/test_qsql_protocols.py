"""QSQL through the simple and the extended protocol: every kind of statement has the columns, types and rows of its SQL."""

import psycopg
import pytest
from psycopg import sql

SEARCH = "SELECT id, title FROM books NEUROMATCH (title, 'magic') STRENGTH > 0.5 ORDER BY id"
FOUND = [(1, "magic for beginners"), (2, "advanced magic")]


@pytest.fixture
def books(conn: psycopg.Connection):
    conn.execute("BEGIN")
    conn.execute("CREATE TEMP TABLE books (id int, title text, owner text DEFAULT current_user, v vector(2))")
    conn.execute("INSERT INTO books VALUES (1, 'magic for beginners', 'ann', '[1,0]'), (2, 'advanced magic', 'bob', '[0,1]'), (3, 'tax law', 'ann', '[1,1]')")
    yield conn
    conn.rollback()


class Simple(psycopg.ClientCursor):
    """Parameters are put into the text, which goes as one Query message."""


@pytest.fixture(params=["simple", "extended", "prepared", "binary"])
def run(request, books):
    """A function that executes a statement in one way of the protocol and gives the cursor."""

    def execute(statement: str, *parameters) -> psycopg.Cursor:
        match request.param:
            case "simple":
                return Simple(books).execute(statement, parameters or None)
            case "binary":
                return books.cursor(binary=True).execute(statement, parameters or None)
            case way:
                # Without parameters psycopg sends a Query message unless the statement is to be prepared.
                return books.cursor().execute(statement, parameters or None, prepare=way == "prepared" or not parameters)

    return execute


def qsql(text: str) -> str:
    return f"SELECT * FROM qsql($q${text}$q$)"


def names(cursor: psycopg.Cursor) -> list[str]:
    return [column.name for column in cursor.description]


def test_columns_and_rows(run):
    cursor = run(qsql(SEARCH))
    assert (names(cursor), cursor.fetchall()) == (["id", "title"], FOUND)


def test_parameters_inside_the_text(run):
    cursor = run(qsql("SELECT id FROM books NEUROMATCH (title, %s) STRENGTH > %s WHERE id > %s"), "magic", 0.5, 1)
    assert cursor.fetchall() == [(2,)]


def test_explain(run):
    plan = "\n".join(line for (line,) in run("EXPLAIN (COSTS OFF) " + qsql(SEARCH)).fetchall())
    assert "Seq Scan on books" in plan and "neuromatch(title" in plan


def test_view_holds_the_sql(run):
    run("CREATE TEMP VIEW found AS " + qsql(SEARCH))
    assert run("TABLE found").fetchall() == FOUND
    assert "qsql" not in run("SELECT pg_get_viewdef('found')").fetchone()[0]


def test_materialized_view(run):
    run("CREATE TABLE kept_books AS TABLE books")
    run("CREATE MATERIALIZED VIEW found AS " + qsql(SEARCH.replace("books", "kept_books")))
    run("INSERT INTO kept_books (id, title) VALUES (0, 'magic')")
    assert run("TABLE found").fetchall() == FOUND
    run("REFRESH MATERIALIZED VIEW found")
    assert run("TABLE found").fetchall() == [(0, "magic"), *FOUND]


def test_create_table_as(run):
    run("CREATE TEMP TABLE found AS " + qsql(SEARCH))
    assert run("SELECT id, title FROM found ORDER BY id").fetchall() == FOUND


def test_cursor(run):
    run("DECLARE c CURSOR FOR " + qsql(SEARCH))
    assert run("FETCH 1 FROM c").fetchall() == FOUND[:1]
    assert run("FETCH ALL FROM c").fetchall() == FOUND[1:]


def test_copy(books):
    with books.cursor().copy(f"COPY ({qsql(SEARCH)}) TO STDOUT") as copy:
        copy.set_types(["int4", "text"])
        assert list(copy.rows()) == FOUND


def test_prepare_and_alter_table(run, books):
    def alter(change: str) -> None:
        # Past psycopg, which forgets every prepared statement of the session after an ALTER.
        assert books.pgconn.exec_(f"ALTER TABLE books {change}".encode()).status == psycopg.pq.ExecStatus.COMMAND_OK

    run("PREPARE found AS " + qsql("SELECT * FROM books NEUROMATCH (title, 'law')"))
    assert run("EXECUTE found").fetchone()[:2] == (3, "tax law")
    alter("ALTER COLUMN owner DROP DEFAULT")
    assert run("EXECUTE found").fetchone()[:2] == (3, "tax law")
    alter("ADD COLUMN more int")
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="cached plan must not change result type"):
        run("EXECUTE found")


def test_functions(run):
    run("CREATE FUNCTION pg_temp.by_sql(w text) RETURNS SETOF int LANGUAGE sql AS $f$ SELECT * FROM qsql($$ SELECT id FROM books NEUROMATCH (title, w) STRENGTH > 0 ORDER BY id $$) $f$")
    run(
        "CREATE FUNCTION pg_temp.by_plpgsql(w text) RETURNS SETOF int LANGUAGE plpgsql AS $f$ BEGIN "
        "RETURN QUERY SELECT * FROM qsql($$ SELECT id FROM books NEUROMATCH (title, w) STRENGTH > 0 ORDER BY id $$); END $f$"
    )
    run("CREATE FUNCTION pg_temp.by_qsql(w text) RETURNS SETOF int LANGUAGE qsql AS $f$ SELECT id FROM books NEUROMATCH (title, w) STRENGTH > 0 ORDER BY id $f$")
    for function in ("by_sql", "by_plpgsql", "by_qsql"):
        assert run(f"SELECT * FROM pg_temp.{function}('magic')").fetchall() == [(1,), (2,)]


def test_join(run):
    cursor = run(f"SELECT b.id, q FROM books b JOIN qsql($q${SEARCH}$q$) q ON (q->>'id')::int = b.id ORDER BY b.id")
    assert cursor.fetchall() == [(i, {"id": i, "title": title}) for i, title in FOUND]
    cursor = run(f"SELECT b.id, t.title FROM books b JOIN qsql_record($q${SEARCH}$q$) AS t(id int, title text) USING (id) ORDER BY 1")
    assert cursor.fetchall() == FOUND


def test_parallel_workers(run):
    run("CREATE TABLE many AS SELECT i, 'word ' || i AS title FROM generate_series(1, 20000) i")
    for setting in ("parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0", "max_parallel_workers_per_gather = 2"):
        run(f"SET LOCAL {setting}")
    text = "SELECT count(*) FROM many NEUROMATCH (title, 'word 77') STRENGTH > 0.99"
    assert any("Workers Planned" in line for (line,) in run("EXPLAIN " + qsql(text)).fetchall())
    assert run(qsql(text)).fetchone() == (1,)


def test_row_level_security(run):
    run("CREATE TABLE private AS TABLE books")
    run("ALTER TABLE private ENABLE ROW LEVEL SECURITY")
    run("CREATE POLICY own ON private USING (owner = current_user)")
    run("CREATE ROLE bob")
    run("GRANT SELECT ON private TO bob")
    run("SET LOCAL ROLE bob")
    assert run(qsql("SELECT id FROM private NEUROMATCH (title, 'magic')")).fetchall() == [(2,)]
    assert run(qsql("QUANTUM SEARCH private NEAREST TO '[1,0]' LIMIT 5")).fetchall()[0][0] == 2


def test_security_barrier_view(run):
    run("CREATE TEMP VIEW mine WITH (security_barrier) AS SELECT * FROM books WHERE owner = 'ann'")
    assert run(qsql("SELECT id FROM mine NEUROMATCH (title, 'magic')")).fetchall() == [(1,)]


def test_changes_and_commands(run):
    assert run(qsql("UPDATE books SET title = upper(title) WHERE id = %s RETURNING title"), 3).fetchall() == [("TAX LAW",)]
    cursor = run("CALL qsql_exec($q$ DELETE FROM books WHERE id > 1 $q$)")
    assert cursor.description is None
    assert run("CALL qsql_exec($q$ SELECT count(*) FROM books $q$)").fetchall() == [(1,)]


def test_join_and_fusion_statements(run):
    cursor = run(qsql("SELECT b.id, c.id FROM books b QUANTUM_JOIN books c ON b.v ENTANGLE c.v TOP %s ORDER BY 1, 2"), 1)
    assert cursor.fetchall() == [(1, 1), (2, 2), (3, 3)]
    fusion = "SUPERPOSE (SELECT id FROM books ORDER BY v <=> %s::vector) WEIGHT %s, (SELECT id FROM books ORDER BY id) COLLAPSE BY id LIMIT 1"
    assert run(qsql(fusion), "[0,1]", 3.0).fetchone()[0] == 2


@pytest.mark.parametrize("content", ["it's", "'; DROP TABLE books; --", "$$ $q$ $1", "\\' OR 1=1 --", "/* NEUROMATCH 'x' */", "x' NEUROMATCH 'y", "\") ; (\"", "größe 😀"])
def test_injection_strings_stay_inert(books, content):
    books.execute("UPDATE books SET title = %s WHERE id = 3", (content,))
    cursor = books.execute("SELECT * FROM qsql('SELECT id FROM books WHERE title = $1 OR NEUROMATCH(title, $1) = 1', %s::text)", (content,))
    assert (3,) in cursor.fetchall() and len(names(cursor)) == 1
    # As a literal and as an identifier inside the text, quoted by the client's own rules.
    text = sql.SQL("SELECT id AS {}, {} AS again FROM books NEUROMATCH (title, {}) STRENGTH > 0 WHERE title = {} OR true").format(
        sql.Identifier(content.replace("\0", "")), sql.Literal(content), sql.Literal(content), sql.Literal(content)
    )
    cursor = books.cursor()
    cursor.execute(sql.SQL("SELECT * FROM qsql({})").format(sql.Literal(text.as_string(books))))
    assert names(cursor)[1] == "again"
    assert all(row[1] == content for row in cursor.fetchall())
    assert books.execute("SELECT count(*) FROM books").fetchone() == (3,)
