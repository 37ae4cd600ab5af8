-- halfvec(n): half-precision vectors, compatible with pgvector's type of that name: same names, stored bytes and
-- wire forms.

-- halfvec: the type

CREATE TYPE halfvec;

CREATE FUNCTION halfvec_in(cstring, oid, integer) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_in_wrapper';
COMMENT ON FUNCTION halfvec_in(cstring, oid, integer) IS 'reads a halfvec from text';

CREATE FUNCTION halfvec_out(halfvec) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_out_wrapper';
COMMENT ON FUNCTION halfvec_out(halfvec) IS 'writes a halfvec as text';

CREATE FUNCTION halfvec_typmod_in(cstring[]) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_typmod_in_wrapper';
COMMENT ON FUNCTION halfvec_typmod_in(cstring[]) IS 'reads the number of dimensions in halfvec(n)';

CREATE FUNCTION halfvec_recv(internal, oid, integer) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_recv_wrapper';
COMMENT ON FUNCTION halfvec_recv(internal, oid, integer) IS 'reads a halfvec from its binary form';

CREATE FUNCTION halfvec_send(halfvec) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_send_wrapper';
COMMENT ON FUNCTION halfvec_send(halfvec) IS 'writes a halfvec in its binary form';

-- External storage: floats hardly compress, and without compression parts can be read alone.
CREATE TYPE halfvec (
    INPUT = halfvec_in, OUTPUT = halfvec_out, TYPMOD_IN = halfvec_typmod_in,
    RECEIVE = halfvec_recv, SEND = halfvec_send, STORAGE = external
);
COMMENT ON TYPE halfvec IS 'vector of 1 to 16000 half-precision components';

-- halfvec: distances and measures

