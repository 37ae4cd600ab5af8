-- compress_table: what cannot be compressed is refused with the reason
\set SHOW_CONTEXT never

CREATE TABLE docs (id integer PRIMARY KEY, doc jsonb, note text UNIQUE, number integer, long text GENERATED ALWAYS AS (note || '!') STORED, guarded text, watched text, included text);
CREATE VIEW seen AS SELECT doc FROM docs;
CREATE POLICY guard ON docs USING (guarded <> '');
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER watch BEFORE UPDATE OF watched ON docs FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE INDEX covering ON docs (id) INCLUDE (included);
SELECT * FROM qstore.compress_table('docs', '{doc}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs', '{note}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs', '{long}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs', '{guarded}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs', '{watched}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs', '{included}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs', '{number}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs', '{id, nosuch}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('nosuch');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('seen');
\echo :LAST_ERROR_SQLSTATE

CREATE TABLE parted (id integer, doc jsonb) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (100);
SELECT * FROM qstore.compress_table('parted');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('parted_1');
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE parent (doc jsonb);
CREATE TABLE child () INHERITS (parent);
SELECT * FROM qstore.compress_table('parent');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('child');
\echo :LAST_ERROR_SQLSTATE

-- an empty table has nothing to train on: compressed without a dictionary; names fold as everywhere
CREATE TABLE nothing_yet (doc jsonb);
SELECT column_name, row_count, column_ratio FROM qstore.compress_table('Nothing_Yet');
INSERT INTO nothing_yet VALUES ('{"later": true}');
SELECT doc FROM nothing_yet;

-- training
SELECT dna_train('docs', 'number');
\echo :LAST_ERROR_SQLSTATE
SELECT dna_train('docs', 'nosuch');
\echo :LAST_ERROR_SQLSTATE
SELECT dna_train('docs', 'note');
\echo :LAST_ERROR_SQLSTATE
SELECT dna_train('docs', 'note', level => 20);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO nothing_yet SELECT jsonb_build_object('number', i) FROM generate_series(1, 100) AS i;
SELECT dna_train('nothing_yet', 'doc', dictionary_bytes => 100);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('nothing_yet', '{doc}', level => 0);
\echo :LAST_ERROR_SQLSTATE
DROP VIEW seen;
DROP TABLE docs, parted, parent, child, nothing_yet;
DROP FUNCTION nothing();
