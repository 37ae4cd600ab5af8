"""pgvector-python's register_vector, unchanged: it looks for a type named `vector` and knows nothing of qstore."""

import numpy as np
import pytest
from pgvector import Vector
from pgvector.psycopg import register_vector


@pytest.fixture
def conn(conn):
    register_vector(conn)
    conn.execute("CREATE TEMP TABLE items (id int, embedding vector(3))")
    return conn


def components(value) -> list[float]:
    """pgvector-python gives numpy arrays or its own Vector, by version."""
    return value.to_list() if isinstance(value, Vector) else list(value)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("value", [np.array([1.5, -2, 3], dtype=np.float32), np.array([1.5, -2, 3]), Vector([1.5, -2, 3])])
def test_round_trip(conn, binary, value):
    conn.execute("INSERT INTO items VALUES (1, %s), (2, NULL)", (value,))
    rows = conn.cursor(binary=binary).execute("SELECT embedding FROM items ORDER BY id").fetchall()
    assert components(rows[0][0]) == [1.5, -2.0, 3.0]
    assert rows[1][0] is None


@pytest.mark.parametrize("placeholder", ["%s", "%b", "%t"])
def test_parameters_in_text_and_binary(conn, placeholder):
    value = Vector([1, 2, 3])
    for _ in range(7):
        found = conn.execute(f"SELECT {placeholder}::vector, {placeholder} <-> '[1,2,5]'::vector", (value, value), prepare=True).fetchone()
        assert components(found[0]) == [1.0, 2.0, 3.0]
        assert found[1] == 2.0


def test_every_bit_survives(conn):
    data = np.random.default_rng(5).normal(size=(500, 3)).astype(np.float32)
    data[0] = [np.finfo(np.float32).max, np.finfo(np.float32).tiny, -0.0]
    data[1] = [1e-45, -1e-45, 0.1]
    with conn.cursor().copy("COPY items (id, embedding) FROM STDIN WITH (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "vector"])
        for number, row in enumerate(data):
            copy.write_row((number, Vector(row)))
    for binary in (False, True):
        rows = conn.cursor(binary=binary).execute("SELECT embedding FROM items ORDER BY id").fetchall()
        back = np.array([components(row[0]) for row in rows], dtype=np.float32)
        assert back.tobytes() == data.tobytes()


def test_arrays_of_vectors(conn):
    found = conn.execute("SELECT ARRAY['[1,2,3]'::vector, '[4,5,6]'::vector]").fetchone()[0]
    assert [components(value) for value in found] == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_nearest_neighbours(conn):
    data = np.random.default_rng(6).normal(size=(2000, 3)).astype(np.float32)
    with conn.cursor().copy("COPY items (id, embedding) FROM STDIN WITH (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "vector"])
        for number, row in enumerate(data):
            copy.write_row((number, Vector(row)))
    conn.execute("CREATE INDEX items_embedding ON items USING synaptic (embedding vector_l2_ops)")
    conn.execute("SET enable_seqscan = off")
    conn.execute("SET qstore.recall = 1.0")
    plan = "\n".join(row[0] for row in conn.execute("EXPLAIN SELECT id FROM items ORDER BY embedding <-> %s LIMIT 5", (Vector(data[0]),)))
    assert "Index Scan using items_embedding" in plan
    for query in data[:20]:
        rows = conn.execute("SELECT id FROM items ORDER BY embedding <-> %s LIMIT 5", (Vector(query),)).fetchall()
        expected = np.argsort(((data.astype(float) - query) ** 2).sum(axis=1), kind="stable")[:5]
        assert [row[0] for row in rows] == list(expected)


def test_average(conn):
    conn.execute("INSERT INTO items VALUES (1, '[1,2,3]'), (2, '[4,5,6]')")
    assert components(conn.execute("SELECT avg(embedding) FROM items").fetchone()[0]) == [2.5, 3.5, 4.5]
