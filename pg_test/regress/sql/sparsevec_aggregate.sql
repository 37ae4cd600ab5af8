-- avg and sum.
SELECT avg(v), sum(v) FROM unnest(ARRAY['{1:1,3:3}/4'::sparsevec, '{1:3,2:5}/4', NULL]) AS v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[]::sparsevec[]) AS v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[NULL]::sparsevec[]) AS v;
SELECT avg(v), sum(v) FROM unnest(ARRAY['{}/3'::sparsevec, '{}/3']) AS v;
SELECT avg(v) FILTER (WHERE v > '{1:1}/1'), sum(DISTINCT v) FROM unnest(ARRAY['{1:1}/1'::sparsevec, '{1:2}/1', '{1:2}/1', '{1:4}/1']) AS v;
-- What cancels out is not stored; what cancels out on the way was not lost.
SELECT sum(v), avg(v) FROM unnest(ARRAY['{1:1,2:2,3:1e30}/3'::sparsevec, '{1:-1,2:1}/3', '{3:-1e30}/3']) AS v;
-- Sums are rounded once, from double precision: single precision would never get beyond 16777216.
SELECT sum(v), avg(v) FROM (SELECT '{1:16777216}/1'::sparsevec AS v UNION ALL SELECT '{1:1}/1' FROM generate_series(1, 1000)) AS t;
-- The mean of large numbers does not overflow, of small ones it may vanish.
SELECT avg(v) FROM unnest(ARRAY['{1:3e38,2:1e-45}/2'::sparsevec, '{1:3e38}/2', '{}/2']) AS v;

-- Groups side by side, against dense sums of the same components.
CREATE TABLE measured AS
SELECT i % 3 AS kind, ('{' || string_agg((i * 7919 + j * j * 31) % 500 + 1 || ':' || j - 5, ',') || '}/500')::sparsevec AS v
FROM generate_series(1, 9000) AS i, generate_series(1, 9) AS j GROUP BY i;
SELECT kind, count(*), sum(v)::vector = sum(v::vector) AS same_sum, avg(v)::vector = avg(v::vector) AS same_mean FROM measured GROUP BY kind ORDER BY kind;
SELECT kind, count(*), sum(v)::vector = sum(v::vector) AS same_sum FROM measured GROUP BY ROLLUP (kind) ORDER BY kind;

-- As window functions, each row sees its own state.
SELECT i, avg(v) OVER w, sum(v) OVER w, sum(v) OVER (w ROWS 1 PRECEDING) AS last_two
FROM (SELECT i, ARRAY[i, 0, 10 * (i % 2)]::sparsevec AS v FROM generate_series(1, 4) AS i) AS t WINDOW w AS (ORDER BY i) ORDER BY i;

-- In parallel the same.
CREATE TEMP TABLE alone AS SELECT sum(v) AS sum, avg(v) AS avg FROM measured;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS off) SELECT sum(v), avg(v) FROM measured;
SELECT sum(v) = (SELECT sum FROM alone) AS same_sum, avg(v) = (SELECT avg FROM alone) AS same_mean FROM measured;
SELECT sum(v), avg(v) FROM measured WHERE kind = 5;
SET parallel_leader_participation = off;
SELECT sum(v) = (SELECT sum FROM alone) AS same_sum, avg(v) = (SELECT avg FROM alone) AS same_mean FROM measured;
SELECT kind, sum(v)::vector = sum(v::vector) AS same_sum FROM measured GROUP BY kind ORDER BY kind;
RESET parallel_leader_participation; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;
DROP TABLE measured;

-- Far more different indices than a sparsevec holds may be passed on the way, if the result is one.
CREATE TABLE wide AS
SELECT i, s, ('{' || string_agg(i * 1000 + j || ':' || s, ',') || '}/100000000')::sparsevec AS v
FROM generate_series(0, 39) AS i, generate_series(1, 1000) AS j, unnest(ARRAY[1, -1]) AS s GROUP BY i, s;
SELECT sum(v), avg(v) FROM wide;
SELECT sum(v) = (SELECT ('{' || string_agg(j || ':1', ',') || '}/100000000')::sparsevec FROM generate_series(1, 16000) AS j) AS the_most FROM wide WHERE s = 1 AND i < 16;
SELECT sum(v) FROM wide WHERE s = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT avg(v) FROM wide WHERE s = 1;
\echo :LAST_ERROR_SQLSTATE
DROP TABLE wide;

-- Different dimensions, too large sums.
SELECT avg(v) FROM unnest(ARRAY['{1:1}/2'::sparsevec, '{1:1}/3']) AS v;
\echo :LAST_ERROR_SQLSTATE
SELECT sum(v) FROM unnest(ARRAY['{}/2'::sparsevec, '{}/1']) AS v;
\echo :LAST_ERROR_SQLSTATE
SELECT sum(v) FROM unnest(ARRAY['{1:3e38}/1'::sparsevec, '{1:3e38}/1']) AS v;
\echo :LAST_ERROR_SQLSTATE

-- The parts cannot be called by themselves.
SELECT sparsevec_accum(NULL, '{}/1');
\echo :LAST_ERROR_SQLSTATE
SELECT sparsevec_deserialize('\x00', NULL);
SELECT sparsevec_sum(NULL);
