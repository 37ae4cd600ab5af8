-- Slices of long compressed values: as those of what is inside, by reading what holds them
CREATE TABLE long (id integer PRIMARY KEY, plain text, packed dna_text, raw bytea, packed_raw dna_bytea);
ALTER TABLE long ALTER plain SET STORAGE external, ALTER raw SET STORAGE external;
INSERT INTO long (id, plain) SELECT 1, string_agg('line ' || i || ': größer als zuvor, 値 ' || md5(i::text) || E' 😀\n', '' ORDER BY i) FROM generate_series(1, 20000) AS i;
INSERT INTO long (id, plain) VALUES (2, 'short'), (3, ''), (4, repeat('again and again ', 10000));
UPDATE long SET packed = plain, raw = convert_to(plain, 'UTF8'), packed_raw = convert_to(plain, 'UTF8');
SELECT id, (dna_column_stats(packed)).version, (dna_column_stats(packed_raw)).version, dna_column_verify(packed) AS sound FROM long ORDER BY id;

-- the same as of the plain value, wherever
SELECT count(*) AS slices, count(*) FILTER (WHERE substring(packed FROM s FOR n) IS DISTINCT FROM substring(plain FROM s FOR n)) AS wrong,
    count(*) FILTER (WHERE substr(packed, s, n) IS DISTINCT FROM substr(plain, s, n)) AS wrong_substr,
    count(*) FILTER (WHERE substring(packed, s) IS DISTINCT FROM substring(plain, s)) AS wrong_to_the_end,
    count(*) FILTER (WHERE left(packed, n) IS DISTINCT FROM left(plain, n)) AS wrong_left,
    count(*) FILTER (WHERE substring(packed_raw FROM s FOR n) IS DISTINCT FROM substring(raw FROM s FOR n)) AS wrong_bytes,
    count(*) FILTER (WHERE substr(packed_raw, s) IS DISTINCT FROM substr(raw, s)) AS wrong_bytes_to_the_end
FROM long, unnest(ARRAY[-2147483648, -5, 0, 1, 2, 6, 200000, 262144, 1000000, 2147483647]) AS s, unnest(ARRAY[0, 1, 10, 70000, 2147483647]) AS n;
SELECT id, left(packed, -3) = left(plain, -3) AS all_but, left(packed, -2147483647) AS nothing FROM long ORDER BY id;
SELECT id, length(packed) = length(plain) AS characters, octet_length(packed) = octet_length(plain) AS bytes, length(packed_raw) = length(raw) AS of_bytes, octet_length(packed_raw) = octet_length(raw) AS octets FROM long ORDER BY id;
SELECT pg_typeof(substring(packed FROM 1 FOR 1)) AS text, pg_typeof(substring(packed_raw FROM 1 FOR 1)) AS bytes, substring(packed FROM 'g(r.*?r)') AS pattern, substring(packed SIMILAR '%#"gr_ßer#"%' ESCAPE '#') AS similar_to, substring(packed, 'als') AS literal FROM long WHERE id = 1;
SELECT substring(packed FROM 1 FOR -1) FROM long;
\echo :LAST_ERROR_SQLSTATE
SELECT substring(packed_raw FROM 1 FOR -1) FROM long;
\echo :LAST_ERROR_SQLSTATE
-- a literal is a text as ever
SELECT substring('literal' FROM 2 FOR 3), length('literal'), left('literal', 2), octet_length('literal'), substr('literal', 5);

-- of a long value, the TOAST chunks of the slice and of the head alone are read
CREATE FUNCTION chunks_read(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    toast oid := (SELECT i.indexrelid FROM pg_class AS c JOIN pg_index AS i ON i.indrelid = c.reltoastrelid WHERE c.oid = 'long'::regclass);
    before bigint := pg_stat_get_xact_tuples_fetched(toast);
BEGIN
    EXECUTE query;
    RETURN pg_stat_get_xact_tuples_fetched(toast) - before;
END $$;
BEGIN;
SELECT chunks_read('SELECT packed::text FROM long WHERE id = 1') > 150 AS many,
    chunks_read('SELECT substring(packed FROM 1000000 FOR 20) FROM long WHERE id = 1') BETWEEN 1 AND 80 AS few,
    chunks_read('SELECT length(packed) FROM long WHERE id = 1') BETWEEN 1 AND 2 AS head,
    chunks_read('SELECT substring(packed_raw FROM 1000000 FOR 20) FROM long WHERE id = 1') BETWEEN 1 AND 80 AS few_of_bytes;
COMMIT;

-- damage elsewhere does not hinder a slice, damage in it is found; a superuser takes bytes for a dna_text unread
CREATE CAST (dna_text AS bytea) WITHOUT FUNCTION;
CREATE CAST (bytea AS dna_text) WITHOUT FUNCTION;
UPDATE long SET packed = set_byte(packed::bytea, octet_length(packed::bytea) - 1, 255 - get_byte(packed::bytea, octet_length(packed::bytea) - 1))::dna_text WHERE id = 1;
DROP CAST (dna_text AS bytea);
DROP CAST (bytea AS dna_text);
SELECT substring(packed FROM 100 FOR 20) = substring(plain FROM 100 FOR 20) AS elsewhere, dna_column_verify(packed) AS sound FROM long WHERE id = 1;
\set VERBOSITY terse
SELECT substring(packed FROM length(plain) - 5 FOR 20) FROM long WHERE id = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT packed FROM long WHERE id = 1;
\echo :LAST_ERROR_SQLSTATE
DROP FUNCTION chunks_read;
DROP TABLE long;
