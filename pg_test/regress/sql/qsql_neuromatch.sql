-- NEUROMATCH: one score from 0 to 1, for text and for vectors, in SQL and in QSQL.
CREATE TEMP TABLE books (id integer, title text, author varchar(40), price numeric);
INSERT INTO books VALUES
    (1, 'Harry Potter and the Goblet of Fire', 'J. K. Rowling', 9.99),
    (2, 'War and Peace', 'Leo Tolstoy', 19.5),
    (3, 'The Hobbit', 'J. R. R. Tolkien', 7),
    (4, NULL, 'Anonymous', 1);
CREATE TEMP TABLE points (id integer, v vector(2));
INSERT INTO points VALUES (1, '[1,0]'), (2, '[1,1]'), (3, '[0,1]'), (4, '[-1,0]'), (5, '[0,0]'), (6, NULL);

-- plain SQL
SELECT neuromatch('Harry Potter', 'harry potter'), neuromatch('Harry Potter', 'pottr'), neuromatch('Harry Potter', 'xyz'),
    neuromatch('a b c', 'a'), neuromatch('abc', 'a'), neuromatch('abc', ''), neuromatch('', 'abc'), neuromatch(NULL, 'abc') IS NULL AS none;
SELECT id, round(NEUROMATCH(title, 'war potter')::numeric, 3) AS score FROM books ORDER BY score DESC NULLS LAST, id;
SELECT id, round(neuromatch(v, '[1,0]')::numeric, 3) AS score FROM points ORDER BY id;
SELECT neuromatch('[3e38,3e38]'::vector, '[3e38,3e38]') AS large, neuromatch('[1e-30,0]'::vector, '[1e-30,1e-30]')::real AS small;
SELECT provolatile, proisstrict, proparallel, procost FROM pg_proc WHERE proname = 'neuromatch' ORDER BY procost;
-- the pattern may change from row to row
SELECT p, neuromatch('Harry Potter', p) > 0.5 AS matches FROM (VALUES ('harry'), ('ron'), ('potter')) AS t(p);

-- the clause
SELECT * FROM qsql($$ SELECT id, title FROM books NEUROMATCH (title, 'hary poter') STRENGTH > 0.5 $$);
SELECT * FROM qsql($$ SELECT id FROM books NEUROMATCH 'tolkien hobbit' STRENGTH > 0.6 WHERE price < 10 OR price > 100 ORDER BY id $$);
SELECT * FROM qsql($$ SELECT id FROM points NEUROMATCH '[1,0]' STRENGTH > 0.5 ORDER BY id $$);
SELECT * FROM qsql($$ SELECT id FROM points NEUROMATCH (v, $1) STRENGTH > $2 ORDER BY id $$, '[0,2]'::vector, 0.9);
SELECT * FROM qsql($$ SELECT id FROM books WHERE NEUROMATCH(author, 'rowling') > 0.3 $$);
SELECT qsql_to_sql($$ SELECT * FROM books NEUROMATCH 'x' STRENGTH > 0.6 WHERE price < 10 OR price > 100 $$);

-- bad input
SELECT neuromatch('[1,2]'::vector, '[1,2,3]');
\echo :LAST_ERROR_SQLSTATE
SELECT neuromatch(1, 2);
\echo :LAST_ERROR_SQLSTATE
