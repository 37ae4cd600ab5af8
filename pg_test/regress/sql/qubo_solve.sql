-- optimisation: known answers from every backend

-- a matrix: x1 alone has -3, x1 and x3 together -4, x2 spoils both
SELECT b AS backend, assignment, energy, feasible, acceptance IS NOT NULL AS proposes
FROM unnest(ARRAY['sa', 'sqa', 'pt', 'tabu', 'exact', 'SA']) WITH ORDINALITY AS t(b, place),
    qstore.solve_qubo('{{-3,2,0},{2,-1,2},{0,2,-1}}', b, seed => 1, sweeps => 50, reads => 4) ORDER BY place;
SELECT assignment, energy, total_sweeps, acceptance BETWEEN 0 AND 1 AS share
FROM qstore.solve_qubo(ARRAY[[-1, 2], [2, -1.5]], seed => 1, sweeps => 100, reads => 3);
SELECT assignment, energy FROM qstore.solve_qubo('{{5}}', seed => 1);

-- the cut of a square is 4
SELECT b AS backend, objective, feasible, answer ->> 0 = answer ->> 2 AND answer ->> 1 = answer ->> 3 AND answer ->> 0 <> answer ->> 1 AS apart, energy
FROM unnest(ARRAY['sa', 'sqa', 'pt', 'tabu', 'exact']) WITH ORDINALITY AS t(b, place),
    qstore.solve_problem(qstore.max_cut('{{0,1},{1,2},{2,3},{3,0}}'), b, seed => 1) ORDER BY place;
-- with weights it pays to leave one edge whole
SELECT objective FROM qstore.solve_problem(qstore.max_cut('{{0,1},{1,2},{2,0}}', '{3,2,1}'), seed => 1);

-- a tour visits every city once: the square of side 1, not its diagonals
SELECT b AS backend, objective, feasible, (SELECT array_agg(c::int ORDER BY c::int) FROM jsonb_array_elements_text(answer) AS c) AS cities
FROM unnest(ARRAY['sa', 'sqa', 'pt', 'tabu', 'exact']) WITH ORDINALITY AS t(b, place),
    qstore.solve_problem(qstore.travelling_salesman('{{0,2,1,1},{2,0,1,1},{1,1,0,2},{1,1,2,0}}'), b, seed => 1) ORDER BY place;

-- annealing goes from tour to tour: twenty cities on a circle, numbered all over the place
SELECT abs(objective - 40 * sin(pi() / 20)) < 1e-9 AS polygon, feasible FROM qstore.solve_problem(qstore.travelling_salesman((
    SELECT array_agg(line ORDER BY a) FROM (SELECT a, array_agg(2 * abs(sin((a * 7 - b * 7) * pi() / 20)) ORDER BY b) AS line
    FROM generate_series(0, 19) AS a, generate_series(0, 19) AS b GROUP BY a) AS lines)), 'sa', 1, 50, 4);

-- three colors for a triangle, two are too few: the least conflicts are shown, and that the rules are broken
SELECT objective, feasible, (SELECT count(DISTINCT c) FROM jsonb_array_elements(answer) AS c) AS colors
FROM qstore.solve_problem(qstore.graph_coloring('{{0,1},{1,2},{2,0}}', 3), seed => 1);
SELECT energy, feasible FROM qstore.solve_problem(qstore.graph_coloring('{{0,1},{1,2},{2,0}}', 2), seed => 1);

SELECT answer, objective, feasible FROM qstore.solve_problem(qstore.subset_sum('{3,34,40,12,50,2}', 49), 'exact');
SELECT answer, objective, feasible FROM qstore.solve_problem(qstore.subset_sum('{2,4,8}', 5), 'exact');
SELECT answer, objective, energy FROM qstore.solve_problem(qstore.ising('{0.5,0,0}', '{{0,1,0},{0,0,-1},{0,0,0}}'), seed => 1);

-- problems as matrices; energy = x'Qx + offset
SELECT * FROM qstore.problem_to_qubo(qstore.max_cut('{{0,1}}'));
SELECT * FROM qstore.problem_to_qubo(qstore.graph_coloring('{{0,1}}', 2));
SELECT * FROM qstore.qubo_to_ising('{{0,1},{1,0}}');
SELECT qstore.max_cut('{{0,1}}', '{2}'), qstore.travelling_salesman('{{0,1},{1,0}}');

-- the same seed gives the same answer, whatever the number of threads
CREATE TABLE problem AS SELECT array_agg(line ORDER BY i) AS matrix FROM (
    SELECT i, array_agg(((least(i, j) * 7919 + greatest(i, j) * 104729) % 201 - 100)::float8 ORDER BY j) AS line
    FROM generate_series(1, 40) AS i, generate_series(1, 40) AS j GROUP BY i) AS lines;
CREATE TABLE single AS SELECT b, s.* FROM problem, unnest(ARRAY['sa', 'sqa', 'pt', 'tabu']) AS b, qstore.solve_qubo(matrix, b, 5, 20, 16) AS s;
SET max_parallel_workers_per_gather = 0;
SELECT b, s.* IS NOT DISTINCT FROM (SELECT ROW(t.assignment, t.energy, t.feasible, t.total_sweeps, t.acceptance) FROM single AS t WHERE t.b = u.b) AS same
FROM problem, unnest(ARRAY['pt', 'sa', 'sqa', 'tabu']) AS u(b), LATERAL (SELECT (qstore.solve_qubo(matrix, b, 5, 20, 16)).*) AS s ORDER BY b;
RESET max_parallel_workers_per_gather;
DROP TABLE problem, single;
SELECT qstore.solve_qubo(NULL) IS NULL AS null_in_null_out;
