-- Text form: what is read, and how it is written back.
SELECT '[1,2,3]'::vector;
SELECT ' [ 1,  -2 ,	 +3  ] '::vector;
SELECT '[1.,.5,-.5e1,1E2,1e+2,1e-2]'::vector;
SELECT '[1.23456,0.1,16777216,123456.789]'::vector;

-- Exponents and extremes, subnormal numbers included.
SELECT '[1e20,1e-7,1.5e38,3.4028235e38,1.1754944e-38,1e-45]'::vector;

-- Too small for single precision: a zero, which keeps its sign.
SELECT '[1e-46,-1e-46,-0]'::vector;

-- The largest vector.
SELECT vector_dims(('[' || repeat('0.5,', 15999) || '-1]')::vector), length(('[' || repeat('0.5,', 15999) || '-1]')::vector::text);

-- A component reads and prints exactly as the same float4 does, for numbers of every magnitude.
SELECT setseed(0.5);
CREATE TEMP TABLE number AS
SELECT (random() * 2 - 1) * 10 ^ (random() * 76 - 38) AS exact FROM generate_series(1, 20000);
SELECT count(*) FROM number WHERE ('[' || exact::text || ']')::vector::text <> '[' || exact::text::float4::text || ']';
SELECT count(*) FROM number WHERE ('[' || exact::numeric || ']')::vector::text <> '[' || exact::numeric::text::float4::text || ']';
SELECT count(*) FROM number WHERE ('[' || exact::text || ']')::vector::text::vector <> ('[' || exact::text || ']')::vector;

-- Powers of two and their neighbours, where shortest printing has its special cases.
SELECT count(*) FROM generate_series(-149, 127) AS e
WHERE ARRAY[2::float8 ^ e]::vector::text <> '[' || (2::float8 ^ e)::float4::text || ']';
SELECT count(*) FROM generate_series(-125, 127) AS e, (VALUES (1 - 2::float8 ^ -24), (1 + 2::float8 ^ -23)) AS n(factor)
WHERE ARRAY[2::float8 ^ e * factor]::vector::text <> '[' || (2::float8 ^ e * factor)::float4::text || ']';

-- Arrays of vectors, and rows that hold one.
SELECT unnest('{"[1,2,3]", "[4,5,6]"}'::vector[]);
SELECT ROW('[1,2]'::vector, NULL::vector);

-- Stored bytes: length word, dimensions, two zero bytes, the components.
SELECT pg_column_size('[1,2,3]'::vector), pg_column_size(('[' || repeat('1,', 15999) || '1]')::vector);

-- Every way a value can be stored: short header, plain, out of line.
CREATE TABLE stored (id int, v vector);
INSERT INTO stored VALUES (1, '[1,2]'), (2, array_fill(1, ARRAY[100])::vector), (3, array_fill(1, ARRAY[16000])::vector), (4, NULL);
SELECT id, vector_dims(v), vector_norm(v), left(v::text, 7) AS head, v + v > v AS doubled, v = v AS same
FROM stored ORDER BY id;
SELECT attstorage FROM pg_attribute WHERE attrelid = 'stored'::regclass AND attname = 'v';
DROP TABLE stored;
