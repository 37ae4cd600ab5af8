-- dna_text, dna_jsonb, dna_bytea: columns that hold text, jsonb and bytea compressed, with a trained dictionary, and read like them.

-- The dictionaries. Their schema has a name that sorts before others': pg_dump writes tables in that order, and values that are
-- restored before their dictionaries are compressed without.
CREATE SCHEMA _qstore;
COMMENT ON SCHEMA _qstore IS 'tables of the extension qstore, which pg_dump carries';

CREATE SEQUENCE _qstore.dna_dictionary_id AS integer;
COMMENT ON SEQUENCE _qstore.dna_dictionary_id IS 'numbers of dictionaries, each given once: the values that name a number must find the dictionary they were written with';

-- The first four columns are read by position: src/dna/dictionary.rs.
CREATE TABLE _qstore.dna_dictionary (
    id integer PRIMARY KEY DEFAULT nextval('_qstore.dna_dictionary_id') CHECK (id > 0),
    codebook integer NOT NULL CHECK (codebook BETWEEN 1 AND id),
    level integer NOT NULL CHECK (level BETWEEN 1 AND 19),
    content bytea NOT NULL,
    owner name NOT NULL,
    trained_for text NOT NULL,
    trained_at timestamptz NOT NULL DEFAULT now(),
    samples bigint NOT NULL,
    sample_bytes bigint NOT NULL
);
ALTER TABLE _qstore.dna_dictionary ALTER content SET STORAGE external;
COMMENT ON TABLE _qstore.dna_dictionary IS
    'dictionaries of compressed columns; a codebook is what a column names, dna_jsonb(codebook), its newest dictionary is what new values take';
SELECT pg_catalog.pg_extension_config_dump('_qstore.dna_dictionary', '');
SELECT pg_catalog.pg_extension_config_dump('_qstore.dna_dictionary_id', '');

CREATE FUNCTION _qstore.dna_dictionary_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'dictionaries are neither changed nor deleted'
        USING ERRCODE = 'object_in_use', DETAIL = 'Values that were written with a dictionary cannot be read without it.';
END $$;
COMMENT ON FUNCTION _qstore.dna_dictionary_guard() IS 'keeps dictionaries as they are';
CREATE TRIGGER guard BEFORE UPDATE OR DELETE OR TRUNCATE ON _qstore.dna_dictionary
    FOR EACH STATEMENT EXECUTE FUNCTION _qstore.dna_dictionary_guard();

-- The functions on single values have other names than those of dna: a literal must not be a dna_text to dna_stats('GATTACA').

CREATE FUNCTION dna_codebook_typmod_in(cstring[]) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_codebook_typmod_in_wrapper';
COMMENT ON FUNCTION dna_codebook_typmod_in(cstring[]) IS 'reads the number of the codebook in dna_text(n)';

-- dna_text

CREATE TYPE dna_text;

CREATE FUNCTION dna_text_in(cstring, oid, integer) RETURNS dna_text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_text_in_wrapper';
COMMENT ON FUNCTION dna_text_in(cstring, oid, integer) IS 'reads text and compresses it';

CREATE FUNCTION dna_text_out(dna_text) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_out_wrapper';
COMMENT ON FUNCTION dna_text_out(dna_text) IS 'writes the text inside as text';

CREATE FUNCTION dna_text_recv(internal, oid, integer) RETURNS dna_text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_text_recv_wrapper';
COMMENT ON FUNCTION dna_text_recv(internal, oid, integer) IS 'reads the binary form of text and compresses it';

CREATE FUNCTION dna_text_send(dna_text) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_send_wrapper';
COMMENT ON FUNCTION dna_text_send(dna_text) IS 'writes the text inside in its binary form';

