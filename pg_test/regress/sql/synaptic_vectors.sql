-- An index that keeps full vectors: rows in the order of true distances without the table's vectors.
SET enable_seqscan = off;
SET qstore.recall = 1.0;
CREATE TABLE kept (id int PRIMARY KEY, v vector(1100), topic int);
ALTER TABLE kept ALTER v SET STORAGE EXTERNAL;
INSERT INTO kept SELECT i, (SELECT array_agg(sin(i * 0.37 + j * j * 0.001) ORDER BY j) FROM generate_series(1, 1100) j)::vector, i % 7
FROM generate_series(1, 400) i;
CREATE INDEX kept_index ON kept USING synaptic (v vector_cosine_ops, topic) WITH (vectors = on, lists = 5);
SELECT lists, vector_bytes, vector_pages >= (400 * 4400 / 8152.0) AND vector_pages < pages AS on_pages FROM qstore.index_info('kept_index');
SELECT pg_get_indexdef('kept_index'::regclass);
SELECT * FROM qstore.check_index('kept_index', heap => true);

CREATE FUNCTION same(k int, condition text) RETURNS TABLE (rows bigint, as_sorted boolean) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT v <=> (SELECT v FROM kept WHERE id = 17) AS d FROM kept WHERE %s ORDER BY 1 LIMIT %s', condition, k);
    through double precision[];
    sorted double precision[];
BEGIN
    EXECUTE format('SELECT array_agg(d) FROM (%s) x', query) INTO through;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_seqscan = on;
    EXECUTE format('SELECT array_agg(d) FROM (%s) x', query) INTO sorted;
    RETURN QUERY SELECT cardinality(through)::bigint, through = sorted;
END
$$;
EXPLAIN (COSTS off) SELECT id FROM kept ORDER BY v <=> (SELECT v FROM kept WHERE id = 17) LIMIT 10;
SELECT * FROM same(10, 'true');
SELECT * FROM same(400, 'true');
SELECT * FROM same(20, 'topic = 3');
SELECT * FROM same(20, 'id % 5 = 1');

-- rows inserted, changed and deleted, before and after a vacuum: those nobody sees any more are not among the k
INSERT INTO kept SELECT id + 400, v * (SELECT array_agg(1 + (j % 5) * 0.2 ORDER BY j) FROM generate_series(1, 1100) j)::vector, topic FROM kept WHERE id <= 300;
UPDATE kept SET v = v + v WHERE id % 3 = 0;
DELETE FROM kept WHERE id BETWEEN 10 AND 60 AND id <> 17;
SELECT * FROM same(10, 'true');
SELECT * FROM same(700, 'true');
SELECT * FROM qstore.check_index('kept_index', heap => true);
VACUUM kept;
SELECT * FROM same(10, 'true');
INSERT INTO kept VALUES (1000, NULL, 3), (1001, array_fill(0, '{1100}')::vector, 3);
INSERT INTO kept SELECT id + 2000, v, topic FROM kept WHERE id < 120;
SELECT * FROM same(10, 'topic = 3');
SELECT count(*) FROM (SELECT id FROM kept ORDER BY v <=> (SELECT v FROM kept WHERE id = 17)) x;
SELECT * FROM qstore.check_index('kept_index', heap => true);
-- a transaction sees its own rows and not those it deleted
BEGIN;
DELETE FROM kept WHERE id % 2 = 0;
SELECT * FROM same(30, 'true');
ROLLBACK;
SELECT * FROM same(30, 'true');

-- a vector that is not the table's: the index was not kept up while the place of a row was given to another
CREATE INDEX other_index ON kept USING synaptic ((v + v)) WITH (vectors = on);
SELECT * FROM qstore.check_index('other_index', heap => true);
UPDATE pg_index SET indisready = false WHERE indexrelid = 'other_index'::regclass;
DELETE FROM kept WHERE id < 100;
VACUUM kept;
INSERT INTO kept SELECT id + 3000, v, topic FROM kept WHERE id > 600 AND id < 700;
UPDATE pg_index SET indisready = true WHERE indexrelid = 'other_index'::regclass;
SELECT invariant, count(*) > 0 AS found, bool_and(detail ~ '^the vector kept of row \(\d+,\d+\) is not that of the table$') AS named
FROM qstore.check_index('other_index', heap => true) WHERE invariant <> 'I8' GROUP BY 1;
SELECT count(*) FROM qstore.check_index('kept_index', heap => true);
DROP INDEX other_index;

