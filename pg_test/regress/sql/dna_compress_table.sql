-- compress_table, decompress_table: the table stays what it was, its columns become smaller
\set SHOW_CONTEXT never

-- numbers that do not depend on what ran before
SELECT setval('_qstore.dna_dictionary_id', 1000);
CREATE ROLE dna_reader;
GRANT USAGE ON SCHEMA qstore TO dna_reader;
CREATE TABLE docs (
    id integer PRIMARY KEY, doc jsonb NOT NULL, note text DEFAULT 'none' CHECK (note <> 'forbidden'), short text, kept varchar(20) DEFAULT 'v'
);
INSERT INTO docs
SELECT i, jsonb_build_object('id', i, 'name', 'sensor ' || i % 97, 'place', (ARRAY['Delft', 'Graz', 'Porto'])[i % 3 + 1], 'readings', jsonb_build_array(i * 31 % 1000, i * 37 % 1000),
        'unit', 'degrees celsius', 'active', i % 5 = 0, 'remark', 'calibrated in the laboratory by the second shift'),
    'This is note number ' || i || ' of the sensors in the laboratory, written by the second shift.', i::text
FROM generate_series(1, 2000) AS i;
CREATE INDEX docs_gin ON docs USING gin (doc jsonb_path_ops) WITH (fastupdate = off);
COMMENT ON INDEX docs_gin IS 'of documents';
CREATE INDEX docs_note ON docs (note COLLATE "C" DESC, id);
CREATE INDEX docs_expr ON docs ((doc->>'place')) WHERE id > 0;
CREATE INDEX docs_part ON docs USING hash (note) WHERE note LIKE '%1%';
CREATE UNIQUE INDEX docs_lower ON docs (lower(note));
ALTER TABLE docs CLUSTER ON docs_note;
COMMENT ON COLUMN docs.doc IS 'document';
GRANT SELECT ON docs TO dna_reader;
GRANT UPDATE (doc) ON docs TO dna_reader;
CREATE TEMP TABLE original AS TABLE docs;

CREATE TEMP TABLE report AS SELECT * FROM qstore.compress_table('docs');
\x on
SELECT column_name, new_type ~ 'dna_' AS compressed, row_count, column_ratio > 3 AS three_times_smaller, table_bytes_after < table_bytes_before AS table_smaller,
    dictionary_size BETWEEN 1000 AND 112640 AS dictionary, seconds >= 0 AS measured,
    column_bytes_after = CASE column_name WHEN 'doc' THEN (SELECT sum(pg_column_size(doc)) FROM docs) ELSE (SELECT sum(pg_column_size(note)) FROM docs) END AS true_size
FROM report;
\x off
\d docs
SELECT obj_description('docs_gin'::regclass) AS index_comment, col_description('docs'::regclass, 2) AS column_comment,
    (SELECT indisclustered FROM pg_index WHERE indexrelid = 'docs_note'::regclass) AS clustered,
    has_table_privilege('dna_reader', 'docs', 'SELECT') AS may_select, has_column_privilege('dna_reader', 'docs', 'doc', 'UPDATE') AS may_update;
SELECT count(*) AS different FROM (SELECT id, doc::jsonb, note::text, short, kept FROM docs EXCEPT TABLE original) AS rows;

-- the same queries by the same indexes
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE doc @> '{"id": 7}';
SELECT id FROM docs WHERE doc @> '{"id": 7}';
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE doc->>'place' = 'nowhere' AND id > 0;
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE lower(note) = 'x';
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE note = 'x' COLLATE "C";
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE note = 'x' AND note LIKE '%1%';
RESET enable_seqscan;

-- the same constraints
INSERT INTO docs (id, doc) VALUES (5000, NULL);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO docs VALUES (5000, '{}', 'forbidden');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO docs VALUES (5000, '{}', upper('This is note number 7 of the sensors in the laboratory, written by the second shift.'));
\echo :LAST_ERROR_SQLSTATE

-- new values take the dictionary, by the default, too
INSERT INTO docs (id, doc) VALUES (5001, '{"id": 5001, "unit": "degrees celsius", "remark": "calibrated in the laboratory by the second shift"}');
SELECT note, (dna_column_stats(doc)).dictionary = (SELECT max(id) FROM _qstore.dna_dictionary WHERE trained_for = 'public.docs.doc') AS with_dictionary FROM docs WHERE id = 5001;

-- retraining: a new dictionary in the same codebook; old values stay readable with theirs
CREATE TEMP TABLE book AS SELECT codebook FROM _qstore.dna_dictionary WHERE trained_for = 'public.docs.doc';
SELECT dna_train('docs', 'doc') = codebook AS same_codebook FROM book;
INSERT INTO docs (id, doc, note) SELECT 5002, doc::jsonb, 'copy' FROM docs WHERE id = 1;
SELECT count(*) AS values, count(DISTINCT (dna_column_stats(doc)).dictionary) AS dictionaries FROM docs;
SELECT a.doc = b.doc AS same FROM docs AS a, docs AS b WHERE a.id = 1 AND b.id = 5002;
DELETE FROM docs WHERE id > 5000;

-- dictionaries stay
DELETE FROM _qstore.dna_dictionary;
\echo :LAST_ERROR_SQLSTATE
UPDATE _qstore.dna_dictionary SET content = '';
\echo :LAST_ERROR_SQLSTATE

-- who may read the table may read its values, though not the dictionary
SET ROLE dna_reader;
SELECT doc->>'name' AS name FROM docs WHERE id = 8;
SELECT count(*) FROM _qstore.dna_dictionary;
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.compress_table('docs');
\echo :LAST_ERROR_SQLSTATE
SELECT dna_train('docs', 'doc');
\echo :LAST_ERROR_SQLSTATE
SELECT _qstore.dna_keep('docs', 'doc', 3, '\x00', 1, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.decompress_table('docs');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
-- a table that changed hands does not take the codebook with it
BEGIN;
GRANT CREATE ON SCHEMA public TO dna_reader;
ALTER TABLE docs OWNER TO dna_reader;
SET ROLE dna_reader;
SELECT dna_train('docs', 'doc');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- and back
SELECT column_name, new_type, row_count, column_bytes_after > column_bytes_before AS larger FROM qstore.decompress_table('docs');
\d docs
SELECT count(*) AS different FROM (TABLE docs EXCEPT TABLE original) AS rows;
SELECT * FROM qstore.decompress_table('docs');
\echo :LAST_ERROR_SQLSTATE

-- one transaction: as if nothing had been
BEGIN;
SELECT count(*) FROM qstore.compress_table('docs', '{note}');
SELECT pg_typeof(note) FROM docs LIMIT 1;
ROLLBACK;
SELECT pg_typeof(note) FROM docs LIMIT 1;
DROP TABLE docs;
REVOKE USAGE ON SCHEMA qstore FROM dna_reader;
DROP ROLE dna_reader;
