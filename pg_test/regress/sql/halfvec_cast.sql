-- From arrays: explicitly, and on assignment.
SELECT ARRAY[1, 2, -3]::halfvec, '{1,2.5,-3e4}'::real[]::halfvec, '{1,2.5,-3e4}'::double precision[]::halfvec, ARRAY[1.25, 2, -0.1]::halfvec;
SELECT '{1,2,3}'::int[]::halfvec(3), '[5:7]={1,2,3}'::int[]::halfvec AS lower_bound;
SELECT '{1e-8,-1e-8}'::double precision[]::halfvec AS underflow, '{2049}'::int[]::halfvec AS rounded;
SELECT array_fill(1.5, ARRAY[40])::halfvec = array_fill(1.5::real, ARRAY[40])::halfvec AS same;
CREATE TABLE assigned (v halfvec(2));
INSERT INTO assigned VALUES (ARRAY[1, 2]), ('{3,4}'::real[]), ('{5,6}'::float8[]), ('{7,8}'::numeric[]), ('[9,10]'::vector);
TABLE assigned;
DROP TABLE assigned;

-- To float4[]: explicitly and on assignment, not by itself.
SELECT '[1,2.5,-0.1]'::halfvec::real[], '[1,2.5,-3]'::halfvec(3)::real[] AS from_fixed;
CREATE FUNCTION pg_temp.total(real[]) RETURNS real LANGUAGE sql AS $$ SELECT sum(e) FROM unnest($1) AS e $$;
SELECT pg_temp.total('[1,2.5,-3]'::halfvec);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.total('[1,2.5,-3]'::halfvec::real[]);
SELECT '[1.1,2.2]'::halfvec::real[]::halfvec = '[1.1,2.2]' AS back;
-- There and back for every kind of stored value.
SELECT n, v::real[]::halfvec = v AS same, v::vector::halfvec = v AS same_by_vector FROM (SELECT n, array_fill(n, ARRAY[n])::halfvec AS v FROM unnest(ARRAY[1, 100, 16000]) AS n) AS t;

-- From vectors, rounding: implicitly. To vectors, exactly: on assignment.
SELECT '[1,2,3]'::vector::halfvec, '[1,2,3]'::vector::halfvec(3) AS fixed, '[1.23456,1e-8]'::vector::halfvec AS rounded;
SELECT '[1,2,3]'::halfvec::vector, '[0.1,65504]'::halfvec::vector(2) AS fixed;
SELECT halfvec_negative_inner_product('[3,4]'::vector, '[1,1]'::vector) AS implicitly;
CREATE TABLE assigned (v vector(2));
INSERT INTO assigned VALUES ('[1,2]'::halfvec);
TABLE assigned;
DROP TABLE assigned;
-- Of every length up to 40, so that whatever a conversion does at the end of a vector is covered.
SELECT count(*) FROM generate_series(1, 40) AS n, LATERAL (SELECT array_agg(i / 3.0) AS a FROM generate_series(1, n) AS i) AS t
WHERE a::vector::halfvec <> a::halfvec OR a::halfvec::vector::halfvec <> a::halfvec OR a::halfvec::vector::real[] <> a::halfvec::real[];

-- How casts may be used: i implicitly, a on assignment too.
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod FROM pg_cast
WHERE 'halfvec'::regtype IN (castsource, casttarget)
  AND casttarget IN ('vector'::regtype, 'halfvec'::regtype, 'real[]'::regtype)
  AND castsource IN ('vector'::regtype, 'halfvec'::regtype, 'int[]'::regtype, 'real[]'::regtype, 'float8[]'::regtype, 'numeric[]'::regtype)
ORDER BY castsource::regtype::text, casttarget::regtype::text;

-- Arrays and vectors that are no halfvec.
SELECT '{NULL,1}'::real[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}'::real[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{{1}}'::real[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,NaN}'::real[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{-Infinity}'::float8[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,65520}'::real[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT ARRAY[1, 2, -100000]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,1e5}'::float8[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,4e38}'::float8[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{70000.25}'::numeric[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{NaN}'::numeric[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1e39}'::numeric[]::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,2,3}'::int[]::halfvec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT array_fill(0, ARRAY[16001])::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,65520]'::vector::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3]'::vector::halfvec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2,3]'::halfvec::vector(2);
\echo :LAST_ERROR_SQLSTATE
