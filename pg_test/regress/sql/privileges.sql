-- What a user without any privilege of his own may call in the schema qstore.
CREATE ROLE regress_qstore_user;
CREATE TABLE shared_items (id int, v vector(2));
INSERT INTO shared_items VALUES (1, '[1,0]'), (2, '[0,1]');
CREATE INDEX shared_index ON shared_items USING synaptic (v);
SET ROLE regress_qstore_user;
SELECT dimensions, metric FROM qstore.index_info('shared_index');
SELECT (qstore.grover_search(3, ARRAY[5]::bigint[])).iterations;
-- a row's secrets are not measured by those who may not read it
SELECT * FROM qstore.recall('shared_index');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qstore.check_index('shared_index');
\echo :LAST_ERROR_SQLSTATE
SELECT qstore.adopt_pgvector();
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION qstore.mine() RETURNS int LANGUAGE sql AS 'SELECT 1';
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
DROP TABLE shared_items;
DROP ROLE regress_qstore_user;
