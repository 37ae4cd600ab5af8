-- qvector(n): pure quantum states, complex single-precision amplitudes of norm 1. Stored bytes: src/quantum/qvector/mod.rs.

-- qvector: the type

CREATE TYPE qvector;

CREATE FUNCTION qvector_in(cstring, oid, integer) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_in_wrapper';
COMMENT ON FUNCTION qvector_in(cstring, oid, integer) IS 'reads a qvector from text and normalises it';

CREATE FUNCTION qvector_out(qvector) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_out_wrapper';
COMMENT ON FUNCTION qvector_out(qvector) IS 'writes a qvector as text';

CREATE FUNCTION qvector_typmod_in(cstring[]) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_typmod_in_wrapper';
COMMENT ON FUNCTION qvector_typmod_in(cstring[]) IS 'reads the number of dimensions in qvector(n)';

CREATE FUNCTION qvector_recv(internal, oid, integer) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_recv_wrapper';
COMMENT ON FUNCTION qvector_recv(internal, oid, integer) IS 'reads a qvector from its binary form and normalises it';

CREATE FUNCTION qvector_send(qvector) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_send_wrapper';
COMMENT ON FUNCTION qvector_send(qvector) IS 'writes a qvector in its binary form';

-- External storage: floats hardly compress.
CREATE TYPE qvector (
    INPUT = qvector_in, OUTPUT = qvector_out, TYPMOD_IN = qvector_typmod_in,
    RECEIVE = qvector_recv, SEND = qvector_send, STORAGE = external
);
COMMENT ON TYPE qvector IS 'pure quantum state of 1 to 16000 dimensions: complex single-precision amplitudes of norm 1';

-- qvector: measures

CREATE FUNCTION qvector_dims(qvector) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_dims_wrapper';
COMMENT ON FUNCTION qvector_dims(qvector) IS 'number of dimensions of a qvector';

CREATE FUNCTION fidelity(qvector, qvector) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'fidelity_wrapper';
COMMENT ON FUNCTION fidelity(qvector, qvector) IS 'squared modulus of the inner product of two states, from 0 to 1';

CREATE FUNCTION qvector_distance(qvector, qvector) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_distance_wrapper';
COMMENT ON FUNCTION qvector_distance(qvector, qvector) IS '1 - fidelity of two states';

CREATE FUNCTION probabilities(qvector) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'probabilities_wrapper';
COMMENT ON FUNCTION probabilities(qvector) IS 'probability of each basis state when the state is measured';

CREATE OPERATOR <~> (LEFTARG = qvector, RIGHTARG = qvector, FUNCTION = qvector_distance, COMMUTATOR = '<~>');
COMMENT ON OPERATOR <~> (qvector, qvector) IS '1 - fidelity';

-- qvector: states from states, and what can be measured of them; qubit 0 is the least significant bit of an amplitude's number

CREATE FUNCTION inner_product(qvector, qvector, OUT re double precision, OUT im double precision)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_inner_product_wrapper';
COMMENT ON FUNCTION inner_product(qvector, qvector) IS 'inner product of two states, conjugate-linear in the first';

CREATE FUNCTION bures_angle(qvector, qvector) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'bures_angle_wrapper';
COMMENT ON FUNCTION bures_angle(qvector, qvector) IS 'angle between two states, arccos of the modulus of their inner product, from 0 to pi/2';

CREATE FUNCTION superpose(states qvector[], weights double precision[]) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'superpose_wrapper';
COMMENT ON FUNCTION superpose(qvector[], double precision[]) IS 'the normalised sum of states multiplied by their weights';

CREATE FUNCTION tensor(qvector, qvector) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'tensor_wrapper';
COMMENT ON FUNCTION tensor(qvector, qvector) IS 'tensor product: the joint state of two systems, the second one in the less significant place';

CREATE FUNCTION apply_gate(state qvector, gate text, qubits integer[]) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'apply_gate_wrapper';
COMMENT ON FUNCTION apply_gate(qvector, text, integer[]) IS 'the state after a gate on qubits, controls first; gates as in circuits: h, rx(pi/2), cx';

CREATE FUNCTION apply_unitary(state qvector, re double precision[], im double precision[], qubit integer) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'apply_unitary_wrapper';
COMMENT ON FUNCTION apply_unitary(qvector, double precision[], double precision[], integer) IS 'the state after a unitary 2 by 2 matrix, given by its real and imaginary parts, on one qubit';

CREATE FUNCTION measure(state qvector, seed bigint DEFAULT NULL) RETURNS integer
    LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'measure_qvector_wrapper';
COMMENT ON FUNCTION measure(qvector, bigint) IS 'number of a basis state, from 0, drawn by Born''s rule; the same seed draws the same, without a seed each call draws anew';

CREATE FUNCTION expectation(state qvector, observable double precision[]) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'expectation_wrapper';
COMMENT ON FUNCTION expectation(qvector, double precision[]) IS 'mean of an observable, given by a symmetric matrix, over measurements of a state';

CREATE FUNCTION entropy(state qvector, part integer[]) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'entropy_wrapper';
COMMENT ON FUNCTION entropy(qvector, integer[]) IS 'entanglement entropy in bits between the qubits of a part and the others';

