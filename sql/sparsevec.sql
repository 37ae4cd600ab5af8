-- sparsevec(n): sparse single-precision vectors, compatible with pgvector's type of that name: same names, stored bytes and
-- wire forms. avg and sum are ours.

-- sparsevec: the type

CREATE TYPE sparsevec;

CREATE FUNCTION sparsevec_in(cstring, oid, integer) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_in_wrapper';
COMMENT ON FUNCTION sparsevec_in(cstring, oid, integer) IS 'reads a sparsevec from text';

CREATE FUNCTION sparsevec_out(sparsevec) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_out_wrapper';
COMMENT ON FUNCTION sparsevec_out(sparsevec) IS 'writes a sparsevec as text';

CREATE FUNCTION sparsevec_typmod_in(cstring[]) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_typmod_in_wrapper';
COMMENT ON FUNCTION sparsevec_typmod_in(cstring[]) IS 'reads the number of dimensions in sparsevec(n)';

CREATE FUNCTION sparsevec_recv(internal, oid, integer) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_recv_wrapper';
COMMENT ON FUNCTION sparsevec_recv(internal, oid, integer) IS 'reads a sparsevec from its binary form';

CREATE FUNCTION sparsevec_send(sparsevec) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_send_wrapper';
COMMENT ON FUNCTION sparsevec_send(sparsevec) IS 'writes a sparsevec in its binary form';

-- External storage, as pgvector has it: floats hardly compress.
CREATE TYPE sparsevec (
    INPUT = sparsevec_in, OUTPUT = sparsevec_out, TYPMOD_IN = sparsevec_typmod_in,
    RECEIVE = sparsevec_recv, SEND = sparsevec_send, STORAGE = external
);
COMMENT ON TYPE sparsevec IS 'vector of 1 to 1000000000 single-precision components, of which at most 16000 are not zero';

-- sparsevec: distances and measures

