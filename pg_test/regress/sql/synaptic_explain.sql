-- The planner takes the index where it pays, and something else where that is better.
CREATE TABLE docs (id int PRIMARY KEY, topic int, v vector(64));
INSERT INTO docs
SELECT i, i % 2000, (SELECT array_agg(((i * j % 10007 * 7919) % 1009) / 1009.0 + (i % 50) ORDER BY j) FROM generate_series(1, 64) j)::vector
FROM generate_series(1, 20000) i;
CREATE INDEX docs_topic ON docs (topic);
CREATE INDEX docs_v ON docs USING synaptic (v);
VACUUM ANALYZE docs;
EXPLAIN (COSTS off) SELECT id FROM docs ORDER BY v <-> (SELECT v FROM docs WHERE id = 1) LIMIT 10;
PREPARE nearest(bigint) AS SELECT id FROM docs ORDER BY v <-> (SELECT v FROM docs WHERE id = 1) LIMIT $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS off) EXECUTE nearest(10);
-- no LIMIT: a sort of everything is cheaper
EXPLAIN (COSTS off) SELECT id FROM docs ORDER BY v <-> '[1]';
-- a selective filter: the btree
EXPLAIN (COSTS off) SELECT id FROM docs WHERE topic = 7 ORDER BY v <-> (SELECT v FROM docs WHERE id = 1) LIMIT 10;
-- another operator, the other direction: not this index
EXPLAIN (COSTS off) SELECT id FROM docs ORDER BY v <=> (SELECT v FROM docs WHERE id = 1) LIMIT 10;
EXPLAIN (COSTS off) SELECT id FROM docs ORDER BY v <-> (SELECT v FROM docs WHERE id = 1) DESC LIMIT 10;
-- below a join, once for each row
EXPLAIN (COSTS off)
SELECT a.id, b.id FROM docs a CROSS JOIN LATERAL (SELECT id FROM docs ORDER BY v <-> a.v LIMIT 3) b WHERE a.id < 4;
SELECT a.id, b.id FROM docs a CROSS JOIN LATERAL (SELECT id FROM docs ORDER BY v <-> a.v LIMIT 1) b WHERE a.id < 4 ORDER BY 1;
-- rows come in order, also beyond the first ten
SELECT count(*), bool_and(d >= before) AS in_order FROM (
    SELECT d, lag(d, 1, 0) OVER () AS before
    FROM (SELECT v <-> (SELECT v FROM docs WHERE id = 5) AS d FROM docs ORDER BY v <-> (SELECT v FROM docs WHERE id = 5) LIMIT 500) x
) y;
DROP TABLE docs;

-- vectors in the TOAST table: a sequential scan reads them all, which the planner does not count; the index is taken nevertheless
CREATE TABLE wide (id int, v vector(1536));
INSERT INTO wide SELECT i, (SELECT array_agg(hashint4(i * 2048 + j) / 2147483648.0) FROM generate_series(1, 1536) j)::real[]::vector
FROM generate_series(1, 1000) i;
CREATE INDEX ON wide USING synaptic (v);
ANALYZE wide;
EXPLAIN (COSTS off) SELECT id FROM wide ORDER BY v <-> (SELECT v FROM wide WHERE id = 3) LIMIT 10;
DROP TABLE wide;
