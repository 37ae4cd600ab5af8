-- What conditions on filter columns allocate is freed from candidate to candidate, and from scan to scan.
SET client_min_messages = warning;
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';
CREATE TYPE pair AS (name text, number int);
CREATE TABLE items (id int, p pair, label text, v vector(4));
ALTER TABLE items ALTER label SET STORAGE EXTERNAL;
INSERT INTO items SELECT i, ROW(repeat('x', i % 7), i)::pair, repeat('label', 600) || i, ARRAY[sin(i), cos(i * 0.7), i % 100, 1]::vector FROM generate_series(1, 20000) i;
CREATE INDEX items_v ON items USING synaptic (v, p, label) WITH (lists = 1);
ANALYZE items;
SET enable_seqscan = off;
SET enable_sort = off;
PREPARE few(pair) AS SELECT id, memory() AS during FROM items WHERE p > $1 ORDER BY v <-> '[0,0,0,0]' LIMIT 10;
EXPLAIN (COSTS off) EXECUTE few(ROW('xxxxxx', 19990));
-- all 20,000 rows are compared with the condition, which does not follow from keys
EXECUTE few(ROW('xxxxxx', 30000));
CREATE TABLE seen AS SELECT memory() AS bytes;
SELECT count(*), max(during) - (SELECT bytes FROM seen) < 2 << 20 AS bounded
FROM (SELECT id, memory() AS during FROM items WHERE p > ROW('xxxxxx', 19990)::pair ORDER BY v <-> '[0,0,0,0]' LIMIT 10) found;
-- values stored out of line
SELECT count(*), max(during) - (SELECT bytes FROM seen) < 2 << 20 AS bounded
FROM (SELECT id, memory() AS during FROM items WHERE label > repeat('label', 600) || '9998' ORDER BY v <-> '[0,0,0,0]' LIMIT 10) found;
-- one scan after another, each with an array of its own
SELECT count(*), max(memory()) - (SELECT bytes FROM seen) < 2 << 20 AS bounded
FROM generate_series(1, 2000) i LEFT JOIN LATERAL (SELECT id FROM items WHERE label = ANY (array_fill('none ' || i, '{250}')) ORDER BY v <-> '[0,0,0,0]' LIMIT 1) x ON true;
DROP TABLE items, seen;
DROP TYPE pair;
DROP FUNCTION memory;
