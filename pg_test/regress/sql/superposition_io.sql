-- superposition: text, binary, casts, equality; the stored bytes of every version stay readable

-- weights are kept as given when they sum to 1, divided by their sum otherwise; contexts are in the order of their names
SELECT superposition('{technical,casual}', '{0.7,0.3}', '{"[1,0]","[0,1]"}');
SELECT superposition('{technical,casual}', '{7,3}', '{"[1,0]","[0,1]"}') = superposition('{casual,technical}', '{0.3,0.7}', '{"[0,1]","[1,0]"}') AS same;
-- one vector for all
SELECT superposition('{a,b}', '{1,1}', '{"[1,2]"}'), superposition('{a,b}', '{1,1}', '{"[1,2]"}') = superposition('{a,b}', '{1,1}', '{"[1,2]","[1,2]"}') AS same;
SELECT '{"x": {"vector": [1, 2.5e-1], "weight": 2}, "Grüße \"q\"": {"weight": 6, "vector": [3,4]}}'::superposition;
SELECT superposition(NULL, '{1}', '{"[1]"}') IS NULL AS strict;

-- what was written comes back with the same bits
CREATE TABLE thing (id integer PRIMARY KEY, s superposition);
INSERT INTO thing SELECT i, superposition('{a,b,c}', ARRAY[i, sqrt(i), 1 / i::float8],
    ARRAY[format('[%s,%s]', sin(i), cos(i))::vector, format('[%s,%s]', i, 1e-30 * i)::vector, '[0.1,-0.2]'])
FROM generate_series(1, 50) AS i;
SELECT count(*) FROM thing WHERE s::text::superposition = s AND s::jsonb::superposition = s AND s::json::superposition = s;
SELECT count(DISTINCT superposition_send(s)), min(octet_length(superposition_send(s))), max(octet_length(superposition_send(s))) FROM thing;
SELECT superposition_send(superposition('{a,ä}', '{0.3,0.7}', '{"[0,2]","[1,0]"}'));
SELECT s::jsonb -> 'b' ->> 'weight' AS weight FROM (SELECT superposition('{a,b}', '{1,3}', '{"[1]"}') AS s) AS x;

-- equality and hash
SELECT count(DISTINCT s) FROM (SELECT s FROM thing UNION ALL SELECT s FROM thing) AS twice;
SELECT count(*) FROM (SELECT s FROM thing INTERSECT SELECT s FROM thing WHERE id <= 20) AS both_sides;
SELECT superposition_hash(a) = superposition_hash(b) AS hash, superposition_cmp(a, b), a < b AS lt, a <= b AS le, a <> b AS ne, a >= b AS ge, a > b AS gt
FROM (SELECT superposition('{a,b}', '{1,3}', '{"[1]"}') AS a, superposition('{b,a}', '{3,1}', '{"[1]"}') AS b) AS x;
CREATE UNIQUE INDEX ON thing (s);
INSERT INTO thing SELECT 51, s FROM thing WHERE id = 7;
\echo :LAST_ERROR_SQLSTATE

-- stored bytes of version 1, as the first release wrote them on a little-endian machine, never made anew: two vectors, a shared one
BEGIN;
CREATE CAST (bytea AS superposition) WITHOUT FUNCTION;
CREATE CAST (superposition AS bytea) WITHOUT FUNCTION;
SELECT '\x0100020002000000333333333333d33f666666666666e63f0100020061c3a40000000000000000400000803f00000000'::bytea::superposition;
SELECT superposition('{a,ä}', '{0.3,0.7}', '{"[0,2]","[1,0]"}')::bytea, superposition('{a}', '{1}', '{"[1]"}')::bytea;
-- damage: too short, too long, weights that do not sum to 1, names out of order, NaN, another version
SAVEPOINT before;
SELECT '\x010002'::bytea::superposition;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x0101010001000000000000000000f03f01006100000080'::bytea::superposition <-> '[1]'::vector;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x0101010001000000000000000000e03f010061000000803f'::bytea::superposition;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x0101020001000000000000000000e03f000000000000e03f01000100626100000000803f'::bytea::superposition;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x0101010001000000000000000000f03f010061000000c07f'::bytea::superposition;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT '\x0201010001000000000000000000f03f010061000000803f'::bytea::superposition;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

DROP TABLE thing;
