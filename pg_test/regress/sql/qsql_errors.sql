-- Errors point into the text that the user wrote.
CREATE TEMP TABLE books (id integer, title text, price numeric);

-- QSQL that is not understood
SELECT * FROM qsql($$ SELECT * FROM books NEUROMATCH (title) WHERE id = 1 ORDER $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM books NEUROMATCH 'x' STRENGTH > $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ NEURAL PREDICT x INPUT (1, 2) $$);
\echo :LAST_ERROR_SQLSTATE
SELECT qsql_to_sql($$ QUANTUM SEARCH books $$);
\echo :LAST_ERROR_SQLSTATE
-- SQL that is not: before, inside and behind a clause, with characters of several bytes
SELECT * FROM qsql($$ SELECT 'äöü', nope FROM books NEUROMATCH (title, 'x') $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT 'äöü' FROM books NEUROMATCH (nope, 'x') $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT 'äöü' FROM books NEUROMATCH (title, 'x') STRENGTH > 0.5 WHERE nope = 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT id, FROM books NEUROMATCH (title, 'x') $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM books NEUROMATCH (price, 'x') $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM books WHERE title = 'x $$);
\echo :LAST_ERROR_SQLSTATE
-- in a text of several lines, and in a text inside a text
SELECT * FROM qsql($$
    SELECT *
    FROM books NEUROMATCH (title, 'x')
    WHERE wrong = 1
$$);
SELECT * FROM qsql($$ SELECT * FROM qsql($q$ SELECT nope FROM books $q$) $$);

-- not one statement
SELECT * FROM qsql('');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql(' -- nothing
 ; ');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT 1 /* one; */; SELECT 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT 1 AS one; $$);

-- not possible inside a text
SELECT * FROM qsql('COMMIT');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT * FROM qsql('SAVEPOINT s');
ROLLBACK;

-- errors at run time have no place
SELECT * FROM qsql($$ SELECT 1 / (id - id) FROM (VALUES (1)) AS t(id) $$);
\echo :LAST_ERROR_SQLSTATE

-- injection: a text is one statement and stays one query
SELECT count(*) FROM qsql($$ SELECT 1) AS q, (SELECT 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM books WHERE title = $1 $$, $$x'; DROP TABLE books; --$$);
SELECT q FROM qsql($$ SELECT 1 AS a -- comment $$) q;
