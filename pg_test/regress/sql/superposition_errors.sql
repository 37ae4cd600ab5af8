-- superposition: what is refused, and how

SELECT superposition('{}', '{}', '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a}', '{}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a,b,c}', '{1,1,1}', '{"[1]","[2]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a,a}', '{1,1}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{""}', '{1}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition(ARRAY[repeat('x', 256)], '{1}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a,b}', '{1,-1}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a,b}', '{1,NaN}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a,b}', '{0,0}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a,b}', '{1,1}', '{"[1]","[1,2]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a,NULL}', '{1,1}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{{a},{b}}', '{1,1}', '{"[1]"}');
\echo :LAST_ERROR_SQLSTATE
SELECT superposition(array_agg(i::text), array_agg(1.0), '{"[1]"}') FROM generate_series(1, 1001) AS i;
\echo :LAST_ERROR_SQLSTATE

-- text
SELECT ''::superposition;
\echo :LAST_ERROR_SQLSTATE
SELECT '{"a": {"weight": 1}}'::superposition;
\echo :LAST_ERROR_SQLSTATE
SELECT '{"a": {"weight": 1, "vector": [1,NaN]}}'::superposition;
\echo :LAST_ERROR_SQLSTATE
SELECT '{"a": {"weight": 1, "vector": [1]}, "a": {"weight": 1, "vector": [1]}}'::superposition;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}'::superposition;
\echo :LAST_ERROR_SQLSTATE
SELECT '{"a": 1}'::jsonb::superposition;
\echo :LAST_ERROR_SQLSTATE

-- distances to a vector of other dimensions, whole and within a context
SELECT superposition('{a}', '{1}', '{"[1,2]"}') <=> '[1,2,3]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT superposition('{a}', '{1}', '{"[1,2]"}') <-> in_context('[1,2,3]', 'a');
\echo :LAST_ERROR_SQLSTATE
