-- dna: what is refused, how, and that data and connection are unharmed

CREATE TABLE archive (id integer PRIMARY KEY, value dna);
INSERT INTO archive VALUES (1, 'GATTACA'), (2, dna_encode('payload'));

-- bad text: where and what
SELECT 'GATXACA'::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT 'DNA:XYZ'::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT 'GAT TACA'::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT 'GÄT'::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT ''::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT 'DNA:'::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT 'DNA1:'::dna;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO archive VALUES (3, 'U');
\echo :LAST_ERROR_SQLSTATE

-- one base changed, one lost, an encoded value cut off
SELECT overlay(dna_encode('payload')::text PLACING 'C' FROM 60 FOR 1)::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT left(dna_encode('payload')::text, -1)::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT left(dna_encode('payload')::text, -4)::dna;
\echo :LAST_ERROR_SQLSTATE
SELECT 'DNA1:AAAT'::dna;
\echo :LAST_ERROR_SQLSTATE

-- a format of the future
SELECT 'DNA5:GATTACA'::dna;
\echo :LAST_ERROR_SQLSTATE

-- bad level
SELECT dna_encode('payload', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT dna_encode('payload', 20);
\echo :LAST_ERROR_SQLSTATE

-- the wrong kind of value
SELECT dna_decode('GATTACA');
\echo :LAST_ERROR_SQLSTATE
SELECT reverse_complement(dna_encode('payload'));
\echo :LAST_ERROR_SQLSTATE
SELECT dna_encode('payload'::text);
\echo :LAST_ERROR_SQLSTATE

-- a binary form that is none
CREATE TEMP TABLE binary_form (value bytea);
INSERT INTO binary_form VALUES ('\x01');
\set file `mktemp -u /tmp/qstore_dna_errors.XXXXXX`
\set read_and_remove 'cat ' :file '; rm ' :file
COPY binary_form TO :'file' WITH (FORMAT binary);
COPY archive (value) FROM PROGRAM :'read_and_remove' WITH (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE

-- nothing of it was stored, everything is still there
SELECT id, dna_verify(value), CASE id WHEN 2 THEN dna_decode(value) END AS decoded FROM archive ORDER BY id;
DROP TABLE archive;
