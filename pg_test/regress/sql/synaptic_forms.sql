-- Every type and every operator class: at recall 1.0 the index gives the distances that a sort gives; at the default it
-- gives ten rows.
SET max_parallel_workers_per_gather = 0;
CREATE TABLE numbers AS
    SELECT i AS id, ARRAY(SELECT round(((hashint4(i * 64 + j) % 1000) / 250.0 + (i % 7) * (j % 3))::numeric, 2)::float4
        FROM generate_series(1, 24) j)::vector(24) AS v
    FROM generate_series(1, 1200) i;
CREATE TABLE forms AS
    SELECT id, v, v::halfvec(24) AS h,
        -- a third of the components, of 24 and of 30,000
        s AS s, ('{' || (SELECT string_agg(1 + (j * 1249) || ':' || x, ',') FROM unnest(v::real[]) WITH ORDINALITY AS c(x, j)
            WHERE (id + j) % 3 = 0 AND x <> 0) || '}/30000')::sparsevec(30000) AS w,
        binary_quantize(v - ('[' || repeat('4,', 23) || '4]')::vector)::bit(24) AS b
    FROM numbers, LATERAL (SELECT ('{' || (SELECT string_agg(j || ':' || x, ',')
        FROM unnest(v::real[]) WITH ORDINALITY AS c(x, j) WHERE (id + j) % 3 = 0 AND x <> 0) || '}/24')::sparsevec(24)) AS l(s);

CREATE FUNCTION same_distances(col text, class text, op text) RETURNS TABLE (column_name text, operator_class text,
    operator text, index_used boolean, same integer, rows_found integer) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT array_agg(d) FROM (SELECT (%1$I %2$s (SELECT %1$I FROM forms WHERE id = $1))::numeric(20,4) AS d
        FROM forms ORDER BY %1$I %2$s (SELECT %1$I FROM forms WHERE id = $1) LIMIT 40) AS nearest', col, op);
    line text; sorted numeric[]; indexed numeric[];
BEGIN
    EXECUTE format('CREATE INDEX forms_index ON forms USING synaptic (%I %s)', col, class);
    column_name := col; operator_class := class; operator := op; index_used := false; same := 0; rows_found := 0;
    FOR i IN 1..8 LOOP
        SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = on; SET LOCAL qstore.recall = 1.0;
        EXECUTE query INTO sorted USING i * 149;
        SET LOCAL enable_indexscan = on; SET LOCAL enable_seqscan = off;
        EXECUTE query INTO indexed USING i * 149;
        same := same + (sorted = indexed)::int;
        SET LOCAL qstore.recall = 0.95;
        EXECUTE query INTO indexed USING i * 149;
        rows_found := rows_found + cardinality(indexed);
    END LOOP;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || replace(query, '$1', '149') LOOP
        index_used := index_used OR line LIKE '%Index Scan using forms_index%';
    END LOOP;
    DROP INDEX forms_index;
    RETURN NEXT;
END $$;

SELECT r.* FROM (VALUES
    ('v', 'vector_l2_ops', '<->'), ('v', 'vector_ip_ops', '<#>'), ('v', 'vector_cosine_ops', '<=>'), ('v', 'vector_l1_ops', '<+>'),
    ('h', 'halfvec_l2_ops', '<->'), ('h', 'halfvec_ip_ops', '<#>'), ('h', 'halfvec_cosine_ops', '<=>'), ('h', 'halfvec_l1_ops', '<+>'),
    ('s', 'sparsevec_l2_ops', '<->'), ('s', 'sparsevec_ip_ops', '<#>'), ('s', 'sparsevec_cosine_ops', '<=>'), ('s', 'sparsevec_l1_ops', '<+>'),
    ('w', 'sparsevec_l2_ops', '<->'), ('w', 'sparsevec_ip_ops', '<#>'), ('w', 'sparsevec_cosine_ops', '<=>'), ('w', 'sparsevec_l1_ops', '<+>'),
    ('b', 'bit_hamming_ops', '<~>'), ('b', 'bit_jaccard_ops', '<%>')
) AS c (col, class, op), same_distances(c.col, c.class, c.op) AS r;

-- the default classes, and what an index says of itself
CREATE INDEX h_index ON forms USING synaptic (h);
CREATE INDEX w_index ON forms USING synaptic (w);
CREATE INDEX b_index ON forms USING synaptic (b);
SELECT i, dimensions, metric, lists, rows_at_build FROM unnest('{h_index,w_index,b_index}'::regclass[]) i, qstore.index_info(i);
SELECT i, c.* FROM unnest('{h_index,w_index,b_index}'::regclass[]) i, qstore.check_index(i, heap => true) c;

-- insert, update and delete reach every form
INSERT INTO forms SELECT 2000 + id, v, h, s, w, b FROM forms WHERE id <= 50;
UPDATE forms SET id = id + 10000 WHERE id BETWEEN 100 AND 150;
DELETE FROM forms WHERE id BETWEEN 200 AND 400;
VACUUM forms;
SELECT i, c.* FROM unnest('{h_index,w_index,b_index}'::regclass[]) i, qstore.check_index(i, heap => true) c;
SET enable_seqscan = off;
SELECT id, round((h <-> (SELECT h FROM forms WHERE id = 7))::numeric, 4) AS distance
    FROM forms ORDER BY h <-> (SELECT h FROM forms WHERE id = 7) LIMIT 2;
SELECT count(*) FROM (SELECT id FROM forms ORDER BY w <-> (SELECT w FROM forms WHERE id = 7) LIMIT 5000) AS everything;
DROP INDEX h_index, w_index, b_index;

-- columns that declare no dimensions take those of the first row; another length is an error that changes nothing
CREATE TABLE undeclared (h halfvec, s sparsevec);
CREATE INDEX ON undeclared USING synaptic (h);
CREATE INDEX ON undeclared USING synaptic (s);
INSERT INTO undeclared VALUES ('[1,2,3]', '{1:1}/100000');
INSERT INTO undeclared VALUES ('[1,2]', NULL);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO undeclared VALUES (NULL, '{1:1}/99999');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO undeclared VALUES (NULL, NULL), ('[1,2,4]', '{2:1,99999:-1}/100000');
SELECT h, s FROM undeclared ORDER BY h <-> '[1,2,4]';
SELECT h, s FROM undeclared ORDER BY s <-> '{2:1}/100000';

-- bits from a vector, as an expression: the coarse order by bits, then the true one
CREATE INDEX ON numbers USING synaptic ((binary_quantize(v)::bit(24)) bit_hamming_ops);
EXPLAIN (COSTS OFF) SELECT id FROM numbers ORDER BY binary_quantize(v)::bit(24) <~> B'101010101010101010101010' LIMIT 5;

-- more bits than are coded whole
CREATE TABLE long_bits AS
    SELECT i AS id, (repeat('01', (i * 37) % 9000) || repeat('1', 18000))::bit(18000) AS b FROM generate_series(1, 100) i;
CREATE INDEX ON long_bits USING synaptic (b bit_jaccard_ops);
SELECT id FROM long_bits ORDER BY b <%> (SELECT b FROM long_bits WHERE id = 42) LIMIT 1;

-- no class, no index
CREATE INDEX ON numbers USING synaptic (id);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE numbers, forms, undeclared, long_bits;
DROP FUNCTION same_distances;
