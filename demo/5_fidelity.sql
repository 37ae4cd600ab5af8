-- Embeddings as quantum states: fidelity is the squared overlap, and <~> is one minus that.
\pset footer off
-- Loads the library, so that no timing below contains that.
SELECT '[1]'::vector \g /dev/null
\timing on
SELECT name, description, round(fidelity(embedding::qvector, (SELECT embedding::qvector FROM queries WHERE id = 9))::numeric, 4) AS fidelity
FROM packages ORDER BY embedding::qvector <~> (SELECT embedding::qvector FROM queries WHERE id = 9) LIMIT 5;
\timing off
\echo 'The amplitudes are complex; a global phase changes nothing that can be measured:'
SELECT '[0.6, 0.8i]'::qvector AS state, round(fidelity('[0.6, 0.8i]', '[0.6i, -0.8]')::numeric, 6) AS "fidelity to i times itself",
       round(fidelity('[0.6, 0.8i]', '[0.8, -0.6i]')::numeric, 6) AS "to another state";
