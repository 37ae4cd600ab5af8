"""Compressed columns through drivers and ORMs: text and binary forms, parameters, COPY, declared models."""

import json

import psycopg
import pytest
from psycopg.types.json import Jsonb

DOCUMENT = {"name": "sensor 7", "tags": ["a", "ü"], "nested": {"n": 1.5, "none": None}}
NOTE = "größer als zuvor 😀\n" * 20_000  # in frames


@pytest.fixture
def table(client_cluster):
    """A table that was ordinary and got compressed, as an application finds it the next day."""
    with client_cluster.connect() as conn:
        conn.execute("CREATE TABLE app_doc (id serial PRIMARY KEY, doc jsonb, note text, raw bytea)")
        rows = [(Jsonb({**DOCUMENT, "id": n}), f"note {n} of the sensor", bytes([n % 256]) * 50) for n in range(1, 1001)]
        conn.cursor().executemany("INSERT INTO app_doc (doc, note, raw) VALUES (%s, %s, %s)", rows)
        conn.execute("SELECT FROM qstore.compress_table('app_doc', '{doc,note,raw}')")
        types = conn.execute("SELECT array_agg(atttypid::regtype::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'app_doc'::regclass AND attnum > 1").fetchone()[0]
        assert types == ["dna_jsonb", "dna_text", "dna_bytea"]
        yield
        conn.execute("DROP TABLE app_doc")


@pytest.mark.parametrize("binary", [False, True])
def test_psycopg(conn, table, binary):
    cursor = conn.cursor(binary=binary)
    # Expressions have the types they had.
    cursor.execute("SELECT doc->>'name', doc->'tags', note || '!', length(raw), doc::jsonb FROM app_doc WHERE id = %s", (7,), prepare=True)
    assert cursor.fetchone() == ("sensor 7", DOCUMENT["tags"], "note 7 of the sensor!", 50, {**DOCUMENT, "id": 7})
    # The columns themselves are of types that the driver does not know: text is the text form, binary the binary one of the type inside.
    doc, note, raw = cursor.execute("SELECT doc, note, raw FROM app_doc WHERE id = 7").fetchone()
    if binary:
        assert (json.loads(doc[1:]), note.decode(), raw) == ({**DOCUMENT, "id": 7}, "note 7 of the sensor", bytes([7]) * 50)
    else:
        assert (json.loads(doc), note, raw) == ({**DOCUMENT, "id": 7}, "note 7 of the sensor", "\\x" + "07" * 50)
    # Parameters of the types inside, compared and assigned.
    cursor.execute("UPDATE app_doc SET doc = %s, note = %s, raw = %s WHERE doc @> %s RETURNING id", (Jsonb({"new": 1}), NOTE, b"\x00\xff", Jsonb({"id": 9})))
    assert cursor.fetchall() == [(9,)]
    cursor.execute("SELECT doc->'new', length(note), note = %s, substring(note FROM 20 FOR 7), raw::bytea FROM app_doc WHERE id = 9", (NOTE,))
    assert cursor.fetchone() == (1, len(NOTE), True, NOTE[19:26], b"\x00\xff")


@pytest.mark.parametrize("binary", [False, True])
def test_psycopg_copy(conn, table, binary):
    form = "(FORMAT binary)" if binary else ""
    conn.execute("CREATE TEMP TABLE t (doc dna_jsonb, note dna_text, raw dna_bytea)")
    with conn.cursor().copy(f"COPY t FROM STDIN {form}") as copy:
        copy.set_types(["jsonb", "text", "bytea"])
        for n in range(50):
            copy.write_row((Jsonb({"n": n}), f"note {n}", bytes([n])))
    assert conn.execute("SELECT count(*), sum((doc->'n')::int), max(length(note)) FROM t").fetchone() == (50, 1225, 7)
    with conn.cursor().copy(f"COPY (SELECT * FROM t WHERE note = 'note 7') TO STDOUT {form}") as copy:
        copy.set_types(["jsonb", "text", "bytea"])
        assert list(copy.rows()) == [({"n": 7}, "note 7", b"\x07")]


def with_documents(conn: psycopg.Connection) -> psycopg.Connection:
    """Tells the driver to read a dna_jsonb as a jsonb: what docs/dna.md shows for drivers that convert by type."""
    conn.adapters.register_loader(psycopg.types.TypeInfo.fetch(conn, "dna_jsonb").oid, psycopg.types.json.JsonbLoader)
    return conn


def test_a_loader_makes_documents_of_columns(conn, table):
    with_documents(conn)
    assert conn.execute("SELECT doc FROM app_doc WHERE id = 3").fetchone()[0] == {**DOCUMENT, "id": 3}


def test_sqlalchemy(client_cluster, table):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from sqlalchemy import LargeBinary, String, create_engine, select
    from sqlalchemy.dialects.postgresql import JSONB
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Doc(Base):
        """As the application declared it before."""

        __tablename__ = "app_doc"
        id: Mapped[int] = mapped_column(primary_key=True)
        doc: Mapped[dict] = mapped_column(JSONB)
        note: Mapped[str] = mapped_column(String)
        raw: Mapped[bytes] = mapped_column(LargeBinary)

    engine = create_engine("postgresql+psycopg://", creator=lambda: with_documents(psycopg.connect(client_cluster.dsn())))
    with Session(engine) as session:
        found = session.scalars(select(Doc).where(Doc.doc["name"].astext == "sensor 7", Doc.note.like("note 77%")).order_by(Doc.id)).all()
        assert [doc.id for doc in found] == [77, *range(770, 780)]
        assert found[0].doc == {**DOCUMENT, "id": 77} and found[0].note == "note 77 of the sensor"
        session.add(Doc(doc={"made": "by the ORM"}, note="new", raw=b"\x01\x02"))
        found[0].note = NOTE
        session.commit()
        made = session.scalars(select(Doc).where(Doc.doc.contains({"made": "by the ORM"}))).one()
        assert made.note == "new" and session.get(Doc, 77).note == NOTE
    engine.dispose()
    assert sqlalchemy


def test_django(client_cluster, table):
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres",
                                                  "HOST": str(client_cluster.socket), "PORT": str(client_cluster.port)}})  # fmt: skip
        django.setup()
    if settings.DATABASES["default"].get("HOST") != str(client_cluster.socket):
        pytest.skip("Django is configured for another database in this process")
    from django.db import connection, models

    class AppDoc(models.Model):
        doc = models.JSONField()
        note = models.TextField()

        class Meta:
            app_label = "app"
            db_table = "app_doc"
            managed = False

    try:
        found = AppDoc.objects.filter(doc__name="sensor 7", note__startswith="note 99").order_by("id")
        assert [doc.id for doc in found] == [99, *range(990, 1000)]
        assert found[0].doc == {**DOCUMENT, "id": 99}
        made = AppDoc.objects.create(doc={"made": "by Django"}, note=NOTE)
        again = AppDoc.objects.get(doc__contains={"made": "by Django"})
        assert (again.id, again.note) == (made.id, NOTE)
    finally:
        connection.close()
