-- Rows without a distance come last, as they do in a sort: first those whose distance is NaN, then NULLs.
CREATE TABLE sparse (id int, v vector(2));
CREATE INDEX sparse_index ON sparse USING synaptic (v vector_cosine_ops);
SET enable_seqscan = off;
INSERT INTO sparse VALUES (1, NULL), (2, '[0,0]'), (3, '[1,0]'), (4, '[0,1]'), (5, NULL);
SELECT id, v <=> '[1,0.1]' AS distance FROM sparse ORDER BY v <=> '[1,0.1]' LIMIT 4;
SELECT count(*) FROM (SELECT id FROM sparse ORDER BY v <=> '[1,0.1]' LIMIT 10) x;
-- a query without a direction, or no query: every row, in no order
SELECT count(*) FROM (SELECT id FROM sparse ORDER BY v <=> '[0,0]' LIMIT 10) x;
SELECT count(*) FROM (SELECT id FROM sparse ORDER BY v <=> NULL::vector LIMIT 10) x;
REINDEX TABLE sparse;
SELECT id, v <=> '[1,0.1]' AS distance FROM sparse ORDER BY v <=> '[1,0.1]' LIMIT 4;
SELECT * FROM qstore.check_index('sparse_index');
DELETE FROM sparse WHERE id IN (1, 2);
VACUUM sparse;
SELECT count(*) FROM (SELECT id FROM sparse ORDER BY v <=> '[1,0.1]' LIMIT 10) x;

-- only NULLs: the dimensions stay open
CREATE TABLE nulls (v vector);
INSERT INTO nulls VALUES (NULL), (NULL);
CREATE INDEX nulls_index ON nulls USING synaptic (v);
SELECT dimensions, lists, rows_at_build FROM qstore.index_info('nulls_index');
SELECT count(*) FROM (SELECT v FROM nulls ORDER BY v <-> '[1]' LIMIT 5) x;
INSERT INTO nulls VALUES ('[1,2]');
SELECT v FROM nulls ORDER BY v <-> '[1,1]' LIMIT 5;

-- numbers whose squares overflow are compared exactly
CREATE TABLE huge (id int, v vector(2));
CREATE INDEX huge_index ON huge USING synaptic (v);
INSERT INTO huge VALUES (1, '[1e30,0]'), (2, '[1,1]'), (3, '[3e38,-3e38]'), (4, '[0,0]');
SELECT id FROM huge ORDER BY v <-> '[0.9,0.9]' LIMIT 2;
SELECT count(*) FROM (SELECT id FROM huge ORDER BY v <-> '[1e30,1e30]' LIMIT 9) x;
SELECT * FROM qstore.check_index('huge_index');
DROP TABLE sparse, nulls, huge;
