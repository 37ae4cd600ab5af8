-- The scores in plain SQL: NEUROMATCH, QUANTUM_SEARCH, SYNAPTIC_WEIGHT, HEBBIAN_LEARNING.
CREATE TEMP TABLE items (id integer, v vector(3), note text);
INSERT INTO items SELECT i, ARRAY[cos(i), sin(i), (i % 7) / 7.0]::vector, 'note ' || i FROM generate_series(1, 300) AS i;
INSERT INTO items VALUES (0, NULL, 'no vector');
CREATE INDEX items_v ON items USING synaptic (v vector_cosine_ops);
SET enable_seqscan = off;

-- the best scores are an index scan, whether the score is shown or not
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY NEUROMATCH(v, '[1,2,3]') DESC LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id, NEUROMATCH(v, '[1,2,3]') AS score FROM items ORDER BY score DESC LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY QUANTUM_SEARCH(v, '[1,2,3]') DESC LIMIT 3;
SELECT id, round(NEUROMATCH(v, '[1,2,3]')::numeric, 4) AS score FROM items ORDER BY NEUROMATCH(v, '[1,2,3]') DESC LIMIT 3;
SELECT id, round((1 - (v <=> '[1,2,3]'))::numeric, 4) AS score FROM items ORDER BY v <=> '[1,2,3]' LIMIT 3;
-- with a bound and a limit, and no order of one's own
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE NEUROMATCH(v, '[1,2,3]') > 0.9 LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE id > 5 AND QUANTUM_SEARCH(v, '[1,2,3]') >= 0.9 LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE QUANTUM_SEARCH(v, '[1,2,3]') LIMIT 3;
SELECT id FROM items WHERE NEUROMATCH(v, '[1,2,3]') > 0.9 LIMIT 3;
-- nothing is lost when the limit is high
SELECT count(*) FROM (SELECT id FROM items WHERE NEUROMATCH(v, '[1,2,3]') > 0.1 LIMIT 1000) AS found;
SELECT count(*) FROM items WHERE NEUROMATCH(v, '[1,2,3]') > 0.1;
-- in sub-queries, WITH, views and parameters
EXPLAIN (COSTS OFF) SELECT count(*) FROM (SELECT id FROM items ORDER BY NEUROMATCH(v, '[1,2,3]') DESC LIMIT 3) AS best;
EXPLAIN (COSTS OFF) SELECT (SELECT id FROM items ORDER BY NEUROMATCH(v, '[1,2,3]') DESC LIMIT 1) AS best;
CREATE TEMP VIEW best AS SELECT id FROM items ORDER BY NEUROMATCH(v, '[1,2,3]') DESC LIMIT 3;
SELECT pg_get_viewdef('best');
TABLE best;
PREPARE best(vector) AS SELECT id FROM items ORDER BY NEUROMATCH(v, $1) DESC LIMIT 2;
EXPLAIN (COSTS OFF) EXECUTE best('[1,2,3]');
EXECUTE best('[1,2,3]');
DEALLOCATE best;

-- what has no such order keeps its own: worst first, a second key, groups, text, no limit, volatile arguments
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY NEUROMATCH(v, '[1,2,3]') LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY NEUROMATCH(v, '[1,2,3]') DESC, id LIMIT 3;
EXPLAIN (COSTS OFF) SELECT max(id) FROM items GROUP BY NEUROMATCH(v, '[1,2,3]') ORDER BY NEUROMATCH(v, '[1,2,3]') DESC LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY NEUROMATCH(note, 'note') DESC LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE NEUROMATCH(v, '[1,2,3]') > 0.9;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE NEUROMATCH(v, '[1,2,3]') > 0.9 OR id = 1 LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY NEUROMATCH(v, ARRAY[random(), 1, 1]::vector) DESC LIMIT 3;
RESET enable_seqscan;

-- QUANTUM_SEARCH is a number and a condition
SELECT note FROM items WHERE QUANTUM_SEARCH(note, 'note 300') > 0.99;
SELECT count(*) FROM items WHERE QUANTUM_SEARCH(note, 'vector');
SELECT QUANTUM_SEARCH('a vector', 'vector') AS score, pg_typeof(QUANTUM_SEARCH('a vector', 'vector')) AS type;
SELECT NOT QUANTUM_SEARCH('a vector', 'tensor') AS condition, QUANTUM_SEARCH('a vector', 'vector') + 1 AS number;
-- SYNAPTIC_WEIGHT is the same score, or a value squeezed into -1 to 1
SELECT SYNAPTIC_WEIGHT('John Smith', 'Smith') AS text, SYNAPTIC_WEIGHT('[1,1]'::vector, '[1,0]') AS vector, SYNAPTIC_WEIGHT(3) AS number, SYNAPTIC_WEIGHT(-1) AS negative;
-- HEBBIAN_LEARNING is rate × pre × post
SELECT HEBBIAN_LEARNING(2, 3, 0.5) AS three, HEBBIAN_LEARNING(2, 5) AS two, HEBBIAN_LEARNING(10) AS one, HEBBIAN_LEARNING(NULL) AS nothing;
SELECT HEBBIAN_LEARNING('text');
\echo :LAST_ERROR_SQLSTATE
