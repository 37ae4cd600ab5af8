-- The index access method `synaptic`, its operator classes and the functions about an index.

CREATE FUNCTION qstore.synaptic_handler(internal) RETURNS index_am_handler
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_handler_wrapper';
COMMENT ON FUNCTION qstore.synaptic_handler(internal) IS 'handler of the index access method synaptic';

CREATE ACCESS METHOD synaptic TYPE INDEX HANDLER qstore.synaptic_handler;
COMMENT ON ACCESS METHOD synaptic IS 'approximate nearest neighbours at a declared recall (qstore.recall)';

-- Operator classes. Support function 1 returns the number of its class: what the values are and how their distance is
-- measured (src/synaptic/value.rs).

-- vector

CREATE FUNCTION qstore.synaptic_l2(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_l2_wrapper';
COMMENT ON FUNCTION qstore.synaptic_l2(internal) IS 'synaptic support function: Euclidean distance';
CREATE OPERATOR CLASS vector_l2_ops DEFAULT FOR TYPE vector USING synaptic AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_l2(internal);
COMMENT ON OPERATOR CLASS vector_l2_ops USING synaptic IS 'orders by Euclidean distance, <->';
COMMENT ON OPERATOR FAMILY vector_l2_ops USING synaptic IS 'orders by Euclidean distance, <->';

CREATE FUNCTION qstore.synaptic_inner_product(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_inner_product_wrapper';
COMMENT ON FUNCTION qstore.synaptic_inner_product(internal) IS 'synaptic support function: negative inner product';
CREATE OPERATOR CLASS vector_ip_ops FOR TYPE vector USING synaptic AS
    OPERATOR 1 <#> (vector, vector) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_inner_product(internal);
COMMENT ON OPERATOR CLASS vector_ip_ops USING synaptic IS 'orders by negative inner product, <#>';
COMMENT ON OPERATOR FAMILY vector_ip_ops USING synaptic IS 'orders by negative inner product, <#>';

CREATE FUNCTION qstore.synaptic_cosine(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_cosine_wrapper';
COMMENT ON FUNCTION qstore.synaptic_cosine(internal) IS 'synaptic support function: cosine distance';
CREATE OPERATOR CLASS vector_cosine_ops FOR TYPE vector USING synaptic AS
    OPERATOR 1 <=> (vector, vector) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_cosine(internal);
COMMENT ON OPERATOR CLASS vector_cosine_ops USING synaptic IS 'orders by cosine distance, <=>';
COMMENT ON OPERATOR FAMILY vector_cosine_ops USING synaptic IS 'orders by cosine distance, <=>';

CREATE FUNCTION qstore.synaptic_l1(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_l1_wrapper';
COMMENT ON FUNCTION qstore.synaptic_l1(internal) IS 'synaptic support function: taxicab distance';
CREATE OPERATOR CLASS vector_l1_ops FOR TYPE vector USING synaptic AS
    OPERATOR 1 <+> (vector, vector) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_l1(internal);
COMMENT ON OPERATOR CLASS vector_l1_ops USING synaptic IS 'orders by taxicab distance, <+>';
COMMENT ON OPERATOR FAMILY vector_l1_ops USING synaptic IS 'orders by taxicab distance, <+>';

-- halfvec

CREATE FUNCTION qstore.synaptic_halfvec_l2(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_halfvec_l2_wrapper';
COMMENT ON FUNCTION qstore.synaptic_halfvec_l2(internal) IS 'synaptic support function: Euclidean distance of halfvec';
CREATE OPERATOR CLASS halfvec_l2_ops DEFAULT FOR TYPE halfvec USING synaptic AS
    OPERATOR 1 <-> (halfvec, halfvec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_halfvec_l2(internal);
COMMENT ON OPERATOR CLASS halfvec_l2_ops USING synaptic IS 'orders by Euclidean distance, <->';
COMMENT ON OPERATOR FAMILY halfvec_l2_ops USING synaptic IS 'orders by Euclidean distance, <->';

CREATE FUNCTION qstore.synaptic_halfvec_inner_product(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_halfvec_inner_product_wrapper';
COMMENT ON FUNCTION qstore.synaptic_halfvec_inner_product(internal) IS 'synaptic support function: negative inner product of halfvec';
CREATE OPERATOR CLASS halfvec_ip_ops FOR TYPE halfvec USING synaptic AS
    OPERATOR 1 <#> (halfvec, halfvec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_halfvec_inner_product(internal);
COMMENT ON OPERATOR CLASS halfvec_ip_ops USING synaptic IS 'orders by negative inner product, <#>';
COMMENT ON OPERATOR FAMILY halfvec_ip_ops USING synaptic IS 'orders by negative inner product, <#>';

CREATE FUNCTION qstore.synaptic_halfvec_cosine(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_halfvec_cosine_wrapper';
COMMENT ON FUNCTION qstore.synaptic_halfvec_cosine(internal) IS 'synaptic support function: cosine distance of halfvec';
CREATE OPERATOR CLASS halfvec_cosine_ops FOR TYPE halfvec USING synaptic AS
    OPERATOR 1 <=> (halfvec, halfvec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_halfvec_cosine(internal);
COMMENT ON OPERATOR CLASS halfvec_cosine_ops USING synaptic IS 'orders by cosine distance, <=>';
COMMENT ON OPERATOR FAMILY halfvec_cosine_ops USING synaptic IS 'orders by cosine distance, <=>';

CREATE FUNCTION qstore.synaptic_halfvec_l1(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_halfvec_l1_wrapper';
COMMENT ON FUNCTION qstore.synaptic_halfvec_l1(internal) IS 'synaptic support function: taxicab distance of halfvec';
CREATE OPERATOR CLASS halfvec_l1_ops FOR TYPE halfvec USING synaptic AS
    OPERATOR 1 <+> (halfvec, halfvec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_halfvec_l1(internal);
COMMENT ON OPERATOR CLASS halfvec_l1_ops USING synaptic IS 'orders by taxicab distance, <+>';
COMMENT ON OPERATOR FAMILY halfvec_l1_ops USING synaptic IS 'orders by taxicab distance, <+>';

-- sparsevec

CREATE FUNCTION qstore.synaptic_sparsevec_l2(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_sparsevec_l2_wrapper';
COMMENT ON FUNCTION qstore.synaptic_sparsevec_l2(internal) IS 'synaptic support function: Euclidean distance of sparsevec';
CREATE OPERATOR CLASS sparsevec_l2_ops DEFAULT FOR TYPE sparsevec USING synaptic AS
    OPERATOR 1 <-> (sparsevec, sparsevec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_sparsevec_l2(internal);
COMMENT ON OPERATOR CLASS sparsevec_l2_ops USING synaptic IS 'orders by Euclidean distance, <->';
COMMENT ON OPERATOR FAMILY sparsevec_l2_ops USING synaptic IS 'orders by Euclidean distance, <->';

CREATE FUNCTION qstore.synaptic_sparsevec_inner_product(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_sparsevec_inner_product_wrapper';
COMMENT ON FUNCTION qstore.synaptic_sparsevec_inner_product(internal) IS 'synaptic support function: negative inner product of sparsevec';
CREATE OPERATOR CLASS sparsevec_ip_ops FOR TYPE sparsevec USING synaptic AS
    OPERATOR 1 <#> (sparsevec, sparsevec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_sparsevec_inner_product(internal);
COMMENT ON OPERATOR CLASS sparsevec_ip_ops USING synaptic IS 'orders by negative inner product, <#>';
COMMENT ON OPERATOR FAMILY sparsevec_ip_ops USING synaptic IS 'orders by negative inner product, <#>';

CREATE FUNCTION qstore.synaptic_sparsevec_cosine(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_sparsevec_cosine_wrapper';
COMMENT ON FUNCTION qstore.synaptic_sparsevec_cosine(internal) IS 'synaptic support function: cosine distance of sparsevec';
CREATE OPERATOR CLASS sparsevec_cosine_ops FOR TYPE sparsevec USING synaptic AS
    OPERATOR 1 <=> (sparsevec, sparsevec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_sparsevec_cosine(internal);
COMMENT ON OPERATOR CLASS sparsevec_cosine_ops USING synaptic IS 'orders by cosine distance, <=>';
COMMENT ON OPERATOR FAMILY sparsevec_cosine_ops USING synaptic IS 'orders by cosine distance, <=>';

CREATE FUNCTION qstore.synaptic_sparsevec_l1(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_sparsevec_l1_wrapper';
COMMENT ON FUNCTION qstore.synaptic_sparsevec_l1(internal) IS 'synaptic support function: taxicab distance of sparsevec';
CREATE OPERATOR CLASS sparsevec_l1_ops FOR TYPE sparsevec USING synaptic AS
    OPERATOR 1 <+> (sparsevec, sparsevec) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_sparsevec_l1(internal);
COMMENT ON OPERATOR CLASS sparsevec_l1_ops USING synaptic IS 'orders by taxicab distance, <+>';
COMMENT ON OPERATOR FAMILY sparsevec_l1_ops USING synaptic IS 'orders by taxicab distance, <+>';

-- bit

CREATE FUNCTION qstore.synaptic_hamming(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_hamming_wrapper';
COMMENT ON FUNCTION qstore.synaptic_hamming(internal) IS 'synaptic support function: Hamming distance';
CREATE OPERATOR CLASS bit_hamming_ops DEFAULT FOR TYPE bit USING synaptic AS
    OPERATOR 1 <~> (bit, bit) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_hamming(internal);
COMMENT ON OPERATOR CLASS bit_hamming_ops USING synaptic IS 'orders by Hamming distance, <~>';
COMMENT ON OPERATOR FAMILY bit_hamming_ops USING synaptic IS 'orders by Hamming distance, <~>';

CREATE FUNCTION qstore.synaptic_jaccard(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_jaccard_wrapper';
COMMENT ON FUNCTION qstore.synaptic_jaccard(internal) IS 'synaptic support function: Jaccard distance';
CREATE OPERATOR CLASS bit_jaccard_ops FOR TYPE bit USING synaptic AS
    OPERATOR 1 <%> (bit, bit) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_jaccard(internal);
COMMENT ON OPERATOR CLASS bit_jaccard_ops USING synaptic IS 'orders by Jaccard distance, <%>';
COMMENT ON OPERATOR FAMILY bit_jaccard_ops USING synaptic IS 'orders by Jaccard distance, <%>';

-- qvector

CREATE FUNCTION qstore.synaptic_infidelity(internal) RETURNS integer
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'synaptic_infidelity_wrapper';
COMMENT ON FUNCTION qstore.synaptic_infidelity(internal) IS 'synaptic support function: 1 - fidelity';
CREATE OPERATOR CLASS qvector_fidelity_ops DEFAULT FOR TYPE qvector USING synaptic AS
    OPERATOR 1 <~> (qvector, qvector) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 qstore.synaptic_infidelity(internal);
COMMENT ON OPERATOR CLASS qvector_fidelity_ops USING synaptic IS 'orders by 1 - fidelity, <~>';
COMMENT ON OPERATOR FAMILY qvector_fidelity_ops USING synaptic IS 'orders by 1 - fidelity, <~>';

-- Looking at an index

CREATE FUNCTION qstore.check_index(index regclass, heap boolean DEFAULT false)
    RETURNS TABLE (invariant text, block bigint, detail text)
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED ROWS 10 COST 10000 AS 'MODULE_PATHNAME', 'check_index_wrapper';
COMMENT ON FUNCTION qstore.check_index(regclass, boolean) IS
    'violated invariants of a synaptic index, numbered as in crates/synapse/README.md; with heap also that every row of the table is there; no row means that it is sound';

CREATE FUNCTION qstore.index_info(index regclass)
    RETURNS TABLE (dimensions integer, metric text, lists integer, probes integer, rows_at_build bigint, pages bigint, vector_bytes integer, vector_pages bigint)
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED ROWS 1 AS 'MODULE_PATHNAME', 'index_info_wrapper';
COMMENT ON FUNCTION qstore.index_info(regclass) IS
    'parameters and size of a synaptic index; probes: lists that a search for ten rows reads at the recall declared for it; rows_at_build: 0 for an index that was created empty; vector_bytes: what is kept of each full vector, 0 without the storage parameter vectors, on so many of the pages';

REVOKE ALL ON FUNCTION qstore.check_index(regclass, boolean) FROM PUBLIC;

CREATE FUNCTION qstore.reorganize(index regclass)
    RETURNS TABLE (lists_split bigint, lists_merged bigint, rows_moved bigint, recalibrated boolean, lists integer)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 COST 100000 AS 'MODULE_PATHNAME', 'reorganize_wrapper';
COMMENT ON FUNCTION qstore.reorganize(regclass) IS
    'puts the lists of a synaptic index in order, one at a time, while it is in use: splits the long, merges the starved, moves rows to nearer lists, calibrates the declared recall anew; for the owner of the index';

-- What a search finds, against what there is: the planner's own scans, one exact and one through the index for each query.
CREATE FUNCTION qstore.recall(index regclass, sample integer DEFAULT 200, k integer DEFAULT 10)
    RETURNS TABLE (declared double precision, measured double precision, worst double precision, queries integer)
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000 ROWS 1
    SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = on SET enable_indexscan = on SET enable_bitmapscan = off SET enable_sort = on
AS $function$
DECLARE
    item record;
    statement text;
    plan json;
    asked tid[];
    query tid;
    exact double precision[];
    nearest double precision[];
    share double precision;
    shares double precision[] := '{}';
BEGIN
    SELECT i.indrelid::regclass AS tab, pg_get_indexdef(i.indexrelid, 1, true) AS value,
            coalesce('(' || pg_get_expr(i.indpred, i.indrelid, true) || ')', 'true') AS predicate,
            format('OPERATOR(%I.%s)', n.nspname, o.oprname) AS distance,
            coalesce((SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'recall'),
                current_setting('qstore.recall'))::double precision AS declared
        INTO item
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
        JOIN pg_opclass p ON p.oid = i.indclass[0]
        JOIN pg_amop m ON m.amopfamily = p.opcfamily AND m.amoplefttype = p.opcintype AND m.amopstrategy = 1
        JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace
        WHERE i.indexrelid = index AND a.amname = 'synaptic' AND c.relkind = 'i';
    IF NOT FOUND THEN
        RAISE EXCEPTION '"%" is not a synaptic index', index
            USING ERRCODE = 'wrong_object_type', HINT = 'Name an index that was created with USING synaptic.';
    END IF;
    IF sample < 1 OR k < 1 THEN
        RAISE EXCEPTION 'sample and k must be at least 1'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('They are %s and %s.', sample, k);
    END IF;

    EXECUTE format('SELECT array_agg(row) FROM (SELECT ctid AS row FROM ONLY %1$s WHERE (%2$s) IS NOT NULL AND %3$s
        ORDER BY random() LIMIT $1) AS rows', item.tab, item.value, item.predicate) INTO asked USING sample;
    -- each row asked for is left out of its own neighbours
    statement := format('SELECT array_agg(distance) FROM (SELECT (%2$s) %3$s (SELECT %2$s FROM ONLY %1$s WHERE ctid = $1) AS distance
        FROM ONLY %1$s WHERE ctid <> $1 AND %4$s ORDER BY (%2$s) %3$s (SELECT %2$s FROM ONLY %1$s WHERE ctid = $1) LIMIT $2) AS rows',
        item.tab, item.value, item.distance, item.predicate);
    FOREACH query IN ARRAY coalesce(asked, '{}') LOOP
        PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true);
        EXECUTE statement INTO exact USING query, k;
        CONTINUE WHEN exact IS NULL OR exact[cardinality(exact)] IS NULL OR exact[cardinality(exact)] = 'NaN';
        PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true);
        IF plan IS NULL THEN
            EXECUTE 'EXPLAIN (FORMAT json) ' || replace(replace(statement, '$1', quote_literal(query) || '::tid'), '$2', k::text) INTO plan;
            IF NOT jsonb_path_exists(plan::jsonb, '$.**."Index Name" ? (@ == $name)', jsonb_build_object('name',
                    (SELECT relname FROM pg_class WHERE oid = index))) THEN
                RAISE EXCEPTION 'the planner does not use index "%" for such a query', index
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'Another index on the same column may be preferred, or this one is not valid.';
            END IF;
        END IF;
        EXECUTE statement INTO nearest USING query, k;
        -- rows at the same distance as the last one count, whichever of them were found
        SELECT count(*)::double precision / cardinality(exact) INTO share
            FROM unnest(nearest) AS f (distance) WHERE f.distance <= exact[cardinality(exact)];
        shares := shares || least(share, 1.0);
    END LOOP;
    RETURN QUERY SELECT item.declared, avg(s), min(s), count(*)::integer FROM unnest(shares) AS s;
END
$function$;
COMMENT ON FUNCTION qstore.recall(regclass, integer, integer) IS
    'share of the k true nearest neighbours that a synaptic index finds at the recall declared for it, over a sample of its rows: mean and worst; compares each with the whole table';
