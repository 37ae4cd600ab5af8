-- Lists in order: starved ones are merged, by VACUUM and by qstore.reorganize; nothing is lost, and only the owner may.
CREATE TABLE starved (id int, v vector(4));
INSERT INTO starved SELECT i, ARRAY[i % 97, i % 89, i % 83, i]::vector FROM generate_series(1, 12000) i;
CREATE INDEX starved_index ON starved USING synaptic (v) WITH (lists = 150);
SELECT lists FROM qstore.index_info('starved_index');
DELETE FROM starved WHERE id % 10 > 0;
-- the index is not looked at
VACUUM (INDEX_CLEANUP off) starved;
SELECT lists FROM qstore.index_info('starved_index');
-- 64 at most
VACUUM starved;
SELECT lists FROM qstore.index_info('starved_index');
SELECT * FROM qstore.check_index('starved_index', heap => true);
SET enable_seqscan = off;
SET qstore.recall = 1.0;
SELECT count(*), count(DISTINCT id) FROM (SELECT id FROM starved ORDER BY v <-> '[1,2,3,4]' LIMIT 10000) x;
SELECT lists_split, lists_merged > 10 AS merged, lists_merged + lists AS lists_before, rows_moved > 100 AS moved, recalibrated,
        lists = (SELECT lists FROM qstore.index_info('starved_index')) AS lists
    FROM qstore.reorganize('starved_index');
SELECT * FROM qstore.check_index('starved_index', heap => true);
SELECT count(*), count(DISTINCT id) FROM (SELECT id FROM starved ORDER BY v <-> '[1,2,3,4]' LIMIT 10000) x;
-- in order already
SELECT lists_split, lists_merged FROM qstore.reorganize('starved_index');
-- an expression, an index without dimensions
CREATE TABLE expressed (a float8[]);
CREATE INDEX expressed_index ON expressed USING synaptic ((a::vector(2)));
SELECT * FROM qstore.reorganize('expressed_index');
CREATE TABLE nothing (v vector);
CREATE INDEX nothing_index ON nothing USING synaptic (v);
SELECT * FROM qstore.reorganize('nothing_index');
SELECT * FROM qstore.reorganize(NULL);
-- refused
CREATE ROLE reorganizer;
GRANT ALL ON starved TO reorganizer;
SET ROLE reorganizer;
SELECT * FROM qstore.reorganize('starved_index');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
CREATE INDEX starved_btree ON starved (id);
SELECT * FROM qstore.reorganize('starved_btree');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.reorganize('starved');
\echo :LAST_ERROR_SQLSTATE
DROP TABLE starved, expressed, nothing;
DROP ROLE reorganizer;
