-- dna: text and binary forms

-- a sequence that somebody writes
SELECT 'GATTACA'::dna;
SELECT 'DNA:gattaca'::dna AS prefix_and_case, 'A'::dna AS one_base;
SELECT ('GATT' || 'ACA')::text::dna AS from_text, 'GATTACA'::dna::text AS to_text;

-- an encoded value: its text is the whole stored value, header and checksum included
SELECT dna_encode('\x00ff');
SELECT dna_decode('DNA1:AAATTCGATCAGGAGAGTACCCAACAAGTCGGTGGCAAATAAAAAAAGAAAAAAAACCCC');

-- text and binary forms give back the same bytes
CREATE TABLE sample (id integer PRIMARY KEY, value dna);
INSERT INTO sample VALUES
    (1, 'A'), (2, 'GATTACA'), (3, dna_encode('')), (4, dna_encode('\x00ff')),
    (5, dna_encode(convert_to(repeat('the same words again and again ', 1000), 'UTF8'))),
    (6, dna_encode((SELECT string_agg(sha256(i::text::bytea), '') FROM generate_series(1, 500) AS i))),
    (7, NULL);
SELECT id, value::text::dna = value AS same FROM sample ORDER BY id;
SELECT id, length(value::text), substr(encode(dna_send(value), 'hex'), 1, 2) AS version FROM sample WHERE id <> 5 ORDER BY id;

CREATE TABLE copied (LIKE sample);
\set file `mktemp -u /tmp/qstore_dna_io.XXXXXX`
\set read_and_remove 'cat ' :file '; rm ' :file
COPY sample TO :'file' WITH (FORMAT binary);
COPY copied FROM PROGRAM :'read_and_remove' WITH (FORMAT binary);
SELECT count(*) FROM sample JOIN copied USING (id) WHERE sample.value = copied.value;

-- stored out of line, never compressed a second time
SELECT attstorage FROM pg_attribute WHERE attrelid = 'sample'::regclass AND attname = 'value';

DROP TABLE sample, copied;
