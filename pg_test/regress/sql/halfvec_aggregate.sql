-- avg and sum.
SELECT avg(v), sum(v) FROM unnest(ARRAY['[1,2,3]'::halfvec, '[3,5,7]', NULL]) AS v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[]::halfvec[]) AS v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[NULL]::halfvec[]) AS v;
SELECT avg(v) FROM unnest(ARRAY['[65504]'::halfvec, '[65504]']) AS v;
SELECT avg(v) FILTER (WHERE v > '[1]'), sum(DISTINCT v) FROM unnest(ARRAY['[1]'::halfvec, '[2]', '[2]', '[4]']) AS v;

-- The mean is summed in double precision and may be taken of vectors whose sum is no halfvec; the sum is one, rounded at every step.
SELECT avg(ARRAY[1000, 0.1]::halfvec) FROM generate_series(1, 10000);
SELECT sum('[1]'::halfvec) FROM generate_series(1, 3000);

-- Groups side by side, so that a state changed in place must be the group's own.
CREATE TABLE measured AS
SELECT i % 3 AS kind, ARRAY[i % 8, -(i % 4), (i % 2) / 2.0]::halfvec AS v FROM generate_series(1, 480) AS i;
SELECT kind, avg(v), sum(v), count(*) FROM measured GROUP BY kind ORDER BY kind;
SELECT kind, avg(v), sum(v) FROM measured GROUP BY ROLLUP (kind) ORDER BY kind;

-- As window functions, each row sees its own state.
SELECT i, avg(v) OVER w, sum(v) OVER w, avg(v) OVER (w ROWS 1 PRECEDING) AS last_two
FROM (SELECT i, ARRAY[i, 10 * i]::halfvec AS v FROM generate_series(1, 4) AS i) AS t WINDOW w AS (ORDER BY i) ORDER BY i;

-- In parallel the same.
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS off) SELECT avg(v), sum(v) FROM measured;
SELECT avg(v), sum(v) FROM measured;
SELECT avg(v), sum(v) FROM measured WHERE kind = 5;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;
SELECT avg(v), sum(v) FROM measured;
DROP TABLE measured;

-- The parts.
SELECT halfvec_accum('{0}', '[1,2,3]') AS first, halfvec_accum('{1,1,2,3}', '[1,1,1]') AS second, halfvec_combine('{1,2}', '{3,4}') AS both,
       halfvec_combine('{0}', '{3,4}') AS right_only, halfvec_combine('{3,4}', '{0}') AS left_only, halfvec_combine('{0}', '{0}') AS neither;
SELECT halfvec_avg('{2,2,4,6}'), halfvec_avg('{0}') AS none;
-- Called as plain functions they leave their arguments alone.
SELECT state, halfvec_accum(state, '[1]') AS next, state AS still FROM (VALUES ('{1,1}'::float8[])) AS t(state);

-- Different dimensions, too large sums.
SELECT avg(v) FROM unnest(ARRAY['[1,2]'::halfvec, '[3]']) AS v;
\echo :LAST_ERROR_SQLSTATE
SELECT sum(v) FROM unnest(ARRAY['[1,2]'::halfvec, '[3]']) AS v;
\echo :LAST_ERROR_SQLSTATE
SELECT sum(v) FROM unnest(ARRAY['[65504]'::halfvec, '[65504]']) AS v;
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_accum('{1,1.7e308}', '[1]'), halfvec_combine('{1,1.7e308}', '{1,1.7e308}');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_combine('{1,2}', '{3,4,5}');
\echo :LAST_ERROR_SQLSTATE

-- A mean that is no halfvec.
SELECT halfvec_avg('{2,131040}');
\echo :LAST_ERROR_SQLSTATE

-- States that are none.
SELECT halfvec_avg('{}');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_avg('{1}');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_avg('{NULL,2}');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_avg('{{2,2,4,6}}');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_avg('{1,NaN}');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_accum('{}', '[1]');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_combine('{1,2}', '{3,NULL}');
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_avg(array_agg(n)) FROM generate_series(1, 16002) AS n;
\echo :LAST_ERROR_SQLSTATE
SELECT halfvec_combine('{0}', (SELECT array_agg(n) FROM generate_series(1, 16002) AS n));
\echo :LAST_ERROR_SQLSTATE
