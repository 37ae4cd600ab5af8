-- The same search in QSQL.
\pset footer off
-- Loads the library, so that no timing below contains that.
SELECT '[1]'::vector \g /dev/null
\echo 'QUANTUM SEARCH packages ON embedding NEAREST TO … LIMIT 5'
\timing on
SELECT * FROM qsql($$
    SELECT name, description, round(distance::numeric, 4) AS distance
    FROM (QUANTUM SEARCH packages ON embedding NEAREST TO (SELECT embedding FROM queries WHERE id = 9) LIMIT 5) AS found
$$);
\timing off
\echo 'The SQL it stands for:'
SELECT qsql_to_sql($$QUANTUM SEARCH packages ON embedding NEAREST TO '[…]' LIMIT 5$$);

\echo 'All queries at once, compared with the answers of plain SQL:'
CREATE UNLOGGED TABLE qsql_runs AS SELECT * FROM qsql($$
    SELECT q.id AS query, array_agg(n.id) AS ids, array_agg(n.distance) AS distances
    FROM queries AS q
    CROSS JOIN LATERAL (QUANTUM SEARCH packages ON embedding NEAREST TO q.embedding LIMIT 10) AS n
    GROUP BY q.id
$$);
SELECT count(*) AS queries, count(*) FILTER (WHERE s.ids = r.ids) AS "same ids as the index",
       round(avg((SELECT count(*) FROM unnest(s.distances) AS d WHERE d <= e.distances[10]) / 10.0), 4) AS "recall@10"
FROM qsql_runs s JOIN runs r ON r.query = s.query AND r.method = 'index' JOIN runs e ON e.query = s.query AND e.method = 'exact';

\echo 'NEUROMATCH finds words in spite of typing errors:'
SELECT * FROM qsql($$
    SELECT name, description FROM packages NEUROMATCH (description, 'compresion libary') STRENGTH > 0.9 ORDER BY name LIMIT 5
$$);
