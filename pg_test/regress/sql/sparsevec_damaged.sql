-- Stored bytes that no function of ours writes, as a damaged disk may hold them: an error or a meaningless answer, never a crash.
-- Bytes become values by a cast that only a superuser can make. Integers are stored as little-endian machines do.
CREATE CAST (bytea AS sparsevec) WITHOUT FUNCTION;
CREATE FUNCTION pg_temp.stored(integers int[], reals real[]) RETURNS bytea LANGUAGE sql AS $$
    SELECT string_agg(substr(b, 4, 1) || substr(b, 3, 1) || substr(b, 2, 1) || substr(b, 1, 1), '' ORDER BY kind, place)
    FROM (SELECT 1 AS kind, place, int4send(i) AS b FROM unnest(integers) WITH ORDINALITY AS t(i, place)
          UNION ALL SELECT 2, place, float4send(r) FROM unnest(reals) WITH ORDINALITY AS t(r, place)) AS fields
$$;
SELECT pg_temp.stored('{5,2,0,0,2}', '{1.5,2}')::sparsevec AS sound;

-- Sizes that do not fit: each operation tells.
CREATE FUNCTION pg_temp.outcome(expression text, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; result text;
BEGIN
    EXECUTE format('SELECT (%s)::text FROM (SELECT %L::bytea::sparsevec AS v) AS t', expression, bytes) INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' ', SQLSTATE, SQLERRM, detail);
END $$;
SELECT what, pg_temp.outcome('v', bytes)
FROM (VALUES ('nothing', ''::bytea), ('half a header', pg_temp.stored('{5,0}', '{}')), ('odd bytes', pg_temp.stored('{5,0,0}', '{}') || '\x00'),
             ('more elements than bytes', pg_temp.stored('{5,2,0,1}', '{1}')), ('fewer', pg_temp.stored('{5,1,0,1,2}', '{1,2}')),
             ('no dimensions', pg_temp.stored('{0,0,0}', '{}')), ('negative dimensions', pg_temp.stored('{-5,0,0}', '{}')),
             ('negative elements', pg_temp.stored('{5,-1,0}', '{}')), ('very many elements', pg_temp.stored('{5,536870912,0}', '{}'))) AS t(what, bytes);

-- Elements that are none: a cast that would pass them on tells, elsewhere they are not looked for, but lead nowhere.
CREATE TEMP TABLE damage AS
SELECT what, bytes FROM (VALUES ('index beyond the dimensions', pg_temp.stored('{3,1,0,3}', '{1}')), ('the largest index', pg_temp.stored('{3,1,0,2147483647}', '{1}')),
    ('negative index', pg_temp.stored('{3,1,0,-1}', '{1}')), ('the smallest index', pg_temp.stored('{3,1,0,-2147483648}', '{1}')), ('descending', pg_temp.stored('{3,3,0,2,1,0}', '{1,2,3}')),
    ('twice', pg_temp.stored('{3,2,0,1,1}', '{1,2}')), ('NaN', pg_temp.stored('{3,2,0,0,1}', '{NaN,1}')), ('infinite', pg_temp.stored('{3,1,0,0}', '{-Infinity}')),
    ('zero', pg_temp.stored('{3,1,0,0}', '{0}')), ('more elements than dimensions', pg_temp.stored('{1,3,0,0,1,2}', '{1,2,3}')), ('many dimensions', pg_temp.stored('{2147483647,1,0,2147483646}', '{1}'))) AS t(what, bytes);
SELECT what, expression, pg_temp.outcome(expression, bytes) FROM damage, unnest(ARRAY['v', 'v::vector', 'v::halfvec']) WITH ORDINALITY AS e(expression, place) ORDER BY what, place;
SELECT expression, count(pg_temp.outcome(expression, bytes)) AS answered
FROM damage, unnest(ARRAY['v <-> v', 'v <#> v', 'v <=> v', 'v <+> v', 'v <-> ''{1:1,2:2,3:3}/3''', 'l2_norm(v)', 'l2_normalize(v)', 'v < ''{1:1}/3''', 'v = v', 'sparsevec_send(v)', 'v::sparsevec(3)',
    '(SELECT sum(w) FROM unnest(ARRAY[v, v]) AS w)', '(SELECT avg(w) FROM unnest(ARRAY[v, ''{1:1,3:3}/3'']) AS w)']) AS expression GROUP BY expression ORDER BY expression COLLATE "C";
DROP TABLE damage;
DROP CAST (bytea AS sparsevec);

-- Bit strings whose length is not that of their bytes.
CREATE CAST (bytea AS varbit) WITHOUT FUNCTION;
SELECT hamming_distance((pg_temp.stored('{9}', '{}') || '\xff')::varbit::bit(9), B'111111111');
\echo :LAST_ERROR_SQLSTATE
SELECT jaccard_distance('\x00'::bytea::varbit, '\x00'::bytea::varbit);
\echo :LAST_ERROR_SQLSTATE
DROP CAST (bytea AS varbit);
