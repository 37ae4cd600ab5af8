-- QSQL: the type that carries a text, the functions that take one, and the score of NEUROMATCH.

CREATE TYPE qsql_text;
COMMENT ON TYPE qsql_text IS 'A QSQL text: what qsql() translates to SQL.';

CREATE FUNCTION qsql_text_in(cstring) RETURNS qsql_text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qsql_text_in_wrapper';
COMMENT ON FUNCTION qsql_text_in(cstring) IS 'Reads a QSQL text as it is; its translation happens where it is used.';
CREATE FUNCTION qsql_text_out(qsql_text) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
COMMENT ON FUNCTION qsql_text_out(qsql_text) IS 'Writes a QSQL text as it is.';
CREATE FUNCTION qsql_text_recv(internal) RETURNS qsql_text
    LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'textrecv';
COMMENT ON FUNCTION qsql_text_recv(internal) IS 'Reads a QSQL text in the binary form of text.';
CREATE FUNCTION qsql_text_send(qsql_text) RETURNS bytea
    LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'textsend';
COMMENT ON FUNCTION qsql_text_send(qsql_text) IS 'Writes a QSQL text in the binary form of text.';

CREATE TYPE qsql_text (
    INPUT = qsql_text_in, OUTPUT = qsql_text_out, RECEIVE = qsql_text_recv, SEND = qsql_text_send, LIKE = text
);
CREATE CAST (text AS qsql_text) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (text AS qsql_text) IS 'Lets a text that is computed at run time be given to qsql().';
CREATE CAST (qsql_text AS text) WITHOUT FUNCTION AS ASSIGNMENT;
COMMENT ON CAST (qsql_text AS text) IS 'A QSQL text is text; on assignment or when asked for.';

CREATE FUNCTION qsql(query qsql_text) RETURNS SETOF json
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'qsql_wrapper';
COMMENT ON FUNCTION qsql(qsql_text) IS
    'Stands for the QSQL statement in the text: as SELECT * FROM qsql($$ … $$) it has that statement''s columns, elsewhere one json value a row.';
CREATE FUNCTION qsql(query qsql_text, VARIADIC arguments "any") RETURNS SETOF json
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'qsql_wrapper';
COMMENT ON FUNCTION qsql(qsql_text, "any") IS 'The same with the values of $1, $2, … in the text.';

CREATE FUNCTION qsql_record(query qsql_text) RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'qsql_record_wrapper';
COMMENT ON FUNCTION qsql_record(qsql_text) IS
    'The rows of a QSQL query inside a larger statement, with the columns that its column list, AS t(a integer, …), names.';
CREATE FUNCTION qsql_record(query qsql_text, VARIADIC arguments "any") RETURNS SETOF record
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'qsql_record_wrapper';
COMMENT ON FUNCTION qsql_record(qsql_text, "any") IS 'The same with the values of $1, $2, … in the text.';

CREATE FUNCTION qsql_to_sql(query text) RETURNS text
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'qsql_to_sql_wrapper';
COMMENT ON FUNCTION qsql_to_sql(text) IS 'The SQL that a QSQL text stands for; what is not QSQL comes back byte for byte.';

CREATE FUNCTION neuromatch(value text, pattern text) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'neuromatch_text_wrapper';
COMMENT ON FUNCTION neuromatch(text, text) IS
    'How well a text matches the words of a pattern, from 0 to 1: 0.7 x share of the words found + 0.3 x mean similarity, 1 for a contained phrase.';
CREATE FUNCTION neuromatch(value vector, pattern vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'neuromatch_vector_wrapper';
COMMENT ON FUNCTION neuromatch(vector, vector) IS 'How well a vector matches another, from 0 to 1: 1 - cosine distance, nothing below 0.';
