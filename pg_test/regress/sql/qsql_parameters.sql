-- Values from outside: parameters, arguments, variables.
CREATE TEMP TABLE books (id integer PRIMARY KEY, title text, price numeric(6,2));
INSERT INTO books VALUES (1, 'Harry Potter', 9.99), (2, 'War and Peace', 19.5), (3, 'The Hobbit', 7);

-- parameters of the statement inside the text get their types from there
PREPARE by_id AS SELECT * FROM qsql($$ SELECT title FROM books WHERE id = $1 AND price < $2 $$);
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'by_id';
EXECUTE by_id(1, 10);
EXECUTE by_id(1, 1);
PREPARE untyped AS SELECT * FROM qsql($$ SELECT $1 IS NULL $$);
\echo :LAST_ERROR_SQLSTATE

-- a plan follows its table
ALTER TABLE books ADD COLUMN year integer;
EXECUTE by_id(1, 10);
PREPARE all_columns AS SELECT * FROM qsql($$ SELECT * FROM books WHERE id = 1 $$);
EXECUTE all_columns;
ALTER TABLE books DROP COLUMN year;
EXECUTE all_columns;
\echo :LAST_ERROR_SQLSTATE

-- arguments are $1, $2, … of the text
SELECT * FROM qsql($$ SELECT title FROM books WHERE id = $1 OR title = $2 ORDER BY id $$, 1 + 1, 'The Hobbit');
SELECT * FROM qsql($$ SELECT $1 AS a, $2 AS b, $1 + 1 AS c $$, 1, NULL::date);
SELECT * FROM qsql($$ SELECT title FROM books WHERE id = (SELECT max(id) FROM books WHERE id < $1) $$, (SELECT max(id) FROM books));
PREPARE argument(integer) AS SELECT * FROM qsql($$ SELECT title FROM books WHERE id = $1 $$, $1 + 1);
EXECUTE argument(1);
PREPARE inferred AS SELECT * FROM qsql($$ SELECT title FROM books WHERE id = $1 $$, $1);
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'inferred';
EXECUTE inferred(3);
SELECT * FROM qsql($$ SELECT $2 $$, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT title FROM books WHERE id = $1 $$, 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT $1 $$, random());
\echo :LAST_ERROR_SQLSTATE

-- PL/pgSQL variables stand in the text by name, also beside arguments
DO $do$
DECLARE wanted integer := 2; r record;
BEGIN
    FOR r IN SELECT * FROM qsql($$ SELECT title FROM books WHERE id = wanted $$) LOOP
        RAISE NOTICE 'by name: %', r.title;
    END LOOP;
    FOR r IN SELECT * FROM qsql($$ SELECT title, $1 AS n FROM books WHERE id = wanted + $1 $$, 1) LOOP
        RAISE NOTICE 'both: % %', r.title, r.n;
    END LOOP;
END $do$;
CREATE FUNCTION pg_temp.titles(below numeric) RETURNS TABLE (name text) LANGUAGE sql
    AS $f$ SELECT * FROM qsql($$ SELECT title FROM books WHERE price < below ORDER BY id $$) $f$;
SELECT * FROM pg_temp.titles(10);

-- a text that is only known at run time is executed by the function and gives json
SELECT * FROM qsql((SELECT 'SELECT id, title FROM books ' || 'NEUROMATCH (title, ''hobbit'')'));
SELECT * FROM qsql(('SELECT title FROM books WHERE id = $1 AND title = $2')::text, 1, 'Harry Potter');
SELECT b.id, qsql('SELECT ' || b.id || ' AS id') FROM books b ORDER BY id;
SELECT * FROM qsql_record(('SELECT id, title FROM books WHERE id = $1')::text, 2) AS t(id integer, title text);
SELECT * FROM qsql(('DELETE FROM books WHERE id = 3 RETURNING id')::text);
SELECT * FROM qsql(NULL);
SELECT * FROM qsql(('SELECT 1')::text, VARIADIC ARRAY[1, 2]);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql_record(('SELECT id, title FROM books')::text) AS t(id integer, title date);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql(('SELECT nope FROM books NEUROMATCH (title, ''x'')')::text);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql(('COMMIT')::text);
\echo :LAST_ERROR_SQLSTATE
