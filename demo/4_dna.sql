-- The descriptions as DNA, beside what TOAST makes of them. Every size is pg_column_size of a stored value.
\pset footer off
SELECT name, dna_encode(convert_to(name, 'UTF8'))::text AS bases FROM packages WHERE length(name) <= 4 ORDER BY id LIMIT 2;

CREATE TABLE descriptions (id integer, as_text text, as_dna dna);
INSERT INTO descriptions SELECT id, description, dna_encode(convert_to(description, 'UTF8')) FROM packages;

-- One document a section: long enough for a compressor to find something.
CREATE TABLE documents (
    section text, pglz text COMPRESSION pglz, lz4 text COMPRESSION lz4, as_dna dna
);
INSERT INTO documents (section, pglz, lz4, as_dna)
SELECT section, body, body, dna_encode(convert_to(body, 'UTF8'))
FROM (SELECT section, string_agg(description, E'\n' ORDER BY id) AS body FROM packages GROUP BY section) AS s;

\echo 'Bytes stored, all rows together. A short value has no room to shrink and pays for its header and checksum.'
SELECT 'each description by itself' AS content, count(*) AS "values", sum(octet_length(as_text)) AS raw,
       sum(pg_column_size(as_text)) AS "text (TOAST default)", NULL::bigint AS "text (TOAST lz4)", sum(pg_column_size(as_dna)) AS dna
FROM descriptions
UNION ALL
SELECT 'one document a section', count(*), sum(octet_length(pglz)), sum(pg_column_size(pglz)), sum(pg_column_size(lz4)),
       sum(pg_column_size(as_dna))
FROM documents;

SELECT count(*) AS "values", count(*) FILTER (WHERE convert_from(dna_decode(as_dna), 'UTF8') = as_text) AS "decoded to the same text"
FROM (SELECT as_text, as_dna FROM descriptions UNION ALL SELECT pglz, as_dna FROM documents) AS both_tables;
