-- dna_text, dna_jsonb, dna_bytea: what is stored compressed reads like what it was

SELECT '{"b": 1, "a": [1, "x"]}'::dna_jsonb, 'hällo'::dna_text, '\x00ff'::dna_bytea, ''::dna_text AS empty;
CREATE TABLE sample (id integer PRIMARY KEY, doc dna_jsonb, note dna_text, raw dna_bytea);
-- assignment casts in
INSERT INTO sample VALUES (1, '{"name": "one", "tags": ["a", "b"]}'::jsonb, 'the first note'::text, '\x01'::bytea),
    (2, '{"name": "two", "tags": ["b"]}', 'The Second Note', 'two'), (3, NULL, NULL, NULL), (4, '{"name": "one", "tags": ["a", "b"]}', 'the first note', '\x01');

-- implicit casts out: operators and functions of the types inside
SELECT id, doc->>'name' AS name, doc->'tags'->0 AS tag, doc @> '{"tags": ["a"]}' AS has_a, doc ? 'name' AS has_name, doc #>> '{tags,1}' AS path FROM sample ORDER BY id;
SELECT id FROM sample WHERE doc->>'name' = 'two';
SELECT id FROM sample WHERE note LIKE '%first%' ORDER BY id;
SELECT id FROM sample WHERE note ILIKE 'the second%' AND note ~ 'Note$';
SELECT upper(note), length(note), substring(note FROM 5 FOR 5), note || '!' AS joined, note = 'the first note' AS same, note < 'u' AS less FROM sample WHERE id = 1;
SELECT length(raw), get_byte(raw, 0), encode(raw, 'hex'), raw = '\x01' AS same FROM sample WHERE id = 1;
SELECT jsonb_array_elements_text(doc->'tags') AS tag, count(*) FROM sample GROUP BY 1 ORDER BY 1;
SELECT doc || '{"more": true}' AS more, pg_typeof(doc || '{}'), jsonb_typeof(doc) FROM sample WHERE id = 2;
UPDATE sample SET doc = jsonb_set(doc, '{name}', '"zwei"'), note = note || ' (2)' WHERE id = 2 RETURNING doc, note;
SELECT pg_typeof(coalesce(note, 'none')), coalesce(note, 'none') FROM sample WHERE id = 3;

-- order, groups, duplicates: as those of the types inside
SELECT note FROM sample ORDER BY note COLLATE "C" DESC NULLS LAST;
SELECT note, count(*) FROM sample GROUP BY note ORDER BY note COLLATE "C";
SELECT count(DISTINCT doc) AS docs, count(DISTINCT note) AS notes, count(DISTINCT raw) AS raws FROM sample;
SELECT DISTINCT raw FROM sample ORDER BY raw;
SELECT a.id, b.id FROM sample AS a JOIN sample AS b ON a.note = b.note AND a.id < b.id;
SELECT doc FROM sample UNION SELECT doc FROM sample ORDER BY doc;
SET enable_sort = off;
SELECT count(*) FROM (SELECT doc FROM sample GROUP BY doc) AS hashed;
RESET enable_sort;

-- text and binary forms are those of the types inside
CREATE TABLE copied (LIKE sample);
\set file `mktemp -u /tmp/qstore_dna_column.XXXXXX`
\set read_and_remove 'cat ' :file '; rm ' :file
COPY sample TO :'file' WITH (FORMAT binary);
COPY copied FROM PROGRAM :'read_and_remove' WITH (FORMAT binary);
COPY sample TO STDOUT;
SELECT count(*) AS different FROM (TABLE sample EXCEPT TABLE copied) AS rows;

-- an expression index over the cast
CREATE INDEX sample_gin ON sample USING gin ((doc::jsonb));
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM sample WHERE doc @> '{"name": "zwei"}';
SELECT id FROM sample WHERE doc @> '{"name": "zwei"}';
RESET enable_seqscan;

-- what is refused
INSERT INTO sample VALUES (9, '{"broken": ');
\echo :LAST_ERROR_SQLSTATE
SELECT 'x'::dna_text(0);
\echo :LAST_ERROR_SQLSTATE
SELECT 'x'::dna_text(1, 2);
\echo :LAST_ERROR_SQLSTATE
-- a codebook without dictionaries, as in a restore that has not loaded them yet: written without
SELECT dictionary, codec FROM dna_column_stats(repeat('again and ', 50)::dna_text(2000000));

-- what a value says of itself; nothing is compressed a second time
SELECT version, codec, dictionary, raw_bytes, stored_bytes < 60 AS small FROM dna_column_stats(repeat('again and ', 50)::dna_text);
SELECT bool_and(dna_column_verify(doc)) AS docs, bool_and(dna_column_verify(note)) AS notes, bool_and(dna_column_verify(raw)) AS raws FROM sample;
SELECT attname, attstorage FROM pg_attribute WHERE attrelid = 'sample'::regclass AND attnum > 1;

-- damage is found by whoever reads; no user can make it: a superuser takes bytes for a dna_text unread
BEGIN;
CREATE CAST (bytea AS dna_text) WITHOUT FUNCTION;
SELECT dna_column_verify('\x0200000000010001ff'::bytea::dna_text);
SELECT length('\x0200000000010001ff'::bytea::dna_text);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
DROP TABLE sample, copied;
