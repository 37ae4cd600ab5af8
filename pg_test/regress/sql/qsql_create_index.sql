-- CREATE SYNAPTIC INDEX, and that a search uses the index.
CREATE TABLE qsql_points (id integer, v vector(3));
INSERT INTO qsql_points SELECT i, ARRAY[cos(i), sin(i), i / 500.0]::real[]::vector FROM generate_series(1, 1000) i;

SELECT qsql_to_sql($$ CREATE SYNAPTIC INDEX points_v ON qsql_points (v vector_cosine_ops) $$);
SELECT * FROM qsql($$ CREATE SYNAPTIC INDEX points_v ON qsql_points (v vector_cosine_ops) $$);
SELECT indexdef FROM pg_indexes WHERE indexname = 'points_v';
-- the search takes the ordering operator of the index
SELECT qsql_to_sql($$ QUANTUM SEARCH qsql_points NEAREST TO '[1,0,0]' LIMIT 3 $$);
DROP INDEX points_v;
SELECT * FROM qsql($$ CREATE SYNAPTIC INDEX CONCURRENTLY IF NOT EXISTS points_ip ON qsql_points (v vector_ip_ops) $$);
SELECT indexdef FROM pg_indexes WHERE indexname = 'points_ip';
SELECT qsql_to_sql($$ QUANTUM SEARCH qsql_points NEAREST TO '[1,0,0]' LIMIT 3 $$);
ANALYZE qsql_points;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM qsql($$ QUANTUM SEARCH qsql_points NEAREST TO '[1,0,0]' LIMIT 3 $$);

-- not where rows are wanted, not concurrently in a transaction block, not on a column of another type
SELECT count(*) FROM qsql($$ CREATE SYNAPTIC INDEX ON qsql_points (v vector_ip_ops) $$);
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT * FROM qsql($$ CREATE SYNAPTIC INDEX CONCURRENTLY ON qsql_points (v vector_ip_ops) $$);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
SELECT * FROM qsql($$ CREATE SYNAPTIC INDEX ON qsql_points (id) $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ CREATE SYNAPTIC INDEX ON qsql_points (nope) $$);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE qsql_points;
