-- bit: distances between PostgreSQL's own bit strings, as in pgvector.

CREATE FUNCTION hamming_distance(bit, bit) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'hamming_distance_wrapper';
COMMENT ON FUNCTION hamming_distance(bit, bit) IS 'number of bits in which two bit strings of equal length differ';

CREATE FUNCTION jaccard_distance(bit, bit) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'jaccard_distance_wrapper';
COMMENT ON FUNCTION jaccard_distance(bit, bit) IS '1 minus the bits set in both over the bits set in either of two bit strings of equal length; 1 if none is set in both';

CREATE OPERATOR <~> (LEFTARG = bit, RIGHTARG = bit, FUNCTION = hamming_distance, COMMUTATOR = '<~>');
COMMENT ON OPERATOR <~> (bit, bit) IS 'Hamming distance';

CREATE OPERATOR <%> (LEFTARG = bit, RIGHTARG = bit, FUNCTION = jaccard_distance, COMMUTATOR = '<%>');
COMMENT ON OPERATOR <%> (bit, bit) IS 'Jaccard distance';
