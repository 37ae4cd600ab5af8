-- What is not QSQL reaches PostgreSQL as it is.
SELECT t AS text, qsql_to_sql(t) = t AS unchanged FROM (VALUES
    ($v$SELECT 1$v$),
    ($v$$v$),
    ($v$  select 'it''s' , E'\'', U&'\0061', $q$ NEUROMATCH 'x' $q$ -- NEUROMATCH 'x'$v$),
    ($v$SELECT /* /* nested */ FROM t NEUROMATCH 'x' */ a#>>b, c?|d FROM t$v$),
    ($v$SELECT ' FROM t NEUROMATCH ''x'' ', " FROM t NEUROMATCH 'x' "$v$),
    ($v$not SQL at all ((($v$),
    ($v$SELECT neuromatch FROM neuromatch AS neuromatch$v$),
    ($v$SELECT neuromatch(a, b) FROM t WHERE neuromatch(a, 'x') > 0.5$v$)) AS v(t);

-- commands
SELECT * FROM qsql($$ CREATE TEMP TABLE t (id integer, name text) $$);
SELECT * FROM qsql($$ INSERT INTO t SELECT i, 'n' || i FROM generate_series(1, 3) i $$);
SELECT * FROM qsql($$ CREATE INDEX t_name ON t (lower(name)) WHERE id > 0 $$);
SELECT * FROM qsql($$ SHOW server_encoding $$);
SELECT * FROM qsql($$ SET work_mem = '5MB' $$);
SHOW work_mem;
SELECT * FROM qsql($$ VACUUM t $$);
SELECT * FROM qsql($$ VALUES (1, 'a'), (2, 'b') $$);
SELECT * FROM qsql($$ TABLE t $$);
SELECT * FROM qsql($$ CREATE INDEX ON t ((nope + 1)) $$);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM qsql($$ CREATE VIEW v AS SELECT nope FROM t $$);
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT * FROM qsql($$ VACUUM t $$);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- another function of that name is not ours
CREATE SCHEMA qsql_other;
CREATE FUNCTION qsql_other.qsql(text) RETURNS SETOF json LANGUAGE sql AS $f$ SELECT to_json($1) $f$;
SELECT * FROM qsql_other.qsql('SELECT 1 AS a');
DROP SCHEMA qsql_other CASCADE;

-- neither does a rename hide ours
BEGIN;
ALTER FUNCTION qsql(qsql_text) RENAME TO other_name;
SELECT * FROM other_name($$ SELECT 1 AS a, 2 AS b $$);
ROLLBACK;
SELECT * FROM qsql($$ SELECT 1 AS a, 2 AS b $$);
