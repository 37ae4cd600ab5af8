"""A bit flipped in the file of a table, as a failing disk would: found when the value is read, never handed out as data."""

import psycopg
import pytest

TEXT = "SELECT convert_from(dna_decode(strand), 'UTF8') FROM archive WHERE id = %s"


def flip_bit(path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x10]))


def payload_of(conn, id: int) -> bytes:
    return conn.execute("SELECT dna_send(strand) FROM archive WHERE id = %s", (id,)).fetchone()[0]


@pytest.mark.parametrize("length", [20, 100_000], ids=["inline", "out of line"])
def test_flipped_bit_on_disk(cluster, length):
    # The page checksums of the server would find the damage first; this is what is left without them. From 18 on they are the default.
    if cluster.server.major >= 18:
        cluster.stop()
        cluster.server.run("pg_checksums", "--disable", "--no-sync", "-D", cluster.data)
        cluster.start()
    with cluster.connect() as conn:
        assert conn.execute("SHOW data_checksums").fetchone()[0] == "off"
        conn.execute("CREATE EXTENSION qstore")
        conn.execute("CREATE TABLE archive (id integer PRIMARY KEY, strand dna)")
        conn.execute(
            "INSERT INTO archive SELECT n, dna_encode(convert_to((SELECT string_agg(md5((i * n)::text), '') FROM generate_series(1, %s) AS i), 'UTF8'))"
            " FROM generate_series(1, 3) AS n",
            (max(1, length // 32),),
        )
        sound = {id: conn.execute(TEXT, (id,)).fetchone()[0] for id in (1, 3)}
        bytes_of_second = payload_of(conn, 2)
        relation = "archive" if length < 1000 else conn.execute("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'archive'").fetchone()[0]
        path = cluster.data / conn.execute("SELECT pg_relation_filepath(%s)", (relation,)).fetchone()[0]

    cluster.stop()
    # Sixteen bytes of it that lie together, which those around a chunk's end do not.
    stored = path.read_bytes()
    parts = (bytes_of_second[start : start + 16] for start in range(len(bytes_of_second) // 2, len(bytes_of_second) - 16, 5))
    at = next((stored.find(part) for part in parts if stored.count(part) == 1), 0)
    assert at > 0
    flip_bit(path, at)
    cluster.start()

    with cluster.connect() as conn:
        assert [row[0] for row in conn.execute("SELECT id FROM archive WHERE NOT dna_verify(strand)")] == [2]
        for query in (TEXT, "SELECT strand::text FROM archive WHERE id = %s", "SELECT dna_stats(strand) FROM archive WHERE id = %s"):
            with pytest.raises(psycopg.errors.DataCorrupted) as raised:
                conn.execute(query, (2,))
            assert "hecksum mismatch" in raised.value.diag.message_detail
        # The same connection reads its neighbours.
        assert {id: conn.execute(TEXT, (id,)).fetchone()[0] for id in (1, 3)} == sound
