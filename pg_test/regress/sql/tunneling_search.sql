-- qstore.tunneling_search: several starts, diverse results, the nearest always first

-- 20 clusters of 100 rows on a circle, far apart from each other
CREATE TABLE point (id integer PRIMARY KEY, cluster integer, v vector(4));
INSERT INTO point SELECT c * 100 + i, c, ARRAY[10 * cos(c * pi() / 10) + 0.1 * sin(i * 7.3 + c), 10 * sin(c * pi() / 10) + 0.1 * cos(i * 3.1 + c),
    0.1 * sin(i * 1.7), 0.1 * cos(i * 5.9)]::vector
FROM generate_series(0, 19) AS c, generate_series(1, 100) AS i;
CREATE INDEX point_v ON point USING synaptic (v) WITH (lists = 20, recall = 1);
ANALYZE point;

-- diversity 0 and one start: the plain search
SELECT array_agg(p.id ORDER BY n) = (SELECT array_agg(id) FROM (SELECT id FROM point ORDER BY v <-> '[10,0.05,0,0]' LIMIT 10) AS x) AS plain
FROM qstore.tunneling_search('point_v', '[10,0.05,0,0]', diversity => 0, probes => 1) WITH ORDINALITY AS s (row_id, distance, n) JOIN point p ON p.ctid = s.row_id;
-- several starts alone change nothing
SELECT array_agg(p.id ORDER BY n) = (SELECT array_agg(id) FROM (SELECT id FROM point ORDER BY v <-> '[10,0.05,0,0]' LIMIT 10) AS x) AS plain
FROM qstore.tunneling_search('point_v', '[10,0.05,0,0]', diversity => 0) WITH ORDINALITY AS s (row_id, distance, n) JOIN point p ON p.ctid = s.row_id;

-- diversity changes the order and, with several starts, leaves the cluster; one start cannot
CREATE FUNCTION clusters(diversity float8, probes integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(DISTINCT cluster) FROM qstore.tunneling_search('point_v', '[10,0.05,0,0]', 10, $1, $2) JOIN point p ON p.ctid = row_id $$;
SELECT clusters(0, 4) AS plain, clusters(0.9, 1) AS one_start, clusters(0.9, 4) > 1 AS tunneled, clusters(0.9, 10) > clusters(0.9, 4) AS farther;
SELECT array_agg(p.id ORDER BY n) <> (SELECT array_agg(id) FROM (SELECT id FROM point ORDER BY v <-> '[10,0.05,0,0]' LIMIT 10) AS x) AS reordered
FROM qstore.tunneling_search('point_v', '[10,0.05,0,0]') WITH ORDINALITY AS s (row_id, distance, n) JOIN point p ON p.ctid = s.row_id;

-- the exact match is never lost and comes first, at any diversity
SELECT count(*) FROM point q, unnest(ARRAY[0, 0.3, 0.5, 0.9, 1]) AS diversity,
    LATERAL (SELECT row_id, distance FROM qstore.tunneling_search('point_v', q.v, 3, diversity) LIMIT 1) AS first
WHERE q.id % 100 = 17 AND first.row_id = q.ctid AND first.distance = 0;

-- rows differ, distances are true, the same seed finds the same
SELECT count(DISTINCT s.row_id) AS rows, bool_and(s.distance = (p.v <-> '[1,2,3,4]')) AS distances FROM qstore.tunneling_search('point_v', '[1,2,3,4]', 25, 0.7) s JOIN point p ON p.ctid = s.row_id;
SELECT (SELECT array_agg(row_id) FROM qstore.tunneling_search('point_v', '[1,2,3,4]', 25, 0.7, seed => 5))
    = (SELECT array_agg(row_id) FROM qstore.tunneling_search('point_v', '[1,2,3,4]', 25, 0.7, seed => 5)) AS repeatable;

-- other types, an expression, a part of the rows, few rows, none
CREATE INDEX half ON point USING synaptic ((v::halfvec(4)) halfvec_cosine_ops) WHERE cluster < 3;
SELECT count(*), count(*) FILTER (WHERE p.cluster < 3) AS of_the_part FROM qstore.tunneling_search('half', '[1,1,0,0]'::halfvec, 7, 0.9) s JOIN point p ON p.ctid = s.row_id;
CREATE TABLE few (b bit(8));
CREATE INDEX few_b ON few USING synaptic (b bit_jaccard_ops);
SELECT count(*) FROM qstore.tunneling_search('few_b', '11110000');
INSERT INTO few VALUES ('11110000'), ('11110001'), (NULL), ('00001111');
SELECT b, distance FROM qstore.tunneling_search('few_b', '11110000') WITH ORDINALITY AS s (row_id, distance, n) JOIN few ON few.ctid = row_id ORDER BY n;

-- what is refused
SELECT * FROM qstore.tunneling_search('point_pkey', '[1,2,3,4]');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.tunneling_search('point_v', '[1,2,3,4]', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.tunneling_search('point_v', '[1,2,3,4]', diversity => 1.5);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.tunneling_search('point_v', '[1,2,3]');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM qstore.tunneling_search(NULL::regclass, '[1,2,3]');
DROP TABLE point, few;
DROP FUNCTION clusters;
