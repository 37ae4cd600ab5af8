-- An index over states by fidelity: exact at recall 1, blind to the global phase, within the declared recall otherwise

-- 4 qubits: density matrices of 256 numbers, no approximation before the codes
CREATE TABLE sample (id integer PRIMARY KEY, state qvector(16));
INSERT INTO sample SELECT i, format('[%s]', (SELECT string_agg(format('%s%si', sin(i * j + i * i * 0.7), to_char(cos(i * j * 1.3 + j), 'SG0.999999')), ',' ORDER BY j)
    FROM generate_series(1, 16) AS j))::qvector FROM generate_series(1, 3000) AS i;
INSERT INTO sample VALUES (0, NULL);
CREATE INDEX sample_state ON sample USING synaptic (state) WITH (lists = 8);
ANALYZE sample;
SELECT dimensions, metric, lists FROM qstore.index_info('sample_state');
SELECT * FROM qstore.check_index('sample_state', heap => true);
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT id FROM sample ORDER BY state <~> (SELECT state FROM sample WHERE id = 7) LIMIT 5;

-- at recall 1 the answer is that of a sequential scan, and a global phase changes nothing
SET qstore.recall = 1;
CREATE FUNCTION nearest(query qvector, rows integer) RETURNS integer[] LANGUAGE sql AS $$
    SELECT array_agg(id ORDER BY distance, id) FROM (SELECT id, state <~> query AS distance FROM sample ORDER BY state <~> query LIMIT rows) AS found $$;
CREATE TEMP TABLE by_index AS SELECT i, nearest(q.state, 20) AS ids FROM generate_series(1, 2901, 100) AS i JOIN sample q ON q.id = i;
SELECT count(*) FILTER (WHERE ids[1] = i) AS itself_first FROM by_index;
CREATE FUNCTION turned(state qvector) RETURNS qvector LANGUAGE sql AS $$
    SELECT superpose(ARRAY[tensor(state, '[1]'), tensor(state, '[i]')], '{0.6,0.8}') $$;
SELECT count(*) FILTER (WHERE nearest(turned(q.state), 20) = ids) AS phase_ignored FROM by_index JOIN sample q ON q.id = i;
SET enable_indexscan = off;
SET enable_seqscan = on;
SELECT count(*) FILTER (WHERE nearest(q.state, 20) = ids) AS exact FROM by_index JOIN sample q ON q.id = i;
RESET enable_indexscan;
SET enable_seqscan = off;

-- NULL comes last
SELECT count(*), count(state), (array_agg(id ORDER BY place))[3001] AS last
FROM (SELECT id, state, row_number() OVER () AS place FROM (SELECT id, state FROM sample ORDER BY state <~> (SELECT state FROM sample WHERE id = 7)) AS x) AS y;

-- the declared recall
RESET qstore.recall;
SELECT declared, measured >= declared - 0.02 AS held FROM qstore.recall('sample_state', 50, 10);
ALTER INDEX sample_state SET (recall = 0.9);
SELECT declared, measured >= declared - 0.02 AS held FROM qstore.recall('sample_state', 50, 10);

-- inserts and deletes: a state turned by a global phase is as near as the state itself
INSERT INTO sample SELECT id + 10000, turned(state) FROM sample WHERE id BETWEEN 1 AND 50;
SELECT count(*) FROM sample q WHERE id BETWEEN 1 AND 50
    AND (SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM sample s ORDER BY s.state <~> q.state LIMIT 2) AS two) = ARRAY[q.id, q.id + 10000];
DELETE FROM sample WHERE id <= 50;
VACUUM sample;
SELECT * FROM qstore.check_index('sample_state', heap => true);

-- other dimensions than those of the index
INSERT INTO sample VALUES (5, '[1,0]');
\echo :LAST_ERROR_SQLSTATE
SELECT id FROM sample ORDER BY state <~> '[1,0]' LIMIT 1;
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE loose (state qvector);
INSERT INTO loose VALUES ('[1,0]'), ('[1,0,0]');
CREATE INDEX ON loose USING synaptic (state);
\echo :LAST_ERROR_SQLSTATE

-- 7 qubits: sketches of density matrices; exact again at recall 1
CREATE TABLE wide (id integer PRIMARY KEY, state qvector(128));
INSERT INTO wide SELECT i, format('[%s]', (SELECT string_agg(format('%s%si', sin((i % 50) * j + (i % 50) ^ 2) + 0.4 * sin(i * j * 0.37), to_char(cos((i % 50) * j * 1.3) + 0.4 * cos(i * j * 0.11), 'SG0.999999')), ',' ORDER BY j)
    FROM generate_series(1, 128) AS j))::qvector FROM generate_series(1, 1500) AS i;
CREATE INDEX wide_state ON wide USING synaptic (state) WITH (lists = 5);
ANALYZE wide;
SELECT declared, measured >= declared - 0.02 AS held FROM qstore.recall('wide_state', 40, 10);
SET qstore.recall = 1;
SELECT declared, measured FROM qstore.recall('wide_state', 20, 10);
RESET qstore.recall;
RESET enable_seqscan;
DROP FUNCTION nearest, turned;
DROP TABLE sample, wide, loose;
