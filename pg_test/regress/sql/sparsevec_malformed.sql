-- A valid text damaged at every position in every way: each result is a sparse vector or an error, the same as in pgvector, and the session goes on.
CREATE FUNCTION pg_temp.outcome(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE read text;
BEGIN
    read := input::sparsevec::text;
    -- What was read is printed so that it reads the same.
    RETURN CASE WHEN read = read::sparsevec::text THEN 'vector' ELSE 'another vector' END;
EXCEPTION WHEN others THEN
    RETURN sqlstate || ' ' || regexp_replace(sqlerrm, ':? *".*"', '');
END $$;
CREATE TEMP TABLE damaged AS
WITH original(input) AS (VALUES (' {2:-2.5, 11 : 3e1} / 12 ')),
     place(input, at) AS (SELECT input, at FROM original, generate_series(1, length(input) + 1) AS at),
     letter(letter) AS (SELECT * FROM regexp_split_to_table('[]{}(),;:/.+-01289eENaif ' || E'\t\nä', ''))
SELECT 'cut off' AS damage, left(input, at - 1) AS text FROM place
UNION ALL SELECT 'cut off in front', substr(input, at) FROM place
UNION ALL SELECT 'removed', left(input, at - 1) || substr(input, at + 1) FROM place WHERE at <= length(input)
UNION ALL SELECT 'replaced', left(input, at - 1) || letter || substr(input, at + 1) FROM place, letter WHERE at <= length(input)
UNION ALL SELECT 'inserted', left(input, at - 1) || letter || substr(input, at) FROM place, letter
UNION ALL SELECT 'inserted word', left(input, at - 1) || word || substr(input, at) FROM place,
    unnest(ARRAY['NaN', '-inf', 'null', '1e9', '9e99', '1e-99', '..', ',,', '1:', ',2:1', ',3:0', '{}', '{1:1}/1', '00', '99999999999999999999']) AS word
UNION ALL SELECT 'part repeated', left(input, at - 1) || repeat(substr(input, at, len), 2) || substr(input, at + len) FROM place, generate_series(2, 8) AS len;
SELECT outcome, count(*) FROM damaged, LATERAL (SELECT pg_temp.outcome(text) AS outcome) AS t GROUP BY outcome ORDER BY outcome COLLATE "C";
SELECT damage, count(*), count(*) FILTER (WHERE pg_temp.outcome(text) = 'vector') AS vectors FROM damaged GROUP BY damage ORDER BY damage;
DROP TABLE damaged;
