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

CREATE PROCEDURE qsql_exec(query qsql_text)
    LANGUAGE c AS 'MODULE_PATHNAME', 'qsql_exec_wrapper';
COMMENT ON PROCEDURE qsql_exec(qsql_text) IS
    'Carries out the QSQL statement in the text: as CALL qsql_exec($$ … $$) sent by itself it is that statement, and returns its rows.';
CREATE FUNCTION qsql_call_handler() RETURNS language_handler
    LANGUAGE c AS 'MODULE_PATHNAME', 'qsql_call_handler_wrapper';
COMMENT ON FUNCTION qsql_call_handler() IS 'Executes functions of LANGUAGE qsql.';
CREATE FUNCTION qsql_inline_handler(internal) RETURNS void
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'qsql_inline_handler_wrapper';
COMMENT ON FUNCTION qsql_inline_handler(internal) IS 'Executes DO blocks of LANGUAGE qsql.';
CREATE FUNCTION qsql_validator(oid) RETURNS void
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'qsql_validator_wrapper';
COMMENT ON FUNCTION qsql_validator(oid) IS 'Checks the types and the body of a function of LANGUAGE qsql when it is created.';
CREATE TRUSTED LANGUAGE qsql HANDLER qsql_call_handler INLINE qsql_inline_handler VALIDATOR qsql_validator;
COMMENT ON LANGUAGE qsql IS 'Functions, procedures and DO blocks whose body is one QSQL statement.';

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

-- The condition `score > bound` as one function, of which the planner can ask what a trigram index can find. The library puts it in the
-- place of the comparison where pg_trgm is installed.

CREATE FUNCTION qstore.neuromatch_above_support(internal) RETURNS internal
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'neuromatch_above_support_wrapper';
COMMENT ON FUNCTION qstore.neuromatch_above_support(internal) IS
    'Tells the planner which trigrams a text with a score above the bound must contain, for indexes of pg_trgm.';
CREATE FUNCTION qstore.neuromatch_above(value text, pattern text, bound float8) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 SUPPORT qstore.neuromatch_above_support AS 'MODULE_PATHNAME', 'neuromatch_above_wrapper';
COMMENT ON FUNCTION qstore.neuromatch_above(text, text, float8) IS
    'Whether neuromatch(value, pattern) is greater than the bound; an index of pg_trgm on the value narrows the rows first.';

-- A score that is a condition, too: QUANTUM_SEARCH(v, q) > 0.8 and WHERE QUANTUM_SEARCH(v, q).

CREATE TYPE match_score;
COMMENT ON TYPE match_score IS 'A score from 0 to 1 that is also a condition: true above 0.';
CREATE FUNCTION match_score_in(cstring) RETURNS match_score
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'float8in';
COMMENT ON FUNCTION match_score_in(cstring) IS 'Reads a score as a double precision number.';
CREATE FUNCTION match_score_out(match_score) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'float8out';
COMMENT ON FUNCTION match_score_out(match_score) IS 'Writes a score as a double precision number.';
CREATE FUNCTION match_score_recv(internal) RETURNS match_score
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'float8recv';
COMMENT ON FUNCTION match_score_recv(internal) IS 'Reads a score in the binary form of double precision.';
CREATE FUNCTION match_score_send(match_score) RETURNS bytea
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'float8send';
COMMENT ON FUNCTION match_score_send(match_score) IS 'Writes a score in the binary form of double precision.';
CREATE TYPE match_score (
    INPUT = match_score_in, OUTPUT = match_score_out, RECEIVE = match_score_recv, SEND = match_score_send, LIKE = float8
);
CREATE FUNCTION match_score_matches(match_score) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'match_score_matches_wrapper';
COMMENT ON FUNCTION match_score_matches(match_score) IS 'Whether a score is above 0.';
CREATE CAST (match_score AS float8) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (match_score AS float8) IS 'A score is a number.';
CREATE CAST (match_score AS boolean) WITH FUNCTION match_score_matches(match_score) AS ASSIGNMENT;
COMMENT ON CAST (match_score AS boolean) IS 'A score is a condition: true above 0.';

