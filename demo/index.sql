-- Joins texts and vectors into the two tables of the demo, and builds the index.
\pset footer off
CREATE TABLE packages (
    id integer PRIMARY KEY, name text NOT NULL, section text NOT NULL, installed_kb integer, priority text,
    description text NOT NULL, embedding vector(384) NOT NULL
);
INSERT INTO packages SELECT t.*, v.embedding FROM package_text t JOIN package_vector v USING (id) ORDER BY id;
CREATE TABLE queries (id integer PRIMARY KEY, kind text NOT NULL, text text NOT NULL, embedding vector(384) NOT NULL);
INSERT INTO queries SELECT t.*, v.embedding FROM query_text t JOIN query_vector v USING (id) ORDER BY id;
DROP TABLE package_text, package_vector, query_text, query_vector;

\echo 'CREATE INDEX packages_embedding ON packages USING synaptic (embedding vector_cosine_ops);'
\timing on
CREATE INDEX packages_embedding ON packages USING synaptic (embedding vector_cosine_ops);
\timing off
VACUUM ANALYZE packages;
ANALYZE queries;
SELECT count(*) AS packages, (SELECT count(*) FROM queries) AS queries,
       pg_size_pretty(pg_table_size('packages')) AS table_size, pg_size_pretty(pg_relation_size('packages_embedding')) AS index_size
FROM packages;
