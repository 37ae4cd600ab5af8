-- Views, tables and cursors made from a QSQL text.
CREATE SCHEMA qsql_views;
SET search_path = qsql_views, public;
CREATE TABLE books (id integer PRIMARY KEY, title text);
INSERT INTO books VALUES (1, 'Harry Potter'), (2, 'War and Peace'), (3, 'The Hobbit');

-- a view stores the SQL, so it needs no QSQL when it is used, dumped or restored
CREATE VIEW potter AS SELECT * FROM qsql($$ SELECT id, title FROM books NEUROMATCH (title, 'poter') STRENGTH > 0.5 $$);
SELECT pg_get_viewdef('potter');
SELECT * FROM potter;
CREATE VIEW renamed (a, b) AS SELECT * FROM qsql($$ SELECT id, title FROM books $$);
SELECT * FROM renamed WHERE a = 2;
CREATE VIEW as_json AS SELECT b.id, q FROM books b, qsql($$ SELECT title FROM books WHERE id = $1 $$, b.id) q;
SELECT pg_get_viewdef('as_json');
SELECT * FROM as_json ORDER BY id;
CREATE VIEW as_record AS SELECT * FROM qsql_record($$ SELECT id, title FROM books $$) AS t(key bigint, name text) WHERE key < 3;
SELECT pg_get_viewdef('as_record');
-- the stored definitions are SQL that makes the same views again, as pg_dump and pg_restore do
DO $do$
DECLARE v record;
BEGIN
    FOR v IN SELECT viewname, definition FROM pg_views WHERE schemaname = 'qsql_views' LOOP
        EXECUTE format('CREATE VIEW again_%I AS %s', v.viewname, v.definition);
    END LOOP;
END $do$;
TABLE again_potter;
SELECT * FROM again_as_json ORDER BY id;
SELECT * FROM again_as_record ORDER BY key;

CREATE MATERIALIZED VIEW kept AS SELECT * FROM qsql($$ SELECT id, title FROM books $$) WITH NO DATA;
INSERT INTO books VALUES (4, 'Dune');
REFRESH MATERIALIZED VIEW kept;
SELECT * FROM kept ORDER BY id;
\d kept

CREATE TABLE copy AS SELECT * FROM qsql($$ SELECT id, title AS name FROM books ORDER BY id $$);
SELECT * FROM copy;
SELECT * INTO TEMP second_copy FROM qsql($$ SELECT id FROM books WHERE id = $1 $$, 4);
SELECT * FROM second_copy;
SELECT * FROM qsql($$ CREATE TABLE third_copy AS SELECT * FROM books NEUROMATCH (title, 'dune') $$);
SELECT * FROM third_copy;

BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT * FROM qsql($$ SELECT id, title FROM books ORDER BY id $$);
FETCH 2 FROM c;
FETCH LAST FROM c;
COMMIT;

COPY (SELECT * FROM qsql($$ SELECT id, title FROM books ORDER BY id $$)) TO STDOUT;
COPY (SELECT * FROM qsql($$ INSERT INTO books VALUES (5, 'Emma') RETURNING id, title $$)) TO STDOUT;

-- a statement that changes data, or a command, cannot be a part of another
CREATE TABLE bad AS SELECT * FROM qsql($$ INSERT INTO books VALUES (6, 'x') RETURNING id $$);
CREATE TABLE bad AS SELECT * FROM qsql($$ WITH w AS (DELETE FROM books RETURNING id) SELECT * FROM w $$);
DECLARE c CURSOR FOR SELECT * FROM qsql($$ VACUUM $$);
SELECT count(*) FROM qsql($$ DELETE FROM books RETURNING id $$);
SELECT count(*) FROM qsql($$ WITH w AS (DELETE FROM books RETURNING id) SELECT * FROM w $$);
SELECT count(*) FROM books;

SET client_min_messages = warning;
DROP SCHEMA qsql_views CASCADE;
