-- WITH (recall = …, tunneling = on) and IN CONTEXT of QUANTUM SEARCH.
CREATE TABLE search_points (id integer, colour text, v vector(8));
SELECT setseed(0.5);
INSERT INTO search_points SELECT i, CASE WHEN i % 2 = 0 THEN 'red' ELSE 'blue' END, (SELECT array_agg(random() + (i + g) * 0)::vector FROM generate_series(1, 8) AS g) FROM generate_series(1, 3000) i;
CREATE INDEX search_points_v ON search_points USING synaptic (v vector_l2_ops);
ANALYZE search_points;
SET enable_seqscan = off;
SET jit = off;  -- a forbidden scan costs so much that it would be compiled

-- a recall of 1 is exact, whatever the session says, and leaves its setting alone
SET qstore.recall = 0.5;
SELECT qsql_to_sql($$ QUANTUM SEARCH search_points NEAREST TO '[1,1,1,1,1,1,1,1]' WITH (recall = 1) LIMIT 20 $$);
EXPLAIN (COSTS OFF) SELECT * FROM qsql($$ QUANTUM SEARCH search_points NEAREST TO '[1,1,1,1,1,1,1,1]' WITH (recall = 0.75) LIMIT 20 $$);
CREATE FUNCTION differs(options text) RETURNS bigint LANGUAGE plpgsql AS $f$
DECLARE
    different bigint := 0;
    found int[];
    exact int[];
    query vector;
BEGIN
    FOR query IN SELECT v FROM search_points WHERE id <= 40 ORDER BY id LOOP
        EXECUTE format('SELECT array_agg((q->>''id'')::int) FROM qsql($q$ QUANTUM SEARCH search_points NEAREST TO %L %s LIMIT 20 $q$) AS q', query, options) INTO found;
        SELECT array_agg(id) INTO exact FROM (SELECT id FROM search_points ORDER BY (v <-> query) + 0, id LIMIT 20) AS e;
        IF found <> exact THEN different := different + 1; END IF;
    END LOOP;
    RETURN different;
END $f$;
SELECT differs('WITH (recall = 1)') AS with_recall_1, differs('') > 0 AS without_it_some;
SHOW qstore.recall;
-- in a transaction, too, for both ways at once
SELECT (a.q->>'id') = (b.q->>'id') AS same_first FROM
    qsql($$ QUANTUM SEARCH search_points NEAREST TO '[0,0,0,0,0,0,0,0]' WITH (recall = 1.0) LIMIT 1 $$) AS a(q),
    qsql($$ QUANTUM SEARCH search_points NEAREST TO '[0,0,0,0,0,0,0,0]' WITH (recall = 0.9, tunneling = off) LIMIT 1 $$) AS b(q);
