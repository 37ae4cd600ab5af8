-- SUPERPOSE: several rankings become one by their reciprocal ranks.
CREATE TEMP TABLE books (id integer PRIMARY KEY, title text, v vector(2));
INSERT INTO books VALUES
    (1, 'a wizard goes to school', '[1,0]'), (2, 'a school of fish', '[0.9,0.1]'), (3, 'dragons and a wizard', '[0,1]'),
    (4, 'cooking for a wizard', '[-1,0]'), (5, 'tax law', '[0.5,0.5]');

-- hybrid search: by vector and by full text
SELECT * FROM qsql($$
    SUPERPOSE
        (SELECT id FROM books ORDER BY v <=> '[1,0]' LIMIT 3) WEIGHT 0.7,
        (SELECT id FROM books, to_tsquery('simple', 'wizard') q WHERE to_tsvector('simple', title) @@ q
         ORDER BY ts_rank(to_tsvector('simple', title), q) DESC, id LIMIT 3) WEIGHT 0.3
    COLLAPSE BY id LIMIT 4
$$);
-- by hand
SELECT id, sum(part) AS score FROM (
    SELECT id, 0.7::float8 / (60 + row_number() OVER ()) AS part
    FROM (SELECT id FROM books ORDER BY v <=> '[1,0]' LIMIT 3) AS by_vector
    UNION ALL
    SELECT id, 0.3::float8 / (60 + row_number() OVER ())
    FROM (SELECT id FROM books, to_tsquery('simple', 'wizard') q WHERE to_tsvector('simple', title) @@ q
          ORDER BY ts_rank(to_tsvector('simple', title), q) DESC, id LIMIT 3) AS by_text
) AS ranks GROUP BY id ORDER BY score DESC, id LIMIT 4;
-- the plans of both are the same
CREATE FUNCTION pg_temp.plan(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $f$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS ON) ' || statement;
END $f$;
CREATE TEMP VIEW fused AS SELECT * FROM qsql($$
    SUPERPOSE (SELECT id FROM books ORDER BY v <=> '[1,0]' LIMIT 3) WEIGHT 0.7, (SELECT id FROM books ORDER BY title LIMIT 3) COLLAPSE BY id LIMIT 4
$$);
CREATE TEMP VIEW written AS SELECT id, sum(part) AS score FROM (
    SELECT id, 0.7::float8 / (60 + row_number() OVER ()) AS part FROM (SELECT id FROM books ORDER BY v <=> '[1,0]' LIMIT 3) AS a
    UNION ALL
    SELECT id, 1::float8 / (60 + row_number() OVER ()) FROM (SELECT id FROM books ORDER BY title LIMIT 3) AS b
) AS ranks GROUP BY id ORDER BY 2 DESC, 1 LIMIT 4;
SELECT (SELECT substring(plan FROM 'cost=[^ ]+') FROM pg_temp.plan('TABLE fused') AS plan LIMIT 1)
     = (SELECT substring(plan FROM 'cost=[^ ]+') FROM pg_temp.plan('TABLE written') AS plan LIMIT 1) AS same_cost;

-- whole rows, without a limit, weights from a parameter and from a WITH query
SELECT * FROM qsql($$ SUPERPOSE (SELECT id, title FROM books ORDER BY id LIMIT 2), (SELECT id, title FROM books WHERE id <> 1 ORDER BY id LIMIT 2) $$);
SELECT * FROM qsql($$
    WITH w AS (SELECT 3 AS weight)
    SUPERPOSE (SELECT 1 AS a, NULL::text AS b ORDER BY 1), (SELECT 2, 'x' ORDER BY 1) WEIGHT (SELECT weight FROM w), (SELECT 1, NULL::text ORDER BY 1)
    COLLAPSE LIMIT 5
$$);
SELECT * FROM qsql($$ SUPERPOSE (SELECT 1 AS a ORDER BY 1), (SELECT 2 ORDER BY 1) WEIGHT $1 COLLAPSE LIMIT $2 $$, 0.5, 1);
-- as a part of a query, and of another fusion; rankings may be QSQL themselves
SELECT * FROM qsql($$
    SELECT b.title FROM (SUPERPOSE (QUANTUM SEARCH books NEAREST TO '[1,0]' LIMIT 2), (SELECT id FROM books NEUROMATCH (title, 'wizard') ORDER BY id)
        COLLAPSE BY id LIMIT 2) AS f JOIN books b USING (id) ORDER BY f.score DESC
$$);
SELECT * FROM qsql($$
    SUPERPOSE (SUPERPOSE (SELECT 1 AS id ORDER BY 1), (SELECT 2 AS id ORDER BY 1) COLLAPSE BY id LIMIT 2), (SELECT 2 AS id ORDER BY 1) COLLAPSE BY id LIMIT 2
$$);
CREATE TEMP TABLE kept AS SELECT * FROM qsql($$ SUPERPOSE (SELECT id FROM books ORDER BY id), (SELECT id FROM books ORDER BY id DESC) COLLAPSE BY id LIMIT 1 $$);
TABLE kept;

SELECT * FROM qsql($$ SUPERPOSE (SELECT 1 ORDER BY 1), (SELECT 2) $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SUPERPOSE (SELECT 1 ORDER BY 1) COLLAPSE LIMIT 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SUPERPOSE (SELECT 1 AS id ORDER BY 1), (SELECT nope AS id FROM books ORDER BY 1) COLLAPSE BY id LIMIT 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SUPERPOSE (SELECT 1 AS id ORDER BY 1), (SELECT 2 AS id ORDER BY 1) COLLAPSE BY id LIMIT 2 PLEASE $$);
\echo :LAST_ERROR_SQLSTATE
