-- optimisation: what is refused, and how
SELECT qstore.solve_qubo('{{0,1},{2,0}}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{{0,NaN},{NaN,0}}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{{0,1,2},{1,0,3}}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{1,2,3}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{{0,NULL},{1,0}}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{{1}}', 'dwave');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{{1}}', sweeps => 0);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_qubo('{{1}}', reads => -1);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,30}}'), 'exact');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.graph_coloring('{{0,1}}', 10000));
\echo :LAST_ERROR_SQLSTATE
-- constraints that nothing can meet
SELECT qstore.solve_problem(qstore.graph_coloring('{{0,1},{1,1}}', 3));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.graph_coloring('{{0,1}}', 1));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.subset_sum('{1,2}', 4));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.travelling_salesman('{{0}}'));
\echo :LAST_ERROR_SQLSTATE
-- descriptions
SELECT qstore.solve_problem(qstore.max_cut('{{0,1,2}}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{-1,2}}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,1}}', '{1,2}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,1}}', '{NaN}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,2000000000}}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.graph_coloring('{{0,19999}}', 2));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.travelling_salesman('{{0,1},{1,0},{1,1}}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.travelling_salesman('{{0,-1},{1,0}}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.ising('{0,0}', '{{0,1},{1,0}}'));
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem('{"problem": "knapsack"}');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem('[]');
\echo :LAST_ERROR_SQLSTATE
-- a long solution hears the server's interrupts, in every backend; the session goes on
SET statement_timeout = '200ms';
SELECT qstore.solve_problem(qstore.max_cut('{{0,1},{1,2},{2,25}}'), 'sa', 1, 10000000, 100);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,1},{1,2},{2,25}}'), 'sqa', 1, 10000000, 100);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,1},{1,2},{2,25}}'), 'pt', 1, 10000000, 100);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,1},{1,2},{2,25}}'), 'tabu', 1, 10000000, 100);
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.solve_problem(qstore.max_cut('{{0,1},{1,2},{2,29}}'), 'exact');
\echo :LAST_ERROR_SQLSTATE
RESET statement_timeout;
SELECT energy FROM qstore.solve_qubo('{{-1}}', seed => 1);
