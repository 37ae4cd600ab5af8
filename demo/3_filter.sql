-- A search among some of the rows: the scan goes on until enough rows pass the filter.
\pset footer off
-- Loads the library, so that no timing below contains that.
SELECT '[1]'::vector \g /dev/null
\echo 'SELECT … WHERE section = ''python'' ORDER BY embedding <=> … LIMIT 5;'
\timing on
SELECT name, section, description, round((embedding <=> (SELECT embedding FROM queries WHERE id = 9))::numeric, 4) AS distance
FROM packages WHERE section = 'python' ORDER BY embedding <=> (SELECT embedding FROM queries WHERE id = 9) LIMIT 5;
\timing off

SET enable_indexscan = off;
SELECT string_agg(name, ', ') AS "the exact answer"
FROM (
    SELECT name FROM packages WHERE section = 'python' ORDER BY embedding <=> (SELECT embedding FROM queries WHERE id = 9) LIMIT 5
) AS found;
RESET enable_indexscan;

\echo 'Rows that a LIMIT 10 returns, by section: ten wherever the section has ten.'
SELECT count(*) AS sections, count(*) FILTER (WHERE found = least(10, size)) AS complete
FROM (
    SELECT s.section, s.size, (
        SELECT count(*) FROM (
            SELECT 1 FROM packages p WHERE p.section = s.section
            ORDER BY p.embedding <=> (SELECT embedding FROM queries WHERE id = 9) LIMIT 10
        ) AS found
    ) AS found
    FROM (SELECT section, count(*) AS size FROM packages GROUP BY section) AS s
) AS per_section;
