-- SELECT * FROM qsql('…') has the columns of the statement in the text, with their names and types.
CREATE TEMP TABLE books (id integer, title text, price numeric(6,2), tags text[]);
INSERT INTO books VALUES (1, 'Harry Potter', 9.99, '{magic}'), (2, 'War and Peace', 19.5, '{}'), (3, 'The Hobbit', 7, NULL);

SELECT * FROM qsql($$ SELECT * FROM books WHERE price < 10 ORDER BY id $$);
SELECT * FROM qsql($$ SELECT * FROM books $$) \gdesc
SELECT q.* FROM qsql('SELECT 1 AS a, NULL::date AS b') AS q;
SELECT "Q" . * FROM qsql('SELECT 1 AS a, NULL::date AS b') AS "Q";

-- the rest of SQL belongs inside the text
SELECT * FROM qsql($$
    WITH cheap AS (SELECT * FROM books NEUROMATCH (title, 'potter') STRENGTH > 0.5)
    SELECT upper(c.title) AS title, count(*) OVER () FROM cheap c JOIN books b USING (id)
$$);

-- a statement that changes data, with and without RETURNING
SELECT * FROM qsql($$ UPDATE books SET price = price + 1 WHERE id = 1 RETURNING id, price $$);
SELECT * FROM qsql($$ DELETE FROM books WHERE id = 1 $$);
SELECT id FROM books ORDER BY id;

-- qsql inside qsql
SELECT * FROM qsql($$ SELECT * FROM qsql($q$ SELECT id, title FROM books ORDER BY id $q$) $$);

-- the first statement of a session finds the hook in place
\c -
SELECT * FROM qsql($$ SELECT 1 AS one, 'x'::text AS x $$) \gdesc

-- not the whole statement: one json column
SELECT qsql FROM qsql('SELECT 1 AS a, 2 AS b');
SELECT * FROM qsql('SELECT 1 AS a, 2 AS b') AS q(renamed);
SELECT * FROM qsql('SELECT 1 AS a, 2 AS b') LIMIT 1;
SELECT * FROM qsql('SELECT 1 AS a, 2 AS b') LIMIT 1 \gdesc
SELECT q FROM qsql('SELECT 1 AS a, 2 AS b') AS q \gdesc
