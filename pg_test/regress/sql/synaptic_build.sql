-- An index is created on an empty table, on a full one, concurrently, and again.
CREATE TABLE full_table (id int, v vector(3));
INSERT INTO full_table SELECT i, ARRAY[i % 10, i / 10, 1]::vector FROM generate_series(1, 1000) i;
ANALYZE full_table;
CREATE INDEX full_index ON full_table USING synaptic (v);
SELECT dimensions, metric, lists, probes, rows_at_build FROM qstore.index_info('full_index');
SELECT * FROM qstore.check_index('full_index');
-- CREATE INDEX keeps the statistics right
SELECT relname, reltuples FROM pg_class WHERE relname IN ('full_table', 'full_index') ORDER BY relname;

CREATE TABLE empty_table (id int, v vector);
CREATE INDEX empty_index ON empty_table USING synaptic (v vector_cosine_ops);
SELECT dimensions, metric, lists FROM qstore.index_info('empty_index');
SELECT * FROM qstore.check_index('empty_index');
SET enable_seqscan = off;
SELECT count(*) FROM (SELECT id FROM empty_table ORDER BY v <=> '[1,2]' LIMIT 3) x;
INSERT INTO empty_table VALUES (1, '[1,2]'), (2, '[2,1]');
SELECT dimensions, metric, lists FROM qstore.index_info('empty_index');
SELECT id FROM empty_table ORDER BY v <=> '[1,1.5]' LIMIT 3;

CREATE INDEX CONCURRENTLY second_index ON full_table USING synaptic (v vector_ip_ops) WITH (lists = 7);
REINDEX INDEX CONCURRENTLY full_index;
REINDEX TABLE full_table;
SELECT lists, rows_at_build FROM qstore.index_info('second_index');
SELECT count(*) FROM (SELECT qstore.check_index('full_index') UNION ALL SELECT qstore.check_index('second_index')) x;
SELECT pg_get_indexdef('second_index'::regclass);
ALTER INDEX second_index SET (lists = 9);
ALTER INDEX second_index RESET (lists);

-- many lists, little memory: written in several runs
SET maintenance_work_mem = '1MB';
CREATE TABLE many AS SELECT i AS id, ARRAY[i % 101, i % 37, i % 11, i % 7]::vector(4) AS v FROM generate_series(1, 30000) i;
CREATE INDEX many_index ON many USING synaptic (v vector_l2_ops) WITH (lists = 60);
SELECT lists, rows_at_build FROM qstore.index_info('many_index');
SELECT count(*) FROM qstore.check_index('many_index');
TRUNCATE many;
SELECT rows_at_build FROM qstore.index_info('many_index');
SELECT amname, opcname, opcdefault FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod WHERE amname = 'synaptic' AND o.oid IN (SELECT c.oid FROM pg_opclass c JOIN pg_amproc ON amprocfamily = c.opcfamily) ORDER BY opcname;
SELECT bool_and(amvalidate(o.oid)) AS all_valid FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod WHERE amname = 'synaptic';
DROP TABLE full_table, empty_table, many;
