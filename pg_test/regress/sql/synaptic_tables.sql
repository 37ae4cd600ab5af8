-- Kinds of tables and indexes: temporary, unlogged, partitioned, partial, on an expression; schemas off the path.
SET enable_seqscan = off;
CREATE TEMP TABLE temporary (id int, v vector(2));
CREATE INDEX ON temporary USING synaptic (v);
INSERT INTO temporary SELECT i, ARRAY[i, -i]::vector FROM generate_series(1, 100) i;
SELECT id FROM temporary ORDER BY v <-> '[40.2,-40]' LIMIT 2;

CREATE UNLOGGED TABLE unlogged (id int, v vector(2));
CREATE INDEX unlogged_index ON unlogged USING synaptic (v);
INSERT INTO unlogged SELECT i, ARRAY[i, -i]::vector FROM generate_series(1, 100) i;
SELECT id FROM unlogged ORDER BY v <-> '[40.2,-40]' LIMIT 2;
ALTER TABLE unlogged SET LOGGED;
SELECT id FROM unlogged ORDER BY v <-> '[40.2,-40]' LIMIT 2;
SELECT * FROM qstore.check_index('unlogged_index');

CREATE TABLE parted (id int, v vector(2)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (50);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (50) TO (1000);
CREATE INDEX ON parted USING synaptic (v);
INSERT INTO parted SELECT i, ARRAY[i, -i]::vector FROM generate_series(1, 100) i;
EXPLAIN (COSTS off) SELECT id FROM parted ORDER BY v <-> '[49.8,-50]' LIMIT 3;
SELECT id FROM parted ORDER BY v <-> '[49.8,-50]' LIMIT 3;

CREATE TABLE plain (id int, v vector(2), a real[]);
INSERT INTO plain SELECT i, ARRAY[i, -i]::vector, ARRAY[i, 2 * i] FROM generate_series(1, 100) i;
CREATE INDEX ON plain USING synaptic (v) WHERE id % 2 = 0;
SELECT id FROM plain WHERE id % 2 = 0 ORDER BY v <-> '[41.2,-41]' LIMIT 2;
CREATE INDEX ON plain USING synaptic ((a::vector(2)) vector_l2_ops);
EXPLAIN (COSTS off) SELECT id FROM plain ORDER BY a::vector(2) <-> '[10,21]' LIMIT 2;
SELECT id FROM plain ORDER BY a::vector(2) <-> '[10,21]' LIMIT 2;
CREATE INDEX ON plain USING synaptic (l2_normalize(v) vector_ip_ops);
SELECT count(*) FROM (SELECT id FROM plain ORDER BY l2_normalize(v) <#> '[1,0]' LIMIT 200) x;

-- more than pgvector's 2,000 dimensions, up to 16,000: blocks span pages
CREATE TABLE wide (id int, v vector(16000));
ALTER TABLE wide ALTER v SET STORAGE external;
INSERT INTO wide SELECT i, (SELECT array_agg((i * j) % 17 ORDER BY j) FROM generate_series(1, 16000) j)::vector FROM generate_series(1, 40) i;
CREATE INDEX wide_index ON wide USING synaptic (v);
INSERT INTO wide SELECT 100, v FROM wide WHERE id = 3;
SELECT dimensions FROM qstore.index_info('wide_index');
SELECT * FROM qstore.check_index('wide_index');
SELECT id FROM wide ORDER BY v <-> (SELECT v FROM wide WHERE id = 3), id LIMIT 4;

-- nothing depends on the caller's search_path
SET search_path = pg_catalog;
SELECT id FROM public.plain ORDER BY v OPERATOR(public.<->) '[41.2,-41]'::public.vector LIMIT 1;
INSERT INTO public.plain VALUES (1000, '[1000,-1000]', '{1,2}');
SELECT count(*) FROM qstore.check_index('public.unlogged_index');
RESET search_path;
DROP TABLE temporary, unlogged, parted, plain, wide;
