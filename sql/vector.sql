-- vector(n): single-precision vectors, compatible with pgvector's type of that name: same names, stored bytes and
-- wire forms.

-- vector: the type

CREATE TYPE vector;

CREATE FUNCTION vector_in(cstring, oid, integer) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_in_wrapper';
COMMENT ON FUNCTION vector_in(cstring, oid, integer) IS 'reads a vector from text';

CREATE FUNCTION vector_out(vector) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_out_wrapper';
COMMENT ON FUNCTION vector_out(vector) IS 'writes a vector as text';

CREATE FUNCTION vector_typmod_in(cstring[]) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_typmod_in_wrapper';
COMMENT ON FUNCTION vector_typmod_in(cstring[]) IS 'reads the number of dimensions in vector(n)';

CREATE FUNCTION vector_recv(internal, oid, integer) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_recv_wrapper';
COMMENT ON FUNCTION vector_recv(internal, oid, integer) IS 'reads a vector from its binary form';

CREATE FUNCTION vector_send(vector) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_send_wrapper';
COMMENT ON FUNCTION vector_send(vector) IS 'writes a vector in its binary form';

-- External storage: floats hardly compress, and without compression parts can be read alone.
CREATE TYPE vector (
    INPUT = vector_in, OUTPUT = vector_out, TYPMOD_IN = vector_typmod_in,
    RECEIVE = vector_recv, SEND = vector_send, STORAGE = external
);
COMMENT ON TYPE vector IS 'vector of 1 to 16000 single-precision components';

-- vector: distances and measures

