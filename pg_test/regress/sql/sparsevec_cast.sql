-- From and to vector and halfvec.
SELECT '[0,1.5,0,3.5,0]'::vector::sparsevec, '[0,1.5,0,3.5,0]'::vector::sparsevec(5), '[0,1.5,0,3.5,0]'::halfvec::sparsevec, '[0,-0]'::vector::sparsevec AS zero;
SELECT '{2:1.5,4:3.5}/5'::sparsevec::vector, '{2:1.5,4:3.5}/5'::sparsevec::vector(5), '{2:1.5,4:3.5}/5'::sparsevec::halfvec, '{}/3'::sparsevec::vector AS zero;
SELECT '{1:0.1,2:1e-8,3:65519}/3'::sparsevec::halfvec AS rounded, '{1:1e-8}/1'::sparsevec::halfvec::sparsevec AS vanished;
-- A dense vector does where a sparse one is wanted.
SELECT '[0,3]'::vector <-> '{1:4}/2'::sparsevec AS from_vector, '{1:4}/2'::sparsevec <-> '[0,3]'::halfvec AS from_halfvec;

-- From arrays: explicitly, and on assignment.
SELECT ARRAY[1, 0, -3]::sparsevec, '{1,0,-3e7}'::real[]::sparsevec, '{1,0,-3e7}'::double precision[]::sparsevec, ARRAY[1.25, 0, -0.1]::sparsevec;
SELECT '{1,0,2,0,3,0}'::int[]::sparsevec(6), '[5:7]={1,0,3}'::int[]::sparsevec AS lower_bound;
SELECT '{1e-46,-1e-46,1}'::double precision[]::sparsevec AS underflow, '{16777217}'::int[]::sparsevec AS rounded;
SELECT array_agg(CASE WHEN n = 20000 THEN 1 ELSE 0 END)::sparsevec AS long FROM generate_series(1, 20000) AS n;
SELECT array_fill(1, ARRAY[16000])::sparsevec = array_fill(1.0, ARRAY[16000])::sparsevec AS full;
CREATE TABLE assigned (v sparsevec(2));
INSERT INTO assigned VALUES (ARRAY[1, 0]), ('{0,4}'::real[]), ('{5,6}'::float8[]), ('{0,0}'::numeric[]), (array_remove(ARRAY[9, NULL, 10], NULL)), ('[0,1]'::vector), ('[2,0]'::halfvec);
TABLE assigned;
CREATE TABLE dense (v vector(2), h halfvec(2));
INSERT INTO dense SELECT v, v FROM assigned;
TABLE dense;
DROP TABLE assigned, dense;

-- There and back, of every size.
SELECT n, v::sparsevec::vector = v AS same FROM (SELECT n, (SELECT array_agg(i % 3) FROM generate_series(1, n) AS i)::vector AS v FROM unnest(ARRAY[1, 100, 16000]) AS n) AS t;

-- How casts may be used: i implicitly, a on assignment too.
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod, castfunc::regprocedure FROM pg_cast
WHERE 'sparsevec'::regtype IN (castsource, casttarget) ORDER BY castsource::regtype::text, casttarget::regtype::text;

-- Wrong dimensions, too many, too large a component.
SELECT '[0,1.5,0,3.5,0]'::vector::sparsevec(4);
\echo :LAST_ERROR_SQLSTATE
SELECT '[0,1.5,0,3.5,0]'::halfvec::sparsevec(4);
\echo :LAST_ERROR_SQLSTATE
SELECT '{2:1.5,4:3.5}/5'::sparsevec::vector(4);
\echo :LAST_ERROR_SQLSTATE
SELECT '{2:1.5,4:3.5}/5'::sparsevec::halfvec(4);
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/16001'::sparsevec::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}/16001'::sparsevec::halfvec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1:65520}/1'::sparsevec::halfvec;
\echo :LAST_ERROR_SQLSTATE

-- Arrays that are no sparse vector.
SELECT '{1,0,2}'::real[]::sparsevec(2);
\echo :LAST_ERROR_SQLSTATE
SELECT '{NULL,1}'::real[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}'::real[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{{1}}'::real[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,NaN}'::real[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{Infinity}'::float8[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,0,-4e38}'::float8[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{NaN}'::numeric[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1e39}'::numeric[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT array_fill(1, ARRAY[16001])::sparsevec;
\echo :LAST_ERROR_SQLSTATE
SELECT '{a}'::text[]::sparsevec;
\echo :LAST_ERROR_SQLSTATE
