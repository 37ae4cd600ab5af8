-- qvector: text and binary forms, type modifier

-- input is divided by its norm; white space is free
SELECT '[3,4]'::qvector;
SELECT '[0.6, 0.8i]'::qvector, ' [ 1 + i , 1 - i ] '::qvector, '[i]'::qvector, '[1e-3, 2.5E2i]'::qvector;

-- the largest and the smallest numbers normalise like any other
SELECT '[3e38,3e38i]'::qvector = '[1,i]' AS large, '[1e-45,1e-45i]'::qvector = '[1,i]' AS small;

-- minus zero is zero
SELECT '[-0,1-0i]'::qvector, '[-0,1]'::qvector = '[0,1]' AS same;

-- type modifier
CREATE TABLE sample (id integer PRIMARY KEY, state qvector(2));
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'sample'::regclass AND attname = 'state';
INSERT INTO sample VALUES (1, '[1,0]'), (2, '[1,i]'), (3, '[0.1-0.2i,0.3]'), (4, NULL);
SELECT * FROM sample ORDER BY id;
SELECT '[1,0,0]'::qvector(3);
SELECT qvector_dims('[1,0,0]');

-- text and binary forms give back the same bits, whatever the digits
INSERT INTO sample SELECT i, format('[%s%si,%s%si]', sin(i), to_char(cos(i * i), 'SG0.999999'), sin(i * 7), to_char(cos(i * 3), 'SG0.9999'))::qvector
FROM generate_series(5, 1000) AS i;
SELECT count(*) FROM sample WHERE state::text::qvector = state;
SELECT qvector_send('[0.6,0.8i]');

CREATE TABLE copied (id integer, state qvector(2));
\set file `mktemp -u /tmp/qstore_qvector_io.XXXXXX`
\set read_and_remove 'cat ' :file '; rm ' :file
COPY sample TO :'file' WITH (FORMAT binary);
COPY copied FROM PROGRAM :'read_and_remove' WITH (FORMAT binary);
SELECT count(*) FROM sample JOIN copied USING (id) WHERE sample.state = copied.state;

-- the largest state
SELECT qvector_dims(('[' || repeat('i,', 15999) || '1]')::qvector);

DROP TABLE sample, copied;
