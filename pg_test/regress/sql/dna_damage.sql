-- dna: damage to stored bytes is found by every function that reads them.
-- No user can make a damaged value: for this test a superuser takes bytes for a dna unread.

BEGIN;
CREATE CAST (bytea AS dna) WITHOUT FUNCTION;

-- flips each bit of a value in turn and counts what the readers say
CREATE FUNCTION flip_each_bit(stored bytea, OUT flips integer, OUT found_by_verify integer, OUT found_by_decode integer, OUT found_by_text integer)
LANGUAGE plpgsql AS $$
DECLARE
    damaged dna;
BEGIN
    flips := octet_length(stored) * 8;
    found_by_verify := 0; found_by_decode := 0; found_by_text := 0;
    FOR i IN 0 .. flips - 1 LOOP
        damaged := set_bit(stored, i, 1 - get_bit(stored, i))::dna;
        IF NOT dna_verify(damaged) THEN found_by_verify := found_by_verify + 1; END IF;
        BEGIN
            PERFORM dna_decode(damaged);
        -- a damaged version is no longer a version that can be read
        EXCEPTION WHEN data_corrupted OR feature_not_supported THEN found_by_decode := found_by_decode + 1;
        END;
        BEGIN
            PERFORM damaged::text;
        EXCEPTION WHEN data_corrupted OR feature_not_supported THEN found_by_text := found_by_text + 1;
        END;
    END LOOP;
END $$;

SELECT * FROM flip_each_bit(dna_send(dna_encode('payload')));
SELECT found_by_verify = flips AS verify, found_by_decode = flips AS decode, found_by_text = flips AS text
FROM flip_each_bit(dna_send(dna_encode(convert_to(repeat('payload ', 40), 'UTF8'))));

-- what each reader says
CREATE TABLE archive (id integer PRIMARY KEY, value dna);
INSERT INTO archive VALUES
    (1, dna_encode('payload')),
    (2, set_bit(dna_send(dna_encode('payload')), 100, 1 - get_bit(dna_send(dna_encode('payload')), 100))::dna),
    (3, substr(dna_send(dna_encode('payload')), 1, 5)::dna),
    (4, ''::bytea::dna);
SELECT id FROM archive WHERE NOT dna_verify(value) ORDER BY id;
SAVEPOINT before;
SELECT dna_decode(value) FROM archive WHERE id = 2;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT value FROM archive WHERE id = 2;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT dna_send(value) FROM archive WHERE id = 2;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT dna_stats(value) FROM archive WHERE id = 2;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT length(value) FROM archive WHERE id = 3;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT gc_content(value) FROM archive WHERE id = 4;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;

-- order and equality do not read the content: the damaged rows can be found, sorted and deleted
SELECT count(DISTINCT value), count(*) FILTER (WHERE value = dna_encode('payload')) AS sound FROM archive;
DELETE FROM archive WHERE NOT dna_verify(value);
SELECT id, convert_from(dna_decode(value), 'UTF8') FROM archive;
ROLLBACK;