-- External storage: the value is compressed already.
CREATE TYPE dna_text (
    INPUT = dna_text_in, OUTPUT = dna_text_out, RECEIVE = dna_text_recv, SEND = dna_text_send, TYPMOD_IN = dna_codebook_typmod_in,
    CATEGORY = 'S', COLLATABLE = true, STORAGE = external
);
COMMENT ON TYPE dna_text IS 'text, compressed with the newest dictionary of the codebook in dna_text(codebook)';

-- As detoasting costs nothing to the planner, so does this: it takes the plan that it took before.
CREATE FUNCTION text(dna_text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'dna_plain_wrapper';
COMMENT ON FUNCTION text(dna_text) IS 'the text inside';

CREATE FUNCTION dna_text(text, integer, boolean) RETURNS dna_text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_text_pack_wrapper';
COMMENT ON FUNCTION dna_text(text, integer, boolean) IS 'compresses text for a column of that codebook';

CREATE FUNCTION dna_text(dna_text, integer, boolean) RETURNS dna_text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 600 AS 'MODULE_PATHNAME', 'dna_text_repack_wrapper';
COMMENT ON FUNCTION dna_text(dna_text, integer, boolean) IS 'compresses a value anew for a column of another codebook';

CREATE CAST (dna_text AS text) WITH FUNCTION text(dna_text) AS IMPLICIT;
COMMENT ON CAST (dna_text AS text) IS 'decompresses';
CREATE CAST (text AS dna_text) WITH FUNCTION dna_text(text, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (text AS dna_text) IS 'compresses';
CREATE CAST (dna_text AS dna_text) WITH FUNCTION dna_text(dna_text, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (dna_text AS dna_text) IS 'compresses anew for another codebook';

-- Order and hash are those of text. Their operators have names of their own, so that = and < mean those of text: an index over
-- (column::text) serves them.

CREATE FUNCTION dna_text_lt(dna_text, dna_text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_text_lt_wrapper';
COMMENT ON FUNCTION dna_text_lt(dna_text, dna_text) IS 'implementation of *< operator';

CREATE FUNCTION dna_text_le(dna_text, dna_text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_text_le_wrapper';
COMMENT ON FUNCTION dna_text_le(dna_text, dna_text) IS 'implementation of *<= operator';

CREATE FUNCTION dna_text_eq(dna_text, dna_text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_text_eq_wrapper';
COMMENT ON FUNCTION dna_text_eq(dna_text, dna_text) IS 'implementation of *= operator';

CREATE FUNCTION dna_text_ne(dna_text, dna_text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_text_ne_wrapper';
COMMENT ON FUNCTION dna_text_ne(dna_text, dna_text) IS 'implementation of *<> operator';

CREATE FUNCTION dna_text_ge(dna_text, dna_text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_text_ge_wrapper';
COMMENT ON FUNCTION dna_text_ge(dna_text, dna_text) IS 'implementation of *>= operator';

CREATE FUNCTION dna_text_gt(dna_text, dna_text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_text_gt_wrapper';
COMMENT ON FUNCTION dna_text_gt(dna_text, dna_text) IS 'implementation of *> operator';

CREATE FUNCTION dna_text_cmp(dna_text, dna_text) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_text_cmp_wrapper';
COMMENT ON FUNCTION dna_text_cmp(dna_text, dna_text) IS '-1, 0 or 1 as the first is less than, equal to or greater than the second';

CREATE FUNCTION dna_text_hash(dna_text) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_hash_wrapper';
COMMENT ON FUNCTION dna_text_hash(dna_text) IS 'hash of the text inside';

CREATE FUNCTION dna_text_hash_extended(dna_text, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_hash_extended_wrapper';
COMMENT ON FUNCTION dna_text_hash_extended(dna_text, bigint) IS 'hash of the text inside with a seed';

CREATE OPERATOR *< (LEFTARG = dna_text, RIGHTARG = dna_text, FUNCTION = dna_text_lt,
    COMMUTATOR = *>, NEGATOR = *>=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR *< (dna_text, dna_text) IS 'less than, as text';

CREATE OPERATOR *<= (LEFTARG = dna_text, RIGHTARG = dna_text, FUNCTION = dna_text_le,
    COMMUTATOR = *>=, NEGATOR = *>, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR *<= (dna_text, dna_text) IS 'less than or equal, as text';

CREATE OPERATOR *= (LEFTARG = dna_text, RIGHTARG = dna_text, FUNCTION = dna_text_eq,
    COMMUTATOR = *=, NEGATOR = *<>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR *= (dna_text, dna_text) IS 'equal, as text';

CREATE OPERATOR *<> (LEFTARG = dna_text, RIGHTARG = dna_text, FUNCTION = dna_text_ne,
    COMMUTATOR = *<>, NEGATOR = *=, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR *<> (dna_text, dna_text) IS 'not equal, as text';

CREATE OPERATOR *>= (LEFTARG = dna_text, RIGHTARG = dna_text, FUNCTION = dna_text_ge,
    COMMUTATOR = *<=, NEGATOR = *<, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR *>= (dna_text, dna_text) IS 'greater than or equal, as text';

CREATE OPERATOR *> (LEFTARG = dna_text, RIGHTARG = dna_text, FUNCTION = dna_text_gt,
    COMMUTATOR = *<, NEGATOR = *<=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR *> (dna_text, dna_text) IS 'greater than, as text';

CREATE OPERATOR FAMILY dna_text_ops USING btree;
COMMENT ON OPERATOR FAMILY dna_text_ops USING btree IS 'order of dna_text values';
CREATE OPERATOR CLASS dna_text_ops DEFAULT FOR TYPE dna_text USING btree FAMILY dna_text_ops AS
    OPERATOR 1 *<, OPERATOR 2 *<=, OPERATOR 3 *=, OPERATOR 4 *>=, OPERATOR 5 *>,
    FUNCTION 1 dna_text_cmp(dna_text, dna_text);
COMMENT ON OPERATOR CLASS dna_text_ops USING btree IS 'order of dna_text values';
CREATE OPERATOR FAMILY dna_text_ops USING hash;
COMMENT ON OPERATOR FAMILY dna_text_ops USING hash IS 'equality of dna_text values';
CREATE OPERATOR CLASS dna_text_ops DEFAULT FOR TYPE dna_text USING hash FAMILY dna_text_ops AS
    OPERATOR 1 *=, FUNCTION 1 dna_text_hash(dna_text), FUNCTION 2 dna_text_hash_extended(dna_text, bigint);
COMMENT ON OPERATOR CLASS dna_text_ops USING hash IS 'equality of dna_text values';

CREATE FUNCTION dna_column_verify(dna_text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_verify_wrapper';
COMMENT ON FUNCTION dna_column_verify(dna_text) IS 'whether a dna_text value is undamaged; reads all of it and raises no error if not';

CREATE FUNCTION dna_column_stats(
    value dna_text,
    OUT version integer, OUT codec text, OUT dictionary bigint, OUT raw_bytes bigint, OUT stored_bytes bigint,
    OUT parity_bytes bigint, OUT shards integer, OUT parity_shards integer, OUT damaged_shards integer, OUT bases bigint, OUT gc_content double precision, OUT checksum text
)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_stats_wrapper';
COMMENT ON FUNCTION dna_column_stats(dna_text) IS 'what a dna_text value says about itself: format, dictionary, sizes in bytes, checksum';

CREATE FUNCTION _qstore.dna_raw(text) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_raw_wrapper';
COMMENT ON FUNCTION _qstore.dna_raw(text) IS 'the stored bytes of text, for training';

-- dna_jsonb

CREATE TYPE dna_jsonb;

CREATE FUNCTION dna_jsonb_in(cstring, oid, integer) RETURNS dna_jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_jsonb_in_wrapper';
COMMENT ON FUNCTION dna_jsonb_in(cstring, oid, integer) IS 'reads a jsonb document and compresses it';

CREATE FUNCTION dna_jsonb_out(dna_jsonb) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_jsonb_out_wrapper';
COMMENT ON FUNCTION dna_jsonb_out(dna_jsonb) IS 'writes the jsonb inside as text';

CREATE FUNCTION dna_jsonb_recv(internal, oid, integer) RETURNS dna_jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_jsonb_recv_wrapper';
COMMENT ON FUNCTION dna_jsonb_recv(internal, oid, integer) IS 'reads the binary form of jsonb and compresses it';

CREATE FUNCTION dna_jsonb_send(dna_jsonb) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_jsonb_send_wrapper';
COMMENT ON FUNCTION dna_jsonb_send(dna_jsonb) IS 'writes the jsonb inside in its binary form';

-- External storage: the value is compressed already.
CREATE TYPE dna_jsonb (
    INPUT = dna_jsonb_in, OUTPUT = dna_jsonb_out, RECEIVE = dna_jsonb_recv, SEND = dna_jsonb_send, TYPMOD_IN = dna_codebook_typmod_in,
    STORAGE = external
);
COMMENT ON TYPE dna_jsonb IS 'jsonb, compressed with the newest dictionary of the codebook in dna_jsonb(codebook)';

CREATE FUNCTION jsonb(dna_jsonb) RETURNS jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'dna_plain_wrapper';
COMMENT ON FUNCTION jsonb(dna_jsonb) IS 'the jsonb inside';

CREATE FUNCTION dna_jsonb(jsonb, integer, boolean) RETURNS dna_jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_jsonb_pack_wrapper';
COMMENT ON FUNCTION dna_jsonb(jsonb, integer, boolean) IS 'compresses a jsonb document for a column of that codebook';

CREATE FUNCTION dna_jsonb(dna_jsonb, integer, boolean) RETURNS dna_jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 600 AS 'MODULE_PATHNAME', 'dna_jsonb_repack_wrapper';
COMMENT ON FUNCTION dna_jsonb(dna_jsonb, integer, boolean) IS 'compresses a value anew for a column of another codebook';

CREATE CAST (dna_jsonb AS jsonb) WITH FUNCTION jsonb(dna_jsonb) AS IMPLICIT;
COMMENT ON CAST (dna_jsonb AS jsonb) IS 'decompresses';
CREATE CAST (jsonb AS dna_jsonb) WITH FUNCTION dna_jsonb(jsonb, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (jsonb AS dna_jsonb) IS 'compresses';
CREATE CAST (dna_jsonb AS dna_jsonb) WITH FUNCTION dna_jsonb(dna_jsonb, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (dna_jsonb AS dna_jsonb) IS 'compresses anew for another codebook';

-- Without it, || with a text of unknown type would be that of text.
CREATE FUNCTION dna_jsonb_concat(dna_jsonb, jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.jsonb_concat(jsonb($1), $2);
COMMENT ON FUNCTION dna_jsonb_concat(dna_jsonb, jsonb) IS 'implementation of || operator';
CREATE OPERATOR || (LEFTARG = dna_jsonb, RIGHTARG = jsonb, FUNCTION = dna_jsonb_concat);
COMMENT ON OPERATOR || (dna_jsonb, jsonb) IS 'concatenation, as jsonb';

-- Order and hash are those of jsonb. Their operators have names of their own, so that = and < mean those of jsonb: an index over
-- (column::jsonb) serves them.

CREATE FUNCTION dna_jsonb_lt(dna_jsonb, dna_jsonb) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_jsonb_lt_wrapper';
COMMENT ON FUNCTION dna_jsonb_lt(dna_jsonb, dna_jsonb) IS 'implementation of *< operator';

CREATE FUNCTION dna_jsonb_le(dna_jsonb, dna_jsonb) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_jsonb_le_wrapper';
COMMENT ON FUNCTION dna_jsonb_le(dna_jsonb, dna_jsonb) IS 'implementation of *<= operator';

CREATE FUNCTION dna_jsonb_eq(dna_jsonb, dna_jsonb) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_jsonb_eq_wrapper';
COMMENT ON FUNCTION dna_jsonb_eq(dna_jsonb, dna_jsonb) IS 'implementation of *= operator';

CREATE FUNCTION dna_jsonb_ne(dna_jsonb, dna_jsonb) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_jsonb_ne_wrapper';
COMMENT ON FUNCTION dna_jsonb_ne(dna_jsonb, dna_jsonb) IS 'implementation of *<> operator';

CREATE FUNCTION dna_jsonb_ge(dna_jsonb, dna_jsonb) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_jsonb_ge_wrapper';
COMMENT ON FUNCTION dna_jsonb_ge(dna_jsonb, dna_jsonb) IS 'implementation of *>= operator';

CREATE FUNCTION dna_jsonb_gt(dna_jsonb, dna_jsonb) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_jsonb_gt_wrapper';
COMMENT ON FUNCTION dna_jsonb_gt(dna_jsonb, dna_jsonb) IS 'implementation of *> operator';

CREATE FUNCTION dna_jsonb_cmp(dna_jsonb, dna_jsonb) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_jsonb_cmp_wrapper';
COMMENT ON FUNCTION dna_jsonb_cmp(dna_jsonb, dna_jsonb) IS '-1, 0 or 1 as the first is less than, equal to or greater than the second';

CREATE FUNCTION dna_jsonb_hash(dna_jsonb) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_jsonb_hash_wrapper';
COMMENT ON FUNCTION dna_jsonb_hash(dna_jsonb) IS 'hash of the jsonb inside';

CREATE FUNCTION dna_jsonb_hash_extended(dna_jsonb, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_jsonb_hash_extended_wrapper';
COMMENT ON FUNCTION dna_jsonb_hash_extended(dna_jsonb, bigint) IS 'hash of the jsonb inside with a seed';

CREATE OPERATOR *< (LEFTARG = dna_jsonb, RIGHTARG = dna_jsonb, FUNCTION = dna_jsonb_lt,
    COMMUTATOR = *>, NEGATOR = *>=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR *< (dna_jsonb, dna_jsonb) IS 'less than, as jsonb';

CREATE OPERATOR *<= (LEFTARG = dna_jsonb, RIGHTARG = dna_jsonb, FUNCTION = dna_jsonb_le,
    COMMUTATOR = *>=, NEGATOR = *>, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR *<= (dna_jsonb, dna_jsonb) IS 'less than or equal, as jsonb';

CREATE OPERATOR *= (LEFTARG = dna_jsonb, RIGHTARG = dna_jsonb, FUNCTION = dna_jsonb_eq,
    COMMUTATOR = *=, NEGATOR = *<>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR *= (dna_jsonb, dna_jsonb) IS 'equal, as jsonb';

CREATE OPERATOR *<> (LEFTARG = dna_jsonb, RIGHTARG = dna_jsonb, FUNCTION = dna_jsonb_ne,
    COMMUTATOR = *<>, NEGATOR = *=, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR *<> (dna_jsonb, dna_jsonb) IS 'not equal, as jsonb';

CREATE OPERATOR *>= (LEFTARG = dna_jsonb, RIGHTARG = dna_jsonb, FUNCTION = dna_jsonb_ge,
    COMMUTATOR = *<=, NEGATOR = *<, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR *>= (dna_jsonb, dna_jsonb) IS 'greater than or equal, as jsonb';

CREATE OPERATOR *> (LEFTARG = dna_jsonb, RIGHTARG = dna_jsonb, FUNCTION = dna_jsonb_gt,
    COMMUTATOR = *<, NEGATOR = *<=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR *> (dna_jsonb, dna_jsonb) IS 'greater than, as jsonb';

CREATE OPERATOR FAMILY dna_jsonb_ops USING btree;
COMMENT ON OPERATOR FAMILY dna_jsonb_ops USING btree IS 'order of dna_jsonb values';
CREATE OPERATOR CLASS dna_jsonb_ops DEFAULT FOR TYPE dna_jsonb USING btree FAMILY dna_jsonb_ops AS
    OPERATOR 1 *<, OPERATOR 2 *<=, OPERATOR 3 *=, OPERATOR 4 *>=, OPERATOR 5 *>,
    FUNCTION 1 dna_jsonb_cmp(dna_jsonb, dna_jsonb);
COMMENT ON OPERATOR CLASS dna_jsonb_ops USING btree IS 'order of dna_jsonb values';
CREATE OPERATOR FAMILY dna_jsonb_ops USING hash;
COMMENT ON OPERATOR FAMILY dna_jsonb_ops USING hash IS 'equality of dna_jsonb values';
CREATE OPERATOR CLASS dna_jsonb_ops DEFAULT FOR TYPE dna_jsonb USING hash FAMILY dna_jsonb_ops AS
    OPERATOR 1 *=, FUNCTION 1 dna_jsonb_hash(dna_jsonb), FUNCTION 2 dna_jsonb_hash_extended(dna_jsonb, bigint);
COMMENT ON OPERATOR CLASS dna_jsonb_ops USING hash IS 'equality of dna_jsonb values';

CREATE FUNCTION dna_column_verify(dna_jsonb) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_verify_wrapper';
COMMENT ON FUNCTION dna_column_verify(dna_jsonb) IS 'whether a dna_jsonb value is undamaged; reads all of it and raises no error if not';

CREATE FUNCTION dna_column_stats(
    value dna_jsonb,
    OUT version integer, OUT codec text, OUT dictionary bigint, OUT raw_bytes bigint, OUT stored_bytes bigint,
    OUT parity_bytes bigint, OUT shards integer, OUT parity_shards integer, OUT damaged_shards integer, OUT bases bigint, OUT gc_content double precision, OUT checksum text
)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_stats_wrapper';
COMMENT ON FUNCTION dna_column_stats(dna_jsonb) IS 'what a dna_jsonb value says about itself: format, dictionary, sizes in bytes, checksum';

CREATE FUNCTION _qstore.dna_raw(jsonb) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_raw_wrapper';
COMMENT ON FUNCTION _qstore.dna_raw(jsonb) IS 'the stored bytes of a jsonb document, for training';

-- dna_bytea

CREATE TYPE dna_bytea;

CREATE FUNCTION dna_bytea_in(cstring, oid, integer) RETURNS dna_bytea
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_bytea_in_wrapper';
COMMENT ON FUNCTION dna_bytea_in(cstring, oid, integer) IS 'reads bytes and compresses it';

CREATE FUNCTION dna_bytea_out(dna_bytea) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_out_wrapper';
COMMENT ON FUNCTION dna_bytea_out(dna_bytea) IS 'writes the bytea inside as text';

CREATE FUNCTION dna_bytea_recv(internal, oid, integer) RETURNS dna_bytea
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_bytea_recv_wrapper';
COMMENT ON FUNCTION dna_bytea_recv(internal, oid, integer) IS 'reads the binary form of bytea and compresses it';

CREATE FUNCTION dna_bytea_send(dna_bytea) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_send_wrapper';
COMMENT ON FUNCTION dna_bytea_send(dna_bytea) IS 'writes the bytea inside in its binary form';

-- External storage: the value is compressed already.
CREATE TYPE dna_bytea (
    INPUT = dna_bytea_in, OUTPUT = dna_bytea_out, RECEIVE = dna_bytea_recv, SEND = dna_bytea_send, TYPMOD_IN = dna_codebook_typmod_in,
    STORAGE = external
);
COMMENT ON TYPE dna_bytea IS 'bytea, compressed with the newest dictionary of the codebook in dna_bytea(codebook)';

CREATE FUNCTION bytea(dna_bytea) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'dna_plain_wrapper';
COMMENT ON FUNCTION bytea(dna_bytea) IS 'the bytea inside';

CREATE FUNCTION dna_bytea(bytea, integer, boolean) RETURNS dna_bytea
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 500 AS 'MODULE_PATHNAME', 'dna_bytea_pack_wrapper';
COMMENT ON FUNCTION dna_bytea(bytea, integer, boolean) IS 'compresses bytes for a column of that codebook';

CREATE FUNCTION dna_bytea(dna_bytea, integer, boolean) RETURNS dna_bytea
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 600 AS 'MODULE_PATHNAME', 'dna_bytea_repack_wrapper';
COMMENT ON FUNCTION dna_bytea(dna_bytea, integer, boolean) IS 'compresses a value anew for a column of another codebook';

CREATE CAST (dna_bytea AS bytea) WITH FUNCTION bytea(dna_bytea) AS IMPLICIT;
COMMENT ON CAST (dna_bytea AS bytea) IS 'decompresses';
CREATE CAST (bytea AS dna_bytea) WITH FUNCTION dna_bytea(bytea, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (bytea AS dna_bytea) IS 'compresses';
CREATE CAST (dna_bytea AS dna_bytea) WITH FUNCTION dna_bytea(dna_bytea, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (dna_bytea AS dna_bytea) IS 'compresses anew for another codebook';

-- Order and hash are those of bytea. Their operators have names of their own, so that = and < mean those of bytea: an index over
-- (column::bytea) serves them.

CREATE FUNCTION dna_bytea_lt(dna_bytea, dna_bytea) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_bytea_lt_wrapper';
COMMENT ON FUNCTION dna_bytea_lt(dna_bytea, dna_bytea) IS 'implementation of *< operator';

CREATE FUNCTION dna_bytea_le(dna_bytea, dna_bytea) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_bytea_le_wrapper';
COMMENT ON FUNCTION dna_bytea_le(dna_bytea, dna_bytea) IS 'implementation of *<= operator';

CREATE FUNCTION dna_bytea_eq(dna_bytea, dna_bytea) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_bytea_eq_wrapper';
COMMENT ON FUNCTION dna_bytea_eq(dna_bytea, dna_bytea) IS 'implementation of *= operator';

CREATE FUNCTION dna_bytea_ne(dna_bytea, dna_bytea) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_bytea_ne_wrapper';
COMMENT ON FUNCTION dna_bytea_ne(dna_bytea, dna_bytea) IS 'implementation of *<> operator';

CREATE FUNCTION dna_bytea_ge(dna_bytea, dna_bytea) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_bytea_ge_wrapper';
COMMENT ON FUNCTION dna_bytea_ge(dna_bytea, dna_bytea) IS 'implementation of *>= operator';

CREATE FUNCTION dna_bytea_gt(dna_bytea, dna_bytea) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_bytea_gt_wrapper';
COMMENT ON FUNCTION dna_bytea_gt(dna_bytea, dna_bytea) IS 'implementation of *> operator';

CREATE FUNCTION dna_bytea_cmp(dna_bytea, dna_bytea) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'dna_bytea_cmp_wrapper';
COMMENT ON FUNCTION dna_bytea_cmp(dna_bytea, dna_bytea) IS '-1, 0 or 1 as the first is less than, equal to or greater than the second';

CREATE FUNCTION dna_bytea_hash(dna_bytea) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_hash_wrapper';
COMMENT ON FUNCTION dna_bytea_hash(dna_bytea) IS 'hash of the bytea inside';

CREATE FUNCTION dna_bytea_hash_extended(dna_bytea, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_hash_extended_wrapper';
COMMENT ON FUNCTION dna_bytea_hash_extended(dna_bytea, bigint) IS 'hash of the bytea inside with a seed';

CREATE OPERATOR *< (LEFTARG = dna_bytea, RIGHTARG = dna_bytea, FUNCTION = dna_bytea_lt,
    COMMUTATOR = *>, NEGATOR = *>=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR *< (dna_bytea, dna_bytea) IS 'less than, as bytea';

CREATE OPERATOR *<= (LEFTARG = dna_bytea, RIGHTARG = dna_bytea, FUNCTION = dna_bytea_le,
    COMMUTATOR = *>=, NEGATOR = *>, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR *<= (dna_bytea, dna_bytea) IS 'less than or equal, as bytea';

CREATE OPERATOR *= (LEFTARG = dna_bytea, RIGHTARG = dna_bytea, FUNCTION = dna_bytea_eq,
    COMMUTATOR = *=, NEGATOR = *<>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR *= (dna_bytea, dna_bytea) IS 'equal, as bytea';

CREATE OPERATOR *<> (LEFTARG = dna_bytea, RIGHTARG = dna_bytea, FUNCTION = dna_bytea_ne,
    COMMUTATOR = *<>, NEGATOR = *=, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR *<> (dna_bytea, dna_bytea) IS 'not equal, as bytea';

CREATE OPERATOR *>= (LEFTARG = dna_bytea, RIGHTARG = dna_bytea, FUNCTION = dna_bytea_ge,
    COMMUTATOR = *<=, NEGATOR = *<, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR *>= (dna_bytea, dna_bytea) IS 'greater than or equal, as bytea';

CREATE OPERATOR *> (LEFTARG = dna_bytea, RIGHTARG = dna_bytea, FUNCTION = dna_bytea_gt,
    COMMUTATOR = *<, NEGATOR = *<=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR *> (dna_bytea, dna_bytea) IS 'greater than, as bytea';

CREATE OPERATOR FAMILY dna_bytea_ops USING btree;
COMMENT ON OPERATOR FAMILY dna_bytea_ops USING btree IS 'order of dna_bytea values';
CREATE OPERATOR CLASS dna_bytea_ops DEFAULT FOR TYPE dna_bytea USING btree FAMILY dna_bytea_ops AS
    OPERATOR 1 *<, OPERATOR 2 *<=, OPERATOR 3 *=, OPERATOR 4 *>=, OPERATOR 5 *>,
    FUNCTION 1 dna_bytea_cmp(dna_bytea, dna_bytea);
COMMENT ON OPERATOR CLASS dna_bytea_ops USING btree IS 'order of dna_bytea values';
CREATE OPERATOR FAMILY dna_bytea_ops USING hash;
COMMENT ON OPERATOR FAMILY dna_bytea_ops USING hash IS 'equality of dna_bytea values';
CREATE OPERATOR CLASS dna_bytea_ops DEFAULT FOR TYPE dna_bytea USING hash FAMILY dna_bytea_ops AS
    OPERATOR 1 *=, FUNCTION 1 dna_bytea_hash(dna_bytea), FUNCTION 2 dna_bytea_hash_extended(dna_bytea, bigint);
COMMENT ON OPERATOR CLASS dna_bytea_ops USING hash IS 'equality of dna_bytea values';

CREATE FUNCTION dna_column_verify(dna_bytea) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_verify_wrapper';
COMMENT ON FUNCTION dna_column_verify(dna_bytea) IS 'whether a dna_bytea value is undamaged; reads all of it and raises no error if not';

CREATE FUNCTION dna_column_stats(
    value dna_bytea,
    OUT version integer, OUT codec text, OUT dictionary bigint, OUT raw_bytes bigint, OUT stored_bytes bigint,
    OUT parity_bytes bigint, OUT shards integer, OUT parity_shards integer, OUT damaged_shards integer, OUT bases bigint, OUT gc_content double precision, OUT checksum text
)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_stats_wrapper';
COMMENT ON FUNCTION dna_column_stats(dna_bytea) IS 'what a dna_bytea value says about itself: format, dictionary, sizes in bytes, checksum';

CREATE FUNCTION _qstore.dna_raw(bytea) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dna_raw_wrapper';
COMMENT ON FUNCTION _qstore.dna_raw(bytea) IS 'the stored bytes of bytes, for training';
