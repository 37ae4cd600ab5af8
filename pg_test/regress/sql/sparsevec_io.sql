-- Text form: what is read, and how it is written back.
SELECT '{1:1.5,3:3.5}/5'::sparsevec;
SELECT ' { 1 : 1.5 ,  3  :	-3.5  } / 5 '::sparsevec;
SELECT '{+1:2.,2:.5,3:-.5e1,4:1E2,5:1e+2,6:1e-2}/+6'::sparsevec;
SELECT '{1:1.23456,2:0.1,3:16777216,4:123456.789}/4'::sparsevec;
SELECT '{}/5'::sparsevec, '{ }/1'::sparsevec, '{1000000000:1}/1000000000'::sparsevec;

-- Exponents and extremes, subnormal numbers included.
SELECT '{1:1.5e38,2:-1.5e+38,3:1.5e-38,4:3.4028235e38,5:1.1754944e-38,6:1e-45}/6'::sparsevec;

-- Elements may come in any order; zeroes are not stored, and their index does not matter.
SELECT '{3:3,1:1,2:2}/3'::sparsevec;
SELECT '{1:0,2:1,3:0}/3'::sparsevec, '{1:-0}/3'::sparsevec, '{1:0,1:5,9:0}/2'::sparsevec;

-- The largest vectors.
CREATE TEMP TABLE largest AS
SELECT ('{' || string_agg(i || ':' || i, ',') || '}/' || d)::sparsevec AS v, d FROM generate_series(1, 16000) AS i, unnest(ARRAY[16000, 1000000000]) AS d GROUP BY d;
SELECT d, pg_column_size(v), length(v::text), v::text::sparsevec = v AS same FROM largest ORDER BY d;
SELECT pg_column_size('{}/1000000000'::sparsevec), pg_column_size('{1:1,2:2,3:3}/9'::sparsevec);

-- A value reads and prints exactly as the same float4 does, for numbers of every magnitude.
SELECT setseed(0.5);
CREATE TEMP TABLE number AS
SELECT (random() * 2 - 1) * 10 ^ (random() * 76 - 38) AS exact FROM generate_series(1, 20000);
SELECT count(*) FROM number WHERE ('{7:' || exact::text || '}/9')::sparsevec::text <> '{7:' || exact::text::float4::text || '}/9';
SELECT count(*) FROM number WHERE ('{7:' || exact::numeric || '}/9')::sparsevec::text <> '{7:' || exact::numeric::text::float4::text || '}/9';

-- Arrays of sparse vectors, and rows that hold one.
SELECT unnest('{"{1:1}/3", "{2:2,3:3}/3"}'::sparsevec[]);
SELECT ROW('{1:1,2:2}/2'::sparsevec, NULL::sparsevec);

-- Every way a value can be stored: short header, plain, out of line.
CREATE TABLE stored (id int, v sparsevec);
INSERT INTO stored VALUES (1, '{2:3,3:4}/4'), (2, array_fill(1, ARRAY[100])::sparsevec), (3, array_fill(1, ARRAY[16000])::sparsevec), (4, NULL), (5, '{}/7');
SELECT id, l2_norm(v), left(v::text, 7) AS head, v = v AS same, v <-> v AS distance FROM stored ORDER BY id;
SELECT attstorage FROM pg_attribute WHERE attrelid = 'stored'::regclass AND attname = 'v';
DROP TABLE stored;
