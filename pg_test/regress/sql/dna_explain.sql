-- The plan of a query before and after compressing differs in the cast, and in nothing else
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE docs (id integer PRIMARY KEY, doc jsonb NOT NULL, note text);
INSERT INTO docs SELECT i, jsonb_build_object('id', i, 'place', (ARRAY['Delft', 'Graz', 'Porto'])[i % 3 + 1], 'serial', md5(i::text), 'remark', 'calibrated in the laboratory by the second shift'),
    'This is note number ' || i || ' of the sensors in the laboratory.' FROM generate_series(1, 2000) AS i;
CREATE INDEX docs_gin ON docs USING gin (doc jsonb_path_ops);
CREATE INDEX docs_serial ON docs ((doc->>'serial'));
CREATE INDEX docs_note ON docs (note);
CREATE INDEX docs_words ON docs USING gin (to_tsvector('english', note));
ANALYZE docs;

CREATE TABLE queries (n integer PRIMARY KEY, query text);
INSERT INTO queries VALUES
    (1, 'SELECT id FROM docs WHERE doc @> ''{"id": 7}'''),
    (2, 'SELECT id, doc->>''place'' FROM docs WHERE doc->>''serial'' = md5(''77'') ORDER BY id'),
    (3, 'SELECT id FROM docs WHERE note = ''This is note number 7 of the sensors in the laboratory.'''),
    (4, 'SELECT id FROM docs WHERE to_tsvector(''english'', note) @@ to_tsquery(''english'', ''1234 & laboratory'')'),
    (5, 'SELECT id FROM docs WHERE note LIKE ''%number 77 %'''),
    (6, 'SELECT count(*) FROM docs WHERE doc ? ''remark'''),
    (7, 'SELECT doc->''id'' FROM docs WHERE id = 5'),
    (8, 'SELECT id FROM docs WHERE note = ''x'' AND doc @> ''{"id": 9}'''),
    (9, 'SELECT a.id FROM docs AS a JOIN docs AS b ON a.doc->>''place'' = b.doc->>''place'' AND b.id = 3 WHERE a.id < 10 ORDER BY a.id');
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF, VERBOSE) ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
CREATE FUNCTION answer_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE 'SELECT string_agg(answer::text, '','') FROM (' || query || ') AS answer' INTO answer;
    RETURN answer;
END $$;
-- The indexes have to serve, however cheap the table is to read.
SET enable_seqscan = off;
CREATE TABLE before AS SELECT n, plan_of(query) AS plan, answer_of(query) AS answer FROM queries;
SELECT count(*) AS compressed FROM qstore.compress_table('docs');
CREATE TABLE after AS SELECT n, plan_of(query) AS plan, answer_of(query) AS answer FROM queries;
SELECT n, a.plan <> b.plan AS with_cast, regexp_replace(a.plan, '\(((?:[ab]\.|docs\.)?(?:doc|note))\)::(?:jsonb|text)', '\1', 'g') = b.plan AS otherwise_same, a.answer IS NOT DISTINCT FROM b.answer AS same_answer
FROM before AS b JOIN after AS a USING (n) ORDER BY n;
SELECT a.plan FROM after AS a WHERE n IN (1, 2) ORDER BY n \g (format=unaligned tuples_only)
RESET enable_seqscan;
DROP TABLE docs, queries, before, after;
DROP FUNCTION plan_of, answer_of;
