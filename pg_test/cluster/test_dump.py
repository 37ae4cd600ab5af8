"""pg_dump and pg_restore carry every type, bit for bit, and rebuild the indexes."""

from answers import DIMENSIONS, OPERATORS, assert_exact, assert_healthy, fill, index, make, vectors

QUERIES = vectors(10, seed=97)


def test_custom_format_in_parallel(cluster):
    with cluster.connect() as conn:
        make(conn)
        fill(conn, "t", vectors(3000, seed=1))
        names = [index(conn, opclass=opclass, options=", vectors = on" if opclass == "vector_ip_ops" else "") for opclass in OPERATORS]
        kept = "SELECT array_agg((SELECT vector_bytes FROM qstore.index_info(i)) ORDER BY i) FROM unnest(%s::text[]::regclass[]) i"
        bytes_kept = conn.execute(kept, (names,)).fetchone()[0]
        assert sorted(bytes_kept) == [0, 0, 4 * DIMENSIONS]
        conn.execute("CREATE TABLE q AS SELECT id, embedding::qvector AS state, superposition('{a,b}', ARRAY[id + 1, 0.3], ARRAY[embedding, embedding + embedding]) AS s FROM t WHERE id < 200")
        conn.execute("CREATE TABLE d AS SELECT g AS id, dna_encode(convert_to(repeat('strand ' || g, g), 'UTF8')) AS strand FROM generate_series(1, 200) g")
        conn.execute("CREATE VIEW near AS SELECT id FROM t ORDER BY embedding <-> (SELECT embedding FROM t s WHERE s.id = 5) LIMIT 5")
        before = [assert_exact(conn, "t", name, QUERIES) for name in names]
        facts = "SELECT (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t), (SELECT md5(string_agg(q::text, ',' ORDER BY id)) FROM q), (SELECT md5(string_agg(d::text, ',' ORDER BY id)) FROM d), (SELECT array_agg(id) FROM near)"
        told = conn.execute(facts).fetchone()
        assert all(told)
        conn.execute("CREATE DATABASE other")

    dump = cluster.socket / "dump"
    cluster.client("pg_dump", "-Fc", "-d", "postgres", "-f", dump)
    cluster.client("pg_restore", "-j2", "--exit-on-error", "-d", "other", dump)

    with cluster.connect("other") as conn:
        assert conn.execute(facts).fetchone() == told
        for name, answers in zip(names, before):
            assert_healthy(conn, name)
            assert assert_exact(conn, "t", name, QUERIES) == answers
        assert sorted(conn.execute(kept, (names,)).fetchone()[0]) == sorted(bytes_kept)
        assert conn.execute("SELECT count(*) FROM d WHERE convert_from(dna_decode(strand), 'UTF8') <> repeat('strand ' || id, id::int)").fetchone()[0] == 0
