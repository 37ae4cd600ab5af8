-- EXPLAIN shows what the text stands for.
CREATE TEMP TABLE books (id integer PRIMARY KEY, title text);
INSERT INTO books SELECT i, 'title ' || i FROM generate_series(1, 1000) i;
ANALYZE books;

EXPLAIN (COSTS OFF) SELECT * FROM qsql($$ SELECT * FROM books WHERE id = 1 $$);
EXPLAIN (COSTS OFF) SELECT * FROM qsql($$ SELECT title FROM books WHERE id < 3 $$);
EXPLAIN (COSTS OFF) SELECT * FROM qsql($$ DELETE FROM books WHERE id = 1 $$);
SELECT * FROM qsql($$ EXPLAIN (COSTS OFF) SELECT * FROM books NEUROMATCH 'title' WHERE id = 1 $$);

-- in a join the text's query is planned together with the rest
EXPLAIN (COSTS OFF) SELECT count(*) FROM books b, qsql($$ SELECT * FROM books WHERE id = $1 $$, b.id) q WHERE b.id = 5;
EXPLAIN (COSTS OFF) SELECT * FROM qsql_record($$ SELECT id, title FROM books $$) AS t(id integer, title text) WHERE id = 7;

PREPARE p(integer) AS SELECT * FROM qsql($$ SELECT * FROM books WHERE id = $1 $$);
EXPLAIN (COSTS OFF) EXECUTE p(1);
EXPLAIN (COSTS OFF) CREATE TABLE copy AS SELECT * FROM qsql($$ SELECT * FROM books WHERE id = 1 $$);
EXPLAIN (COSTS OFF) DECLARE c CURSOR FOR SELECT * FROM qsql($$ SELECT * FROM books WHERE id = 1 $$);
