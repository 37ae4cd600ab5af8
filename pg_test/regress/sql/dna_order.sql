-- dna: order, equality, hash

-- sequences: A < T < G < C, a sequence before those that go on; encoded values after all sequences
SELECT value::text FROM (VALUES ('C'::dna), ('A'), ('G'), ('T'), ('AC'), ('AA'), ('TA'), ('AAAAA')) AS v (value) ORDER BY v.value;
SELECT 'CCCC'::dna < dna_encode('') AS sequence_first, dna_cmp('A', 'A'), dna_cmp('A', 'T'), dna_cmp('T', 'A');
SELECT 'A'::dna < 'T' AS lt, 'A'::dna <= 'A' AS le, 'A'::dna = 'A' AS eq, 'A'::dna <> 'AA' AS ne, 'T'::dna >= 'T' AS ge, 'C'::dna > 'G' AS gt;

-- the same bytes at two levels are two values with one meaning
SELECT one = nine AS same_value, dna_decode(one) = dna_decode(nine) AS same_bytes
FROM (SELECT dna_encode(raw, 1) AS one, dna_encode(raw, 19) AS nine
      FROM (SELECT convert_to(string_agg(i::text, ' '), 'UTF8') AS raw FROM generate_series(1, 5000) AS i) AS text) AS levels;

-- every index finds what a sequential scan finds
CREATE TABLE sample (id integer, value dna);
INSERT INTO sample SELECT i, dna_encode((i % 50)::text::bytea) FROM generate_series(1, 1000) AS i;
INSERT INTO sample SELECT i, translate(i::text, '0123456789', 'ATGCATGCAT')::dna FROM generate_series(1, 1000) AS i;
SELECT count(DISTINCT value) FROM sample;
SET enable_sort = off;
SELECT count(*) FROM (SELECT value FROM sample GROUP BY value) AS groups;
RESET enable_sort;
SELECT count(*) FROM sample WHERE value = dna_encode('7');
SELECT count(*) FROM sample WHERE value < 'T';

CREATE INDEX sample_btree ON sample (value);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM sample WHERE value < 'T';
SELECT count(*) FROM sample WHERE value = dna_encode('7');
SELECT count(*) FROM sample WHERE value < 'T';
DROP INDEX sample_btree;

CREATE INDEX sample_hash ON sample USING hash (value);
EXPLAIN (COSTS OFF) SELECT count(*) FROM sample WHERE value = 'GATT';
SELECT count(*) FROM sample WHERE value = dna_encode('7');
RESET enable_seqscan;

-- joins
SET enable_nestloop = off;
SET enable_mergejoin = off;
SELECT count(*) FROM sample AS a JOIN sample AS b ON a.value = b.value;
SET enable_mergejoin = on;
SET enable_hashjoin = off;
SELECT count(*) FROM sample AS a JOIN sample AS b ON a.value = b.value;

-- a unique index takes a value once
CREATE TABLE single (value dna UNIQUE);
INSERT INTO single VALUES ('GATTACA');
INSERT INTO single VALUES ('gattaca') ON CONFLICT DO NOTHING;
SELECT * FROM single;

DROP TABLE sample, single;
