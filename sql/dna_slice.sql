-- Slices and lengths of dna_text and dna_bytea without decompressing all of a long value.

-- SQL's SUBSTRING(value FROM n FOR m) means pg_catalog.substring and no other.

CREATE FUNCTION pg_catalog.substring(dna_text, integer, integer) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_substr_wrapper';
COMMENT ON FUNCTION pg_catalog.substring(dna_text, integer, integer) IS 'extract portion of string; of a long value, decompresses what holds it';
CREATE FUNCTION pg_catalog.substring(dna_text, integer) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_substr_no_len_wrapper';
COMMENT ON FUNCTION pg_catalog.substring(dna_text, integer) IS 'extract portion of string; of a long value, decompresses what holds it';
CREATE FUNCTION pg_catalog.substring(dna_bytea, integer, integer) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_substr_wrapper';
COMMENT ON FUNCTION pg_catalog.substring(dna_bytea, integer, integer) IS 'extract portion of bytes; of a long value, decompresses what holds it';
CREATE FUNCTION pg_catalog.substring(dna_bytea, integer) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_substr_no_len_wrapper';
COMMENT ON FUNCTION pg_catalog.substring(dna_bytea, integer) IS 'extract portion of bytes; of a long value, decompresses what holds it';

-- Patterns: without these, a pattern of unknown type would be taken for a position.
CREATE FUNCTION pg_catalog.substring(dna_text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.substring(text($1), $2);
COMMENT ON FUNCTION pg_catalog.substring(dna_text, text) IS 'extract text matching regular expression';
CREATE FUNCTION pg_catalog.substring(dna_text, text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.substring(text($1), $2, $3);
COMMENT ON FUNCTION pg_catalog.substring(dna_text, text, text) IS 'extract text matching SQL regular expression';

CREATE FUNCTION substr(dna_text, integer, integer) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_substr_wrapper';
COMMENT ON FUNCTION substr(dna_text, integer, integer) IS 'extract portion of string; of a long value, decompresses what holds it';
CREATE FUNCTION substr(dna_text, integer) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_substr_no_len_wrapper';
COMMENT ON FUNCTION substr(dna_text, integer) IS 'extract portion of string; of a long value, decompresses what holds it';
CREATE FUNCTION substr(dna_bytea, integer, integer) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_substr_wrapper';
COMMENT ON FUNCTION substr(dna_bytea, integer, integer) IS 'extract portion of bytes; of a long value, decompresses what holds it';
CREATE FUNCTION substr(dna_bytea, integer) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_bytea_substr_no_len_wrapper';
COMMENT ON FUNCTION substr(dna_bytea, integer) IS 'extract portion of bytes; of a long value, decompresses what holds it';
CREATE FUNCTION "left"(dna_text, integer) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_left_wrapper';
COMMENT ON FUNCTION "left"(dna_text, integer) IS 'extract the first n characters; of a long value, decompresses what holds them';

CREATE FUNCTION length(dna_text) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_text_length_wrapper';
COMMENT ON FUNCTION length(dna_text) IS 'number of characters; a long value is not decompressed for it';
CREATE FUNCTION length(dna_bytea) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_octet_length_wrapper';
COMMENT ON FUNCTION length(dna_bytea) IS 'number of bytes; a long value is not decompressed for it';
CREATE FUNCTION octet_length(dna_text) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_octet_length_wrapper';
COMMENT ON FUNCTION octet_length(dna_text) IS 'number of bytes; a long value is not decompressed for it';
CREATE FUNCTION octet_length(dna_bytea) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'dna_octet_length_wrapper';
COMMENT ON FUNCTION octet_length(dna_bytea) IS 'number of bytes; a long value is not decompressed for it';
