-- Text form: what is read, and how it is written back: as the float4 of the same value.
SELECT '[1,2,3]'::halfvec;
SELECT ' [ 1,  -2 ,	 +3  ] '::halfvec;
SELECT '[1.,.5,-.5e1,1E2,1e+2,1e-2]'::halfvec;
SELECT '[1.23456,0.1,2049,1234.567]'::halfvec;

-- The largest halves, what still rounds to them, the smallest normal and subnormal numbers.
SELECT '[65504,-65504,65519,-65519.99,6.104e-05,6e-08]'::halfvec;

-- Too small for half precision: a zero, which keeps its sign.
SELECT '[1e-8,-1e-8,1e-46,-1e-46,-0]'::halfvec;

-- Ties go to the even neighbour: 2049 lies between 2048 and 2050, 2051 between 2050 and 2052.
SELECT '[2049,2051,-2049,-2051]'::halfvec;

-- The largest halfvec.
SELECT vector_dims(('[' || repeat('0.5,', 15999) || '-1]')::halfvec), length(('[' || repeat('0.5,', 15999) || '-1]')::halfvec::text);

-- Every finite half (there are 63,488; 0 and -0 count once here) reads back as it was printed. They are m * 2^e with |m| < 2048.
CREATE TEMP TABLE half AS
SELECT DISTINCT m * 2::float8 ^ e AS exact FROM generate_series(-2047, 2047) AS m, generate_series(-24, 5) AS e;
SELECT count(*) FROM half;
SELECT count(*) FROM half WHERE ('[' || exact::text || ']')::halfvec::text <> '[' || exact::float4::text || ']';
SELECT count(*) FROM half WHERE ('[' || exact::text || ']')::halfvec::text::halfvec <> ('[' || exact::text || ']')::halfvec;
SELECT count(*) FROM half WHERE (ARRAY[exact]::halfvec::real[])[1] <> exact;

-- Arrays of halfvecs, and rows that hold one.
SELECT unnest('{"[1,2,3]", "[4,5,6]"}'::halfvec[]);
SELECT ROW('[1,2]'::halfvec, NULL::halfvec);

-- Stored bytes: length word, dimensions, two zero bytes, the components of two bytes each.
SELECT pg_column_size('[1,2,3]'::halfvec), pg_column_size(('[' || repeat('1,', 15999) || '1]')::halfvec);

-- Every way a value can be stored: short header, plain, out of line.
CREATE TABLE stored (id int, v halfvec);
INSERT INTO stored VALUES (1, '[1,2]'), (2, array_fill(1, ARRAY[100])::halfvec), (3, array_fill(1, ARRAY[16000])::halfvec), (4, NULL);
SELECT id, vector_dims(v), l2_norm(v), left(v::text, 7) AS head, v + v > v AS doubled, v = v AS same FROM stored ORDER BY id;
SELECT attstorage FROM pg_attribute WHERE attrelid = 'stored'::regclass AND attname = 'v';
DROP TABLE stored;
