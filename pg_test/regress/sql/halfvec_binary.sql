-- Binary form: dimensions and a reserved zero as 16-bit integers, then the components, all big-endian.
SELECT halfvec_send('[1,-2,0.5]');

-- COPY in binary format brings back the same bits.
\getenv builddir PG_ABS_BUILDDIR
\cd :builddir
CREATE TABLE source (id int, v halfvec);
INSERT INTO source VALUES (1, '[0,-0,6e-8,65504]'), (2, array_fill(0.1, ARRAY[16000])::halfvec), (3, NULL), (4, '[7]');
CREATE TABLE target (id int, v halfvec);
\copy source TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy target FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
SELECT id, vector_dims(t.v), halfvec_send(s.v) = halfvec_send(t.v) AS same FROM source s JOIN target t USING (id) ORDER BY id;

-- Messages that are no halfvec: each is sent twice, for the message and for its SQLSTATE. A bytea is sent as it is, so it can play any client.
CREATE TABLE message (v bytea);
CREATE TABLE received (v halfvec);
CREATE TABLE received3 (v halfvec(3));
INSERT INTO message VALUES ('\x000200003c004000');
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
TABLE received;
\copy received3 FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received3 FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Empty.
UPDATE message SET v = '';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Fewer components than promised.
UPDATE message SET v = '\x000200003c00';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- More.
UPDATE message SET v = '\x000100003c004000';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- No components, too many, a reserved field in use.
UPDATE message SET v = '\x00000000';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = '\xffff0000';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = '\x0001ffff3c00';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Components that are not finite.
UPDATE message SET v = '\x000200003c007e00';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = '\x00010000fc00';
\copy message TO 'results/halfvec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/halfvec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
SELECT count(*) FROM received;
DROP TABLE source, target, message, received, received3;