CREATE FUNCTION concurrence(qvector) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'concurrence_wrapper';
COMMENT ON FUNCTION concurrence(qvector) IS 'entanglement of a state of two qubits, from 0 for a product to 1 for a Bell state';

CREATE FUNCTION partial_trace(state qvector, keep integer[], OUT re double precision[], OUT im double precision[])
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'partial_trace_wrapper';
COMMENT ON FUNCTION partial_trace(qvector, integer[]) IS 'density matrix of at most 7 qubits with the others traced out, by its real and imaginary parts';

-- qvector: order, by real and imaginary parts in turn, then by length

CREATE FUNCTION qvector_lt(qvector, qvector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_lt_wrapper';
COMMENT ON FUNCTION qvector_lt(qvector, qvector) IS 'implementation of < operator';

CREATE FUNCTION qvector_le(qvector, qvector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_le_wrapper';
COMMENT ON FUNCTION qvector_le(qvector, qvector) IS 'implementation of <= operator';

CREATE FUNCTION qvector_eq(qvector, qvector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_eq_wrapper';
COMMENT ON FUNCTION qvector_eq(qvector, qvector) IS 'implementation of = operator';

CREATE FUNCTION qvector_ne(qvector, qvector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_ne_wrapper';
COMMENT ON FUNCTION qvector_ne(qvector, qvector) IS 'implementation of <> operator';

CREATE FUNCTION qvector_ge(qvector, qvector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_ge_wrapper';
COMMENT ON FUNCTION qvector_ge(qvector, qvector) IS 'implementation of >= operator';

CREATE FUNCTION qvector_gt(qvector, qvector) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_gt_wrapper';
COMMENT ON FUNCTION qvector_gt(qvector, qvector) IS 'implementation of > operator';

CREATE FUNCTION qvector_cmp(qvector, qvector) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_cmp_wrapper';
COMMENT ON FUNCTION qvector_cmp(qvector, qvector) IS '-1, 0 or 1 as the first qvector is less than, equal to or greater than the second';

CREATE OPERATOR < (LEFTARG = qvector, RIGHTARG = qvector, FUNCTION = qvector_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (qvector, qvector) IS 'less than';

CREATE OPERATOR <= (LEFTARG = qvector, RIGHTARG = qvector, FUNCTION = qvector_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (qvector, qvector) IS 'less than or equal';

CREATE OPERATOR = (LEFTARG = qvector, RIGHTARG = qvector, FUNCTION = qvector_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, MERGES);
COMMENT ON OPERATOR = (qvector, qvector) IS 'equal';

CREATE OPERATOR <> (LEFTARG = qvector, RIGHTARG = qvector, FUNCTION = qvector_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (qvector, qvector) IS 'not equal';

CREATE OPERATOR >= (LEFTARG = qvector, RIGHTARG = qvector, FUNCTION = qvector_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (qvector, qvector) IS 'greater than or equal';

CREATE OPERATOR > (LEFTARG = qvector, RIGHTARG = qvector, FUNCTION = qvector_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (qvector, qvector) IS 'greater than';

CREATE OPERATOR FAMILY qvector_ops USING btree;
COMMENT ON OPERATOR FAMILY qvector_ops USING btree IS 'order of states';
CREATE OPERATOR CLASS qvector_ops DEFAULT FOR TYPE qvector USING btree FAMILY qvector_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 qvector_cmp(qvector, qvector);
COMMENT ON OPERATOR CLASS qvector_ops USING btree IS 'order of states';

-- qvector: casts

CREATE FUNCTION qvector(qvector, integer, boolean) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qvector_wrapper';
COMMENT ON FUNCTION qvector(qvector, integer, boolean) IS 'checks that a qvector has the dimensions of its type';

CREATE FUNCTION qvector(vector, integer, boolean) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vector_to_qvector_wrapper';
COMMENT ON FUNCTION qvector(vector, integer, boolean) IS 'amplitude encoding: the state whose amplitudes are the components divided by their norm';

CREATE FUNCTION array_to_qvector(real[], integer, boolean) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_qvector_wrapper';
COMMENT ON FUNCTION array_to_qvector(real[], integer, boolean) IS 'amplitude encoding of a float4 array';

CREATE FUNCTION array_to_qvector(double precision[], integer, boolean) RETURNS qvector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'array_to_qvector_wrapper';
COMMENT ON FUNCTION array_to_qvector(double precision[], integer, boolean) IS 'amplitude encoding of a float8 array';

CREATE CAST (qvector AS qvector) WITH FUNCTION qvector(qvector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (qvector AS qvector) IS 'checks the number of dimensions';

CREATE CAST (vector AS qvector) WITH FUNCTION qvector(vector, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (vector AS qvector) IS 'amplitude encoding: the components divided by their norm';

CREATE CAST (real[] AS qvector) WITH FUNCTION array_to_qvector(real[], integer, boolean);
COMMENT ON CAST (real[] AS qvector) IS 'amplitude encoding of the elements as real amplitudes';

CREATE CAST (double precision[] AS qvector) WITH FUNCTION array_to_qvector(double precision[], integer, boolean);
COMMENT ON CAST (double precision[] AS qvector) IS 'amplitude encoding of the elements as real amplitudes, rounded to single precision';

CREATE CAST (qvector AS vector) WITH FUNCTION probabilities(qvector);
COMMENT ON CAST (qvector AS vector) IS 'probability of each basis state';