RESET qstore.recall;
SELECT t.id = (SELECT id FROM search_points ORDER BY (v <-> '[1,1,1,1,1,1,1,1]') + 0 LIMIT 1) AS nearest
FROM qsql_record($$ SELECT id FROM (QUANTUM SEARCH search_points NEAREST TO $1 WITH (recall = $2) LIMIT 1) AS s $$, '[1,1,1,1,1,1,1,1]'::vector, 1.0::float8) AS t(id int);
-- the value is the same vector
SELECT qstore.with_recall('[1,2]', 0.9), qstore.with_recall('[1,2]', 0.9) = '[1,2]'::vector AS equal;
SELECT * FROM qsql($$ QUANTUM SEARCH search_points NEAREST TO '[1,1,1,1,1,1,1,1]' WITH (recall = 1.5) LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.with_recall('[1,2]', 0.2);
\echo :LAST_ERROR_SQLSTATE

-- tunneling: rows that differ among themselves; the nearest one stays first
CREATE TABLE heaps (id integer PRIMARY KEY, v vector(2), distance text);
INSERT INTO heaps VALUES (1, '[0,0]', 'exact'), (2, '[0.1,0]', 'a'), (3, '[0,0.1]', 'a'), (4, '[0.1,0.1]', 'a'), (5, '[0.2,0]', 'a'), (6, '[0,0.2]', 'a'),
    (7, '[2,0]', 'b'), (8, '[2.1,0]', 'b'), (9, '[0,-2]', 'c'), (10, NULL, 'no vector');
CREATE INDEX ON heaps USING synaptic (v vector_l2_ops);
SELECT * FROM qsql($$ QUANTUM SEARCH heaps NEAREST TO '[0,0]' LIMIT 3 $$);
SELECT * FROM qsql($$ QUANTUM SEARCH heaps NEAREST TO '[0,0]' WITH (tunneling = on) LIMIT 3 $$);
SELECT * FROM qsql($$ QUANTUM SEARCH heaps h ON h.v NEAREST TO (SELECT '[0,0]'::vector) WHERE h.id <> 9 WITH (tunneling = on, recall = 1) LIMIT 2 OFFSET 1 $$);
-- the rows are those of the plain search where all are wanted, and rows without a vector come last
SELECT (SELECT array_agg(id) FROM (SELECT id FROM qsql_record($$ SELECT id FROM (QUANTUM SEARCH heaps NEAREST TO '[0,0]' WITH (tunneling = on) LIMIT 10) s $$) AS t(id int)) AS x) AS diverse;
CREATE FUNCTION index_scans(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $f$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ 'Index Scan' THEN RETURN NEXT regexp_replace(line, '[ >-]*', ''); END IF;
    END LOOP;
END $f$;
SELECT index_scans($s$ SELECT * FROM qsql($$ QUANTUM SEARCH heaps NEAREST TO '[0,0]' WITH (tunneling = on) LIMIT 3 $$) $s$);
-- an exact match is first in every cluster
SELECT count(*) FILTER (WHERE f.found <> h.id) AS lost FROM heaps h,
    LATERAL (SELECT id AS found FROM qsql_record($$ SELECT id FROM (QUANTUM SEARCH heaps NEAREST TO $1 WITH (tunneling = on) LIMIT 4) s LIMIT 1 $$, h.v) AS t(id int)) AS f WHERE h.v IS NOT NULL;
SELECT qstore.diverse_order(ARRAY['[0,0]', '[0.1,0]', '[3,0]']::vector[], '[0,0]', '<->', 2) AS with_0_4,
    qstore.diverse_order(ARRAY['[0,0]', '[0.1,0]', '[3,0]']::vector[], '[0,0]', '<->', 2, weight => 1) AS nearness,
    qstore.diverse_order('{}', '[0,0]', '<->', 2) AS nothing;
SELECT qstore.diverse_order(ARRAY['[0,0]']::vector[], '[0,0]', '<>', 2);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.diverse_order(ARRAY['[0,0]']::vector[], '[0,0,1]', '<->', 2);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.diverse_order(ARRAY['[0,0]']::vector[], '[0,0]', '<->', 2, 7);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.diverse_order(ARRAY['[0,0]', NULL]::vector[], '[0,0]', '<->', 2);
\echo :LAST_ERROR_SQLSTATE

-- what the options are not for
CREATE TEMP TABLE halves (id integer, h halfvec(2));
SELECT * FROM qsql($$ QUANTUM SEARCH halves ON h NEAREST TO '[1,2]' WITH (recall = 1) LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH halves ON h NEAREST TO '[1,2]' WITH (tunneling = on) LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH heaps ON v NEAREST TO '[1,2]' IN CONTEXT 'work' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH heaps NEAREST TO '[1,2]' IN CONTEXT 'work' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE search_points, heaps;
DROP FUNCTION differs(text);
DROP FUNCTION index_scans(text);

-- IN CONTEXT: the vector of one context, by the index on it
CREATE TABLE ideas (id integer, v vector(2), meaning superposition);
INSERT INTO ideas VALUES (1, '[1,0]', superposition('{work,home}', '{0.7,0.3}', '{"[1,0]","[0,1]"}')), (2, '[0,1]', superposition('{work,home}', '{0.5,0.5}', '{"[0,1]","[1,0]"}')), (3, NULL, superposition('{home}', '{1}', '{"[1,1]"}'));
CREATE INDEX ideas_at_work ON ideas USING synaptic ((collapse(meaning, 'work')) vector_cosine_ops);
SELECT id, round(distance::numeric, 3) AS distance FROM qsql_record($$ SELECT id, distance FROM (QUANTUM SEARCH ideas ON meaning NEAREST TO '[1,0.1]' IN CONTEXT 'work' LIMIT 3) s $$) AS t(id int, distance float8);
SELECT id FROM qsql_record($$ SELECT id FROM (QUANTUM SEARCH ideas NEAREST TO $1 IN CONTEXT $2 WITH (recall = 1) LIMIT 2) s $$, '[1,0.1]'::vector, 'home') AS t(id int);
SELECT id FROM qsql_record($$ SELECT id FROM (QUANTUM SEARCH ideas ON meaning NEAREST TO '[1,0]' LIMIT 2) s $$) AS t(id int);
EXPLAIN (COSTS OFF) SELECT * FROM qsql($$ QUANTUM SEARCH ideas NEAREST TO '[1,0.1]' IN CONTEXT 'work' WITH (recall = 0.9) LIMIT 2 $$);
SELECT * FROM qsql($$ QUANTUM SEARCH ideas ON v NEAREST TO '[1,0]' IN CONTEXT 'work' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH ideas ON meaning NEAREST TO '[1,0]' WITH (tunneling = on) LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE ideas;
