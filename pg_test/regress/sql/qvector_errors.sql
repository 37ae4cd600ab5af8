-- qvector: what is refused, how, and that data and connection are unharmed

CREATE TABLE sample (id integer PRIMARY KEY, state qvector(2));
INSERT INTO sample VALUES (1, '[1,i]');

-- bad text
SELECT ''::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '1,2'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,x]'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2+3]'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,2] '::qvector, '[1,2] 3'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,ä]'::qvector;
\echo :LAST_ERROR_SQLSTATE

-- no state: no amplitude, the zero vector, NaN, infinity, out of range
SELECT '[]'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[0,0i]'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,NaN]'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,-Infinityi]'::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,4e38]'::qvector;
\echo :LAST_ERROR_SQLSTATE

-- dimensions
INSERT INTO sample VALUES (2, '[1,0,0]');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO sample SELECT 2, '[1,0,0]'::vector;
\echo :LAST_ERROR_SQLSTATE
SELECT '[1,0]'::qvector <~> '[1,0,0]';
\echo :LAST_ERROR_SQLSTATE
SELECT fidelity('[1,0]', '[1]');
\echo :LAST_ERROR_SQLSTATE
SELECT ('[' || repeat('1,', 16000) || '1]')::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT array_fill(1::real, ARRAY[16001])::qvector;
\echo :LAST_ERROR_SQLSTATE

-- type modifier
CREATE TABLE refused (state qvector(0));
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE refused (state qvector(16001));
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE refused (state qvector(2, 3));
\echo :LAST_ERROR_SQLSTATE

-- casts
SELECT '[0,0]'::vector::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{}'::real[]::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,NULL}'::real[]::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{{1,2},{3,4}}'::real[]::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,NaN}'::real[]::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,-Infinity}'::double precision[]::qvector;
\echo :LAST_ERROR_SQLSTATE
SELECT '{1,1e39}'::double precision[]::qvector;
\echo :LAST_ERROR_SQLSTATE

-- a binary form of another version, and one of the zero vector
CREATE TEMP TABLE binary_form (value bytea);
\set file `mktemp -u /tmp/qstore_qvector_errors.XXXXXX`
\set read_and_remove 'cat ' :file '; rm ' :file
INSERT INTO binary_form VALUES ('\x0200000100000000');
COPY binary_form TO :'file' WITH (FORMAT binary);
COPY sample (state) FROM PROGRAM :'read_and_remove' WITH (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE binary_form SET value = '\x0100000200000000000000000000000000000000';
COPY binary_form TO :'file' WITH (FORMAT binary);
COPY sample (state) FROM PROGRAM :'read_and_remove' WITH (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE

-- an access method that does not know the type
CREATE INDEX ON sample USING gist (state);
\echo :LAST_ERROR_SQLSTATE

-- nothing of it was stored, everything is still there
SELECT * FROM sample;
DROP TABLE sample;
