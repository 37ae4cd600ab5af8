-- dna: parity. Damage within it is found, read around and repaired byte for byte; damage beyond it is an error.
-- No user can make a damaged value: for this test a superuser takes bytes for a dna unread.

BEGIN;
CREATE CAST (bytea AS dna) WITHOUT FUNCTION;

CREATE TABLE archive (id integer PRIMARY KEY, raw bytea, value dna);
INSERT INTO archive SELECT 1, raw, dna_encode(raw, parity => 20)
FROM (SELECT string_agg(sha256(i::text::bytea), '' ORDER BY i) AS raw FROM generate_series(1, 23) AS i) AS input;

-- 750 bytes in 12 shards, and 3 of parity
SELECT version, codec, raw_bytes, stored_bytes, parity_bytes, shards, parity_shards, damaged_shards FROM archive, dna_stats(value);
SELECT dna_decode(value) = raw AS same, dna_verify(value) AS sound, dna_repair(value) = value AS nothing_to_repair,
    left(value::text, 5) AS prefix, value::text::dna = value AS text_and_back FROM archive;

-- every bit: found, and repaired
SELECT count(*) AS bits, count(*) FILTER (WHERE dna_verify(damaged)) AS overlooked, count(*) FILTER (WHERE dna_repair(damaged) = value) AS repaired
FROM (SELECT value, set_bit(stored, i, 1 - get_bit(stored, i))::dna AS damaged
      FROM (SELECT value, dna_send(value) AS stored FROM (SELECT dna_encode('payload', parity => 20) AS value) AS one) AS stored,
          generate_series(0, octet_length(stored) * 8 - 1) AS i) AS flipped;

-- shards overwritten whole: 17 bytes of header, then 68 bytes a shard
CREATE FUNCTION overwrite(value dna, VARIADIC shards integer[]) RETURNS dna LANGUAGE plpgsql AS $$
DECLARE
    stored bytea := dna_send(value);
BEGIN
    FOR i IN 1 .. cardinality(shards) LOOP
        stored := overlay(stored PLACING decode(repeat('ee', 68), 'hex') FROM 18 + 68 * shards[i]);
    END LOOP;
    RETURN stored::dna;
END $$;
SELECT shards, parity_shards, damaged_shards FROM archive, dna_stats(overwrite(value, 0, 7, 14));
SELECT dna_decode(overwrite(value, 0, 7, 14)) = raw AS same FROM archive;
SELECT dna_repair(overwrite(value, 0, 7, 14)) = value AS repaired FROM archive;
SELECT dna_verify(overwrite(value, 3)) AS sound FROM archive;
SAVEPOINT before;
SELECT overwrite(value, 3) FROM archive;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT dna_decode(overwrite(value, 0, 5, 7, 14)) FROM archive;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT dna_repair(overwrite(value, 0, 5, 7, 14)) FROM archive;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;

-- a table is repaired by an UPDATE
UPDATE archive SET value = overwrite(value, 2, 3);
SELECT id FROM archive WHERE NOT dna_verify(value);
UPDATE archive SET value = dna_repair(value) WHERE NOT dna_verify(value);
SELECT dna_verify(value) AS sound, dna_decode(value) = raw AS same FROM archive;

-- without parity there is nothing to repair from; what is whole is left as it is
SELECT dna_repair('GATTACA') AS sequence, dna_repair(dna_encode('payload')) = dna_encode('payload') AS encoded, dna_repair(NULL) IS NULL AS nothing;
SAVEPOINT before;
SELECT dna_repair(set_bit(dna_send(dna_encode('payload')), 100, 1 - get_bit(dna_send(dna_encode('payload')), 100))::dna);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT dna_encode('payload', parity => 51);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT dna_encode('payload', parity => -1);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
