-- A valid text damaged at every position in every way: each result is a vector or an error, the same as in pgvector, and the session goes on.
CREATE FUNCTION pg_temp.outcome(type regtype, input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE read text;
BEGIN
    EXECUTE format('SELECT %L::%s::text', input, type) INTO read;
    -- What was read is printed so that it reads the same.
    EXECUTE format('SELECT %L::%s::text', read, type) INTO STRICT input;
    RETURN CASE WHEN read = input THEN 'vector' ELSE 'another vector' END;
EXCEPTION WHEN others THEN
    RETURN sqlstate || ' ' || regexp_replace(sqlerrm, ':? *".*"', '');
END $$;
CREATE TEMP TABLE damaged AS
WITH original(input) AS (VALUES (' [1,-2.5, 3e1 ] ')),
     place(input, at) AS (SELECT input, at FROM original, generate_series(1, length(input) + 1) AS at),
     letter(letter) AS (SELECT * FROM regexp_split_to_table('[]{}(),;:.+-019eExNaif ' || E'\t\nä', ''))
SELECT 'cut off' AS damage, left(input, at - 1) AS text FROM place
UNION ALL SELECT 'cut off in front', substr(input, at) FROM place
UNION ALL SELECT 'removed', left(input, at - 1) || substr(input, at + 1) FROM place WHERE at <= length(input)
UNION ALL SELECT 'replaced', left(input, at - 1) || letter || substr(input, at + 1) FROM place, letter WHERE at <= length(input)
UNION ALL SELECT 'inserted', left(input, at - 1) || letter || substr(input, at) FROM place, letter
UNION ALL SELECT 'inserted word', left(input, at - 1) || word || substr(input, at) FROM place, unnest(ARRAY['NaN', '-inf', 'null', '1e9', '9e99', '1e-99', '..', ',,', '[1]']) AS word;
SELECT type, outcome, count(*) FROM damaged, unnest('{vector,halfvec}'::regtype[]) AS type, LATERAL (SELECT pg_temp.outcome(type, text) AS outcome) AS t
GROUP BY type, outcome ORDER BY type::text, outcome COLLATE "C";
SELECT damage, count(*), count(*) FILTER (WHERE pg_temp.outcome('vector', text) = 'vector') AS vectors FROM damaged GROUP BY damage ORDER BY damage;
DROP TABLE damaged;