CREATE FUNCTION l2_distance(sparsevec, sparsevec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_l2_distance_wrapper';
COMMENT ON FUNCTION l2_distance(sparsevec, sparsevec) IS 'Euclidean distance between two sparse vectors';

CREATE FUNCTION inner_product(sparsevec, sparsevec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_inner_product_wrapper';
COMMENT ON FUNCTION inner_product(sparsevec, sparsevec) IS 'inner product of two sparse vectors';

CREATE FUNCTION cosine_distance(sparsevec, sparsevec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_cosine_distance_wrapper';
COMMENT ON FUNCTION cosine_distance(sparsevec, sparsevec) IS 'cosine distance between two sparse vectors, from 0 to 2; NaN if one is zero';

CREATE FUNCTION l1_distance(sparsevec, sparsevec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_l1_distance_wrapper';
COMMENT ON FUNCTION l1_distance(sparsevec, sparsevec) IS 'taxicab distance between two sparse vectors';

CREATE FUNCTION sparsevec_l2_squared_distance(sparsevec, sparsevec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_l2_squared_distance_wrapper';
COMMENT ON FUNCTION sparsevec_l2_squared_distance(sparsevec, sparsevec) IS 'squared Euclidean distance between two sparse vectors';

CREATE FUNCTION sparsevec_negative_inner_product(sparsevec, sparsevec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_negative_inner_product_wrapper';
COMMENT ON FUNCTION sparsevec_negative_inner_product(sparsevec, sparsevec) IS 'negative inner product of two sparse vectors: the more alike, the smaller';

CREATE FUNCTION l2_norm(sparsevec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_l2_norm_wrapper';
COMMENT ON FUNCTION l2_norm(sparsevec) IS 'Euclidean norm of a sparse vector';

CREATE FUNCTION l2_normalize(sparsevec) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_l2_normalize_wrapper';
COMMENT ON FUNCTION l2_normalize(sparsevec) IS 'sparse vector of the same direction and Euclidean norm 1; a zero vector stays zero';

CREATE OPERATOR <-> (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = l2_distance, COMMUTATOR = '<->');
COMMENT ON OPERATOR <-> (sparsevec, sparsevec) IS 'Euclidean distance';

CREATE OPERATOR <#> (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_negative_inner_product, COMMUTATOR = '<#>');
COMMENT ON OPERATOR <#> (sparsevec, sparsevec) IS 'negative inner product';

CREATE OPERATOR <=> (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = cosine_distance, COMMUTATOR = '<=>');
COMMENT ON OPERATOR <=> (sparsevec, sparsevec) IS 'cosine distance';

CREATE OPERATOR <+> (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = l1_distance, COMMUTATOR = '<+>');
COMMENT ON OPERATOR <+> (sparsevec, sparsevec) IS 'taxicab distance';

-- sparsevec: order, that of the dense vectors with the same components

CREATE FUNCTION sparsevec_lt(sparsevec, sparsevec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_lt_wrapper';
COMMENT ON FUNCTION sparsevec_lt(sparsevec, sparsevec) IS 'implementation of < operator';

CREATE FUNCTION sparsevec_le(sparsevec, sparsevec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_le_wrapper';
COMMENT ON FUNCTION sparsevec_le(sparsevec, sparsevec) IS 'implementation of <= operator';

CREATE FUNCTION sparsevec_eq(sparsevec, sparsevec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_eq_wrapper';
COMMENT ON FUNCTION sparsevec_eq(sparsevec, sparsevec) IS 'implementation of = operator';

CREATE FUNCTION sparsevec_ne(sparsevec, sparsevec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_ne_wrapper';
COMMENT ON FUNCTION sparsevec_ne(sparsevec, sparsevec) IS 'implementation of <> operator';

CREATE FUNCTION sparsevec_ge(sparsevec, sparsevec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_ge_wrapper';
COMMENT ON FUNCTION sparsevec_ge(sparsevec, sparsevec) IS 'implementation of >= operator';

CREATE FUNCTION sparsevec_gt(sparsevec, sparsevec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_gt_wrapper';
COMMENT ON FUNCTION sparsevec_gt(sparsevec, sparsevec) IS 'implementation of > operator';

CREATE FUNCTION sparsevec_cmp(sparsevec, sparsevec) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_cmp_wrapper';
COMMENT ON FUNCTION sparsevec_cmp(sparsevec, sparsevec) IS '-1, 0 or 1 as the first sparse vector is less than, equal to or greater than the second';

CREATE OPERATOR < (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (sparsevec, sparsevec) IS 'less than';

CREATE OPERATOR <= (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (sparsevec, sparsevec) IS 'less than or equal';

CREATE OPERATOR = (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (sparsevec, sparsevec) IS 'equal';

CREATE OPERATOR <> (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (sparsevec, sparsevec) IS 'not equal';

CREATE OPERATOR >= (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (sparsevec, sparsevec) IS 'greater than or equal';

CREATE OPERATOR > (LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (sparsevec, sparsevec) IS 'greater than';

CREATE OPERATOR FAMILY sparsevec_ops USING btree;
COMMENT ON OPERATOR FAMILY sparsevec_ops USING btree IS 'order of sparse vectors';
CREATE OPERATOR CLASS sparsevec_ops DEFAULT FOR TYPE sparsevec USING btree FAMILY sparsevec_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 sparsevec_cmp(sparsevec, sparsevec);
COMMENT ON OPERATOR CLASS sparsevec_ops USING btree IS 'order of sparse vectors';

-- sparsevec: casts

CREATE FUNCTION sparsevec(sparsevec, integer, boolean) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_wrapper';
COMMENT ON FUNCTION sparsevec(sparsevec, integer, boolean) IS 'checks that a sparsevec has the dimensions of its type';

CREATE FUNCTION vector_to_sparsevec(vector, integer, boolean) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_to_sparsevec_wrapper';
COMMENT ON FUNCTION vector_to_sparsevec(vector, integer, boolean) IS 'converts a vector to a sparsevec';

CREATE FUNCTION sparsevec_to_vector(sparsevec, integer, boolean) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_to_vector_wrapper';
COMMENT ON FUNCTION sparsevec_to_vector(sparsevec, integer, boolean) IS 'converts a sparsevec to a vector';

CREATE FUNCTION halfvec_to_sparsevec(halfvec, integer, boolean) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_to_sparsevec_wrapper';
COMMENT ON FUNCTION halfvec_to_sparsevec(halfvec, integer, boolean) IS 'converts a halfvec to a sparsevec';

CREATE FUNCTION sparsevec_to_halfvec(sparsevec, integer, boolean) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_to_halfvec_wrapper';
COMMENT ON FUNCTION sparsevec_to_halfvec(sparsevec, integer, boolean) IS 'converts a sparsevec to a halfvec';

CREATE FUNCTION array_to_sparsevec(integer[], integer, boolean) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_sparsevec_wrapper';
COMMENT ON FUNCTION array_to_sparsevec(integer[], integer, boolean) IS 'converts an int4 array to a sparsevec';

CREATE FUNCTION array_to_sparsevec(real[], integer, boolean) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_sparsevec_wrapper';
COMMENT ON FUNCTION array_to_sparsevec(real[], integer, boolean) IS 'converts a float4 array to a sparsevec';

CREATE FUNCTION array_to_sparsevec(double precision[], integer, boolean) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_sparsevec_wrapper';
COMMENT ON FUNCTION array_to_sparsevec(double precision[], integer, boolean) IS 'converts a float8 array to a sparsevec';

CREATE FUNCTION array_to_sparsevec(numeric[], integer, boolean) RETURNS sparsevec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_sparsevec_wrapper';
COMMENT ON FUNCTION array_to_sparsevec(numeric[], integer, boolean) IS 'converts a numeric array to a sparsevec';

CREATE CAST (sparsevec AS sparsevec) WITH FUNCTION sparsevec(sparsevec, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (sparsevec AS sparsevec) IS 'checks the number of dimensions';

CREATE CAST (sparsevec AS vector) WITH FUNCTION sparsevec_to_vector(sparsevec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (sparsevec AS vector) IS 'the same components, at most 16000';

CREATE CAST (vector AS sparsevec) WITH FUNCTION vector_to_sparsevec(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS sparsevec) IS 'the components that are not zero';

CREATE CAST (sparsevec AS halfvec) WITH FUNCTION sparsevec_to_halfvec(sparsevec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (sparsevec AS halfvec) IS 'the same components, at most 16000, rounded to half precision';

CREATE CAST (halfvec AS sparsevec) WITH FUNCTION halfvec_to_sparsevec(halfvec, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (halfvec AS sparsevec) IS 'the components that are not zero';

CREATE CAST (integer[] AS sparsevec) WITH FUNCTION array_to_sparsevec(integer[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS sparsevec) IS 'the elements that are not zero, rounded to single precision';

CREATE CAST (real[] AS sparsevec) WITH FUNCTION array_to_sparsevec(real[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS sparsevec) IS 'the elements that are not zero, rounded to single precision';

CREATE CAST (double precision[] AS sparsevec) WITH FUNCTION array_to_sparsevec(double precision[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS sparsevec) IS 'the elements that are not zero, rounded to single precision';

CREATE CAST (numeric[] AS sparsevec) WITH FUNCTION array_to_sparsevec(numeric[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS sparsevec) IS 'the elements that are not zero, rounded to single precision';

-- sparsevec: aggregates. The state is in double precision and shared by both; only the result is bound to 16000 elements.

CREATE FUNCTION sparsevec_accum(internal, sparsevec) RETURNS internal
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_accum_wrapper';
COMMENT ON FUNCTION sparsevec_accum(internal, sparsevec) IS 'adds a sparsevec to the state of sum(sparsevec) and avg(sparsevec)';

CREATE FUNCTION sparsevec_combine(internal, internal) RETURNS internal
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_combine_wrapper';
COMMENT ON FUNCTION sparsevec_combine(internal, internal) IS 'combines two states of sum(sparsevec) and avg(sparsevec)';

CREATE FUNCTION sparsevec_serialize(internal) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_serialize_wrapper';
COMMENT ON FUNCTION sparsevec_serialize(internal) IS 'writes the state of sum(sparsevec) and avg(sparsevec) for another process';

CREATE FUNCTION sparsevec_deserialize(bytea, internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_deserialize_wrapper';
COMMENT ON FUNCTION sparsevec_deserialize(bytea, internal) IS 'reads the state of sum(sparsevec) and avg(sparsevec) from another process';

CREATE FUNCTION sparsevec_sum(internal) RETURNS sparsevec
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_sum_wrapper';
COMMENT ON FUNCTION sparsevec_sum(internal) IS 'sum from the state of sum(sparsevec)';

CREATE FUNCTION sparsevec_avg(internal) RETURNS sparsevec
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparsevec_avg_wrapper';
COMMENT ON FUNCTION sparsevec_avg(internal) IS 'mean from the state of avg(sparsevec)';

CREATE AGGREGATE avg(sparsevec) (
    SFUNC = sparsevec_accum, STYPE = internal, SSPACE = 2048, COMBINEFUNC = sparsevec_combine,
    SERIALFUNC = sparsevec_serialize, DESERIALFUNC = sparsevec_deserialize, FINALFUNC = sparsevec_avg, PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(sparsevec) IS 'mean of all sparse vectors, component by component';

CREATE AGGREGATE sum(sparsevec) (
    SFUNC = sparsevec_accum, STYPE = internal, SSPACE = 2048, COMBINEFUNC = sparsevec_combine,
    SERIALFUNC = sparsevec_serialize, DESERIALFUNC = sparsevec_deserialize, FINALFUNC = sparsevec_sum, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(sparsevec) IS 'sum of all sparse vectors, component by component';
