-- Inside a larger statement a call is one json column, or has the columns of its column list.
CREATE TEMP TABLE books (id integer PRIMARY KEY, title text);
CREATE TEMP TABLE loans (book integer, who text);
INSERT INTO books VALUES (1, 'Harry Potter'), (2, 'War and Peace'), (3, 'The Hobbit');
INSERT INTO loans VALUES (1, 'ann'), (3, 'bob');

SELECT l.who, q FROM loans l JOIN qsql($$ SELECT * FROM books NEUROMATCH (title, 'hobit') $$) q ON (q->>'id')::integer = l.book;
SELECT l.who, t.* FROM loans l JOIN qsql_record($$ SELECT id, title FROM books $$) AS t(id integer, title varchar(5)) ON t.id = l.book ORDER BY who;
SELECT l.who, q FROM loans l, qsql($$ SELECT title, $2 AS year FROM books WHERE id = $1 $$, l.book, 1937) q ORDER BY who;
SELECT l.who, q FROM loans l LEFT JOIN LATERAL qsql($$ SELECT (SELECT title FROM books WHERE id = $1 AND id > 1) $$, l.book) q ON true ORDER BY who;
SELECT title FROM books WHERE id IN (SELECT (q->>'book')::integer FROM qsql($$ SELECT book FROM loans $$) q) ORDER BY title;
WITH w AS (SELECT * FROM qsql($$ SELECT who FROM loans ORDER BY who $$)) SELECT * FROM w;
SELECT * FROM qsql($$ SELECT 1 AS a $$) UNION ALL SELECT to_json(2);
SELECT * FROM qsql($$ SELECT who FROM loans ORDER BY who $$) WITH ORDINALITY;
SELECT * FROM ROWS FROM (qsql($$ SELECT who FROM loans ORDER BY who $$), generate_series(1, 3));
SELECT x > 0 AND x < 1 AS volatile_argument FROM (SELECT (q->>'x')::float8 AS x FROM qsql($$ SELECT $1 AS x $$, random()) q) s;
-- arguments may be columns of any level
SELECT b.id, c FROM books b, qsql($$ SELECT 1 $$) a, LATERAL qsql($$ SELECT $1, $2 $$, b.id, a) c ORDER BY id;
SELECT b.id, (SELECT q->>'x' FROM qsql($$ SELECT $1 || (SELECT $2) AS x $$, b.title, b.id) q) AS x FROM books b ORDER BY id;
SELECT b.id, (SELECT count(*) FROM loans l, qsql($$ SELECT WHERE $1 = $2 $$, b.id, l.book) q) AS n FROM books b ORDER BY id;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n, q FROM r, qsql($$ SELECT $1 AS m, $2 AS r $$, n, r) q;
SELECT b.id, q FROM books b, qsql($$ SELECT ($1).title $$, b) q ORDER BY id;
SELECT b.id, q FROM books b, qsql($$ SELECT max($1) FROM loans $$, b.id) q;
\echo :LAST_ERROR_SQLSTATE
SELECT b.id, q FROM books b, qsql($$ SELECT b.title $$) q;
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION pg_temp.atomic() RETURNS SETOF json LANGUAGE sql
    BEGIN ATOMIC SELECT * FROM qsql($$ SELECT 1 AS a, 2 AS b $$); END;
SELECT * FROM pg_temp.atomic();

SELECT * FROM qsql_record($$ SELECT 1, 2 $$) AS t(a integer);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql_record($$ SELECT 1 $$) AS t(a integer, b integer);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql_record($$ SELECT 'x' $$) AS t(a integer);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM loans, qsql($$ SELECT nope FROM books $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM loans, qsql($$ SELECT who $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM loans, qsql($$ UPDATE loans SET who = 'eve' RETURNING who $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM loans, qsql($$ CREATE TEMP TABLE x () $$);
\echo :LAST_ERROR_SQLSTATE
