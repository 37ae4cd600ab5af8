-- At qstore.recall = 1.0 the index gives what a sort gives, for every metric, number of lists and LIMIT.
CREATE TABLE points (id int, v vector(8));
INSERT INTO points
SELECT i, (SELECT array_agg(((i * (j + 3) * 7919) % 1009) / 100.0 - 5 + (i % 5) * j ORDER BY j) FROM generate_series(1, 8) j)::vector
FROM generate_series(1, 3000) i;
CREATE TABLE asked AS SELECT id, v FROM points WHERE id % 300 = 0;
SET qstore.recall = 1.0;

CREATE FUNCTION differences(operator text, rows int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    q record; by_index float8[]; by_sort float8[]; plan text; wrong bigint := 0;
    statement text := format('SELECT array_agg(d) FROM (SELECT v %1$s $1 AS d FROM points ORDER BY v %1$s $1 LIMIT %2$s) x', operator, rows);
BEGIN
    FOR q IN SELECT * FROM asked LOOP
        SET LOCAL enable_indexscan = on;
        SET LOCAL enable_seqscan = off;
        EXECUTE statement INTO by_index USING q.v;
        SET LOCAL enable_indexscan = off;
        SET LOCAL enable_seqscan = on;
        EXECUTE statement INTO by_sort USING q.v;
        IF cardinality(by_index) <> cardinality(by_sort)
           OR EXISTS (SELECT FROM unnest(by_index, by_sort) AS u(a, b) WHERE abs(a - b) > 1e-6) THEN
            wrong := wrong + 1;
        END IF;
    END LOOP;
    RETURN wrong;
END $$;

CREATE INDEX points_index ON points USING synaptic (v vector_l2_ops);
SELECT rows, differences('<->', rows) FROM unnest(ARRAY[1, 10, 50, 1000, 5000]) AS rows;
DROP INDEX points_index;
CREATE INDEX points_index ON points USING synaptic (v vector_l2_ops) WITH (lists = 40);
SELECT rows, differences('<->', rows) FROM unnest(ARRAY[1, 10, 50, 1000, 5000]) AS rows;
DROP INDEX points_index;
CREATE INDEX points_index ON points USING synaptic (v vector_ip_ops) WITH (lists = 40);
SELECT rows, differences('<#>', rows) FROM unnest(ARRAY[1, 10, 50, 1000, 5000]) AS rows;
DROP INDEX points_index;
CREATE INDEX points_index ON points USING synaptic (v vector_cosine_ops) WITH (lists = 40);
SELECT rows, differences('<=>', rows) FROM unnest(ARRAY[1, 10, 50, 1000, 5000]) AS rows;

SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT id FROM points ORDER BY v <=> '[1,2,3,4,5,6,7,8]' LIMIT 5000;
-- a filter beside the order: as many rows as there are
SELECT count(*) FROM (SELECT id FROM points WHERE id % 100 = 7 ORDER BY v <=> '[1,2,3,4,5,6,7,8]' LIMIT 100) x;
-- a cursor reads on
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM points ORDER BY v <=> '[1,2,3,4,5,6,7,8]';
MOVE 2995 IN c;
FETCH 100 FROM c;
ROLLBACK;
DROP FUNCTION differences;
DROP TABLE points, asked;
