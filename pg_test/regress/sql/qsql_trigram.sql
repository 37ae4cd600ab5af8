-- A bound on NEUROMATCH of text is narrowed by a trigram index, and no row is lost by it.
SET client_min_messages = warning;
CREATE EXTENSION pg_trgm;
RESET client_min_messages;
CREATE TABLE trigram_books (id integer, title text, note varchar(60));
INSERT INTO trigram_books
SELECT i, words[1 + i % 8] || ' ' || words[1 + i / 8 % 8] || ' ' || i, upper(words[1 + i / 40 % 8])
FROM generate_series(0, 1023) i, (SELECT ARRAY['database', 'headphones', 'Säulen', 'dragon', 'wizard', 'tax law', 'cat', 'straße'] AS words) w;
INSERT INTO trigram_books VALUES (5000, 'the datbase engine', NULL), (5001, NULL, 'Telescopes'), (5002, 'a_database-engine', 'x');
CREATE INDEX trigram_books_title ON trigram_books USING gin (title gin_trgm_ops);
CREATE INDEX trigram_books_note ON trigram_books USING gin (note gin_trgm_ops);
ANALYZE trigram_books;
-- the library is loaded by its first function; a plain statement before that is planned as it stands
SELECT NEUROMATCH('one', 'two');

-- the index at work: in plain SQL, in the clause, under OR, as a condition by itself, of varchar
EXPLAIN (COSTS OFF) SELECT id FROM trigram_books WHERE NEUROMATCH(title, 'engine') > 0.5;
EXPLAIN (COSTS OFF) SELECT * FROM qsql($$ SELECT id FROM trigram_books NEUROMATCH (title, 'engine') STRENGTH > 0.5 WHERE id > 3 $$);
EXPLAIN (COSTS OFF) SELECT id FROM trigram_books WHERE 0.5 < NEUROMATCH(title, 'a') OR QUANTUM_SEARCH(title, 'ab');
EXPLAIN (COSTS OFF) SELECT id FROM trigram_books WHERE NEUROMATCH(note, 'telescope') > 0.5;
SELECT id FROM trigram_books WHERE NEUROMATCH(title, 'engine') > 0.5 ORDER BY id;
SELECT id FROM trigram_books WHERE NEUROMATCH(note, 'telescope') > 0.5 ORDER BY id;
-- a parameter is as good as a literal where its value is known to the planner
PREPARE found(text, float8) AS SELECT id FROM trigram_books WHERE NEUROMATCH(title, $1) > $2 ORDER BY id;
EXPLAIN (COSTS OFF) EXECUTE found('engine', 0.5);
EXECUTE found('engine', 0.5);
SET plan_cache_mode = force_generic_plan;
EXECUTE found('engine', 0.5);
RESET plan_cache_mode;
-- where every row may be meant, no index helps
EXPLAIN (COSTS OFF) SELECT id FROM trigram_books WHERE NEUROMATCH(title, 'engine') > -1;
EXPLAIN (COSTS OFF) SELECT id FROM trigram_books WHERE NEUROMATCH(title, '...') > 0;
EXPLAIN (COSTS OFF) SELECT id FROM trigram_books WHERE NEUROMATCH(title, 'engine') >= 0.5;

-- the same rows as without the index, for words, misspelt words and several words at many bounds
CREATE TABLE trigram_patterns AS
SELECT row_number() OVER () AS id, p FROM unnest(ARRAY['database', 'databse', 'datbaase', 'headphone', 'hedphones', 'säulen', 'saulen', 'SÄULEN', 'dragons', 'dargon',
    'wiz', 'cat', 'ct', 'cats', 'strasse', 'STRASSE', 'straße', 'tax', 'tax law', 'law of the tax', 'dragon wizard cat', 'a', 'x', '7', '12', '400',
    'wizzard dargon', 'engine of the database', 'K', 'database database']) AS p;
CREATE FUNCTION rows_lost() RETURNS TABLE (pattern text, bound float8) LANGUAGE plpgsql AS $$
DECLARE
    with_index bigint[];
    without bigint[];
BEGIN
    FOR pattern, bound IN SELECT p, b FROM trigram_patterns, unnest(ARRAY[0, 0.4, 0.65, 0.9]) AS b ORDER BY id, b LOOP
        EXECUTE format('SELECT array_agg(id ORDER BY id) FROM trigram_books WHERE NEUROMATCH(title, %L) > %s', pattern, bound) INTO with_index;
        EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (SELECT id, NEUROMATCH(title, %L) AS score FROM trigram_books OFFSET 0) AS s WHERE score > %s', pattern, bound) INTO without;
        IF with_index IS DISTINCT FROM without THEN RETURN NEXT; END IF;
    END LOOP;
END $$;
SET enable_seqscan = off;
SET jit = off;  -- a forbidden scan costs so much that it would be compiled
SELECT * FROM rows_lost();
-- an index of GiST would check the trigrams on the text itself, so it is not asked
DROP INDEX trigram_books_title;
CREATE INDEX ON trigram_books USING gist (title gist_trgm_ops);
EXPLAIN (COSTS OFF) SELECT id FROM trigram_books WHERE NEUROMATCH(title, 'engine') > 0.5;
SELECT * FROM rows_lost();
RESET enable_seqscan;
RESET jit;

-- what parts words for the score parts them for pg_trgm, on every character of the first plane
SELECT to_hex(c) AS begins_only_for_the_score FROM generate_series(1, 65535) AS c
WHERE c NOT BETWEEN 55296 AND 57343 AND NEUROMATCH(chr(c) || 'fantasy', 'fantasy') = 1 AND NOT show_trgm(chr(c) || 'fantasy') @> ARRAY['  f', ' fa'];
SELECT to_hex(c) AS ends_only_for_the_score FROM generate_series(1, 65535) AS c
WHERE c NOT BETWEEN 55296 AND 57343 AND NEUROMATCH('fantasy' || chr(c), 'fantasy') = 1 AND NOT show_trgm('fantasy' || chr(c)) @> ARRAY['sy '];

-- row-level security stands before the index condition's own check
CREATE ROLE regress_trigram_reader;
GRANT SELECT ON trigram_books TO regress_trigram_reader;
ALTER TABLE trigram_books ENABLE ROW LEVEL SECURITY;
CREATE POLICY not_5000 ON trigram_books USING (id <> 5000);
SET ROLE regress_trigram_reader;
SELECT id FROM trigram_books WHERE NEUROMATCH(title, 'engine') > 0.5 ORDER BY id;
RESET ROLE;

DROP TABLE trigram_books, trigram_patterns;
DROP FUNCTION rows_lost();
DROP ROLE regress_trigram_reader;
DROP EXTENSION pg_trgm;
