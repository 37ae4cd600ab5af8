-- Order: that of the dense vectors with the same components, then fewer dimensions first.
SELECT a, b, a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt, sparsevec_cmp(a, b)
FROM (VALUES ('{1:1,2:2,3:3}/3'::sparsevec, '{1:1,2:2,3:3}/3'::sparsevec), ('{1:1,2:2,3:3}/3', '{1:1,2:2}/2'), ('{1:1,2:2}/2', '{1:1,2:2,3:3}/3'), ('{1:1,2:2}/2', '{1:2,2:3,3:4}/3'),
             ('{1:2,2:3}/2', '{1:1,2:2,3:3}/3'), ('{1:1,2:2,3:3}/3', '{}/3'), ('{}/3', '{1:1,2:2,3:3}/3'), ('{2:-1}/3', '{}/3'), ('{}/2', '{}/3'), ('{}/2', '{3:-1}/3'), ('{1:-1}/1', '{1:1}/1'), (NULL, '{}/1')) AS pair(a, b);
-- The same for all pairs of vectors with up to three dimensions and components -1, 0 and 1.
CREATE TEMP TABLE small AS
SELECT a::vector AS dense, a::sparsevec AS sparse
FROM (SELECT ARRAY[x] FROM generate_series(-1, 1) AS x
      UNION ALL SELECT ARRAY[x, y] FROM generate_series(-1, 1) AS x, generate_series(-1, 1) AS y
      UNION ALL SELECT ARRAY[x, y, z] FROM generate_series(-1, 1) AS x, generate_series(-1, 1) AS y, generate_series(-1, 1) AS z) AS t(a);
SELECT count(*) AS pairs, count(*) FILTER (WHERE vector_cmp(a.dense, b.dense) <> sparsevec_cmp(a.sparse, b.sparse)) AS different FROM small a, small b;

-- Sorting, distinct, grouping, joins by merge.
CREATE TABLE ordered (v sparsevec);
INSERT INTO ordered VALUES ('{1:3,2:1}/2'), ('{1:1,2:2}/2'), (NULL), ('{1:1}/1'), ('{1:1,2:2}/2'), ('{1:-5}/1'), ('{}/9');
SELECT v FROM ordered ORDER BY v;
SELECT DISTINCT v FROM ordered ORDER BY v DESC NULLS LAST;
SELECT v, count(*) FROM ordered GROUP BY v HAVING count(*) > 1;
SELECT count(*) FROM ordered a JOIN ordered b USING (v);

-- The default operator class of btree: an index answers, and a unique one refuses a duplicate.
CREATE INDEX ordered_v ON ordered (v);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS off) SELECT v FROM ordered WHERE v >= '{1:1,2:2}/2' ORDER BY v;
SELECT v FROM ordered WHERE v >= '{1:1,2:2}/2' ORDER BY v;
SELECT count(*) FROM ordered WHERE v = '{1:1,2:2}/2';
RESET enable_seqscan;
RESET enable_bitmapscan;
CREATE TABLE unique_vector (v sparsevec PRIMARY KEY);
INSERT INTO unique_vector VALUES ('{1:1}/2'), ('{1:1}/3');
INSERT INTO unique_vector VALUES ('{2:0,1:1}/2');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO unique_vector VALUES ('{1:1}/2') ON CONFLICT DO NOTHING;
SELECT count(*) FROM unique_vector;
ANALYZE unique_vector;
DROP TABLE ordered, unique_vector;
