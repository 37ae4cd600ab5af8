-- Filter columns: the columns of an index after its vector. As many rows come back as were asked for whenever they exist.
SET client_min_messages = warning;
CREATE FUNCTION point(i int) RETURNS vector LANGUAGE sql IMMUTABLE AS
    $$ SELECT array_agg(sin(i * j * 0.7) + 0.3 * sin(i * 12.9898 + j * 78.233))::vector FROM generate_series(1, 12) j $$;
CREATE TABLE docs (id int PRIMARY KEY, embedding vector(12), tenant int, price numeric, live boolean, label text);
INSERT INTO docs SELECT i, point(i), i % 400, (i * 37 % 1000) / 10.0, i % 3 = 0, CASE WHEN i % 10 > 0 THEN 'label ' || i % 10 END FROM generate_series(1, 8000) i;
CREATE INDEX docs_index ON docs USING synaptic (embedding, tenant, price, live, label) WITH (lists = 60);
ANALYZE docs;
SELECT lists > 1 AS several_lists FROM qstore.index_info('docs_index');

-- what the planner makes of conditions
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) SELECT id FROM docs WHERE ' || query || ' ORDER BY embedding <-> point(5) LIMIT 10' LOOP
        RETURN NEXT regexp_replace(line, '''\[.*\]''', '…');
    END LOOP;
END $$;
SELECT plan('price < 50 AND live');
SELECT plan('live IS TRUE AND price BETWEEN 10 AND 90');
SELECT plan('label IN (''label 1'', ''label 2'', ''label 3'')');
SELECT plan('NOT live AND label IS NOT NULL AND length(label) = 7');
-- another way where that is better
SELECT plan('id = 7 AND tenant = 7');
SELECT plan('tenant = 7 AND price = 90');

-- recall against the table itself
CREATE FUNCTION found(condition text) RETURNS TABLE (wanted bigint, returned bigint, good boolean) LANGUAGE plpgsql AS $$
DECLARE
    near int[];
    truth int[];
BEGIN
    wanted := 0; returned := 0; good := true;
    FOR q IN 1..10 LOOP
        SET LOCAL enable_indexscan = off;
        EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM docs WHERE %s ORDER BY embedding <-> point(%s), id LIMIT 10) s', condition, q * 31) INTO truth;
        SET LOCAL enable_indexscan = on;
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_sort = off;
        EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM docs WHERE %s ORDER BY embedding <-> point(%s) LIMIT 10) s', condition, q * 31) INTO near;
        wanted := wanted + coalesce(cardinality(truth), 0);
        returned := returned + coalesce(cardinality(near), 0);
        good := good AND (SELECT count(*) FROM unnest(near) n WHERE n = ANY (truth)) >= 0.7 * coalesce(cardinality(truth), 0);
    END LOOP;
    RETURN NEXT;
END $$;
SELECT condition, f.* FROM unnest(ARRAY['price < 50', 'price < 10', 'price < 1', 'tenant = 77', 'tenant = 77 AND price > 99.5', 'tenant = 1000',
    'tenant IN (1, 2, 3)', 'live AND label = ''label 3''', 'NOT live AND label IS NULL', 'label > ''label 7''', 'id < 40', 'id % 400 = 3 AND live']) condition, found(condition) f;

-- a scan without an ordering: it filters, and finds rows without a vector
INSERT INTO docs VALUES (0, NULL, 77, 1, true, 'none'), (-1, NULL, 78, 1, true, 'none');
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT id FROM docs WHERE tenant = 77;
SELECT count(*), min(id) FROM docs WHERE tenant = 77;
SELECT id FROM docs WHERE tenant = 77 AND price <= 1 ORDER BY embedding <-> point(5);
RESET enable_seqscan;

-- rows that change move
UPDATE docs SET tenant = 5000 WHERE id BETWEEN 1 AND 20;
DELETE FROM docs WHERE id BETWEEN 1 AND 5;
VACUUM docs;
INSERT INTO docs SELECT i, point(i), 5001, 1, true, '' FROM generate_series(30001, 30005) i;
SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM docs WHERE tenant >= 5000 ORDER BY embedding <-> point(5) LIMIT 100) s;
SELECT * FROM qstore.check_index('docs_index', heap => true);

-- values of a statement's parameters, of a join and of an expression; a partial index
PREPARE near (int, numeric[]) AS SELECT count(*) FROM (SELECT id FROM docs WHERE tenant = $1 AND price = ANY ($2) ORDER BY embedding <-> point(5) LIMIT 10) s;
SET plan_cache_mode = force_generic_plan;
EXECUTE near (77, '{4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,85,86,84.9}');
EXECUTE near (NULL, '{1}');
EXECUTE near (5001, NULL);
EXECUTE near (5001, '{NULL,1}');
SELECT t.tenant, count(near.id) FROM (VALUES (5000), (5001), (NULL)) t (tenant),
    LATERAL (SELECT id FROM docs WHERE docs.tenant = t.tenant ORDER BY embedding <-> point(5) LIMIT 10) near GROUP BY 1 ORDER BY 1;
CREATE INDEX docs_part ON docs USING synaptic (embedding, (tenant / 10), lower(label)) WHERE live;
SELECT plan('live AND tenant / 10 = 7 AND lower(label) = ''label 6''');
SELECT count(*), bool_and(tenant / 10 = 7 AND live AND label = 'label 6')
FROM (SELECT * FROM docs WHERE live AND tenant / 10 = 7 AND lower(label) = 'label 6' ORDER BY embedding <-> point(5) LIMIT 10) s;
SELECT * FROM qstore.check_index('docs_part', heap => true);

-- what cannot be
CREATE INDEX ON docs USING synaptic (tenant, embedding);
CREATE INDEX ON docs USING synaptic (embedding, embedding);
CREATE INDEX ON docs USING synaptic (embedding, tenant, tenant, tenant, tenant, tenant, tenant, tenant, tenant, tenant);
CREATE INDEX ON docs USING synaptic (embedding, (label::json));
SELECT qstore.create_filter_class('json');
SELECT amvalidate(oid) FROM pg_opclass WHERE opcmethod = (SELECT oid FROM pg_am WHERE amname = 'synaptic') GROUP BY 1;
DROP TABLE docs;
DROP FUNCTION found(text), plan(text), point(int);
