-- superposition: named contexts, each with a weight and a vector. Stored bytes: crates/quantum/src/superposition/bytes.rs.

-- superposition: the type

CREATE TYPE superposition;

CREATE FUNCTION superposition_in(cstring) RETURNS superposition
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_in_wrapper';
COMMENT ON FUNCTION superposition_in(cstring) IS 'reads a superposition from JSON and normalises its weights';

CREATE FUNCTION superposition_out(superposition) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_out_wrapper';
COMMENT ON FUNCTION superposition_out(superposition) IS 'writes a superposition as JSON';

CREATE FUNCTION superposition_recv(internal) RETURNS superposition
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_recv_wrapper';
COMMENT ON FUNCTION superposition_recv(internal) IS 'reads a superposition from its binary form and normalises its weights';

CREATE FUNCTION superposition_send(superposition) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_send_wrapper';
COMMENT ON FUNCTION superposition_send(superposition) IS 'writes a superposition in its binary form';

-- External storage: floats hardly compress.
CREATE TYPE superposition (
    INPUT = superposition_in, OUTPUT = superposition_out,
    RECEIVE = superposition_recv, SEND = superposition_send, STORAGE = external
);
COMMENT ON TYPE superposition IS 'up to 1000 named contexts, each with a weight and a vector; the weights sum to 1';

-- superposition: making one, and what it is made of

CREATE FUNCTION superposition(contexts text[], weights double precision[], vectors vector[]) RETURNS superposition
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_new_wrapper';
COMMENT ON FUNCTION superposition(text[], double precision[], vector[]) IS
    'contexts in superposition: weights are divided by their sum; a vector for each context, or one for all';

CREATE FUNCTION collapse(value superposition, context text) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'collapse_wrapper';
COMMENT ON FUNCTION collapse(superposition, text) IS 'the vector of one context; null where there is no such context';

