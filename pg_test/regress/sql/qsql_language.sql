-- LANGUAGE qsql: the body is one QSQL statement.
CREATE TABLE qsql_books (id integer PRIMARY KEY, title text, v vector(2));
INSERT INTO qsql_books VALUES (1, 'magic for beginners', '[1,0]'), (2, 'advanced magic', '[0,1]'), (3, 'tax law', '[1,1]');

-- sets, by name and by number; the parameter of the same name as a column is hidden by it
CREATE FUNCTION found(pattern text, strength float8 DEFAULT 0.5) RETURNS SETOF qsql_books STABLE LANGUAGE qsql AS $$
    SELECT * FROM qsql_books NEUROMATCH (title, pattern) STRENGTH > (strength) ORDER BY id
$$;
SELECT * FROM found('magic');
SELECT id FROM found('advanced magic', 0.9);
SELECT f.id, p FROM unnest(ARRAY['law', 'advanced']) AS p, found(p) AS f ORDER BY 1;
CREATE FUNCTION nearest(integer, vector) RETURNS TABLE (id integer, distance float8) LANGUAGE qsql AS $$
    SELECT s.id, s.distance FROM (QUANTUM SEARCH qsql_books NEAREST TO $2 LIMIT $1) AS s
$$;
SELECT id, round(distance::numeric, 3) FROM nearest(2, '[2,1]');
-- one value, a row, nothing, no rows
CREATE FUNCTION title_of(integer) RETURNS text LANGUAGE qsql AS 'SELECT title FROM qsql_books WHERE id = $1';
SELECT title_of(3), title_of(9) IS NULL AS missing;
CREATE FUNCTION book(integer) RETURNS qsql_books LANGUAGE qsql AS 'SELECT * FROM qsql_books WHERE id = $1';
SELECT * FROM book(2);
CREATE FUNCTION pair(OUT a integer, OUT b text) LANGUAGE qsql AS $$ SELECT 1, 'x'::text $$;
SELECT * FROM pair();
CREATE FUNCTION rename(integer, text) RETURNS void LANGUAGE qsql AS 'UPDATE qsql_books SET title = $2 WHERE id = $1';
SELECT rename(3, 'corporate tax law');
SELECT title_of(3);
CREATE PROCEDURE remove(which integer) LANGUAGE qsql AS 'DELETE FROM qsql_books WHERE id = which';
CALL remove(3);
DO LANGUAGE qsql $$ INSERT INTO qsql_books SELECT 10, title FROM qsql_books NEUROMATCH 'advanced' $$;
SELECT id, title FROM qsql_books ORDER BY id;
-- it follows the tables
ALTER TABLE qsql_books ADD COLUMN more text DEFAULT 'x';
SELECT * FROM book(2);

-- checked when it is created, unless that is turned off
CREATE FUNCTION wrong() RETURNS integer LANGUAGE qsql AS 'NEUROMATCH';
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION wrong() RETURNS integer LANGUAGE qsql AS 'SELECT FROM WHERE';
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION wrong(anyelement) RETURNS anyelement LANGUAGE qsql AS 'SELECT $1';
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION wrong() RETURNS trigger LANGUAGE qsql AS 'SELECT 1';
\echo :LAST_ERROR_SQLSTATE
SET check_function_bodies = off;
CREATE FUNCTION wrong() RETURNS integer LANGUAGE qsql AS 'SELECT nope FROM qsql_books';
RESET check_function_bodies;
-- and when it runs
SELECT wrong();
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION other_type() RETURNS SETOF bigint LANGUAGE qsql AS 'SELECT 1';
SELECT * FROM other_type();
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION two_columns() RETURNS integer LANGUAGE qsql AS 'SELECT 1, 2';
SELECT two_columns();
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION writes() RETURNS integer STABLE LANGUAGE qsql AS 'DELETE FROM qsql_books RETURNING id';
SELECT writes();
\echo :LAST_ERROR_SQLSTATE
DROP FUNCTION found, nearest, title_of, book, pair, rename, wrong(), other_type, two_columns, writes;
DROP PROCEDURE remove;
DROP TABLE qsql_books;
