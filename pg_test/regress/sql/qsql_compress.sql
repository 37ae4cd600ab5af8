-- COMPRESS TABLE … USING DNA and back, as QSQL.
CREATE TABLE qsql_logs (id integer PRIMARY KEY, line text, note text);
INSERT INTO qsql_logs SELECT i, 'connection from 10.0.0.' || i % 250 || ' received, session ' || i, 'note ' || i FROM generate_series(1, 2000) AS i;
CREATE TABLE qsql_logs_before AS TABLE qsql_logs;

SELECT qsql_to_sql($$ COMPRESS TABLE qsql_logs (line) USING DNA WITH (level = 5) $$);
CREATE TEMP TABLE report AS SELECT * FROM qsql_record($$ COMPRESS TABLE qsql_logs (line) USING DNA WITH (level = 5) $$)
    AS t(column_name name, new_type text, row_count bigint, column_bytes_before bigint, column_bytes_after bigint, column_ratio numeric,
         table_bytes_before bigint, table_bytes_after bigint, table_ratio numeric, dictionary_size bigint, seconds numeric);
SELECT column_name, row_count, column_bytes_after < column_bytes_before AS smaller FROM report;
SELECT count(*) FROM qsql_logs AS a JOIN qsql_logs_before AS b ON a.id = b.id AND a.line::text = b.line;
SELECT column_name, column_type, row_count, raw_bytes = (SELECT sum(octet_length(line)) FROM qsql_logs_before) AS all_bytes, ratio > 1 AS smaller
FROM qsql_record($$ SHOW COMPRESSION STATS FOR qsql_logs $$)
    AS t(column_name name, column_type text, row_count bigint, raw_bytes bigint, stored_bytes bigint, ratio numeric);
SELECT * FROM qsql($$ SHOW COMPRESSION STATS FOR qsql_logs_before $$);
SELECT column_name, row_count FROM qsql_record($$ DECOMPRESS TABLE qsql_logs $$)
    AS t(column_name name, new_type text, row_count bigint, column_bytes_before bigint, column_bytes_after bigint,
         table_bytes_before bigint, table_bytes_after bigint, seconds numeric);
SELECT count(*) FROM qsql_logs AS a JOIN qsql_logs_before AS b USING (id, line, note);
SELECT * FROM qsql($$ COMPRESS TABLE nonexistent_table USING DNA $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ COMPRESS TABLE qsql_logs USING DNA WITH (nope = 5) $$);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE qsql_logs, qsql_logs_before;
