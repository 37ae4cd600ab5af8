-- superposition: the binary form brings back the same bits; what is none is refused; damaged texts and messages harm nothing
\getenv builddir PG_ABS_BUILDDIR
\cd :builddir
CREATE TABLE source (id integer, s superposition);
INSERT INTO source SELECT i, superposition(ARRAY['a', 'Grüße', i::text || 'x'], ARRAY[i, sqrt(i), 1 / i::float8],
    CASE WHEN i % 2 = 0 THEN ARRAY['[0.1,-0.2]'] ELSE ARRAY[format('[%s,1e-45]', sin(i)), '[3.4028235e38,-0]', '[7,8]'] END::vector[])
FROM generate_series(1, 40) AS i;
INSERT INTO source VALUES (41, NULL), (42, superposition('{wide}', '{1}', ARRAY[array_fill(0.1, ARRAY[16000])::vector]));
CREATE TABLE target (LIKE source);
\copy source TO 'results/superposition_binary.data' WITH (FORMAT binary)
\copy target FROM 'results/superposition_binary.data' WITH (FORMAT binary)
SELECT count(*), count(*) FILTER (WHERE s.s IS NOT DISTINCT FROM t.s) AS same FROM source s JOIN target t USING (id);

-- a bytea is sent as it is, so it can play any client: a right message with weights of another sum, damaged ones, another version
CREATE TABLE message (m bytea);
CREATE TABLE received (s superposition);
INSERT INTO message VALUES ('\x01010002000100003ff000000000000040080000000000000001000161620000'::bytea || float4send(1));
\copy message TO 'results/superposition_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/superposition_binary.data' WITH (FORMAT binary)
TABLE received;
UPDATE message SET m = substr(m, 1, 20);
\copy message TO 'results/superposition_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/superposition_binary.data' WITH (FORMAT binary)
UPDATE message SET m = '\x02010002000100003ff0';
\copy message TO 'results/superposition_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/superposition_binary.data' WITH (FORMAT binary)
UPDATE message SET m = '\x01010001000100003ff000000000000000016100' || float4send('NaN');
\copy message TO 'results/superposition_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/superposition_binary.data' WITH (FORMAT binary)
UPDATE message SET m = '\x01010001000100003ff00000000000000001ff00' || float4send(1);
\copy message TO 'results/superposition_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/superposition_binary.data' WITH (FORMAT binary)
UPDATE message SET m = '';
\copy message TO 'results/superposition_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/superposition_binary.data' WITH (FORMAT binary)
SELECT count(*) FROM received;

-- a valid text damaged at every position is a superposition or an error of two kinds, and the session goes on
CREATE FUNCTION pg_temp.outcome(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE read text;
BEGIN
    read := input::superposition::text;
    RETURN CASE WHEN read::superposition::text = read THEN 'superposition' END;
EXCEPTION WHEN others THEN
    RETURN sqlstate;
END $$;
SELECT outcome, count(*) > 0 AS some FROM (VALUES ('{"a": {"weight": 0.5, "vector": [1,-2]}, "b": {"vector": [3,4e1], "weight": 5}}')) AS v (input),
    generate_series(1, length(input)) AS at, unnest(ARRAY['', '{', '}', '[', ']', ',', ':', '"', '\', '9', 'e', '-', ' ', 'NaN', 'ä']) AS letter,
    LATERAL (SELECT pg_temp.outcome(left(input, at - 1) || letter || substr(input, at + 1)) AS outcome) AS o
GROUP BY outcome ORDER BY outcome COLLATE "C";
DROP TABLE source, target, message, received;
