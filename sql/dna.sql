-- dna: bytes as bases, compressed and under a checksum, or a sequence that was written as bases.

-- dna: the type

CREATE TYPE dna;

CREATE FUNCTION dna_in(cstring) RETURNS dna
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_in_wrapper';
COMMENT ON FUNCTION dna_in(cstring) IS 'reads a dna value from text';

CREATE FUNCTION dna_out(dna) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_out_wrapper';
COMMENT ON FUNCTION dna_out(dna) IS 'writes a dna value as text';

CREATE FUNCTION dna_recv(internal) RETURNS dna
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_recv_wrapper';
COMMENT ON FUNCTION dna_recv(internal) IS 'reads a dna value from its binary form';

CREATE FUNCTION dna_send(dna) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_send_wrapper';
COMMENT ON FUNCTION dna_send(dna) IS 'writes a dna value in its binary form';

-- External storage: the value is compressed already, so that TOAST would only try in vain.
CREATE TYPE dna (INPUT = dna_in, OUTPUT = dna_out, RECEIVE = dna_recv, SEND = dna_send, STORAGE = external);
COMMENT ON TYPE dna IS 'bytes encoded as DNA bases, compressed and under a checksum, or a sequence of bases';

-- dna: encoding and decoding

CREATE FUNCTION dna_encode(data bytea, level integer DEFAULT 3, parity integer DEFAULT 0) RETURNS dna
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_encode_wrapper';
COMMENT ON FUNCTION dna_encode(bytea, integer, integer) IS
    'compresses bytes (level 1 to 19) and encodes them as bases; parity is the share of shards, in percent, that may be damaged';

CREATE FUNCTION dna_decode(dna) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_decode_wrapper';
COMMENT ON FUNCTION dna_decode(dna) IS 'the bytes that dna_encode was given';

CREATE FUNCTION dna_repair(dna) RETURNS dna
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_repair_wrapper';
COMMENT ON FUNCTION dna_repair(dna) IS 'the value as it was written, rebuilt from its parity if it is damaged';

CREATE FUNCTION dna_verify(dna) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_verify_wrapper';
COMMENT ON FUNCTION dna_verify(dna) IS 'whether a dna value is undamaged; reads all of it and raises no error if not';

CREATE FUNCTION dna_stats(
    value dna,
    OUT version integer, OUT codec text, OUT dictionary bigint, OUT raw_bytes bigint, OUT stored_bytes bigint,
    OUT parity_bytes bigint, OUT shards integer, OUT parity_shards integer, OUT damaged_shards integer, OUT bases bigint, OUT gc_content double precision, OUT checksum text
)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_stats_wrapper';
COMMENT ON FUNCTION dna_stats(dna) IS 'what a dna value says about itself: format, sizes in bytes, bases, checksum';

-- dna: sequences

CREATE FUNCTION length(dna) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_length_wrapper';
COMMENT ON FUNCTION length(dna) IS 'number of bases of a dna value';

CREATE FUNCTION gc_content(dna) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_gc_content_wrapper';
COMMENT ON FUNCTION gc_content(dna) IS 'share of G and C among the bases of a dna value, from 0 to 1';

CREATE FUNCTION reverse_complement(dna) RETURNS dna
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_reverse_complement_wrapper';
COMMENT ON FUNCTION reverse_complement(dna) IS 'the opposite strand of a sequence, read in its own direction';

-- dna: order (sequences before encoded values) and hash

CREATE FUNCTION dna_lt(dna, dna) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_lt_wrapper';
COMMENT ON FUNCTION dna_lt(dna, dna) IS 'implementation of < operator';

CREATE FUNCTION dna_le(dna, dna) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_le_wrapper';
COMMENT ON FUNCTION dna_le(dna, dna) IS 'implementation of <= operator';

CREATE FUNCTION dna_eq(dna, dna) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_eq_wrapper';
COMMENT ON FUNCTION dna_eq(dna, dna) IS 'implementation of = operator';

CREATE FUNCTION dna_ne(dna, dna) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_ne_wrapper';
COMMENT ON FUNCTION dna_ne(dna, dna) IS 'implementation of <> operator';

CREATE FUNCTION dna_ge(dna, dna) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_ge_wrapper';
COMMENT ON FUNCTION dna_ge(dna, dna) IS 'implementation of >= operator';

CREATE FUNCTION dna_gt(dna, dna) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_gt_wrapper';
COMMENT ON FUNCTION dna_gt(dna, dna) IS 'implementation of > operator';

CREATE FUNCTION dna_cmp(dna, dna) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_cmp_wrapper';
COMMENT ON FUNCTION dna_cmp(dna, dna) IS '-1, 0 or 1 as the first dna is less than, equal to or greater than the second';

CREATE OPERATOR < (LEFTARG = dna, RIGHTARG = dna, FUNCTION = dna_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (dna, dna) IS 'less than';

CREATE OPERATOR <= (LEFTARG = dna, RIGHTARG = dna, FUNCTION = dna_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (dna, dna) IS 'less than or equal';

CREATE OPERATOR = (LEFTARG = dna, RIGHTARG = dna, FUNCTION = dna_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (dna, dna) IS 'equal';

CREATE OPERATOR <> (LEFTARG = dna, RIGHTARG = dna, FUNCTION = dna_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (dna, dna) IS 'not equal';

CREATE OPERATOR >= (LEFTARG = dna, RIGHTARG = dna, FUNCTION = dna_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (dna, dna) IS 'greater than or equal';

CREATE OPERATOR > (LEFTARG = dna, RIGHTARG = dna, FUNCTION = dna_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (dna, dna) IS 'greater than';

CREATE OPERATOR FAMILY dna_ops USING btree;
COMMENT ON OPERATOR FAMILY dna_ops USING btree IS 'order of dna values';
CREATE OPERATOR CLASS dna_ops DEFAULT FOR TYPE dna USING btree FAMILY dna_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 dna_cmp(dna, dna);
COMMENT ON OPERATOR CLASS dna_ops USING btree IS 'order of dna values';

-- Equal values have equal bytes, so the server's own hash of a varlena is theirs.
CREATE FUNCTION dna_hash(dna) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlena';
COMMENT ON FUNCTION dna_hash(dna) IS 'hash of a dna value';

CREATE FUNCTION dna_hash_extended(dna, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlenaextended';
COMMENT ON FUNCTION dna_hash_extended(dna, bigint) IS 'hash of a dna value with a seed';

CREATE OPERATOR FAMILY dna_ops USING hash;
COMMENT ON OPERATOR FAMILY dna_ops USING hash IS 'equality of dna values';
CREATE OPERATOR CLASS dna_ops DEFAULT FOR TYPE dna USING hash FAMILY dna_ops AS
    OPERATOR 1 =, FUNCTION 1 dna_hash(dna), FUNCTION 2 dna_hash_extended(dna, bigint);
COMMENT ON OPERATOR CLASS dna_ops USING hash IS 'equality of dna values';
