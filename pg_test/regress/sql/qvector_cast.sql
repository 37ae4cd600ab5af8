-- qvector: casts

-- vector to qvector is amplitude encoding: divided by its norm; also in an assignment
SELECT '[3,4]'::vector::qvector;
CREATE TABLE sample (state qvector(2));
INSERT INTO sample SELECT '[3,4]'::vector;
SELECT state FROM sample;

-- qvector to vector are the probabilities, and only when asked for
SELECT '[0.6,0.8i]'::qvector::vector;
SELECT '[1,1]'::qvector::vector(2);
CREATE TABLE plain (v vector(2));
INSERT INTO plain SELECT state FROM sample;
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM plain;

-- arrays hold real amplitudes
SELECT '{3,4}'::real[]::qvector, '{3,4}'::double precision[]::qvector(2);
SELECT '{1e-30,1e-30}'::double precision[]::qvector = '[1,1]' AS small;

-- the cosine of two real vectors is the root of their fidelity
SELECT round(fidelity(a::qvector, b::qvector)::numeric, 6) AS fidelity, round(power(1 - (a <=> b), 2)::numeric, 6) AS cosine_squared
FROM (VALUES ('[1,2,3]'::vector, '[3,1,2]'::vector)) AS v (a, b);

DROP TABLE sample, plain;
