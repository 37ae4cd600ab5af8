-- Statements that a function carries out, and the forms that end in SQL.
CREATE TEMP TABLE books (id integer, title text, price numeric);
INSERT INTO books VALUES (1, 'Magic for beginners', 3), (2, 'Advanced magic', 7), (3, 'Tax law', 9);

-- NEUROMATCH and QUANTUM SEARCH as statements
SELECT * FROM qsql($$ NEUROMATCH books 'magic' STRENGTH > 0.5 WHERE price > 5 $$);
SELECT * FROM qsql($$ NEUROMATCH books AS b (title, 'magic') ORDER BY b.price DESC $$);
SELECT * FROM qsql($$ QUANTUM SEARCH books WHERE price > 5 LIMIT 1 $$);
-- words that change nothing are said to
SELECT * FROM qsql($$ QUANTUM SEARCH books WHERE price > 8 WITH ITERATIONS 100 $$);
SELECT * FROM qsql($$ QUANTUM_SEARCH books AMPLITUDE_AMPLIFICATION LIMIT 1 $$);
SELECT * FROM qsql($$ SELECT id FROM books NEUROMATCH 'advanced' STRENGTH > 0.6 HEBBIAN_STRENGTHENING true $$);

-- a statement whose function does not exist says so
SELECT qsql_to_sql($$ SYNAPTIC OPTIMIZE INDEX i LEARNING_RATE 0.1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT qsql_to_sql($$ LEARN PATTERN 'p' FROM books TRAINING_EPOCHS 3 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ ADAPT WEIGHTS ON i $$);
\echo :LAST_ERROR_SQLSTATE
-- and is carried out as soon as it does
BEGIN;
CREATE FUNCTION qstore.adapt_weights(index regclass, learning_rate float8 DEFAULT 0.01, OUT name text, OUT rate float8)
    LANGUAGE sql AS 'SELECT index::text, learning_rate';
SELECT * FROM qsql($$ ADAPT WEIGHTS ON books LEARNING_RATE 0.5 $$);
SELECT * FROM qsql($$ EXPLAIN (COSTS OFF) ADAPT WEIGHTS ON books $$);
SELECT * FROM qsql($$ ADAPT WEIGHTS ON "no such" $$);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- what is not the language is an error that shows the nearest form
SELECT * FROM qsql($$ COMPRESS books USING DNA $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ COMPRESS TABLE books USING $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ COMPRESS TABLE books USING DNA WELL $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ NEUROMATCH books $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ NEUROMATCH (SELECT password FROM users) USING VECTOR [0.1; DROP TABLE users] $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM LEAP $$);
\echo :LAST_ERROR_SQLSTATE
