-- Strand export: within the bounds of synthesis, and back from any order, with losses up to the parity
\set SHOW_CONTEXT never

CREATE TABLE input (name text PRIMARY KEY, raw bytea);
INSERT INTO input VALUES ('empty', ''), ('zeros', decode(repeat('00', 3000), 'hex')), ('words', convert_to(repeat('all work and no play ', 90), 'UTF8')),
    ('hashes', (SELECT string_agg(sha256(i::text::bytea), '' ORDER BY i) FROM generate_series(1, 100) AS i));

-- 100 to 200 bases, no base four times in a row, 40 to 60 % GC
SELECT name, strand_length, count(*) AS strands, bool_and(length(strand) BETWEEN strand_length - 11 AND strand_length) AS length,
    bool_or(strand ~ '(AAAA|TTTT|GGGG|CCCC)') AS long_runs, bool_and(gc_content(strand::dna) BETWEEN 0.4 AND 0.6) AS gc
FROM input, unnest(ARRAY[100, 150, 200]) AS strand_length, dna_strands(raw, strand_length) AS strand GROUP BY name, strand_length ORDER BY name, strand_length;

-- back, in any order and direction
SELECT name, dna_from_strands(array_agg(strand ORDER BY md5(strand))) = raw AS shuffled,
    dna_from_strands(array_agg(CASE WHEN n % 2 = 0 THEN reverse_complement(strand::dna)::text ELSE lower(strand) END)) = raw AS both_directions
FROM input, dna_strands(raw) WITH ORDINALITY AS s (strand, n) GROUP BY name, raw ORDER BY name;

-- a fifth of the strands lost, all others twice
SELECT name, dna_from_strands(array_agg(strand)) = raw AS same
FROM (SELECT name, raw, strand, n, count(*) OVER (PARTITION BY name) AS strands FROM input, dna_strands(raw) WITH ORDINALITY AS s (strand, n)) AS pool, generate_series(1, 2)
WHERE n > floor(strands * 0.2) GROUP BY name, raw ORDER BY name;

-- what a pool holds: one strand lost, one repeated, one with a wrong base, one that is none
CREATE TABLE pool AS SELECT n, strand FROM input, dna_strands(raw) WITH ORDINALITY AS s (strand, n) WHERE name = 'hashes';
SELECT * FROM dna_strand_stats((SELECT array_agg(strand) FROM pool)) \gx
DELETE FROM pool WHERE n = 1;
INSERT INTO pool SELECT 1000, strand FROM pool WHERE n = 2;
UPDATE pool SET strand = overlay(strand PLACING translate(substr(strand, 50, 1), 'ATGC', 'TGCA') FROM 50) WHERE n = 3;
INSERT INTO pool VALUES (1001, 'no strand');
SELECT strands_read, unusable, duplicates, strands_written, parity_strands, missing, readable, raw_bytes FROM dna_strand_stats((SELECT array_agg(strand) FROM pool));
SELECT dna_from_strands(array_agg(strand)) = (SELECT raw FROM input WHERE name = 'hashes') AS same FROM pool;

-- more lost than there is parity: refused
SELECT dna_from_strands(array_agg(strand)) FROM pool WHERE n > 40;
\echo :LAST_ERROR_SQLSTATE
SELECT readable, missing > parity_strands AS too_many, raw_bytes, payload_bytes, bits_per_base FROM dna_strand_stats((SELECT array_agg(strand) FROM pool WHERE n > 40));

-- FASTA
SELECT regexp_replace(dna_fasta('GATTACA', parity => 20), '[ATGC]{20,}', '(bases)', 'g') AS fasta;
SELECT convert_from(dna_from_strands(ARRAY[dna_fasta('GATTACA')]), 'UTF8');

-- what is refused
SELECT dna_strands('x', 99);
\echo :LAST_ERROR_SQLSTATE
SELECT dna_strands('x', 201);
\echo :LAST_ERROR_SQLSTATE
SELECT dna_strands('x', parity => 51);
\echo :LAST_ERROR_SQLSTATE
SELECT dna_strands('x', level => 0);
\echo :LAST_ERROR_SQLSTATE
SELECT dna_from_strands('{}');
\echo :LAST_ERROR_SQLSTATE
SELECT dna_from_strands('{GATTACA,NULL}');
\echo :LAST_ERROR_SQLSTATE
SELECT dna_from_strands(NULL) IS NULL AS nothing;
DROP TABLE input, pool;
