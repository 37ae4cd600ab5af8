"""qstore beside pgvector: adopted and released, indexes over pgvector's columns, migration in place, dump and restore.

Everything runs against a stand-in, and again against pgvector itself where the server has it.
"""

import numpy as np
import psycopg
import pytest
from answers import DIMENSIONS, assert_healthy, assert_same, fill, literal, vectors

DATA = vectors(2000, seed=3)
QUERIES = vectors(8, seed=4)
OPERATORS = {"vector_l2_ops": "<->", "vector_ip_ops": "<#>", "vector_cosine_ops": "<=>"}
CASTS = {f"cast from {a}.{kind} to {b}.{kind}" for kind in ("vector", "halfvec", "sparsevec") for a, b in (("public", "q"), ("q", "public"))}


@pytest.fixture
def conn(beside, request):
    """A new database: pgvector in public, qstore in q, not adopted yet; psycopg's name of it is `conn.info.dbname`."""
    name = request.node.name.split("[")[0]
    with beside.connect() as admin:
        admin.execute(f"CREATE DATABASE {name}")
    with beside.connect(name) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE SCHEMA q")
        connection.execute("CREATE EXTENSION qstore SCHEMA q")
        yield connection


def column(conn, sql, *args) -> list:
    return [row[0] for row in conn.execute(sql, args).fetchall()]


def adopt(conn) -> list[str]:
    return column(conn, "SELECT qstore.adopt_pgvector()")


def objects(conn) -> tuple:
    """How many casts and operator classes there are that belong to no extension."""
    return conn.execute(
        """SELECT (SELECT count(*) FROM pg_cast c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_cast'::regclass AND d.deptype = 'e')),
                  (SELECT count(*) FROM pg_opclass c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_opclass'::regclass AND d.deptype = 'e')),
                  (SELECT count(*) FROM pg_opfamily c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_opfamily'::regclass AND d.deptype = 'e'))"""
    ).fetchone()


def test_adopt_and_release(conn):
    assert objects(conn) == (0, 0, 0)
    done = adopt(conn)
    assert CASTS <= set(done)
    # One sister for each class of ours whose operators pgvector has: all but those over types that pgvector lacks.
    ours = column(conn, "SELECT opcname FROM pg_opclass JOIN pg_am a ON a.oid = opcmethod WHERE amname = 'synaptic' AND opcnamespace = 'q'::regnamespace AND opcname ~ '^(vector|halfvec|sparsevec|bit)_' AND opcfamily IN (SELECT amprocfamily FROM pg_amproc)")
    assert {*OPERATORS} <= {*ours}
    assert set(done) - CASTS == {f"operator class public.{name} of access method synaptic" for name in ours}
    assert objects(conn) == (len(CASTS), len(ours), len(ours))
    # Each is what it says: valid, its default a default, its operators and types pgvector's.
    sisters = conn.execute(
        """SELECT c.opcname, amvalidate(c.oid), c.opcdefault = o.opcdefault OR c.opcintype = o.opcintype,
                  c.opcintype::regtype::text = replace(o.opcintype::regtype::text, 'q.', ''),
                  (SELECT bool_and(e.extname = 'vector') FROM pg_amop m JOIN pg_depend d ON d.objid = m.amopopr AND d.classid = 'pg_operator'::regclass AND d.deptype = 'e'
                   JOIN pg_extension e ON e.oid = d.refobjid WHERE m.amopfamily = c.opcfamily)
           FROM pg_opclass c JOIN pg_opclass o ON (o.opcname, o.opcmethod) = (c.opcname, c.opcmethod) AND o.opcnamespace = 'q'::regnamespace
           JOIN pg_am a ON a.oid = c.opcmethod WHERE amname = 'synaptic' AND c.opcnamespace = 'public'::regnamespace"""
    ).fetchall()
    assert sorted(sisters) == sorted((name, True, True, True, True) for name in ours)

    assert adopt(conn) == [], "adopting twice creates nothing"
    assert column(conn, "SELECT object FROM qstore.pgvector_adoption() WHERE NOT present") == []
    assert sorted(column(conn, "SELECT qstore.release_pgvector()")) == sorted(done)
    assert objects(conn) == (0, 0, 0)
    assert column(conn, "SELECT qstore.release_pgvector()") == []
    assert sorted(adopt(conn)) == sorted(done), "and again"


