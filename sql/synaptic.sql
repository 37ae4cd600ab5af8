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

-- Looking at an index

CREATE FUNCTION qstore.check_index(index regclass)
    RETURNS TABLE (invariant text, block bigint, detail text)
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED ROWS 10 COST 10000 AS 'MODULE_PATHNAME', 'check_index_wrapper';
COMMENT ON FUNCTION qstore.check_index(regclass) IS
    'violated invariants of a synaptic index, numbered as in crates/synapse/README.md; no row means that it is sound';

CREATE FUNCTION qstore.index_info(index regclass)
    RETURNS TABLE (dimensions integer, metric text, lists integer, probes integer, rows_at_build bigint, pages bigint)
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED ROWS 1 AS 'MODULE_PATHNAME', 'index_info_wrapper';
COMMENT ON FUNCTION qstore.index_info(regclass) IS
    'parameters and size of a synaptic index; probes: lists that a search for ten rows reads at the present qstore.recall';

REVOKE ALL ON FUNCTION qstore.check_index(regclass) FROM PUBLIC;
