-- Deleted rows leave the index at VACUUM; their room is used again.
CREATE TABLE churn (id int, v vector(4));
CREATE INDEX churn_index ON churn USING synaptic (v) WITH (lists = 5);
INSERT INTO churn SELECT i, ARRAY[i % 13, i % 7, i % 5, i]::vector FROM generate_series(1, 5000) i;
CREATE TABLE size_before AS SELECT pages FROM qstore.index_info('churn_index');
SET enable_seqscan = off;
DELETE FROM churn;
SELECT count(*) FROM (SELECT id FROM churn ORDER BY v <-> '[1,2,3,4]' LIMIT 10000) x;
VACUUM churn;
SELECT count(*) FROM qstore.check_index('churn_index');
INSERT INTO churn SELECT i, ARRAY[i % 13, i % 7, i % 5, i]::vector FROM generate_series(1, 5000) i;
SELECT pages <= (SELECT pages FROM size_before) + 2 AS reused FROM qstore.index_info('churn_index');
UPDATE churn SET v = ARRAY[id % 11, id % 3, 1, id]::vector WHERE id % 2 = 0;
VACUUM churn;
SELECT count(*) FROM qstore.check_index('churn_index');
SELECT count(*), count(DISTINCT id) FROM (SELECT id FROM churn ORDER BY v <-> '[1,2,3,4]' LIMIT 10000) x;
-- an aborted insert leaves no row behind
BEGIN;
INSERT INTO churn VALUES (-1, '[1,2,3,4]');
SELECT id FROM churn ORDER BY v <-> '[1,2,3,4]' LIMIT 1;
ROLLBACK;
SELECT id FROM churn WHERE id < 0;
SELECT id > 0 AS older FROM churn ORDER BY v <-> '[1,2,3,4]' LIMIT 1;
-- the counters are sent at the end of a statement
SELECT pg_stat_force_next_flush();
SELECT idx_scan > 0 AS counted FROM pg_stat_user_indexes WHERE indexrelname = 'churn_index';
DROP TABLE churn, size_before;
