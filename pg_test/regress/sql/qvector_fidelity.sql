-- qvector: fidelity, distance, probabilities, order

-- the same state, an orthogonal one, one between
SELECT fidelity('[1,0]', '[1,0]'), fidelity('[1,0]', '[0,1]'), fidelity('[1,0]', '[1,1]');
SELECT '[1,0]'::qvector <~> '[1,0]' AS same, '[1,0]'::qvector <~> '[0,1]' AS orthogonal;

-- complex: |⟨a|b⟩|² of (0.6, 0.8i) and (0.6, 0.8) is 0.36² + 0.64²
SELECT round(fidelity('[0.6,0.8i]', '[0.6,0.8]')::numeric, 6);

-- a global phase changes nothing; a relative phase does
SELECT fidelity('[1,i]', '[i,-1]'), round(fidelity('[1,i]', '[1,-i]')::numeric, 6) AS relative;

-- symmetric, within 0 and 1, and 1 for a state and itself, whatever the digits
CREATE TABLE sample (id integer PRIMARY KEY, state qvector(3));
INSERT INTO sample SELECT i, format('[%s,%si,%s]', sin(i), cos(i * i), sin(i * 7))::qvector FROM generate_series(1, 100) AS i;
SELECT bool_and(fidelity(a.state, b.state) = fidelity(b.state, a.state)) AS symmetric,
    bool_and(fidelity(a.state, b.state) BETWEEN 0 AND 1) AS in_range,
    bool_and(a.state <~> b.state = 1 - fidelity(a.state, b.state)) AS distance_is_rest,
    bool_and(a.id <> b.id OR a.state <~> b.state = 0) AS zero_to_itself
FROM sample AS a, sample AS b;

-- the nearest states
SELECT id, round((state <~> '[1,0,0]')::numeric, 4) AS distance FROM sample ORDER BY state <~> '[1,0,0]', id LIMIT 5;

-- what a measurement gives: each amplitude's squared modulus
SELECT probabilities('[1,0,0]'), probabilities('[1,i,1,-i]');
SELECT bool_and(abs(l1_distance(probabilities(state), '[0,0,0]') - 1) < 1e-6) AS sum_to_one FROM sample;

-- equality is that of the amplitudes: a global phase makes another value
SELECT '[1,i]'::qvector = '[2,2i]' AS scaled, '[1,i]'::qvector = '[i,-1]' AS phase, '[1,0]'::qvector <> '[1,0,0]' AS longer;
SELECT state::text FROM (VALUES ('[1]'::qvector), ('[i]'), ('[-1]'), ('[1,0]'), ('[0,1]'), ('[-i]')) AS v (state) ORDER BY v.state;
SELECT qvector_cmp('[1]', '[1]'), qvector_cmp('[i]', '[1]'), qvector_cmp('[1]', '[i]');
SELECT count(DISTINCT s) FROM (SELECT state AS s FROM sample UNION ALL SELECT state FROM sample) AS twice;

DROP TABLE sample;