def test_release_waits_for_indexes(conn):
    adopt(conn)
    before = objects(conn)
    conn.execute("CREATE TABLE items (embedding vector(3)); CREATE INDEX items_near ON items USING synaptic (embedding)")
    with pytest.raises(psycopg.errors.DependentObjectsStillExist, match="items_near"):
        conn.execute("SELECT qstore.release_pgvector()")
    assert objects(conn) == before
    conn.execute("DROP INDEX items_near")
    conn.execute("SELECT qstore.release_pgvector()")
    assert objects(conn) == (0, 0, 0)


def test_who_may_adopt_and_what(beside, conn):
    conn.execute("CREATE ROLE apprentice")
    try:
        conn.execute("SET ROLE apprentice")
        for function in ("adopt_pgvector", "release_pgvector"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT qstore.{function}()")
    finally:
        conn.execute("RESET ROLE")
        conn.execute("DROP ROLE apprentice")
    conn.execute("DROP EXTENSION vector")
    with pytest.raises(psycopg.errors.UndefinedObject, match="pgvector is not installed"):
        adopt(conn)
    assert column(conn, "SELECT qstore.release_pgvector()") == []
    # The other way round: pgvector elsewhere, under names that need quotes.
    conn.execute('DROP EXTENSION qstore; CREATE EXTENSION qstore; CREATE SCHEMA "Old, vectors"; CREATE EXTENSION vector SCHEMA "Old, vectors"')
    assert 'cast from "Old, vectors".vector to public.vector' in adopt(conn)
    conn.execute('CREATE TABLE items (v "Old, vectors".vector(2)); CREATE INDEX ON items USING synaptic (v)')
    assert column(conn, "SELECT '[1,2]'::\"Old, vectors\".vector::vector::text") == ["[1,2]"]


EXPRESSIONS = """
    old <-> '[1,2,3]' | old <#> old | old <=> '[1,2,3]' | old <+> old | old + old | old || old | old * '[1,1,1]' | old = '[1,2,3]' | old < old
    old <-> new | new <-> old | old = new | old || new | old + new | new <-> '[1,2,3]' | new <=> new | new + new | new = '[1,2,3]' | new || new
    l2_distance(old, old) | l2_distance(new, new) | l2_distance(old, new) | l2_distance(old, '[1,2,3]') | cosine_distance(new, '[1,2,3]')
    vector_dims(old) | vector_dims(new) | l2_normalize(old) | l2_normalize(new) | subvector(old, 1, 1) | binary_quantize(new)
    avg(old) | avg(new) | sum(old) | sum(new) | max(old) | count(DISTINCT new)
    old::halfvec | new::q.halfvec | old::sparsevec | old::real[] | new::real[] | ARRAY[1,2,3]::vector <-> old | ARRAY[1,2,3]::q.vector <-> new
    old_half <-> old | old_half <-> old_half | old_half <-> new_half | new_half <-> new | old_sparse <-> old | old_sparse <-> new | new_sparse <-> new_half
    COALESCE(old, old) | COALESCE(new, old) | CASE WHEN true THEN old ELSE new END | GREATEST(old, new) | ARRAY[old, new] | old IN (new) | array_length(old, 1)
    old <-> (old_half::vector) | bits <~> bits | bits <%> '101' | bits <~> '101' | hamming_distance(bits, bits)
"""


def test_no_expression_changes_its_meaning(conn):
    """Casts for assignment decide over no function, operator or common type: plans and errors stay the same, word for word."""
    conn.execute(
        """CREATE TABLE items (old public.vector(3), new q.vector(3), old_half public.halfvec(3), new_half q.halfvec(3),
                               old_sparse public.sparsevec(3), new_sparse q.sparsevec(3), bits bit(3))"""
    )
    expressions = [e.strip() for line in EXPRESSIONS.strip().splitlines() for e in line.split(" | ")]

    def meanings() -> dict:
        found = {}
        for path in ("public, q", "q, public", "public", "q"):
            conn.execute(f"SET search_path = {path}")
            for expression in expressions:
                try:
                    with conn.transaction():
                        plan = "\n".join(column(conn, f"EXPLAIN (VERBOSE, COSTS off) SELECT {expression} FROM public.items"))
                        # The plan hides which of two functions of one name is meant; a view's dependencies do not.
                        conn.execute(f"CREATE VIEW public.meaning AS SELECT {expression} AS x FROM public.items")
                        used = column(
                            conn,
                            """SELECT d.refobjid::bigint FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
                               WHERE r.ev_class = 'public.meaning'::regclass AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass) ORDER BY 1""",
                        )
                        found[path, expression] = plan, used
                        raise psycopg.Rollback
                except psycopg.Error as error:
                    found[path, expression] = str(error)
        conn.execute("RESET search_path")
        return found

    before = meanings()
    assert sum(isinstance(meaning, tuple) for meaning in before.values()) > len(before) / 3
    adopt(conn)
    after = meanings()
    assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == {}


def nearest(conn, table: str, operator: str, query: np.ndarray, through: str | None, k: int = 10, schema: str = "public") -> list:
    """[(id, distance)] through the index named, or by sequential scan; the plan is verified."""
    vector = f"{schema}.vector"
    sql = f"SELECT id, embedding OPERATOR({schema}.{operator}) %s::{vector} FROM {table} ORDER BY 2 LIMIT {k}"
    with conn.transaction():
        conn.execute(f"SET LOCAL enable_seqscan = {'off' if through else 'on'}; SET LOCAL enable_indexscan = {'on' if through else 'off'}; SET LOCAL qstore.recall = 1.0")
        plan = "\n".join(column(conn, "EXPLAIN " + sql, literal(query)))
        assert (f"Index Scan using {through} " if through else "Seq Scan") in plan, plan
        return conn.execute(sql, (literal(query),)).fetchall()


def make(conn) -> None:
    """A table of pgvector's types and an index of synaptic for each operator."""
    conn.execute(f"CREATE TABLE items (id bigint PRIMARY KEY, embedding vector({DIMENSIONS}), any_length vector, half halfvec(3), few sparsevec(5))")
    fill(conn, "items", DATA)
    conn.execute("UPDATE items SET any_length = ARRAY[id::int, 1], half = ARRAY[id::int % 7, 2, 3], few = ('{' || id % 5 + 1 || ':2}/5')::sparsevec")
    # A long-lived table: with room left by old rows, and a null.
    conn.execute("VACUUM items")
    conn.execute("INSERT INTO items (id) VALUES (5000)")


def assert_answers(conn, indexes: dict[str, str], expected: dict, schema: str = "public") -> None:
    for operator, index in indexes.items():
        for number, query in enumerate(QUERIES):
            assert_same(nearest(conn, "items", operator, query, index, schema=schema), expected[operator][number])
    for index in indexes.values():
        assert_healthy(conn, index)


def answers(conn, schema: str = "public") -> dict:
    return {op: [nearest(conn, "items", op, query, None, schema=schema) for query in QUERIES] for op in OPERATORS.values()}


def index_all(conn) -> dict[str, str]:
    """{operator: index}; the first, of the default class, does not name it."""
    conn.execute("CREATE INDEX items_l2 ON items USING synaptic (embedding) WITH (lists = 20)")
    conn.execute("CREATE INDEX items_ip ON items USING synaptic (embedding public.vector_ip_ops) WITH (lists = 20)")
    conn.execute("CREATE INDEX items_cosine ON items USING synaptic (embedding public.vector_cosine_ops) WITH (lists = 20)")
    return {"<->": "items_l2", "<#>": "items_ip", "<=>": "items_cosine"}


def test_index_over_pgvector_column(beside, conn):
    adopt(conn)
    make(conn)
    expected = answers(conn)
    if beside.genuine:
        conn.execute("CREATE INDEX items_hnsw ON items USING hnsw (embedding vector_l1_ops)")
    indexes = index_all(conn)
    assert_answers(conn, indexes, expected)
    conn.execute("DELETE FROM items WHERE id < 500")
    conn.execute("VACUUM items")
    fill(conn, "items", vectors(300, seed=9), first=3000)
    assert_answers(conn, indexes, answers(conn))


def test_migration_in_place(conn):
    adopt(conn)
    make(conn)
    index_all(conn)
    expected = answers(conn)
    facts = "SELECT md5(string_agg(ROW(id, embedding, any_length, half, few)::text, ',' ORDER BY id)), count(*), pg_relation_filenode('items'), pg_relation_size('items') FROM items"
    before = conn.execute(facts).fetchone()
    toast = column(conn, "SELECT pg_relation_filenode(reltoastrelid) FROM pg_class WHERE oid = 'items'::regclass")

    def rewrite(sql: str) -> None:
        conn.execute("ALTER TABLE items " + ", ".join(f"ALTER COLUMN {part}" for part in sql.split(", ")))

    # An index that names its class names it for pgvector's type: it goes before.
    with pytest.raises(psycopg.errors.DatatypeMismatch, match="does not accept data type q.vector"):
        rewrite("embedding TYPE q.vector")
    conn.execute("DROP INDEX items_ip, items_cosine")
    # Other dimensions than declared are checked.
    with pytest.raises(psycopg.errors.DataException, match="expected 3 dimensions, not 32"):
        rewrite("embedding TYPE q.vector(3)")
    with pytest.raises(psycopg.errors.DataException, match="expected 3 dimensions, not 2"):
        rewrite("any_length TYPE q.vector(3)")

    rewrite(f"embedding TYPE q.vector({DIMENSIONS}), any_length TYPE q.vector, half TYPE q.halfvec(3), few TYPE q.sparsevec(5)")
    assert conn.execute(facts).fetchone() == before, "same values in the same file"
    assert column(conn, "SELECT pg_relation_filenode(reltoastrelid) FROM pg_class WHERE oid = 'items'::regclass") == toast
    types = column(conn, "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 1 ORDER BY attnum")
    assert types == [f"q.vector({DIMENSIONS})", "q.vector", "q.halfvec(3)", "q.sparsevec(5)"]
    with pytest.raises(psycopg.errors.DataException, match="expected 32 dimensions, not 2"):
        conn.execute("INSERT INTO items (id, embedding) VALUES (-1, '[1,2]')")

    # The index of the default class came along; the others are made anew, of our classes.
    conn.execute("SET search_path = q, public")
    conn.execute("CREATE INDEX items_ip ON items USING synaptic (embedding vector_ip_ops); CREATE INDEX items_cosine ON items USING synaptic (embedding vector_cosine_ops)")
    moved = answers(conn, schema="q")
    assert_answers(conn, {"<->": "items_l2", "<#>": "items_ip", "<=>": "items_cosine"}, moved, schema="q")
    # The same neighbours as before; pgvector adds the terms of a distance in another order, so that the last digits differ.
    for operator in expected:
        for one, other in zip(moved[operator], expected[operator]):
            assert [row[0] for row in one] == [row[0] for row in other]
            np.testing.assert_allclose([row[1] for row in one], [row[1] for row in other], rtol=1e-5, atol=1e-5)
    conn.execute("RESET search_path")

    # Nothing is left of pgvector: it can go.
    conn.execute("SELECT qstore.release_pgvector()")
    conn.execute("DROP EXTENSION vector")
    assert conn.execute(facts).fetchone() == before


def test_dump_and_restore_beside(beside, conn):
    adopt(conn)
    make(conn)
    indexes = index_all(conn)
    conn.execute(f"CREATE TABLE moved AS SELECT id, embedding::q.vector({DIMENSIONS}) AS embedding FROM items")
    conn.execute("CREATE INDEX moved_l2 ON moved USING synaptic (embedding)")
    conn.execute("CREATE VIEW both_ways AS SELECT id, embedding::q.vector AS embedding FROM items UNION ALL SELECT id, embedding FROM moved")
    facts = "SELECT (SELECT md5(string_agg(i::text, ',' ORDER BY id)) FROM items i), (SELECT md5(string_agg(b::text, ',' ORDER BY id)) FROM both_ways b)"
    told, expected, made = conn.execute(facts).fetchone(), answers(conn), objects(conn)
    assert all(told)
    conn.execute("CREATE DATABASE restored")

    dump = beside.socket / "dump"
    beside.client("pg_dump", "-Fc", "-d", conn.info.dbname, "-f", dump)
    beside.client("pg_restore", "-j2", "--exit-on-error", "-d", "restored", dump)
    with beside.connect("restored") as restored:
        assert restored.execute(facts).fetchone() == told
        assert objects(restored) == made
        assert adopt(restored) == [], "the dump held all of it"
        assert_answers(restored, indexes, expected)
        assert_healthy(restored, "moved_l2")
        restored.execute("DROP TABLE items CASCADE; SELECT qstore.release_pgvector()")