-- switched off and on: at the next REINDEX
ALTER INDEX kept_index SET (vectors = off);
SELECT vector_bytes FROM qstore.index_info('kept_index');
REINDEX INDEX kept_index;
SELECT vector_bytes, vector_pages FROM qstore.index_info('kept_index');
SELECT * FROM same(50, 'true');
ALTER INDEX kept_index SET (vectors);
INSERT INTO kept SELECT id + 5000, v, topic FROM kept WHERE id < 5;
SELECT vector_bytes FROM qstore.index_info('kept_index');
REINDEX INDEX CONCURRENTLY kept_index;
SELECT vector_bytes FROM qstore.index_info('kept_index');
SELECT * FROM same(50, 'true');

-- every type; created empty, without declared dimensions, unlogged
CREATE UNLOGGED TABLE forms (id int, h halfvec, b bit(130), s sparsevec(5000), q qvector);
CREATE INDEX forms_h ON forms USING synaptic (h halfvec_l1_ops) WITH (vectors = on);
CREATE INDEX forms_b ON forms USING synaptic (b bit_jaccard_ops) WITH (vectors = on);
CREATE INDEX forms_s ON forms USING synaptic (s sparsevec_ip_ops) WITH (vectors = on);
CREATE INDEX forms_q ON forms USING synaptic (q) WITH (vectors = on);
SELECT i, dimensions, vector_bytes FROM unnest('{forms_h,forms_b,forms_s,forms_q}'::regclass[]) i, qstore.index_info(i);
INSERT INTO forms SELECT i, ARRAY[i % 13, i % 7, 1]::vector::halfvec, (repeat('01', 65)::bit(130) # (i::bit(130) << 60)),
    ('{' || (i % 50 + 1) || ':1,' || (i % 70 + 60) || ':2}/5000')::sparsevec, ARRAY[1 + i % 5, i % 3, 1]::vector::qvector FROM generate_series(1, 300) i;
-- more components than a record has room for: asked of the table
INSERT INTO forms SELECT 301, NULL, NULL, ('{' || string_agg(j || ':1', ',' ORDER BY j) || '}/5000')::sparsevec, NULL FROM generate_series(1, 400) j;
SELECT i, dimensions, vector_bytes FROM unnest('{forms_h,forms_b,forms_s,forms_q}'::regclass[]) i, qstore.index_info(i);
SELECT i, c.* FROM unnest('{forms_h,forms_b,forms_s,forms_q}'::regclass[]) i, qstore.check_index(i, heap => true) c;
SELECT array_agg(d ORDER BY d) = (SELECT array_agg(d ORDER BY d) FROM (SELECT h <+> '[3,4,1]' AS d FROM forms WHERE h IS NOT NULL ORDER BY (h <+> '[3,4,1]') + 0 LIMIT 20) y) AS same
FROM (SELECT h <+> '[3,4,1]' AS d FROM forms ORDER BY h <+> '[3,4,1]' LIMIT 20) x;
SELECT array_agg(d ORDER BY d) = (SELECT array_agg(d ORDER BY d) FROM (SELECT b <%> repeat('1', 130)::bit(130) AS d FROM forms WHERE b IS NOT NULL ORDER BY (b <%> repeat('1', 130)::bit(130)) + 0 LIMIT 20) y) AS same
FROM (SELECT b <%> repeat('1', 130)::bit(130) AS d FROM forms ORDER BY b <%> repeat('1', 130)::bit(130) LIMIT 20) x;
SELECT id, s <#> '{1:1,2:1,60:1,300:5}/5000' AS d FROM forms ORDER BY s <#> '{1:1,2:1,60:1,300:5}/5000', id LIMIT 3;
REINDEX INDEX forms_s;
SELECT vector_bytes FROM qstore.index_info('forms_s');
SELECT * FROM qstore.check_index('forms_s', heap => true);
DROP TABLE forms;

-- what is too long to be kept
CREATE TABLE long_bits (b bit(2000000));
CREATE INDEX ON long_bits USING synaptic (b) WITH (vectors = on);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX ON kept USING synaptic (v) WITH (vectors = maybe);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE long_bits, kept;
DROP FUNCTION same;
