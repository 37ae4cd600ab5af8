-- CALL qsql_exec(…): the door for commands. It is the statement in the text, and returns its rows.
CALL qsql_exec($$ CREATE TEMP TABLE books (id integer, title text) $$);
CALL qsql_exec($$ INSERT INTO books VALUES (1, 'magic'), (2, 'tax law') $$);
CALL qsql_exec($$ SELECT * FROM books NEUROMATCH 'magic' $$);
CALL qsql_exec($$ UPDATE books SET title = 'more magic' WHERE id = 1 RETURNING title $$);
CALL qsql_exec($$ EXPLAIN (COSTS OFF) NEUROMATCH books 'magic' $$);
CALL qsql_exec($$ SELECT nope FROM books $$);
\echo :LAST_ERROR_SQLSTATE
CALL qsql_exec('COMMIT');
\echo :LAST_ERROR_SQLSTATE
-- a text known at run time, and PL/pgSQL: executed by the procedure, rows are not returned
CALL qsql_exec('DELETE FROM books WHERE id = ' || 1);
DO $body$
BEGIN
    CALL qsql_exec('INSERT INTO books VALUES (6, ''six'')');
END $body$;
TABLE books;
CALL qsql_exec(NULL);
