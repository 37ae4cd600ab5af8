-- Bad input to the index: a clear error each, and nothing is lost.
CREATE TABLE items (id int, v vector);
INSERT INTO items VALUES (1, '[1,2,3]');
CREATE INDEX items_index ON items USING synaptic (v);
-- wrong dimensions: inserted, asked, found by a build
INSERT INTO items VALUES (2, '[1,2]');
\echo :LAST_ERROR_SQLSTATE
SET enable_seqscan = off;
SELECT id FROM items ORDER BY v <-> '[1,2]' LIMIT 1;
\echo :LAST_ERROR_SQLSTATE
DROP INDEX items_index;
INSERT INTO items VALUES (2, '[1,2]');
CREATE INDEX items_index ON items USING synaptic (v);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX items_index ON items USING synaptic (v) WHERE id = 1;
SELECT count(*) FROM items;
-- options
CREATE INDEX ON items USING synaptic (v) WITH (listz = 4);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX ON items USING synaptic (v) WITH (lists = -1);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX ON items USING synaptic (v) WITH (lists = 'many');
\echo :LAST_ERROR_SQLSTATE
SET qstore.recall = 0.3;
\echo :LAST_ERROR_SQLSTATE
SET qstore.recall = 'high';
\echo :LAST_ERROR_SQLSTATE
-- types and kinds of index
CREATE INDEX ON items USING synaptic (id);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX ON items USING synaptic (v vector_ops);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX ON items USING synaptic (v, v);
\echo :LAST_ERROR_SQLSTATE
CREATE UNIQUE INDEX ON items USING synaptic (v);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX ON items USING synaptic (v) INCLUDE (id);
\echo :LAST_ERROR_SQLSTATE
-- functions about an index, asked about something else
SELECT * FROM qstore.check_index('items');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.index_info('pg_class_oid_index');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.index_info('no_such_index');
\echo :LAST_ERROR_SQLSTATE
-- the connection and the data are unharmed
SELECT * FROM items ORDER BY id;
DROP TABLE items;
