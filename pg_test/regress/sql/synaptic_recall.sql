-- qstore.recall() measures what a search finds against an exact scan.
CREATE TABLE measured AS
    SELECT i AS id, ARRAY(SELECT hashint4(i * 32 + j) % 1000 / 500.0 + (i % 40) * (j % 5) FROM generate_series(1, 16) j)::real[]::vector(16) AS v
    FROM generate_series(1, 4000) i;
CREATE INDEX measured_index ON measured USING synaptic (v vector_cosine_ops) WITH (lists = 50);
CREATE INDEX partial_index ON measured USING synaptic ((subvector(v, 1, 8)::vector(8))) WHERE id % 2 = 0;
SET qstore.recall = 1.0;
SELECT * FROM qstore.recall('measured_index', 30);
SELECT * FROM qstore.recall('partial_index', sample => 20, k => 25);
SET qstore.recall = 0.9;
SELECT declared, measured BETWEEN 0.85 AND 1 AS met, worst <= measured AS worst_is_no_better, queries FROM qstore.recall('measured_index', 200);
-- the planner's settings are as before
SHOW enable_seqscan;
SHOW enable_indexscan;
-- an index's own recall comes before the setting
SELECT probes AS probes_at_0_9 FROM qstore.index_info('measured_index') \gset
ALTER INDEX measured_index SET (recall = 1.0);
SELECT * FROM qstore.recall('measured_index', 10);
SELECT probes > :probes_at_0_9 AS more_probes FROM qstore.index_info('measured_index');
ALTER INDEX measured_index RESET (recall);
SELECT probes = :probes_at_0_9 AS as_before FROM qstore.index_info('measured_index');
CREATE INDEX careful ON measured USING synaptic (v) WITH (recall = 0.99, lists = 10);
SELECT declared FROM qstore.recall('careful', 1);
ALTER INDEX careful SET (recall = 0.3);
\echo :LAST_ERROR_SQLSTATE
-- an index without rows has nothing to measure
CREATE TABLE nothing (v vector(3));
CREATE INDEX nothing_index ON nothing USING synaptic (v);
SELECT * FROM qstore.recall('nothing_index');
-- what cannot be measured
CREATE INDEX ids ON measured (id);
SELECT * FROM qstore.recall('ids');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.recall('measured_index', 0);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE measured, nothing;
