-- Order: component by component, then the shorter first.
SELECT a, b, a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt, vector_cmp(a, b)
FROM (VALUES ('[1,2,3]'::vector, '[1,2,3]'::vector), ('[1,2,3]', '[1,2]'), ('[1,2]', '[1,2,3]'), ('[1,2]', '[2,3,4]'),
             ('[2,3]', '[1,2,3]'), ('[0]', '[-0]'), ('[-1]', '[1]'), (NULL, '[1]')) AS pair(a, b);

-- Sorting, distinct, grouping, joins by merge.
CREATE TABLE ordered (v vector);
INSERT INTO ordered VALUES ('[3,1]'), ('[1,2]'), (NULL), ('[1]'), ('[1,2]'), ('[-5]'), ('[1,1,9]');
SELECT v FROM ordered ORDER BY v;
SELECT v FROM ordered ORDER BY v DESC NULLS LAST LIMIT 2;
SELECT DISTINCT v FROM ordered ORDER BY v;
SELECT v, count(*) FROM ordered GROUP BY v HAVING count(*) > 1;
SELECT count(*) FROM ordered a JOIN ordered b USING (v);

-- The default operator class of btree: an index answers, and a unique one refuses a duplicate.
CREATE INDEX ordered_v ON ordered (v);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS off) SELECT v FROM ordered WHERE v >= '[1,2]' ORDER BY v;
SELECT v FROM ordered WHERE v >= '[1,2]' ORDER BY v;
SELECT count(*) FROM ordered WHERE v = '[1,2]';
RESET enable_seqscan;
RESET enable_bitmapscan;
CREATE TABLE unique_vector (v vector PRIMARY KEY);
INSERT INTO unique_vector VALUES ('[1,2]'), ('[1,2.5]');
INSERT INTO unique_vector VALUES ('[1,2]');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO unique_vector VALUES ('[1,2]') ON CONFLICT DO NOTHING;
SELECT count(*) FROM unique_vector;
ANALYZE unique_vector;
DROP TABLE ordered, unique_vector;