CREATE FUNCTION l2_distance(vector, vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'l2_distance_wrapper';
COMMENT ON FUNCTION l2_distance(vector, vector) IS 'Euclidean distance between two vectors';

CREATE FUNCTION inner_product(vector, vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'inner_product_wrapper';
COMMENT ON FUNCTION inner_product(vector, vector) IS 'inner product of two vectors';

CREATE FUNCTION cosine_distance(vector, vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cosine_distance_wrapper';
COMMENT ON FUNCTION cosine_distance(vector, vector) IS 'cosine distance between two vectors, from 0 to 2; NaN if one is zero';

CREATE FUNCTION l1_distance(vector, vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'l1_distance_wrapper';
COMMENT ON FUNCTION l1_distance(vector, vector) IS 'taxicab distance between two vectors';

CREATE FUNCTION vector_l2_squared_distance(vector, vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_l2_squared_distance_wrapper';
COMMENT ON FUNCTION vector_l2_squared_distance(vector, vector) IS 'squared Euclidean distance between two vectors';

CREATE FUNCTION vector_negative_inner_product(vector, vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_negative_inner_product_wrapper';
COMMENT ON FUNCTION vector_negative_inner_product(vector, vector) IS 'negative inner product of two vectors: the more alike, the smaller';

CREATE FUNCTION vector_spherical_distance(vector, vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_spherical_distance_wrapper';
COMMENT ON FUNCTION vector_spherical_distance(vector, vector) IS 'angle between two vectors of norm 1 as a part of pi, from 0 to 1';

CREATE FUNCTION vector_dims(vector) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_dims_wrapper';
COMMENT ON FUNCTION vector_dims(vector) IS 'number of dimensions of a vector';

CREATE FUNCTION vector_norm(vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_norm_wrapper';
COMMENT ON FUNCTION vector_norm(vector) IS 'Euclidean norm of a vector';

CREATE OPERATOR <-> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = l2_distance, COMMUTATOR = '<->');
COMMENT ON OPERATOR <-> (vector, vector) IS 'Euclidean distance';

CREATE OPERATOR <#> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_negative_inner_product, COMMUTATOR = '<#>');
COMMENT ON OPERATOR <#> (vector, vector) IS 'negative inner product';

CREATE OPERATOR <=> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = cosine_distance, COMMUTATOR = '<=>');
COMMENT ON OPERATOR <=> (vector, vector) IS 'cosine distance';

CREATE OPERATOR <+> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = l1_distance, COMMUTATOR = '<+>');
COMMENT ON OPERATOR <+> (vector, vector) IS 'taxicab distance';

-- vector: arithmetic and parts

CREATE FUNCTION vector_add(vector, vector) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_add_wrapper';
COMMENT ON FUNCTION vector_add(vector, vector) IS 'implementation of + operator';

CREATE FUNCTION vector_sub(vector, vector) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_sub_wrapper';
COMMENT ON FUNCTION vector_sub(vector, vector) IS 'implementation of - operator';

CREATE FUNCTION vector_mul(vector, vector) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_mul_wrapper';
COMMENT ON FUNCTION vector_mul(vector, vector) IS 'implementation of * operator';

CREATE FUNCTION vector_concat(vector, vector) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_concat_wrapper';
COMMENT ON FUNCTION vector_concat(vector, vector) IS 'implementation of || operator';

CREATE FUNCTION subvector(vector, integer, integer) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'subvector_wrapper';
COMMENT ON FUNCTION subvector(vector, integer, integer) IS 'part of a vector: from this component (the first is 1), so many components';

CREATE FUNCTION l2_normalize(vector) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'l2_normalize_wrapper';
COMMENT ON FUNCTION l2_normalize(vector) IS 'vector of the same direction and Euclidean norm 1; a zero vector stays zero';

CREATE FUNCTION binary_quantize(vector) RETURNS bit
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'binary_quantize_wrapper';
COMMENT ON FUNCTION binary_quantize(vector) IS 'one bit for each component: 1 where it is above 0';

CREATE OPERATOR + (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_add, COMMUTATOR = +);
COMMENT ON OPERATOR + (vector, vector) IS 'add component by component';

CREATE OPERATOR - (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_sub);
COMMENT ON OPERATOR - (vector, vector) IS 'subtract component by component';

CREATE OPERATOR * (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_mul, COMMUTATOR = *);
COMMENT ON OPERATOR * (vector, vector) IS 'multiply component by component';

CREATE OPERATOR || (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_concat);
COMMENT ON OPERATOR || (vector, vector) IS 'concatenate';

-- vector: order, component by component, then by length

CREATE FUNCTION vector_lt(vector, vector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_lt_wrapper';
COMMENT ON FUNCTION vector_lt(vector, vector) IS 'implementation of < operator';

CREATE FUNCTION vector_le(vector, vector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_le_wrapper';
COMMENT ON FUNCTION vector_le(vector, vector) IS 'implementation of <= operator';

CREATE FUNCTION vector_eq(vector, vector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_eq_wrapper';
COMMENT ON FUNCTION vector_eq(vector, vector) IS 'implementation of = operator';

CREATE FUNCTION vector_ne(vector, vector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_ne_wrapper';
COMMENT ON FUNCTION vector_ne(vector, vector) IS 'implementation of <> operator';

CREATE FUNCTION vector_ge(vector, vector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_ge_wrapper';
COMMENT ON FUNCTION vector_ge(vector, vector) IS 'implementation of >= operator';

CREATE FUNCTION vector_gt(vector, vector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_gt_wrapper';
COMMENT ON FUNCTION vector_gt(vector, vector) IS 'implementation of > operator';

CREATE FUNCTION vector_cmp(vector, vector) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_cmp_wrapper';
COMMENT ON FUNCTION vector_cmp(vector, vector) IS '-1, 0 or 1 as the first vector is less than, equal to or greater than the second';

CREATE OPERATOR < (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (vector, vector) IS 'less than';

CREATE OPERATOR <= (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (vector, vector) IS 'less than or equal';

CREATE OPERATOR = (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (vector, vector) IS 'equal';

CREATE OPERATOR <> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (vector, vector) IS 'not equal';

CREATE OPERATOR >= (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (vector, vector) IS 'greater than or equal';

CREATE OPERATOR > (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (vector, vector) IS 'greater than';

CREATE OPERATOR FAMILY vector_ops USING btree;
COMMENT ON OPERATOR FAMILY vector_ops USING btree IS 'order of vectors';
CREATE OPERATOR CLASS vector_ops DEFAULT FOR TYPE vector USING btree FAMILY vector_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 vector_cmp(vector, vector);
COMMENT ON OPERATOR CLASS vector_ops USING btree IS 'order of vectors';

-- vector: casts

CREATE FUNCTION vector(vector, integer, boolean) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_wrapper';
COMMENT ON FUNCTION vector(vector, integer, boolean) IS 'checks that a vector has the dimensions of its type';

CREATE FUNCTION array_to_vector(integer[], integer, boolean) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_vector_wrapper';
COMMENT ON FUNCTION array_to_vector(integer[], integer, boolean) IS 'converts an int4 array to a vector';

CREATE FUNCTION array_to_vector(real[], integer, boolean) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_vector_wrapper';
COMMENT ON FUNCTION array_to_vector(real[], integer, boolean) IS 'converts a float4 array to a vector';

CREATE FUNCTION array_to_vector(double precision[], integer, boolean) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_vector_wrapper';
COMMENT ON FUNCTION array_to_vector(double precision[], integer, boolean) IS 'converts a float8 array to a vector';

CREATE FUNCTION array_to_vector(numeric[], integer, boolean) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_vector_wrapper';
COMMENT ON FUNCTION array_to_vector(numeric[], integer, boolean) IS 'converts a numeric array to a vector';

CREATE FUNCTION vector_to_float4(vector, integer, boolean) RETURNS real[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_to_float4_wrapper';
COMMENT ON FUNCTION vector_to_float4(vector, integer, boolean) IS 'converts a vector to a float4 array';

CREATE CAST (vector AS vector) WITH FUNCTION vector(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS vector) IS 'checks the number of dimensions';

CREATE CAST (vector AS real[]) WITH FUNCTION vector_to_float4(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS real[]) IS 'the components as an array';

CREATE CAST (integer[] AS vector) WITH FUNCTION array_to_vector(integer[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS vector) IS 'the elements as components, rounded to single precision';

CREATE CAST (real[] AS vector) WITH FUNCTION array_to_vector(real[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS vector) IS 'the elements as components, rounded to single precision';

CREATE CAST (double precision[] AS vector) WITH FUNCTION array_to_vector(double precision[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS vector) IS 'the elements as components, rounded to single precision';

CREATE CAST (numeric[] AS vector) WITH FUNCTION array_to_vector(numeric[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS vector) IS 'the elements as components, rounded to single precision';

-- vector: aggregates; the state of avg is the number of vectors, then the sum of each component

CREATE FUNCTION vector_accum(double precision[], vector) RETURNS double precision[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_accum_wrapper';
COMMENT ON FUNCTION vector_accum(double precision[], vector) IS 'adds a vector to the state of avg(vector)';

CREATE FUNCTION vector_combine(double precision[], double precision[]) RETURNS double precision[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_combine_wrapper';
COMMENT ON FUNCTION vector_combine(double precision[], double precision[]) IS 'combines two states of avg(vector)';

CREATE FUNCTION vector_avg(double precision[]) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_avg_wrapper';
COMMENT ON FUNCTION vector_avg(double precision[]) IS 'mean from the state of avg(vector)';

CREATE AGGREGATE avg(vector) (
    SFUNC = vector_accum, STYPE = double precision[], INITCOND = '{0}',
    COMBINEFUNC = vector_combine, FINALFUNC = vector_avg, PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(vector) IS 'mean of all vectors, component by component';

CREATE AGGREGATE sum(vector) (SFUNC = vector_add, STYPE = vector, COMBINEFUNC = vector_add, PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(vector) IS 'sum of all vectors, component by component';
