-- Binary form: dimensions, number of elements and a reserved zero, then indices from 0, then values, all big-endian.
SELECT sparsevec_send('{1:1,3:-2,5:0.5}/5');
SELECT sparsevec_send('{}/1000000000');

-- COPY in binary format brings back the same bits.
\getenv builddir PG_ABS_BUILDDIR
\cd :builddir
CREATE TABLE source (id int, v sparsevec);
INSERT INTO source VALUES (1, '{1:-1,3:1e-45,4:3.4028235e38}/4'), (2, array_fill(0.1, ARRAY[16000])::sparsevec), (3, NULL), (4, '{}/7'), (5, '{1000000000:7}/1000000000');
CREATE TABLE target (id int, v sparsevec);
\copy source TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy target FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
SELECT id, left(t.v::text, 40) AS head, sparsevec_send(s.v) = sparsevec_send(t.v) AS same FROM source s JOIN target t USING (id) ORDER BY id;

-- Messages that are no sparse vector: each is sent twice, for the message and for its SQLSTATE. A bytea is sent as it is, so it can play any client.
CREATE TABLE message (v bytea);
CREATE TABLE received (v sparsevec);
CREATE TABLE received3 (v sparsevec(3));
INSERT INTO message VALUES (int4send(5) || int4send(2) || int4send(0) || int4send(0) || int4send(4) || float4send(1) || float4send(2));
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
TABLE received;
\copy received3 FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received3 FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Empty, half a header, fewer elements than promised.
UPDATE message SET v = '';
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(5) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(5) || int4send(2) || int4send(0) || int4send(0) || int4send(1) || float4send(1);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- More.
UPDATE message SET v = int4send(5) || int4send(1) || int4send(0) || int4send(0) || float4send(1) || float4send(2);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Dimensions out of range.
UPDATE message SET v = int4send(0) || int4send(0) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(-1) || int4send(0) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(1000000001) || int4send(0) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Numbers of elements out of range; the largest would take 16 GB.
UPDATE message SET v = int4send(5) || int4send(-1) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(20000) || int4send(16001) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(1000000000) || int4send(2147483647) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(1) || int4send(2) || int4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- A reserved field in use.
UPDATE message SET v = int4send(5) || int4send(0) || int4send(1);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Indices out of range, out of order, twice.
UPDATE message SET v = int4send(2) || int4send(1) || int4send(0) || int4send(-1) || float4send(1);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(2) || int4send(1) || int4send(0) || int4send(2) || float4send(1);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(2) || int4send(2) || int4send(0) || int4send(1) || int4send(0) || float4send(1) || float4send(1);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(2) || int4send(2) || int4send(0) || int4send(1) || int4send(1) || float4send(1) || float4send(1);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

-- Values that are no element.
UPDATE message SET v = int4send(2) || int4send(2) || int4send(0) || int4send(0) || int4send(1) || float4send(1) || float4send('NaN');
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(2) || int4send(1) || int4send(0) || int4send(0) || float4send('-Infinity');
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(2) || int4send(1) || int4send(0) || int4send(0) || float4send(0);
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default
UPDATE message SET v = int4send(2) || int4send(1) || int4send(0) || int4send(0) || float4send('-0');
\copy message TO 'results/sparsevec_binary.data' WITH (FORMAT binary)
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY sqlstate
\copy received FROM 'results/sparsevec_binary.data' WITH (FORMAT binary)
\set VERBOSITY default

SELECT count(*) FROM received;
DROP TABLE source, target, message, received, received3;
