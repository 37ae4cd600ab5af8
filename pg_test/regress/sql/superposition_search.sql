-- superposition: collapse, measurement, distances, and the search in one context by an index

CREATE TABLE document (id integer PRIMARY KEY, s superposition);
INSERT INTO document VALUES
    (1, superposition('{technical,casual}', '{0.7,0.3}', '{"[1,0]","[0,2]"}')),
    (2, superposition('{technical,legal}', '{0.5,0.5}', '{"[3,4]","[4,3]"}')),
    (3, superposition('{casual}', '{1}', '{"[1,1]"}'));

-- an unknown context is NULL
SELECT id, contexts(s), weights(s), superposition_dims(s), collapse(s, 'technical') AS technical, collapse(s, '') AS none FROM document ORDER BY id;

-- Born's rule: the same seed draws the same; weights are the frequencies
SELECT measure(s, 1), measure(s, seed => 1), measure(s, NULL) IN ('technical', 'casual') AS fresh FROM document WHERE id = 1;
SELECT count(*) BETWEEN 6700 AND 7300 AS about_seven_in_ten FROM document, generate_series(1, 10000) AS seed WHERE id = 1 AND measure(s, seed) = 'technical';
SELECT measure(NULL::superposition) IS NULL AS nothing;

-- the mean over the contexts: 0.7 * 0 + 0.3 * 1; 0.7 * 0 + 0.3 * sqrt(5); -(0.7 * 1 + 0.3 * 0)
SELECT s <=> '[1,0]'::vector AS cosine, s <-> '[1,0]'::vector AS l2, s <#> '[1,0]'::vector AS inner_product FROM document WHERE id = 1;
SELECT abs((s <-> q) - (0.5 * (collapse(s, 'technical') <-> q) + 0.5 * (collapse(s, 'legal') <-> q))) < 1e-12 AS mean
FROM document, (SELECT '[2,7]'::vector AS q) AS x WHERE id = 2;
SELECT id FROM document ORDER BY s <=> '[1,0]'::vector;

-- one context: rows that do not have it come last
SELECT id, s <=> in_context('[1,0]', 'technical') AS cosine, s <-> in_context('[1,0]', 'technical') AS l2, s <#> in_context('[1,0]', 'technical') AS inner_product
FROM document ORDER BY s <=> in_context('[1,0]', 'technical'), id;
SELECT s <=> in_context(NULL, 'technical') IS NULL AS no_query, s <=> in_context('[1,0]', NULL) IS NULL AS no_context FROM document WHERE id = 1;

-- an index on the collapsed vector serves the search in its context
CREATE TABLE large (id integer PRIMARY KEY, s superposition);
INSERT INTO large SELECT i, superposition(CASE WHEN i % 4 = 0 THEN '{casual}' ELSE '{technical,casual}' END::text[],
    CASE WHEN i % 4 = 0 THEN '{1}' ELSE '{0.7,0.3}' END::float8[],
    CASE WHEN i % 4 = 0 THEN ARRAY[format('[%s,%s,%s]', cos(i), sin(i), cos(i * i))::vector]
    ELSE ARRAY[format('[%s,%s,%s]', sin(i), cos(i), sin(i * i)), format('[%s,%s,%s]', cos(i), sin(i), cos(i * i))]::vector[] END)
FROM generate_series(1, 2000) AS i;
CREATE INDEX technical ON large USING synaptic ((collapse(s, 'technical')::vector(3)) vector_cosine_ops);
CREATE INDEX casual ON large USING synaptic ((collapse(s, 'casual')) vector_l2_ops);
ANALYZE large;
SET qstore.recall = 1;
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT id FROM large ORDER BY s <-> in_context('[1,2,3]', 'casual') LIMIT 5;
EXPLAIN (COSTS off) SELECT id FROM large ORDER BY s <-> in_context((SELECT collapse(s, 'casual') FROM large WHERE id = 8), 'casual') LIMIT 5;
PREPARE nearest (vector) AS SELECT id FROM large ORDER BY s <-> in_context($1, 'casual') LIMIT 5;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS off) EXECUTE nearest ('[1,2,3]');
CREATE TEMP TABLE by_index AS SELECT id FROM large ORDER BY s <-> in_context('[0.1,0.2,0.3]', 'casual') LIMIT 20;
SELECT id FROM large ORDER BY s <-> in_context((SELECT collapse(s, 'casual') FROM large WHERE id = 8), 'casual') LIMIT 1;
DROP INDEX technical, casual;
SELECT count(*) FROM by_index JOIN (SELECT id FROM large ORDER BY s <-> in_context('[0.1,0.2,0.3]', 'casual') LIMIT 20) AS exact USING (id);

-- the mean over all contexts: indexes on vectors that order it
SELECT superposition_mean(s), superposition_direction(s) FROM document WHERE id = 1;
SELECT superposition_direction(superposition('{a,b}', '{1,1}', '{"[0,0]","[1,0]"}')) IS NULL AS no_direction;
SELECT max(abs((s <=> q) - (1 + (superposition_direction(s) <#> l2_normalize(q))))) < 1e-6 AS cosine, max(abs((s <#> q) - (superposition_mean(s) <#> q))) < 1e-6 AS inner_product
FROM large, (SELECT '[0.1,0.2,0.3]'::vector AS q) AS x;
CREATE INDEX whole ON large USING synaptic ((superposition_direction(s)) vector_ip_ops);
EXPLAIN (COSTS off) SELECT id FROM large ORDER BY superposition_direction(s) <#> l2_normalize('[0.1,0.2,0.3]'::vector) LIMIT 20;
SELECT count(*) FROM (SELECT id FROM large ORDER BY superposition_direction(s) <#> l2_normalize('[0.1,0.2,0.3]'::vector) LIMIT 20) AS by_index
    JOIN (SELECT id FROM large ORDER BY s <=> '[0.1,0.2,0.3]'::vector LIMIT 20) AS exact USING (id);

-- another context has no index
EXPLAIN (COSTS off) SELECT id FROM large ORDER BY s <-> in_context('[1,2,3]', 'technical') LIMIT 5;
RESET enable_seqscan;
RESET qstore.recall;
RESET plan_cache_mode;
DROP TABLE document, large;
