-- dna: bytes in, the same bytes out, and what a value says about itself

SELECT convert_from(dna_decode(dna_encode('Hello, world')), 'UTF8');

-- empty, one byte, all bytes, text, what does not compress
CREATE TEMP TABLE input (name text PRIMARY KEY, raw bytea);
INSERT INTO input VALUES
    ('empty', ''), ('zero', '\x00'),
    ('all bytes', (SELECT string_agg(set_byte('\x00', 0, i), '' ORDER BY i) FROM generate_series(0, 255) AS i)),
    ('words', convert_to(repeat('the same words again and again ', 1000), 'UTF8')),
    ('hashes', (SELECT string_agg(sha256(i::text::bytea), '' ORDER BY i) FROM generate_series(1, 500) AS i));
SELECT name, level, dna_decode(dna_encode(raw, level)) = raw AS same
FROM input, unnest(ARRAY[1, 3, 19]) AS level ORDER BY name, level;
SELECT name, dna_encode(raw) = dna_encode(raw, 3) AS default_is_3 FROM input ORDER BY name;

-- bytes that do not compress are kept as they are, with a header of at most 17 bytes
SELECT name, version, codec, dictionary, raw_bytes, stored_bytes < raw_bytes AS smaller, bases = 4 * stored_bytes AS four_bases_a_byte
FROM input, dna_stats(dna_encode(raw)) ORDER BY name;
SELECT stored_bytes - raw_bytes AS overhead FROM input, dna_stats(dna_encode(raw)) WHERE name = 'hashes';
SELECT stored_bytes = octet_length(dna_send(dna_encode(raw))) AS measured FROM input, dna_stats(dna_encode(raw)) WHERE name = 'words';

-- a sequence that was written as bases has no bytes that it was made from
SELECT * FROM dna_stats('GATTACA');

-- sequences
SELECT length('GATTACA'::dna), gc_content('GATTACA'), reverse_complement('GATTACA');
SELECT reverse_complement(reverse_complement('GATTACA')) = 'GATTACA' AS back;
SELECT length(dna_encode('\x00ff')), gc_content(dna_encode('\x00ff')) BETWEEN 0 AND 1 AS share;

-- every undamaged value is one
SELECT bool_and(dna_verify(dna_encode(raw))) AS encoded, dna_verify('GATTACA') AS written FROM input;

-- null in, null out
SELECT dna_encode(NULL) IS NULL AS encode, dna_encode('a', NULL) IS NULL AS level, dna_decode(NULL) IS NULL AS decode,
    dna_stats(NULL) IS NULL AS stats, dna_verify(NULL) IS NULL AS verify;