CREATE FUNCTION l2_distance(halfvec, halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_l2_distance_wrapper';
COMMENT ON FUNCTION l2_distance(halfvec, halfvec) IS 'Euclidean distance between two halfvecs';

CREATE FUNCTION inner_product(halfvec, halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_inner_product_wrapper';
COMMENT ON FUNCTION inner_product(halfvec, halfvec) IS 'inner product of two halfvecs';

CREATE FUNCTION cosine_distance(halfvec, halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_cosine_distance_wrapper';
COMMENT ON FUNCTION cosine_distance(halfvec, halfvec) IS 'cosine distance between two halfvecs, from 0 to 2; NaN if one is zero';

CREATE FUNCTION l1_distance(halfvec, halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_l1_distance_wrapper';
COMMENT ON FUNCTION l1_distance(halfvec, halfvec) IS 'taxicab distance between two halfvecs';

CREATE FUNCTION halfvec_l2_squared_distance(halfvec, halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_l2_squared_distance_wrapper';
COMMENT ON FUNCTION halfvec_l2_squared_distance(halfvec, halfvec) IS 'squared Euclidean distance between two halfvecs';

CREATE FUNCTION halfvec_negative_inner_product(halfvec, halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_negative_inner_product_wrapper';
COMMENT ON FUNCTION halfvec_negative_inner_product(halfvec, halfvec) IS 'negative inner product of two halfvecs: the more alike, the smaller';

CREATE FUNCTION halfvec_spherical_distance(halfvec, halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_spherical_distance_wrapper';
COMMENT ON FUNCTION halfvec_spherical_distance(halfvec, halfvec) IS 'angle between two halfvecs of norm 1 as a part of pi, from 0 to 1';

CREATE FUNCTION vector_dims(halfvec) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_vector_dims_wrapper';
COMMENT ON FUNCTION vector_dims(halfvec) IS 'number of dimensions of a halfvec';

CREATE FUNCTION l2_norm(halfvec) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_l2_norm_wrapper';
COMMENT ON FUNCTION l2_norm(halfvec) IS 'Euclidean norm of a halfvec';

CREATE OPERATOR <-> (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = l2_distance, COMMUTATOR = '<->');
COMMENT ON OPERATOR <-> (halfvec, halfvec) IS 'Euclidean distance';

CREATE OPERATOR <#> (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_negative_inner_product, COMMUTATOR = '<#>');
COMMENT ON OPERATOR <#> (halfvec, halfvec) IS 'negative inner product';

CREATE OPERATOR <=> (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = cosine_distance, COMMUTATOR = '<=>');
COMMENT ON OPERATOR <=> (halfvec, halfvec) IS 'cosine distance';

CREATE OPERATOR <+> (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = l1_distance, COMMUTATOR = '<+>');
COMMENT ON OPERATOR <+> (halfvec, halfvec) IS 'taxicab distance';

-- halfvec: arithmetic and parts

CREATE FUNCTION halfvec_add(halfvec, halfvec) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_add_wrapper';
COMMENT ON FUNCTION halfvec_add(halfvec, halfvec) IS 'implementation of + operator';

CREATE FUNCTION halfvec_sub(halfvec, halfvec) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_sub_wrapper';
COMMENT ON FUNCTION halfvec_sub(halfvec, halfvec) IS 'implementation of - operator';

CREATE FUNCTION halfvec_mul(halfvec, halfvec) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_mul_wrapper';
COMMENT ON FUNCTION halfvec_mul(halfvec, halfvec) IS 'implementation of * operator';

CREATE FUNCTION halfvec_concat(halfvec, halfvec) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_concat_wrapper';
COMMENT ON FUNCTION halfvec_concat(halfvec, halfvec) IS 'implementation of || operator';

CREATE FUNCTION subvector(halfvec, integer, integer) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_subvector_wrapper';
COMMENT ON FUNCTION subvector(halfvec, integer, integer) IS 'part of a halfvec: from this component (the first is 1), so many components';

CREATE FUNCTION l2_normalize(halfvec) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_l2_normalize_wrapper';
COMMENT ON FUNCTION l2_normalize(halfvec) IS 'halfvec of the same direction and Euclidean norm 1; a zero halfvec stays zero';

CREATE FUNCTION binary_quantize(halfvec) RETURNS bit
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_binary_quantize_wrapper';
COMMENT ON FUNCTION binary_quantize(halfvec) IS 'one bit for each component: 1 where it is above 0';

CREATE OPERATOR + (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_add, COMMUTATOR = +);
COMMENT ON OPERATOR + (halfvec, halfvec) IS 'add component by component';

CREATE OPERATOR - (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_sub);
COMMENT ON OPERATOR - (halfvec, halfvec) IS 'subtract component by component';

CREATE OPERATOR * (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_mul, COMMUTATOR = *);
COMMENT ON OPERATOR * (halfvec, halfvec) IS 'multiply component by component';

CREATE OPERATOR || (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_concat);
COMMENT ON OPERATOR || (halfvec, halfvec) IS 'concatenate';

-- halfvec: order, component by component, then by length

CREATE FUNCTION halfvec_lt(halfvec, halfvec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_lt_wrapper';
COMMENT ON FUNCTION halfvec_lt(halfvec, halfvec) IS 'implementation of < operator';

CREATE FUNCTION halfvec_le(halfvec, halfvec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_le_wrapper';
COMMENT ON FUNCTION halfvec_le(halfvec, halfvec) IS 'implementation of <= operator';

CREATE FUNCTION halfvec_eq(halfvec, halfvec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_eq_wrapper';
COMMENT ON FUNCTION halfvec_eq(halfvec, halfvec) IS 'implementation of = operator';

CREATE FUNCTION halfvec_ne(halfvec, halfvec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_ne_wrapper';
COMMENT ON FUNCTION halfvec_ne(halfvec, halfvec) IS 'implementation of <> operator';

CREATE FUNCTION halfvec_ge(halfvec, halfvec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_ge_wrapper';
COMMENT ON FUNCTION halfvec_ge(halfvec, halfvec) IS 'implementation of >= operator';

CREATE FUNCTION halfvec_gt(halfvec, halfvec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_gt_wrapper';
COMMENT ON FUNCTION halfvec_gt(halfvec, halfvec) IS 'implementation of > operator';

CREATE FUNCTION halfvec_cmp(halfvec, halfvec) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_cmp_wrapper';
COMMENT ON FUNCTION halfvec_cmp(halfvec, halfvec) IS '-1, 0 or 1 as the first halfvec is less than, equal to or greater than the second';

CREATE OPERATOR < (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (halfvec, halfvec) IS 'less than';

CREATE OPERATOR <= (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (halfvec, halfvec) IS 'less than or equal';

CREATE OPERATOR = (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (halfvec, halfvec) IS 'equal';

CREATE OPERATOR <> (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (halfvec, halfvec) IS 'not equal';

CREATE OPERATOR >= (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (halfvec, halfvec) IS 'greater than or equal';

CREATE OPERATOR > (LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (halfvec, halfvec) IS 'greater than';

CREATE OPERATOR FAMILY halfvec_ops USING btree;
COMMENT ON OPERATOR FAMILY halfvec_ops USING btree IS 'order of halfvecs';
CREATE OPERATOR CLASS halfvec_ops DEFAULT FOR TYPE halfvec USING btree FAMILY halfvec_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 halfvec_cmp(halfvec, halfvec);
COMMENT ON OPERATOR CLASS halfvec_ops USING btree IS 'order of halfvecs';

-- halfvec: casts

CREATE FUNCTION halfvec(halfvec, integer, boolean) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_wrapper';
COMMENT ON FUNCTION halfvec(halfvec, integer, boolean) IS 'checks that a halfvec has the dimensions of its type';

CREATE FUNCTION array_to_halfvec(integer[], integer, boolean) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_halfvec_wrapper';
COMMENT ON FUNCTION array_to_halfvec(integer[], integer, boolean) IS 'converts an int4 array to a halfvec';

CREATE FUNCTION array_to_halfvec(real[], integer, boolean) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_halfvec_wrapper';
COMMENT ON FUNCTION array_to_halfvec(real[], integer, boolean) IS 'converts a float4 array to a halfvec';

CREATE FUNCTION array_to_halfvec(double precision[], integer, boolean) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_halfvec_wrapper';
COMMENT ON FUNCTION array_to_halfvec(double precision[], integer, boolean) IS 'converts a float8 array to a halfvec';

CREATE FUNCTION array_to_halfvec(numeric[], integer, boolean) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_halfvec_wrapper';
COMMENT ON FUNCTION array_to_halfvec(numeric[], integer, boolean) IS 'converts a numeric array to a halfvec';

CREATE FUNCTION halfvec_to_float4(halfvec, integer, boolean) RETURNS real[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_to_float4_wrapper';
COMMENT ON FUNCTION halfvec_to_float4(halfvec, integer, boolean) IS 'converts a halfvec to a float4 array';

CREATE FUNCTION halfvec_to_vector(halfvec, integer, boolean) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_to_vector_wrapper';
COMMENT ON FUNCTION halfvec_to_vector(halfvec, integer, boolean) IS 'converts a halfvec to a vector';

CREATE FUNCTION vector_to_halfvec(vector, integer, boolean) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_to_halfvec_wrapper';
COMMENT ON FUNCTION vector_to_halfvec(vector, integer, boolean) IS 'converts a vector to a halfvec';

CREATE CAST (halfvec AS halfvec) WITH FUNCTION halfvec(halfvec, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (halfvec AS halfvec) IS 'checks the number of dimensions';

-- Implicit towards the smaller type, as in pgvector: an index on (v::halfvec(n)) serves queries that compare with a vector.
CREATE CAST (vector AS halfvec) WITH FUNCTION vector_to_halfvec(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS halfvec) IS 'the same components, rounded to half precision';

CREATE CAST (halfvec AS vector) WITH FUNCTION halfvec_to_vector(halfvec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (halfvec AS vector) IS 'the same components, exactly';

CREATE CAST (halfvec AS real[]) WITH FUNCTION halfvec_to_float4(halfvec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (halfvec AS real[]) IS 'the components as an array';

CREATE CAST (integer[] AS halfvec) WITH FUNCTION array_to_halfvec(integer[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS halfvec) IS 'the elements as components, rounded to half precision';

CREATE CAST (real[] AS halfvec) WITH FUNCTION array_to_halfvec(real[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS halfvec) IS 'the elements as components, rounded to half precision';

CREATE CAST (double precision[] AS halfvec) WITH FUNCTION array_to_halfvec(double precision[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS halfvec) IS 'the elements as components, rounded to half precision';

CREATE CAST (numeric[] AS halfvec) WITH FUNCTION array_to_halfvec(numeric[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS halfvec) IS 'the elements as components, rounded to half precision';

-- halfvec: aggregates; the state of avg is the number of vectors, then the sum of each component

CREATE FUNCTION halfvec_accum(double precision[], halfvec) RETURNS double precision[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_accum_wrapper';
COMMENT ON FUNCTION halfvec_accum(double precision[], halfvec) IS 'adds a halfvec to the state of avg(halfvec)';

CREATE FUNCTION halfvec_combine(double precision[], double precision[]) RETURNS double precision[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_combine_wrapper';
COMMENT ON FUNCTION halfvec_combine(double precision[], double precision[]) IS 'combines two states of avg(halfvec)';

CREATE FUNCTION halfvec_avg(double precision[]) RETURNS halfvec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'halfvec_avg_wrapper';
COMMENT ON FUNCTION halfvec_avg(double precision[]) IS 'mean from the state of avg(halfvec)';

CREATE AGGREGATE avg(halfvec) (
    SFUNC = halfvec_accum, STYPE = double precision[], INITCOND = '{0}',
    COMBINEFUNC = halfvec_combine, FINALFUNC = halfvec_avg, PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(halfvec) IS 'mean of all halfvecs, component by component';

CREATE AGGREGATE sum(halfvec) (SFUNC = halfvec_add, STYPE = halfvec, COMBINEFUNC = halfvec_add, PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(halfvec) IS 'sum of all halfvecs, component by component';
