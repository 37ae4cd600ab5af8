-- QUANTUM SEARCH: the nearest rows with their distance.
CREATE TEMP TABLE points (id integer, v vector(2), colour text);
INSERT INTO points VALUES (1, '[1,0]', 'red'), (2, '[1,1]', 'blue'), (3, '[0,1]', 'red'), (4, '[-1,0]', 'blue');
CREATE TEMP TABLE two (id integer, a vector(2), b vector(2));
INSERT INTO two VALUES (1, '[1,0]', '[0,1]'), (2, '[0,1]', '[1,0]');

SELECT qsql_to_sql($$ QUANTUM SEARCH points NEAREST TO '[1,0]' LIMIT 2 $$);
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO '[1,0]' LIMIT 2 $$) \gdesc
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO '[1,0]' LIMIT 2 $$);
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO '[1,0]' WHERE colour = 'blue' LIMIT 5 $$);
SELECT * FROM qsql($$ QUANTUM SEARCH two ON b NEAREST TO '[1,0]' LIMIT 1 $$);
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO $1 LIMIT $2 $$, '[0,1]'::vector, 1);
PREPARE nearest AS SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO $1 LIMIT $2 $$);
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'nearest';
EXECUTE nearest('[0,1]', 2);
SELECT * FROM qsql($$ WITH near AS (QUANTUM SEARCH points NEAREST TO '[1,0]' LIMIT 3) SELECT id FROM near ORDER BY id $$);
SELECT id, q->>'id' AS nearest FROM two, qsql($$ QUANTUM SEARCH points NEAREST TO $1 LIMIT 1 $$, two.a) q ORDER BY id;

-- bad input
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO '[1,0]' $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO '[1,0,0]' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO '[1,NaN]' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH two NEAREST TO '[1,0]' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH points ON colour NEAREST TO '[1,0]' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH nowhere NEAREST TO '[1,0]' LIMIT 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ QUANTUM SEARCH points NEAREST TO '[1,0]' LIMIT 1 TUNNELING $$);
\echo :LAST_ERROR_SQLSTATE
