-- What pgvector.dump holds. It was taken with pgvector 0.8.6 on PostgreSQL 15 from a database made by this file:
--   createdb shop; psql -d shop -f pgvector_dump.sql; pg_dump -Fc --no-owner -f pgvector.dump shop
CREATE EXTENSION vector;
CREATE TABLE items (id bigserial PRIMARY KEY, name text NOT NULL, embedding vector(3));
INSERT INTO items (name, embedding)
SELECT 'item ' || i, ARRAY[sin(i), cos(i), sin(i * i)]::vector FROM generate_series(1, 1000) AS i;
INSERT INTO items (name, embedding) VALUES ('not embedded', NULL), ('CREATE INDEX a ON b USING hnsw (c) WITH (m=''8'')', '[9,9,9]');
CREATE INDEX items_embedding_idx ON items USING hnsw (embedding vector_l2_ops) WITH (m = 16, ef_construction = 64);
CREATE INDEX items_cosine ON items USING ivfflat (embedding vector_cosine_ops) WITH (lists = 10) WHERE id > 10;
CREATE INDEX items_half ON items USING hnsw ((embedding::halfvec(3)) halfvec_l2_ops);
CREATE TABLE terms (id integer PRIMARY KEY, weights sparsevec(1000), tags bit(8));
INSERT INTO terms SELECT i, format('{%s:1,%s:0.5}/1000', i, i + 7)::sparsevec, i::bit(8) FROM generate_series(1, 200) AS i;
CREATE INDEX terms_weights ON terms USING hnsw (weights sparsevec_ip_ops);
CREATE INDEX terms_tags ON terms USING hnsw (tags bit_hamming_ops);
CREATE VIEW nearest_to_first AS SELECT id, name FROM items ORDER BY embedding <-> (SELECT embedding FROM items WHERE id = 1) LIMIT 3;
