-- qvector: states from states, and what can be measured of them

SELECT * FROM inner_product('[1,0]'::qvector, '[0.6,0.8i]'::qvector);
SELECT re::numeric(8,6), im::numeric(8,6) FROM inner_product('[1,i]'::qvector, '[1,1]'::qvector);
SELECT bures_angle('[1,0]', '[1,0]'), degrees(bures_angle('[1,0]', '[i,i]'))::numeric(8,4), degrees(bures_angle('[1,0]', '[0,1]'));
SELECT superpose(ARRAY['[1,0]', '[0,1]']::qvector[], '{3,4}'), superpose(ARRAY['[1,0]', '[0,1]']::qvector[], '{1,-1}');
SELECT tensor('[1,0]', '[0.6,0.8i]'), tensor('[0.6,0.8]', '[1,0,0]'), tensor('[i]', '[1,0]');

-- gates; the last qubit is the target
SELECT apply_gate('[1,0]', 'h', '{0}'), apply_gate('[0,1]', 'S', '{0}'), apply_gate('[1,0]', 'ry(pi)', '{0}') <~> '[0,1]' < 1e-12 AS turned;
SELECT apply_gate(apply_gate('[1,0,0,0]', 'h', '{0}'), 'cx', '{0,1}') AS bell;
SELECT apply_gate('[0,1,0,0]', 'cnot', '{0,1}'), apply_gate('[0,1,0,0]', 'cnot', '{1,0}'), apply_gate('[0,1,0,0]', 'swap', '{0,1}');
SELECT apply_unitary('[1,0]', '{{0,1},{1,0}}', '{{0,0},{0,0}}', 0), apply_unitary('[1,0,0,0]', '{{0,0},{0,0}}', '{{0,-1},{1,0}}', 1);
-- the same circuit, gate by gate and at once
SELECT fidelity(apply_gate(apply_gate(apply_gate('[1,0,0,0,0,0,0,0]', 'h', '{0}'), 'cx', '{0,1}'), 'rx(0.3)', '{2}'),
    qstore.statevector('qubits 3; h 0; cx 0 1; rx(0.3) 2')) > 0.9999999 AS same;

-- measurement
SELECT measure('[0,1,0]'::qvector, 1), measure('[0,1,0]'::qvector) AS certain, measure(NULL::qvector) IS NULL AS null_in_null_out;
SELECT outcome, count(*) BETWEEN 300 AND 420 AS a_third, count(*) BETWEEN 580 AND 700 AS two_thirds
FROM (SELECT measure('[0.6,0,0.8i]'::qvector, s) AS outcome FROM generate_series(1, 1000) AS s) AS m GROUP BY 1 ORDER BY 1;
SELECT count(DISTINCT measure('[1,1,1,1]'::qvector, 5)) AS same_seed FROM generate_series(1, 50);
SELECT expectation('[1,0]', '{{1,0},{0,-1}}'), expectation('[0.6,0.8i]', '{{1,0},{0,-1}}')::numeric(8,6), expectation('[1,1]', '{{0,1},{1,0}}')::numeric(8,6);

-- entanglement: none, half, all of it
SELECT s, concurrence(s)::numeric(8,6), entropy(s, '{0}')::numeric(8,6), entropy(s, '{1}')::numeric(8,6)
FROM unnest(ARRAY['[1,0,0,0]', '[1,1,1,1]', '[1,0,0,1]', '[0,1,-1,0]', '[1,1,1,0]']::qvector[]) AS s;
SELECT entropy('[1,0,0,0,0,0,0,1]', '{0,2}')::numeric(8,6) AS ghz, entropy('[1,0,0,1]', '{0,1}') AS whole, entropy('[1,0,0,1]', '{}') AS nothing;
SELECT round(re[1][1]::numeric, 6) AS a, re[1][2] AS b, round(re[2][2]::numeric, 6) AS d, im FROM partial_trace('[1,0,0,1]', '{1}');
SELECT re::numeric(8,6)[], im::numeric(8,6)[] FROM partial_trace(tensor('[1,0]', '[0.6,0.8i]'), '{0}');
SELECT * FROM partial_trace('[0,1,0,0]', '{}');

-- refused
SELECT inner_product('[1,0]'::qvector, '[1]'::qvector);
\echo :LAST_ERROR_SQLSTATE
SELECT superpose(ARRAY['[1,0]', '[1,0]']::qvector[], '{1,-1}');
\echo :LAST_ERROR_SQLSTATE
SELECT superpose(ARRAY['[1,0]', '[0,1]']::qvector[], '{1}');
\echo :LAST_ERROR_SQLSTATE
SELECT superpose(ARRAY['[1,0]', '[0,1]']::qvector[], '{1,NaN}');
\echo :LAST_ERROR_SQLSTATE
SELECT superpose(ARRAY['[1,0]', '[1]']::qvector[], '{1,1}');
\echo :LAST_ERROR_SQLSTATE
SELECT superpose(ARRAY['[1,0]', NULL]::qvector[], '{1,1}');
\echo :LAST_ERROR_SQLSTATE
SELECT superpose('{}'::qvector[], '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT tensor(array_fill(1::real, ARRAY[200])::qvector, array_fill(1::real, ARRAY[200])::qvector);
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0]', 'hadamard', '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0]', 'rx', '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0]', 'rx(1/0)', '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0]', 'h', '{1}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0]', 'h', '{-1}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0,0,0]', 'cx', '{1,1}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0,0,0]', 'cx', '{1}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_gate('[1,0,0]', 'h', '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT apply_unitary('[1,0]', '{{1,1},{0,1}}', '{{0,0},{0,0}}', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT apply_unitary('[1,0]', '{{NaN,0},{0,1}}', '{{0,0},{0,0}}', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT apply_unitary('[1,0]', '{1,0,0,1}', '{{0,0},{0,0}}', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT expectation('[1,0]', '{{1,2},{3,1}}');
\echo :LAST_ERROR_SQLSTATE
SELECT expectation('[1,0]', '{{1,0},{0,NaN}}');
\echo :LAST_ERROR_SQLSTATE
SELECT expectation('[1,0]', '{{1}}');
\echo :LAST_ERROR_SQLSTATE
SELECT concurrence('[1,0,0]');
\echo :LAST_ERROR_SQLSTATE
SELECT entropy('[1,0,0]', '{0}');
\echo :LAST_ERROR_SQLSTATE
SELECT partial_trace('[1,0,0,1]', '{2}');
\echo :LAST_ERROR_SQLSTATE
SELECT partial_trace(qstore.statevector('qubits 8'), '{0,1,2,3,4,5,6,7}');
\echo :LAST_ERROR_SQLSTATE