CREATE FUNCTION contexts(superposition) RETURNS text[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_contexts_wrapper';
COMMENT ON FUNCTION contexts(superposition) IS 'names of the contexts, ascending';

CREATE FUNCTION weights(superposition) RETURNS double precision[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_weights_wrapper';
COMMENT ON FUNCTION weights(superposition) IS 'weights of the contexts, in the order of contexts(); they sum to 1';

CREATE FUNCTION superposition_dims(superposition) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_dims_wrapper';
COMMENT ON FUNCTION superposition_dims(superposition) IS 'number of dimensions of the vectors of a superposition';

CREATE FUNCTION measure(value superposition, seed bigint DEFAULT NULL) RETURNS text
    LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'measure_superposition_wrapper';
COMMENT ON FUNCTION measure(superposition, bigint) IS
    'name of a context, drawn with its weight as the probability (Born''s rule); the same seed draws the same, without a seed each call draws anew';

-- superposition: distances to a vector, as means over the contexts

CREATE FUNCTION superposition_l2_distance(superposition, vector) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_l2_distance_wrapper';
COMMENT ON FUNCTION superposition_l2_distance(superposition, vector) IS 'Euclidean distance of a vector to the contexts, each counted with its weight';

CREATE FUNCTION superposition_negative_inner_product(superposition, vector) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_negative_inner_product_wrapper';
COMMENT ON FUNCTION superposition_negative_inner_product(superposition, vector) IS 'negative inner product of a vector to the contexts, each counted with its weight';

CREATE FUNCTION superposition_cosine_distance(superposition, vector) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_cosine_distance_wrapper';
COMMENT ON FUNCTION superposition_cosine_distance(superposition, vector) IS 'cosine distance of a vector to the contexts, each counted with its weight';

CREATE OPERATOR <-> (LEFTARG = superposition, RIGHTARG = vector, FUNCTION = superposition_l2_distance);
COMMENT ON OPERATOR <-> (superposition, vector) IS 'Euclidean distance, as the mean over the contexts';

CREATE OPERATOR <#> (LEFTARG = superposition, RIGHTARG = vector, FUNCTION = superposition_negative_inner_product);
COMMENT ON OPERATOR <#> (superposition, vector) IS 'negative inner product, as the mean over the contexts';

CREATE OPERATOR <=> (LEFTARG = superposition, RIGHTARG = vector, FUNCTION = superposition_cosine_distance);
COMMENT ON OPERATOR <=> (superposition, vector) IS 'cosine distance, as the mean over the contexts';

-- superposition: the vectors by which an index can order the means: s <#> q is superposition_mean(s) <#> q, and s <=> q is
-- 1 + (superposition_direction(s) <#> l2_normalize(q)).

CREATE FUNCTION superposition_mean(superposition) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_mean_wrapper';
COMMENT ON FUNCTION superposition_mean(superposition) IS 'sum of the vectors multiplied by their weights';

CREATE FUNCTION superposition_direction(superposition) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superposition_direction_wrapper';
COMMENT ON FUNCTION superposition_direction(superposition) IS 'sum of the vectors divided by their norms and multiplied by their weights; null where one of them is zero';

-- superposition: distances within one context. The functions are inlined, so that an index on collapse(column, 'context') serves
-- ORDER BY column <=> in_context(query, 'context').

CREATE TYPE context_query AS (query vector, context text);
COMMENT ON TYPE context_query IS 'a vector to be compared with one context of a superposition, see in_context()';

CREATE FUNCTION in_context(query vector, context text) RETURNS context_query
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ROW(query, context)::context_query;
COMMENT ON FUNCTION in_context(vector, text) IS
    'a vector that a superposition on the left of <=>, <-> or <#> compares with the vector of this context only';

CREATE FUNCTION qstore.in_context_support(internal) RETURNS internal
    LANGUAGE c STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'in_context_support_wrapper';
COMMENT ON FUNCTION qstore.in_context_support(internal) IS
    'planner support function: a distance within a context is the distance of the collapsed vector';

CREATE FUNCTION superposition_context_l2_distance(value superposition, asked context_query) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SUPPORT qstore.in_context_support
    RETURN collapse(value, (asked).context) <-> (asked).query;
COMMENT ON FUNCTION superposition_context_l2_distance(superposition, context_query) IS
    'Euclidean distance of a vector to one context; null where there is no such context';

CREATE FUNCTION superposition_context_negative_inner_product(value superposition, asked context_query) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SUPPORT qstore.in_context_support
    RETURN collapse(value, (asked).context) <#> (asked).query;
COMMENT ON FUNCTION superposition_context_negative_inner_product(superposition, context_query) IS
    'negative inner product of a vector to one context; null where there is no such context';

CREATE FUNCTION superposition_context_cosine_distance(value superposition, asked context_query) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SUPPORT qstore.in_context_support
    RETURN collapse(value, (asked).context) <=> (asked).query;
COMMENT ON FUNCTION superposition_context_cosine_distance(superposition, context_query) IS
    'cosine distance of a vector to one context; null where there is no such context';

CREATE OPERATOR <-> (LEFTARG = superposition, RIGHTARG = context_query, FUNCTION = superposition_context_l2_distance);
COMMENT ON OPERATOR <-> (superposition, context_query) IS 'Euclidean distance within one context';

CREATE OPERATOR <#> (LEFTARG = superposition, RIGHTARG = context_query, FUNCTION = superposition_context_negative_inner_product);
COMMENT ON OPERATOR <#> (superposition, context_query) IS 'negative inner product within one context';

CREATE OPERATOR <=> (LEFTARG = superposition, RIGHTARG = context_query, FUNCTION = superposition_context_cosine_distance);
COMMENT ON OPERATOR <=> (superposition, context_query) IS 'cosine distance within one context';

-- superposition: equality, order and hash. Equal superpositions have equal bytes; the order means nothing, it is for DISTINCT, GROUP BY
-- and unique indexes.

CREATE FUNCTION superposition_lt(superposition, superposition) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bytealt';
COMMENT ON FUNCTION superposition_lt(superposition, superposition) IS 'implementation of < operator';

CREATE FUNCTION superposition_le(superposition, superposition) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteale';
COMMENT ON FUNCTION superposition_le(superposition, superposition) IS 'implementation of <= operator';

CREATE FUNCTION superposition_eq(superposition, superposition) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaeq';
COMMENT ON FUNCTION superposition_eq(superposition, superposition) IS 'implementation of = operator';

CREATE FUNCTION superposition_ne(superposition, superposition) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteane';
COMMENT ON FUNCTION superposition_ne(superposition, superposition) IS 'implementation of <> operator';

CREATE FUNCTION superposition_ge(superposition, superposition) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteage';
COMMENT ON FUNCTION superposition_ge(superposition, superposition) IS 'implementation of >= operator';

CREATE FUNCTION superposition_gt(superposition, superposition) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteagt';
COMMENT ON FUNCTION superposition_gt(superposition, superposition) IS 'implementation of > operator';

CREATE FUNCTION superposition_cmp(superposition, superposition) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteacmp';
COMMENT ON FUNCTION superposition_cmp(superposition, superposition) IS '-1, 0 or 1 as the first superposition comes before, equals or comes after the second';

CREATE FUNCTION superposition_hash(superposition) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlena';
COMMENT ON FUNCTION superposition_hash(superposition) IS 'hash of a superposition';

CREATE FUNCTION superposition_hash_extended(superposition, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlenaextended';
COMMENT ON FUNCTION superposition_hash_extended(superposition, bigint) IS 'hash of a superposition with a seed';

CREATE OPERATOR < (LEFTARG = superposition, RIGHTARG = superposition, FUNCTION = superposition_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (superposition, superposition) IS 'less than';

CREATE OPERATOR <= (LEFTARG = superposition, RIGHTARG = superposition, FUNCTION = superposition_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (superposition, superposition) IS 'less than or equal';

CREATE OPERATOR = (LEFTARG = superposition, RIGHTARG = superposition, FUNCTION = superposition_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (superposition, superposition) IS 'equal';

CREATE OPERATOR <> (LEFTARG = superposition, RIGHTARG = superposition, FUNCTION = superposition_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (superposition, superposition) IS 'not equal';

CREATE OPERATOR >= (LEFTARG = superposition, RIGHTARG = superposition, FUNCTION = superposition_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (superposition, superposition) IS 'greater than or equal';

CREATE OPERATOR > (LEFTARG = superposition, RIGHTARG = superposition, FUNCTION = superposition_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (superposition, superposition) IS 'greater than';

CREATE OPERATOR FAMILY superposition_ops USING btree;
COMMENT ON OPERATOR FAMILY superposition_ops USING btree IS 'order of superpositions';
CREATE OPERATOR CLASS superposition_ops DEFAULT FOR TYPE superposition USING btree FAMILY superposition_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 superposition_cmp(superposition, superposition);
COMMENT ON OPERATOR CLASS superposition_ops USING btree IS 'order of superpositions';

CREATE OPERATOR FAMILY superposition_ops USING hash;
COMMENT ON OPERATOR FAMILY superposition_ops USING hash IS 'equality of superpositions';
CREATE OPERATOR CLASS superposition_ops DEFAULT FOR TYPE superposition USING hash FAMILY superposition_ops AS
    OPERATOR 1 =,
    FUNCTION 1 superposition_hash(superposition), FUNCTION 2 superposition_hash_extended(superposition, bigint);
COMMENT ON OPERATOR CLASS superposition_ops USING hash IS 'equality of superpositions';

-- superposition: casts

CREATE CAST (superposition AS json) WITH INOUT;
COMMENT ON CAST (superposition AS json) IS 'the text form';

CREATE CAST (superposition AS jsonb) WITH INOUT;
COMMENT ON CAST (superposition AS jsonb) IS 'contexts as keys, each with weight and vector';

CREATE CAST (json AS superposition) WITH INOUT;
COMMENT ON CAST (json AS superposition) IS 'reads the text form';

CREATE CAST (jsonb AS superposition) WITH INOUT;
COMMENT ON CAST (jsonb AS superposition) IS 'contexts as keys, each with weight and vector';
