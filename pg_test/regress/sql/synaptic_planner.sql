-- Which way the planner takes, with a filter column, a B-tree on the same column and an index on a part of the table.
CREATE TABLE items (id int, rank int, live boolean, v vector(32));
INSERT INTO items
SELECT i, i * 7919 % 20000, i % 3 = 0, (SELECT array_agg(hashint4(i % 300 * 131 + j) / 2147483648.0 + 0.3 * hashint4(i * 32 + j) / 2147483648.0) FROM generate_series(1, 32) j)::real[]::vector
FROM generate_series(1, 20000) i;
CREATE INDEX items_rank ON items (rank);
CREATE INDEX items_v_rank ON items USING synaptic (v, rank) WITH (lists = 60);
VACUUM ANALYZE items;

CREATE FUNCTION scans(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    found text[];
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || replace(query, 'near', format('v <-> %L', (SELECT v FROM items WHERE id = 7))) LOOP
        found := found || substring(line FROM '(?:Index (?:Only )?Scan using|Bitmap Index Scan on|Seq Scan on) \S+|Sort$');
    END LOOP;
    RETURN array_to_string(array_remove(found, NULL), ', ');
END $$;

-- nearest rows, of all and of a share of them: from 0.1 % on fetching and sorting them all is faster
SELECT share || ' %' AS share, scans(format('SELECT id FROM items WHERE rank < %s ORDER BY near LIMIT 10', (share * 200)::int)) FROM unnest('{100,50,10,5,1,0.1,0.01}'::numeric[]) share;
SELECT scans('SELECT id FROM items WHERE rank = 7 ORDER BY near LIMIT 10');
SELECT scans('SELECT id FROM items WHERE rank IN (1, 2, 3) ORDER BY near LIMIT 10');
-- as far as storage without seeks goes, too
SET random_page_cost = 1.1;
SELECT share || ' %' AS share, scans(format('SELECT id FROM items WHERE rank < %s ORDER BY near LIMIT 10', (share * 200)::int)) FROM unnest('{100,50,10,5,0.1,0.01}'::numeric[]) share;
RESET random_page_cost;

-- many rows wanted: a sort of all is cheaper, at the latest for all of them
SELECT n, scans('SELECT id FROM items ORDER BY near LIMIT ' || n) FROM unnest('{1,100,1000,20000}'::int[]) n;
SELECT scans('SELECT id FROM items ORDER BY near');
SELECT scans('SELECT count(*) FROM items WHERE rank < 10000');
-- a cursor's reader wants the first rows
SELECT scans('DECLARE c CURSOR FOR SELECT id FROM items ORDER BY near');

-- an index on a part of the table, where the query is about that part
CREATE INDEX items_v_live ON items USING synaptic (v) WHERE live;
ANALYZE items;
SELECT scans('SELECT id FROM items WHERE live ORDER BY near LIMIT 10');
SELECT scans('SELECT id FROM items WHERE live AND id < 15000 ORDER BY near LIMIT 10');
SELECT scans('SELECT id FROM items WHERE NOT live ORDER BY near LIMIT 10');
SELECT scans('SELECT id FROM items ORDER BY near LIMIT 10');

-- a table of few pages is read whole
CREATE TABLE few AS SELECT * FROM items WHERE id <= 40;
CREATE INDEX few_v ON few USING synaptic (v);
ANALYZE few;
SELECT scans('SELECT id FROM few ORDER BY near LIMIT 10');

-- vectors in the TOAST table: only those of rows that pass the condition are read, however the rows are found
CREATE TABLE wide AS SELECT id, rank, array_cat(array_fill(id::real, '{568}'), v::real[])::vector(600) AS v FROM items WHERE id <= 4000;
CREATE INDEX wide_rank ON wide (rank);
CREATE INDEX wide_v_rank ON wide USING synaptic (v, rank) WITH (lists = 60);
VACUUM ANALYZE wide;
SELECT share || ' %' AS share, scans(format('SELECT id FROM wide WHERE rank < %s ORDER BY v <-> (SELECT v FROM wide WHERE id = 5) LIMIT 10', (share * 200)::int))
FROM unnest('{100,50,20,1,0.1}'::numeric[]) share;
DROP TABLE items, few, wide;
DROP FUNCTION scans;
