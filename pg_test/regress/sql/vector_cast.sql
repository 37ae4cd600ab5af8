-- From arrays: explicitly, and on assignment.
SELECT ARRAY[1, 2, -3]::vector, '{1,2.5,-3e7}'::real[]::vector, '{1,2.5,-3e7}'::double precision[]::vector, ARRAY[1.25, 2, -0.1]::vector;
SELECT '{1,2,3}'::int[]::vector(3), '[5:7]={1,2,3}'::int[]::vector AS lower_bound;
SELECT '{1e-46,-1e-46}'::double precision[]::vector AS underflow, '{16777217}'::int[]::vector AS rounded;
SELECT array_fill(1.5, ARRAY[40])::vector = array_fill(1.5::real, ARRAY[40])::vector AS same;
CREATE TABLE assigned (v vector(2));
INSERT INTO assigned VALUES (ARRAY[1, 2]), ('{3,4}'::real[]), ('{5,6}'::float8[]), ('{7,8}'::numeric[]), (array_remove(ARRAY[9, NULL, 10], NULL));
TABLE assigned;
DROP TABLE assigned;

-- To float4[]: wherever an array of them is wanted.
SELECT '[1,2.5,-3]'::vector::real[], '[1,2.5,-3]'::vector(3)::real[] AS from_fixed;
CREATE FUNCTION pg_temp.total(real[]) RETURNS real LANGUAGE sql AS $$ SELECT sum(e) FROM unnest($1) AS e $$;
SELECT pg_temp.total('[1,2.5,-3]'::vector);
SELECT ('[1,2,3]'::vector::real[])[2], array_dims('[1,2,3]'::vector::real[]), '[1,2,3]'::vector::real[] = '{1,2,3}'::real[] AS equal;
SELECT '[1.1,2.2]'::vector::real[]::vector = '[1.1,2.2]' AS back;
-- There and back for every kind of stored value.
SELECT n, v::real[]::vector = v AS same FROM (SELECT n, array_fill(n, ARRAY[n])::vector AS v FROM unnest(ARRAY[1, 100, 16000]) AS n) AS t;

-- How casts may be used: i implicitly, a on assignment too.
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod FROM pg_cast
WHERE 'vector'::regtype IN (castsource, casttarget)
  AND casttarget IN ('vector'::regtype, 'real[]'::regtype) AND castsource IN ('vector'::regtype, 'int[]'::regtype, 'real[]'::regtype, 'float8[]'::regtype, 'numeric[]'::regtype)
ORDER BY castsource::regtype::text, casttarget::regtype::text;

-- Arrays that are no vector.
SELECT '{NULL,1}'::real[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}'::real[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{{1}}'::real[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,NaN}'::real[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{Infinity}'::float8[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,4e38}'::float8[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{NaN}'::numeric[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1e39}'::numeric[]::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,2,3}'::int[]::vector(2);
\echo :LAST_ERROR_SQLSTATE
SELECT array_fill(0, ARRAY[16001])::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{a}'::text[]::vector;
\echo :LAST_ERROR_SQLSTATE
