-- Grover's search: the simulation beside its closed form
SELECT found, solutions, iterations, oracle_calls, round(success_probability::numeric, 6) AS simulated, round(closed_form::numeric, 6) AS closed_form
FROM qstore.grover_search(4, '{11}', seed => 7);
SELECT n, iterations, success_probability >= 0.98 AS almost_certain, abs(success_probability - closed_form) < 1e-9 AS agree
FROM (VALUES (8), (10), (12)) AS v(n), qstore.grover_search(n, '{200}', seed => 1);
-- one of four is found for certain, whatever the seed
SELECT DISTINCT outcome, found, iterations FROM generate_series(1, 20) AS s, qstore.grover_search(2, '{2}', seed => s);
-- too many rounds overshoot
SELECT rounds, round(success_probability::numeric, 4) AS success FROM generate_series(0, 7) AS rounds, qstore.grover_search(4, '{11}', rounds, 1);
-- several marked, none, all
SELECT solutions, iterations, outcome % 16 = 5 AS marked, round(success_probability::numeric, 4) AS success
FROM qstore.grover_search(8, ARRAY(SELECT x FROM generate_series(5, 255, 16) AS x), seed => 1);
SELECT found, solutions, iterations, success_probability FROM qstore.grover_search(3, '{}', seed => 1);
SELECT found, solutions, iterations, round(success_probability::numeric, 6) AS success FROM qstore.grover_search(1, '{0,1}', seed => 1);
SELECT qstore.grover_search(NULL::integer, '{1}') IS NULL AS null_in_null_out;

-- an oracle is a function
CREATE FUNCTION divides(x bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT x > 1 AND x < 91 AND 91 % x = 0';
SELECT outcome IN (7, 13) AS divisor, found, solutions, iterations FROM qstore.grover_search('divides(bigint)', 7, seed => 3);
CREATE FUNCTION "No oracle"(x integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
SELECT qstore.grover_search('"No oracle"(integer)', 3);
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION fails(x bigint) RETURNS boolean LANGUAGE sql AS 'SELECT 1 / (x - 3) > 0';
SELECT qstore.grover_search('fails(bigint)', 3);
\echo :LAST_ERROR_SQLSTATE
-- who may not execute the oracle may not search with it
REVOKE EXECUTE ON FUNCTION divides(bigint) FROM public;
CREATE ROLE regress_grover;
GRANT USAGE ON SCHEMA qstore TO regress_grover;
SET ROLE regress_grover;
SELECT qstore.grover_search('divides(bigint)', 3);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
REVOKE USAGE ON SCHEMA qstore FROM regress_grover;
DROP ROLE regress_grover;

-- an oracle is a condition
SELECT qstore.states_where('91 % nullif(x, 0) = 0', 7) AS marked, qstore.states_where('x < 0', 3) AS none, qstore.states_where(NULL, 3) IS NULL AS nothing;
SELECT outcome IN (7, 13) AS divisor, found, solutions, iterations
FROM qstore.grover_search(7, qstore.states_where('x > 1 AND x < 91 AND 91 % x = 0', 7), seed => 3);
SELECT qstore.states_where('y = 3', 3);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.grover_search(21, qstore.states_where('true', 21));
\echo :LAST_ERROR_SQLSTATE

-- refused
SELECT qstore.grover_search(3, '{8}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.grover_search(3, '{-1}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.grover_search(3, '{NULL}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.grover_search(0, '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.grover_search(25, '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.grover_search(3, '{1}', -1);
\echo :LAST_ERROR_SQLSTATE
DROP FUNCTION divides, "No oracle", fails;
