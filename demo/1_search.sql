-- Semantic search through the index, against the exact answer.
\pset footer off
\echo 'SELECT name, description FROM packages ORDER BY embedding <=> (…the query''s embedding…) LIMIT 5;'
SELECT id AS query, text FROM queries WHERE id = 9 \gset
\echo
\echo 'Query:' :text
SELECT name, description, round((embedding <=> (SELECT embedding FROM queries WHERE id = :query))::numeric, 4) AS distance
FROM packages ORDER BY embedding <=> (SELECT embedding FROM queries WHERE id = :query) LIMIT 5;

\echo 'What the planner does with it:'
EXPLAIN (COSTS off) SELECT name FROM packages ORDER BY embedding <=> (SELECT embedding FROM queries WHERE id = 9) LIMIT 5;

-- Every query both ways, one client, planning included. The first pass only warms the cache.
CREATE UNLOGGED TABLE runs (query integer, method text, ids integer[], distances float8[], ms float8);
DO $$
DECLARE
    q record;
    way text;
    begun timestamptz;
    ids integer[];
    distances float8[];
BEGIN
    FOR pass IN 0..1 LOOP
        FOREACH way IN ARRAY ARRAY['exact', 'index'] LOOP
            PERFORM set_config('enable_indexscan', CASE way WHEN 'index' THEN 'on' ELSE 'off' END, true);
            FOR q IN SELECT id, embedding FROM queries LOOP
                begun := clock_timestamp();
                EXECUTE 'SELECT array_agg(id), array_agg(distance) FROM (
                             SELECT id, embedding <=> $1 AS distance FROM packages ORDER BY embedding <=> $1 LIMIT 10) AS found'
                    INTO ids, distances USING q.embedding;
                IF pass = 1 THEN
                    INSERT INTO runs VALUES (q.id, way, ids, distances, 1000 * extract(epoch FROM clock_timestamp() - begun));
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;

\echo 'Recall@10 counts rows at most as far as the exact tenth, because equal descriptions have equal vectors. qstore.recall = 0.95:'
SELECT CASE kind WHEN 'description' THEN 'held-out descriptions' ELSE 'package names (out of distribution)' END AS queries,
       count(*) AS number,
       round(avg(recall), 4) AS "recall@10",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY i_ms)::numeric, 2) AS "index, median ms",
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY e_ms)::numeric, 2) AS "exact, median ms"
FROM (
    SELECT q.kind, i.ms AS i_ms, e.ms AS e_ms,
           (SELECT count(*) FROM unnest(i.distances) AS d WHERE d <= e.distances[10]) / 10.0 AS recall
    FROM queries q JOIN runs i ON i.query = q.id AND i.method = 'index' JOIN runs e ON e.query = q.id AND e.method = 'exact'
) AS each_query
GROUP BY kind ORDER BY kind;