CREATE FUNCTION quantum_search(value text, pattern text) RETURNS match_score
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'neuromatch_text_wrapper';
COMMENT ON FUNCTION quantum_search(text, text) IS 'The score of neuromatch(), usable as a condition: true above 0.';
CREATE FUNCTION quantum_search(value vector, pattern vector) RETURNS match_score
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'neuromatch_vector_wrapper';
COMMENT ON FUNCTION quantum_search(vector, vector) IS 'The score of neuromatch(), usable as a condition: true above 0.';

-- What the options of QUANTUM SEARCH become.

CREATE FUNCTION qstore.with_recall(query vector, recall float8) RETURNS vector
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'with_recall_wrapper';
COMMENT ON FUNCTION qstore.with_recall(vector, float8) IS
    'The vector as the query of one search: ORDER BY v <=> qstore.with_recall(q, 0.99) lets that index scan reach this recall, 0.5 to 1, whatever qstore.recall says.';
CREATE FUNCTION qstore.diverse_order(candidates vector[], query vector, operator text, wanted bigint, weight float8 DEFAULT 0.4) RETURNS bigint[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'diverse_order_wrapper';
COMMENT ON FUNCTION qstore.diverse_order(vector[], vector, text, bigint, float8) IS
    'The places of the wanted candidates, nearest first, chosen by maximal marginal relevance; nearness weighs 0.4 by default, less than distance from those chosen.';

-- Hebb's rule and connection weights, over values of a row.

CREATE FUNCTION synaptic_weight(value text, pattern text) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'neuromatch_text_wrapper';
COMMENT ON FUNCTION synaptic_weight(text, text) IS 'The weight between a text and a pattern, from 0 to 1: the score of neuromatch().';
CREATE FUNCTION synaptic_weight(value vector, pattern vector) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'neuromatch_vector_wrapper';
COMMENT ON FUNCTION synaptic_weight(vector, vector) IS 'The weight between two vectors, from 0 to 1: the score of neuromatch().';
CREATE FUNCTION synaptic_weight(activity float8) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN activity / (1 + pg_catalog.abs(activity));
COMMENT ON FUNCTION synaptic_weight(float8) IS 'A value squeezed into -1 to 1 in the same order: x / (1 + |x|).';

CREATE FUNCTION hebbian_learning(pre float8, post float8, rate float8 DEFAULT 0.1) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN rate * pre * post;
COMMENT ON FUNCTION hebbian_learning(float8, float8, float8) IS
    'Hebb''s rule: the change of the weight between two units, rate x pre x post; the rate is 0.1 by default, a common small step.';
CREATE FUNCTION hebbian_learning(activity float8) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN 0.1 * activity * activity;
COMMENT ON FUNCTION hebbian_learning(float8) IS 'Hebb''s rule for a unit that fires with itself, at rate 0.1: 0.1 x activity squared.';

-- What SHOW COMPRESSION STATS FOR t shows.

CREATE FUNCTION qstore.compression_stats(target regclass)
    RETURNS TABLE (column_name name, column_type text, row_count bigint, raw_bytes bigint, stored_bytes bigint, ratio numeric)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    attribute record;
    home name := (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'qstore');
BEGIN
    FOR attribute IN
        SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
          AND n.nspname = home AND t.typname IN ('dna', 'dna_text', 'dna_jsonb', 'dna_bytea')
        ORDER BY a.attnum
    LOOP
        column_name := attribute.attname;
        column_type := attribute.typname;
        EXECUTE format(
            'SELECT count(v), sum((s).raw_bytes), sum((s).stored_bytes) FROM (SELECT %1$I AS v, %2$I.%3$I(%1$I) AS s FROM %4$s) AS x',
            attribute.attname, home, CASE attribute.typname WHEN 'dna' THEN 'dna_stats' ELSE 'dna_column_stats' END, target
        ) INTO row_count, raw_bytes, stored_bytes;
        ratio := round(raw_bytes::numeric / nullif(stored_bytes, 0), 2);
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION qstore.compression_stats(regclass) IS
    'For each column of a table with a dna type: the values that are not NULL, their bytes before and after encoding, and the ratio; reads the whole table.';
