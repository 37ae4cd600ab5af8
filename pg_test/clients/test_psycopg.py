"""psycopg 3 without any adapter: text and binary wire forms, parameters, prepared statements, COPY, errors."""

import struct

import psycopg
import pytest


def wire(*components: float) -> bytes:
    """pgvector's binary form: dimensions and an unused word (int2, big-endian), then float4s."""
    return struct.pack(f">HH{len(components)}f", len(components), 0, *components)


@pytest.mark.parametrize("binary", [False, True])
def test_result_in_both_forms(conn, binary):
    value = conn.cursor(binary=binary).execute("SELECT '[1, -2.5, 3e-3]'::vector").fetchone()[0]
    assert value == (wire(1, -2.5, 3e-3) if binary else "[1,-2.5,0.003]")


def test_parameter_is_prepared_and_typed(conn):
    for _ in range(7):
        found = conn.execute("SELECT %s::vector <-> '[0,0]'", ("[3,4]",), prepare=True).fetchone()[0]
        assert found == 5.0


def test_float_arrays_convert(conn):
    assert conn.execute("SELECT %s::real[]::vector::text", ([1.5, 2.0],)).fetchone()[0] == "[1.5,2]"
    assert conn.execute("SELECT '[1.5,2]'::vector::real[]").fetchone()[0] == [1.5, 2.0]


@pytest.mark.parametrize("binary", [False, True])
def test_copy_in_and_out(conn, binary):
    conn.execute("CREATE TEMP TABLE t (id int, v vector(3))")
    form = "(FORMAT binary)" if binary else ""
    with conn.cursor().copy(f"COPY t FROM STDIN {form}") as copy:
        if binary:
            # No dumper is registered for vector, so the bytes of the wire form go in as they are.
            copy.set_types(["int4", "bytea"])
        for number in range(100):
            copy.write_row((number, wire(number, 0.5, -1) if binary else f"[{number},0.5,-1]"))
    assert conn.execute("SELECT count(*), sum(v)::text FROM t").fetchone() == (100, "[4950,50,-100]")
    with conn.cursor().copy(f"COPY (SELECT v FROM t WHERE id = 7) TO STDOUT {form}") as copy:
        out = b"".join(bytes(part) for part in copy)
    assert wire(7, 0.5, -1) in out if binary else out == b"[7,0.5,-1]\n"


@pytest.mark.parametrize(
    ("bytes_", "state"),
    [
        (wire(1.0, float("nan")), "22P03 22003 22000 22P02"),
        (wire(1.0, float("inf")), "22P03 22003 22000 22P02"),
        (wire(1.0, 2.0)[:-1], "08P01 22P03"),
        (wire(1.0, 2.0) + b"\0", "08P01 22P03"),
        (struct.pack(">HH", 0, 0), "22P03 22000 54000"),
        (struct.pack(">HHf", 1, 1, 1.0), "22P03 22000"),
    ],
)
def test_malformed_binary_is_an_error_and_the_session_goes_on(conn, bytes_, state):
    conn.execute("CREATE TEMP TABLE t (v vector)")
    with pytest.raises(psycopg.Error) as error:
        with conn.cursor().copy("COPY t FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["bytea"])
            copy.write_row((bytes_,))
    assert error.value.sqlstate in state.split(), error.value
    assert conn.execute("SELECT count(*) FROM t").fetchone()[0] == 0


@pytest.mark.parametrize("binary", [False, True])
def test_search_through_the_index(conn, binary):
    conn.execute("CREATE TEMP TABLE t (id int, v vector(2))")
    conn.execute("INSERT INTO t SELECT g, ARRAY[g, 1]::real[]::vector FROM generate_series(1, 1000) g")
    conn.execute("CREATE INDEX t_v ON t USING synaptic (v)")
    conn.execute("SET enable_seqscan = off")
    sql = "SELECT id FROM t ORDER BY v <-> %s::vector LIMIT 3"
    for _ in range(7):
        rows = conn.cursor(binary=binary).execute(sql, ("[500.2,1]",), prepare=True).fetchall()
        assert [row[0] for row in rows] == [500, 501, 499]


@pytest.mark.parametrize("binary", [False, True])
def test_qsql_has_true_columns(conn, binary):
    conn.execute("CREATE TEMP TABLE t (id int, name text, v vector(2))")
    conn.execute("INSERT INTO t SELECT g, 'n' || g, ARRAY[g, 1]::real[]::vector FROM generate_series(1, 50) g")
    cursor = conn.cursor(binary=binary)
    cursor.execute("SELECT * FROM qsql($$QUANTUM SEARCH t ON v NEAREST TO '[7.2,1]' LIMIT 2$$)")
    names = [column.name for column in cursor.description]
    rows = cursor.fetchall()
    assert names[:2] == ["id", "name"]
    assert [row[:2] for row in rows] == [(7, "n7"), (8, "n8")]
