-- OPTIMIZE QUBO: a polynomial of zeros and ones, with constraints, and the largest cut of a graph.
SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE x1 + 2*x2 - x1*x2 SUBJECT TO x1 + x2 <= 1 BACKEND EXACT $$);
SELECT * FROM qsql($$ OPTIMIZE QUBO MAXIMIZE 3*tent + 2*stove + 2*lamp SUBJECT TO 4*tent + 3*stove + 2*lamp <= 6, tent + stove >= 1 BACKEND EXACT $$);
SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE -2*a*b + a + 0.5*b + 7 BACKEND EXACT $$);
SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE a + b SUBJECT TO a + b = 1 AND b >= a BACKEND SA SEED 3 ITERATIONS 200 $$);
-- the parts have to fit together, and may not: that is seen
SELECT feasible FROM qsql_record($$ OPTIMIZE QUBO MINIMIZE a SUBJECT TO a + b = 2, a = 0 BACKEND EXACT $$) AS t(assignment jsonb, objective float8, feasible boolean);
CREATE TEMP TABLE graph_edges (a integer, b integer);
INSERT INTO graph_edges VALUES (0, 1), (1, 2), (2, 3), (3, 0);
SELECT objective, feasible FROM qsql_record($$ OPTIMIZE QUBO GRAPH max_cut NODES 4 EDGES FROM graph_edges BACKEND EXACT TROTTER_SLICES 32 $$)
    AS t(answer jsonb, objective float8, feasible boolean, assignment integer[], energy float8, total_sweeps bigint, acceptance float8);

SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE x*y*z $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE x SUBJECT TO x >= 2 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE x SUBJECT TO 0.5*x <= 1 $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE x QUICKLY $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ OPTIMIZE QUBO MINIMIZE x BACKEND WARP $$);
\echo :LAST_ERROR_SQLSTATE
