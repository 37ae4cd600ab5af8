-- QUANTUM_JOIN … ENTANGLE: the nearest rows for each row.
CREATE TEMP TABLE people (id integer, taste vector(2));
INSERT INTO people VALUES (1, '[1,0]'), (2, '[0,1]'), (3, NULL);
CREATE TEMP TABLE films (id integer, v vector(2), name text);
INSERT INTO films VALUES (10, '[1,0]', 'ten'), (11, '[2,1]', 'eleven'), (12, '[1,2]', 'twelve'), (13, '[-1,-1]', 'thirteen');

SELECT qsql_to_sql($$ SELECT * FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.v TOP 2 $$);
SELECT * FROM qsql($$
    SELECT p.id, f.name, round(f.distance::numeric, 3) AS distance
    FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.v TOP 2
    WHERE p.taste IS NOT NULL ORDER BY p.id, f.distance
$$);
-- the same rows as the SQL that one would write
SELECT p.id, f.name, round(f.distance::numeric, 3) AS distance
FROM people p CROSS JOIN LATERAL (SELECT *, v <=> p.taste AS distance FROM films ORDER BY v <=> p.taste LIMIT 2) f
WHERE p.taste IS NOT NULL ORDER BY p.id, f.distance;
-- no further away than, both, neither (the nearest one), the sides the other way round, with another join and a clause behind it
SELECT * FROM qsql($$ SELECT p.id, f.id AS film FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.v WITHIN 0.2 ORDER BY 1, 2 $$);
SELECT * FROM qsql($$ SELECT p.id, f.id AS film FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.v TOP 1 WITHIN 0.1 ORDER BY 1, 2 $$);
SELECT * FROM qsql($$ SELECT p.id, f.id AS film FROM people p QUANTUM_JOIN films f ON f.v ENTANGLE p.taste WHERE p.id < 3 ORDER BY 1 $$);
SELECT * FROM qsql($$
    SELECT p.id, f.id AS film, q.id AS other
    FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.v TOP 2 JOIN people q ON q.id <> p.id
    NEUROMATCH (f.name, 'eleven') STRENGTH > 0.9 ORDER BY 1, 3
$$);
-- as a statement, with a parameter
PREPARE near(integer) AS SELECT * FROM qsql($$ QUANTUM_JOIN people AS p films AS f ON p.taste ENTANGLE f.v TOP $1 WHERE p.id = 2 ORDER BY f.distance $$);
EXECUTE near(2);
EXECUTE near(1);
DEALLOCATE near;
-- by the operator of the column's index, by one index scan for each row
CREATE INDEX films_v ON films USING synaptic (v vector_l2_ops);
SET enable_sort = off;
SELECT * FROM qsql($$ EXPLAIN (COSTS OFF) SELECT * FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.v TOP 2 $$);
RESET enable_sort;

-- what is wrong is said at its place
SELECT * FROM qsql($$ SELECT * FROM films QUANTUM_JOIN films ON films.v ENTANGLE films.v TOP 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM people p QUANTUM_JOIN films f ON taste ENTANGLE f.v TOP 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM people p QUANTUM_JOIN films f ON p.nope ENTANGLE f.v TOP 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.name $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ SELECT * FROM people p QUANTUM_JOIN films f ON p.taste ENTANGLE f.v TOP 2 QUICKLY $$);
\echo :LAST_ERROR_SQLSTATE
